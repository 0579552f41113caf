"""Mounts the matter of the upload page: markup from the server, the file sent and looked after by the browser."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.pages.laptop import region
from dashboard.pages.laptop.state import Address
from dashboard.pulse.component import base_path
from dashboard.text import Text

_HERE: Final = Path(__file__).parent


@cache
def _renderer() -> Callable[..., Any]:
    return st.components.v2.component(
        "grid_governance_uploader",
        html='<div class="region upload"></div>\n',
        css=f"{region.style_sheet()}\n{(_HERE / 'uploader.css').read_text(encoding='utf-8')}",
        js=f"{region.code()}\n{(_HERE / 'uploader.js').read_text(encoding='utf-8')}",
    )


def mount(
    key: str,
    html: str,
    *,
    address: Address,
    stamp: str,
    is_busy: bool,
    words: Text,
    time_zone: str,
    on_go: Callable[[], None],
) -> None:
    """Show ``html`` (escaped by its maker), and whatever the page's route says after it."""
    _renderer()(
        key=key,
        data={
            "page": "upload",
            "html": html,
            "words": region.face_words(words),
            "zone": time_zone,
            "now": None,
            "language": words.language,
            "reports": None,
            "base": base_path() + "/uploads",
            "query": address.to().partition("?")[2],
            "to": address.to(job="JOB"),
            "stamp": stamp,
            "busy": is_busy,
            "says": {
                "drop": words("or drop it here"),
                "noFile": words("Choose a file first."),
                "noMapping": words("Choose the TOML file of your mapping."),
                "mappingTooBig": words("The mapping is too large to be one."),
                "sending": words("Sending: {share} %"),
                "failed": words("The server does not answer. Try again."),
                "silent": words("The server does not answer; what stands here was last known."),
            },
        },
        on_go_change=on_go,
    )
