"""Owns what the map scene's drawing is made of: outlines as paths of the map's plane, drawn by the browser itself.

The overview's map keeps its size; the map scene fills whatever box a screen has for it. So outlines, forms of the
levels and places for names are worked out once per set of areas, fetched once by each browser, and scaled there.
Coordinates are whole hundredths of u of the plane (frame.py), x to the east, y to the south.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from shapely import STRtree, box
from shapely.affinity import scale
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from dashboard.frames import rows
from dashboard.maps import base_tiles, labels
from dashboard.maps.forms import RINGS, ring
from dashboard.maps.frame import BOX
from dashboard.maps.ground import Ground, ground, outlines_hash
from dashboard.snapshot import Snapshot
from dashboard.text import text

SCALE: Final = 100  # steps of a coordinate in one u
_FINENESS: Final = 0.04  # what an outline may be simplified by, u
_GAP: Final = 0.18  # between grids, u
_REACH: Final = 6.0  # as far as neighbours are drawn, in sizes of the place: the widest box shows no more
_SPOTS: Final = 5  # places offered for a community's name
_APART: Final = 5.0  # between two of them, u
_NUMBER: Final = (2.4, 1.7)  # half the room of a grid's number, u
_USUAL: Final = (228.0, 107.0)  # the largest box a usual screen has for the map, u

_CACHE: Final[OrderedDict[Any, "Plane"]] = OrderedDict()
_LOCK: Final = Lock()
_KEPT: Final = 8


@dataclass(frozen=True)
class Plane:
    """The drawing's unchanging part as JSON, and the hash that names it in a URL."""

    json: bytes
    digest: str


def plane(snapshot: Snapshot) -> Plane:
    """The plane of the snapshot's map; the same object as long as the areas are the same."""
    base = ground(snapshot)
    beside = tuple(snapshot.neighbours["area_id"]) if len(snapshot.neighbours) else ()
    key = (base.digest, beside, outlines_hash(snapshot.neighbours), tuple(_names(snapshot)))
    with _LOCK:
        if key not in _CACHE:
            _CACHE[key] = _made(snapshot, base)
            while len(_CACHE) > _KEPT:
                _CACHE.popitem(last=False)
        _CACHE.move_to_end(key)
        return _CACHE[key]


def steps(x: float, y: float) -> tuple[int, int]:
    """A place of the plane in the drawing's own whole steps."""
    return round(x * SCALE), round(-y * SCALE)


def _names(snapshot: Snapshot) -> Iterable[tuple[Any, ...]]:
    return ((row.area_id, row.name_zh, row.name_en, row.short_name) for row in rows(snapshot.grids))


def _made(snapshot: Snapshot, base: Ground) -> Plane:
    whole = {
        "bounds": _bounds(base),
        "tiled": base.is_tiled,
        "grids": _grids(snapshot, base),
        "blocks": _blocks(base),
        "neighbours": _neighbours(snapshot, base),
        "tiles": _tiles(base),
    }
    made = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    return Plane(made, hashlib.sha256(made).hexdigest()[:16])


def _bounds(base: Ground) -> list[int]:
    """West, north, east, south in steps."""
    if not base.shapes:
        return [round(edge * SCALE / 2) for edge in (-BOX[0], -BOX[1], BOX[0], BOX[1])]
    west, south, east, north = shapely.total_bounds(list(base.shapes.values()))
    heads = [block.anchor[1] + labels.SIZE for block in base.blocks if block.anchor is not None]
    return [*steps(west, max(north, *heads, north)), *steps(east, south)]


def _grids(snapshot: Snapshot, base: Ground) -> list[dict[str, Any]]:
    """Outline, forms of the ringed levels, and the middle with the room around it."""
    shown = [row for row in rows(snapshot.grids) if int(row.area_id) in base.shapes]
    outlines = _simpler([base.shapes[int(row.area_id)] for row in shown])
    made = []
    for row, outline in zip(shown, outlines, strict=True):
        cell = outline.buffer(-_GAP / 2, join_style="mitre")
        x, y = base.centres[int(row.area_id)]
        made.append(
            {
                "id": int(row.area_id),
                "d": path(cell),
                **{level: path(ring(outline, level)) for level in RINGS},
                "at": steps(x, y),
                "room": round(float(shapely.distance(shapely.Point(x, y), outline.boundary)) * SCALE),
                "box": _box(outline) if base.is_tiled else None,
                "zh": row.name_zh,
                "en": row.name_en,
                "no": row.short_name if isinstance(row.short_name, str) else "",
            }
        )
    return made


