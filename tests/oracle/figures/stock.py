"""Volume, the backlog by key and how it moves."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from tests.oracle.cases import state_before, turns_of
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.grouping import Counted, Key, Rates, keys_of, rates_of_period
from tests.oracle.figures.lists import age_class
from tests.oracle.figures.rates import reported_in
from tests.oracle.rows import next_day


def volume(reading: Reading, asked: Asked) -> Rates:
    """Cases reported in the period, whatever became of them."""
    counted = [Counted(item.case, item.case.reported_day, True) for item in reported_in(reading, asked)]
    found = rates_of_period(reading, asked, reading.period(asked), 0, counted)
    return {key: (n, is_provisional) for key, (n, _, is_provisional) in found.items()}


def stock_by(reading: Reading, asked: Asked) -> dict[Key, tuple[int, ...]]:
    """Open cases, their five classes of age, overdue, with a deadline, by key; days are those of the report."""
    found: dict[Key, list[int]] = {}
    for item in reading.timed(asked):
        case = item.case
        if case.state != "open":
            continue
        ages = [0] * 5
        ages[age_class(asked.as_of - case.reported_at)] = 1
        is_overdue = case.due_at is not None and case.due_at < asked.as_of
        numbers = [1, *ages, int(is_overdue), int(case.due_at is not None)]
        for key in keys_of(reading, asked, case, case.reported_day):
            found[key] = [a + b for a, b in zip(found.get(key, [0] * 8), numbers, strict=True)]
    return {key: tuple(numbers) for key, numbers in found.items()}


def _days(age: timedelta) -> float:
    return age.total_seconds() / 86400


def _median_age(items: Iterable[Known], moment: datetime) -> float | None:
    ages = [_days(moment - item.case.reported_at.replace(microsecond=0)) for item in items]
    return round(median(ages), 6) if ages else None


Movement = tuple[int, int, int, int, float | None, float | None]


def movement(reading: Reading, asked: Asked) -> dict[Key, Movement]:
    """Open at the start, opened, closed, open at the end, median age at both, of the period up to as_of.

    What happened at as_of itself has happened. A period that has not begun has no row.
    """
    first, last = reading.period(asked)
    start, end = reading.midnight(first), min(reading.end_of(last), asked.as_of + timedelta(microseconds=1))
    return movement_of_span(reading, asked, start, end) if start < asked.as_of else {}


def movement_of_span(reading: Reading, asked: Asked, start: datetime, end: datetime) -> dict[Key, Movement]:
    """The movement between two moments; what happens at a bound belongs to the span that begins there."""
    found: dict[Key, list[Known]] = {}
    for item in reading.timed(asked):
        for key in keys_of(reading, asked, item.case, item.case.reported_day):
            found.setdefault(key, []).append(item)
    answer = {}
    for key, items in found.items():
        before = [item for item in items if state_before(item.rows, start) == "open"]
        after = [item for item in items if state_before(item.rows, end) == "open"]
        changes = [opens for item in items for at, opens in turns_of(item.rows) if start <= at < end]
        opened, closed = changes.count(True), changes.count(False)
        if before or after or changes:
            answer[key] = (len(before), opened, closed, len(after), _median_age(before, start), _median_age(after, end))
    return answer


WEEK = timedelta(days=7)
Weeks = dict[tuple[Key, int], tuple[datetime, datetime, Movement]]


def two_weeks(reading: Reading, asked: Asked) -> Weeks:
    """(key, 1 or 2) -> start, end, movement of the last two times seven whole local days.

    Before the day of as_of, or before the end of a period that ended earlier.
    """
    after = reading.day(asked.as_of)
    if asked.period is not None:
        after = min(after, next_day(asked.period[1]))
    found: Weeks = {}
    for number in (1, 2):
        first = after - (3 - number) * WEEK
        start, end = reading.midnight(first), reading.midnight(first + WEEK)
        moved = movement_of_span(reading, asked, start, end)
        found |= {(key, number): (start, end, of_key) for key, of_key in moved.items()}
    return found


def growing(weeks: Weeks) -> dict[Key, bool]:
    """Whether, in both weeks, more was opened than closed and the median age at the end was above that at the start.

    Without an open case at a week's start there is no age to rise from.
    """
    return {key: all(_is_worse(weeks.get((key, number))) for number in (1, 2)) for key, _ in weeks}


def _is_worse(week: tuple[datetime, datetime, Movement] | None) -> bool:
    if week is None:
        return False
    _, opened, closed, _, age_before, age = week[2]
    return opened > closed and age_before is not None and age is not None and age > age_before
