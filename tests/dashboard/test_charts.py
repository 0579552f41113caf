"""Charts are made once for what they are asked to look like, are whole by Vega-Lite's schema, and share no rows."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from dashboard.charts import answer, cycles, funnel, owed, rate_course
from dashboard.charts.look import Drawing, dressed
from dashboard.text import text

_ROW = {"said": "said", "to": "cases?area=g1", "provisional": True, "is_faint": False}


def _frame(count: int, **columns: object) -> pd.DataFrame:
    return pd.DataFrame([{**_ROW, "label": f"row {number}", **columns} for number in range(count)])


def _days(count: int) -> pd.DataFrame:
    spread = {"value": 0.5, "low": 0.4, "high": 0.6, "chosen": True}
    return _frame(count, **spread).assign(day=[f"2024-03-{day:02d}T00:00:00" for day in range(1, count + 1)])


def _funnel(count: int, theme: str) -> Drawing:
    limits = pd.DataFrame(
        {"cases": [1.0, 50.0], "inner_low": 0.5, "inner_high": 0.9, "outer_low": 0.4, "outer_high": 0.95}
    )
    points = _frame(count, cases=20.0, rate=0.7, outside=-2, name="Grid", is_here=True)
    return funnel.funnel(
        points, limits, theme=theme, pooled=0.8, target=0.81, titles=("cases", "rate"), lines=("mean", "target")
    )


def _drawn(name: str, count: int, theme: str = "light") -> Drawing:
    if name == "cycles":
        shown = _frame(count, cycle="1 Mar", rank=3, rank_low=1, rank_high=9, score_said="81.0")
        return cycles.cycles(shown, theme=theme, title="Rank", of=65)
    if name == "funnel":
        return _funnel(count, theme)
    if name == "waiting":
        return owed.waiting(_frame(count, pending=3, overdue=1, sum="3"), theme=theme, value="waits")
    if name == "answered":
        shown = _frame(count, rate=0.8, low=0.7, high=0.9, rate_before=np.nan)
        return owed.answered(shown, theme=theme, value="answered", target=0.9)
    if name == "bars":
        return answer.bars(_frame(count, value=0.4), theme=theme, value="Rate", is_rate=True)
    drawing = rate_course.course(_days(count), theme=theme, value="Rate", target=0.81)
    return drawing if name == "rate_course" else answer.course(_days(count), theme=theme, value="Rate", is_rate=False)


CHARTS = ("cycles", "funnel", "waiting", "answered", "bars", "rate_course", "course")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_whole_and_names_only_rows_that_it_brings(name: str, theme: str) -> None:
    drawing = _drawn(name, 5, theme)
    spec = dressed(drawing, label="Each row.", theme=theme, words=text("zh"), name=name)
    alt.LayerChart.from_dict({key: value for key, value in spec.items() if key != "datasets"}, validate=True)
    used = {part["data"]["name"] for part in [spec, *spec["layer"]] if "data" in part}
    assert used and used <= set(spec["datasets"])
    fields = {
        channel["field"]
        for layer in spec["layer"]
        for channel in layer["encoding"].values()
        if isinstance(channel, dict) and "field" in channel
    }
    held = {column for rows in spec["datasets"].values() for column in pd.DataFrame(rows).columns}
    assert fields <= held


@pytest.mark.parametrize("name", CHARTS)
def test_other_rows_need_no_other_chart_and_drawing_changes_none(name: str) -> None:
    drawing, before = _drawn(name, 5), repr(_drawn(name, 5).spec)
    dressed(drawing, label="One.", theme="light", words=text("en"), name="one")["layer"] = []
    again = _drawn(name, 5)
    assert again.spec is drawing.spec and repr(again.spec) == before
    assert again.rows is not drawing.rows
