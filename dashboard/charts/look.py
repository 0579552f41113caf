"""Owns what all charts have in common: colours by meaning, their menu, what a screen reader says."""

from typing import Any, Final

import altair as alt

from dashboard.text import Text
from dashboard.theme import altair_config

#: The selection that a click makes; its one field is the address that the clicked row leads to.
CHOSEN: Final = "chosen"
LEADS_TO: Final = "to"


def dressed(chart: alt.Chart | alt.LayerChart, *, theme: str, label: str, words: Text, name: str) -> dict[str, Any]:
    """The chart as a Vega-Lite spec in the theme's colours.

    ``label``: one sentence that says what it shows, read out in place of it. ``name``: the file its picture is kept as.
    """
    spec: dict[str, Any] = chart.properties(description=label).to_dict(validate=False)
    menu = {
        "CLICK_TO_VIEW_ACTIONS": words("Keep as a picture"),
        "SVG_ACTION": words("Keep as SVG"),
        "PNG_ACTION": words("Keep as PNG"),
    }
    actions = {"export": True, "source": False, "compiled": False, "editor": False}
    embedding = {"actions": actions, "downloadFileName": name, "i18n": menu, "scaleFactor": {"png": 2}}
    return spec | {"config": altair_config(theme), "usermeta": {"embedOptions": embedding}}


def leading(chart: alt.Chart) -> alt.Chart:
    """The chart whose marks lead to the address in their row's field ``to``."""
    return chart.add_params(alt.selection_point(name=CHOSEN, fields=[LEADS_TO])).encode()


def layered(*charts: alt.Chart, height: int) -> alt.LayerChart:
    """Charts upon each other, the first one lowest; ``height`` in pixels, the width is the page's."""
    return alt.LayerChart(layer=list(charts), height=height, width="container")
