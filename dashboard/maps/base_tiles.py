"""Owns where tiles of a base map lie under the map scene: their numbers and corners in the plane.

Tiles are those of the common scheme ({z}/{x}/{y}, Web Mercator). A server of GCJ-02 tiles numbers them by moved
coordinates, so its tiles are put back to where they belong, and the outlines stay.
"""

from math import ceil, floor, log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.maps.frame import Frame
from queries.datum import Datum, from_wgs84, to_wgs84

#: Datums a server of tiles can have; Baidu's tiles are cut in a way of their own.
DATUMS: Final = (Datum.WGS84, Datum.GCJ02)
_WIDTH: Final = 30.0  # of a tile, about, u
_SEEN: Final = (190.0, 75.0)  # half the width and height that a screen can show around the place's middle, u
_METRES_ROUND: Final = 40_075_016.686

#: Zoom, column, row; then west, north, east, south in u of the plane, y to the south.
Tile = tuple[int, int, int, float, float, float, float]


def tiles(frame: Frame, datum: Datum) -> list[Tile]:
    """The tiles that any screen can show around the place, each with its corners."""
    wide = _WIDTH * frame.metres / np.cos(np.radians(frame.lat))
    zoom = int(np.clip(round(log2(_METRES_ROUND / wide)), 1, 18))
    west, south = frame.degrees(-_SEEN[0], -_SEEN[1])
    east, north = frame.degrees(_SEEN[0], _SEEN[1])
    lon, lat = from_wgs84(np.array([west, east]), np.clip([north, south], -85.0, 85.0), datum)
    columns, rows = _numbers(lon, lat, zoom)
    across = range(floor(columns[0]), ceil(columns[1]))
    down = range(floor(rows[0]), ceil(rows[1]))
    return [(zoom, column, row, *_corners(frame, datum, zoom, column, row)) for row in down for column in across]


def _numbers(lon: NDArray[np.float64], lat: NDArray[np.float64], zoom: int) -> tuple[list[float], list[float]]:
    """Columns and rows, as fractions, of places in the tiles' own datum."""
    many = 2.0**zoom
    down = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * many
    return ((lon + 180) / 360 * many).tolist(), down.tolist()


def _corners(frame: Frame, datum: Datum, zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    many = 2.0**zoom
    lon = np.array([column, column + 1]) / many * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.array([row, row + 1]) / many))))
    east, north = to_wgs84(lon, lat, datum)
    (x0, y0), (x1, y1) = (frame.point(float(east[at]), float(north[at])) for at in (0, 1))
    return x0, -y0, x1, -y1
