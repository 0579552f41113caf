"""The page of cases 事件: those behind a figure, of an area, kinds and days, as known at a moment; page by page."""

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any, Final

import pandas as pd

from dashboard.exports.sheet import Sheet
from dashboard.frames import rows
from dashboard.live import questions
from dashboard.live.questions import PAGE_ROWS, SHOWN_SINGLY, By, Filter, Narrowed, Only, Risk, listed_days
from dashboard.pages import case
from dashboard.pages.laptop import frame
from dashboard.pages.laptop.asking_page import Page
from dashboard.pages.laptop.downloads import downloads
from dashboard.pages.laptop.going import link
from dashboard.pages.laptop.pieces import e, level_word, mark, milliseconds, state_word
from dashboard.pages.laptop.state import Question, kinds_of, short
from dashboard.snapshot import Snapshot
from dashboard.text import Text


def matter(snapshot: Snapshot, question: Question, words: Text) -> str:
    """What the page shows below its filters; the case its address names, if it names one."""
    if question.address.get("id"):
        return case.matter(snapshot, question, words)
    filter, address = question.asked.filter, question.address
    behind = _behind(address.get("behind"))
    number = _page_number(address.get("page_no"))
    found = questions.cases_behind(filter, behind, number, narrowed=narrowed(question))
    count = int(found["of_all"].iloc[0]) if len(found) else 0
    title = words.many("{n} case", "{n} cases", count) if len(found) or number == 1 else words("No such page")
    when = _of_what(question, behind, words)
    place = words.label({"name_zh": question.asked.area_zh, "name_en": question.asked.area_en})
    files = downloads(address, "cases", words) if len(found) else ""
    return f"""{frame.crumbs(way(snapshot, question, words))}
<section class="answer"><h1>{e(place)} · {e(title)}</h1><p>{e(when)} {files}</p></section>
<div class="group cuts">{_cuts(question, words, behind)}{_narrowings(question, words)}</div>
{_table(found, question, words) if len(found) else f'<p class="nothing">{e(_none(question, words))}</p>'}
{_pager(question, words, number, count)}"""


def _none(question: Question, words: Text) -> str:
    """Why no case is listed."""
    named = kinds_of(question.address)
    if named and not named & set(SHOWN_SINGLY):
        return words("Police reports and petitions are never listed singly")
    return words("No case is like that here")


def _days(question: Question) -> frame.Days | None:
    """What the list is about, where that is not the days chosen or the usual ones."""
    days = listed_days(question.asked.filter, _behind(question.address.get("behind")))
    return frame.ANY_DAY if days is None else None


def notes(question: Question, words: Text) -> Iterator[str]:
    """What the address asks of the list and cannot have."""
    address = question.address
    if address.get("id"):
        return
    hidden = frame.not_listed(address, words, questions.kind_labels(question.asked.filter.today))
    if hidden:
        yield words("{kinds}: never listed case by case", kinds=hidden)
    known = (address.get("behind") in set(Only), *(each is not None for each in astuple(narrowed(question))))
    for name, is_known in zip(("behind", *NARROWING), known, strict=True):
        given = address.get(name)
        if given is not None and not is_known:
            yield words("{name}={given} is not known here; the usual is shown", name=name, given=short(given))


def sheet(_: Snapshot, question: Question, words: Text) -> Sheet:
    """The cases of all pages together, up to MOST_KEPT, as a file."""
    filter = question.asked.filter
    behind = _behind(question.address.get("behind"))
    found = questions.cases_behind(filter, behind, 1, _MOST_KEPT, narrowed=narrowed(question))

    def moments(column: str) -> list[Any]:
        return [None if pd.isna(at) else frame.local(at, filter.time_zone) for at in found[column]]

    def labels(stem: str) -> list[str]:
        return [words.label(row, stem) for row in rows(found)]

    count = int(found["of_all"].iloc[0]) if len(found) else 0
    notes = frame.notes_of(question, words, _of_what(question, behind, words))
    if count > len(found):
        notes.append(words("The newest {n} of {all} cases.", n=words.number(len(found)), all=words.number(count)))
    columns = {
        words("Number"): found["case_id"].tolist(),
        words("Reported"): moments("reported_at"),
        words("Level"): [level_word(risk, words) for risk in found["risk"]],
        words("Case"): labels("title"),
        words("Where"): labels("area"),
        words("State"): [state_word(state, words) for state in found["state"]],
        words("Deadline"): moments("due_at"),
        words("Closed"): moments("closed_at"),
        words("Times reopened"): found["reopened_count"].tolist(),
        words("Times escalated"): found["escalation_count"].tolist(),
    }
    return Sheet(words("Cases"), columns, notes)


