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
_CELLS = 200_000
_BLANK = np.int32(np.iinfo(np.int32).max)


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
    return quantiles_of([packed], shares)[0]


def quantiles_of(parts: Sequence[Packed], shares: Sequence[float]) -> list[Quantiles]:
    """The `quantiles` of each part. Small parts are worked out together: those of like length are rows of a table."""
    found: dict[int, Quantiles] = {}
    by_length = sorted(range(len(parts)), key=lambda number: len(parts[number]))
    while by_length:
        rows = max(1, _CELLS // max(1, len(parts[by_length[-1]])))
        block, by_length = by_length[-rows:], by_length[:-rows]
        found.update(zip(block, _of_rows([parts[number] for number in block], shares), strict=True))
    return [found[number] for number in range(len(parts))]


def _of_rows(parts: Sequence[Packed], shares: Sequence[float]) -> list[Quantiles]:
    lengths = np.array([len(part) for part in parts])
    held = np.full((len(parts), max(1, lengths.max())), _BLANK)
    for row, part in zip(held, parts, strict=True):
        row[: len(part)] = part
    held.sort(axis=1)
    is_event = held % 2 == 0
    at_risk = np.maximum(lengths[:, None] - np.arange(held.shape[1]), 1)
    waiting = np.cumprod(np.where(is_event, 1 - 1 / at_risk, 1.0), axis=1)
    # the estimate never rises: the first place at or below a level is where the quantile is
    is_there = [waiting <= 1 - share + _ROUNDING for share in shares]
    places = np.array([each.argmax(axis=1) for each in is_there]).T
    is_reached = np.array([each[:, -1] for each in is_there]).T
    seconds = (np.take_along_axis(held, places, axis=1) // 2).tolist()
    followed = (held[np.arange(len(parts)), np.maximum(lengths, 1) - 1] // 2).tolist()
    return [
        Quantiles(
            n=n,
            events=events,
            values=tuple(float(value) if there else None for value, there in zip(values, reached, strict=True)),
            followed=float(longest) if n else None,
        )
        for n, events, values, reached, longest in zip(
            lengths.tolist(), is_event.sum(axis=1).tolist(), seconds, is_reached.tolist(), followed, strict=True
        )
    ]
