"""The rows of the tree of places: subdistricts, communities, grids, micro grids, drawn or scattered.

Drawn by us, not surveyed: is_illustrative is true for every boundary.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import shapely
from shapely import Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from seed.demo import shapes
from seed.demo.chance import Integers, generator
from seed.demo.structure import Community, Drawing, Profile, Subdistrict

KM_PER_DEGREE = 111.2


def areas_of(profile: Profile) -> pd.DataFrame:
    """All places of a profile, in the shape of Reference.areas; those of a redrawing follow the old ones."""
    rows: list[dict[str, object]] = []
    for code, parent, level, name_zh, name_en in profile.above:
        top = _row(Subdistrict("", "", "", ()), code=code, parent_code=parent, level=level, position=1)
        rows.append({**top, "name_zh": name_zh, "name_en": name_en, "population": None})
    drawn = _drawn(profile)
    for position, subdistrict in enumerate(profile.subdistricts, start=1):
        rows += _subdistrict_rows(profile, subdistrict, position, drawn)
    areas = pd.DataFrame(rows)
    if profile.redrawn is not None:
        areas = _with_successors(areas, areas_of(profile.redrawn), profile.redrawn_on)
    areas["population"] = areas["population"].astype("Int64")
    return areas


def _with_successors(old: pd.DataFrame, new: pd.DataFrame, redrawn_on: date | None) -> pd.DataFrame:
    """Old places up to the day, new ones from it on; subdistricts stay. New mobile units get codes of their own."""
    stays = old["level"] == "subdistrict"
    old, new = old.copy(), new[new["level"] != "subdistrict"].copy()
    old["valid_to"] = old["valid_to"].astype(object).where(stays, redrawn_on)
    new["valid_from"] = redrawn_on
    is_mobile = new["kind"] == "mobile"
    new.loc[is_mobile, "code"] = new.loc[is_mobile, "code"] + "N"
    return pd.concat([old, new], ignore_index=True)


def _to_degrees(drawing: Drawing, polygon: Polygon) -> Polygon:
    points = np.asarray(polygon.exterior.coords)
    lon = drawing.lon + points[:, 0] / (KM_PER_DEGREE * np.cos(np.radians(drawing.lat)))
    return Polygon(np.round(np.column_stack([lon, drawing.lat + points[:, 1] / KM_PER_DEGREE]), 7))


def _drawn(profile: Profile) -> dict[str, list[Polygon]]:
    """The grids of each community, from north-west to south-east; nothing where nothing is drawn."""
    drawing = profile.drawing
    if drawing is None:
        return {}
    random = generator(drawing.seed, "streets")
    communities = [each for subdistrict in profile.subdistricts for each in subdistrict.communities]
    plan = drawing.plan or shapes.halved(
        [shapes.halved([each.code for each in subdistrict.communities]) for subdistrict in profile.subdistricts]
    )
    area = {each.code: each.area for each in communities}
    named = shapes.parts(Polygon(drawing.outline), plan, area, random, drawing.tries)
    pieces: list[Polygon] = []
    owner: list[str] = []
    for each in communities:
        made = shapes.blocks(named[each.code], each.count, random, drawing.tries)
        pieces += made
        owner += [each.code] * len(made)
    exact = [_to_degrees(drawing, shapes.warped(piece, drawing.warp, drawing.wave)) for piece in shapes.joined(pieces)]
    grids: dict[str, list[Polygon]] = {each.code: [] for each in communities}
    for code, polygon in zip(owner, exact, strict=True):
        grids[code].append(polygon)
    for polygons in grids.values():
        step = (max(each.bounds[3] for each in polygons) - min(each.bounds[1] for each in polygons)) / 3.2
        polygons.sort(key=lambda polygon: (-round(polygon.centroid.y / step), polygon.centroid.x))
    return grids


def _row(subdistrict: Subdistrict, **values: object) -> dict[str, object]:
    empty = {"kind": "", "short_name": "", "lon": np.nan, "lat": np.nan, "boundary": None, "is_illustrative": False}
    return {**empty, "subdistrict_code": subdistrict.code, "valid_from": None, "valid_to": None, **values}


def _place_of(polygon: BaseGeometry | None) -> dict[str, object]:
    if polygon is None:
        return {}
    point = shapes.label_point(polygon)
    return {"lon": point.x, "lat": point.y, "boundary": mapping(polygon), "is_illustrative": True}


def _spread(total: int, count: int, spread: float, random: np.random.Generator) -> Integers:
    """``total`` in ``count`` whole parts, each about equal."""
    share = np.exp(random.normal(0, spread, count))
    edges = np.round(np.cumsum(share) / share.sum() * total).astype(np.int64)
    return np.asarray(np.diff(edges, prepend=0))


def _community_rows(
    profile: Profile, subdistrict: Subdistrict, each: Community, position: int, polygons: list[Polygon] | None
) -> list[dict[str, object]]:
    """The community's own row, then its grids and their micro grids; the later kinds have the larger grids."""
    random = generator(1, "grids", each.code)
    whole = shapely.coverage_union_all(np.array(polygons)) if polygons else None
    centre = _scattered(profile, subdistrict, random) if polygons is None else {}
    people = _spread(each.population, each.count, 0.1, random)
    small = _spread(each.micro_grids, each.count, 0.05, random)
    by_size = sorted(range(each.count), key=lambda number: polygons[number].area if polygons else number)
    kinds = [kind for kind, number in each.grids for _ in range(number)]
    kind_of = dict(zip(by_size, kinds, strict=True))
    rows = [
        _row(
            subdistrict,
            code=each.code,
            parent_code=subdistrict.code,
            level="community",
            position=position,
            name_zh=each.name_zh,
            name_en=each.name_en,
            short_name=each.name_zh,
            **{"population": each.population, **centre, **_place_of(whole)},
        )
    ]
    for number in range(each.count):
        short = f"{number + 1:02d}"
        here = _place_of(polygons[number]) if polygons else _near(centre, 0.008, random)
        rows.append(
            _row(
                subdistrict,
                code=f"{each.code}{short}",
                parent_code=each.code,
                level="grid",
                position=number + 1,
                kind=kind_of[number],
                short_name=short,
                name_zh=each.name_zh + short,
                name_en=f"{each.name_en} {short}",
                **{"population": int(people[number]), **here},
            )
        )
        rows += _micro_rows(subdistrict, rows[-1], int(small[number]), polygons[number] if polygons else None, random)
    return rows


