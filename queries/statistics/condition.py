"""The community condition index 社情指数: points of five indicators, drawn as those of the assessment are.

A share is drawn from its beta distribution, towards the one of all communities in both periods, the more, the fewer its
cases (as in ``rates``): towards the same in both, so that nobody's change is the others'. The volume is drawn from its
gamma distribution, towards the community's own usual level. Score, interval and change are read off the same draws.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.statistics.configuration import ConditionRules
from queries.statistics.contributions import points_of
from queries.statistics.rates import drawn

Array = npt.NDArray[np.float64]

VOLUME: Final = "volume"
INTERVAL: Final = (0.05, 0.95)
#: score: 0-100, the higher the calmer, with a 90 % interval; NaN where no indicator can be told. state: "steady",
#: "watch" or "strained" by the score; is_clear: the whole interval says so. change: of the score since the period
#: before; NaN without one. per_thousand: cases per 1,000 residents; NaN where they are not known.
COLUMNS: Final = (
    *("area_id", "score", "low", "high", "state", "is_clear", "n", "per_thousand", "change", "change_low"),
    "change_high",
)
#: One row per unit and indicator that can be told. counted, n: what it is of; volume: cases now and as many as usual.
#: value: a share, or the ratio to the usual level, drawn together. points: 0-100 within the indicator; earned: points
#: of the score, which they sum to.
PART_COLUMNS: Final = ("area_id", "indicator", "weight", "counted", "n", "value", "points", "earned")


def _pooled(indicator: str, periods: Sequence[pd.DataFrame]) -> float:
    """The share of all communities in all periods."""
    counted, n = (sum(float(each[name].sum()) for each in periods) for name in (indicator, f"{indicator}_n"))
    return float(np.clip((counted + 0.5) / (n + 1.0), 0.002, 0.998))


def _shares(counted: Array, n: Array, pooled: float, draws: int, chance: np.random.Generator) -> tuple[Array, Array]:
    return drawn(counted, n, np.full(len(n), pooled), draws, chance)


def _ratios(now: Array, usual: Array, prior: float, draws: int, chance: np.random.Generator) -> tuple[Array, Array]:
    """Draws × units of cases against as many as usual, and their means: ``prior`` cases speak for the usual level."""
    return chance.gamma(prior + now, 1.0 / (prior + usual), (draws, len(now))), (prior + now) / (prior + usual)


def points(periods: Sequence[pd.DataFrame], place: int, rules: ConditionRules) -> tuple[Array, pd.DataFrame]:
    """Scores (draws × units) and their parts (PART_COLUMNS) of one of the periods. Each: area_id, and per indicator
    ``<id>`` (counted) and ``<id>_n``; an indicator whose n is 0 everywhere takes no part, and the others share its
    weight.
    """
    counts, salt = periods[place], place
    chance = np.random.default_rng([rules.seed, salt])
    total = np.zeros((rules.draws, len(counts)))
    parts, weights = [], 0.0
    for indicator in rules.indicators:
        counted, n = (counts[name].to_numpy(dtype=float) for name in (indicator.id, f"{indicator.id}_n"))
        if not n.sum() > 0:
            continue
        if indicator.id == VOLUME:
            values, mean = _ratios(counted, n, rules.prior_cases, rules.draws, chance)
        else:
            values, mean = _shares(counted, n, _pooled(indicator.id, periods), rules.draws, chance)
        earned = points_of(values, indicator)
        total += indicator.weight * earned
        weights += indicator.weight
        values_of = {"area_id": counts["area_id"], "indicator": indicator.id, "weight": indicator.weight}
        counts_of = {"counted": counted, "n": n, "value": mean, "points": earned.mean(axis=0)}
        parts.append(pd.DataFrame(values_of | counts_of))
    if not parts:
        return np.full_like(total, np.nan), pd.DataFrame(columns=list(PART_COLUMNS))
    frame = pd.concat(parts, ignore_index=True)
    frame["weight"] /= weights
    return total / weights, frame.assign(earned=frame["weight"] * frame["points"])[list(PART_COLUMNS)]


def condition(
    counts: pd.DataFrame, before: pd.DataFrame | None, rules: ConditionRules
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The index (COLUMNS) and its parts (PART_COLUMNS) of a period's ``counts``, as ``points`` takes them, with
    population; ``before``: the same units in the equal period before, None where nothing was recorded then.

    The same arguments give the same index: draws are seeded by the rules.
    """
    periods = [counts] if before is None else [counts, before]
    scores, parts = points(periods, 0, rules)
    change = np.full_like(scores, np.nan)
    if before is not None:
        change = scores - points(periods, 1, rules)[0]
    low, high = np.quantile(scores, INTERVAL, axis=0)
    change_low, change_high = np.quantile(change, INTERVAL, axis=0)
    score = scores.mean(axis=0)
    n = counts["volume"].to_numpy(dtype=np.int64)
    residents = counts["population"].to_numpy(dtype=float, na_value=np.nan)
    table = pd.DataFrame(
        {
            "area_id": counts["area_id"].to_numpy(dtype=np.int64),
            "score": score,
            "low": low,
            "high": high,
            "state": [rules.state(each) for each in score],
            "is_clear": [
                rules.state(lowest) == rules.state(highest) for lowest, highest in zip(low, high, strict=True)
            ],
            "n": n,
            "per_thousand": np.divide(1000 * n, residents, out=np.full(len(n), np.nan), where=residents > 0),
            "change": change.mean(axis=0),
            "change_low": change_low,
            "change_high": change_high,
        }
    )
    return table[list(COLUMNS)], parts
