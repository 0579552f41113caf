"""The browser's end of the pulse, mounted in a live fragment, faceless: way.js, stream.js and pulse.js."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.live.board import Notice
from dashboard.live.refresher import utc_now
from dashboard.pulse.route import facts

_HERE: Final = Path(__file__).parent
#: The hour of the store's day in which a wall loads its page afresh.
NIGHTLY_HOUR: Final = 4
_KEY: Final = "gg_pulse"
#: Takes no room: the element stands in the page's flow like any other.
_STYLE: Final = f"<style>.st-key-{_KEY}_box{{position:absolute;width:0;height:0;overflow:hidden}}</style>"


@cache
def _renderer() -> Callable[..., Any]:
    return st.components.v2.component(
        "grid_governance_pulse",
        html="<span hidden></span>\n",
        js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("way.js", "stream.js", "pulse.js")),
    )


def mount(
    notice: Notice,
    *,
    page: str,
    view: str | None,
    stamp: str | None,
    time_zone: str,
    is_wall: bool,
    is_refused: bool,
) -> None:
    """Mount the pulse and tell it what is about to be drawn: the picture of `notice`, in the view of that key, which
    has that stamp there; None while there is no picture. `page`: the last part of its address. A refused viewer has no
    stream and asks again by itself.

    Call it first in the fragment, always, so that the elements after it keep their places.
    """
    with st.container(key=f"{_KEY}_box"):
        st.html(_STYLE)
        _renderer()(
            key=_KEY,
            data={
                "url": base_path() + "/pulse",
                "health": base_path() + "/_stcore/health",
                "facts": facts(notice, now=utc_now()),
                "page": page,
                "view": view,
                "stamp": stamp,
                "nightlyHour": NIGHTLY_HOUR if is_wall else None,
                "timeZone": time_zone,
                "refused": is_refused,
            },
            on_version_change=_nothing,
        )


def base_path() -> str:
    """The path the app is served under: "" or "/some/path"."""
    base = str(st.config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def _nothing() -> None:
    """The rerun itself is what the trigger is for."""
