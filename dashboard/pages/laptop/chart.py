"""Mounts a chart among the regions of a laptop page; a click on a mark goes where its row leads."""

from dataclasses import dataclass

import streamlit as st

from dashboard.charts.look import CHOSEN, LEADS_TO, Drawing, dressed
from dashboard.pages.laptop import going
from dashboard.text import Text


@dataclass(frozen=True)
class Chart:
    """A piece of a page. ``name`` is its own on the page; ``label``, a sentence that says what it shows."""

    name: str
    drawing: Drawing
    label: str
    leads: bool = False  # its rows have a field "to", and the chart was made ``leading``


def draw(piece: Chart, page: str, *, theme: str, words: Text) -> None:
    """Show the chart; its place in the page stays the same while only its data change."""
    key = f"{page}_{piece.name}"
    spec = dressed(piece.drawing, theme=theme, label=piece.label, words=words, name=key)
    if not piece.leads:
        st.vega_lite_chart(spec, theme=None, key=key, width="stretch")
        return

    def chosen() -> None:
        rows = st.session_state[key].get("selection", {}).get(CHOSEN) or []
        if rows and rows[0].get(LEADS_TO):
            going.to(str(rows[0][LEADS_TO]))

    st.vega_lite_chart(spec, theme=None, key=key, width="stretch", on_select=chosen, selection_mode=[CHOSEN])
