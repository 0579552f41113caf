"""Mounts the wall: one element that never changes and draws everything, and one that hands it the picture.

They are two so that a redraw sends a few kilobytes of data and not the drawing code with it, and so that the browser
keeps every node.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.text import text

_HERE = Path(__file__).parent
_SCRIPTS = (
    "html.js",
    "clock.js",
    "truth.js",
    "figures.js",
    "lists.js",
    "ranking.js",
    "escalations.js",
    "stages.js",
    "emergency.js",
    "sound.js",
    "city_map.js",
    "labels.js",
    "replay.js",
    "layout.js",
    "rotation.js",
    "wall.js",
)
_STYLES = ("wall.css", "stages.css", "emergency.css", "city_map.css")
MARKUP = '<div class="wall">\n<div class="stage"></div><div class="head"></div></div>'
#: Pixels of one u (1/135 of the height) before the browser has told: a screen 1080 high.
USUAL_UNIT = 8.0
_MOST_FAILED = 12
_LONGEST_REASON = 200


@cache
def _component_code() -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)


def drawing_code() -> str:
    """The wall's drawing code as a plain script: without the part that is Streamlit's."""
    return _component_code().partition("\nconst walls = new WeakMap()")[0]


@cache
def style_sheet() -> str:
    """The wall's style, for the shadow root that the wall is drawn in."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES)


@cache
def _shell() -> Callable[..., Any]:
    return st.components.v2.component("wall_shell", html=MARKUP, css=style_sheet(), js=_component_code())


@cache
def _hand_over() -> Callable[..., Any]:
    return st.components.v2.component(
        "wall_data", html="<span hidden></span>\n", js=(_HERE / "data.js").read_text(encoding="utf-8")
    )


@dataclass(frozen=True)
class Told:
    """What this viewer's browser last said of itself."""

    unit: float = USUAL_UNIT  # pixels of one u on its screen
    failed: tuple[tuple[str, str], ...] = ()  # scenes it cannot draw and skips, each with the reason


def mount_shell(
    *,
    language: str,
    scenes: Sequence[str],
    seconds: Sequence[int],
    shapes: str | None = None,
    tiles: Mapping[str, str] | None = None,
    sound: bool = False,
) -> Told:
    """Mount the wall with the scenes it shows in turn and the seconds of each.

    ``shapes``: where the map scene fetches its outlines; ``tiles``: address (url) and datum of a base map under it.
    """
    result = _shell()(
        key="wall",
        data={
            "language": language,
            "scenes": list(scenes),
            "seconds": list(seconds),
            "shapes": shapes,
            "tiles": tiles,
            "sound": sound,
            "words": words_of(language),
        },
        on_unit_change=_nothing,
        on_failed_change=_nothing,
    )
    return told(result.get("unit"), result.get("failed"))


def told(unit: object, failed: object) -> Told:
    """A browser's words, of which nothing is believed: numbers within reason, few and short texts."""
    listed = failed[:_MOST_FAILED] if isinstance(failed, list | tuple) else ()
    return Told(
        float(unit) if isinstance(unit, int | float) and 1 <= unit <= 100 else USUAL_UNIT,
        tuple(_pair(entry) for entry in listed if isinstance(entry, list | tuple) and len(entry) == 2),
    )


def _pair(entry: Sequence[object]) -> tuple[str, str]:
    scene, reason = ("".join(letter if letter.isprintable() else " " for letter in str(part)) for part in entry)
    return scene[:40], reason[:_LONGEST_REASON]


def mount_data(panels: bytes, *, now_milliseconds: int, unit: float, plane: bytes | None = None) -> None:
    """Hand the picture to the wall. ``panels`` is JSON; ``now_milliseconds`` the server's clock at this moment;
    ``plane`` the map scene's outlines where they have no address of their own.
    """
    payload = b'{"now":%d,"unit":%b,"panels":%b,"plane":%b}' % (
        now_milliseconds,
        str(unit).encode(),
        panels,
        plane or b"null",
    )
    _hand_over()(key="wall_data", data=payload)


@cache
def words_of(language: str) -> dict[str, Any]:
    """What the browser says by itself, beside clocks and in the late band."""
    words = text(language)
    return {
        "provisional": words("provisional"),
        "updated": words("Data updated"),
        "ago": words("{age} ago"),
        "seconds": words("{n} s"),
        "hours": words("{n} h"),
        "days": words("{n} d"),
        "minutesSeconds": words("{minutes} min {seconds} s"),
        "hoursMinutes": words("{hours} h {minutes} min"),
        "daysHours": words("{days} d {hours} h"),
        "over": words("+{time}"),
        "waiting": words("waiting {time}"),
        "unseen": words("unseen {time}"),
        "sound": {"on": words("sound on"), "blocked": words("sound: click once to allow it")},
        "more": words("{n} more"),
        "between": words("… {n} in between …"),
        "now": words("now"),
        "plusHours": words("+{n} h"),
        "heartbeats": words("Sources"),
        "lateFor": words("No news for {age}"),
        "dead": words("Data cut off for {age}"),
        "heldAt": words("The picture stands at {time}; what happened since is not shown."),
        "clocksRun": words("as of {time}"),
        "heldSince": words("The picture stands at {day} {time}; what happened since is not shown."),
        "dayPassed": words("Today's figures have not come yet"),
        "lastKnown": words("last known"),
        "plain": words("The picture cannot be drawn; this is what is known"),
        "outages": {
            "silent": words("No answer from the server"),
            "unreachable": words("No answer from the database"),
            "outdated": words("Schema out of date"),
            "failing": words("Picture cannot be made"),
            "starting": words("Server is starting"),
            "empty": words("Store is empty"),
        },
        "troubles": {
            "": words("The sources send nothing."),
            "silent": words("Waiting for the server."),
            "unreachable": words("The database does not answer; reconnecting."),
            "outdated": words("The store's schema is out of date."),
            "failing": words("The picture cannot be made; trying again."),
            "starting": words("The server is starting."),
            "empty": words("The store is empty."),
        },
    }


def _nothing() -> None:
    """The rerun itself is what the browser's message is for."""
