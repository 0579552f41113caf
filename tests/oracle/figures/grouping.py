"""Which key of the answer a case belongs to, and rates by key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Reading

#: The total has no key.
Key = str | None

#: n, good, is_provisional and what stands beside them by key.
Rates = dict[Key, tuple[float | None, ...]]


@dataclass(frozen=True)
class Counted:
    """One case of a rate, on the day it counts by: in the denominator or only ``beside``, numbers that are summed."""

    case: Case
    day: date
    is_good: bool
    is_final: bool = True
    is_counted: bool = True
    beside: tuple[int, ...] = ()


def first_of(by: str, day: date) -> date:
    """The day itself, the Monday of its week, the first of its month."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def keys_of(reading: Reading, asked: Asked, case: Case, day: date) -> list[Key]:
    """The key a case counts under; none where it lies above the level asked for.

    An area counts with all that is below it by the tree of places. A case at an area that was not valid on its day (a
    corrected time, a later reassignment) is not lost: it counts where it is. Areas above the one asked about have no
    row.
    """
    if asked.by == "total":
        return [None]
    if asked.by in ("day", "week", "month"):
        return [first_of(asked.by, day).isoformat()]
    if asked.by == "area":
        return units_of(reading, asked, case.area_id)
    if asked.by == "hour":
        return [f"{case.reported_hour:02d}"]
    if asked.by == "department":
        return [str(case.department_id or "")]
    column = {"kind": case.kind, "type": case.type_id, "channel": case.channel, "risk": case.risk}
    return [str(column[asked.by])]


def units_of(reading: Reading, asked: Asked, area_id: int) -> list[Key]:
    """The unit of the level asked for that an area is or lies in; none above the area asked about."""
    units = [area for area in reading.line_of(area_id) if reading.world.areas[area].level == asked.unit_level]
    return [str(area) for area in units if reading.is_within(area, asked.area_id)]


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
    reading: Reading,
    asked: Asked,
    period: tuple[date, date],
    follow_up: int,
    counted: Iterable[Counted],
    *,
    is_follow_up_handed_in: bool = False,
) -> Rates:
    """n, good, is_provisional and the numbers beside them by key.

    A key is provisional while one of its cases is not final, and until its part of the period has ended, has been
    followed for ``follow_up`` days more, and every source has handed in its last day (``is_follow_up_handed_in``: the
    last day of the follow-up as well).
    """
    found: dict[Key, list[Counted]] = {}
    for item in counted:
        for key in keys_of(reading, asked, item.case, item.day):
            found.setdefault(key, []).append(item)
    answer: Rates = {}
    for key, items in found.items():
        day = last_day(asked, key, period)
        followed = day + timedelta(days=follow_up)
        is_final = asked.as_of >= reading.end_of(followed) and all(item.is_final for item in items)
        handed_in = reading.is_handed_in(asked, followed if is_follow_up_handed_in else day)
        in_n = [item for item in items if item.is_counted]
        beside = [sum(numbers) for numbers in zip(*(item.beside for item in items), strict=True)]
        answer[key] = (len(in_n), sum(item.is_good for item in in_n), not (is_final and handed_in), *beside)
    return answer
