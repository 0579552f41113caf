"""A laptop page's first view: the same markup as the page's, sent with the page itself.

A page of Streamlit shows nothing until three megabytes of code have come, run and asked the server. A leader who opens
a link reads at once what it is about; the page proper takes its place when it is drawn, charts and all (first_view.js).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from dashboard.live.board import Board
from dashboard.pages import data_health, situation
from dashboard.pages.asking import PAGES
from dashboard.pages.laptop import asking_page, region
from dashboard.pages.trouble import style
from dashboard.pulse.route import facts
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import THEMES

_SCRIPT: Final = Path(__file__).with_name("first_view.js")
_BOX: Final = (
    "position:fixed;inset:0;z-index:1000;overflow:auto;padding:0 24px;"
    "background:var(--surface-ground);color:var(--ink-text)"
)


def first_view(board: Board, page: str, parameters: Mapping[str, str], *, language: str, now: datetime) -> bytes:
    """Markup for the end of the body of a page; empty where there is none, or no picture yet.

    It asks the store what the page itself asks, which so finds the answers there. Raises NoAnswerError and AskingError.
    """
    snapshot = board.snapshot
    if snapshot is None:
        return b""
    wished = parameters.get("theme", "")
    theme = wished if wished in THEMES else "light"
    drawn = _drawn(snapshot, page, parameters, language=language, theme=theme)
    if drawn is None:
        return b""
    html, at = drawn
    words = text(language)
    given: dict[str, Any] = {
        "html": html,
        "css": region.style_sheet(),
        "words": region.face_words(words),
        "zone": snapshot.place.time_zone,
        "now": None if at is None else round(at.timestamp() * 1000),
        "language": language,
        "facts": facts(board.notice, now=now),
    }
    told = json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")
    box = f'<div id="laptop-first" style="{_BOX}"><script type="application/json">{told}</script></div>'
    return f"{style(theme)}{box}{_code()}".encode()


def _drawn(
    snapshot: Snapshot, page: str, parameters: Mapping[str, str], *, language: str, theme: str
) -> tuple[str, datetime | None] | None:
    """A page's markup without its charts, and the moment it looks back from; None for other pages."""
    if page in PAGES:
        return asking_page.markup(PAGES[page], snapshot, parameters, language=language, theme=theme)
    if page == "situation":
        return situation.markup(snapshot, parameters, language=language, theme=theme)
    if page == "data-health":
        return data_health.markup(snapshot, parameters, language=language, theme=theme), None
    return None


@cache
def _code() -> str:
    return f"<script>(() => {{\n{region.code()}\n{_SCRIPT.read_text(encoding='utf-8')}\n}})()</script>"
