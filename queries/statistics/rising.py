"""Which of many counts have clearly risen: between two spans of time, without crying wolf over the many.

Given both counts of one key, the newer one is binomial (Przyborowski and Wilenski 1940); p is its exact mid-p upwards
(Lancaster 1961). Counts of one key in two spans differ more than chance where its cases come in bursts, of many cases
more than of few: variance × (1 + (cases − 1) × correlation), as of a beta-binomial. The correlation is read off all
keys together by the median of their squared deviations from the common change, so that the few that have really risen
are no noise; counts are divided by what follows, as in a quasi-binomial law (Williams 1982). Benjamini and Hochberg
1995 over the keys with enough cases in both spans together, which says nothing of how they are divided between the two.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from queries.statistics.risk import discoveries

Array = npt.NDArray[np.float64]

#: Share of false ones among those called.
FALSE_DISCOVERY: Final = 0.10
#: Cases of both spans together from which on a key is asked about.
LEAST_CASES: Final = 10
#: Keys from which on their common noise can be told.
_LEAST_KEYS: Final = 8
#: Median of a squared standard normal.
_MEDIAN: Final = 0.454936423119572


def correlation(n: Array, n_before: Array) -> float:
    """How far cases of one key come together: 0 where keys vary around their common change no more than by chance, or
    are too few to say.
    """
    total = n + n_before
    held = total > 0
    n, total = n[held], total[held]
    share = n.sum() / max(total.sum(), 1.0)
    if len(n) < _LEAST_KEYS or share in (0.0, 1.0):
        return 0.0
    squares = (n - share * total) ** 2 / (total * share * (1 - share))

    def surplus(each: float) -> float:
        return float(np.median(squares / (1 + (total - 1) * each))) - _MEDIAN

    if surplus(0.0) <= 0:
        return 0.0
    return 1.0 if surplus(1.0) > 0 else float(scipy.optimize.brentq(surplus, 0.0, 1.0, xtol=1e-6))


def p_risen(n: Array, n_before: Array, *, times: float = 1.0, together: float = 0.0) -> Array:
    """P(more) + ½ P(as many) in the newer span where nothing has changed. ``times``: how many times as long the older
    span is; ``together``: the keys' ``correlation``.
    """
    noise = 1 + np.maximum(n + n_before - 1, 0.0) * together
    k, k_before = n / noise, n_before / noise
    share = 1 / (1 + times)
    # of whole counts the binomial's own tails; the beta function is their continuation to others
    more = np.where(k_before > 0, scipy.stats.beta.cdf(share, k + 1, np.maximum(k_before, 1e-9)), 0.0)
    as_many_or_more = np.where(k > 0, scipy.stats.beta.cdf(share, np.maximum(k, 1e-9), k_before + 1), 1.0)
    return np.asarray((more + as_many_or_more) / 2)


def risen(
    n: npt.ArrayLike,
    n_before: npt.ArrayLike,
    *,
    times: float = 1.0,
    least: int = LEAST_CASES,
    rate: float = FALSE_DISCOVERY,
) -> tuple[npt.NDArray[np.bool_], Array]:
    """Which keys have clearly risen, and each one's p (NaN where it has too few cases to be asked about)."""
    now, before = np.asarray(n, dtype=float), np.asarray(n_before, dtype=float)
    p = np.full(len(now), np.nan)
    asked = now + before >= least
    together = correlation(now[asked], before[asked])
    p[asked] = p_risen(now[asked], before[asked], times=times, together=together)
    called = np.zeros(len(now), dtype=bool)
    called[asked] = discoveries(p[asked], rate)
    return called, p
