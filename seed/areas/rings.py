"""Boundaries as files bring them: what can be put right is, the rest is refused, one sentence each."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

#: Decimals of a stored degree: a centimetre.
DECIMALS: Final = 7
#: So much of the ground may be in doubt where a ring crosses itself; beyond it nobody can say what was meant.
_DOUBT: Final = 0.01
#: Square degrees, a hand's breadth: a ring around less encloses nothing.
_NOTHING: Final = 1e-12


class RingError(ValueError):
    """A geometry that is no boundary; the text says why, without the name of its area."""


@dataclass
class Boundary:
    """A sound boundary, and what was put right on it."""

    shape: BaseGeometry
    repairs: list[str] = field(default_factory=list)

    @property
    def geojson(self) -> dict[str, Any]:
        """GeoJSON geometry, outer rings against the clock, degrees of seven decimals."""
        return geojson(self.shape)


def geojson(shape: BaseGeometry) -> dict[str, Any]:
    """A geometry as the store keeps it."""
    plain = mapping(shape)
    return {"type": plain["type"], "coordinates": _rounded(plain["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float | int):
        return round(float(coordinates), DECIMALS)
    return [_rounded(each) for each in coordinates]


def sound(geometry: Any, moved: Callable[[Sequence[float], Sequence[float]], Any]) -> Boundary:
    """A geometry (GeoJSON) as a sound boundary, its coordinates put through ``moved`` (lon and lat in, WGS84 out).

    Raises RingError where it is none.
    """
    if not isinstance(geometry, dict) or "type" not in geometry:
        raise RingError("has no geometry")
    kind, coordinates = geometry["type"], geometry.get("coordinates")
    if kind == "Polygon":
        parts: Any = [coordinates]
    elif kind == "MultiPolygon":
        parts = coordinates
    else:
        raise RingError(f"is a {kind}, and a boundary is a Polygon or a MultiPolygon")
    if not isinstance(parts, list) or not parts:
        raise RingError("has a boundary without rings")
    repairs: list[str] = []
    polygons = [_polygon(part, moved, repairs) for part in parts]
    if len(polygons) == 1:
        shape: BaseGeometry = polygons[0]
    else:
        shape = shapely.union_all(polygons)
        if not math.isclose(shape.area, sum(each.area for each in polygons), rel_tol=1e-6):
            repairs.append("parts that overlap were joined")
    turned = [orient(each) for each in shapely.get_parts(shape) if isinstance(each, Polygon)]
    return Boundary(turned[0] if len(turned) == 1 else MultiPolygon(turned), list(dict.fromkeys(repairs)))


def _polygon(rings: Any, moved: Callable[[Sequence[float], Sequence[float]], Any], repairs: list[str]) -> BaseGeometry:
    if not isinstance(rings, list) or not rings:
        raise RingError("has a polygon without rings")
    closed = [_ring(ring, repairs) for ring in rings]
    if _turn(closed[0]) < 0 or any(_turn(hole) > 0 for hole in closed[1:]):
        repairs.append("rings that ran the wrong way were turned")
    in_wgs84 = [list(zip(*moved(*zip(*ring, strict=True)), strict=True)) for ring in closed]
    polygon = Polygon(in_wgs84[0], in_wgs84[1:])
    if polygon.is_valid and polygon.area > _NOTHING:
        return polygon
    mended = _grounds(shapely.make_valid(polygon))
    meant = abs(_turn(in_wgs84[0])) - sum(abs(_turn(hole)) for hole in in_wgs84[1:])
    if mended is None or mended.area <= _NOTHING:
        raise RingError("has a ring that encloses nothing")
    doubt = abs(mended.area - meant) / mended.area
    if doubt > _DOUBT:
        raise RingError(f"has a ring that crosses itself so that {doubt:.0%} of its ground is in doubt")
    repairs.append("a ring that crosses or touches itself was mended")
    return mended


def _ring(ring: Any, repairs: list[str]) -> list[tuple[float, float]]:
    """Its points as pairs, the last being the first."""
    points: list[tuple[float, float]] = []
    if not isinstance(ring, list):
        raise RingError("has a ring that is no list of points")
    for point in ring:
        if (
            not isinstance(point, list | tuple)
            or len(point) < 2
            or not all(isinstance(each, int | float) and math.isfinite(each) for each in point[:2])
        ):
            raise RingError(f"has a point that is no pair of numbers: {str(point)[:40]}")
        lon, lat = float(point[0]), float(point[1])
        if abs(lat) > 90 or abs(lon) > 180:
            turned = ": longitude comes first" if abs(lon) <= 90 and abs(lat) <= 180 else ""
            raise RingError(f"has the point {lon:g}, {lat:g}, which lies nowhere in degrees{turned}")
        points.append((lon, lat))
    if points and points[0] != points[-1]:
        points.append(points[0])
        repairs.append("a ring that was left open was closed")
    if len(set(points)) < 3:
        raise RingError(f"has a ring of {len(set(points))} points")
    return points


def _turn(ring: Sequence[tuple[float, float]]) -> float:
    """The ground it encloses (square degrees), above zero where it runs against the clock."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def _grounds(shape: BaseGeometry) -> BaseGeometry | None:
    """The polygons of a geometry, joined; None where it has none."""
    parts = [each for each in getattr(shape, "geoms", [shape]) if isinstance(each, Polygon | MultiPolygon)]
    return shapely.union_all(parts) if parts else None
