"""The course of a unit's rank over assessed cycles: an interval and a dot each, the best place on top."""

from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.look import Drawing, layered, named, template
from dashboard.theme import theme as colours_of

_HEIGHT: Final = 190


def cycles(frame: pd.DataFrame, *, theme: str, title: str, of: int) -> Drawing:
    """``frame``: cycle (its days in words, in order), rank, rank_low, rank_high, score_said, said; a cycle in which the
    unit was not ranked has none. ``of``: how many units were ranked at most.
    """
    return Drawing(_cycles(theme, title, of), {"cycles": frame})


@template
def _cycles(theme: str, title: str, of: int) -> alt.LayerChart:
    colours, base = colours_of(theme), named("cycles")
    x = alt.X(
        "cycle:N",
        sort=None,
        title=None,
        axis=alt.Axis(labelAngle=0, labelLimit=110, ticks=False, labelOverlap=False),
        scale=alt.Scale(paddingOuter=0.3),
    )
    scale = alt.Scale(domain=[of + 1, 0], nice=False)
    steps = [1, *(step for step in range(10, of, 10 if of <= 50 else 20)), of]
    y = alt.Y("rank:Q", title=title, scale=scale, axis=alt.Axis(values=steps, format="d"))
    spans = base.mark_bar(width=8, color=colours.series["before"]).encode(
        x=x,
        y=alt.Y("rank_low:Q", title=title, scale=scale),
        y2="rank_high",
        tooltip=[alt.Tooltip("said:N", title=" ")],
    )
    dots = base.mark_circle(size=110, color=colours.series["now"], opacity=1).encode(
        x=x, y=y, tooltip=[alt.Tooltip("said:N", title=" ")]
    )
    scores = base.mark_text(dx=16, align="left", color=colours.ink["text"]).encode(x=x, y=y, text="score_said:N")
    return layered(spans, dots, scores, height=_HEIGHT)
