"""Datums: published examples, there and back again, nothing moved outside China."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.datum import Datum, from_wgs84, to_wgs84

#: Longitude, latitude in WGS84 and in GCJ-02, as the tests of eviltransform give them.
GCJ02 = (
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
)
#: In WGS84, in GCJ-02 and that moved on to BD-09, as the examples of coordtransform give them.
BEIJING = ((116.404, 39.915), (116.41024449916938, 39.91640428150164))
BAIDU = ((116.404, 39.915), (116.41036949371029, 39.92133699351021))
MOVED = (Datum.GCJ02, Datum.BD09)


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = np.cos(np.radians(one[1])) * (one[0] - other[0])
    return float(np.hypot(east, one[1] - other[1]) * 111_320)


def _pair(lon: float, lat: float, datum: Datum, way: str = "to") -> tuple[float, float]:
    east, north = (to_wgs84 if way == "to" else from_wgs84)(lon, lat, datum)
    return float(east), float(north)


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02)
def test_gcj02_is_that_of_the_published_examples(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert _pair(*wgs84, Datum.GCJ02, "from") == pytest.approx(gcj02, abs=1e-9)
    assert _metres(_pair(*gcj02, Datum.GCJ02), wgs84) < 0.001


def test_bd09_is_that_of_the_published_examples() -> None:
    assert _pair(*BEIJING[0], Datum.GCJ02, "from") == pytest.approx(BEIJING[1], abs=1e-9)
    gcj02, bd09 = BAIDU
    wgs84 = _pair(*gcj02, Datum.GCJ02)
    assert _pair(*wgs84, Datum.BD09, "from") == pytest.approx(bd09, abs=1e-8)
    assert _metres(_pair(*bd09, Datum.BD09), wgs84) < 0.001


@given(lon=st.floats(73.5, 135.0), lat=st.floats(3.5, 53.5), datum=st.sampled_from(MOVED))
def test_there_and_back_is_the_same_place_to_a_centimetre(lon: float, lat: float, datum: Datum) -> None:
    moved = _pair(lon, lat, datum, "from")
    assert 10 < _metres(moved, (lon, lat)) < 3000
    assert _metres(_pair(*moved, datum), (lon, lat)) < 0.01


@given(
    place=st.tuples(st.floats(-180, 180), st.floats(-85, 85)).filter(
        lambda at: not (72 <= at[0] <= 137.84 and 0.8 <= at[1] <= 55.83)
    ),
    datum=st.sampled_from(Datum),
)
def test_nothing_is_moved_outside_china(place: tuple[float, float], datum: Datum) -> None:
    assert _pair(*place, datum) == place
    assert _pair(*place, datum, "from") == place


def test_arrays_are_moved_as_a_whole_and_gaps_stay() -> None:
    lon, lat = np.array([113.912316, np.nan, -76.61]), np.array([22.543847, np.nan, 39.29])
    east, north = from_wgs84(lon, lat, Datum.GCJ02)
    assert (east[0], north[0]) == pytest.approx(GCJ02[1][1], abs=1e-9)
    assert np.isnan([east[1], north[1]]).all()
    assert (east[2], north[2]) == (-76.61, 39.29)
    assert np.allclose(to_wgs84(east, north, Datum.GCJ02)[0], lon, atol=1e-8, equal_nan=True)


def test_wgs84_is_left_alone() -> None:
    assert _pair(113.9, 22.5, Datum.WGS84) == (113.9, 22.5)
