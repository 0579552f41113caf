"""Whether memory is flat: its slope over the longest stretch between two restarts, by least squares."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from scipy import stats

#: Share of a stretch at its beginning that is warm-up: code is compiled, caches fill, the allocator's arenas reach the
#: size that they then keep. Of 8,900 redraws the server's memory came to its level by the 7,000th.
WARM_UP: Final = 0.5


@dataclass(frozen=True)
class Sample:
    """Memory at a moment. ``life`` names the process or page it is of; another life is another stretch."""

    seconds: float
    redraws: int
    megabytes: float
    life: Hashable


@dataclass(frozen=True)
class Slope:
    """Megabytes per 1,000 redraws and per hour, each with its 95 % interval; n samples, the last and largest value.

    The interval takes the samples for independent; memory that moves in saws makes it somewhat too narrow.
    """

    n: int
    redraws: int
    per_thousand: tuple[float, float, float]  # low, slope, high
    per_hour: tuple[float, float, float]
    last: float
    largest: float


def slope(samples: Sequence[Sample], warm_up: float = WARM_UP) -> Slope | None:
    """Of the longest stretch, the share of its warm-up left out; None with fewer than five samples in it."""
    stretches = [list(group) for _, group in groupby(samples, key=lambda sample: sample.life)]
    longest = max(stretches, key=lambda stretch: stretch[-1].redraws - stretch[0].redraws, default=[])
    if not longest:
        return None
    first, last = longest[0].redraws, longest[-1].redraws
    kept = [sample for sample in longest if sample.redraws >= first + warm_up * (last - first)]
    if len(kept) < 5 or last == first:
        return None
    memory = np.array([sample.megabytes for sample in kept])
    return Slope(
        n=len(kept),
        redraws=kept[-1].redraws - kept[0].redraws,
        per_thousand=_fit(np.array([sample.redraws / 1000 for sample in kept]), memory),
        per_hour=_fit(np.array([sample.seconds / 3600 for sample in kept]), memory),
        last=float(memory[-1]),
        largest=float(memory.max()),
    )


def _fit(
    x: "np.ndarray[tuple[int], np.dtype[np.float64]]", y: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> tuple[float, float, float]:
    found = stats.linregress(x, y)
    reach = float(stats.t.ppf(0.975, len(x) - 2)) * float(found.stderr)
    return float(found.slope) - reach, float(found.slope), float(found.slope) + reach
