"""Stage clocks: how long cases take from one stage to the next, those still on the way included (Kaplan and Meier)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.grouping import Counted, Key, Rates, keys_of, last_day, rates_of_period
from tests.oracle.figures.rates import LEFT, reported_in


@dataclass(frozen=True)
class Spell:
    """How long a case has been on its way, and whether it has arrived."""

    lasted: timedelta
    has_arrived: bool


def survival(spells: Sequence[Spell]) -> list[tuple[timedelta, Fraction]]:
    """The product-limit estimate after each time somebody arrived, in exact fractions (Kaplan and Meier 1958).

    Who left at the moment another arrived was still at risk then.
    """
    arrivals = Counter(spell.lasted for spell in spells if spell.has_arrived)
    share, curve = Fraction(1), []
    for lasted in sorted(arrivals):
        at_risk = sum(spell.lasted >= lasted for spell in spells)
        share *= 1 - Fraction(arrivals[lasted], at_risk)
        curve.append((lasted, share))
    return curve


def quantile(spells: Sequence[Spell], part: Fraction) -> timedelta | None:
    """The first time by which at least ``part`` have arrived; None where the estimate does not get there."""
    return next((lasted for lasted, share in survival(spells) if 1 - share >= part), None)


def spell(start: datetime | None, end: datetime | None, until: datetime) -> Spell | None:
    """From one stage to another: arrived, or still on the way when it was last seen.

    None where the stage before has no time, or the times contradict.
    """
    last = until if end is None else end
    if start is None or last < start:
        return None
    return Spell(last - start, end is not None)


def spells_of(case: Case, as_of: datetime) -> Iterator[tuple[str, Spell | None]]:
    """The clocks a case is on, by name; a stage that was skipped has none.

    Skipped is a stage where a later one came before or without it. Feedback and evaluation are those of the resolution
    that stands. A case that was withdrawn or handed over is seen until then. Moments count in whole seconds.
    """
    case, as_of = _in_whole_seconds(case), as_of.replace(microsecond=0)
    until = case.closed_at if case.state in LEFT and case.closed_at is not None else as_of
    resolved, dispatched = case.first_resolved_at, case.dispatched_at
    later = [moment for moment in (resolved, case.fed_back_at, case.evaluated_at) if moment is not None]
    yield "discovered_reported", spell(case.discovered_at, case.reported_at, as_of)
    if not later or (dispatched is not None and dispatched <= min(later)):
        yield "reported_dispatched", spell(case.reported_at, dispatched, until)
    if resolved is not None or not later:
        yield "dispatched_resolved", spell(dispatched, resolved, until)
    yield "reported_resolved", spell(case.reported_at, resolved, until)
    stands = case.resolved_at
    if stands is None:
        return
    fed_back = case.fed_back_at if case.fed_back_at is not None and case.fed_back_at >= stands else None
    evaluated = case.evaluated_at if case.evaluated_at is not None and case.evaluated_at >= stands else None
    if fed_back is not None or evaluated is None:
        yield "resolved_fed_back", spell(stands, fed_back, as_of)
    if fed_back is not None and (evaluated is None or evaluated >= fed_back):
        yield "fed_back_evaluated", spell(fed_back, evaluated, as_of)


def _in_whole_seconds(case: Case) -> Case:
    values = {item.name: getattr(case, item.name) for item in fields(case)}
    whole: dict[str, Any] = {
        name: value.replace(microsecond=0) for name, value in values.items() if isinstance(value, datetime)
    }
    return replace(case, **whole)


#: What a clock ends with, as cases hold it.
ENDS = {
    "discovered_reported": "reported_at",
    "reported_dispatched": "dispatched_at",
    "dispatched_resolved": "first_resolved_at",
    "resolved_fed_back": "fed_back_at",
    "fed_back_evaluated": "evaluated_at",
    "reported_resolved": "first_resolved_at",
}

ClockRow = tuple[int, int, float | None, float | None, float, bool]


def clocks(reading: Reading, asked: Asked) -> dict[tuple[Key, str], ClockRow]:
    """(key, clock) -> cases, arrived, median, 90th percentile and longest time in minutes, is_provisional.

    Cases of a source whose cases of the 28 days up to the period's end never had the later stage are not on its clock.
    """
    period = reading.period(asked)
    without = {end: sources_without(reading, asked, period[1], end) for end in set(ENDS.values())}
    found: dict[tuple[Key, str], list[Spell]] = {}
    for item in reported_in(reading, asked):
        for clock, lasted in spells_of(item.case, asked.as_of):
            if lasted is not None and item.case.source not in without[ENDS[clock]]:
                for key in keys_of(reading, asked, item.case, item.case.reported_day):
                    found.setdefault((key, clock), []).append(lasted)
    answer = {}
    for (key, clock), spells in found.items():
        day = last_day(asked, key, period)
        is_over = asked.as_of >= reading.end_of(day) and reading.is_handed_in(asked, day)
        half, most = (quantile(spells, part) for part in (Fraction(1, 2), Fraction(9, 10)))
        longest = max(one.lasted for one in spells) / timedelta(minutes=1)
        arrived = sum(one.has_arrived for one in spells)
        answer[key, clock] = (len(spells), arrived, _minutes(half), _minutes(most), longest, not is_over)
    return answer


def _minutes(lasted: timedelta | None) -> float | None:
    return None if lasted is None else lasted / timedelta(minutes=1)


def sources_without(reading: Reading, asked: Asked, last: date, stage: str) -> set[str | None]:
    """Sources with cases in the 28 days up to a day, none of which had a stage; of the whole subdistrict."""
    told: dict[str | None, bool] = {}
    for item in reading.known(asked.subdistrict_id, asked.as_of):
        if last - timedelta(days=27) <= item.case.reported_day <= last:
            told[item.case.source] = told.get(item.case.source, False) or getattr(item.case, stage) is not None
    return {source for source, has_stage in told.items() if not has_stage}


URGENT = ("red", "orange")


def dispatch_limit(case: Case) -> timedelta:
    """Within what time a case must be dispatched: 30 minutes if urgent, 2 hours if not."""
    return timedelta(minutes=30) if case.risk in URGENT else timedelta(hours=2)


def dispatch_share(reading: Reading, asked: Asked) -> Rates:
    """Dispatched within the limit of its colour ÷ reported in the period and past that limit by T.

    Out: resolved before or without dispatch; withdrawn or handed over within the limit without dispatch; cases of
    sources none of whose cases of the 28 days up to the period's end was ever dispatched.
    Provisional until the limits of the key's last day have passed.
    """
    first, last = reading.period(asked)
    recording = sources_that_dispatch(reading, asked, last)
    counted = []
    for item in reported_in(reading, asked):
        case = item.case
        limit = case.reported_at + dispatch_limit(case)
        dispatched, resolved = case.dispatched_at, case.first_resolved_at
        if limit > asked.as_of or case.source not in recording:
            continue
        is_skipped = resolved is not None and (dispatched is None or resolved < dispatched)
        left_at = case.closed_at if case.state in LEFT else None
        has_left = dispatched is None and left_at is not None and left_at <= limit
        if not is_skipped and not has_left:
            is_good = dispatched is not None and dispatched <= limit
            counted.append(Counted(case, case.reported_day, is_good))
    found = rates_of_period(reading, asked, (first, last), 0, counted)
    answer: Rates = {}
    for key, (n, good, is_provisional) in found.items():
        limits_passed = reading.end_of(last_day(asked, key, (first, last))) + timedelta(hours=2)
        answer[key] = (n, good, bool(is_provisional) or asked.as_of < limits_passed)
    return answer


def sources_that_dispatch(reading: Reading, asked: Asked, last: date) -> set[str | None]:
    """Sources with a dispatched case among those reported in the 28 days up to a day, of the whole subdistrict."""
    return {
        item.case.source
        for item in reading.known(asked.subdistrict_id, asked.as_of)
        if last - timedelta(days=27) <= item.case.reported_day <= last and item.case.dispatched_at is not None
    }
