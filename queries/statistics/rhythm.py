"""The rhythm of the week, pooled over all units: which share of a week's cases falls between two moments."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]

HOURS: Final = 24
WEEKDAYS: Final = 7
#: How many cases' worth of trust "every weekday has the same day" has, per hour of the week.
PRIOR_CASES: Final = 4.0


def hour_shares(profile: pd.DataFrame, column: str) -> Array:
    """Share of a week's cases by weekday and local hour (7 × 24, sums to 1). ``profile``: queries.risk.PROFILE.

    Sparse cells lean on the product of the weekday's and the hour's shares; an hour never counts nothing.
    """
    counts = np.zeros((WEEKDAYS, HOURS))
    counts[profile["weekday"].to_numpy() - 1, profile["hour"].to_numpy()] = profile[column].to_numpy(dtype=float)
    total = counts.sum()
    by_day = (counts.sum(axis=1) + 1.0) / (total + WEEKDAYS)
    by_hour = (counts.sum(axis=0) + 1.0) / (total + HOURS)
    prior = PRIOR_CASES * WEEKDAYS * HOURS
    return np.asarray((counts + prior * np.outer(by_day, by_hour)) / (total + prior))


def share_between(shares: Array, start: datetime, end: datetime) -> float:
    """The share of a week's cases expected from ``start`` to ``end`` (local, aware); a full week gives 1."""
    total, moment = 0.0, start
    while moment < end:
        following = min((moment + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0), end)
        fraction = (following - moment) / timedelta(hours=1)
        total += fraction * float(shares[moment.weekday(), moment.hour])
        moment = following
    return total
