"""Programmes of the wall: from a file, by mode and name; what cannot be used is left out and named."""

import logging
import os
import tomllib
from pathlib import Path

import pytest

from dashboard.pages import wall
from dashboard.pages.address import Wishes, notes
from dashboard.pages.programmes import MODES, OWN_FILE, SHORTEST, USUAL, parse, programmes
from dashboard.text import text
from dashboard.theme import THEMES
from tests.dashboard import samples

HELD = parse(
    tomllib.loads(
        """
        [normal.usual]
        scenes = ["overview"]
        [normal.round]
        every = 25
        scenes = ["overview", "stages", "ranking"]
        seconds = { overview = 40 }
        [emergency.usual]
        scenes = ["escalations", "overview"]
        every = 10
        [emergency.round]
        scenes = ["escalations"]
        """
    ),
    wall.SCENES,
)


def _asked(mode: str = "normal", **parameters: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    chosen = wall.programme(parameters, mode, HELD)
    return chosen.scenes, chosen.seconds


def test_the_file_that_comes_with_the_product_has_no_fault_and_a_usual_programme_in_each_mode() -> None:
    own = programmes(None, wall.SCENES)
    assert own.faults == ()
    for mode in MODES:
        assert own.find(USUAL, mode)
    assert set(wall.SCENES) >= {turn.scene for turn in own.find("round", "normal")} >= {"overview", "stages", "ranking"}


def test_an_address_names_its_programme() -> None:
    assert _asked(programme="round") == (("overview", "stages", "ranking"), (40, 25, 25))
    assert _asked() == (("overview",), (20,))
    assert _asked(programme="nonsense") == (("overview",), (20,))
    assert _asked(programme="round", every="7") == (("overview", "stages", "ranking"), (7, 7, 7))
    assert _asked(programme="round", every="1")[1] == (SHORTEST,) * 3
    assert _asked(programme="round", every="soon")[1] == (40, 25, 25)


def test_an_address_names_scenes_themselves() -> None:
    assert _asked(scenes="ranking, stages,nonsense", every="30") == (("ranking", "stages"), (30, 30))
    assert _asked(scene="stages") == (("stages",), (20,))
    assert _asked(scenes="nonsense") == (("overview",), (20,))
    assert wall.programme({}).scenes == ("overview",)
    assert wall.programme({"every": "9" * 5000}).seconds == (999_999,)


def test_in_an_emergency_walls_turn_but_for_one_that_names_a_scene_alone() -> None:
    assert _asked("emergency") == (("escalations", "overview"), (10, 10))
    assert _asked("emergency", programme="round") == (("escalations",), (20,))
    assert _asked("emergency", programme="nonsense") == (("escalations", "overview"), (10, 10))
    assert _asked("emergency", scenes="ranking,stages")[0] == ("escalations", "overview")
    assert _asked("emergency", scene="ranking")[0] == ("ranking",)
    without = parse({"normal": {"usual": {"scenes": ["overview"]}}}, wall.SCENES)
    assert wall.programme({"scenes": "ranking"}, "emergency", without).scenes == ("ranking",)
    assert wall.programme({}, "emergency", without).scenes == ("overview",)


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('[siesta.usual]\nscenes = ["overview"]', "[siesta] is not a mode"),
        ("normal = 3", "[normal] is not a mode"),
        ("[normal]\nusual = 3", "[normal.usual] needs scenes"),
        ('[normal.usual]\nscenes = "overview"', "[normal.usual] needs scenes"),
        ('[normal.usual]\nscenes = ["lava", 3]', "'lava' is not a scene"),
        ("[normal.usual]\nscenes = []", "[normal.usual] has no scene"),
        ('[normal.usual]\nscenes = ["overview"]\nevery = "soon"', "every = 'soon' is no number of seconds"),
        ('[normal.usual]\nscenes = ["overview"]\nevery = true', "every = True is no number of seconds"),
        ('[normal.usual]\nscenes = ["overview"]\nseconds = { overview = -1 }', "overview = -1 is no number of seconds"),
        ('[normal.usual]\nscenes = ["overview"]\nseconds = 9', "seconds is a table"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(written: str, fault: str) -> None:
    held = parse(tomllib.loads(written), wall.SCENES)
    assert any(fault in said for said in held.faults), held.faults
    assert wall.programme({}, held=held).scenes == ("overview",)


def test_a_file_that_cannot_be_read_gives_the_products_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    own = programmes(None, wall.SCENES)
    for name, content in (("broken.toml", b"[normal"), ("binary.toml", b"\xff\xfe"), ("missing.toml", None)):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        with caplog.at_level(logging.WARNING):
            held = programmes(file, wall.SCENES)
        assert held.turns == own.turns
        assert name in caplog.text
        [note] = notes(Wishes(), samples.busy(), text("en"), themes=THEMES, scenes=wall.SCENES, programmes=held)
        assert "the log names them" in note


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "programmes.toml"
    file.write_text(OWN_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    assert programmes(file, wall.SCENES).find("night", "normal") == programmes(None, wall.SCENES).find(USUAL, "normal")
    file.write_text('[normal.night]\nscenes = ["ranking", "lava"]', encoding="utf-8")
    os.utime(file, ns=(0, 0))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            [turn] = programmes(file, wall.SCENES).find("night", "normal")
            assert turn.scene == "ranking"
    assert caplog.text.count("'lava'") == 1


def test_a_programme_nobody_has_written_gets_a_note() -> None:
    def said(**parameters: str) -> tuple[str, ...]:
        wishes = Wishes.of(parameters)
        return notes(wishes, samples.busy(), text("en"), themes=THEMES, scenes=wall.SCENES, programmes=HELD)

    assert said(programme="round") == ()
    assert said(programme="nonsense") == ("programme=nonsense is not known here; the usual is shown",)
