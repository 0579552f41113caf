"""Addresses that ask for what a page cannot have: the usual picture, a small note, never a traceback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import live
from dashboard.pages import situation, wall
from dashboard.pages.address import Wishes, notes
from dashboard.pages.laptop.state import Address
from dashboard.pages.situation_html import top
from dashboard.settings import DashboardSettings
from dashboard.text import text
from dashboard.theme import THEMES
from tests.dashboard import samples
from tests.dashboard_live.pictures import vitals

BUSY = samples.busy()
NAVIGATION = Path(situation.__file__).with_name("navigation.py")
CODE = str(BUSY.grids.iloc[5]["code"])


def _notes(parameters: dict[str, str], language: str = "en", *, is_wall: bool = False) -> tuple[str, ...]:
    scenes = wall.SCENES if is_wall else None
    return notes(Wishes.of(parameters), BUSY, text(language), themes=THEMES, scenes=scenes)


@pytest.mark.parametrize("is_wall", [False, True])
def test_what_is_known_needs_no_note(is_wall: bool) -> None:
    usual = {"lang": "zh-CN", "theme": "dark", "area": "" if is_wall else CODE, "from": "mail"}
    assert _notes(usual, is_wall=is_wall) == ()
    assert _notes({"scenes": "overview, ranking", "every": "20", "layers": ""}, is_wall=True) == ()
    assert _notes({"sound": "on", "turn": "off"}, is_wall=True) == ()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"area": "NOWHERE"}, "There is no unit NOWHERE on this map; the usual one is shown"),
        ({"area": "'; drop table areas; --"}, "There is no unit '; drop table a… on this map; the usual one is shown"),
        ({"as_of": "yesterday"}, "yesterday is no moment, as 2026-03-14T18:00 is; shown as of now"),
        ({"as_of": "2026-02-30T08:00"}, "2026-02-30T08:00 is no moment"),
        ({"as_of": "9998-01-01T00:00"}, "The moment 9998-01-01T00:00 lies in the future; shown as of now"),
        ({"as_of": "2020-01-01T00:00"}, "This page shows the present, not as of 2020-01-01T00:00"),
        ({"lang": "fr"}, "lang=fr is not known here; the usual is shown"),
        ({"theme": "pink"}, "theme=pink is not known here; the usual is shown"),
    ],
)
def test_each_wish_that_is_not_met_has_one_note(parameters: dict[str, str], said: str) -> None:
    [note] = _notes(parameters)
    assert note.startswith(said)
    [chinese] = _notes(parameters, "zh")
    assert chinese != note and any("一" <= letter <= "鿿" for letter in chinese)


def test_a_switch_is_on_or_off() -> None:
    assert _notes({"sound": "loud"}, is_wall=True) == ("sound=loud is not known here; the usual is shown",)
    assert wall.programme({"sound": "loud", "turn": "maybe"}) == wall.Programme()


def test_every_wall_turns_to_the_emergency_programme_unless_told_not_to() -> None:
    usual = {"scenes": "overview,ranking"}
    assert wall.programme(usual, "normal").scenes == ("overview", "ranking")
    assert wall.programme(usual, "emergency").scenes == ("emergency",)
    assert wall.programme(usual | {"turn": "off"}, "emergency").scenes == ("overview", "ranking")
    assert wall.programme({"scene": "ranking"}, "emergency").scenes == ("ranking",)


def test_a_wall_names_what_it_does_not_know() -> None:
    said = _notes({"area": CODE, "scenes": "overview,nothing", "layers": "lava", "every": "soon"}, is_wall=True)
    assert [note.split(";")[0] for note in said] == [
        "The wall shows the whole subdistrict, not an area alone",
        "scenes=nothing is not known here",
        "layers=lava is not known here",
        "every=soon is not known here",
    ]


def test_a_note_is_text_and_stands_in_the_header() -> None:
    said = top(BUSY, text("en"), Address("situation", "en", "light"), ["<img src=x>"])
    assert "&lt;img src=x&gt;" in said and "<img" not in said
    assert 'class="note"' not in top(BUSY, text("en"), Address("situation", "en", "light"))


def test_a_note_is_part_of_what_a_viewer_sees() -> None:
    right, wrong = (situation._look(words, (1440, 900), language="en", theme="light") for words in ({}, {"theme": "x"}))
    assert situation._view(wrong).key != situation._view(right).key
    assert situation._view(wrong).stamp(BUSY) != situation._view(right).stamp(BUSY)


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Iterator[live.Live]:
    """A live path without a store, with a picture hung up by hand."""
    held = live.Live(DashboardSettings(reader_url=None, database_url=None))
    held.board.publish(BUSY, vitals())
    monkeypatch.setattr(live, "_running", [held])
    yield held


def _draw_wall() -> None:
    from dashboard.pages import wall

    wall.show(language="en", theme="dark")


def _page(page: str, parameters: dict[str, str]) -> AppTest:
    """The wall, or the whole app as its script runs for an address without a page's name: the situation page."""
    app = AppTest.from_function(_draw_wall) if page == "wall" else AppTest.from_file(str(NAVIGATION))
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run(timeout=60)


WRONG: dict[str, str] = {
    "area": "<script>alert(1)</script>",
    "as_of": "32.13.",
    "lang": "xx",
    "theme": "\x00",
    "every": "-1",
    "scenes": ",,,",
    "layers": "%",
}


@pytest.mark.parametrize("page", ["wall", "situation"])
@pytest.mark.parametrize("parameters", [{}, {"area": CODE}, *({name: value} for name, value in WRONG.items()), WRONG])
def test_no_address_ends_in_a_traceback(board: live.Live, page: str, parameters: dict[str, str]) -> None:
    app = _page(page, parameters)
    assert not app.exception
    assert not app.error


def test_a_wall_shows_its_note(board: live.Live) -> None:
    shown = [each.proto.body for each in _page("wall", {"as_of": "soon"}).get("html")]
    [note] = [body for body in shown if '<div class="wall-note"' in body]
    assert "soon is no moment" in note
    assert not any('class="wall-note"' in each.proto.body for each in _page("wall", {}).get("html"))
