"""Rates of cases by the day they were reported or due."""

from collections.abc import Iterator
from datetime import timedelta

from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.grouping import Counted, Rates, rates

APPEALS = ("appeal",)


def same_day_resolution(reading: Reading, asked: Asked) -> Rates:
    """Reported on D and in state resolved at 24:00 of D, not reopened in the 7 days after ÷ all reported on D.

    Withdrawn or handed over before 24:00 of D: out. As known at T: what has not happened yet by T is not counted
    against a case, and the day is provisional until D+7 is over and every source has handed D in.
    """

    def counted() -> Iterator[Counted]:
        first, last = reading.period(asked)
        window = timedelta(days=reading.world.same_day_window_days)
        for known in reading.chosen(asked, APPEALS):
            case, day = known.case, known.case.reported_day
            if first <= day <= last and case.is_same_day_counted:
                is_final = asked.as_of >= reading.end_of(day + window)
                is_final = is_final and reading.is_handed_in(asked.subdistrict_id, day)
                yield Counted(case, day, case.is_same_day_kept, is_final)

    return rates(reading, asked, counted())
