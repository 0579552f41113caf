"""What a file names, counted while its chunks pass by: areas, matters, departments, points, outcome flags."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

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
    points: Counter[Key] = field(default_factory=Counter)  # lon, lat
    _located: list[pd.DataFrame] = field(default_factory=list)

    def locate(self, codes: pd.Series, lon: pd.Series, lat: pd.Series) -> None:
        """Remember where cases of an area lie; rows without coordinates are passed over."""
        known = lon.notna()
        self._located.append(pd.DataFrame({"code": codes[known], "lon": lon[known], "lat": lat[known]}))
        self.points.update(zip(lon[known], lat[known], strict=True))

    def sample(self, most: int) -> pd.DataFrame:
        """Places of cases with the code of their area, spread over the file: code, lon, lat."""
        if not self._located:
            return pd.DataFrame({"code": [], "lon": [], "lat": []})
        located = pd.concat(self._located, ignore_index=True)
        return located.iloc[:: max(1, len(located) // most)].reset_index(drop=True)

    def middles(self) -> dict[str, tuple[float, float]]:
        """Area code → median lon and lat of the cases in it, those of the areas below included."""
        if not self._located:
            return {}
        located = pd.concat(self._located, ignore_index=True)
        every = [located]
        while not located.empty:
            located = located[located["code"].str.contains("/", regex=False)]
            located = located.assign(code=located["code"].str.rsplit("/", n=1).str[0])
            every.append(located)
        medians = pd.concat(every, ignore_index=True).groupby("code")[["lon", "lat"]].median().round(6)
        return {
            str(code): (float(lon), float(lat))
            for code, (lon, lat) in zip(medians.index, medians.to_numpy(), strict=True)
        }


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
