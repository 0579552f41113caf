"""Going from page to page without loading anew: a link tells the server where to, and the server switches the page.

A link is a real one all the same: opened in another tab or sent to someone else it leads to the same view.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import streamlit as st

from dashboard.pages.laptop.pieces import e

#: Pages by the last part of their address; filled by the navigation.
PAGES: Final[dict[str, Any]] = {}
_PENDING: Final = "gg_going"


def link(address: str) -> str:
    """The attributes of an element that leads there (``Address.to``)."""
    return f'href="{e(address)}" data-go="{e(address)}" target="_self"'


def told(region: str) -> None:
    """Callback of a region: a viewer chose an address in it."""
    address = st.session_state[region].get("go")
    if address:
        to(str(address))


def to(address: str) -> None:
    """Go there (``Address.to``) at the next drawing."""
    st.session_state[_PENDING] = address


def follow(here: str) -> None:
    """Go where a viewer chose to; call it before anything is drawn. On the page ``here`` only the address changes, in
    one step, so that the browser's way back has no step between; to another page it does not return.
    """
    pending = st.session_state.pop(_PENDING, None)
    if pending is None:
        return
    page, parameters = split(pending)
    if page == here:
        st.query_params.from_dict(dict(parameters))
    elif page in PAGES:
        st.switch_page(PAGES[page], query_params=dict(parameters))


def split(address: str) -> tuple[str, Mapping[str, str]]:
    """The page of an address and its words."""
    page, _, query = address.partition("?")
    return page.rsplit("/", 1)[-1], dict(parse_qsl(query))
