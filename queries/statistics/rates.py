"""Rates made comparable: expected by the mix of cases, shrunk towards the kind, drawn from.

Indirect standardisation: a logistic model of the whole place (line of duty, colour, channel, part of the day) says what
rate each unit would have, did it handle its own mix as the place does on the whole. Beta-binomial shrinkage (Casella
1985; Spiegelhalter 2005 on ranking institutions): the unit's rate is drawn towards that expectation the more, the fewer
its cases and the more alike the units of its kind are.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

Array = npt.NDArray[np.float64]

STRATUM: Final = ("line_id", "risk_number", "channel_number", "part_of_day")
RIDGE: Final = 1.0
STEPS: Final = 8
#: An expected rate is never taken for certain.
EDGE: Final = 0.002
#: Candidates for the precision of the beta distribution: how many cases' worth of trust the kind has.
PRECISIONS: Final[Array] = np.geomspace(4.0, 4000.0, 31)


def _effects(strata: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], int]:
    """Per stratum the columns of its effects in the model (the constant is column 0), and the number of columns."""
    columns = [np.zeros(len(strata), dtype=np.int64)]
    width = 1
    for factor in strata.T:
        values, codes = np.unique(factor, return_inverse=True)
        columns.append(width + codes)
        width += len(values)
    return np.stack(columns, axis=1), width


def expected_by_stratum(strata: npt.NDArray[np.int64], n: Array, good: Array) -> Array:
    """The expected rate of each stratum (one row of STRATUM codes each), by ridge logistic regression (Newton steps).

    The ridge leaves the constant free, so that the place's own rate is met; sparse strata lean on their factors. Every
    column of the design is 0 or 1, so its products are tallies.
    """
    if len(strata) == 0:  # an indicator nobody has a case of
        return np.zeros(0)
    effects, width = _effects(strata)
    beta = np.zeros(width)
    beta[0] = special.logit(np.clip((good.sum() + 0.5) / (n.sum() + 1.0), EDGE, 1 - EDGE))
    penalty = np.full(width, RIDGE)
    penalty[0] = 1e-6
    pairs = (effects[:, :, None] * width + effects[:, None, :]).reshape(len(strata), -1)
    for _ in range(STEPS):
        rate = special.expit(beta[effects].sum(axis=1))
        left = np.repeat(good - n * rate, effects.shape[1])
        slope = np.bincount(effects.ravel(), weights=left, minlength=width) - penalty * beta
        weight = np.repeat(n * rate * (1 - rate), pairs.shape[1])
        curve = np.bincount(pairs.ravel(), weights=weight, minlength=width * width).reshape(width, width)
        step = np.linalg.solve(curve + np.diag(penalty), slope)
        beta = beta + np.clip(step, -4.0, 4.0)
        if np.abs(step).max() < 1e-4:
            break
    return np.asarray(np.clip(special.expit(beta[effects].sum(axis=1)), EDGE, 1 - EDGE))


def standardise(outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row per period and unit: period, area_id, n, good, expected (the rate its mix of cases would have).

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
    return pd.DataFrame(
        {
            "period": keys >> 32,
            "area_id": keys & ((1 << 32) - 1),
            "n": total,
            "good": np.bincount(place, good),
            "expected": np.clip(np.bincount(place, n * rate) / total, EDGE, 1 - EDGE),
        }
    )


def precision(good: Array, n: Array, expected: Array) -> float:
    """The beta-binomial precision of greatest marginal likelihood, of PRECISIONS. Great: the units are all alike."""
    a = PRECISIONS[:, None] * expected
    b = PRECISIONS[:, None] * (1 - expected)
    likelihood = (special.betaln(a + good, b + n - good) - special.betaln(a, b)).sum(axis=1)
    return float(PRECISIONS[int(np.argmax(likelihood))])


def adjust(rate: Array, expected: Array, pooled: float) -> Array:
    """A rate as it would be with the mix of the whole kind: its distance from what was expected, on the logit scale."""
    clipped = np.clip(rate, 1e-6, 1 - 1e-6)
    return np.asarray(special.expit(special.logit(clipped) - special.logit(expected) + special.logit(pooled)))


def posterior(good: Array, n: Array, expected: Array) -> tuple[Array, Array]:
    """Parameters of each unit's beta posterior, shrunk towards its expected rate by its own kind's precision."""
    trust = precision(good, n, expected)
    return trust * expected + good, trust * (1 - expected) + n - good