def way(snapshot: Snapshot, question: Question, words: Text, page: str = "cases") -> list[tuple[str, str | None]]:
    """From the subdistrict down to the area asked about, each with its page: the list of its cases."""
    address, area_id = question.address, question.asked.filter.area_id
    whole = words.label({"name_zh": snapshot.place.name_zh, "name_en": snapshot.place.name_en})
    steps: list[tuple[str, str | None]] = [(whole, address.to(page, area=None) if area_id is not None else None)]
    if area_id is None:
        return steps
    unit = snapshot.grids[snapshot.grids["area_id"] == area_id]
    community = snapshot.communities[
        snapshot.communities["area_id"] == (unit["community_id"].iloc[0] if len(unit) else area_id)
    ]
    if len(unit) and len(community):
        above = community.iloc[0]
        steps.append((words.label(above), address.to(page, area=above["code"])))
    steps.append((words.label({"name_zh": question.asked.area_zh, "name_en": question.asked.area_en}), None))
    return steps


def cut_words(words: Text) -> dict[Only, str]:
    """What the cuts of a list are called."""
    return {
        Only.ALL: words("All"),
        Only.OPEN: words("Open"),
        Only.OVERDUE: words("Past deadline"),
        Only.NOT_SAME_DAY: words("Not the same day"),
        Only.LATE: words("Closed late or not"),
        Only.REOPENED: words("Reopened"),
        Only.HANDED_UP: words("Escalated"),
        Only.WITHDRAWN: words("Withdrawn"),
        Only.NOT_ON_TIME: words("Due, and not resolved by then"),
        Only.NOT_ON_THE_SPOT: words("Not corrected on the spot"),
        Only.NOT_AT_BASE: words("Not settled at grid or community"),
        Only.RETURNED: words("Resolved, and reopened in 30 days"),
    }


def narrowed(question: Question) -> Narrowed:
    """To which cases the address narrows the list; words that mean nothing are passed over."""
    address, day = question.address, question.asked.filter.today
    type_code, channel, risk, hour = (address.get(name) for name in NARROWING)
    return Narrowed(
        type_code if type_code in set(questions.types(day)["code"]) else None,
        channel if channel in questions.key_labels(question.asked.filter, By.CHANNEL, "en") else None,
        Risk(risk) if risk in set(Risk) else None,
        int(hour) if hour in _HOURS else None,
    )


def _narrowings(question: Question, words: Text) -> str:
    """A chip for each word that narrows the list; choosing it takes the word out."""
    chosen, filter = narrowed(question), question.asked.filter
    named = {}
    if chosen.type_code is not None:
        known = questions.types(filter.today)
        named["type"] = words.label(known[known["code"] == chosen.type_code].iloc[0])
    if chosen.channel is not None:
        named["channel"] = questions.key_labels(filter, By.CHANNEL, words.language)[chosen.channel][0]
    if chosen.risk is not None:
        named["risk"] = level_word(chosen.risk.value, words)
    if chosen.hour is not None:
        named["hour"] = hour_word(chosen.hour, words)
    chips = []
    for name, said in named.items():
        to = link(question.address.to(**{name: None, "page_no": None}))
        chips.append(f'<a class="chip on narrowing" title="{e(words("take out"))}" {to}>{e(said)} ×</a>')
    return "".join(chips)


def hour_word(hour: int, words: Text) -> str:
    """An hour of the day, as 08:00–09:00."""
    return words("reported {begin:02d}:00–{end:02d}:00", begin=hour, end=hour + 1)


def _of_what(question: Question, behind: Only, words: Text) -> str:
    """Of which days a list is, and what is never in it: a figure of all kinds counts more than its list has."""
    when = _when(question.asked.filter, behind, words)
    hidden = "" if kinds_of(question.address) else words("without police reports and petitions")
    return " · ".join(part for part in (when, hidden) if part)


