"""Rates made comparable: expected by the mix of cases, shrunk towards the kind, drawn from.

Indirect standardisation: a logistic model of the whole place (matter and its line of duty, colour, channel, hour of
report) says what rate each unit would have, did it handle its own mix as the place does on the whole. Beta-binomial
shrinkage (Casella 1985; Goldstein and Spiegelhalter 1996 on ranking institutions): the unit's rate is drawn towards
what its kind makes of such a mix, the more, the fewer its cases and the more alike the units of its kind are.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

Array = npt.NDArray[np.float64]

STRATUM: Final = ("line_id", "type_id", "risk_number", "channel_number", "reported_hour")
#: How firmly the effects of each factor are held at nought (one over the variance expected of them on the logit scale);
#: a matter leans on its line of duty.
RIDGE: Final = {"line_id": 1.0, "type_id": 4.0, "risk_number": 1.0, "channel_number": 1.0, "reported_hour": 1.0}
STEPS: Final = 8
#: An expected rate is never taken for certain.
EDGE: Final = 0.002
#: Candidates for the precision of the beta distribution: how many cases the kind's word is worth.
PRECISIONS: Final[Array] = np.geomspace(4.0, 4000.0, 31)


def _effects(strata: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Array]:
    """Per stratum the columns of its effects in the model (the constant is column 0), and the penalty of each column.

    The constant is left free, so that the place's own rate is met.
    """
    columns = [np.zeros(len(strata), dtype=np.int64)]
    penalties = [np.array([1e-6])]
    width = 1
    for factor, ridge in zip(strata.T, RIDGE.values(), strict=True):
        values, codes = np.unique(factor, return_inverse=True)
        columns.append(width + codes)
        penalties.append(np.full(len(values), ridge))
        width += len(values)
    return np.stack(columns, axis=1), np.concatenate(penalties)


def expected_by_stratum(strata: npt.NDArray[np.int64], n: Array, good: Array) -> Array:
    """The expected rate of each stratum (one row of STRATUM codes each), by ridge logistic regression (Newton steps).

    Sparse strata lean on their factors. Every column of the design is 0 or 1, so its products are tallies.
    """
    if len(strata) == 0:  # an indicator nobody has a case of
        return np.zeros(0)
    effects, penalty = _effects(strata)
    width = len(penalty)
    beta = np.zeros(width)
    beta[0] = scipy.special.logit(np.clip((good.sum() + 0.5) / (n.sum() + 1.0), EDGE, 1 - EDGE))
    pairs = (effects[:, :, None] * width + effects[:, None, :]).reshape(len(strata), -1)
    for _ in range(STEPS):
        rate = scipy.special.expit(beta[effects].sum(axis=1))
        left = np.repeat(good - n * rate, effects.shape[1])
        slope = np.bincount(effects.ravel(), weights=left, minlength=width) - penalty * beta
        weight = np.repeat(n * rate * (1 - rate), pairs.shape[1])
        curve = np.bincount(pairs.ravel(), weights=weight, minlength=width * width).reshape(width, width)
        step = np.linalg.solve(curve + np.diag(penalty), slope)
        beta = beta + np.clip(step, -4.0, 4.0)
        if np.abs(step).max() < 1e-4:
            break
    return np.asarray(np.clip(scipy.special.expit(beta[effects].sum(axis=1)), EDGE, 1 - EDGE))


def standardise(outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row per period and unit: period, area_id, n, good, expected, effective.

    ``expected``: the rate its mix of cases would have. ``effective``: how many equally uncertain cases say as much. A
    case reported shortly before midnight is hardly ever solved that day, whoever has it, and says little about its
    unit; counted in full, chance would seem larger than it is (a sum of unequal chances varies less than a binomial).
    ``outcomes``: of one indicator, columns period, area_id, STRATUM, n, good. One model serves all periods in it.
    """
    codes = outcomes[list(STRATUM)].to_numpy(dtype=np.int64)
    n, good = outcomes["n"].to_numpy(dtype=float), outcomes["good"].to_numpy(dtype=float)
    # a stratum's codes as one number: faster found than rows of four
    number = codes[:, 0]
    for factor in codes.T[1:]:
        number = number * (int(factor.max(initial=0)) + 1) + factor
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    totals = (np.bincount(inverse, weights).astype(float) for weights in (n, good))
    rate = expected_by_stratum(codes[first], *totals)[inverse]
    unit = outcomes["period"].to_numpy(dtype=np.int64) * (1 << 32) + outcomes["area_id"].to_numpy(dtype=np.int64)
    keys, place = np.unique(unit, return_inverse=True)
    total = np.bincount(place, n)
    expected = np.clip(np.bincount(place, n * rate) / total, EDGE, 1 - EDGE)
    variance = np.bincount(place, n * rate * (1 - rate))
    return pd.DataFrame(
        {
            "period": keys >> 32,
            "area_id": keys & ((1 << 32) - 1),
            "n": total,
            "good": np.bincount(place, good),
            "expected": expected,
            "effective": np.minimum(variance / (expected * (1 - expected)), total),
        }
    )


def of_kind(expected: Array, n: Array, good: Array) -> Array:
    """The expected rates as the kind on the whole meets them: moved alike on the logit scale until their sum is met.

    ``expected``: of the kind's units, by the model of the whole place.
    """
    aim = (good.sum() + 0.5) / (n.sum() + 1.0) * n.sum()
    logits = scipy.special.logit(expected)
    shift = 0.0
    for _ in range(STEPS):
        rate = scipy.special.expit(logits + shift)
        shift += float(np.clip((aim - (n * rate).sum()) / max((n * rate * (1 - rate)).sum(), 1e-9), -4.0, 4.0))
    return np.asarray(np.clip(scipy.special.expit(logits + shift), EDGE, 1 - EDGE))


def as_effective(good: Array, n: Array, effective: Array, expected: Array) -> Array:
    """Good ones of the ``effective`` cases: as far from what was expected as those of all cases are."""
    return np.asarray(np.clip(effective * expected + good - n * expected, 0.0, effective))


def adjust(rate: Array, expected: Array, pooled: float) -> Array:
    """A rate as it would be with the mix of the whole kind: its distance from what was expected, on the logit scale."""
    clipped = np.clip(rate, 1e-6, 1 - 1e-6)
    return np.asarray(
        scipy.special.expit(scipy.special.logit(clipped) - scipy.special.logit(expected) + scipy.special.logit(pooled))
    )


def precision(good: Array, n: Array, expected: Array) -> Array:
    """How likely each of PRECISIONS is for these units; sums to 1. Great: the units are all alike.

    The beta-binomial likelihood, with all orders of magnitude equally likely beforehand.
    """
    a = PRECISIONS[:, None] * expected
    b = PRECISIONS[:, None] * (1 - expected)
    likelihood = (scipy.special.betaln(a + good, b + n - good) - scipy.special.betaln(a, b)).sum(axis=1)
    weights = np.exp(likelihood - likelihood.max())
    return np.asarray(weights / weights.sum())


def drawn(good: Array, n: Array, expected: Array, draws: int, chance: np.random.Generator) -> tuple[Array, Array]:
    """Draws × units of each unit's rate, shrunk towards its expected one, and their means.

    The precision is drawn too: how alike the units of a kind are is itself not known, the less the fewer they are.
    """
    weights = precision(good, n, expected)
    held = PRECISIONS[np.searchsorted(np.cumsum(weights)[:-1], chance.random(draws))][:, None]
    rates = chance.beta(held * expected + good, held * (1 - expected) + n - good)
    each = PRECISIONS[:, None]
    return rates, weights @ ((each * expected + good) / (each + n))
