"""The risk map: its spec, the forms of the levels, names clear of marks, tiles where there are no boundaries."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
import shapely
from shapely import box
from shapely.affinity import translate
from shapely.geometry import mapping, shape

from dashboard.maps.forms import mark, ring
from dashboard.maps.frame import BOX, fit
from dashboard.maps.ground import box_position, geometry, ground
from dashboard.maps.labels import place_names, plates, shorten, text_width
from dashboard.maps.risk import level_counts, risk_map
from dashboard.maps.tiles import lay
from dashboard.snapshot import Snapshot
from dashboard.theme import rgba, theme
from tests.dashboard import samples


def _spec(snapshot: Snapshot, **changes: Any) -> dict[str, Any]:
    made = risk_map(snapshot, **({"language": "zh", "theme_name": "dark"} | changes))
    spec: dict[str, Any] = json.loads(made.to_json())
    return spec


def _layer(spec: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(layer for layer in spec["layers"] if layer["id"] == name)
    return found


@pytest.mark.parametrize("name", samples.ALL)
def test_layers_are_the_same_in_every_picture(name: str) -> None:
    expected = [layer["id"] for layer in _spec(samples.busy())["layers"]]
    assert [
        layer["id"] for layer in _spec(samples.ALL[name](), language="en", theme_name="light")["layers"]
    ] == expected
    assert len(set(expected)) == len(expected)


def test_nothing_comes_from_outside() -> None:
    spec = risk_map(samples.busy(), language="zh", theme_name="dark").to_json()
    assert "http" not in spec
    assert json.loads(spec).get("mapProvider") is None


def test_only_the_zoom_and_the_heat_depend_on_the_screen() -> None:
    busy = samples.busy()
    small, large = _spec(busy, unit_pixels=8.0), _spec(busy, unit_pixels=16.0)
    zoom = large["initialViewState"].pop("zoom") - small["initialViewState"].pop("zoom")
    assert zoom == pytest.approx(1, abs=0.001)
    _layer(small, "heat").pop("radiusPixels"), _layer(large, "heat").pop("radiusPixels")
    assert small == large


def test_shapes_stay_behind_a_url() -> None:
    busy = samples.busy()
    spec = _spec(busy, geometry_url=f"/geometry/{ground(busy).digest}.json")
    assert _layer(spec, "ground")["data"] == f"/geometry/{ground(busy).digest}.json"
    features = json.loads(geometry(busy))["features"]
    assert sum(feature["properties"]["part"] == "grid" for feature in features) == 80
    assert sum(feature["properties"]["part"] == "community" for feature in features) == 8


def test_ground_is_kept_from_picture_to_picture() -> None:
    busy = samples.busy()
    assert ground(busy) is ground(replace(busy, serial=99, grids=busy.grids.assign(level="normal")))


def test_ground_follows_outlines_that_are_drawn_anew() -> None:
    busy = samples.busy()
    moved = [mapping(translate(shape(each), 0.001)) for each in busy.grids["boundary"]]
    again = [mapping(shape(each)) for each in busy.grids["boundary"]]
    assert (
        ground(replace(busy, grids=busy.grids.assign(boundary=pd.Series(moved, dtype="object")))).digest
        != ground(busy).digest
    )
    assert ground(replace(busy, grids=busy.grids.assign(boundary=pd.Series(again, dtype="object")))) is ground(busy)


def test_overlays_can_be_switched_off() -> None:
    spec = _spec(samples.busy(), overlays=())
    assert _layer(spec, "heat")["data"] == []
    assert _layer(spec, "points")["data"] == []


def test_ink_grows_with_the_level() -> None:
    cell = box(0, 0, 9, 9)
    areas = [ring(cell, "blue").area, ring(cell, "yellow").area, cell.area]
    assert areas == sorted(areas)
    assert areas[1] > 1.5 * areas[0]
    sliver = box(0, 0, 1, 12)
    assert not ring(sliver, "yellow").is_empty


def test_each_level_has_a_shape_of_its_own() -> None:
    corners = {level: len(mark(level, 0, 0).exterior.coords) for level in ("red", "orange", "yellow", "blue")}  # type: ignore[attr-defined]
    assert corners["orange"] == 4
    assert corners["red"] == corners["yellow"] == 5  # square and diamond
    assert corners["blue"] > 12
    assert mark("red", 0, 0).bounds != mark("yellow", 0, 0).bounds


def test_levels_are_drawn_by_their_form() -> None:
    crowded = samples.crowded()
    spec = _spec(crowded)
    counts = level_counts(crowded.grids)
    drawn = [tuple(each["properties"]["fill"]) for each in _layer(spec, "levels")["data"]["features"]]
    for level in ("yellow", "blue"):  # a ring and a mark each
        assert drawn.count(tuple(rgba(theme("dark").level[level]))) == 2 * counts[level]
    assert drawn.count(tuple(rgba(theme("dark").level["orange"]))) == counts["orange"]
    assert drawn.count(tuple(rgba(theme("dark").level["red"]))) == counts["red"] == 9
    assert len(_layer(spec, "plate_names")["data"]) == counts["red"]


def test_yellow_on_paper_is_outlined() -> None:
    edge = rgba(theme("light").level["yellow_edge"])
    spec = _spec(samples.busy(), theme_name="light")
    fills = [each["properties"]["fill"] for each in _layer(spec, "levels")["data"]["features"]]
    assert fills.count(edge) == 2 * level_counts(samples.busy().grids)["yellow"]


def test_plates_never_cover_each_other_unless_there_is_no_room() -> None:
    placed = plates([(1, 0, 0, "合水口07", "07"), (2, 3, 1, "合水口08", "08"), (3, 40, 0, "石围03", "03")])
    boxes = [plate.box() for plate in placed]
    assert not boxes[0].intersects(boxes[1])
    assert all(BOX[0] / 2 + 0.01 >= bounds[2] for bounds in (each.bounds for each in boxes))


def test_names_keep_clear_of_what_must_be_seen_or_are_left_out() -> None:
    land = box(-20, -20, 20, 20)
    plate = box(-6, -4, 6, 4)
    x, y, _ = place_names([(1, "合水口", land)], [plate], [])[1]
    half = text_width("合水口") / 2
    assert not box(x - half, y - 1.5, x + half, y + 1.5).intersects(plate)
    assert place_names([(1, "合水口", land)], [box(-50, -50, 50, 50)], []) == {}


def test_text_is_shortened_to_its_room() -> None:
    assert shorten("石围", 10) == "石围"
    assert text_width(shorten("Guangming High-Tech Park", 20)) <= 20


def test_places_without_boundaries_become_ordered_tiles() -> None:
    tiling = lay([1] * 5 + [2] * 3 + [3] * 15)
    assert len(tiling.tiles) == 23
    west, north = min(tile.bounds[0] for tile in tiling.tiles), max(tile.bounds[3] for tile in tiling.tiles)
    assert west >= -BOX[0] / 2
    assert north <= BOX[1] / 2
    tops = [tile.bounds[3] for tile in tiling.tiles]
    assert tops == sorted(tops, reverse=True)
    spec = _spec(samples.tiles())
    assert len(_layer(spec, "names")["data"]) == 23 + 6


def test_frame_is_true_to_scale() -> None:
    frame = fit((113.85, 22.75, 113.90, 22.81))
    x, y = frame.point(113.875, 22.78)
    assert (x, y) == pytest.approx((0, 0), abs=1e-6)
    assert frame.degrees(*frame.point(113.86, 22.79)) == pytest.approx((113.86, 22.79), abs=1e-6)
    left, top = box_position(ground(samples.busy()), *frame.degrees(0, 0))
    assert 0 < left < BOX[0]
    assert 0 < top < BOX[1]


def test_a_great_many_units_are_squares_in_blocks_that_fit_the_box() -> None:
    sizes = (36, 57, 43, 19, 16, 23, 39, 20, 44)
    tiling = lay([name for name, size in enumerate(sizes) for _ in range(size)], room=60.0)
    assert len(tiling.tiles) == sum(sizes) and len(tiling.blocks) == len(sizes)
    west, south, east, north = shapely.total_bounds(list(tiling.tiles))
    assert west >= -BOX[0] / 2 and east <= BOX[0] / 2 and south >= -BOX[1] / 2 and north <= BOX[1] / 2
    assert shapely.union_all(list(tiling.tiles)).area == pytest.approx(sum(tile.area for tile in tiling.tiles))
    assert all(tile.area == pytest.approx(tiling.width**2) for tile in tiling.tiles)
    assert tiling.width > 3
