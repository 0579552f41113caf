"""The course of a rate by day or week: its line, how sure each point is, the days it is asked about, its target."""

from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.look import layered, leading
from dashboard.theme import theme as colours_of

_HEIGHT: Final = 210


def course(frame: pd.DataFrame, *, theme: str, value: str, target: float | None) -> alt.LayerChart:
    """A point for each day, hollow while provisional, in a band of its 90 % interval.

    ``frame``: day (moment), value, low, high (shares), provisional, chosen (of the days asked about), said, to.
    """
    colours = colours_of(theme)
    x = alt.X("day:T", title=None, axis=alt.Axis(grid=False, labelOverlap="greedy", labelSeparation=12, format="%m-%d"))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=".0%", tickCount=4))
    around = alt.Chart(frame)
    band = around.mark_area(color=colours.surface["normal"], opacity=0.6).encode(
        x=x, y=alt.Y("low:Q", title=None, scale=alt.Scale(zero=False)), y2="high:Q"
    )
    line = around.mark_line(color=colours.series["before"], strokeWidth=1.5).encode(x=x, y=y)
    points = leading(
        around.mark_point(filled=True, opacity=1, strokeWidth=1.5, cursor="pointer").encode(
            x=x,
            y=y,
            size=alt.condition("datum.chosen", alt.value(70), alt.value(28)),
            fill=alt.condition(
                "datum.provisional", alt.value(colours.surface["ground"]), alt.value(colours.series["now"])
            ),
            stroke=alt.condition("datum.chosen", alt.value(colours.series["now"]), alt.value(colours.series["before"])),
            tooltip=[alt.Tooltip("said:N", title=value)],
        )
    )
    layers = [band, line, points]
    if target is not None:
        rule = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(
            color=colours.series["target"], strokeDash=[4, 4]
        )
        layers.insert(1, rule.encode(y="target:Q"))
    return layered(*layers, height=_HEIGHT)
