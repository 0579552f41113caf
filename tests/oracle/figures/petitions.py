"""Petitions: settled at the first visit, and carried to the capital."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.grouping import Counted, Key, Rates, rates_of_period
from tests.oracle.figures.rates import LEFT, PETITIONS, newest_followed

FOLLOWED_DAYS = 90


def _is_visit(reading: Reading, item: Known, mark: str) -> bool:
    """A petition of a matter marked so, neither withdrawn nor handed over."""
    case = item.case
    is_marked = mark in reading.ground.marks_of_type.get(case.type_id or 0, ())
    return case.kind == "petition" and is_marked and case.state not in LEFT


def _same_again(one: Known, other: Known) -> bool:
    """The same party with the same matter, another time."""
    is_known = one.case.party_key is not None
    return is_known and one.case.party_key == other.case.party_key and one.case.type_id == other.case.type_id


def first_visit_resolution(reading: Reading, asked: Asked) -> Rates:
    """Settled at the first visit, and no second one, within 90 days ÷ first petitions for a decision.

    A visit is the first where the same party did not bring the same matter in the 90 local days before, in the whole
    subdistrict; of two on one day the earlier one. Petitions of unknown parties are counted beside.
    """
    first, last = newest_followed(reading, asked, 365, FOLLOWED_DAYS)
    everywhere = reading.chosen(replace(asked, area_id=None, kinds=None))
    visits = [item for item in everywhere if _is_visit(reading, item, "decision")]
    visits = sorted(visits, key=lambda item: (item.case.reported_at, item.case.case_id))

    def counted() -> Iterator[Counted]:
        for place, item in enumerate(visits):
            case, day = item.case, item.case.reported_day
            until = day + timedelta(days=FOLLOWED_DAYS)
            since = day - timedelta(days=FOLLOWED_DAYS)
            before = any(_same_again(item, other) and other.case.reported_day >= since for other in visits[:place])
            again = any(_same_again(item, other) and other.case.reported_day <= until for other in visits[place + 1 :])
            is_asked = first <= day <= last and reading.is_within(case.area_id, asked.area_id)
            is_asked &= asked.kinds is None or case.kind in asked.kinds
            if not is_asked or before or not reading.has_times(item):
                continue
            settled = case.first_resolved_at is not None and reading.day(case.first_resolved_at) <= until
            back = any(
                day <= reading.day(row.occurred_at) <= until
                for row in item.rows
                if row.event == "reopened"
                and case.first_resolved_at is not None
                and row.occurred_at >= case.first_resolved_at
            )
            is_known = case.party_key is not None
            is_good = settled and not back and not again
            yield Counted(case, day, is_good, is_counted=is_known, beside=(not is_known,))

    return rates_of_period(reading, asked, (first, last), FOLLOWED_DAYS, counted(), is_follow_up_handed_in=True)


def capital_trips(reading: Reading, asked: Asked) -> dict[Key, tuple[float | None, ...]]:
    """Petitions of matters marked as trips to the capital, by the day reported; the total is there with none, too."""
    first, last = reading.period(asked)
    counted = [
        Counted(item.case, item.case.reported_day, True)
        for item in reading.chosen(asked, PETITIONS)
        if _is_visit(reading, item, "capital") and first <= item.case.reported_day <= last
    ]
    found = rates_of_period(reading, asked, (first, last), 0, counted)
    if asked.by == "total" and not found:
        is_over = asked.as_of >= reading.end_of(last) and reading.is_handed_in(asked.subdistrict_id, last)
        return {None: (0, not is_over)}
    return {key: (n, is_provisional) for key, (n, _, is_provisional) in found.items()}
