"""Which key of the answer a case belongs to, and rates by key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Reading

#: The total has no key.
Key = str | None

#: n, good, is_provisional by key.
Rates = dict[Key, tuple[int, int, bool]]


@dataclass(frozen=True)
class Counted:
    """One case in a rate's denominator, on the day it counts by."""

    case: Case
    day: date
    is_good: bool
    is_final: bool


def first_of(by: str, day: date) -> date:
    """The day itself, the Monday of its week, the first of its month."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def keys_of(reading: Reading, asked: Asked, case: Case, day: date) -> list[Key]:
    """The key a case counts under; none where it lies above the level asked for.

    An area counts with all that is below it by the tree of places. A case at an area that was not valid on its day (a
    corrected time, a later reassignment) is not lost: it counts where it is.
    """
    if asked.by == "total":
        return [None]
    if asked.by in ("day", "week", "month"):
        return [first_of(asked.by, day).isoformat()]
    if asked.by == "area":
        areas = reading.world.areas
        return [str(area) for area in reading.line_of(case.area_id) if areas[area].level == asked.unit_level]
    column = {"kind": case.kind, "type": case.type_id, "channel": case.channel, "risk": case.risk}
    return [str(column[asked.by])]


def last_day(asked: Asked, key: Key, period: tuple[date, date]) -> date:
    """The last day of the period that a key covers."""
    first, last = period
    if asked.by not in ("day", "week", "month") or key is None:
        return last
    day = max(date.fromisoformat(key), first)
    if asked.by == "day":
        return day
    ends = day + timedelta(days=6 - day.weekday()) if asked.by == "week" else _month_end(day)
    return min(ends, last)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def rates_of_period(
    reading: Reading, asked: Asked, period: tuple[date, date], follow_up: int, counted: Iterable[Counted]
) -> Rates:
    """Like ``rates``; besides, a key is provisional until its part of the period has ended, has been followed for
    ``follow_up`` days more, and every source has handed its last day in.
    """
    found = rates(reading, asked, counted)
    final = {}
    for key, (n, good, is_provisional) in found.items():
        day = last_day(asked, key, period)
        is_over = asked.as_of >= reading.end_of(day + timedelta(days=follow_up))
        is_final = is_over and reading.is_handed_in(asked.subdistrict_id, day)
        final[key] = (n, good, is_provisional or not is_final)
    return final


def rates(reading: Reading, asked: Asked, counted: Iterable[Counted]) -> Rates:
    """n, good, and whether any case of the key is not final yet."""
    found: Rates = {}
    for item in counted:
        for key in keys_of(reading, asked, item.case, item.day):
            n, good, is_provisional = found.get(key, (0, 0, False))
            found[key] = (n + 1, good + item.is_good, is_provisional or not item.is_final)
    return found
