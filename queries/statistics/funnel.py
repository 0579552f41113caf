"""The funnel plot: rates of units against their number of cases, with the limits chance alone keeps to.

Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005) 1185-1202:
exact binomial limits, interpolated between whole counts (his appendix A.1.1), at 95 % and 99.8 %; where units differ
among themselves more than chance makes them (his section 4), limits are widened by the over-dispersion of the
winsorised z-scores. Decision 0020 says why.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from queries.statistics.rates import adjust, as_effective

Array = npt.NDArray[np.float64]

#: Two-sided shares that lie outside the limits by chance.
INNER: Final = 0.05
OUTER: Final = 0.002
#: Share of the z-scores drawn in at each end before their spread is measured.
WINSORISED: Final = 0.1
#: Over-dispersion counts where a χ² of as many units is so seldom as large.
BEYOND_CHANCE: Final = 0.05

#: cases: how many equally uncertain cases say as much, the plot's axis. rate: with the mix of the whole kind. outside:
#: 0, ±1 beyond the inner limits, ±2 beyond the outer ones; minus is below.
POINT_COLUMNS: Final = ("area_id", "n", "good", "cases", "expected", "rate", "outside")
LIMIT_COLUMNS: Final = ("cases", "outer_low", "inner_low", "inner_high", "outer_high")


@dataclass(frozen=True)
class Funnel:
    """One indicator of one kind of unit."""

    points: pd.DataFrame  # POINT_COLUMNS, one row per unit with a case
    limits: pd.DataFrame  # LIMIT_COLUMNS, at rising numbers of cases; rates
    pooled: float  # the rate of the whole kind, where the funnel narrows to
    target: float
    spread: float  # what the limits are widened by; 1.0: units differ no more than chance makes them


def _low(cases: Array, rate: float, tail: float) -> Array:
    """Lower limit at whole numbers of cases: below it a share lies with a chance under ``tail``; never under nought."""
    law = scipy.stats.binom(cases, rate)
    count = law.ppf(tail)
    at, under = law.cdf(count), law.cdf(count - 1)
    part = np.divide(at - tail, at - under, out=np.zeros_like(at), where=at > under)
    return np.asarray(np.clip((count - part) / cases, 0.0, 1.0))


def limits(cases: Array, rate: float, outside: float, spread: float = 1.0) -> tuple[Array, Array]:
    """Lower and upper limit of the share among so many ``cases`` (1 or more, whole or not) of a true ``rate``.

    ``outside``: share that lies beyond either, by chance alone. The upper limit is the lower one of what went wrong, so
    that no side is named sooner than the other. ``spread`` draws both away from the rate.
    """
    whole = np.maximum(np.floor(cases), 1.0)
    part = np.maximum(cases - whole, 0.0)

    def between(of: float) -> Array:
        return np.asarray((1 - part) * _low(whole, of, outside / 2) + part * _low(whole + 1, of, outside / 2))

    low, high = between(rate), 1 - between(1 - rate)
    return np.clip(rate - spread * (rate - low), 0.0, 1.0), np.clip(rate + spread * (high - rate), 0.0, 1.0)


def over_dispersion(z: Array) -> float:
    """The spread of z-scores, √φ: 1.0 where units do not differ beyond chance.

    Winsorised, since a few units that truly stand out must not widen the limits they are held against.
    """
    if len(z) < 2:
        return 1.0
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    is_beyond = phi * len(z) > scipy.stats.chi2.ppf(1 - BEYOND_CHANCE, len(z))
    return float(np.sqrt(phi)) if is_beyond else 1.0


def funnel(parts: pd.DataFrame) -> Funnel:
    """The funnel of one indicator. ``parts``: contributions.PART_COLUMNS of one kind and one indicator.

    Raises ValueError where nobody has a case.
    """
    held = parts[parts["n"] > 0].reset_index(drop=True)
    if held.empty:
        raise ValueError("A funnel needs a unit with a case.")
    n, good, expected = (held[name].to_numpy(dtype=float) for name in ("n", "good", "expected"))
    cases = np.maximum(held["effective"].to_numpy(dtype=float), 1e-9)
    pooled = float(np.clip(good.sum() / n.sum(), 0.002, 0.998))
    told = as_effective(good, n, cases, expected)
    rate = adjust(told / cases, expected, pooled)
    z = (told - cases * expected) / np.sqrt(cases * expected * (1 - expected))
    spread = over_dispersion(z)
    outside = np.zeros(len(held), dtype=np.int64)
    for share, step in ((INNER, 1), (OUTER, 2)):
        low, high = limits(cases, pooled, share, spread)
        is_told = cases >= 1.0
        outside = np.where(is_told & (rate < low), -step, np.where(is_told & (rate > high), step, outside))
    points = pd.DataFrame(
        {
            "area_id": held["area_id"],
            "n": held["n"],
            "good": held["good"],
            "cases": cases,
            "expected": expected,
            "rate": rate,
            "outside": outside,
        }
    )
    return Funnel(points, _curves(float(cases.max()), pooled, spread), pooled, float(held["target"].iloc[0]), spread)


def _curves(most: float, rate: float, spread: float) -> pd.DataFrame:
    """The limits (LIMIT_COLUMNS) from one case to a little past the most."""
    cases = np.unique(np.concatenate([np.arange(1, 41), np.geomspace(40, max(41.0, 1.08 * most), 60)]).round(2))
    cases = cases[cases <= max(1.08 * most, 2.0)]
    inner, outer = limits(cases, rate, INNER, spread), limits(cases, rate, OUTER, spread)
    values = (cases, outer[0], inner[0], inner[1], outer[1])
    return pd.DataFrame(dict(zip(LIMIT_COLUMNS, values, strict=True)))
