"""Mounts the wall: one element that never changes and draws everything, and one that hands it the picture.

They are two so that a redraw sends a few kilobytes of data and not the drawing code with it, and so that the browser
keeps every node.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.text import Text, text

_HERE = Path(__file__).parent
_SCRIPTS = (
    "html.js",
    "clock.js",
    "figures.js",
    "lists.js",
    "ranking.js",
    "escalations.js",
    "city_map.js",
    "labels.js",
    "replay.js",
    "layout.js",
    "wall.js",
)
_STYLES = ("wall.css", "city_map.css")
_MARKUP = '<div class="wall">\n<div class="stage"></div><div class="head"></div></div>'
#: Pixels of one u (1/135 of the height) before the browser has told: a screen 1080 high.
USUAL_UNIT = 8.0


@cache
def _shell() -> Callable[..., Any]:
    script = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return st.components.v2.component(
        "wall_shell",
        html=_MARKUP,
        css="".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES),
        js=script,
    )


@cache
def _hand_over() -> Callable[..., Any]:
    return st.components.v2.component(
        "wall_data", html="<span hidden></span>\n", js=(_HERE / "data.js").read_text(encoding="utf-8")
    )


def mount_shell(
    *,
    language: str,
    scenes: Sequence[str],
    every: int,
    shapes: str | None = None,
    tiles: Mapping[str, str] | None = None,
) -> float:
    """Mount the wall; returns the pixels of one u on this viewer's screen, as last told by the browser.

    ``shapes``: where the map scene fetches its outlines; ``tiles``: address (url) and datum of a base map under it.
    """
    result = _shell()(
        key="wall",
        data={
            "language": language,
            "scenes": list(scenes),
            "every": every,
            "shapes": shapes,
            "tiles": tiles,
            "words": _words(text(language)),
        },
        on_unit_change=_nothing,
    )
    told = result.get("unit")
    return float(told) if isinstance(told, int | float) and 1 <= told <= 100 else USUAL_UNIT


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
def _words(words: Text) -> dict[str, Any]:
    """What the browser says by itself, beside clocks and in the late band."""
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
        "more": words("{n} more"),
        "between": words("… {n} in between …"),
        "now": words("now"),
        "plusHours": words("+{n} h"),
        "heartbeats": words("Sources"),
        "lateFor": words("No news for {age}"),
        "dead": words("Data cut off for {age}"),
        "heldAt": words("The picture stands at {time}; what happened since is not shown."),
        "clocksRun": words("as of {time}"),
        "lastKnown": words("last known"),
        "troubles": {
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
