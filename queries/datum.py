"""In which datum a coordinate is given, and how it is put right: WGS84, GCJ-02, BD-09.

Maps and phones in China give GCJ-02, WGS84 moved by up to 700 m; Baidu gives BD-09, moved once more. The store keeps
WGS84. The forward formula of GCJ-02 has never been published by its authority; the one in common use is the reverse
engineering known as eviltransform (github.com/googollee/eviltransform), on the ellipsoid of Krasovsky. Backwards there
is no formula: it is found by iteration. Outside China nothing is moved.

Pure functions of numpy arrays, used by both sides: imports put files right, the map puts tiles where they belong.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Pair = tuple[Array, Array]


class Datum(StrEnum):
    """What a longitude and a latitude are measured from."""

    WGS84 = "wgs84"  # satellites
    GCJ02 = "gcj02"  # 国测局: AutoNavi, Tencent, phones in China
    BD09 = "bd09"  # Baidu


_AXIS: Final = 6_378_245.0  # of Krasovsky's ellipsoid, m
_ECCENTRICITY: Final = 0.006_693_421_622_965_943  # squared
_TURN: Final = np.pi * 3000 / 180  # of Baidu's ripple
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271  # beyond them nothing is moved
_CLOSE: Final = 1e-10  # degrees: 0.01 mm
_MOST_TURNS: Final = 30


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """Longitude and latitude in WGS84 of places given in a datum; NaN stays."""
    east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if datum is Datum.BD09:
        east, north = _backwards(_bd09_from_gcj02, east, north)
    if datum is not Datum.WGS84:
        east, north = _backwards(_gcj02_from_wgs84, east, north)
    return east, north


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> Pair:
    """The same places as that datum gives them."""
    east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if datum is not Datum.WGS84:
        east, north = _gcj02_from_wgs84(east, north)
    if datum is Datum.BD09:
        east, north = _bd09_from_gcj02(east, north)
    return east, north


def _backwards(forward: Callable[[Array, Array], Pair], lon: Array, lat: Array) -> Pair:
    """What the formula makes these of: a guess is moved by what it misses until it misses nothing."""
    east, north = lon, lat
    for _ in range(_MOST_TURNS):
        there = forward(east, north)
        missed_east, missed_north = there[0] - lon, there[1] - lat
        east, north = east - missed_east, north - missed_north
        missed = np.maximum(np.abs(missed_east), np.abs(missed_north))
        if not np.any(missed > _CLOSE):
            break
    is_moved = _is_in_china(lon, lat)
    return np.where(is_moved, east, lon), np.where(is_moved, north, lat)


def _is_in_china(lon: Array, lat: Array) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return found


def _gcj02_from_wgs84(lon: Array, lat: Array) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    metres_north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common * 2 / 3
    metres_north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    metres_north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    metres_east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common * 2 / 3
    metres_east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    metres_east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    latitude = np.radians(lat)
    bend = 1 - _ECCENTRICITY * np.sin(latitude) ** 2
    per_degree_north = np.radians(_AXIS * (1 - _ECCENTRICITY) / (bend * np.sqrt(bend)))
    per_degree_east = np.radians(_AXIS / np.sqrt(bend) * np.cos(latitude))
    is_moved = _is_in_china(lon, lat)
    return (
        np.where(is_moved, lon + metres_east / per_degree_east, lon),
        np.where(is_moved, lat + metres_north / per_degree_north, lat),
    )


def _bd09_from_gcj02(lon: Array, lat: Array) -> Pair:
    away = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _TURN)
    is_moved = _is_in_china(lon, lat)
    return (
        np.where(is_moved, away * np.cos(angle) + 0.0065, lon),
        np.where(is_moved, away * np.sin(angle) + 0.006, lat),
    )