def _simpler(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The same outlines with fewer corners; what two grids share stays shared where they fit each other."""
    if not shapes:
        return []
    if all(each.geom_type in ("Polygon", "MultiPolygon") for each in shapes) and shapely.coverage_is_valid(shapes):
        return list(shapely.coverage_simplify(shapes, _FINENESS))
    return [each.simplify(_FINENESS) for each in shapes]


def _box(tile: BaseGeometry) -> list[int]:
    west, south, east, north = tile.bounds
    return [*steps(west, north), *steps(east, south)]


def _blocks(base: Ground) -> list[dict[str, Any]]:
    """Communities: the outline and, best first, places for the name clear of the grids' numbers."""
    half, height = _NUMBER
    larger = _enlarged(base)
    middles = [(x * larger, y * larger) for x, y in base.centres.values()]
    numbers = STRtree([box(x - half, y - height, x + half, y + height) for x, y in middles])
    made: list[dict[str, Any]] = []
    for block in base.blocks:
        names = {language: text(language).label(block) for language in ("zh", "en")}
        if block.shape is None:
            at = [] if block.anchor is None else [steps(*block.anchor)]
            made.append({"id": block.area_id, "names": names, "spots": dict.fromkeys(names, at)})
            continue
        outline = block.shape.simplify(_FINENESS)
        spots = {language: _spots(block.shape, name, numbers, larger) for language, name in names.items()}
        made.append({"id": block.area_id, "names": names, "d": path(outline), "spots": spots})
    return made


def _enlarged(base: Ground) -> float:
    """How much larger than in its plane the place stands on a usual screen, since text keeps its size."""
    if base.is_tiled or not base.shapes:
        return 1.0
    west, south, east, north = shapely.total_bounds(list(base.shapes.values()))
    return float(max(1.0, min(max(_USUAL[0] / (east - west), 1.0), max(_USUAL[1] / (north - south), 1.0))))


def _spots(outline: BaseGeometry, name: str, numbers: STRtree, larger: float) -> list[tuple[int, int]]:
    """Where the middle of the name may stand, best first, some way apart."""
    width = labels.text_width(name)
    found = labels.candidates(scale(outline, larger, larger, origin=(0, 0)), width, _USUAL)
    boxes = shapely.box(found[:, 0] - width / 2, found[:, 1] - 1.7, found[:, 0] + width / 2, found[:, 1] + 1.7)
    touched, _ = numbers.query(boxes, predicate="intersects")
    cost = np.arange(len(found)) / 12.0 + 6.0 * np.bincount(touched, minlength=len(found))
    chosen: list[tuple[float, float]] = []
    for place in np.argsort(cost, kind="stable"):
        x, y = float(found[place, 0]), float(found[place, 1])
        if all(abs(x - other) > _APART or abs(y - below) > _APART / 2 for other, below in chosen):
            chosen.append((x, y))
        if len(chosen) == _SPOTS:
            break
    return [steps(x / larger, y / larger) for x, y in chosen]


def _tiles(base: Ground) -> dict[str, list[list[int]]]:
    """Places of base map tiles by the datum of their server: zoom, column, row, west, north, east, south."""
    if base.is_tiled:
        return {}
    return {
        str(datum): [
            [*tile[:3], *(round(edge * SCALE) for edge in tile[3:])] for tile in base_tiles.tiles(base.frame, datum)
        ]
        for datum in base_tiles.DATUMS
    }


def _neighbours(snapshot: Snapshot, base: Ground) -> list[dict[str, Any]]:
    """Outlines of the areas beside the place, cut where no screen shows them, with a place for the name."""
    if base.is_tiled or not base.shapes:
        return []
    west, south, east, north = shapely.total_bounds(list(base.shapes.values()))
    reach = _REACH * max(east - west, north - south) / 2
    seen = box(west - reach, south - reach, east + reach, north + reach)
    own = shapely.union_all(list(base.shapes.values()))
    made = []
    for row in rows(snapshot.neighbours):
        outline = base.frame.to_units(shapely.make_valid(shape(dict(row.boundary))))
        beside = outline.simplify(2 * _FINENESS).intersection(seen).difference(own.buffer(0.05))
        if not beside.is_empty:
            nearest = shapely.clip_by_rect(beside, west - 30, south - 12, east + 30, north + 12)
            x, y = (nearest if not nearest.is_empty else beside).representative_point().coords[0]
            names = {language: text(language).label(row) for language in ("zh", "en")}
            made.append({"d": path(beside), "at": steps(x, y), "names": names})
    return made


def path(form: BaseGeometry) -> str:
    """The shape's polygons as an SVG path; holes are rings of their own (fill by even-odd)."""
    rings: list[str] = []
    for part in shapely.get_parts(form):
        if part.geom_type == "GeometryCollection":
            rings.append(path(part))
        elif part.geom_type == "Polygon":
            rings += [_ring(each.coords) for each in (part.exterior, *part.interiors)]
    return "".join(rings)


def _ring(coordinates: Iterable[tuple[float, float]]) -> str:
    """One closed line: a start, then differences, without corners that fall together."""
    corners = [steps(x, y) for x, y in coordinates][:-1]
    if not corners:
        return ""
    here = corners[0]
    said = [f"M{here[0]} {here[1]}l"]
    for corner in corners[1:]:
        if corner != here:
            said.append(f"{corner[0] - here[0]} {corner[1] - here[1]} ")
            here = corner
    return "".join(said).rstrip() + "z"


def frame_json(counted: pd.DataFrame, kind: str) -> Mapping[str, int]:
    """Counts of a kind by unit; 0 stands for under three, as does no other number."""
    shown = counted[counted["kind"] == kind] if len(counted) else counted
    return {str(int(row.area_id)): 0 if pd.isna(row.n) else int(row.n) for row in rows(shown)}
