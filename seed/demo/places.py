"""The tree of places of a profile, and the units (smallest places) that cases happen in.

Drawn by us, not surveyed: is_illustrative is true for every boundary.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from seed.demo import shapes
from seed.demo.chance import Floats, Integers, Words, generator
from seed.demo.days import day_number
from seed.demo.structure import Profile
from seed.demo.tree import areas_of

POINTS, FEW_POINTS = 160, 6  # places in a unit where something can happen: drawn, and not drawn
SOCIAL, ENTERPRISE, MOBILE = range(3)
_NATURE = {
    "enterprise": ENTERPRISE,
    "enterprise_park": ENTERPRISE,
    "commerce": ENTERPRISE,
    "dedicated": ENTERPRISE,
    "mobile": MOBILE,
}


@dataclass(frozen=True)
class Places:
    """``areas`` as in Reference; the rest are arrays over the units.

    ``lon``/``lat``: shape (units, points), NaN for mobile units; the first point is the unit's own. ``neighbours``:
    for each unit the positions of those it shares a border with. ``others``: of the units of its own community.
    """

    areas: pd.DataFrame
    code: Words
    subdistrict: Words
    community: Words
    kind: Integers  # SOCIAL, ENTERPRISE or MOBILE, whatever the place calls it
    population: Integers
    lon: Floats
    lat: Floats
    era: Integers  # 0: up to the redrawing, 1: from then on; all 0 where nothing was redrawn
    redrawn_on: int  # local day, far away where nothing was redrawn
    neighbours: tuple[Integers, ...]
    others: tuple[Integers, ...]

    def era_of(self, days: Integers) -> Integers:
        """Which units hold on these local days: those of this era."""
        return (days >= self.redrawn_on).astype(np.int64) if self.era.any() else np.zeros(len(days), dtype=np.int64)


@cache
def places(profile: Profile) -> Places:
    """All places of a profile. The same for every seed: a map does not change with chance."""
    return _with_units(profile, areas_of(profile))


def _with_units(profile: Profile, areas: pd.DataFrame) -> Places:
    is_unit = (areas["level"] == profile.unit_level) | ((areas["level"] == "grid") & (areas["kind"] == "dedicated"))
    units = areas[is_unit].reset_index(drop=True)
    shapes_of = [None if each is None else shapely.geometry.shape(each) for each in units["boundary"]]
    random = generator(1, "spots", profile.name)
    centre = units[["lon", "lat"]].to_numpy(dtype=float)
    points = POINTS if any(polygon is not None for polygon in shapes_of) else FEW_POINTS
    spots = centre[:, None, :] + random.normal(0, 0.0006, (len(units), points, 2))
    for index, polygon in enumerate(shapes_of):
        if polygon is not None:
            spots[index] = shapes.points_inside(polygon, points, random)
    spots[:, 0] = centre
    era = np.asarray(units["valid_from"].notna().to_numpy(), dtype=np.int64)
    community = units["parent_code"].to_numpy(dtype=object)
    others = {code: np.flatnonzero(community == code) for code in set(community)}
    return Places(
        areas=areas,
        code=units["code"].to_numpy(dtype=object),
        subdistrict=units["subdistrict_code"].to_numpy(dtype=object),
        community=community,
        kind=np.array([_NATURE.get(kind, SOCIAL) for kind in units["kind"]], dtype=np.int64),
        population=units["population"].to_numpy(dtype=np.int64),
        lon=spots[:, :, 0],
        lat=spots[:, :, 1],
        era=era,
        redrawn_on=day_number(profile.redrawn_on) if profile.redrawn_on else 10**6,
        neighbours=_neighbours(shapes_of, [others[code] for code in community], era),
        others=tuple(others[code] for code in community),
    )


def _neighbours(polygons: list[BaseGeometry | None], others: list[Integers], era: Integers) -> tuple[Integers, ...]:
    drawn = [polygon or Polygon() for polygon in polygons]
    left, right = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    left, right = left[era[left] == era[right]], right[era[left] == era[right]]
    found = []
    for index, polygon in enumerate(polygons):
        near = right[(left == index) & (right != index)] if polygon is not None else np.empty(0, dtype=np.int64)
        found.append(near if len(near) else others[index][others[index] != index])
    return tuple(found)
