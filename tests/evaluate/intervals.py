"""Intervals of ratios by a bootstrap over blocks of days: days next to each other are alike, so they go together."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BLOCK_DAYS: Final = 7
DRAWS: Final = 1000


def ratio(above: Array, below: Array, seed: int = 1) -> dict[str, float]:
    """Sum of ``above`` ÷ sum of ``below`` (cities × days) with its 90 % interval: value, low, high."""
    blocks = above.shape[1] // BLOCK_DAYS
    sums = [part[:, : blocks * BLOCK_DAYS].reshape(-1, BLOCK_DAYS).sum(axis=1).astype(float) for part in (above, below)]
    chosen = np.random.default_rng(seed).integers(0, len(sums[0]), (DRAWS, len(sums[0])))
    drawn = sums[0][chosen].sum(axis=1) / np.maximum(sums[1][chosen].sum(axis=1), 1e-12)
    low, high = np.quantile(drawn, [0.05, 0.95])
    return {"value": float(above.sum() / max(below.sum(), 1e-12)), "low": float(low), "high": float(high)}
