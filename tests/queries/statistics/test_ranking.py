from datetime import date

import numpy as np
import pandas as pd
import pytest

from queries.statistics.configuration import assessment_rules
from queries.statistics.ranking import COLUMNS, Ranking, rank

RULES = assessment_rules(date(2024, 3, 14))
NO_MARKS = pd.DataFrame({"area_id": [], "marks": [], "full_marks": []})


def _outcomes(rates: np.ndarray, n: int, seed: int) -> pd.DataFrame:
    """Appeals of one stratum per unit, units numbered from 1."""
    good = np.random.default_rng(seed).binomial(n, rates)
    return pd.DataFrame(
        {
            "area_id": np.arange(1, len(rates) + 1), "indicator": "same_day", "line_id": 1, "risk_number": 3,
            "channel_number": 2, "part_of_day": 1, "n": n, "good": good,
        }
    )  # fmt: skip


def _units(count: int, kind: str = "social") -> pd.DataFrame:
    return pd.DataFrame({"area_id": np.arange(1, count + 1), "kind": kind})


def _rank(rates: np.ndarray, n: int = 40, **values: pd.DataFrame) -> Ranking:
    return rank(_units(len(rates)), _outcomes(rates, n, 1), values.pop("marks", NO_MARKS), RULES, **values)


def test_units_that_are_alike_get_no_tier_and_wide_intervals() -> None:
    table = _rank(np.full(60, 0.8)).table
    assert (table["tier"] == 2).all()
    assert (table["rank_high"] - table["rank_low"]).median() > 40
    assert table["rank"].tolist() == list(range(1, 61))
    assert ((table["rank_low"] <= table["rank"]) & (table["rank"] <= table["rank_high"])).all()


def test_true_differences_are_found() -> None:
    rates = np.full(60, 0.80)
    rates[:4], rates[-4:] = 0.45, 0.99
    table = _rank(rates, n=80).table
    assert set(table.loc[table["tier"] == 3, "area_id"]) == {1, 2, 3, 4}
    assert set(table.loc[table["tier"] == 1, "area_id"]) <= {57, 58, 59, 60}


def test_the_same_arguments_give_the_same_ranking() -> None:
    rates = np.linspace(0.6, 0.95, 30)
    pd.testing.assert_frame_equal(_rank(rates).table, _rank(rates).table)


def test_units_too_small_are_not_ranked_and_kinds_stand_apart() -> None:
    empty = _rank(np.full(30, 0.8), n=9).table
    assert (len(empty), tuple(empty.columns)) == (0, COLUMNS)
    units = _units(30).assign(kind=["social"] * 20 + ["enterprise"] * 8 + ["mobile"] * 2)
    table = rank(units, _outcomes(np.full(30, 0.8), 30, 1), NO_MARKS, RULES).table
    assert table["kind"].value_counts().to_dict() == {"social": 20, "enterprise": 8}
    assert table.groupby("kind")["ranked_of"].first().to_dict() == {"enterprise": 8, "social": 20}


def test_movement_needs_more_than_chance_and_knows_new_units() -> None:
    before, now = np.full(40, 0.8), np.full(40, 0.8)
    before[0], now[0] = 0.5, 0.95
    before[1], now[1] = 0.95, 0.5
    earlier = _outcomes(before, 100, 2)
    moved = _rank(now, n=100, outcomes_before=earlier).table.set_index("area_id")["movement"]
    assert (moved[1], moved[2]) == (1, -1)
    assert (moved.drop([1, 2]) == 0).mean() > 0.85
    unknown = earlier[earlier["area_id"] != 1]
    assert _rank(now, n=100, outcomes_before=unknown).table.set_index("area_id")["movement"][1] == 0


def test_the_subdistricts_half_counts_only_where_all_have_it() -> None:
    rates = np.full(10, 0.8)
    marks = pd.DataFrame({"area_id": np.arange(1, 11), "marks": [50.0] * 9 + [100.0], "full_marks": 100.0})
    with_marks, without = _rank(rates, marks=marks), _rank(rates, marks=marks.iloc[:9])
    assert with_marks.table["has_marks"].all()
    assert not without.table["has_marks"].any()
    assert with_marks.table.iloc[0]["area_id"] == 10
    lost = with_marks.parts.set_index("area_id")["lost"]
    assert lost.to_numpy() == pytest.approx(without.parts.set_index("area_id")["lost"].to_numpy() / 2)


def test_a_small_unit_with_luck_is_not_the_best() -> None:
    outcomes = _outcomes(np.full(20, 0.9), 60, 3)
    outcomes.loc[0, ["n", "good"]] = [3, 3]
    table = rank(_units(20), outcomes, NO_MARKS, RULES).table
    assert table.loc[table["area_id"] == 1, "tier"].item() == 2


def test_cycles_start_at_the_anchor() -> None:
    assert RULES.cycle(date(2023, 1, 2)) == (date(2023, 1, 2), date(2023, 1, 15))
    assert RULES.cycle(date(2024, 3, 14)) == (date(2024, 3, 11), date(2024, 3, 24))
