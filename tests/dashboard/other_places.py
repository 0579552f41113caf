"""Places of other shapes and sizes, made of the invented town: three times as wide as high, 300 units, 8 units."""

from dataclasses import replace

import numpy as np
import pandas as pd
from shapely import transform
from shapely.geometry import mapping, shape
from shapely.ops import unary_union

from dashboard.snapshot import Snapshot
from tests.dashboard import past_day, sample_matters, sample_town, samples


def _stretched(frame: pd.DataFrame, wide: float, high: float) -> pd.DataFrame:
    """The same areas drawn wider and higher around the place's south-west corner."""
    west, south = 113.852, 22.752

    def moved(values: np.ndarray) -> np.ndarray:
        return np.column_stack((west + (values[:, 0] - west) * wide, south + (values[:, 1] - south) * high))

    boundaries = [mapping(transform(shape(each), moved)) for each in frame["boundary"]]
    points = moved(frame[["lon", "lat"]].to_numpy(dtype=float))
    return frame.assign(
        boundary=pd.Series(boundaries, index=frame.index, dtype="object"), lon=points[:, 0], lat=points[:, 1]
    )


def _place(count: int, levels: tuple[int, int, int, int], wide: float = 1.0, high: float = 1.0) -> Snapshot:
    base = samples.busy()
    grids = _stretched(sample_town.grids(sample_town.levels(*levels, count=count), count), wide, high)
    communities = _stretched(sample_town.communities(count), wide, high)
    own = unary_union([shape(each) for each in grids["boundary"]])
    west, south, east, north = own.bounds
    return replace(
        base,
        grids=grids,
        communities=communities,
        escalations=sample_matters.escalations(grids, 9),
        latest=sample_matters.latest(grids, 20),
        heat=sample_town.heat(grids),
        risk_points=sample_town.risk_points(grids),
        ranking=sample_matters.ranking(grids),
        replay=past_day.replay(grids, sample_matters.NOW),
        neighbours=past_day.neighbours(own, west, south, east - west, north - south),
        counted=past_day.counted(grids),
    )


def wide() -> Snapshot:
    """A district three times as wide as high."""
    return _place(80, (2, 5, 9, 12), wide=2.9, high=0.8)


def many() -> Snapshot:
    """Three hundred units."""
    return _place(300, (4, 14, 26, 40))


def few() -> Snapshot:
    """Eight units."""
    return _place(8, (1, 1, 2, 1))


ALL = {"wide": wide, "many": many, "few": few}
