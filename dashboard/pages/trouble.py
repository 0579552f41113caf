"""What a page says while there is no picture yet: one sentence on why, one on what helps; never a traceback."""

from functools import cache
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard.text import LOCALES, Text, text
from dashboard.theme import font_family
from dashboard.theme import theme as colours_of

_PAGE: Final = Path(__file__).parent / "laptop" / "page.css"


def sentence(trouble: str, *, language: str, theme: str) -> None:
    """Draw the sentence for a trouble's code, alone on the page."""
    if trouble == "refused":
        st.html(style(theme))
        st.html(_refused())
        return
    title, advice = words_for(trouble, text(language))
    st.html(style(theme))
    st.html(f'<div class="no-picture"><h1>{escape(title)}</h1><p>{escape(advice)}</p></div>')


def words_for(trouble: str, words: Text) -> tuple[str, str]:
    """What keeps the picture from being made, and what helps; no more than the code says."""
    named = {
        "starting": (words("The first picture is being made"), words("It appears here by itself.")),
        "unreachable": (
            words("The database cannot be reached"),
            words("The screen fills by itself as soon as it answers. Check DATABASE_URL and whether Postgres runs."),
        ),
        "empty": (words("The store is empty"), words("Load data with: python -m seed demo, or python -m seed import.")),
        "outdated": (
            words("The store's schema is not the one this release needs"),
            words("Run: python -m seed migrate"),
        ),
    }
    return named.get(trouble, (words("No picture can be made of the store"), words("The server's log says why.")))


def _refused() -> str:
    """What a screen without a token that holds says, in both languages, whoever stands before it; no data in it."""
    said = []
    for language in LOCALES:
        words = text(language)
        title, advice = words("This screen's address does not hold"), words("Ask the administrator for a wall address.")
        said.append(f'<section lang="{language}"><h1>{escape(title)}</h1><p>{escape(advice)}</p></section>')
    command = 'python -m seed wall-token new --label "…" --days 365'
    return f'<div class="refused">{"".join(said)}<code>{escape(command)}</code></div>'


@cache
def style(theme: str) -> str:
    """Colours by their meaning as CSS variables, and what a laptop page needs of the frame around it."""
    on_screen, on_paper = (_variables(name) for name in (theme, "light"))
    inverted = "[data-testid=stVegaLiteChart]{filter:invert(1)}" if theme == "dark" else ""  # drawn for a dark ground
    paper = f"@media print{{:root{{{on_paper}}}{inverted}}}"
    fonts = f"--font:{font_family()}"
    return f"<style>:root{{{on_screen}{fonts}}}{_PAGE.read_text(encoding='utf-8')}{paper}</style>"


def _variables(theme: str) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours_of(theme).colours().items())
