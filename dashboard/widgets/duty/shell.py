"""Mounts the duty desk: markup from the server, clocks and buttons in the browser (duty.js says how)."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.text import Text

_HERE: Final = Path(__file__).parent
_SHARED: Final = _HERE.parent / "wall"
KEY: Final = "duty_desk"


@cache
def _renderer() -> Callable[..., Any]:
    parts = (_SHARED / "clock.js", _SHARED / "html.js", _HERE / "duty.js")
    return st.components.v2.component(
        "grid_governance_duty",
        html='<main class="desk"></main>\n',
        css=(_HERE / "duty.css").read_text(encoding="utf-8"),
        js="\n".join(part.read_text(encoding="utf-8") for part in parts),
    )


def mount(
    html: str,
    *,
    words: Text,
    time_zone: str,
    failed: Sequence[int],
    on_acknowledge: Callable[[], None],
    on_hand_over: Callable[[], None],
) -> None:
    """Show `html` (escaped by its maker).

    `on_acknowledge` is called when cases were confirmed (told("acknowledge"): their numbers, with commas),
    `on_hand_over` when a shift was handed over (told("handover"): JSON of from, to and note). ``failed``: cases whose
    button is to be pressed again.
    """
    _renderer()(
        key=KEY,
        data={
            "html": html,
            "words": _words(words),
            "zone": time_zone,
            "language": words.language,
            "failed": [str(case_id) for case_id in failed],
        },
        on_acknowledge_change=on_acknowledge,
        on_handover_change=on_hand_over,
    )


def told(name: str) -> str:
    """What the browser has told by that name in this run."""
    return str(st.session_state.get(KEY, {}).get(name) or "")


def _words(words: Text) -> dict[str, str]:
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
        "unseen": words("unseen {time}"),
        "pending": words("being acknowledged …"),
        "late": words("No news for {age}"),
    }
