"""The map scene's data: outlines once, levels from step to step, and nothing that visitors may not see."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
import shapely
from shapely import Point, Polygon

from dashboard.maps.ground import ground
from dashboard.maps.plane import SCALE, path, plane, steps
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import LEVELS
from dashboard.widgets.panels import panels, panels_json, shown_json
from tests.dashboard import sample_town, samples

ZH, EN = text("zh"), text("en")


def _plane(snapshot: Snapshot) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(plane(snapshot).json)
    return made


def _city(snapshot: Snapshot, *counts: str, language: str = "en") -> dict[str, Any]:
    made: dict[str, Any] = panels(snapshot, language, counts)["city"]
    return made


def _rings(drawn: str) -> list[Polygon]:
    """The polygons of a path, in u with y upwards."""
    found = []
    for ring in drawn.split("z")[:-1]:
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        x, y = numbers[:2]
        corners = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((x, y))
        found.append(Polygon([(x / SCALE, -y / SCALE) for x, y in corners]))
    return found


def test_outlines_are_those_of_the_ground_to_a_twentieth_of_u() -> None:
    busy = samples.busy()
    base = ground(busy)
    for grid in _plane(busy)["grids"]:
        [drawn] = _rings(grid["d"])
        assert shapely.hausdorff_distance(drawn, base.shapes[grid["id"]]) < 0.25
        x, y = grid["at"][0] / SCALE, -grid["at"][1] / SCALE
        assert drawn.contains(Point(x, y))
        assert grid["room"] / SCALE == pytest.approx(Point(x, y).distance(base.shapes[grid["id"]].boundary), abs=0.1)


def test_a_path_keeps_holes_and_parts() -> None:
    ring = Point(0, 0).buffer(10).difference(Point(0, 0).buffer(4))
    both = shapely.union_all([ring, Point(30, 0).buffer(2)])
    drawn = _rings(path(both))
    assert len(drawn) == 3
    assert sum(each.area for each in drawn) == pytest.approx(both.area + 2 * Point(0, 0).buffer(4).area, rel=0.01)


def test_outlines_keep_their_address_until_the_areas_change() -> None:
    busy = samples.busy()
    assert plane(busy) is plane(replace(busy, serial=9, grids=busy.grids.assign(level="red")))
    renamed = replace(busy, grids=busy.grids.assign(name_zh=busy.grids["name_zh"] + "甲"))
    assert plane(renamed).digest != plane(busy).digest
    assert plane(replace(busy, neighbours=busy.neighbours.iloc[:1])).digest != plane(busy).digest


def test_neighbours_are_drawn_outside_the_place() -> None:
    busy = samples.busy()
    own = shapely.union_all(list(ground(busy).shapes.values()))
    beside = _plane(busy)["neighbours"]
    assert [each["names"]["zh"] for each in beside] == ["公明街道", "新湖街道", "凤凰街道", "玉塘街道"]
    assert all(ring.intersection(own).area < 1 for each in beside for ring in _rings(each["d"]))
    assert _plane(samples.tiles())["neighbours"] == []


def test_names_of_communities_have_places_clear_of_most_numbers() -> None:
    blocks = _plane(samples.busy())["blocks"]
    assert [block["names"]["zh"] for block in blocks] == [name for name, *_ in sample_town.COMMUNITIES]
    assert all(1 < len(block["spots"][language]) <= 5 for block in blocks for language in ("zh", "en"))


def test_levels_of_the_replay_add_up_step_by_step() -> None:
    busy = samples.busy()
    assert busy.replay is not None
    told = _city(busy)["replay"]
    shown: dict[int, int] = {}
    for step, changes in zip(busy.replay.steps, told["levels"], strict=True):
        for area, level in zip(changes[::2], changes[1::2], strict=True):
            if level == 4:
                del shown[area]
            else:
                shown[area] = level
        assert {area: LEVELS[level] for area, level in shown.items()} == dict(step.levels)
    assert told["first"] == 0


def test_a_replay_that_is_not_worked_out_yet_begins_later() -> None:
    busy = samples.busy()
    assert busy.replay is not None
    told = _city(replace(busy, replay=replace(busy.replay, steps=busy.replay.steps[-7:])))["replay"]
    assert (told["first"], len(told["levels"]), len(told["moments"])) == (41, 7, 48)
    assert _city(replace(busy, replay=None))["replay"] is None


def test_cases_count_in_the_half_hour_that_ends_at_the_step() -> None:
    busy = samples.busy()
    assert busy.replay is not None
    at = busy.replay.moments
    moments = [
        at[0] - timedelta(minutes=30),
        at[0],
        at[0] + timedelta(seconds=1),
        at[47],
        at[47] + timedelta(seconds=1),
    ]
    cases = busy.replay.cases.iloc[:5].assign(reported_at=moments, risk="red", lon=113.87, lat=22.78)
    told = _city(replace(busy, replay=replace(busy.replay, cases=cases)))["replay"]
    assert {index: n for index, n in enumerate(told["bars"]) if n} == {0: 1, 1: 1, 47: 1, 48: 1}
    assert [case[0] for case in told["cases"]] == [0, 0, 1, 47]
    assert told["cases24"] == 5
    x, y = ground(busy).frame.point(113.87, 22.78)
    assert tuple(told["cases"][0][1:]) == (*steps(x, y), 0)


def test_cases_without_a_place_are_counted_and_not_drawn() -> None:
    busy = samples.busy()
    assert busy.replay is not None
    cases = busy.replay.cases.assign(lon=float("nan"))
    told = _city(replace(busy, replay=replace(busy.replay, cases=cases)))["replay"]
    assert told["cases"] == []
    assert sum(told["bars"]) > 300


def test_escalations_stand_at_their_grid() -> None:
    busy = samples.busy()
    told = _city(busy)["waiting"]
    assert sum(len(each["due"]) for each in told) == len(busy.escalations)
    assert {each["id"] for each in told} == set(busy.escalations["area_id"])


def test_counts_under_three_are_never_told() -> None:
    busy = samples.busy()
    [told] = _city(busy, "police")["counts"]
    frame = busy.counted[busy.counted["kind"] == "police_report"]
    assert told["cells"] == {
        str(row["area_id"]): 0 if pd.isna(row["n"]) else row["n"] for row in frame.to_dict("records")
    }
    assert {1, 2}.isdisjoint(told["cells"].values()) and 0 in told["cells"].values()
    assert told["few"] == "< 3"
    assert _city(busy)["counts"] == []


def test_a_wall_without_the_scene_is_spared_its_data() -> None:
    busy = samples.busy()
    assert "city" not in json.loads(panels_json(busy, "zh"))
    assert len(shown_json(busy, "zh")) + 5000 < len(shown_json(busy, "zh", ()))


@pytest.mark.parametrize("name", samples.ALL)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sample_has_a_map_scene(name: str, language: str) -> None:
    snapshot = samples.ALL[name]()
    told = json.loads(panels_json(snapshot, language, ("police", "petitions")))["city"]
    assert told["normal"] + len(told["levels"]) == len(_plane(snapshot)["grids"]) == len(snapshot.grids)
    assert told["digest"] == plane(snapshot).digest
