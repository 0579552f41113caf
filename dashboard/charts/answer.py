"""Any figure's answer as a chart: a course of days as a line, other groupings as bars."""

from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard.charts.look import Drawing, layered, leading, named, template
from dashboard.theme import theme as colours_of

#: Rows of bars beyond which a chart is no longer read; the table below has them all.
MOST_BARS: Final = 24
_COURSE_HEIGHT: Final = 220
_BAR_HEIGHT: Final = 22


def course(frame: pd.DataFrame, *, theme: str, value: str, is_rate: bool) -> Drawing:
    """A line over days; provisional ones hollow.

    ``frame``: day (ISO 8601, without a zone), value, provisional (bool), said, to.
    """
    return Drawing(_course(theme, value, is_rate), {"days": frame})


@template
def _course(theme: str, value: str, is_rate: bool) -> alt.LayerChart:
    colours = colours_of(theme)
    x = alt.X("day:T", title=None, axis=alt.Axis(grid=False, labelOverlap="greedy", labelSeparation=12, format="%m-%d"))
    y = alt.Y("value:Q", title=value, scale=alt.Scale(zero=not is_rate, nice=True), axis=_amounts(is_rate))
    base = named("days").encode(x=x, y=y)
    line = base.mark_line(color=colours.series["before"], strokeWidth=1.5)
    points = leading(
        base.mark_point(filled=True, size=60, opacity=1, strokeWidth=1.5, cursor="pointer").encode(
            fill=_filled(colours.surface["ground"], colours.series["now"]),
            stroke=alt.value(colours.series["now"]),
            tooltip=[alt.Tooltip("said:N", title=value)],
        )
    )
    return layered(line, points, height=_COURSE_HEIGHT)


def bars(frame: pd.DataFrame, *, theme: str, value: str, is_rate: bool) -> Drawing:
    """Bars from the longest down, each with its number. ``frame``: label, value, provisional, said, to."""
    shown = frame.head(MOST_BARS)
    spec = _bars(theme, value, is_rate, max(60, _BAR_HEIGHT * len(shown)))
    return Drawing(spec, {"bars": shown.assign(place=range(len(shown)))})


@template
def _bars(theme: str, value: str, is_rate: bool, height: int) -> alt.LayerChart:
    colours = colours_of(theme)
    order = alt.EncodingSortField(field="place", op="min", order="ascending")
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, ticks=False, domain=False))
    base = named("bars").encode(x=alt.X("value:Q", title=value, axis=_amounts(is_rate)), y=y)
    strokes = leading(
        base.mark_bar(height={"band": 0.62}, cursor="pointer").encode(
            fill=_filled(colours.series["before"], colours.series["now"]),
            tooltip=[alt.Tooltip("said:N", title=value)],
        )
    )
    numbers = base.mark_text(align="left", dx=6, color=colours.ink["text"]).encode(text="said:N")
    return layered(strokes, numbers, height=height)


def _amounts(is_rate: bool) -> alt.Axis:
    return alt.Axis(format=".1~%" if is_rate else "~s", tickCount=4)


def _filled(provisional: str, final: str) -> Any:
    return alt.condition("datum.provisional", alt.value(provisional), alt.value(final))
