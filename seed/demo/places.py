"""The tree of places of a profile, and the units (smallest places) that cases happen in.

Drawn by us, not surveyed: is_illustrative is true for every boundary.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import shapely
from shapely import Polygon
from shapely.geometry import mapping

from seed.demo import shapes
from seed.demo.chance import Floats, Integers, Words, generator
from seed.demo.profiles import Community, Drawing, Profile, Subdistrict

KM_PER_DEGREE = 111.2
POINTS = 160  # places in a unit where something can happen
UNIT_KINDS = ("social", "enterprise", "mobile")


@dataclass(frozen=True)
class Places:
    """``areas`` as in Reference; the rest are arrays over the units, in the order of their codes.

    ``lon``/``lat``: shape (units, POINTS), NaN where nothing is drawn. ``neighbours``: for each unit the positions of
    those it shares a border with. ``others``: for each unit, positions of the units of its own community.
    """

    areas: pd.DataFrame
    code: Words
    subdistrict: Words
    community: Words
    kind: Integers  # position in UNIT_KINDS
    population: Integers
    lon: Floats
    lat: Floats
    neighbours: tuple[Integers, ...]
    others: tuple[Integers, ...]


def _to_degrees(drawing: Drawing, polygon: Polygon) -> Polygon:
    points = np.asarray(polygon.exterior.coords)
    lon = drawing.lon + points[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(drawing.lat)))
    return Polygon(np.round(np.column_stack([lon, drawing.lat + points[:, 1] / KM_PER_DEGREE]), 7))


def _drawn(drawing: Drawing, communities: tuple[Community, ...]) -> dict[str, list[Polygon]]:
    """The grids of each community, from north-west to south-east."""
    random = generator(drawing.seed, "streets")
    whole = Polygon(drawing.outline)
    named = shapes.parts(whole, drawing.plan, {each.code: each.area for each in communities}, random)
    pieces: list[Polygon] = []
    owner: list[str] = []
    for each in communities:
        made = shapes.blocks(named[each.code], each.social + each.enterprise, random)
        pieces += made
        owner += [each.code] * len(made)
    exact = [_to_degrees(drawing, shapes.warped(piece, drawing.warp)) for piece in shapes.joined(pieces)]
    grids: dict[str, list[Polygon]] = {each.code: [] for each in communities}
    for code, polygon in zip(owner, exact, strict=True):
        grids[code].append(polygon)
    for polygons in grids.values():
        polygons.sort(key=lambda polygon: -round(polygon.centroid.y / 0.004) * 10 + polygon.centroid.x * 100)
    return grids


def _row(subdistrict: Subdistrict, **values: object) -> dict[str, object]:
    empty = {"kind": "", "short_name": "", "lon": np.nan, "lat": np.nan, "boundary": None, "is_illustrative": False}
    return {**empty, "subdistrict_code": subdistrict.code, "valid_from": None, "valid_to": None, **values}


def _place_of(polygon: Polygon | None) -> dict[str, object]:
    if polygon is None:
        return {}
    point = shapes.label_point(polygon)
    return {"lon": point.x, "lat": point.y, "boundary": mapping(polygon), "is_illustrative": True}


def _spread(total: int, count: int, spread: float, random: np.random.Generator) -> Integers:
    """``total`` in ``count`` whole parts, each about equal."""
    share = np.exp(random.normal(0, spread, count))
    edges = np.round(np.cumsum(share) / share.sum() * total).astype(np.int64)
    return np.diff(edges, prepend=0)


def _community_rows(
    subdistrict: Subdistrict, each: Community, position: int, polygons: list[Polygon] | None
) -> list[dict[str, object]]:
    """The community's own row, then its grids; enterprise grids last, where its edge is."""
    count = each.social + each.enterprise
    random = generator(1, "grids", each.code)
    whole = shapely.coverage_union_all(np.array(polygons)) if polygons else None
    people = _spread(each.population, count, 0.1, random)
    rows = [
        _row(
            subdistrict,
            **{"code": each.code, "parent_code": subdistrict.code, "level": "community", "position": position},
            **{"name_zh": each.name_zh, "name_en": each.name_en, "short_name": each.name_zh},
            **{"population": each.population, **_place_of(whole)},
        )
    ]
    rim = _rim_order(polygons, count) if polygons else list(range(count))
    enterprise = set(rim[: each.enterprise])
    for number in range(count):
        short = f"{number + 1:02d}"
        rows.append(
            _row(
                subdistrict,
                **{"code": f"{each.code}{short}", "parent_code": each.code, "level": "grid", "position": number + 1},
                **{"kind": "enterprise" if number in enterprise else "social", "short_name": short},
                **{"name_zh": each.name_zh + short, "name_en": f"{each.name_en} {short}"},
                **{"population": int(people[number]), **_place_of(polygons[number] if polygons else None)},
            )
        )
    return rows


