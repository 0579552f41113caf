"""The page of escalations 升级: who owes answers, and the work list of hand-ups, next to breach first."""

from typing import Final

from dashboard.live import questions
from dashboard.live.questions import SHOWN_SINGLY
from dashboard.pages import escalations_list as listing
from dashboard.pages import escalations_owed as owed
from dashboard.pages.cases import way
from dashboard.pages.escalations_chosen import OWN, Chosen, chosen
from dashboard.pages.escalations_drawn import charts
from dashboard.pages.laptop import frame, marking
from dashboard.pages.laptop.asking_page import Matter, Page, Piece
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.pieces import e
from dashboard.pages.laptop.state import Question, kinds_of
from dashboard.snapshot import Snapshot
from dashboard.text import Text


def matter(snapshot: Snapshot, question: Question, words: Text) -> Matter:
    """The answer in words, two charts, the list with its filters, the table of departments."""
    wanted = chosen(question, words)
    found = questions.owed(question.asked.filter)
    pieces: list[Piece] = [
        f"{frame.crumbs(way(snapshot, question, words, 'escalations'))}{_answer(found, question, words, wanted)}"
    ]
    pieces.append(charts(found, question, words, wanted))
    device = marking.device(snapshot.place.subdistrict_id) if question.address.get("as_of") is None else None
    pieces += [
        _list(found, question, words, wanted, can_mark=device is not None),
        owed.tables(found, question, words, wanted) + _footnote(question, words),
    ]
    return pieces


def _answer(found: questions.Owing, question: Question, words: Text, wanted: Chosen) -> str:
    said = marking.said(words)
    notes = "".join(f'<p class="noted" role="status">{e(note)}</p>' for note in (*wanted.notes, *said))
    return f"""<section class="answer free"><h1>{e(owed.headline(found, words))}</h1>
<p>{e(owed.state(found, question, words))}</p>{notes}</section>"""


def _list(found: questions.Owing, question: Question, words: Text, wanted: Chosen, *, can_mark: bool) -> str:
    filter = question.asked.filter
    page = questions.hand_ups(filter, wanted.cut, wanted.department, wanted.level, wanted.sort, wanted.page)
    files = downloads(question.address, "list", words) if len(page) else ""
    title = listing.title(page, question, words, wanted)
    return f"""<div class="head worklist"><h2>{e(title)}</h2><span>{files}</span></div>
{listing.choices(found, question, words, wanted)}
{listing.table(page, question, words, wanted, can_mark=can_mark)}{listing.pager(page, question, words, wanted)}"""


def _footnote(question: Question, words: Text) -> str:
    """What is not on this page."""
    if kinds_of(question.address) - set(SHOWN_SINGLY):
        return f'<p class="rest">{e(words("Police reports and petitions are never listed singly"))}</p>'
    return f'<p class="rest">{e(words("Without police reports and petitions, which are never listed singly"))}</p>'


PAGE: Final = Page(
    "escalations",
    "升级 Escalations",
    OWN,
    matter,
    tables={"list": listing.sheet, "departments": owed.departments_sheet, "levels": owed.levels_sheet},
    acts=marking.act,
)
