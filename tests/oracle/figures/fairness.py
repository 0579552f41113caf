"""What the ranking of units and the index of communities are made of: how each case went, by unit and stratum."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.rates import APPEALS, HAZARDS, LEFT, came_back, due_in, is_on_time, reported_in
from tests.oracle.rows import Area, next_day

#: Days of one assessed cycle.
CYCLE_DAYS = 14
FOLLOWED_DAYS = 30
RISKS = ("red", "orange", "yellow", "blue")
GRAVE = ("red", "orange")

#: Unit, indicator, line of duty, matter, number of the colour, place of the channel, hour of the report.
Stratum = tuple[int, str, int | None, int | None, int, int, int]


def units_on(reading: Reading, asked: Asked, day: date) -> list[Area]:
    """The subdistrict's units of the level asked for that hold on a day."""
    return [
        area
        for area in reading.world.areas.values()
        if area.level == asked.unit_level and area.subdistrict_id == asked.subdistrict_id and area.holds_on(day)
    ]


def of_all(asked: Asked) -> Asked:
    """The same of the whole subdistrict and of all kinds, whatever the question was narrowed to."""
    return replace(asked, area_id=None, kinds=None)


def _judged(reading: Reading, asked: Asked) -> Iterator[tuple[str, Known, bool]]:
    """Indicator, case, whether it went well; of cases whose source tells when they were closed."""
    first, last = reading.period(asked, CYCLE_DAYS)
    asked = replace(asked, area_id=None, period=(first, last))
    for item in reported_in(reading, asked):
        case = item.case
        is_over = reading.end_of(case.reported_day) <= asked.as_of
        if case.kind in APPEALS and case.is_same_day_counted and is_over:
            yield "same_day", item, case.is_same_day_kept
        if case.kind in HAZARDS and case.state not in LEFT:
            yield "on_the_spot", item, case.is_on_the_spot
    for item in due_in(reading, asked):
        yield "on_time", item, is_on_time(item.case)
    for item in reading.chosen(asked):
        resolved = item.case.first_resolved_at
        if resolved is None:
            continue
        day = reading.day(resolved)
        until = day + timedelta(days=FOLLOWED_DAYS)
        if first <= next_day(until) <= last and reading.end_of(until) <= asked.as_of:
            yield "kept", item, not came_back(reading, item, day, until, resolved)


def attributed(reading: Reading, asked: Asked) -> dict[int, int | None]:
    """case_id -> the unit that an upheld objection has moved the case to, None for nobody.

    An objection stands as it was decided last by as_of; of two upheld ones the one decided last holds. It is about
    questions of days that share some with its period.
    """
    first, last = reading.period(asked, CYCLE_DAYS)
    newest = {
        item.objection_id: item
        for item in sorted(reading.ground.decisions, key=lambda item: item.decided_at)
        if item.subdistrict_id == asked.subdistrict_id and item.decided_at <= asked.as_of
    }
    return {
        item.case_id: item.to_area_id
        for item in sorted(newest.values(), key=lambda item: item.decided_at)
        if item.is_upheld and item.period_from <= last and first <= item.period_to
    }


def outcomes(reading: Reading, asked: Asked) -> dict[Stratum, tuple[int, int]]:
    """Unit, indicator and stratum -> cases that count, those that went well.

    same_day: appeals reported on the period's days that have ended. on_time: cases first due in the period and by T.
    on_the_spot: hazards reported in the period. kept: cases whose 30 days after the first resolution ended, by T, at
    the beginning of one of the period's days, and that were not reopened up to then. Each as the rate of that name
    counts it, of all kinds where no kind is named here; kinds that are chosen narrow this, and choose no others.
    Units are those of the period's last day; a case of none of them counts for nobody. A case that an upheld objection
    has moved counts for the unit it names, or for nobody.
    """
    moved = attributed(reading, asked)
    units = {area.area_id for area in units_on(reading, asked, reading.period(asked, CYCLE_DAYS)[1])}
    found: dict[Stratum, tuple[int, int]] = {}
    for indicator, item, is_good in _judged(reading, asked):
        case = item.case
        assert case.type_id is not None
        area_id = moved.get(case.case_id, case.area_id)
        line = [] if area_id is None else reading.line_of(area_id)
        for unit in units.intersection(line) if reading.has_times(item) else ():
            stratum = (
                *(unit, indicator, reading.ground.line_of_type[case.type_id], case.type_id),
                *(RISKS.index(case.risk or "") + 1, reading.ground.place_of_channel[case.channel or ""]),
                case.reported_hour,
            )
            n, good = found.get(stratum, (0, 0))
            found[stratum] = (n + 1, good + is_good)
    return found


Condition = tuple[int | None, int, int, int, int]


def usual_from(first: date, last: date) -> date:
    """The first day of the six equal periods before."""
    return first - 6 * (last - first + timedelta(days=1))


def condition(reading: Reading, asked: Asked) -> dict[int, Condition]:
    """Unit of the period's last day -> residents, cases reported in the period, red and orange ones, petitions, cases
    of the six equal periods before; of all kinds, whatever became of them, where they lie, whoever answers for them.
    """
    first, last = reading.period(asked, CYCLE_DAYS)
    since = usual_from(first, last)
    everything = reading.chosen(of_all(asked))
    answer = {}
    for unit in units_on(reading, asked, last):
        cases = [item.case for item in everything if reading.is_within(item.case.area_id, unit.area_id)]
        now = [case for case in cases if first <= case.reported_day <= last]
        answer[unit.area_id] = (
            residents(reading, unit, last),
            len(now),
            sum(case.risk in GRAVE for case in now),
            sum(case.kind == "petition" for case in now),
            sum(since <= case.reported_day < first for case in cases),
        )
    return answer


def residents(reading: Reading, unit: Area, day: date) -> int | None:
    """A unit's own number, else the sum of what lay directly below it on a day, where all of that has one."""
    people = reading.ground.population
    if unit.area_id in people:
        return people[unit.area_id]
    below = [
        area.area_id for area in reading.world.areas.values() if area.parent_id == unit.area_id and area.holds_on(day)
    ]
    return sum(people[area_id] for area_id in below) if below and all(area in people for area in below) else None
