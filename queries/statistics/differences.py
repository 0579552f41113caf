"""Two figures beside each other: their difference with a 90 % interval.

Proportions: R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of
eleven methods", Statistics in Medicine 17 (1998) 873-890, method 10 (hybrid score), from the intervals of E. B. Wilson,
"Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212. Both without continuity
correction; they hold at small n and at rates of 0 and 1.

Counts over periods of equal length: given their sum, the first is binomial (J. Przyborowski and H. Wilenski, Biometrika
31 (1940) 313-323); the exact interval of its share (C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413) is
turned into one of the ratio. Exact for Poisson counts; too narrow where cases come in bursts.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

Array = npt.NDArray[np.float64]

LEVEL: Final = 0.90


def wilson(good: npt.ArrayLike, n: npt.ArrayLike, level: float = LEVEL) -> tuple[Array, Array]:
    """The score interval of good ÷ n; NaN where n is 0."""
    x, count = np.asarray(good, dtype=float), np.asarray(n, dtype=float)
    z = float(scipy.stats.norm.ppf((1 + level) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (x + z * z / 2) / (count + z * z)
        half = z * np.sqrt(x * (count - x) / count + z * z / 4) / (count + z * z)
    low, high = np.where(count > 0, middle - half, np.nan), np.where(count > 0, middle + half, np.nan)
    return np.asarray(np.where(x == 0, 0.0 * low, low)), np.asarray(np.where(x == count, 1.0 + 0.0 * high, high))


def newcombe(
    good: npt.ArrayLike, n: npt.ArrayLike, good_before: npt.ArrayLike, n_before: npt.ArrayLike, level: float = LEVEL
) -> tuple[Array, Array, Array]:
    """Difference of the rates (now less before) and its interval; NaN where either has no case."""
    x, count, x_before, count_before = (np.asarray(value, dtype=float) for value in (good, n, good_before, n_before))
    with np.errstate(invalid="ignore", divide="ignore"):
        now, before = x / count, x_before / count_before
    low, high = wilson(x, count, level)
    low_before, high_before = wilson(x_before, count_before, level)
    difference = now - before
    return (
        np.asarray(difference),
        np.asarray(difference - np.sqrt((now - low) ** 2 + (high_before - before) ** 2)),
        np.asarray(difference + np.sqrt((high - now) ** 2 + (before - low_before) ** 2)),
    )


def ratio_of_counts(
    n: npt.ArrayLike, n_before: npt.ArrayLike, level: float = LEVEL, *, times: float = 1.0
) -> tuple[Array, Array, Array]:
    """N ÷ n_before and its interval; infinite upwards where nothing was before, NaN where both are 0.

    ``times``: how many times as long the days before are; the ratio is that of the counts of one such length.
    """
    now, before = np.asarray(n, dtype=float), np.asarray(n_before, dtype=float)
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(now > 0, scipy.stats.beta.ppf(tail, now, before + 1), 0.0)
        high = np.where(before > 0, scipy.stats.beta.ppf(1 - tail, now + 1, before), 1.0)
        answer = now / before * times, low / (1 - low) * times, high / (1 - high) * times
    ratio, ratio_low, ratio_high = (np.where(now + before > 0, value, np.nan) for value in answer)
    return np.asarray(ratio), np.asarray(ratio_low), np.asarray(ratio_high)
