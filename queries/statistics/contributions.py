"""What a score is made of: the points each indicator brings and loses, in points of the whole score.

Everything here adds up: over the indicators of a unit, ``earned`` is its score, ``lost`` what it lacks to 100,
``short_of_target`` what it lacks to the score of a unit that meets every target (negative: it is above), and
``against_median`` its distance from a unit that stands in the middle of its kind in every indicator.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.statistics.configuration import ConditionIndicator, Indicator

Array = npt.NDArray[np.float64]

#: The indicator that stands for the subdistrict's half.
MARKS: Final = "marks"
#: weight: share of the whole score. effective: as rates.standardise has it. rate: of the usual mix of cases, shrunk;
#: NaN for marks. points, median_points: 0-100 within the indicator. The rest: points of the whole score.
PART_COLUMNS: Final = (
    *("area_id", "kind", "indicator", "weight", "n", "effective", "good", "expected", "rate", "target", "points"),
    *("median_points", "earned", "lost", "short_of_target", "against_median"),
)


def points_of(rate: Array, indicator: Indicator | ConditionIndicator) -> Array:
    """Points of a rate: 0 at the indicator's zero, 100 at its full, in a straight line and beyond neither."""
    return np.asarray(100 * np.clip((rate - indicator.zero) / (indicator.full - indicator.zero), 0.0, 1.0))


def contributions(parts: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and indicator (PART_COLUMNS).

    ``parts``: of one kind of unit; area_id, kind, indicator, weight (over a unit's indicators they sum to 1), n,
    effective, good, expected, rate, target, points, target_points.
    """
    median = parts.groupby("indicator")["points"].transform("median")
    return parts.assign(
        median_points=median,
        earned=parts["weight"] * parts["points"],
        lost=parts["weight"] * (100.0 - parts["points"]),
        short_of_target=parts["weight"] * (parts["target_points"] - parts["points"]),
        against_median=parts["weight"] * (parts["points"] - median),
    )[list(PART_COLUMNS)]


def worst_first(parts: pd.DataFrame, area_id: int) -> pd.DataFrame:
    """A unit's indicators, the one that loses most against its kind's middle first: "lost 3.1 points on on_time"."""
    own = parts[parts["area_id"] == area_id]
    return own.sort_values(["against_median", "lost"], ascending=[True, False], kind="stable", ignore_index=True)