def _when(filter: Filter, behind: Only, words: Text) -> str:
    """Which days a list is of, and what they are the days of."""
    chosen = listed_days(filter, behind)
    if chosen is None:
        return words("whenever reported, newest first")
    days = words.days(*chosen)
    if behind is Only.NOT_ON_TIME:
        return words("first due {days}, newest first", days=days)
    if behind is Only.RETURNED:
        return words("first resolved {days}, newest first", days=days)
    return words("reported {days}, newest first", days=days)


def _cuts(question: Question, words: Text, behind: Only) -> str:
    named = cut_words(words)
    chips = []
    for only in Only:
        if only in _RATES and only is not behind:
            continue  # only the page of rates leads to these
        to = question.address.to(behind=None if only is Only.ALL else only.value, page_no=None)
        chips.append(f'<a class="chip{" on" if only is behind else ""}" {link(to)}>{e(named[only])}</a>')
    return "".join(chips)


def _table(found: pd.DataFrame, question: Question, words: Text) -> str:
    heads = (words("Reported"), words("Case"), words("Where"), words("State"), words("Deadline"), words("Took"))
    cells = "".join(f"<th>{e(head)}</th>" for head in heads)
    lines = "".join(_row(row, question, words) for row in rows(found))
    return f'<table class="cases"><thead><tr><th></th>{cells}</tr></thead><tbody>{lines}</tbody></table>'


def _row(row: Any, question: Question, words: Text) -> str:
    filter, address = question.asked.filter, question.address
    to = link(address.to(id=row.case_id))
    here = link(address.to(area=row.area_code, page_no=None))
    flags = [
        words("reopened") if row.reopened_count else "",
        words("escalated") if row.escalation_count else "",
    ]
    small = " · ".join(flag for flag in flags if flag)
    took = "" if pd.isna(row.closed_at) else words.duration((row.closed_at - row.reported_at).total_seconds())
    return f"""<tr><td title="{e(level_word(row.risk, words))}">{mark(row.risk)}</td>
<td class="at">{e(frame.spoken(row.reported_at, filter, words))}</td>
<td class="title"><a {to}>{e(words.label(row, "title"))}</a></td>
<td class="where"><a {here}>{e(words.label(row, "area"))}</a></td>
<td class="state">{e(state_word(row.state, words))}<i>{e(small)}</i></td>
<td class="clock">{_deadline(row, question)}</td><td class="n">{e(took)}</td></tr>"""


def _deadline(row: Any, question: Question) -> str:
    """How long is left, counted by the browser; of a closed case, and of one seen as of a past moment, nothing runs."""
    if pd.isna(row.due_at) or row.state != "open":
        return ""
    if question.address.get("as_of") is not None:
        zone = question.asked.filter.time_zone
        return e(frame.local(row.due_at, zone).strftime("%m-%d %H:%M"))
    return f'<b data-clock="until" data-at="{milliseconds(row.due_at)}"></b>'


def _pager(question: Question, words: Text, number: int, count: int) -> str:
    last = max(1, -(-count // PAGE_ROWS))
    if last == 1 and number == 1:
        return ""
    before = f"<a {link(question.address.to(page_no=number - 1))}>{e(words('newer'))}</a>" if number > 1 else ""
    after = f"<a {link(question.address.to(page_no=number + 1))}>{e(words('older'))}</a>" if number < last else ""
    where = words("page {n} of {all}", n=words.number(number), all=words.number(last))
    return f'<nav class="pager">{before}<span>{e(where)}</span>{after}</nav>'


def _behind(given: str | None) -> Only:
    return Only(given) if given in set(Only) else Only.ALL


def _page_number(given: str | None) -> int:
    return int(given) if given is not None and given.isdecimal() and 1 <= int(given) <= _MOST_PAGES else 1


_MOST_PAGES: Final = 100_000
#: Words that narrow a list, as the fields of Narrowed stand.
NARROWING: Final = ("type", "channel", "risk", "hour")
_HOURS: Final = frozenset(f"{hour:02d}" for hour in range(24))
_RATES: Final = frozenset({Only.NOT_ON_TIME, Only.NOT_ON_THE_SPOT, Only.NOT_AT_BASE, Only.RETURNED})
#: Cases a file has at most: what a person reads in a spreadsheet; a year of a subdistrict is asked for in parts.
_MOST_KEPT: Final = 10_000

PAGE: Final = Page(
    "cases",
    "事件 Cases",
    ("behind", "page_no", "id", *NARROWING),
    matter,
    tables={"cases": sheet},
    days=_days,
    has_filters=lambda address: address.get("id") is None,
    notes=notes,
)
