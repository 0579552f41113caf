"""The script Streamlit runs for every viewer: which page, in which language, in which colours."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard import live
from dashboard.pages import data_health, duty, situation, upload, wall
from dashboard.pages.asking import PAGES
from dashboard.pages.laptop import asking_page, frame, going
from dashboard.pages.laptop.asking_page import Page
from dashboard.text import choose_language
from dashboard.theme import THEMES


def language() -> str:
    """Zh or en: the address (?lang=) first, then DASHBOARD_LANG, then the browser, then Chinese."""
    return choose_language(st.query_params.get("lang"), live.live().settings.dashboard_lang, st.context.locale)


def theme(default: str) -> str:
    """Dark or light: the address (?theme=), else the page's own."""
    wished = st.query_params.get("theme", "")
    return wished if wished in THEMES else default


def show_situation() -> None:
    """The leader's page."""
    situation.show(language=language(), theme=theme("light"))


def show_wall() -> None:
    """The duty officer's wall."""
    wall.show(language=language(), theme=theme("dark"))


def asking(page: Page) -> Callable[[], None]:
    """What shows a page that asks."""
    return lambda: asking_page.run(page, language=language(), theme=theme("light"))


def show_duty() -> None:
    """The duty officer's phone."""
    duty.show(language=language(), theme=theme("light"))


def show_data_health() -> None:
    """Sources, walls, batches: for the one who keeps the store fed."""
    data_health.show(language=language(), theme=theme("light"))


def show_upload() -> None:
    """The data clerk's page; there where UPLOADS has switched it on."""
    upload.show(language=language(), theme=theme("light"))


_SITUATION: Final = st.Page(show_situation, title="态势 Situation", url_path="situation")
_WALL: Final = st.Page(show_wall, title="大屏 Wall", url_path="wall")
_ASKING: Final = {name: st.Page(asking(page), title=page.title, url_path=name) for name, page in PAGES.items()}
_DUTY: Final = st.Page(show_duty, title="值班 Duty", url_path="duty")
_DATA_HEALTH: Final = st.Page(show_data_health, title="数据健康 Data health", url_path="data-health")
_UPLOAD: Final = [st.Page(show_upload, title="上传 Upload", url_path="upload")] if "upload" in frame.SWITCHED_ON else []


def lead_on() -> None:
    """The bare address leads to the situation page."""
    st.switch_page(_SITUATION, query_params=st.query_params.to_dict())


st.set_page_config(page_title="态势 Situation", layout="wide", initial_sidebar_state="collapsed")
going.PAGES.update({"situation": _SITUATION, **_ASKING, "data-health": _DATA_HEALTH})
going.PAGES.update({page.url_path: page for page in _UPLOAD})
st.navigation(
    [st.Page(lead_on, title="态势", default=True), _SITUATION, *_ASKING.values(), _WALL, _DUTY, _DATA_HEALTH, *_UPLOAD],
    position="hidden",
).run()
