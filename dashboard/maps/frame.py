"""Owns the plane of the map: from degrees to units of the screen and back.

Everything on the map is laid out in units u (1/135 of the screen's height), x to the east and y to the north of the
map's centre, because text, rings and marks must keep their size on the screen whatever the size of the place. deck.gl
gets the result in degrees and metres, so that one zoom number fits the whole picture to any screen.
"""

from dataclasses import dataclass
from math import cos, log2, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

#: Width and height of the map's box on the wall, in u.
BOX = (92.0, 93.0)
_METRES_PER_DEGREE = 40_075_016.686 / 360
_TILE_PIXELS = 512  # deck.gl's world is 512 pixels wide at zoom 0


@dataclass(frozen=True)
class Frame:
    """A place fitted into the map's box."""

    lon: float  # the centre, WGS84
    lat: float
    metres: float  # one u in metres on the ground

    def to_units(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in degrees, laid into the plane."""
        return shapely.transform(shape, self._units)

    def to_degrees(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape of the plane in degrees, to 0.1 m, the form deck.gl takes."""
        return shapely.transform(shape, self._degrees)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """A place in the plane, u."""
        x, y = self._units(np.array([[lon, lat]]))[0]
        return float(x), float(y)

    def points(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places (rows of longitude and latitude) in the plane, u."""
        return self._units(lonlat)

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """A place of the plane in degrees."""
        lon, lat = self._degrees(np.array([[x, y]]))[0]
        return float(lon), float(lat)

    def zoom(self, unit_pixels: float) -> float:
        """deck.gl's zoom at which one u is ``unit_pixels`` CSS pixels."""
        pixels_per_metre = unit_pixels / self.metres
        return log2(pixels_per_metre * 360 * _METRES_PER_DEGREE * cos(radians(self.lat)) / _TILE_PIXELS)

    def _units(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        scale = _METRES_PER_DEGREE / self.metres
        x = (lonlat[:, 0] - self.lon) * scale * cos(radians(self.lat))
        return np.column_stack((x, (lonlat[:, 1] - self.lat) * scale))

    def _degrees(self, plane: NDArray[np.float64]) -> NDArray[np.float64]:
        scale = self.metres / _METRES_PER_DEGREE
        lon = self.lon + plane[:, 0] * scale / cos(radians(self.lat))
        lonlat: NDArray[np.float64] = np.column_stack((lon, self.lat + plane[:, 1] * scale))
        return lonlat.round(6)


def fit(bounds: tuple[float, float, float, float]) -> Frame:
    """The frame in which a place of these bounds (west, south, east, north, degrees) fills the box with a margin."""
    west, south, east, north = bounds
    lat = (south + north) / 2
    width = max(east - west, 1e-6) * _METRES_PER_DEGREE * cos(radians(lat))
    height = max(north - south, 1e-6) * _METRES_PER_DEGREE
    return Frame(lon=(west + east) / 2, lat=lat, metres=max(width / (BOX[0] - 2), height / (BOX[1] - 2)))
