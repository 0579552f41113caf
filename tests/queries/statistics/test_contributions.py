from datetime import date

import numpy as np
import pandas as pd
import pytest

from queries.statistics.configuration import assessment_rules
from queries.statistics.contributions import MARKS, PART_COLUMNS, contributions, points_of, worst_first
from queries.statistics.ranking import Ranking, rank

RULES = assessment_rules(date(2024, 3, 14))
INDICATORS = tuple(indicator.id for indicator in RULES.indicators)


def _made(with_marks: bool) -> Ranking:
    """Twelve units with four indicators each, all different."""
    chance = np.random.default_rng(4)
    rows = [
        (unit, name, 1, 11, 3, 2, 9, n, chance.binomial(n, 0.7 + 0.02 * unit))
        for unit in range(1, 13) for name in INDICATORS for n in (int(chance.integers(20, 60)),)
    ]  # fmt: skip
    names = [
        "area_id",
        "indicator",
        "line_id",
        "type_id",
        "risk_number",
        "channel_number",
        "reported_hour",
        "n",
        "good",
    ]
    units = pd.DataFrame({"area_id": np.arange(1, 13), "kind": "social"})
    marks = pd.DataFrame({"area_id": units["area_id"], "marks": chance.uniform(30, 50, 12), "full_marks": 50.0})
    return rank(units, pd.DataFrame(rows, columns=names), marks if with_marks else marks.iloc[:0], RULES)


@pytest.mark.parametrize("with_marks", [False, True])
def test_the_parts_of_a_score_add_up(with_marks: bool) -> None:
    made = _made(with_marks)
    assert tuple(made.parts.columns) == PART_COLUMNS
    score = made.table.set_index("area_id")["score"].sort_index()
    sums = made.parts.groupby("area_id")[["weight", "earned", "lost", "short_of_target", "against_median"]].sum()
    assert sums["weight"].to_numpy() == pytest.approx(np.ones(12))
    assert sums["earned"].to_numpy() == pytest.approx(score.to_numpy())
    assert sums["lost"].to_numpy() == pytest.approx(100 - score.to_numpy())
    one = made.parts[made.parts["area_id"] == 1]
    middle = (one["weight"] * one["median_points"]).sum()
    assert sums["against_median"].to_numpy() == pytest.approx(score.to_numpy() - middle)
    target = sum(
        indicator.weight * float(points_of(np.array(indicator.target), indicator)) for indicator in RULES.indicators
    )
    wanted = 0.5 * target + 50 if with_marks else target
    assert sums["short_of_target"].to_numpy() == pytest.approx(wanted - score.to_numpy())
    assert set(made.parts["indicator"]) == {*INDICATORS, *([MARKS] if with_marks else [])}


def _parts(points: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_id": unit, "kind": "social", "indicator": name, "weight": 1 / len(points), "n": 10,
            "effective": 8.0, "good": 9,
            "expected": 0.9, "rate": 0.9, "target": 0.9, "points": value, "target_points": 80.0,
        }
        for name, values in points.items() for unit, value in enumerate(values, 1)
    )  # fmt: skip


def test_a_unit_at_the_top_of_all_loses_nothing() -> None:
    found = contributions(_parts({"same_day": [100, 70, 60], "on_time": [100, 100, 100]}))
    top = found[found["area_id"] == 1]
    assert (top["lost"] == 0).all()
    assert (top["short_of_target"] == -10).all()
    assert top["against_median"].tolist() == [15.0, 0.0]
    middle = found[found["area_id"] == 2]
    assert (middle["lost"].tolist(), middle["against_median"].tolist()) == ([15.0, 0.0], [0.0, 0.0])


def test_what_costs_most_comes_first() -> None:
    found = contributions(_parts({"same_day": [90, 80, 70], "on_time": [60, 90, 95], "kept": [50, 50, 50]}))
    own = worst_first(found, 1)
    assert own["indicator"].tolist() == ["on_time", "kept", "same_day"]
    assert own["against_median"].tolist() == pytest.approx([-10, 0, 10 / 3])
    assert len(worst_first(found, 9)) == 0


def test_points_lie_between_nought_and_full() -> None:
    same_day = RULES.indicators[0]
    assert points_of(np.array([0.2, 0.4, 0.7, 1.0]), same_day) == pytest.approx([0, 0, 50, 100])
