"""What a file names, counted while its chunks pass by: areas, matters, departments, points, outcome flags."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Key = tuple[Any, ...]


@dataclass
class Tally:
    """Counts over the whole file. Keys are the cells of the columns named, None for an empty one."""

    rows: int = 0
    areas: Counter[Key] = field(default_factory=Counter)  # per level: id, name (the same where there is no id)
    types: Counter[Key] = field(default_factory=Counter)  # line id, line name, matter id, matter name
    departments: Counter[Key] = field(default_factory=Counter)  # id, name
    outcomes: Counter[str] = field(default_factory=Counter)
    _codes: dict[str, int] = field(default_factory=dict)  # area codes in the order of their first row
    _located: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)  # number of the code; lon and lat

    def locate(self, codes: pd.Series, lon: pd.Series, lat: pd.Series) -> None:
        """Remember where cases of an area lie; rows without coordinates are passed over."""
        known = lon.notna().to_numpy()
        numbers, names = pd.factorize(codes[known])
        of_all = np.array([self._codes.setdefault(str(name), len(self._codes)) for name in names], dtype="int32")
        points = np.column_stack([lon.to_numpy()[known], lat.to_numpy()[known]])
        self._located.append((of_all[numbers] if len(names) else np.empty(0, "int32"), points))

    @property
    def located(self) -> int:
        """How many cases lie somewhere."""
        return sum(len(numbers) for numbers, _ in self._located)

    def piles(self) -> tuple[np.ndarray, np.ndarray]:
        """Each point (lon, lat) with the number of its cases; the points with the most first."""
        _, points = self._all()
        order = np.lexsort((points[:, 1], points[:, 0]))
        points = points[order]
        is_first = np.ones(len(points), dtype=bool)
        is_first[1:] = (points[1:] != points[:-1]).any(axis=1)
        cases = np.diff(np.append(np.flatnonzero(is_first), len(points)))
        by_size = np.argsort(-cases, kind="stable")
        return points[is_first][by_size], cases[by_size]

    def sample(self, most: int) -> pd.DataFrame:
        """Places of cases with the code of their area, spread over the file: code, lon, lat."""
        numbers, points = self._all()
        step = max(1, len(numbers) // most)
        names = np.array([*self._codes, ""], dtype=object)
        return pd.DataFrame({"code": names[numbers[::step]], "lon": points[::step, 0], "lat": points[::step, 1]})

    def middles(self) -> dict[str, tuple[float, float]]:
        """Area code → median lon and lat of the cases in it, those of the areas below included."""
        numbers, points = self._all()
        parts: dict[str, list[np.ndarray]] = {}
        order = np.argsort(numbers, kind="stable")
        ends = np.searchsorted(numbers[order], np.arange(len(self._codes) + 1))
        for code, number in self._codes.items():
            own = order[ends[number] : ends[number + 1]]
            levels = code.split("/")
            for depth in range(1, len(levels) + 1):
                parts.setdefault("/".join(levels[:depth]), []).append(own)
        return {code: _middle(points[np.concatenate(rows)]) for code, rows in sorted(parts.items())}

    def _all(self) -> tuple[np.ndarray, np.ndarray]:
        """Number of the code, and lon and lat, of every case that lies somewhere."""
        if not self._located:
            return np.empty(0, "int32"), np.empty((0, 2))
        if len(self._located) > 1:
            self._located = [
                (
                    np.concatenate([each[0] for each in self._located]),
                    np.concatenate([each[1] for each in self._located]),
                )
            ]
        return self._located[0]


def _middle(points: np.ndarray) -> tuple[float, float]:
    lon, lat = np.median(points, axis=0).round(6)
    return float(lon), float(lat)


def count(frame: pd.DataFrame) -> Counter[Key]:
    """How often each combination of cells occurs; empty cells as None."""
    sizes = frame.groupby(list(frame.columns), dropna=False, sort=False).size()
    keys = sizes.index if frame.shape[1] > 1 else ((value,) for value in sizes.index)
    return Counter(
        {
            tuple(None if pd.isna(cell) else cell for cell in key): int(size)
            for key, size in zip(keys, sizes.to_numpy(), strict=True)
        }
    )
