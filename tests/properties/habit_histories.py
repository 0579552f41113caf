"""Random histories at the edges of what findings ask about: closings before midnight or within a minute, reopenings the
day after a follow-up, matters that come in anew, changes shortly before a cut-off.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle.inbox import RISKS, InboxRow
from tests.properties.figure_worlds import PLACE
from tests.properties.histories import Draw, corrections
from tests.properties.small_world import MATTERS, NORTH, SHANGHAI, local

#: Days of reports: before and after the redrawing, the last of a cycle and the first of the next.
DAYS = (date(2024, 3, 10), date(2024, 3, 16), date(2024, 3, 24), date(2024, 3, 25), date(2024, 3, 30))
REPORTED = (time(0, 0), time(8, 0), time(19, 30), time(22, 0), time(23, 20), time(23, 29, 59), time(23, 58, 59))
CLOSED = (time(19, 59, 59), time(20, 0), time(23, 49, 59), time(23, 50), time(23, 59, 59))
SECONDS = tuple(timedelta(seconds=seconds) for seconds in (0, 1, 59, 60, 61))
A_DAY = tuple(timedelta(days=1) + timedelta(seconds=seconds) for seconds in (-1, 0, 1))
#: How long before a cut-off something is changed; cut-offs count two hours, a tenth of the time allowed, a day.
BEFORE = tuple(
    timedelta(**{unit: amount})
    for unit, amount in (
        *(("seconds", 0), ("seconds", 1), ("minutes", 59), ("hours", 1), ("hours", 2), ("seconds", 7201)),
        *(("hours", 3), ("hours", 23), ("days", 1), ("seconds", 86401)),
    )
)
DUE_IN = (None, timedelta(hours=2), timedelta(hours=10), timedelta(hours=20), timedelta(days=3), timedelta(days=12))
#: Points 0, 19.5, 20.5 and 103 m from the place.
POINTS = (*((PLACE[0] + off, PLACE[1]) for off in (0.0, 0.00019, 0.0002, 0.001)), (None, None))
PARTIES = ("13800000001", "13800000001", "13800000002", None, None)
AREAS = ("n-1-1", "n-1-2", "n-1-2", "n-2-1-1")
CHANGES = ("withdrawn", "reassigned", "reassigned", "reassigned", "deadline_changed", "deadline_changed")

Script = Callable[[Draw, InboxRow], list[InboxRow]]


def _at(row: InboxRow) -> datetime:
    assert row.occurred_at is not None
    return row.occurred_at


def _midnight(moment: datetime, days: int = 1) -> datetime:
    day = moment.astimezone(SHANGHAI).date() + timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def _row(opened: InboxRow, event: str, moment: datetime, **values: Any) -> InboxRow:
    return InboxRow(external_id=opened.external_id, event=event, occurred_at=max(moment, _at(opened)), **values)


def _opened(draw: Draw, external_id: str, matter: str) -> InboxRow:
    moment = datetime.combine(draw(st.sampled_from(DAYS)), draw(st.sampled_from(REPORTED)), tzinfo=SHANGHAI)
    due_in = draw(st.sampled_from(DUE_IN))
    lon, lat = draw(st.sampled_from(POINTS))
    return InboxRow(
        external_id=external_id,
        event="reported",
        occurred_at=moment,
        area_code=draw(st.sampled_from(AREAS)),
        kind=MATTERS[matter],
        type_code=matter,
        risk=draw(st.sampled_from(RISKS)),
        channel=draw(st.sampled_from(("patrol", "patrol", "hotline"))),
        due_at=None if due_in is None else moment + due_in,
        lon=lon,
        lat=lat,
        party=draw(st.sampled_from(PARTIES)),
    )


def _evening(draw: Draw, opened: InboxRow) -> list[InboxRow]:
    """Closed in the evening of the day reported, or at its end."""
    day = _midnight(_at(opened), 0).date()
    closed = datetime.combine(day, draw(st.sampled_from(CLOSED)), tzinfo=SHANGHAI)
    return [_row(opened, "resolved", draw(st.sampled_from((closed, _midnight(_at(opened))))))]


def _at_once(draw: Draw, opened: InboxRow) -> list[InboxRow]:
    """Closed about a minute after it was accepted, dispatched or reported."""
    moment, told = _at(opened), []
    for event in draw(st.sampled_from(((), ("dispatched",), ("accepted",), ("dispatched", "accepted")))):
        moment += draw(st.sampled_from((*SECONDS, timedelta(hours=1))))
        told.append(_row(opened, event, moment, level="community" if event == "dispatched" else None))
    return [*told, _row(opened, "resolved", moment + draw(st.sampled_from(SECONDS)))]


def _reopened(draw: Draw, opened: InboxRow) -> list[InboxRow]:
    """Closed, and reopened about the day after a follow-up of seven or of thirty days; a few had left before."""
    moment, told = _at(opened), []
    if draw(st.integers(1, 4)) == 4:
        told = [_row(opened, "withdrawn", moment), _row(opened, "reopened", moment + timedelta(seconds=1))]
    closed = moment + draw(st.sampled_from((timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))))
    days = draw(st.sampled_from((0, 7, 8, 8, 9, 30, 31, 31, 32)))
    back = _midnight(closed, days) + draw(st.sampled_from((timedelta(0), timedelta(hours=23))))
    told += [_row(opened, "resolved", closed), _row(opened, "reopened", max(back, closed))]
    if draw(st.integers(1, 4)) == 4:
        told.append(_row(opened, "reopened", max(back, closed) + timedelta(days=1)))
    return told


def _anew(draw: Draw, opened: InboxRow) -> list[InboxRow]:
    """Closed, and about a day later, or sooner, another of its matter at its place."""
    closed = _at(opened) + draw(st.sampled_from((timedelta(minutes=1), timedelta(hours=30))))
    gap = draw(st.sampled_from((timedelta(0), timedelta(seconds=1), timedelta(hours=5), *A_DAY)))
    lon, lat = draw(st.sampled_from(POINTS))
    again = replace(
        opened, external_id=f"{opened.external_id}-again", occurred_at=closed + gap, due_at=None, lon=lon, lat=lat
    )
    told = [_row(opened, "resolved", closed), replace(again, party=draw(st.sampled_from(PARTIES)))]
    if draw(st.integers(1, 4)) == 4:
        told.append(_row(again, "withdrawn", _at(again) + timedelta(hours=1)))
    return told


def _cycle_ends(moment: datetime) -> datetime:
    """The end of the assessment cycle a moment lies in."""
    days = (moment - local("2024-03-11 00:00")) // timedelta(days=14)
    return local("2024-03-11 00:00") + timedelta(days=14 * (days + 1))


def _before_cutoff(draw: Draw, opened: InboxRow) -> datetime:
    """Some time before 24:00 of the day reported, the end of the cycle or the deadline."""
    due_at = opened.due_at or _midnight(_at(opened))
    cutoff: datetime = draw(st.sampled_from((_midnight(_at(opened)), _cycle_ends(_at(opened)), due_at, due_at)))
    before: timedelta = draw(st.sampled_from(BEFORE))
    return cutoff - before


def _change(draw: Draw, opened: InboxRow, moment: datetime) -> InboxRow:
    event = draw(st.sampled_from(CHANGES))
    if event == "deadline_changed":
        by = draw(st.sampled_from((timedelta(days=-1), timedelta(days=1), timedelta(days=2))))
        return _row(opened, event, moment, due_at=max(moment, _at(opened)) + by)
    if event == "withdrawn":
        return _row(opened, event, moment)
    matter = draw(st.sampled_from((None, "noise", "pothole")))
    return _row(
        opened,
        event,
        moment,
        area_code=draw(st.sampled_from((*AREAS, "n-2-2"))),
        risk=draw(st.sampled_from((None, *RISKS))),
        **({} if matter is None else {"type_code": matter, "kind": MATTERS[matter]}),
    )


def _changed(draw: Draw, opened: InboxRow) -> list[InboxRow]:
    """Changed shortly before a cut-off, or earlier or later; closed before, after or never."""
    told = [_change(draw, opened, _before_cutoff(draw, opened)) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.integers(1, 3)) == 3:
        told.append(_row(opened, "resolved", _before_cutoff(draw, opened)))
    return told


SCRIPTS: tuple[Script, ...] = (_evening, _evening, _at_once, _reopened, _reopened, _anew, *(_changed,) * 5)


@st.composite
def habits(draw: Draw, most_cases: int = 6) -> list[InboxRow]:
    """Rows of some cases, each of some habit, with a few corrections; each (case, event, moment) once."""
    rows: dict[Any, InboxRow] = {}
    for number in range(draw(st.integers(1, most_cases))):
        opened = _opened(draw, f"h{number}", draw(st.sampled_from(("pothole", "pothole", "noise", "leak"))))
        told = [opened, *draw(st.sampled_from(SCRIPTS))(draw, opened)]
        own = [row for row in told if row.external_id == opened.external_id]
        for row in (*told, *corrections(draw, own, opened, NORTH)):
            rows.setdefault((row.external_id, *row.identity()), row)
    return list(rows.values())
