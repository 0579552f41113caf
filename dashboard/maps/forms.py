"""Owns the second channel of the risk levels: outline, extent of fill and mark, so that colour is never alone.

Ink grows with the level, since yellow outshines red on a dark screen: blue a narrow inner ring, yellow a wide ring,
orange solid, red solid with an edge and a name plate. All shapes are in u of the map's plane (frame.py).
"""

from math import cos, pi, sin, sqrt

from shapely import Point, Polygon, box
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

#: Distance of the ring from the grid's own edge, and its width, u.
RINGS = {"blue": (0.35, 0.45), "yellow": (0.3, 1.0)}
SOLID = ("red", "orange")

_TRIANGLE = Polygon([(sin(turn) * 1.25, cos(turn) * 1.25 - 0.2) for turn in (0, 2 * pi / 3, 4 * pi / 3)])
_DIAMOND = Polygon([(0, 1.25), (1.25, 0), (0, -1.25), (-1.25, 0)])
_MARKS: dict[str, BaseGeometry] = {
    "red": box(-0.95, -0.95, 0.95, 0.95),
    "orange": _TRIANGLE,
    "yellow": _DIAMOND,
    "blue": Point(0, 0).buffer(0.95, quad_segs=6),
}


def ring(shape: BaseGeometry, level: str) -> BaseGeometry:
    """The inner ring of a yellow or blue grid; small grids get a narrower one rather than none."""
    gap, width = RINGS[level]
    room = 0.16 * sqrt(shape.area)
    scale = min(1.0, room / (gap + width))
    outer = shape.buffer(-gap * scale, join_style="mitre")
    return outer.difference(outer.buffer(-width * scale, join_style="mitre"))


def mark(level: str, x: float, y: float) -> BaseGeometry:
    """The level's shape with its centre at that point: square, triangle, diamond or disc."""
    return translate(_MARKS[level], x, y)
