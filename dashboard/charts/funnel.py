"""The funnel plot of an indicator: units against the limits chance alone keeps to."""

import math
from typing import Any, Final, Literal

import altair as alt
import pandas as pd

from dashboard.charts.look import Drawing, layered, leading, named, template
from dashboard.theme import theme as colours_of

_HEIGHT: Final = 380
#: Units outside that are named on the plot at most; the sentence beside it names all.
_NAMED: Final = 14


def funnel(
    points: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    theme: str,
    pooled: float,
    target: float,
    titles: tuple[str, str],
    lines: tuple[str, str],
) -> Drawing:
    """Points between the limits of 95 % (band) and 99.8 % (lines).

    ``points``: cases, rate, outside (0, ±1, ±2), name, said, to, is_here (in the area asked about). ``limits``:
    statistics.funnel.LIMIT_COLUMNS. ``titles``: of the axes; ``lines``: what stands at the mean and at the target.
    """
    lowest = float(min(points["rate"].min(), target, pooled)) - 0.05
    floor = max(0.0, math.floor(20 * lowest) / 20)
    edges = limits.melt(id_vars="cases", var_name="limit", value_name="rate")
    held = pd.DataFrame(
        {
            "rate": [pooled, target],
            "said": list(lines),
            "cases": float(limits["cases"].max()),
            "is_target": [False, True],
        }
    )
    upper = 0 if pooled >= target else 1
    outside = points[(points["outside"] != 0) & points["is_here"]]
    furthest = outside.reindex(outside["outside"].abs().sort_values(ascending=False, kind="stable").index).head(_NAMED)
    return Drawing(
        _funnel(theme, floor, titles),
        {
            "limits": limits,
            "edges": edges.assign(is_outer=edges["limit"].str.startswith("outer")),
            "held": held,
            "upper": held.iloc[[upper]],
            "lower": held.iloc[[1 - upper]],
            "points": points,
            "furthest": furthest,
        },
    )


@template
def _funnel(theme: str, floor: float, titles: tuple[str, str]) -> alt.LayerChart:
    colours = colours_of(theme)
    scale = alt.Scale(domain=[floor, 1.0], clamp=True, nice=False)
    y = alt.Y("rate:Q", title=titles[1], scale=scale, axis=alt.Axis(format=".1~%", tickCount=5))
    x = alt.X("cases:Q", title=titles[0], scale=alt.Scale(zero=True, nice=False), axis=alt.Axis(grid=False))
    band = (
        named("limits")
        .mark_area(color=colours.surface["raised"], clip=True)
        .encode(x=x, y=alt.Y("inner_low:Q", title=titles[1], scale=scale), y2="inner_high")
    )
    edges = (
        named("edges")
        .mark_line(color=colours.ink["mark"], strokeWidth=1, clip=True)
        .encode(x=x, y=y, detail="limit:N", strokeDash=_dashed("is_outer"))
    )
    rules = (
        named("held")
        .mark_rule(color=colours.series["target"], strokeWidth=1)
        .encode(y=y, detail="said:N", strokeDash=_dashed("is_target"))
    )

    def said(rows: str, baseline: Literal["top", "bottom"], dy: int) -> Any:
        """What stands at a horizontal line, at its right end."""
        mark = named(rows).mark_text(align="right", baseline=baseline, dy=dy, color=colours.ink["quiet"])
        return mark.encode(x=x, y=y, text="said:N")

    dots = leading(
        named("points")
        .mark_circle(cursor="pointer", stroke=colours.surface["ground"], strokeWidth=1, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.condition(
                "datum.outside != 0", alt.value(colours.series["now"]), alt.value(colours.series["before"])
            ),
            size=alt.condition("abs(datum.outside) == 2", alt.value(130), alt.value(70)),
            opacity=alt.condition("datum.is_here", alt.value(1), alt.value(0.25)),
            tooltip=[alt.Tooltip("said:N", title=" ")],
        )
    )
    names = (
        named("furthest")
        .mark_text(align="left", dx=8, color=colours.ink["figure"], fontWeight="bold")
        .encode(x=x, y=y, text="name:N")
    )
    marks = (band, edges, rules, said("upper", "bottom", -3), said("lower", "top", 3), dots, names)
    return layered(*marks, height=_HEIGHT)


def _dashed(flag: str) -> alt.StrokeDash:
    """Dashes for rows whose flag is set."""
    scale = alt.Scale(domain=[False, True], range=[[1, 0], [4, 3]])
    return alt.StrokeDash(f"{flag}:N", scale=scale, legend=None)
