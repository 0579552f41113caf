"""Chance without a state: every draw is a hash of (seed, case, name of the draw).

A case's whole life can so be recomputed at any time from its number alone. History and the live feed agree to the
second, a stopped feed goes on where it stopped, and steps of any length give the same rows.
"""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """A random generator of its own for each purpose, so that one more draw in one place changes nothing elsewhere."""
    return np.random.default_rng([seed & 0xFFFFFFFF, *(zlib.crc32(str(name).encode()) for name in names)])


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea and Flood, 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


class Draws:
    """Random numbers of cases, one per case and name. Shapes: as long as ``external_id``."""

    def __init__(self, seed: int, source: Words, external_id: Words) -> None:
        text = pd.Series(source, dtype=object) + "/" + pd.Series(external_id, dtype=object)
        keys = pd.util.hash_array(text.to_numpy(dtype=object), categorize=False)
        self._keys = _mix(keys ^ np.uint64((seed * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF))

    def uniform(self, name: str) -> Floats:
        """Uniform on (0, 1)."""
        salted = _mix(self._keys + np.uint64(zlib.crc32(name.encode()) * 0x9E3779B1))
        return ((salted >> np.uint64(11)).astype(np.float64) + 0.5) / float(1 << 53)

    def normal(self, name: str) -> Floats:
        """Standard normal."""
        return np.asarray(scipy.special.ndtri(self.uniform(name)))

    def lognormal(self, name: str, median: Floats | float, sigma: float) -> Floats:
        """Lognormal around its median, in the median's unit."""
        return median * np.exp(sigma * self.normal(name))

    def happens(self, name: str, probability: Floats | float) -> Flags:
        """True with the given probability."""
        return self.uniform(name) < probability

    def pick(self, name: str, weights: Sequence[float]) -> Integers:
        """A position in weights, each as likely as its weight."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        return np.searchsorted(edges / edges[-1], self.uniform(name), side="right").clip(0, len(weights) - 1)
