"""Today while it runs, like days at the same clock time, units in two weeks, and the course of days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from tests.oracle.cases import state_before
from tests.oracle.figures.asked import Asked, Known, Reading, at
from tests.oracle.figures.escalations import is_answered_in_time
from tests.oracle.figures.rates import APPEALS, LEFT, is_due, is_on_time


def today(reading: Reading, asked: Asked) -> tuple[int, int, int, int]:
    """n, resolved, still winnable, lost of the cases reported on the local day of as_of, by their state at as_of.

    Lost: open, and cannot be closed before 24:00 unless a promise is broken: an unanswered hand-up whose answer is due
    at 24:00 or later, or a deadline put off to 24:00 or later.
    """
    day = reading.day(asked.as_of)
    end = reading.end_of(day)
    n = resolved = lost = 0
    for known in reading.timed(asked, APPEALS):
        case = known.case
        if case.reported_day != day or case.state in LEFT:
            continue
        n += 1
        resolved += case.state == "resolved"
        waits = any(
            item.state == "pending" and item.deadline_at is not None and item.deadline_at >= end
            for item in known.escalations
        )
        put_off = case.deadline_changes > 0 and case.due_at is not None and case.due_at >= end
        lost += case.state == "open" and (waits or put_off)
    return n, resolved, n - resolved - lost, lost


def like_days(reading: Reading, asked: Asked, days: int) -> list[date]:
    """The last ``days`` days before today with its weekday and its working-day status, newest first."""
    day = reading.day(asked.as_of)
    earlier = [day - timedelta(days=7 * weeks) for weeks in range(1, 10 * days)]
    alike = [other for other in earlier if is_working_day(reading, other) == is_working_day(reading, day)]
    return alike[:days]


def is_working_day(reading: Reading, day: date) -> bool:
    """By the calendar; a day it does not hold is worked from Monday to Friday."""
    return reading.ground.is_working_day.get(day, day.weekday() < 5)


LikeDay = tuple[date, str, int, int, int]


def at_this_clock(reading: Reading, asked: Asked, days: int = 8) -> set[LikeDay]:
    """(day, kind, reported, neither withdrawn nor handed over, resolved) of each like day as known at this clock time.

    A day without cases has one row with kind "".
    """
    found: set[LikeDay] = set()
    clock = asked.as_of.astimezone(reading.world.time_zone).time()
    for day in like_days(reading, asked, days):
        then = datetime.combine(day, clock, tzinfo=reading.world.time_zone)
        cases = [known for known in reading.chosen(at(asked, then)) if known.case.reported_day == day]
        for kind in sorted({str(known.case.kind) for known in cases}):
            of_kind = [known for known in cases if known.case.kind == kind]
            staying = [known for known in of_kind if known.case.state not in LEFT and reading.has_times(known)]
            resolved = sum(known.case.state == "resolved" for known in staying)
            found.add((day, kind, len(of_kind), len(staying), resolved))
        if not cases:
            found.add((day, "", 0, 0, 0))
    return found


def _is_open_before(known: Known, moment: datetime) -> bool:
    return state_before(known.rows, moment) == "open"


CourseDay = tuple[date, int, int, int, int, int, int, int, int]


def course(reading: Reading, asked: Asked) -> list[CourseDay]:
    """Per local day: reported; appeals counted, resolved; due, on time; open at its end; handed up; answered late.

    All as known at as_of. Deadlines count once they have passed; today's end is as_of; days to come have no row.
    Outcomes are those of sources with closing times; hand-ups count at the area that raised them.
    """
    return list(_course(reading, asked, reading.timed(asked, APPEALS), reading.timed(asked)))


def _course(
    reading: Reading, asked: Asked, appeals: Sequence[Known], all_kinds: Sequence[Known]
) -> Iterator[CourseDay]:
    first, last = reading.period(asked)
    every = reading.chosen(asked)
    hand_ups = [
        escalation
        for item in reading.chosen(replace(asked, area_id=None))
        for escalation in item.escalations
        if reading.is_within(escalation.from_area_id, asked.area_id)
    ]
    for day in days_between(first, min(last, reading.day(asked.as_of))):
        reported = [item.case for item in appeals if item.case.reported_day == day and item.case.is_same_day_counted]
        due = [
            item.case
            for item in all_kinds
            if is_due(item.case)
            and item.case.first_due_at is not None
            and item.case.due_day == day
            and item.case.first_due_at <= asked.as_of
        ]
        end = min(reading.end_of(day), asked.as_of + timedelta(microseconds=1))
        late = [
            escalation
            for escalation in hand_ups
            if escalation.deadline_at is not None
            and reading.day(escalation.deadline_at) == day
            and escalation.deadline_at <= asked.as_of
            and not is_answered_in_time(escalation)
        ]
        yield (
            day,
            sum(item.case.reported_day == day for item in every),
            len(reported),
            sum(case.is_same_day_resolved for case in reported),
            len(due),
            sum(is_on_time(case) for case in due),
            sum(_is_open_before(item, end) for item in all_kinds),
            sum(reading.day(escalation.raised_at) == day for escalation in hand_ups),
            len(late),
        )


def units_compared(reading: Reading, asked: Asked) -> dict[int, tuple[int, int, int, int]]:
    """n and resolved at 24:00 of the day reported, of the last seven whole days and of the seven before, by unit.

    One row per unit of the level that holds on the day of as_of and lies in the area asked about, those without cases
    as well. Both weeks are told as known at as_of, and neither looks beyond the midnight of its days.
    """
    today = reading.day(asked.as_of)
    units = [
        area.area_id
        for area in reading.world.areas.values()
        if area.level == asked.unit_level and area.subdistrict_id == asked.subdistrict_id and area.holds_on(today)
    ]
    appeals = [item.case for item in reading.timed(asked, APPEALS) if item.case.is_same_day_counted]

    def week(unit: int, last: date) -> tuple[int, int]:
        first = last - timedelta(days=6)
        cases = [
            case for case in appeals if first <= case.reported_day <= last and reading.is_within(case.area_id, unit)
        ]
        return len(cases), sum(case.is_same_day_resolved for case in cases)

    return {
        unit: (*week(unit, today - timedelta(days=1)), *week(unit, today - timedelta(days=8)))
        for unit in units
        if reading.is_within(unit, asked.area_id)
    }


def days_between(first: date, last: date) -> Iterable[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
