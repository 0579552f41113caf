"""Times to an event where some are still running: the product-limit estimate and its quantiles.

E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the American Statistical
Association 53 (1958) 457-481. A time that ended without the event (still running, withdrawn) is censored: it counts as
at risk up to its end. Of an event and a censored time of the same length the event comes first, as there.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Packed = npt.NDArray[np.int32]

#: Products of many ratios miss a round number by a little.
_ROUNDING = 1e-12
#: Cells of a table of parts; and what fills a row behind its times: beyond all of them, and no event.
_CELLS = 20_000
_BLANK = np.int32(np.iinfo(np.int32).max)
_LONGEST = (int(_BLANK) - 1) // 2 - 1


class Quantiles(NamedTuple):
    """Quantiles of times to event in seconds, one place per part."""

    n: npt.NDArray[np.int64]  # times, censored ones included
    events: npt.NDArray[np.int64]
    values: Array  # one column per share; NaN: not reached, that is, more than `followed`
    followed: Array  # the longest time seen, ended or censored; NaN without any


def pack(seconds: npt.ArrayLike, is_event: npt.ArrayLike) -> Packed:
    """Twice the whole seconds of each time and, where it is censored, one more: sorted as numbers, an event then stands
    before what is censored in the same second. A time beyond 34 years counts as that.
    """
    whole = np.minimum(np.floor_divide(seconds, 1), _LONGEST).astype(np.int32)
    return np.asarray(2 * whole + ~np.asarray(is_event, dtype=bool), dtype=np.int32)


def _survival(packed: Packed) -> Array:
    """The estimate after each of the sorted times.

    Going through equal times one by one gives the product over distinct times: (1 - 1/n)(1 - 1/(n - 1)) = 1 - 2/n.
    """
    at_risk = np.arange(len(packed), 0, -1, dtype=float)
    return np.asarray(np.cumprod(np.where(packed % 2 == 0, 1 - 1 / at_risk, 1.0)), dtype=np.float64)


def survival(packed: Packed) -> tuple[Array, Array]:
    """Distinct times of events in seconds, and the estimated share still waiting after each."""
    held = np.sort(packed)
    is_last = np.append(held[1:] != held[:-1], True) & (held % 2 == 0)
    return (held[is_last] // 2).astype(float), _survival(held)[is_last]


def quantiles(packed: Packed, sizes: npt.ArrayLike, shares: Sequence[float]) -> Quantiles:
    """For each part and share p the smallest time at which the estimated share still waiting is at most 1 - p.

    ``packed``: the times of all parts, one part after the other; ``sizes``: how many each has. Where the estimate
    stands at exactly 1 - p for a while, that is where it gets there, and no midpoint is taken. Small parts are worked
    out together: those of like length are rows of a table.
    """
    n = np.asarray(sizes, dtype=np.int64)
    starts = np.cumsum(n) - n
    events = np.zeros(len(n), dtype=np.int64)
    values, followed = np.full((len(n), len(shares)), np.nan), np.full(len(n), np.nan)
    by_length = np.argsort(n, kind="stable")[np.count_nonzero(n == 0) :]
    while len(by_length):
        rows = max(1, _CELLS // int(n[by_length[-1]]))
        block, by_length = by_length[-rows:], by_length[:-rows]
        events[block], values[block], followed[block] = _of_rows(packed, starts[block], n[block], shares)
    return Quantiles(n, events, values, followed)


def _of_rows(
    packed: Packed, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], shares: Sequence[float]
) -> tuple[npt.NDArray[np.int64], Array, Array]:
    column = np.arange(lengths.max())
    if len(lengths) == 1:
        held = packed[None, starts[0] : starts[0] + lengths[0]].copy()
    else:
        is_held = column < lengths[:, None]
        held = np.full(is_held.shape, _BLANK)
        held[is_held] = packed[(starts[:, None] + column)[is_held]]
    held.sort(axis=1)
    is_event = held % 2 == 0
    at_risk = np.maximum(lengths[:, None] - column, 1)
    waiting = np.cumprod(np.where(is_event, 1 - 1 / at_risk, 1.0), axis=1)
    # the estimate never rises: the first place at or below a level is where the quantile is
    values = np.full((len(lengths), len(shares)), np.nan)
    for number, share in enumerate(shares):
        is_there = waiting <= 1 - share + _ROUNDING
        is_reached = is_there[:, -1]
        places = is_there.argmax(axis=1)
        values[is_reached, number] = held[is_reached, places[is_reached]] // 2
    longest = held[np.arange(len(lengths)), lengths - 1] // 2
    return is_event.sum(axis=1), values, longest.astype(float)
