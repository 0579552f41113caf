"""Mounts a region of a laptop page: markup from the server, clocks in the browser (laptop.js says how)."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.text import Text

_HERE: Final = Path(__file__).parent
_DASHBOARD: Final = _HERE.parents[1]
_SHARED: Final = _DASHBOARD / "widgets" / "wall"
_STYLES: Final = ("laptop.css", "assessed.css", "review.css")
#: What a window is taken for until it has told its size.
USUAL_SCREEN: Final = "1440x900"


@cache
def _renderer() -> Callable[..., Any]:
    return st.components.v2.component(
        "grid_governance_region",
        html='<div class="region"></div>\n',
        css=style_sheet(),
        js=_script(),
    )


@cache
def style_sheet() -> str:
    """What a region looks like."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _STYLES)


def code() -> str:
    """What draws a region, without what makes it a component of Streamlit's."""
    return _script().partition("const regions =")[0]


def _script() -> str:
    parts = (_DASHBOARD / "pulse" / "way.js", _SHARED / "clock.js", _SHARED / "html.js", _HERE / "laptop.js")
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


def mount(
    key: str,
    html: str,
    *,
    page: str,
    words: Text,
    time_zone: str,
    now: datetime | None = None,
    reports_screen: bool = False,
    on_go: Callable[[], None] | None = None,
    on_act: Callable[[], None] | None = None,
) -> None:
    """Show `html` (escaped by its maker). `page`: the last part of the page's address. `now`: the moment looked back
    at, at which its clocks stand still.

    `on_go` is called when a viewer chose something in it (st.session_state[key].go), `on_act` after a click on a button
    that does something (st.session_state[key].act: its words).
    """
    _renderer()(
        key=key,
        data={
            "page": page,
            "html": html,
            "words": face_words(words),
            "zone": time_zone,
            "now": None if now is None else round(now.timestamp() * 1000),
            "language": words.language,
            "reports": st.session_state.get(key, {}).get("screen", USUAL_SCREEN) if reports_screen else None,
        },
        on_go_change=on_go or _nothing,
        on_act_change=on_act or _nothing,
        on_screen_change=_nothing,
    )


def screen(key: str) -> tuple[int, int]:
    """Width and height of the viewer's window in CSS pixels, as the region of that key told them."""
    told = st.session_state.get(key, {}).get("screen") or USUAL_SCREEN
    width, _, height = str(told).partition("x")
    return int(width), int(height)


def face_words(words: Text) -> dict[str, str]:
    """The words of running clocks and ages; {…} is filled in by the browser."""
    return {
        "seconds": words("{n} s"),
        "minutesSeconds": words("{minutes} min {seconds} s"),
        "hoursMinutes": words("{hours} h {minutes} min"),
        "daysHours": words("{days} d {hours} h"),
        "hours": words("{n} h"),
        "days": words("{n} d"),
        "ago": words("{age} ago"),
        "over": words("over {time}"),
        "waiting": words("waiting {time}"),
        "notRecorded": words("not recorded"),
        "dataAt": words("data as of {time}"),
        "madeAt": words("refreshed {time}"),
    }


def _nothing() -> None:
    """The rerun itself is what a change is for."""
