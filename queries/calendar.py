"""Working days and holidays 调休, and the same period last year by them."""

from datetime import date, timedelta
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.runner import Shape, Type, ask, shape

#: How far the same days may lie from the same ISO week, to find a period with the same holidays.
NEAR_WEEKS: Final = 5

DAYS: Final[Shape] = shape(day=Type.DAY, is_working_day=Type.FLAG, holiday_zh=Type.TEXT)


class LastYear(NamedTuple):
    """The same period last year. Its days fall on the same weekdays; lengths are equal."""

    first: date
    last: date
    working_days: int | None  # of the period asked about; None: the calendar does not reach it
    working_days_then: int | None
    is_alike: bool  # as many working days and days of each named holiday, or no calendar speaks of them


def days(connection: Connection, first: date, last: date) -> pd.DataFrame:
    """One row per day the calendar knows, first to last (DAYS)."""
    return ask(connection, "calendar", "days", DAYS, {"first_day": first, "last_day": last})


def week_before_a_year(day: date) -> date:
    """The day of the same ISO week and weekday one ISO year earlier; of a 53rd week, where it has none, of its 52nd.

    364 or 371 days back, so always the same weekday.
    """
    year, week, weekday = day.isocalendar()
    try:
        return date.fromisocalendar(year - 1, week, weekday)
    except ValueError:
        return date.fromisocalendar(year - 1, week - 1, weekday)


def last_year(first: date, last: date, known: pd.DataFrame) -> LastYear:
    """The same period last year: the same weekdays of the same ISO weeks.

    Where the calendar knows both and they differ in working days or in days of a named holiday (the Spring Festival
    moves), the period up to five whole weeks away that differs least: in the sum of those differences, then by the
    distance, then the earlier one. ``is_alike``: it does not differ at all. ``known``: DAYS that reach 60 weeks back.
    """
    length = last - first
    start = week_before_a_year(first)
    here = _kinds_of_days(first, last, known)
    found: list[tuple[int, int, int, LastYear]] = []
    for weeks in range(-NEAR_WEEKS, NEAR_WEEKS + 1):
        moved = start + timedelta(weeks=weeks)
        there = _kinds_of_days(moved, moved + length, known)
        if here is not None and there is not None and moved + length < first:
            apart = sum(abs(here.get(name, 0) - there.get(name, 0)) for name in here | there)
            period = LastYear(moved, moved + length, here[_WORKING], there[_WORKING], apart == 0)
            found.append((apart, abs(weeks), weeks, period))
    if not found:
        return LastYear(start, start + length, None if here is None else here[_WORKING], None, True)
    return min(found)[-1]


_WORKING: Final = ""  # no holiday has this name


def _kinds_of_days(first: date, last: date, known: pd.DataFrame) -> dict[str, int] | None:
    """Working days, and days of each holiday by its name; None unless the calendar knows all days."""
    within = known[[first <= day <= last for day in known["day"]]]
    if len(within) != (last - first).days + 1:
        return None
    holidays = within.loc[within["holiday_zh"] != "", "holiday_zh"].value_counts()
    return {_WORKING: int(within["is_working_day"].sum())} | {str(name): int(n) for name, n in holidays.items()}