def _rim_order(polygons: list[Polygon], count: int) -> list[int]:
    """Grids by size, the largest first: works and warehouses need room."""
    return sorted(range(count), key=lambda number: -polygons[number].area)


@cache
def places(profile: Profile) -> Places:
    """All places of a profile. The same for every seed: a map does not change with chance."""
    rows: list[dict[str, object]] = []
    for code, parent, level, name_zh, name_en in profile.above:
        top = _row(Subdistrict("", "", "", ()), code=code, parent_code=parent, level=level, position=1)
        rows.append({**top, "name_zh": name_zh, "name_en": name_en, "population": None})
    for position, subdistrict in enumerate(profile.subdistricts, start=1):
        rows += _subdistrict_rows(profile, subdistrict, position)
    areas = pd.DataFrame(rows)
    areas["population"] = areas["population"].astype("Int64")
    return _with_units(profile, areas)


def _subdistrict_rows(profile: Profile, subdistrict: Subdistrict, position: int) -> list[dict[str, object]]:
    drawn = _drawn(profile.drawing, subdistrict.communities) if profile.drawing else {}
    every = [polygon for polygons in drawn.values() for polygon in polygons]
    whole = shapely.coverage_union_all(np.array(every)) if every else None
    rows = [
        _row(
            subdistrict,
            **{"code": subdistrict.code, "parent_code": subdistrict.parent_code, "level": "subdistrict"},
            **{"position": position, "name_zh": subdistrict.name_zh, "name_en": subdistrict.name_en},
            **{"population": sum(each.population for each in subdistrict.communities), **_place_of(whole)},
        )
    ]
    for number, each in enumerate(subdistrict.communities, start=1):
        rows += _community_rows(subdistrict, each, number, drawn.get(each.code))
    for number in range(1, subdistrict.mobile + 1):
        home = subdistrict.communities[number % len(subdistrict.communities)]
        rows.append(
            _row(
                subdistrict,
                **{"code": f"{subdistrict.code}-M{number}", "parent_code": home.code, "level": "grid"},
                **{"kind": "mobile", "name_zh": f"机动{number}", "name_en": f"Mobile {number}"},
                **{"short_name": f"机{number}", "position": 90 + number, "population": 0},
            )
        )
    return rows


def _with_units(profile: Profile, areas: pd.DataFrame) -> Places:
    units = areas[areas["level"] == profile.unit_level].reset_index(drop=True)
    shapes_of = [None if each is None else shapely.geometry.shape(each) for each in units["boundary"]]
    spots = np.full((len(units), POINTS, 2), np.nan)
    random = generator(1, "spots", profile.name)
    for index, polygon in enumerate(shapes_of):
        if polygon is not None:
            spots[index] = shapes.points_inside(polygon, POINTS, random)
            spots[index, 0] = units.loc[index, ["lon", "lat"]].to_numpy(dtype=float)
    community = units["parent_code"].to_numpy(dtype=object)
    others = {code: np.flatnonzero(community == code) for code in set(community)}
    return Places(
        areas=areas,
        code=units["code"].to_numpy(dtype=object),
        subdistrict=units["subdistrict_code"].to_numpy(dtype=object),
        community=community,
        kind=np.array([UNIT_KINDS.index(kind) for kind in units["kind"]]),
        population=units["population"].to_numpy(dtype=np.int64),
        lon=spots[:, :, 0],
        lat=spots[:, :, 1],
        neighbours=_neighbours(shapes_of, [others[code] for code in community]),
        others=tuple(others[code] for code in community),
    )


def _neighbours(polygons: list[Polygon | None], others: list[Integers]) -> tuple[Integers, ...]:
    drawn = [polygon or Polygon() for polygon in polygons]
    left, right = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    found = []
    for index, polygon in enumerate(polygons):
        near = right[(left == index) & (right != index)] if polygon is not None else np.empty(0, dtype=np.int64)
        found.append(near if len(near) else others[index][others[index] != index])
    return tuple(found)
