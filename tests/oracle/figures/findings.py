"""Questions about units: what could have shown a habit, what did, and the rate it flatters with and without that.

Cases of sources that give no closing times take no part in any of them but the reports: nobody knows how they went.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.oracle.cases import Case, times_of
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.grouping import units_of
from tests.oracle.figures.lists import metres, point_of
from tests.oracle.figures.rates import APPEALS, came_back

#: (unit, its kind, what figure_n and so on are told by) -> n, observed; the rate's n and good; the same with the
#: observed cases counted in and none of them as good; the numbers of the cases behind it.
Evidence = dict[tuple[int, str, str], tuple[int, int, int, int, int, int, list[int]]]

SOON = timedelta(days=1)
NEAR_METRES = 20


@dataclass(frozen=True)
class Seen:
    """One case, as a finding looks at it: could it have shown the habit, did it; is it in the rate, is it good there.

    ``beside``: numbers of other cases that are evidence of it.
    """

    case: Case
    could: bool
    did: bool
    is_counted: bool
    is_good: bool
    beside: tuple[int, ...] = ()


def evidence(reading: Reading, asked: Asked, cutoff: str, cases: Iterable[Seen]) -> Evidence:
    """One row per unit with a case that could have shown it."""
    by_unit: dict[int, list[Seen]] = {}
    for seen in cases:
        for key in units_of(reading, asked, seen.case.area_id):
            by_unit.setdefault(int(key or ""), []).append(seen)
    found: Evidence = {}
    for area_id, of_unit in by_unit.items():
        suspects = [seen for seen in of_unit if seen.could and seen.did]
        counted = [seen for seen in of_unit if seen.is_counted]
        numbers = {number for seen in suspects for number in (seen.case.case_id, *seen.beside)}
        if n := sum(seen.could for seen in of_unit):
            found[area_id, reading.ground.kind_of_area[area_id], cutoff] = (
                *(n, len(suspects), len(counted), sum(seen.is_good for seen in counted)),
                len(counted) + sum(not seen.is_counted for seen in suspects),
                sum(seen.is_good and seen not in suspects for seen in counted),
                sorted(numbers),
            )
    return found


def _on_their_day(
    reading: Reading, asked: Asked, could: Callable[[Known], bool], did: Callable[[Known], bool]
) -> Iterable[Seen]:
    """Cases reported in the period, beside same-day resolution."""
    first, last = reading.period(asked)
    for item in reading.timed(asked, APPEALS):
        case = item.case
        if first <= case.reported_day <= last:
            yield Seen(case, could(item), did(item), case.is_same_day_counted, case.is_same_day_kept)


def closed_before_midnight(reading: Reading, asked: Asked) -> Evidence:
    """First resolved in the last ten minutes of the day reported, half an hour or more after it ÷ first resolved from
    20:00 of that day on, up to its end; whatever became of them.
    """

    def could(item: Known) -> bool:
        resolved, day = item.case.first_resolved_at, item.case.reported_day
        if resolved is None or reading.day(resolved) != day:
            return False
        return resolved.astimezone(reading.world.time_zone).hour >= 20

    def did(item: Known) -> bool:
        resolved = item.case.first_resolved_at
        is_late = resolved is not None and resolved >= reading.end_of(item.case.reported_day) - timedelta(minutes=10)
        return is_late and resolved is not None and resolved - item.case.reported_at >= timedelta(minutes=30)

    return evidence(reading, asked, "midnight", _on_their_day(reading, asked, could, did))


def closed_within_a_minute(reading: Reading, asked: Asked) -> Evidence:
    """First resolved within a minute of being accepted (else dispatched, else reported) ÷ resolved once; of the cases
    reported in the period whose matter is not settled by whoever finds it. Sixty seconds are no longer within it. What
    came after the resolution is no beginning of the work on it.
    """

    def could(item: Known) -> bool:
        is_settled_there = item.case.type_id in reading.ground.found_and_settled
        return item.case.first_resolved_at is not None and not is_settled_there

    def did(item: Known) -> bool:
        case, resolved = item.case, item.case.first_resolved_at
        if resolved is None:
            return False
        begun = [
            moment for moment in (case.accepted_at, case.dispatched_at) if moment is not None and moment <= resolved
        ]
        return resolved - (*begun, case.reported_at)[0] < timedelta(minutes=1)

    return evidence(reading, asked, "minute", _on_their_day(reading, asked, could, did))


def reopened_after_same_day(reading: Reading, asked: Asked) -> Evidence:
    """Of the cases resolved at 24:00 of the day reported and first reopened in the period those reopened on the day
    after their seven days of follow-up; beside same-day resolution of the days whose follow-up ended the day before one
    of the period's.
    """
    first, last = reading.period(asked)
    window = timedelta(days=reading.world.same_day_window_days + 1)

    def seen(item: Known) -> Seen:
        case, after = item.case, item.case.reported_day + window
        back = first_reopened_on(reading, item)
        could = back is not None and first <= back <= last and case.is_same_day_resolved
        is_counted = first <= after <= last and case.is_same_day_counted
        return Seen(case, could, back == after, is_counted, case.is_same_day_kept)

    return evidence(reading, asked, "same_day", map(seen, reading.timed(asked, APPEALS)))


def reopened_after_thirty_days(reading: Reading, asked: Asked) -> Evidence:
    """Of the cases resolved once and first reopened in the period those reopened on the day after the 30 days that
    follow their first resolution; beside the share of cases not reopened in such days, of those whose days ended the
    day before one of the period's.
    """
    first, last = reading.period(asked)

    def cases() -> Iterable[Seen]:
        for item in reading.timed(asked, APPEALS):
            resolved = item.case.first_resolved_at
            if resolved is None:
                continue
            day, back = reading.day(resolved), first_reopened_on(reading, item)
            until = day + timedelta(days=30)
            after = until + timedelta(days=1)
            is_counted = first <= after <= last and reading.end_of(until) <= asked.as_of
            is_good = not came_back(reading, item, day, until, resolved)
            could = back is not None and first <= back <= last
            yield Seen(item.case, could, back == after, is_counted, is_good)

    return evidence(reading, asked, "reopened", cases())


def first_reopened_on(reading: Reading, item: Known) -> date | None:
    """The day on which a case was first reopened."""
    reopened = times_of(item.rows, "reopened")
    return reading.day(reopened[0]) if reopened else None


def _is_again(reading: Reading, one: Case, closed_at: datetime, other: Case) -> bool:
    """Whether another case brings the matter of a closed one anew: in its area, within a day, of its party or, where
    either has none, within 20 m. An area's default point is no place.
    """
    is_soon = timedelta(0) < other.reported_at - closed_at <= SOON
    is_alike = other.case_id != one.case_id and other.type_id == one.type_id and other.area_id == one.area_id
    if not (is_soon and is_alike):
        return False
    if one.party_key is not None and other.party_key is not None:
        return one.party_key == other.party_key
    here, there = point_of(reading, one), point_of(reading, other)
    return here is not None and there is not None and metres(here, there) <= NEAR_METRES


def opened_again(reading: Reading, asked: Asked) -> Evidence:
    """Cases whose matter came in anew within a day of their first resolution ÷ first resolved in the period; beside
    the share of those that stayed closed: not reopened since, however long ago that was.
    """
    first, last = reading.period(asked)
    others = [item.case for item in reading.known(asked.subdistrict_id, asked.as_of)]

    def cases() -> Iterable[Seen]:
        for item in reading.timed(asked, APPEALS):
            resolved = item.case.first_resolved_at
            if resolved is None or not first <= reading.day(resolved) <= last:
                continue
            again = [other.case_id for other in others if _is_again(reading, item.case, resolved, other)]
            is_good = not any(moment >= resolved for moment in times_of(item.rows, "reopened"))
            yield Seen(item.case, True, bool(again), True, is_good, tuple(again))

    return evidence(reading, asked, "again", cases())
