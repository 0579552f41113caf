"""Owns the part of the map that does not change from minute to minute: shapes of grids and communities.

Worked out once per set of areas, in u of the map's plane, with the GeoJSON that a browser fetches once and keeps.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from dashboard.frames import rows
from dashboard.maps.frame import BOX, Frame, fit
from dashboard.maps.labels import text_width
from dashboard.maps.tiles import lay
from dashboard.snapshot import Snapshot


@dataclass(frozen=True)
class Block:
    """A community on the map."""

    area_id: int
    name_zh: str
    name_en: str
    shape: BaseGeometry | None  # None on a tile map, which has no outlines
    anchor: tuple[float, float] | None  # left end of its name on a tile map


@dataclass(frozen=True)
class Ground:
    """Shapes in u. ``geojson`` holds features with ``part`` grid or community, in degrees."""

    frame: Frame
    shapes: Mapping[int, BaseGeometry]  # by area_id; units that have no place on the map are missing
    centres: Mapping[int, tuple[float, float]]  # a point inside each shape, for marks
    blocks: tuple[Block, ...]
    is_tiled: bool
    geojson: bytes
    digest: str  # of geojson: names the version in a URL


_CACHE: OrderedDict[Any, Ground] = OrderedDict()
_LOCK = Lock()
_GAP, _OUTLINE = 0.22, 0.3  # width of the lines between grids and around communities, u
_BESIDE = 7.6  # of a tile's width for its mark and edges, u
_KEPT = 8  # places and redrawings kept at once


def ground(snapshot: Snapshot) -> Ground:
    """The unchanging part of the snapshot's map; the same object as long as the areas are the same."""
    place = snapshot.place
    key = (
        place.subdistrict_id,
        place.name_en,
        place.has_boundaries,
        tuple(snapshot.grids["area_id"]),
        tuple(snapshot.communities["name_zh"]),
        tuple(snapshot.communities["name_en"]),
        outlines_hash(snapshot.grids),
        outlines_hash(snapshot.communities),
    )
    with _LOCK:
        if key not in _CACHE:
            _CACHE[key] = _tiled(snapshot) if not place.has_boundaries else _drawn(snapshot)
            while len(_CACHE) > _KEPT:
                _CACHE.popitem(last=False)
        _CACHE.move_to_end(key)
        return _CACHE[key]


def kept_geojson(digest: str) -> bytes | None:
    """The shapes of that digest, if they were drawn not long ago: of a past moment, when grids were others."""
    with _LOCK:
        return next((held.geojson for held in _CACHE.values() if held.digest == digest), None)


_HASHES: OrderedDict[tuple[int, ...], tuple[list[Any], str]] = OrderedDict()
_HASH_LOCK = Lock()


def outlines_hash(frame: pd.DataFrame) -> str:
    """A hash of a frame's boundaries: the same as long as the outlines are, though they be asked for anew.

    Told once for the same objects, which the entry keeps alive.
    """
    boundaries = frame["boundary"].tolist() if "boundary" in frame.columns else []
    key = tuple(id(boundary) for boundary in boundaries)
    with _HASH_LOCK:
        if key not in _HASHES:
            told = json.dumps(boundaries, default=str, separators=(",", ":")).encode()
            _HASHES[key] = (boundaries, hashlib.sha256(told).hexdigest()[:16])
            while len(_HASHES) > 4 * _KEPT:
                _HASHES.popitem(last=False)
        _HASHES.move_to_end(key)
        return _HASHES[key][1]


def geometry(snapshot: Snapshot) -> bytes:
    """GeoJSON of grids and community outlines, to be served at a URL that holds ``ground(snapshot).digest``."""
    return ground(snapshot).geojson


def _drawn(snapshot: Snapshot) -> Ground:
    grids = snapshot.grids[snapshot.grids["boundary"].notna()]
    degrees = [_valid(boundary) for boundary in grids["boundary"]]
    if not degrees:
        return _tiled(snapshot)
    frame = fit(tuple(shapely.total_bounds(degrees)))
    shapes = {int(area): frame.to_units(each) for area, each in zip(grids["area_id"], degrees, strict=True)}
    outlines = snapshot.communities[snapshot.communities["boundary"].notna()]
    blocks = tuple(
        Block(int(row.area_id), row.name_zh, row.name_en, frame.to_units(_valid(row.boundary)), None)
        for row in rows(outlines)
    )
    return _finish(frame, shapes, blocks, is_tiled=False)


def _tiled(snapshot: Snapshot) -> Ground:
    grids = snapshot.grids
    frame = Frame(lon=0.0, lat=0.0, metres=10.0)
    names = [str(name) for name in (*grids["name_zh"], *grids["name_en"]) if isinstance(name, str)]
    tiling = lay(
        [int(community) if pd.notna(community) else -1 for community in grids["community_id"]],
        room=max((text_width(name) for name in names), default=0.0) + _BESIDE,
    )
    shapes = {int(area): tile for area, tile in zip(grids["area_id"], tiling.tiles, strict=True)}
    named = grids.drop_duplicates("community_id")
    blocks = tuple(
        Block(int(row.community_id), row.community_zh, row.community_en, None, tiling.blocks[int(row.community_id)])
        for row in rows(named)
        if pd.notna(row.community_id)
    )
    return _finish(frame, shapes, blocks, is_tiled=True)


def _finish(frame: Frame, shapes: Mapping[int, BaseGeometry], blocks: tuple[Block, ...], *, is_tiled: bool) -> Ground:
    # Lines are drawn as shapes: a gap between grids, a band along a community's outline.
    features = [_feature("grid", frame.to_degrees(each.buffer(-_GAP / 2)), area) for area, each in shapes.items()]
    features += [
        _feature("community", frame.to_degrees(block.shape.boundary.buffer(_OUTLINE / 2)), block.area_id)
        for block in blocks
        if block.shape is not None
    ]
    geojson = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()
    return Ground(
        frame=frame,
        shapes=shapes,
        centres={area: _centre(each) for area, each in shapes.items()},
        blocks=blocks,
        is_tiled=is_tiled,
        geojson=geojson,
        digest=hashlib.sha256(geojson).hexdigest()[:16],
    )


def _feature(part: str, geometry: BaseGeometry, area_id: int) -> dict[str, Any]:
    return {"type": "Feature", "geometry": mapping(geometry), "properties": {"part": part, "area_id": area_id}}


def _valid(boundary: Mapping[str, Any]) -> BaseGeometry:
    return shapely.make_valid(shape(dict(boundary)))


def _centre(each: Any) -> tuple[float, float]:
    """The middle of the largest circle inside the shape: where a mark has most room."""
    if each.is_empty:
        return 0.0, 0.0
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(each, tolerance=0.3))[0]
    return float(x), float(y)


def box_position(ground: Ground, lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies in the map's box, u from its left and upper edge."""
    x, y = ground.frame.point(lon, lat)
    return BOX[0] / 2 + x, BOX[1] / 2 - y


def box_positions(ground: Ground, places: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """`box_position` of many places (longitude, latitude): an array of as many rows, x and y."""
    plane = ground.frame.points(np.asarray(places, dtype=np.float64))
    return np.column_stack((BOX[0] / 2 + plane[:, 0], BOX[1] / 2 - plane[:, 1]))
