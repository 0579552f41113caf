"""Stage clocks: how long cases take from one stage to the next, those still on the way included (Kaplan and Meier)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.oracle.cases import Case

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
