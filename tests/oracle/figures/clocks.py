"""Stage clocks: how long cases take from one stage to the next, those still on the way included (Kaplan and Meier)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.grouping import Counted, Rates, rates_of_period
from tests.oracle.figures.rates import LEFT, reported_in

STAGES = ("discovered_at", "reported_at", "dispatched_at", "first_resolved_at", "fed_back_at", "evaluated_at")


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


def spell(case: Case, start: datetime | None, end: datetime | None, as_of: datetime) -> Spell | None:
    """From one stage to another: arrived, or still on the way at as_of or when the case was given up.

    None where the stage before has no time.
    """
    if start is None:
        return None
    if end is not None:
        return Spell(end - start, True)
    given_up = case.closed_at if case.state in ("withdrawn", "transferred") else None
    return Spell(min(as_of, given_up or as_of) - start, False)


URGENT = ("red", "orange")


def dispatch_limit(case: Case) -> timedelta:
    """Within what time a case must be dispatched: 30 minutes if urgent, 2 hours if not."""
    return timedelta(minutes=30) if case.risk in URGENT else timedelta(hours=2)


def dispatch_share(reading: Reading, asked: Asked) -> Rates:
    """Dispatched within the limit of its colour ÷ reported in the period and past that limit by T.

    Out: resolved before or without dispatch; withdrawn or handed over within the limit without dispatch; cases of
    sources none of whose cases of the 28 days up to the period's end was ever dispatched.
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
    return rates_of_period(reading, asked, (first, last), 0, counted)


def sources_that_dispatch(reading: Reading, asked: Asked, last: date) -> set[str | None]:
    """Sources with a dispatched case among those reported in the 28 days up to a day, of the whole subdistrict."""
    return {
        item.case.source
        for item in reading.known(asked.subdistrict_id, asked.as_of)
        if last - timedelta(days=27) <= item.case.reported_day <= last and item.case.dispatched_at is not None
    }
