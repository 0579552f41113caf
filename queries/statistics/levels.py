"""Where a ranking is worth its name: whether units of a kind have cases enough, and which level is ranked instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from queries.statistics.configuration import AssessmentRules

#: The indicators whose cases are the cases of the period; the others look at the same cases again, or at older ones.
COUNTED: Final = ("same_day", "on_the_spot")
#: A fifth of fewer units is nobody.
LEAST_UNITS: Final = 5


class Reason(StrEnum):
    """Why units of a kind are not ranked."""

    UNRANKED_KIND = "unranked_kind"  # the rules leave this kind out
    FEW_UNITS = "few_units"
    FEW_CASES = "few_cases"  # the median unit has fewer cases than the rules ask for


@dataclass(frozen=True)
class Refusal:
    """A kind of unit that is not ranked at a level, and why."""

    level: str
    kind: str
    reason: Reason
    units: int
    median_cases: float


@dataclass(frozen=True)
class LevelChoice:
    """The level that is ranked, with all that was refused on the way up to it and beside it."""

    level: str | None  # None: no level has units that can be ranked
    kinds: tuple[str, ...]  # the kinds ranked at it
    refused: tuple[Refusal, ...]


def cases_of(units: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """``units`` (area_id, kind …) with ``n``: cases of the period that count in COUNTED. ``outcomes``:
    queries.ranking.OUTCOMES.
    """
    is_counted = outcomes["indicator"].isin(COUNTED).to_numpy(dtype=bool)
    sums = outcomes[is_counted].groupby("area_id")["n"].sum()
    return units.assign(n=sums.reindex(units["area_id"]).fillna(0).to_numpy(dtype=np.int64))


def refusal(level: str, kind: str, cases: "np.typing.ArrayLike", rules: AssessmentRules) -> Refusal | None:
    """Why units of a kind with so many ``cases`` each are not ranked; None where they are."""
    each = np.asarray(cases, dtype=float)
    median = float(np.median(each)) if len(each) else 0.0
    if kind in rules.unranked_kinds:
        reason = Reason.UNRANKED_KIND
    elif len(each) < LEAST_UNITS:
        reason = Reason.FEW_UNITS
    elif median < rules.least_median_cases:
        reason = Reason.FEW_CASES
    else:
        return None
    return Refusal(level, kind, reason, len(each), median)


def choose_level(ladder: Iterable[tuple[str, pd.DataFrame]], rules: AssessmentRules) -> LevelChoice:
    """The first level of the ladder, from below, at which some kind of unit can be ranked.

    ``ladder``: levels with their units (area_id, kind, n), taken one after the other and no further than needed. A kind
    that cannot be ranked beside one that can is refused and named: its units are not mixed with another kind's, and not
    ranked a level higher, where their cases are counted together with the others'.
    """
    refused: list[Refusal] = []
    for level, units in ladder:
        kinds: list[str] = []
        for kind, members in units.groupby("kind", sort=False):
            found = refusal(level, str(kind), members["n"], rules)
            if found is None:
                kinds.append(str(kind))
            else:
                refused.append(found)
        if kinds:
            return LevelChoice(level, tuple(kinds), tuple(refused))
    return LevelChoice(None, (), tuple(refused))
