"""The course of a rate as a chart: its band, its hollow provisional points, its target only where there is one."""

from typing import Any

import pandas as pd

from dashboard.charts.look import dressed
from dashboard.charts.rate_course import course
from dashboard.text import text
from dashboard.theme import theme


def _spec(target: float | None) -> dict[str, Any]:
    frame = pd.DataFrame(
        {
            "day": ["2024-03-13T00:00:00", "2024-03-14T00:00:00"],
            "value": [0.8, 0.7],
            "low": [0.7, 0.6],
            "high": [0.9, 0.8],
            "provisional": [False, True],
            "chosen": [False, True],
            "said": ["13 Mar · 80.0% · n 10", "14 Mar · 70.0% · n 10"],
            "to": ["resolution?from=2024-03-13", "resolution?from=2024-03-14"],
        }
    )
    drawn = course(frame, theme="light", value="Same-day resolution", target=target)
    return dressed(drawn, theme="light", label="Each day's rate.", words=text("en"), name="course")


def test_points_are_hollow_while_provisional_and_lead_on() -> None:
    spec = _spec(0.81)
    assert spec["description"] == "Each day's rate."
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert sorted(marks) == ["area", "line", "point", "rule"]
    points = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "point")
    assert points["encoding"]["fill"] == {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    rows = spec["datasets"]["days"]
    assert rows["fill"].tolist() == [theme("light").series["now"], theme("light").surface["ground"]]
    assert rows["size"].is_monotonic_increasing
    params = [*spec.get("params", []), *points.get("params", [])]
    assert [param["select"]["fields"] for param in params] == [["to"]]


def test_without_a_target_there_is_no_line_for_one() -> None:
    assert "rule" not in [layer["mark"]["type"] for layer in _spec(None)["layer"]]
