"""A part that cannot be made: the rest of the picture stays, the cause is logged once and counted each time."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from dashboard import failures
from dashboard.pages import wall
from dashboard.snapshot import Snapshot
from dashboard.widgets.panels import panels, panels_json, shown_json
from dashboard.widgets.wall.shell import USUAL_UNIT, told
from tests.dashboard import samples


@pytest.fixture(autouse=True)
def causes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "_causes", failures.Causes())


def _counted(part: str, where: str) -> float:
    return float(failures.FAILURES.labels(part=part, where=where)._value.get())


def _without(name: str) -> Snapshot:
    broken: Any = {name: None}
    return replace(samples.busy(), **broken)


@pytest.mark.parametrize(
    ("name", "failed"),
    [
        ("ranking", {"ranking", "head of ranking"}),
        ("stock", {"figures"}),
        ("sources", {"sources", "heard_of", "reasons", "stages"}),
        ("ranking_communities", {"ranking"}),
    ],
)
def test_a_panel_that_cannot_be_made_takes_nothing_else_with_it(name: str, failed: set[str]) -> None:
    whole, made = panels(samples.busy(), "zh"), json.loads(panels_json(_without(name), "zh"))
    assert set(made["failed"]) == failed
    for panel in set(whole) - {"failed", "head"} - set(made["failed"]):
        assert made[panel] == whole[panel]
    for scene, head in made["head"].items():
        assert (head is None) == (f"head of {scene}" in made["failed"])
    assert shown_json(_without(name), "zh")


def test_a_number_that_json_has_no_word_for_fails_its_panel_alone() -> None:
    busy = samples.busy()
    made = json.loads(
        panels_json(
            replace(busy, same_day=replace(busy.same_day, like_days=((busy.same_day.day, float("nan")),))), "en"
        )
    )
    assert made["failed"] == ["figures"]
    assert made["escalations"]["rows"]


def test_a_cause_is_logged_once_and_counted_each_time(caplog: pytest.LogCaptureFixture) -> None:
    before = _counted("ranking", "server")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            panels_json(_without("ranking"), "en")
    assert caplog.text.count("ranking cannot be made and is left out of the wall") == 2  # its head is a part of its own
    assert _counted("ranking", "server") == before + 3


def test_a_cause_is_named_again_after_an_hour() -> None:
    now = [0.0]
    causes = failures.Causes(clock=lambda: now[0])
    assert [causes.is_new("a"), causes.is_new("a"), causes.is_new("b")] == [True, False, True]
    now[0] = failures.AGAIN_AFTER
    assert causes.is_new("a")
    for number in range(1000):
        causes.is_new(number)
    assert len(causes._named) <= 200


def test_a_map_that_cannot_be_made_is_empty(caplog: pytest.LogCaptureFixture) -> None:
    looked = wall.view(language="zh", theme_name="dark", geometry_base="/geometry")
    with caplog.at_level(logging.ERROR):
        assert looked.stamp(_without("grids"))
    assert "map cannot be made" in caplog.text


def test_what_a_browser_says_is_not_believed() -> None:
    assert told(None, None) == told("8", "overview") == told(1e9, {"a": 1}) == told(float("nan"), [1, "ab", ["x"]])
    assert told(None, None).unit == USUAL_UNIT
    heard = told(5.5, [["ranking", "x" * 999 + "\n"], ["a\nb", 3]] * 50)
    assert heard.unit == 5.5
    assert len(heard.failed) <= 12
    assert heard.failed[0] == ("ranking", "x" * 200)
    assert heard.failed[1] == ("a b", "3")
