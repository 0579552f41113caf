"""The map as SVG: what the deck draws stands in it, at the same places, and nothing a name holds becomes markup."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from dashboard.maps.flat import Spot, clickable_map, flat_map
from dashboard.maps.frame import BOX
from dashboard.maps.ground import box_position, ground
from dashboard.maps.risk import risk_map
from dashboard.snapshot import Snapshot
from dashboard.theme import THEMES, rgba, theme
from tests.dashboard import samples

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(snapshot: Snapshot, **changes: str) -> ET.Element:
    return ET.fromstring(flat_map(snapshot, **({"language": "zh", "theme_name": "dark"} | changes)))


@pytest.mark.parametrize("theme_name", THEMES)
@pytest.mark.parametrize("name", samples.ALL)
def test_every_shape_and_every_word_of_the_deck_is_there(name: str, theme_name: str) -> None:
    snapshot = samples.ALL[name]()
    layers = json.loads(risk_map(snapshot, language="en", theme_name=theme_name).to_json())["layers"]
    svg = _drawn(snapshot, language="en", theme_name=theme_name)
    shapes = sum(len(layer["data"]["features"]) for layer in layers if layer["@@type"] == "GeoJsonLayer")
    words = [line["text"] for layer in layers if layer["@@type"] == "TextLayer" for line in layer["data"]]
    heat = sum(len(layer["data"]) for layer in layers if layer["@@type"] == "HeatmapLayer")
    assert len(svg.findall(f".//{SVG}path")) == shapes
    assert [element.text for element in svg.iter(f"{SVG}text")] == words
    assert len(svg.findall(f".//{SVG}circle")) == heat


def test_shapes_lie_where_the_map_has_them_and_in_their_colour() -> None:
    snapshot = samples.busy()
    base, red = ground(snapshot), rgba(theme("dark").level["red"])
    ink = f"#{red[0]:02x}{red[1]:02x}{red[2]:02x}"
    reds = [path for path in _drawn(snapshot).iter(f"{SVG}path") if path.get("fill") == ink]
    grids = snapshot.grids[snapshot.grids["level"] == "red"]
    assert len(reds) >= len(grids) > 0
    lines = [point.split() for path in reds for point in path.get("d", "")[1:-1].replace("ZM", "L").split("L")]
    points = [(float(x), float(y)) for x, y in lines]
    for x, y in (box_position(base, lon, lat) for lon, lat in zip(grids["lon"], grids["lat"], strict=True)):
        assert any(abs(px - x) < 8 and abs(py - y) < 8 for px, py in points)
    assert all(-1 <= x <= BOX[0] + 1 and -1 <= y <= BOX[1] + 1 for x, y in points)


def test_names_are_text_and_never_markup() -> None:
    calm = samples.calm()
    named = calm.communities.assign(name_zh='<script>alert("x")</script>&')
    svg = flat_map(replace(calm, communities=named), language="zh", theme_name="dark")
    assert "<script" not in svg
    assert any("<script" in (element.text or "") for element in ET.fromstring(svg).iter(f"{SVG}text"))


def test_what_a_screen_leaves_out_is_left_out() -> None:
    whole = flat_map(samples.busy(), language="zh", theme_name="dark")
    bare = flat_map(samples.busy(), language="zh", theme_name="dark", overlays=())
    assert "<circle" in whole
    assert "<circle" not in bare
    assert "○" not in bare


def test_a_chosen_unit_is_outlined_under_what_is_written() -> None:
    snapshot = samples.ALL["busy"]()
    unit = next(iter(ground(snapshot).shapes))
    spots = {unit: Spot('href="?"', "A unit")}
    drawn = clickable_map(snapshot, language="zh", theme_name="light", spots=spots, chosen=unit, label="Risk")
    before, _, after = drawn.partition('class="chosen"')
    assert 'stroke-width="0.7"' in after and "<text" in after and "<text" not in before
    plain = clickable_map(snapshot, language="zh", theme_name="light", spots=spots, chosen=None, label="Risk")
    assert 'stroke-width="0.7"' not in plain
