"""Boundaries that files bring: what is put right, what is refused, however a ring is written."""

from collections.abc import Sequence
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from queries.datum import Datum, from_wgs84, to_wgs84
from seed.areas.rings import RingError, sound

SQUARE = [[113.0, 22.0], [113.1, 22.0], [113.1, 22.1], [113.0, 22.1], [113.0, 22.0]]
HOLE = [[113.02, 22.02], [113.02, 22.04], [113.04, 22.04], [113.04, 22.02], [113.02, 22.02]]


def as_they_are(lon: Sequence[float], lat: Sequence[float]) -> Any:
    return lon, lat


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_sound_ring_is_left_alone() -> None:
    found = sound(polygon(SQUARE, HOLE), as_they_are)
    assert (found.repairs, found.geojson) == ([], polygon(SQUARE, HOLE))


REPAIRED = {
    "left open": (polygon(SQUARE[:-1]), 0.01),
    "wrong way": (polygon(SQUARE[::-1]), 0.01),
    "overlap": ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, 0.01),
    "touches itself": (polygon([*SQUARE[:2], [113.15, 22.0], *SQUARE[1:]]), 0.01),
}


@pytest.mark.parametrize("what", REPAIRED)
def test_what_can_be_put_right_is(what: str) -> None:
    geometry, ground = REPAIRED[what]
    found = sound(geometry, as_they_are)
    assert len(found.repairs) == 1 and what in found.repairs[0]
    assert found.shape.is_valid
    assert found.shape.area == pytest.approx(ground)


REFUSED = {
    "no geometry": None,
    "is a Point": {"type": "Point", "coordinates": [113, 22]},
    "without rings": polygon(),
    "of 2 points": polygon([[113, 22], [113, 22.1], [113, 22]]),
    "no pair of numbers": polygon([[113, 22], ["x", 22], [113, 23], [113, 22]]),
    "no list of points": polygon("x"),
    "longitude comes first": polygon([[22, 113], [22, 114], [23, 114], [22, 113]]),
    "lies nowhere": polygon([[500, 22], [501, 22], [500, 23], [500, 22]]),
    "crosses itself": polygon([[113, 22], [113.1, 22.1], [113.1, 22], [113, 22.1], [113, 22]]),
    "encloses nothing": polygon([[113, 22], [113.1, 22.1], [113.2, 22.2], [113, 22]]),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_boundary_is_refused_and_said(why: str) -> None:
    with pytest.raises(RingError, match=why):
        sound(REFUSED[why], as_they_are)


POINTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=9)


@given(points=POINTS, turn=st.booleans(), closed=st.booleans(), start=st.integers(0, 8))
def test_a_ring_means_the_same_wherever_and_whichever_way_it_is_written(
    points: list[tuple[int, int]], turn: bool, closed: bool, start: int
) -> None:
    ring = [[113 + x / 100, 22 + y / 100] for x, y in points]
    rewritten = ring[start % len(ring) :] + ring[: start % len(ring)]
    rewritten = (rewritten[::-1] if turn else rewritten) + ([rewritten[-1 if turn else 0]] if closed else [])

    def meant(written: list[list[float]]) -> BaseGeometry | None:
        try:
            return sound(polygon(written), as_they_are).shape
        except RingError:
            return None

    first, second = meant(ring), meant(rewritten)
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert first.is_valid
        assert first.symmetric_difference(second).area == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("datum", list(Datum))
def test_boundaries_come_to_lie_where_they_are(datum: Datum) -> None:
    lon, lat = from_wgs84([x for x, _ in SQUARE], [y for _, y in SQUARE], datum)
    given_in = [[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]
    found = sound(polygon(given_in), lambda lon, lat: to_wgs84(lon, lat, datum))
    assert found.shape.symmetric_difference(shapely.Polygon(SQUARE)).area < 1e-9
