"""The course of a rate by day or week: its line, how sure each point is, the days it is asked about, its target."""

from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.look import Drawing, layered, leading, named, template
from dashboard.theme import theme as colours_of

_HEIGHT: Final = 210
#: Areas of a point of the days asked about and of another, in pixels.
_CHOSEN, _OTHER = 70, 28


def course(frame: pd.DataFrame, *, theme: str, value: str, target: float | None) -> Drawing:
    """A point for each day, hollow while provisional, in a band of its 90 % interval.

    ``frame``: day (ISO 8601, without a zone), value, low, high (shares), provisional, chosen (of the days
    asked about), said, to.
    """
    colours = colours_of(theme)
    ground, now, before = colours.surface["ground"], colours.series["now"], colours.series["before"]
    looked = frame.assign(
        fill=[ground if each else now for each in frame["provisional"]],
        stroke=[now if each else before for each in frame["chosen"]],
        size=[_CHOSEN if each else _OTHER for each in frame["chosen"]],
    )
    return Drawing(_course(theme, value, target), {"days": looked})


@template
def _course(theme: str, value: str, target: float | None) -> alt.LayerChart:
    colours, around = colours_of(theme), named("days")
    x = alt.X("day:T", title=None, axis=alt.Axis(grid=False, labelOverlap="greedy", labelSeparation=12, format="%m-%d"))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=".1~%", tickCount=4))
    band = around.mark_area(color=colours.surface["normal"], opacity=0.6).encode(
        x=x, y=alt.Y("low:Q", title=None, scale=alt.Scale(zero=False)), y2="high"
    )
    line = around.mark_line(color=colours.series["before"], strokeWidth=1.5).encode(x=x, y=y)
    points = leading(
        around.mark_point(filled=True, opacity=1, strokeWidth=1.5, cursor="pointer").encode(
            x=x,
            y=y,
            size=alt.Size("size:Q", scale=None, legend=None),
            fill=alt.Fill("fill:N", scale=None, legend=None),
            stroke=alt.Stroke("stroke:N", scale=None, legend=None),
            tooltip=alt.Tooltip("said:N", title=value),
        )
    )
    layers = [band, line, points]
    if target is not None:
        line_of_target = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(
            color=colours.series["target"], strokeDash=[4, 4]
        )
        layers.insert(1, line_of_target.encode(y="target:Q"))
    return layered(*layers, height=_HEIGHT)
