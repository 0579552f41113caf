"""Single cases that a screen may show: those behind a figure, the newest, those of the last hours, those near another
one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.lists import metres, point_of, state_shown
from tests.oracle.figures.places import shown
from tests.oracle.figures.rates import BASE, LEFT, came_back, due_in, is_on_time

#: Days of a period that nobody names.
LISTED_DAYS = 28
FOLLOWED_DAYS = 30
NEAR_DAYS = timedelta(days=30)
NEAR_METRES = 100
GRAVE = ("red", "orange")


@dataclass(frozen=True)
class Narrowed:
    """To which cases of a list: of one matter (its code), channel, colour, hour of report. None: of all."""

    type_code: str | None = None
    channel: str | None = None
    risk: str | None = None
    hour: int | None = None


def _is_late(case: Case, as_of: datetime) -> bool:
    """First resolved after its first deadline, or not at all though that has come; it has not left."""
    is_past = case.first_due_at is not None and case.first_due_at <= as_of
    return is_past and case.state not in LEFT and not is_on_time(case)


def _is_open(case: Case) -> bool:
    return case.state == "open"


def _is_above_the_base(case: Case) -> bool:
    return case.level not in BASE if _is_open(case) else case.resolved_level not in BASE


Sort = Callable[[Reading, Known, datetime], bool]
#: Of a source that records no closing times nobody knows any of these.
OF_TIMED: Mapping[str, Sort] = {
    "open": lambda _, item, __: _is_open(item.case),
    "overdue": lambda _, item, as_of: _is_open(item.case) and item.case.due_at is not None and item.case.due_at < as_of,
    "late": lambda _, item, as_of: _is_late(item.case, as_of),
    "not_same_day": lambda _, item, __: item.case.is_same_day_counted and not item.case.is_same_day_kept,
    "not_on_the_spot": lambda _, item, __: item.case.state not in LEFT and not item.case.is_on_the_spot,
    "not_at_base": lambda _, item, __: item.case.state not in LEFT and _is_above_the_base(item.case),
    "not_on_time": lambda _, item, __: not is_on_time(item.case),
    "returned": lambda reading, item, as_of: _has_returned(reading, item, as_of),
}
OF_ALL: Mapping[str, Sort] = {
    "all": lambda *_: True,
    "reopened": lambda _, item, __: item.case.reopened_count > 0,
    "handed_up": lambda _, item, __: item.case.escalation_count > 0,
    "withdrawn": lambda _, item, __: item.case.state == "withdrawn",
}
ONLY = (*OF_ALL, *OF_TIMED)
STANDING = ("open", "overdue")


def _has_returned(reading: Reading, item: Known, as_of: datetime) -> bool:
    """Reopened on the day of the first resolution or in the 30 after, which are over."""
    resolved_at = item.case.first_resolved_at
    if resolved_at is None:
        return False
    day = reading.day(resolved_at)
    until = day + timedelta(days=FOLLOWED_DAYS)
    return reading.end_of(until) <= as_of and came_back(reading, item, day, until, resolved_at)


def _of_period(reading: Reading, asked: Asked, only: str) -> list[Known]:
    """Reported in the period; first due in it and by as_of, or first resolved in it, where that is asked for. What
    stands open is of any day where no period is named.
    """
    if only in STANDING and asked.period is None:
        return reading.chosen(asked)
    if only == "not_on_time":
        return due_in(reading, asked, LISTED_DAYS)
    first, last = reading.period(asked, LISTED_DAYS)
    found = []
    for item in reading.chosen(asked):
        resolved_at = item.case.first_resolved_at
        resolved_day = None if resolved_at is None else reading.day(resolved_at)
        day = resolved_day if only == "returned" else item.case.reported_day
        if day is not None and first <= day <= last:
            found.append(item)
    return found


def listed(reading: Reading, asked: Asked, only: str, narrowed: Narrowed) -> dict[int, tuple[Any, ...]]:
    """case_id -> reported, kind, colour, area code, channel, state, level, deadline, closed, reopenings, hand-ups, of
    the cases of the period that may be shown singly and are what a figure says of them.

    Behind a rate are those that are in its denominator and not good; returned are those that the rate of reopened ones
    counts.
    """
    may_be_shown = {item.case.case_id for item in shown(reading, asked)}
    found = {}
    for item in _of_period(reading, asked, only):
        case = item.case
        is_meant = {**OF_ALL, **OF_TIMED}[only](reading, item, asked.as_of)
        is_known = only in OF_ALL or reading.has_times(item)
        if case.case_id in may_be_shown and is_meant and is_known and _is_narrowed(reading, case, narrowed):
            found[case.case_id] = (
                *(case.reported_at, case.kind, case.risk, reading.world.areas[case.area_id].code, case.channel),
                *(state_shown(reading, item), case.level, case.due_at, case.closed_at),
                *(case.reopened_count, case.escalation_count),
            )
    return found


def _is_narrowed(reading: Reading, case: Case, narrowed: Narrowed) -> bool:
    type_id = None if narrowed.type_code is None else reading.world.types[narrowed.type_code]
    pairs = (
        *((type_id, case.type_id), (narrowed.channel, case.channel)),
        *((narrowed.risk, case.risk), (narrowed.hour, case.reported_hour)),
    )
    return all(wanted is None or wanted == value for wanted, value in pairs)


def _staying(reading: Reading, asked: Asked) -> list[Known]:
    """Those that may be shown and were neither withdrawn nor handed over."""
    return [item for item in shown(reading, asked) if item.case.state not in LEFT]


def latest(reading: Reading, asked: Asked, rows: int) -> tuple[list[tuple[datetime, bool]], dict[int, tuple[Any, ...]]]:
    """When the cases came in that are shown as the latest, newest first, and whether they are grave; every case that
    may be among them: case_id -> reported, colour, kind, area, state, place.

    The newest red and orange ones and, where these are fewer than are shown, the newest of the others; withdrawn ones
    too, none that was handed over.
    """
    items = [item for item in shown(reading, asked) if item.case.state != "transferred"]
    moments = sorted(((item.case.risk in GRAVE, item.case.reported_at) for item in items), reverse=True)[:rows]
    told = {
        item.case.case_id: (
            *(item.case.reported_at, item.case.risk, item.case.kind, item.case.area_id),
            *(state_shown(reading, item), item.case.lon, item.case.lat),
        )
        for item in items
    }
    return sorted(((moment, is_grave) for is_grave, moment in moments), reverse=True), told


def replay(reading: Reading, asked: Asked, hours: int) -> list[tuple[Any, ...]]:
    """Reported, colour, area, place of the cases of the last hours, but for those withdrawn or handed over.

    One on its area's label point, or on a point where cases of three matters came in, has no place.
    """
    since = asked.as_of.astimezone(UTC) - timedelta(hours=hours)
    cases = [item.case for item in _staying(reading, asked) if item.case.reported_at >= since]
    matters: dict[tuple[float | None, float | None], set[int | None]] = {}
    for case in cases:
        matters.setdefault((case.lon, case.lat), set()).add(case.type_id)
    found = []
    for case in cases:
        is_place = point_of(reading, case) is not None and len(matters[case.lon, case.lat]) < 3
        lon, lat = (case.lon, case.lat) if is_place else (None, None)
        found.append((case.reported_at, case.risk, case.area_id, lon, lat))
    return sorted(found, key=str)


Near = tuple[timedelta, tuple[Any, ...]]


def told_metres(away: float | None) -> float | None:
    """Metres as far as they are compared: to ten, and of what lies beyond a kilometre only that it does."""
    return None if away is None else round(min(away, 1000.0), -1)


def neighbours(reading: Reading, asked: Asked, case_id: int) -> list[Near]:
    """How far apart in time, and case_id, reported, kind, colour, state, whether of one matter, metres, of the other
    cases at a case's area within 30 days of it, of its matter or within 100 m; the nearest in time first.

    Those withdrawn or handed over are none. An area's label point is no place. Those that may be shown singly.
    """
    everything = {item.case.case_id: item for item in reading.known(asked.subdistrict_id, asked.as_of)}
    if case_id not in everything:
        return []
    one = everything[case_id].case
    found: list[Near] = []
    for item in _staying(reading, replace(asked, area_id=None, kinds=None)):
        case, apart = item.case, abs(item.case.reported_at - one.reported_at)
        here, there = point_of(reading, one), point_of(reading, case)
        away = None if here is None or there is None else metres(here, there)
        is_same = case.type_id == one.type_id
        is_other = case.case_id != case_id and case.area_id == one.area_id
        if is_other and apart <= NEAR_DAYS and (is_same or (away is not None and away <= NEAR_METRES)):
            row = (case.case_id, case.reported_at, case.kind, case.risk, state_shown(reading, item), is_same)
            found.append((apart, (*row, told_metres(away))))
    return sorted(found, key=lambda near: near[0])


def first_of(found: Iterable[Near], rows: int) -> tuple[list[timedelta], set[tuple[Any, ...]]]:
    """How far apart the first so many are, and those of them that stand in a list whatever the order of like ones."""
    first = list(found)[:rows]
    is_full = len(first) == rows
    return [apart for apart, _ in first], {row for apart, row in first if not is_full or apart < first[-1][0]}
