"""Owns what all charts have in common: how they are made, colours by meaning, their menu, what a screen reader says.

Making a chart with Altair takes longer than all else a click does. So a chart is made once for what it is asked to look
like, with names in place of its rows (``template``), and each drawing brings the rows (``Drawing``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, cast

import altair as alt
import pandas as pd
from altair.utils.schemapi import disable_debug_mode

from dashboard.text import Text
from dashboard.theme import altair_config

Looks = ParamSpec("Looks")

#: The selection that a click makes; its one field is the address that the clicked row leads to.
CHOSEN: Final = "chosen"
LEADS_TO: Final = "to"
#: Specs kept of one template, by what it is asked to look like: languages, themes, figures, numbers of rows.
_KEPT: Final = 128

# Altair checks each part of a chart against the schema as it is made; the tests of charts check them whole.
disable_debug_mode()


@dataclass(frozen=True)
class Drawing:
    """A chart: its Vega-Lite spec, which all drawings of its kind share and nobody changes, and its rows by the names
    the spec has for them.
    """

    spec: Mapping[str, Any]
    rows: Mapping[str, pd.DataFrame]


def template(make: Callable[Looks, alt.LayerChart]) -> Callable[Looks, Mapping[str, Any]]:
    """The spec of the chart that ``make`` gives, made once for each of its arguments, which must be hashable."""

    @wraps(make)
    def spec_of(*arguments: Looks.args, **looks: Looks.kwargs) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = make(*arguments, **looks).to_dict(validate=False)
        return spec

    return cast("Callable[Looks, Mapping[str, Any]]", lru_cache(maxsize=_KEPT)(spec_of))


def named(rows: str) -> alt.Chart:
    """A chart of the rows that a drawing brings by this name; its channels say what type their fields are."""
    return alt.Chart(alt.NamedData(rows))


def dressed(drawing: Drawing, *, label: str, theme: str, words: Text, name: str) -> dict[str, Any]:
    """The chart as a Vega-Lite spec in the theme's colours, its rows in ``datasets``.

    ``label``: one sentence that says what it shows, read out in place of it. ``name``: the file its picture is kept as.
    """
    menu = {
        "CLICK_TO_VIEW_ACTIONS": words("Keep as a picture"),
        "SVG_ACTION": words("Keep as SVG"),
        "PNG_ACTION": words("Keep as PNG"),
    }
    actions = {"export": True, "source": False, "compiled": False, "editor": False}
    embedding = {"actions": actions, "downloadFileName": name, "i18n": menu, "scaleFactor": {"png": 2}}
    return {
        **drawing.spec,
        "description": label,
        "config": altair_config(theme),
        "usermeta": {"embedOptions": embedding},
        "datasets": {**drawing.spec.get("datasets", {}), **drawing.rows},
    }


def leading(chart: alt.Chart) -> alt.Chart:
    """The chart whose marks lead to the address in their row's field ``to``."""
    return chart.add_params(alt.selection_point(name=CHOSEN, fields=[LEADS_TO])).encode()


def layered(*charts: alt.Chart, height: int) -> alt.LayerChart:
    """Charts upon each other, the first one lowest; ``height`` in pixels, the width is the page's."""
    return alt.LayerChart(layer=list(charts), height=height, width="container")
