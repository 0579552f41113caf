"""Tiles of a base map lie where their corners belong, those in GCJ-02 moved back."""

from math import cos, pi, radians, sinh, sqrt

import numpy as np
import pytest
from pydantic import ValidationError

from dashboard.maps.base_tiles import DATUMS, tiles
from dashboard.maps.frame import Frame, fit
from dashboard.maps.ground import ground
from dashboard.settings import DashboardSettings
from queries.datum import Datum, from_wgs84
from tests.dashboard import samples

MATIAN = fit((113.852, 22.752, 113.900, 22.808))


def _at(frame: Frame, datum: Datum, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, as its server has them, of what a tile shows at a place of the plane."""
    for zoom, column, row, west, north, east, south in tiles(frame, datum):
        if west <= x <= east and north <= -y <= south:
            many = 2.0**zoom
            across, down = (column + (x - west) / (east - west)) / many, (row + (-y - north) / (south - north)) / many
            return across * 360 - 180, float(np.degrees(np.arctan(sinh(pi * (1 - 2 * down)))))
    raise AssertionError("no tile there")


@pytest.mark.parametrize("datum", DATUMS)
@pytest.mark.parametrize("place", [(0.0, 0.0), (40.0, -30.0), (-44.0, 44.0), (150.0, -60.0)])
def test_a_tile_shows_what_lies_there(datum: Datum, place: tuple[float, float]) -> None:
    frame = MATIAN
    expected = from_wgs84(*frame.degrees(*place), datum)
    found = _at(frame, datum, *place)
    east = (found[0] - float(expected[0])) * cos(radians(frame.lat))
    metres = sqrt(east**2 + (found[1] - float(expected[1])) ** 2) * 111_320
    assert metres < 0.15 * frame.metres, "a tenth of a text's height"


def test_tiles_cover_every_screen_and_are_few() -> None:
    for datum in DATUMS:
        laid = tiles(ground(samples.busy()).frame, datum)
        assert 20 < len(laid) < 150
        assert min(tile[3] for tile in laid) <= -185 and max(tile[5] for tile in laid) >= 185
        assert min(tile[4] for tile in laid) <= -70 and max(tile[6] for tile in laid) >= 70
        assert all(20 < tile[5] - tile[3] < 45 for tile in laid)


def test_an_address_without_its_places_is_refused_by_name() -> None:
    assert DashboardSettings(map_tiles="http://tiles.local/{z}/{x}/{y}.png").map_tiles_datum == "wgs84"
    assert DashboardSettings(map_tiles="/tiles/{z}/{x}/{y}").map_tiles == "/tiles/{z}/{x}/{y}"
    assert DashboardSettings(map_tiles="").map_tiles is None
    for wrong in ("http://tiles.local/{z}/{x}.png", "ftp://tiles.local/{z}/{x}/{y}", "javascript:{z}{x}{y}"):
        with pytest.raises(ValidationError, match="MAP_TILES"):
            DashboardSettings(map_tiles=wrong)
