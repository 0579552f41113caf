"""The page of the review 例会: a period's frozen figures as a meeting reads them, and what was restated since."""

from dataclasses import dataclass
from typing import Final

from dashboard import live
from dashboard.live import reviewed
from dashboard.live.reviewed import DamagedError, Period, PeriodError, Reviewed
from dashboard.pages import review_html as html
from dashboard.pages.laptop import marking
from dashboard.pages.laptop.asking_page import Matter, Page
from dashboard.pages.laptop.state import Question, short
from dashboard.review.sentences import sentences
from dashboard.review.shown import shown
from dashboard.review.table import BrokenReviewError
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: The period of an address that names none, and what an address that names a wrong one shows.
_USUAL: Final = "last-week"


@dataclass(frozen=True)
class _Wanted:
    period: Period
    note: str  # why it is not the one asked for, or ""


def matter(snapshot: Snapshot, question: Question, words: Text) -> Matter:
    """What the page shows below its head: the whole review, or one section on the screen of a meeting."""
    filter, now = question.asked.filter, live.utc_now()
    is_named = question.address.get("as_of") is not None
    wanted = _wanted(question, words)
    presented = question.address.get("present")
    offered = reviewed.usual_periods(filter)
    frozen = reviewed.frozen_lately(filter, now=now)
    try:
        found = reviewed.reviewed(
            *(filter, wanted.period),
            is_named=is_named,
            is_live=snapshot.is_live,
            now=now,
            is_whole=presented is not None,
        )
    except PeriodError:
        why = words("Nothing is recorded of these days: records begin later, or the days lie ahead")
        return html.nothing(question, words, why=why, offered=offered, frozen=frozen)
    except DamagedError:
        why = words("The frozen document of this period does not bear its checksum: it is not shown")
        return html.nothing(question, words, why=why, offered=offered, frozen=frozen)
    if not is_named and not found.awaited:
        reviewed.expect(filter, offered, is_live=snapshot.is_live, now=now)
    try:
        parts = shown(found.review, words, is_begun=bool(found.awaited))
    except BrokenReviewError:
        why = words("The frozen document of this period is not whole: it is not shown")
        return html.nothing(question, words, why=why, offered=offered, frozen=frozen)
    said = sentences(found.review, words)
    if presented is not None:
        part = next((each for each in parts if each.id == presented), parts[0])
        return html.presented(found, question, words, parts=parts, part=part, said=said)
    device = None if is_named or found.frozen is not None else marking.device(snapshot.place.subdistrict_id)
    notes = [*([wanted.note] if wanted.note else []), *marking.said(words)]
    top = html.top(found, question, words, notes=notes, offered=offered, frozen=frozen, may_freeze=device is not None)
    changed = _restated(snapshot, question, words, found)
    bodies = [html.section(found.review, part, words, said=said[part.id], question=question) for part in parts]
    return top + changed + "".join(bodies) + html.awaited(found.awaited, words) + html.foot(found, words)


def _wanted(question: Question, words: Text) -> _Wanted:
    """The period of the address: by its name, else the days it names, else the last week."""
    filter = question.asked.filter
    given = short(question.address.get("period") or _USUAL)  # every period's name is shorter
    if question.address.get("period") is None and filter.period_from is not None:
        given = f"{filter.period_from}..{filter.period_to or filter.today}"
    try:
        return _Wanted(reviewed.read_period(given, filter.today), "")
    except PeriodError as error:
        usual = reviewed.read_period(_USUAL, filter.today)
        note = words("{given} is no period that can be shown: the last week is", given=f"“{given}”")
        return _Wanted(usual, f"{note} ({error})" if words.language == "en" else note)


def _restated(snapshot: Snapshot, question: Question, words: Text, found: Reviewed) -> str:
    """What of the frozen figures reads otherwise by now; of a review that is not frozen nothing."""
    if found.frozen is None:
        return ""
    told = reviewed.restated(question.asked.filter, found.frozen, is_live=snapshot.is_live)
    return html.restated(found.review, told, words)


def _no_filters(_: object) -> bool:
    return False


PAGE: Final = Page(
    name="review",
    title="例会 Review",
    own=("period", "present"),
    matter=matter,
    has_filters=_no_filters,
    has_kinds=False,
    acts=marking.act,
)