def _micro_rows(
    subdistrict: Subdistrict, grid: dict[str, object], count: int, polygon: Polygon | None, random: np.random.Generator
) -> list[dict[str, object]]:
    people = _spread(int(str(grid["population"])), max(count, 1), 0.2, random)
    points = shapes.points_inside(polygon, count, random) if polygon is not None else None
    rows = []
    for number in range(1, count + 1):
        point = points[number - 1] if points is not None else None
        here = {"lon": point[0], "lat": point[1]} if point is not None else _near(grid, 0.002, random)
        rows.append(
            _row(
                subdistrict,
                code=f"{grid['code']}-{number:02d}",
                parent_code=grid["code"],
                level="micro_grid",
                kind="social",
                position=number,
                short_name=f"{number:02d}",
                name_zh=f"{grid['name_zh']}-{number:02d}",
                name_en=f"{grid['name_en']}-{number:02d}",
                **{"population": int(people[number - 1]), "is_illustrative": True, **here},
            )
        )
    return rows


def _near(centre: Mapping[str, object], spread: float, random: np.random.Generator) -> dict[str, object]:
    """A point some degrees from another."""
    lon, lat = (float(str(centre[name])) + random.normal(0, spread) for name in ("lon", "lat"))
    return {"lon": round(lon, 6), "lat": round(lat, 6)}


def _scattered(profile: Profile, subdistrict: Subdistrict, random: np.random.Generator) -> dict[str, object]:
    """A point for a community of a place that is not drawn, around its subdistrict's own."""
    own = generator(1, "scattered", subdistrict.code)
    middle = {"lon": 104.06 + own.normal(0, profile.spread), "lat": 30.66 + own.normal(0, profile.spread * 0.75)}
    return _near(middle, 0.03, random)


def _subdistrict_rows(
    profile: Profile, subdistrict: Subdistrict, position: int, drawn: dict[str, list[Polygon]]
) -> list[dict[str, object]]:
    every = [polygon for each in subdistrict.communities for polygon in drawn.get(each.code, [])]
    whole = shapely.coverage_union_all(np.array(every)) if every else None
    rows = [
        _row(
            subdistrict,
            code=subdistrict.code,
            parent_code=subdistrict.parent_code,
            level="subdistrict",
            position=position,
            name_zh=subdistrict.name_zh,
            name_en=subdistrict.name_en,
            **{"population": sum(each.population for each in subdistrict.communities), **_place_of(whole)},
        )
    ]
    for number, each in enumerate(subdistrict.communities, start=1):
        rows += _community_rows(profile, subdistrict, each, number, drawn.get(each.code))
    for number in range(1, subdistrict.mobile + 1):
        home = subdistrict.communities[number % len(subdistrict.communities)]
        rows.append(
            _row(
                subdistrict,
                code=f"{subdistrict.code}-M{number}",
                parent_code=home.code,
                level="grid",
                kind="mobile",
                name_zh=f"机动{number}",
                name_en=f"Mobile {number}",
                short_name=f"机{number}",
                position=90 + number,
                population=0,
            )
        )
    for number in range(1, subdistrict.streets + 1):
        home = subdistrict.communities[number % 4]
        rows.append(
            _row(
                subdistrict,
                code=f"{subdistrict.code}-S{number:02d}",
                parent_code=home.code,
                level="street",
                kind="dedicated",
                name_zh=f"{number}号街",
                name_en=f"Street {number}",
                short_name=f"{number}",
                position=60 + number,
                population=0,
            )
        )
    return rows
