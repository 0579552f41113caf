"""Who moved since the period before, how surely, and by which indicator: read off the draws the ranking is made of.

Everything here is about a unit's own figures, as ``change`` is: the subdistrict's marks take no part, since a period
whose marks are still missing would move everyone. So a tier here may differ from the tier of the whole score.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.statistics.contributions import MARKS

Array = npt.NDArray[np.float64]

SURE: Final = 0.9
FIFTH: Final = 5
#: own_score, score_before: mean of the unit's own figures, 0-100. own_tier, tier_before: by them alone. p_worse: the
#: probability that it fell against its kind's mean.
MOVE_COLUMNS: Final = ("area_id", "kind", "own_score", "score_before", "own_tier", "tier_before", "p_worse")
#: rate, rate_before: of the usual mix of cases, shrunk; NaN where the indicator had no case anywhere. change: points of
#: the own score; over a unit's indicators it sums to the ranking's ``change``.
MOVE_PART_COLUMNS: Final = (
    *("area_id", "kind", "indicator", "n", "good", "rate", "n_before", "good_before", "rate_before", "change"),
)


@dataclass(frozen=True)
class Scores:
    """Scores of the units of one kind in one period."""

    area_ids: npt.NDArray[np.int64]
    draws: Array  # draws × units, 0-100: the whole score
    own: Array  # draws × units, 0-100: the grid's figures alone, without the subdistrict's marks
    parts: pd.DataFrame  # contributions.PART_COLUMNS, one row per unit and indicator
    has_marks: bool


def ranks_of(draws: Array) -> npt.NDArray[np.int64]:
    """Draws × units of ranks, 1 the best."""
    order = np.argsort(-draws, axis=1, kind="stable")
    return np.asarray(np.argsort(order, axis=1, kind="stable") + 1, dtype=np.int64)


def tiers(ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Per unit 1 (ahead), 3 (behind) where P(top or bottom fifth) ≥ 0.9, else 2. ``ranks``: draws × units."""
    count = ranks.shape[1]
    fifth = -(-count // FIFTH)
    is_top = (ranks <= fifth).mean(axis=0) >= SURE
    is_bottom = (ranks > count - fifth).mean(axis=0) >= SURE
    return np.where(is_top & ~is_bottom, 1, np.where(is_bottom & ~is_top, 3, 2))


def moved(now: Scores, before: Scores, known: npt.NDArray[np.bool_], changed: Array, kind: str) -> pd.DataFrame:
    """One row per unit that has a period before (MOVE_COLUMNS). ``changed``: draws × units of its change."""
    frame = pd.DataFrame(
        {
            "area_id": now.area_ids,
            "kind": kind,
            "own_score": now.own.mean(axis=0),
            "score_before": before.own.mean(axis=0),
            "own_tier": tiers(ranks_of(now.own)),
            "tier_before": tiers(ranks_of(before.own)),
            "p_worse": (changed < 0).mean(axis=0),
        }
    )
    return frame[known].reset_index(drop=True)


def _own(parts: pd.DataFrame, area_ids: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Indicators of the own score with their distance from the mean of these units, in points of the own score."""
    own = parts[(parts["indicator"] != MARKS) & parts["area_id"].isin(area_ids)]
    share = own["weight"] / own.groupby("area_id")["weight"].transform("sum")
    away = share * (own["points"] - own.groupby("indicator")["points"].transform("mean"))
    return own.assign(away=away).set_index(["area_id", "indicator"])


def moved_parts(now: pd.DataFrame, before: pd.DataFrame, area_ids: npt.NDArray[np.int64]) -> pd.DataFrame:
    """One row per unit that has a period before and indicator (MOVE_PART_COLUMNS).

    ``now`` and ``before``: contributions.PART_COLUMNS of one kind of unit, marks or not.
    """
    held, then = _own(now, area_ids), _own(before, area_ids)
    keys = held.index.union(then.index, sort=False)
    held, then = held.reindex(keys), then.reindex(keys)
    frame = pd.DataFrame(
        {
            "kind": held["kind"].fillna(then["kind"]),
            "rate": held["rate"],
            "rate_before": then["rate"],
            "change": held["away"].fillna(0.0) - then["away"].fillna(0.0),
        }
        | {f"{name}{end}": side[name].fillna(0).astype("int64")
           for end, side in (("", held), ("_before", then)) for name in ("n", "good")}
    )  # fmt: skip
    return frame.reset_index()[list(MOVE_PART_COLUMNS)]


def worse(table: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """The units that fell: those whose score fell against their kind, or whose tier did; the surest first.

    ``table``: ranking.COLUMNS with whatever else; the answer has MOVE_COLUMNS beside it, and ``is_beyond_chance``: the
    90 % interval of the change lies below nought. Of those named so, the sum of 1 − p_worse is how many are expected
    not to have fallen in truth.
    """
    joined = table.merge(moves.drop(columns="kind"), on="area_id")
    fell = joined[(joined["change"] < 0) | (joined["own_tier"] > joined["tier_before"])]
    marked = fell.assign(is_beyond_chance=fell["movement"] < 0)
    return marked.sort_values(
        ["is_beyond_chance", "p_worse", "change"], ascending=[False, False, True], ignore_index=True
    )
