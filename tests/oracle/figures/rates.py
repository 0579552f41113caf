"""Rates of cases by the day they were reported, due, resolved or evaluated."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.oracle.cases import Case, times_of
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.grouping import Counted, Rates, rates_of_period

APPEALS = ("appeal",)
HAZARDS = ("hazard",)
PETITIONS = ("petition",)
LEFT = ("withdrawn", "transferred")
BASE = ("grid", "community")


def reported_in(reading: Reading, asked: Asked, own_kinds: tuple[str, ...] | None = None) -> list[Known]:
    """Cases reported on the period's days."""
    first, last = reading.period(asked)
    return [item for item in reading.chosen(asked, own_kinds) if first <= item.case.reported_day <= last]


def same_day_resolution(reading: Reading, asked: Asked) -> Rates:
    """Reported on D and in state resolved at 24:00 of D, not reopened in the 7 days after ÷ all reported on D.

    Withdrawn or handed over before 24:00 of D: out. As known at T: what has not happened yet by T is not counted
    against a case, and the day is provisional until D+7 is over and every source has handed D in. Cases of
    sources without closing times are left out, as in every figure about outcomes.
    """

    counted = [
        Counted(item.case, item.case.reported_day, item.case.is_same_day_kept)
        for item in reported_in(reading, asked, APPEALS)
        if item.case.is_same_day_counted and reading.has_times(item)
    ]
    return rates_of_period(reading, asked, reading.period(asked), reading.world.same_day_window_days, counted)


def is_due(case: Case) -> bool:
    """Whether a case counts at its first deadline: it has one, and was not withdrawn or handed over before it.

    By its state at T: a case withdrawn before the deadline and reopened since is due.
    """
    if case.first_due_at is None:
        return False
    return not (case.state in LEFT and case.closed_at is not None and case.closed_at < case.first_due_at)


def is_on_time(case: Case) -> bool:
    """First resolved by the deadline as first set, whatever became of it."""
    return (
        case.first_resolved_at is not None
        and case.first_due_at is not None
        and case.first_resolved_at <= case.first_due_at
    )


def is_extended(case: Case) -> bool:
    """Whether the deadline as it stands is later than the first one."""
    return case.due_at is not None and case.first_due_at is not None and case.due_at > case.first_due_at


def due_in(reading: Reading, asked: Asked, days: int = 28) -> list[Known]:
    """Cases whose first deadline fell on the period's days and has come."""
    first, last = reading.period(asked, days)
    return [
        item
        for item in reading.chosen(asked)
        if is_due(item.case)
        and item.case.first_due_at is not None
        and item.case.first_due_at <= asked.as_of
        and item.case.due_day is not None
        and first <= item.case.due_day <= last
    ]


def on_time(reading: Reading, asked: Asked) -> Rates:
    """First resolved by the first deadline ÷ first due in the period and by T; by the day first due."""
    cases = [item for item in due_in(reading, asked, 14) if reading.has_times(item)]
    counted = [
        Counted(item.case, item.case.due_day, is_on_time(item.case), beside=(is_extended(item.case),))
        for item in cases
        if item.case.due_day is not None
    ]
    return rates_of_period(reading, asked, reading.period(asked, 14), 0, counted)


def on_the_spot(reading: Reading, asked: Asked) -> Rates:
    """Hazards corrected by the finder ÷ hazards reported and neither withdrawn nor handed over by T."""
    counted = [
        Counted(item.case, item.case.reported_day, item.case.is_on_the_spot, item.case.state != "open")
        for item in reported_in(reading, asked, HAZARDS)
        if item.case.state not in LEFT and reading.has_times(item)
    ]
    return rates_of_period(reading, asked, reading.period(asked), 0, counted)


def base_resolution(reading: Reading, asked: Asked) -> Rates:
    """Resolved by T at grid or community ÷ resolved by T at any level + open at T above community."""

    def counted() -> Iterator[Counted]:
        for item in reported_in(reading, asked):
            case = item.case
            if case.state in LEFT or not reading.has_times(item):
                continue
            is_open = case.state == "open"
            above, below = is_open and case.level not in BASE, is_open and case.level in BASE
            is_good = not is_open and case.resolved_level in BASE
            yield Counted(case, case.reported_day, is_good, not is_open, not below, (above, below))

    return rates_of_period(reading, asked, reading.period(asked), 0, counted())


def newest_followed(reading: Reading, asked: Asked, days: int, follow_up: int) -> tuple[date, date]:
    """The period; without one the newest ``days`` days that have been followed for ``follow_up`` days more."""
    last = reading.day(asked.as_of) - timedelta(days=follow_up + 1)
    return asked.period or (last - timedelta(days=days - 1), last)


def came_back(reading: Reading, item: Known, first: date, last: date, after: datetime) -> bool:
    """Whether a case was reopened on one of the days, after it was resolved."""
    reopenings = times_of(item.rows, "reopened")
    return any(moment >= after and first <= reading.day(moment) <= last for moment in reopenings)


def reopened(reading: Reading, asked: Asked) -> Rates:
    """Reopened on the day of the first resolution or in the 30 after ÷ first resolved in the period and so followed."""
    first, last = newest_followed(reading, asked, 28, 30)

    def counted() -> Iterator[Counted]:
        for item in reading.chosen(asked):
            start = item.case.first_resolved_at
            if start is None or not reading.has_times(item):
                continue
            day = reading.day(start)
            until = day + timedelta(days=30)
            if first <= day <= last:
                is_followed = reading.end_of(until) <= asked.as_of
                back = came_back(reading, item, day, until, start)
                beside = (not is_followed, not is_followed and back)
                yield Counted(item.case, day, back, is_counted=is_followed, beside=beside)

    return rates_of_period(reading, asked, (first, last), 30, counted(), is_follow_up_handed_in=True)


def satisfaction(reading: Reading, asked: Asked) -> Rates:
    """Marked 4 or 5 ÷ marked, by the day last evaluated, and the sum of marks; the newest mark known counts."""
    first, last = reading.period(asked)
    counted = [
        Counted(item.case, reading.day(item.case.evaluated_at), item.case.satisfaction >= 4,
                beside=(item.case.satisfaction,))
        for item in reading.chosen(asked)
        if item.case.satisfaction is not None
        and item.case.evaluated_at is not None
        and first <= reading.day(item.case.evaluated_at) <= last
    ]  # fmt: skip
    return rates_of_period(reading, asked, (first, last), 0, counted)
