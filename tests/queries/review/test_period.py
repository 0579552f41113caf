"""Periods of a meeting by their names."""

from datetime import date

import pytest

from queries.review.period import Period, PeriodError, Span, read_period

TODAY = date(2026, 11, 27)  # a Friday


@pytest.mark.parametrize(
    ("given", "span", "first", "last", "name"),
    [
        ("2026-W47", Span.WEEK, (2026, 11, 16), (2026, 11, 22), "2026-W47"),
        ("last-week", Span.WEEK, (2026, 11, 16), (2026, 11, 22), "2026-W47"),
        ("2026-11-16..2026-11-22", Span.WEEK, (2026, 11, 16), (2026, 11, 22), "2026-W47"),
        ("2026-W01", Span.WEEK, (2025, 12, 29), (2026, 1, 4), "2026-W01"),  # ISO: the week of the year's first Thursday
        ("2026-02", Span.MONTH, (2026, 2, 1), (2026, 2, 28), "2026-02"),
        ("last-month", Span.MONTH, (2026, 10, 1), (2026, 10, 31), "2026-10"),
        ("2026-02-01..2026-02-28", Span.MONTH, (2026, 2, 1), (2026, 2, 28), "2026-02"),
        ("2026-11-17..2026-11-23", Span.DAYS, (2026, 11, 17), (2026, 11, 23), "2026-11-17..2026-11-23"),
        (" 2026-11-27..2026-11-27 ", Span.DAYS, (2026, 11, 27), (2026, 11, 27), "2026-11-27..2026-11-27"),
    ],
)
def test_a_period_by_its_name(
    given: str, span: Span, first: tuple[int, int, int], last: tuple[int, int, int], name: str
) -> None:
    found = read_period(given, TODAY)
    assert found == Period(span, date(*first), date(*last))
    assert found.name == name
    assert read_period(name, TODAY) == found


def test_the_cycle_of_the_assessment_is_known_by_its_days() -> None:
    cycle = read_period("last-cycle", TODAY)
    assert cycle.span is Span.CYCLE
    assert (cycle.last - cycle.first).days == 13
    assert cycle.last < TODAY
    assert read_period(cycle.name, TODAY) == cycle


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", "'' is no period: write 2026-W47"),
        ("last week", "'last week' is no period"),
        ("2026-W54", "There is no period '2026-W54'"),
        ("2026-13", "There is no period '2026-13'"),
        ("2026-02-30..2026-03-01", "There is no period"),
        ("2026-03-02..2026-03-01", "ends on 2026-03-01, before it begins on 2026-03-02"),
        ("2024-01-01..2026-01-01", "732 days; a review is of 367 at most"),
        ("2026-W49", "begins on 2026-11-30, after today, 2026-11-27"),
    ],
)
def test_what_is_no_period_gets_a_sentence(given: str, sentence: str) -> None:
    with pytest.raises(PeriodError, match=sentence.replace(".", "[.]")):
        read_period(given, TODAY)


@pytest.mark.parametrize(
    ("given", "last"),
    [
        ("2026-W47", (2026, 11, 29)),
        ("2026-10", (2026, 11, 30)),
        ("2026-01", (2026, 2, 28)),
        ("2026-11-17..2026-11-19", (2026, 11, 22)),
    ],
)
def test_the_period_that_follows_ends_on(given: str, last: tuple[int, int, int]) -> None:
    assert read_period(given, TODAY).next_last == date(*last)


def test_a_week_that_runs_is_a_period() -> None:
    assert read_period("2026-W48", TODAY).last == date(2026, 11, 29)
