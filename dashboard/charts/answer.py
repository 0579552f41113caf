"""Any figure's answer as a chart: a course of days as a line, other groupings as bars."""

from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.look import layered, leading
from dashboard.theme import theme as colours_of

#: Rows of bars beyond which a chart is no longer read; the table below has them all.
MOST_BARS: Final = 24
_COURSE_HEIGHT: Final = 220
_BAR_HEIGHT: Final = 22


def course(frame: pd.DataFrame, *, theme: str, value: str, is_rate: bool) -> alt.LayerChart:
    """A line over days; provisional ones hollow. ``frame``: day (date), value, n, provisional (bool), said, to."""
    base = leading(
        alt.Chart(frame).encode(
            x=alt.X(
                "day:T",
                title=None,
                axis=alt.Axis(grid=False, labelOverlap="greedy", labelSeparation=12, format="%m-%d"),
            ),
            y=alt.Y(
                "value:Q",
                title=value,
                scale=alt.Scale(zero=not is_rate, nice=True),
                axis=alt.Axis(format=".0%" if is_rate else "~s", tickCount=4),
            ),
            tooltip=[alt.Tooltip("said:N", title=value)],
        )
    )
    colours = colours_of(theme)
    line = alt.Chart(frame).mark_line(color=colours.series["before"], strokeWidth=1.5).encode(x="day:T", y="value:Q")
    points = base.mark_point(filled=True, size=60, opacity=1, strokeWidth=1.5, cursor="pointer").encode(
        fill=alt.condition("datum.provisional", alt.value(colours.surface["ground"]), alt.value(colours.series["now"])),
        stroke=alt.value(colours.series["now"]),
    )
    return layered(line, points, height=_COURSE_HEIGHT)


def bars(frame: pd.DataFrame, *, theme: str, value: str, is_rate: bool) -> alt.LayerChart:
    """Bars from the longest down, each with its number. ``frame``: label, value, n, provisional, said, to."""
    shown, colours = frame.head(MOST_BARS), colours_of(theme)
    order = alt.EncodingSortField(field="place", order="ascending")
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=180, ticks=False, domain=False))
    x = alt.X("value:Q", title=value, axis=alt.Axis(format=".0%" if is_rate else "~s", tickCount=4))
    placed = shown.assign(place=range(len(shown)))
    strokes = leading(alt.Chart(placed).mark_bar(height={"band": 0.62}, cursor="pointer").encode(x=x, y=y)).encode(
        fill=alt.condition("datum.provisional", alt.value(colours.series["before"]), alt.value(colours.series["now"])),
        tooltip=[alt.Tooltip("said:N", title=value)],
    )
    numbers = (
        alt.Chart(placed)
        .mark_text(align="left", dx=6, color=colours.ink["text"])
        .encode(x=alt.X("value:Q"), y=y, text="said:N")
    )
    return layered(strokes, numbers, height=max(60, _BAR_HEIGHT * len(shown)))
