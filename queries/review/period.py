"""The days a meeting is about: a week, a cycle of the assessment, a month, or any days."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from queries.statistics.configuration import assessment_rules, cycle_back

_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_DAYS: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
#: Longest period in days: a year and a day.
LONGEST: Final = 367


class PeriodError(ValueError):
    """No period, or one that cannot be reviewed; the text says what is allowed."""


class Span(StrEnum):
    """What kind of period it is."""

    WEEK = "week"
    CYCLE = "cycle"  # of the two-weekly assessment, counted from its anchor
    MONTH = "month"
    DAYS = "days"


@dataclass(frozen=True)
class Period:
    """First and last local day, both included."""

    span: Span
    first: date
    last: date

    @property
    def next_last(self) -> date:
        """The last day of the equal period that follows."""
        if self.span is Span.MONTH:
            return _month(self.last + timedelta(days=1)).last
        return self.last + (self.last - self.first) + timedelta(days=1)

    @property
    def name(self) -> str:
        """How it is written in an address: 2026-W47, 2026-11 or 2026-11-02..2026-11-15."""
        if self.span is Span.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02d}"
        if self.span is Span.MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first}..{self.last}"


def read_period(given: str, today: date) -> Period:
    """A period by its name, or ``last-week``, ``last-cycle``, ``last-month``: the newest that has ended by ``today``.

    Days that are a whole week, cycle or month are that one. Raises PeriodError for anything else, and for a period that
    begins after ``today``.
    """
    found = _named(given.strip(), today)
    if found.first > today:
        raise PeriodError(f"The period {given} begins on {found.first}, after today, {today}.")
    return found


def _named(given: str, today: date) -> Period:
    if given == "last-week":
        monday = today - timedelta(days=today.weekday() + 7)
        return Period(Span.WEEK, monday, monday + timedelta(days=6))
    if given == "last-month":
        last = today.replace(day=1) - timedelta(days=1)
        return Period(Span.MONTH, last.replace(day=1), last)
    if given == "last-cycle":
        first, last = cycle_back(today, 1)
        return Period(Span.CYCLE, first, last)
    try:
        if found := _WEEK.fullmatch(given):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Period(Span.WEEK, monday, monday + timedelta(days=6))
        if found := _MONTH.fullmatch(given):
            return _month(date(int(found[1]), int(found[2]), 1))
        if found := _DAYS.fullmatch(given):
            return _of_days(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    except ValueError as error:
        if isinstance(error, PeriodError):
            raise
        raise PeriodError(f"There is no period {given!r}: the calendar has no such day, week or month.") from None
    raise PeriodError(
        f"{given!r} is no period: write 2026-W47, 2026-11, 2026-11-02..2026-11-15, last-week, last-cycle or last-month."
    )


def _month(first: date) -> Period:
    return Period(Span.MONTH, first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))


def _of_days(first: date, last: date) -> Period:
    if last < first:
        raise PeriodError(f"The period ends on {last}, before it begins on {first}.")
    length = (last - first).days + 1
    if length > LONGEST:
        raise PeriodError(f"The period has {length} days; a review is of {LONGEST} at most.")
    if length == 7 and first.weekday() == 0:
        return Period(Span.WEEK, first, last)
    if _month(first.replace(day=1)) == Period(Span.MONTH, first, last):
        return Period(Span.MONTH, first, last)
    span = Span.CYCLE if assessment_rules(first).cycle(first) == (first, last) else Span.DAYS
    return Period(span, first, last)
