"""The script Streamlit runs for every viewer: which page, in which language, in which colours."""

from typing import Final

import streamlit as st

from dashboard import live
from dashboard.pages import situation, wall_page

LANGUAGES: Final = ("zh", "en")
THEMES: Final = ("dark", "light")


def language() -> str:
    """zh or en: the address (?lang=) first, then DASHBOARD_LANG, then the browser, then Chinese."""
    wished = (st.query_params.get("lang", "").lower()[:2], live.live().settings.dashboard_lang)
    for name in (*wished, (st.context.locale or "")[:2].lower()):
        if name in LANGUAGES:
            return name
    return "zh"


def theme(default: str) -> str:
    """dark or light: the address (?theme=), else the page's own."""
    wished = st.query_params.get("theme", "")
    return wished if wished in THEMES else default


def show_situation() -> None:
    """The leader's page."""
    situation.show(language=language(), theme=theme("light"))


def show_wall() -> None:
    """The duty officer's wall."""
    wall_page.show(language=language(), theme=theme("dark"))


st.set_page_config(page_title="态势", layout="wide", initial_sidebar_state="collapsed")
st.navigation(
    [
        st.Page(show_situation, title="态势", url_path="situation", default=True),
        st.Page(show_wall, title="大屏", url_path="wall"),
    ],
    position="hidden",
).run()
