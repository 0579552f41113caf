"""What the risk of a unit is made of: the last hours, the days before, the rhythm of the week.

A unit's risk is seen among all units: an area asked about narrows nothing here.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tests.oracle.cases import Case, state_before
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.clocks import URGENT
from tests.oracle.figures.rates import LEFT

COLOURS = ("red", "orange", "yellow", "blue")
#: Red and orange.
GRAVE = URGENT
#: Whole local days behind what is expected (risk.toml).
HISTORY_DAYS = 84
#: How many cases of all matters the share of one matter's grave ones is mixed with.
TRUST = 10
SHORTEST = timedelta(microseconds=1)


def units_on(reading: Reading, asked: Asked, day: date) -> list[int]:
    """The areas of the level asked for that hold on a day."""
    return [
        area.area_id
        for area in reading.world.areas.values()
        if area.level == asked.unit_level and area.subdistrict_id == asked.subdistrict_id and area.holds_on(day)
    ]


def _is_late(known: Known, moment: datetime) -> bool:
    """Open at a moment and past the deadline as it stands."""
    due_at = known.case.due_at
    is_open = state_before(known.rows, moment + SHORTEST) == "open"
    return due_at is not None and due_at < moment and is_open


def _waits(moment: datetime, known: Known) -> list[int]:
    """The areas whose hand-ups of a case wait at a moment: neither answered nor lapsed by then."""
    return [
        item.from_area_id
        for item in known.escalations
        if item.raised_at <= moment
        and (item.answered_at is None or item.answered_at > moment)
        and (item.lapsed_at is None or item.lapsed_at > moment)
    ]


Recent = tuple[int, ...]


def _recent(reading: Reading, asked: Asked, moment: datetime) -> dict[int, Recent]:
    """The parts of every unit of the day of as_of, by what is known at as_of of what had happened by a moment."""
    asked = replace(asked, area_id=None)
    moment = moment.astimezone(UTC)  # Python adds hours to a local time by the wall clock
    counted = [item.case for item in reading.chosen(asked) if item.case.state not in LEFT]
    late = [item.case for item in reading.chosen(asked) if _is_late(item, moment) and reading.has_times(item)]
    waiting = [area_id for item in reading.chosen(asked) for area_id in _waits(moment, item)]
    points = [point for point in reading.ground.risk_points if point.is_open_on(reading.day(moment))]

    def since(unit: int, hours: int, colours: Sequence[str]) -> int:
        start = moment - timedelta(hours=hours)
        return sum(
            start < case.reported_at <= moment and case.risk in colours and reading.is_within(case.area_id, unit)
            for case in counted
        )

    def parts(unit: int) -> Recent:
        overdue = Counter(case.risk for case in late if reading.is_within(case.area_id, unit))
        sites = Counter(point.risk for point in points if reading.is_within(point.area_id, unit))
        return (
            *(since(unit, 24, (colour,)) for colour in COLOURS),
            since(unit, 6, GRAVE),
            since(unit, 6, ("yellow", "blue")),
            since(unit, 72, GRAVE),
            *(overdue.total(), overdue["red"], overdue["orange"]),
            sum(reading.is_within(area_id, unit) for area_id in waiting),
            *(sites.total(), sites["red"], sites["orange"]),
        )

    return {unit: parts(unit) for unit in units_on(reading, asked, reading.day(asked.as_of))}


def recent(reading: Reading, asked: Asked) -> dict[int, Recent]:
    """By unit: reported in 24 hours by colour; grave and slight of 6 hours, grave of 72; overdue, and of these red and
    orange; hand-ups that wait; open risk points, and of these red and orange.

    Hours count back from as_of, which is inside; the moment a whole number of hours before is outside. Withdrawn cases
    and those handed over were none. Overdue are cases of sources with closing times. A hand-up counts at the area that
    raised it. What is at an area that does not hold any more counts for all above it.
    """
    return _recent(reading, asked, asked.as_of)


Course = dict[tuple[datetime, int], Recent]


def course(reading: Reading, asked: Asked, moments: Sequence[datetime]) -> Course:
    """The same of every moment, as known at as_of: a case withdrawn later was none, a deadline is the one that stands,
    units are those of the day of as_of.
    """
    return {(moment, unit): parts for moment in moments for unit, parts in _recent(reading, asked, moment).items()}


def history(reading: Reading, asked: Asked, until: date | None, more_days: int = 0) -> Callable[[Case], bool]:
    """Whether a case is one of the days behind what is expected, and was neither withdrawn nor handed over."""
    after = until or reading.day(asked.as_of)
    first = after - timedelta(days=HISTORY_DAYS + more_days)
    return lambda case: first <= case.reported_day < after and case.state not in LEFT


Daily = dict[tuple[int, date], tuple[float, ...]]


def daily(reading: Reading, asked: Asked, until: date | None, more_days: int) -> Daily:
    """(unit, day) -> cases by colour, and how many would be grave if each were so as often as its matter is.

    A matter's share is that of its cases of these days, mixed with ten cases of all matters.
    """
    is_counted = history(reading, asked, until, more_days)
    cases = [item.case for item in reading.chosen(replace(asked, area_id=None)) if is_counted(item.case)]
    found: Daily = {}
    for unit in units_on(reading, asked, reading.day(asked.as_of)):
        days: dict[date, list[Case]] = {}
        for case in cases:
            if reading.is_within(case.area_id, unit):
                days.setdefault(case.reported_day, []).append(case)
        for day, of_day in days.items():
            colours = Counter(case.risk for case in of_day)
            due = sum(grave_share(cases, case.type_id) for case in of_day)
            found[unit, day] = (*(colours[colour] for colour in COLOURS), float(round(due, 6)))
    return found


def grave_share(cases: Sequence[Case], type_id: int | None) -> Fraction:
    """The share of a matter's cases that are red or orange, mixed with that of all matters worth ``TRUST`` cases."""
    alike = [case for case in cases if case.type_id == type_id]
    of_all = Fraction(sum(case.risk in GRAVE for case in cases), len(cases))
    return (sum(case.risk in GRAVE for case in alike) + TRUST * of_all) / (len(alike) + TRUST)


def profile(reading: Reading, asked: Asked, until: date | None) -> dict[tuple[int, int], tuple[int, int]]:
    """(weekday, local hour) -> cases reported, and red and orange ones of them, of the same days as ``daily``."""
    is_counted = history(reading, asked, until)
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for item in reading.chosen(replace(asked, area_id=None)):
        if is_counted(item.case):
            key = item.case.reported_day.isoweekday(), item.case.reported_hour
            n, grave = found.get(key, (0, 0))
            found[key] = n + 1, grave + (item.case.risk in GRAVE)
    return found
