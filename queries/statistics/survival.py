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


class Quantiles(NamedTuple):
    """Quantiles of times to event, in seconds."""

    n: int  # times, censored ones included
    events: int
    values: tuple[float | None, ...]  # None: not reached, that is, more than `followed`
    followed: float | None  # the longest time seen, ended or censored; None without any


def pack(seconds: npt.ArrayLike, is_event: npt.ArrayLike) -> Packed:
    """Times as app.time_to_event packs them: twice the whole seconds, and one more where censored."""
    whole = np.floor(np.asarray(seconds, dtype=float)).astype(np.int32)
    return np.asarray(2 * whole + ~np.asarray(is_event, dtype=bool), dtype=np.int32)


def unpack(held: bytes) -> Packed:
    """Packed times from the bytes that a question strings together (four bytes each, the highest first)."""
    return np.frombuffer(held, dtype=">i4").astype(np.int32)


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


def quantiles(packed: Packed, shares: Sequence[float]) -> Quantiles:
    """For each share p the smallest time at which the estimated share still waiting is at most 1 - p.

    Where the estimate stands at exactly 1 - p for a while, that is where it gets there, and no midpoint is taken.
    """
    if len(packed) == 0:
        return Quantiles(0, 0, (None,) * len(shares), None)
    held = np.sort(packed)
    waiting = _survival(held)
    # the estimate never rises, so the first place at or below a level is found by halving
    places = np.searchsorted(-waiting, [-(1 - share) - _ROUNDING for share in shares], side="left")
    return Quantiles(
        n=len(held),
        events=int((held % 2 == 0).sum()),
        values=tuple(float(held[place] // 2) if place < len(held) else None for place in places),
        followed=float(held[-1] // 2),
    )
