"""The three lists: increment, stock, variable."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Known, Reading, at
from tests.oracle.figures.rates import LEFT

#: Upper edges of the classes of age; an edge belongs to the older class.
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=15))


def increment(reading: Reading, asked: Asked) -> dict[str, int]:
    """Cases reported since midnight by kind, whatever became of them."""
    day = reading.day(asked.as_of)
    return dict(Counter(str(item.case.kind) for item in reading.chosen(asked) if item.case.reported_day == day))


def age_class(age: timedelta) -> int:
    """0 to 4, by time passed: a day has 24 hours, also where a local one has 25."""
    return sum(age >= edge for edge in AGES)


def stock(reading: Reading, asked: Asked) -> tuple[int, tuple[int, ...], int, int]:
    """Open cases, by age since reported, those past their deadline as it stands, those with one."""
    cases = [item.case for item in reading.timed(asked) if item.case.state == "open"]
    ages = Counter(age_class(asked.as_of - case.reported_at) for case in cases)
    with_deadline = [case.due_at for case in cases if case.due_at is not None]
    overdue = sum(due_at < asked.as_of for due_at in with_deadline)
    return len(cases), tuple(ages[number] for number in range(5)), overdue, len(with_deadline)


def stock_a_day_before(reading: Reading, asked: Asked) -> tuple[int, tuple[int, ...], int, int]:
    """The stock 24 hours before, as known then."""
    return stock(reading, at(asked, asked.as_of.astimezone(UTC) - timedelta(hours=24)))


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance (haversine, mean radius 6,371,009 m); points are (lon, lat) in degrees."""
    lon_1, lat_1, lon_2, lat_2 = (radians(value) for value in (*one, *other))
    half = sin((lat_2 - lat_1) / 2) ** 2 + cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    return 2 * 6_371_009 * asin(sqrt(half))


def point_of(reading: Reading, case: Case) -> tuple[float, float] | None:
    """Where a case was; None where nobody said, or its area's default point stands there."""
    if case.lon is None or case.lat is None:
        return None
    point = (case.lon, case.lat)
    return None if reading.ground.label_points.get(case.area_id) == point else point


def is_at_one_place(reading: Reading, one: Case, other: Case) -> bool:
    """In the same grid, within 50 m or from the same party."""
    if one.area_id != other.area_id:
        return False
    if one.party_key is not None and one.party_key == other.party_key:
        return True
    here, there = point_of(reading, one), point_of(reading, other)
    return here is not None and there is not None and metres(here, there) <= 50


def _is_near_deadline(case: Case, as_of: datetime) -> bool:
    """More than 80 % of the time from report to the deadline as it stands has passed."""
    return case.due_at is not None and as_of - case.reported_at > 0.8 * (case.due_at - case.reported_at)


def _is_repeated(reading: Reading, asked: Asked, case: Case) -> bool:
    """At least the third of its matter at one place within the 30 days up to its own report; withdrawn ones and those
    handed over are none.

    Others count wherever the question looks: which kinds and which area are asked about does not change a case.
    """
    earlier = [
        other.case
        for other in reading.known(asked.subdistrict_id, asked.as_of)
        if other.case.case_id != case.case_id
        and other.case.type_id == case.type_id
        and other.case.state not in LEFT
        and timedelta(0) <= case.reported_at - other.case.reported_at <= timedelta(days=30)
        and is_at_one_place(reading, case, other.case)
    ]
    return len(earlier) >= 2


Parts = tuple[bool, bool, bool, bool]


def parts_of(reading: Reading, asked: Asked, known: Known) -> Parts:
    """Near its deadline, reopened, repeated, with an unanswered hand-up."""
    return (
        _is_near_deadline(known.case, asked.as_of),
        known.case.reopened_count > 0,
        _is_repeated(reading, asked, known.case),
        any(item.state == "pending" for item in known.escalations),
    )


def variable(reading: Reading, asked: Asked) -> dict[int, Parts]:
    """Open cases in at least one part, by case_id."""
    found = {
        item.case.case_id: parts_of(reading, asked, item) for item in reading.timed(asked) if item.case.state == "open"
    }
    return {case_id: parts for case_id, parts in found.items() if any(parts)}


Standing = tuple[str | None, datetime | None, datetime | None, bool, bool, bool, bool]
UNKNOWN: Standing = (None, None, None, False, False, False, False)


def state_shown(reading: Reading, item: Known) -> str | None:
    """The state of a case; of one that its source never closes nobody knows whether it is open."""
    return "not_recorded" if item.case.state == "open" and not reading.has_times(item) else item.case.state


def standing(reading: Reading, asked: Asked, case_id: int, since: datetime) -> Standing:
    """How a case that a list had stands: state, closed, deadline as it stands, overdue; reopened after a moment, a
    hand-up of it answered after it; whether a hand-up waits for an answer.

    Of whatever area, kind and source; of one that gives no closing times nobody knows whether it is still open, or
    overdue. Only a hand-up's first answer is one.
    """
    everything = reading.known(asked.subdistrict_id, asked.as_of)
    known = next((item for item in everything if item.case.case_id == case_id), None)
    if known is None:
        return UNKNOWN
    case, is_open = known.case, known.case.state == "open"
    return (
        *(state_shown(reading, known), case.closed_at, case.due_at),
        is_open and reading.has_times(known) and case.due_at is not None and case.due_at < asked.as_of,
        any(row.event == "reopened" and row.occurred_at > since for row in known.rows),
        any(item.answered_at is not None and item.answered_at > since for item in known.escalations),
        is_open and any(item.state == "pending" for item in known.escalations),
    )
