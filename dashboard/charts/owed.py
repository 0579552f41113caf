"""Who owes answers, as bars of what waits; and how answers came, as dots with their intervals."""

import math
from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard.charts.look import Drawing, layered, leading, named, template
from dashboard.theme import theme as colours_of

#: Rows beyond which a chart is no longer read; the table below has them all.
MOST: Final = 8
_ROW: Final = 24
_AXIS: Final = 52


def waiting(frame: pd.DataFrame, *, theme: str, value: str) -> Drawing:
    """A bar for each row, most first: past the deadline dark, the rest grey, and the sum after it.

    ``frame``: label, pending, overdue, said (of the tooltip), sum (said after the bar), is_faint, to. ``value``: what
    the bars count.
    """
    shown = _placed(frame)
    return Drawing(_waiting(theme, value, _height(shown)), {"waiting": shown})


@template
def _waiting(theme: str, value: str, height: int) -> alt.LayerChart:
    colours, y = colours_of(theme), _names()
    x = alt.X("overdue:Q", title=value, axis=alt.Axis(tickMinStep=1, format="d", tickCount=4))
    base = named("waiting").encode(y=y, opacity=_faint())
    late = base.mark_bar(height={"band": 0.6}, color=colours.series["now"]).encode(x=x)
    rest = base.mark_bar(height={"band": 0.6}, color=colours.series["before"]).encode(x=x, x2="pending")
    # one mark over both parts and the row's height leads on
    whole = leading(
        named("waiting")
        .mark_bar(height={"band": 1}, cursor="pointer", fillOpacity=0)
        .encode(x="pending:Q", y=y, tooltip=[alt.Tooltip("said:N", title=value)])
    )
    sums = base.mark_text(align="left", dx=6, color=colours.ink["text"]).encode(x="pending:Q", text="sum:N")
    return layered(rest, late, sums, whole, height=height)


def answered(frame: pd.DataFrame, *, theme: str, value: str, target: float | None) -> Drawing:
    """A dot for each rate with its interval, hollow where provisional; a tick where it stood before; the target a line.

    ``frame``: label, rate, low, high, rate_before (NaN: none), provisional, said, is_faint, to. ``value``: their name.
    """
    shown = _placed(frame)
    lowest = float(shown[["low", "rate_before"]].min().min()) if len(shown) else 0.0
    spec = _answered(theme, value, target, math.floor(20 * lowest) / 20, _height(shown))
    return Drawing(spec, {"answered": shown, "before": shown.dropna(subset=["rate_before"])})


@template
def _answered(theme: str, value: str, target: float | None, floor: float, height: int) -> alt.LayerChart:
    colours, y = colours_of(theme), _names()
    scale = alt.Scale(domain=[floor, 1.0], nice=False)
    x = alt.X("rate:Q", title=value, scale=scale, axis=alt.Axis(format=".1~%", tickCount=5))
    span = (
        named("answered")
        .mark_rule(color=colours.series["before"], strokeWidth=2)
        .encode(x=alt.X("low:Q", title=value, scale=scale), x2="high", y=y, opacity=_faint())
    )
    before = (
        named("before")
        .mark_tick(color=colours.series["before"], thickness=2, size=13)
        .encode(x=alt.X("rate_before:Q", scale=scale), y=y, opacity=_faint())
    )
    dots = leading(
        named("answered")
        .mark_point(filled=True, size=80, strokeWidth=1.5, cursor="pointer", stroke=colours.series["now"])
        .encode(
            x=x,
            y=y,
            fill=alt.condition(
                "datum.provisional", alt.value(colours.surface["ground"]), alt.value(colours.series["now"])
            ),
            opacity=_faint(),
            tooltip=[alt.Tooltip("said:N", title=value)],
        )
    )
    layers = [span, before, dots]
    if target is not None:
        line = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(
            color=colours.series["target"], strokeDash=[4, 3]
        )
        layers.insert(0, line.encode(x=alt.X("target:Q", scale=scale)))
    return layered(*layers, height=height)


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame.head(MOST)
    return shown.assign(place=range(len(shown)))


def _names() -> alt.Y:
    order = alt.EncodingSortField(field="place", op="min", order="ascending")
    axis = alt.Axis(labelLimit=170, minExtent=96, ticks=False, domain=False)
    return alt.Y("label:N", sort=order, title=None, axis=axis)


def _faint() -> Any:
    return alt.condition("datum.is_faint", alt.value(0.35), alt.value(1))


def _height(frame: pd.DataFrame) -> int:
    return _AXIS + _ROW * len(frame)
