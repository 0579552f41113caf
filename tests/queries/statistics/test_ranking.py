from datetime import date

import numpy as np
import pandas as pd
import pytest

from queries.statistics.configuration import assessment_rules
from queries.statistics.levels import Reason, Refusal
from queries.statistics.ranking import COLUMNS, Ranking, rank

RULES = assessment_rules(date(2024, 3, 14))
NO_MARKS = pd.DataFrame({"area_id": [], "marks": [], "full_marks": []})


def _outcomes(rates: np.ndarray, n: int | np.ndarray, seed: int) -> pd.DataFrame:
    """Appeals of one stratum per unit, units numbered from 1."""
    good = np.random.default_rng(seed).binomial(n, rates)
    return pd.DataFrame(
        {
            "area_id": np.arange(1, len(rates) + 1), "indicator": "same_day", "line_id": 1, "risk_number": 3,
            "type_id": 11, "channel_number": 2, "reported_hour": 9, "n": n, "good": good,
        }
    )  # fmt: skip


def _units(count: int, kind: str = "social") -> pd.DataFrame:
    return pd.DataFrame({"area_id": np.arange(1, count + 1), "kind": kind})


def _rank(
    rates: np.ndarray,
    n: int | np.ndarray = 40,
    marks: pd.DataFrame = NO_MARKS,
    outcomes_before: pd.DataFrame | None = None,
) -> Ranking:
    return rank(_units(len(rates)), _outcomes(rates, n, 1), marks, RULES, outcomes_before=outcomes_before)


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


def test_the_order_of_rows_changes_nothing() -> None:
    outcomes = _outcomes(np.linspace(0.6, 0.95, 30), 40, 1)
    units = _units(30).assign(kind=["social", "enterprise"] * 15)
    backwards = rank(units.iloc[::-1], outcomes.iloc[::-1], NO_MARKS, RULES).table
    forwards = rank(units, outcomes, NO_MARKS, RULES).table
    key = ["kind", "rank"]
    pd.testing.assert_frame_equal(
        forwards.sort_values(key, ignore_index=True), backwards.sort_values(key, ignore_index=True)
    )


def test_units_stand_in_the_order_of_their_scores() -> None:
    """Small units' ranks are the most open, and a rank by anything else would part from what the score is made of."""
    chance = np.random.default_rng(5)
    n = chance.integers(3, 90, 60)
    table = _rank(chance.uniform(0.6, 0.95, 60), n=n).table
    assert table["rank"].tolist() == list(range(1, 61))
    assert table["score"].is_monotonic_decreasing


def test_units_too_small_are_not_ranked_and_kinds_stand_apart() -> None:
    empty = _rank(np.full(30, 0.8), n=9).table
    assert (len(empty), tuple(empty.columns)) == (0, COLUMNS)
    assert _rank(np.full(30, 0.8), n=9).refused == (Refusal("", "social", Reason.FEW_CASES, 30, 9.0),)
    units = _units(30).assign(kind=["social"] * 20 + ["enterprise"] * 8 + ["mobile"] * 2)
    made = rank(units, _outcomes(np.full(30, 0.8), 30, 1), NO_MARKS, RULES)
    assert [(refused.kind, refused.reason) for refused in made.refused] == [("mobile", Reason.UNRANKED_KIND)]
    table = made.table
    assert table["kind"].value_counts().to_dict() == {"social": 20, "enterprise": 8}
    assert table.groupby("kind")["ranked_of"].first().to_dict() == {"enterprise": 8, "social": 20}


def test_movement_needs_more_than_chance_and_knows_new_units() -> None:
    before, now = np.full(40, 0.8), np.full(40, 0.8)
    before[0], now[0] = 0.5, 0.95
    before[1], now[1] = 0.95, 0.5
    earlier = _outcomes(before, 100, 2)
    table = _rank(now, n=100, outcomes_before=earlier).table.set_index("area_id")
    moved = table["movement"]
    assert (moved[1], moved[2]) == (1, -1)
    assert table["change_low"].to_numpy(dtype=float)[table.index == 1] > 5
    assert table["change_high"].to_numpy(dtype=float)[table.index == 2] < -5
    assert ((table["change_low"] <= table["change"]) & (table["change"] <= table["change_high"])).all()
    assert (moved.drop([1, 2]) == 0).mean() > 0.85
    unknown = earlier[earlier["area_id"] != 1]
    table = _rank(now, n=100, outcomes_before=unknown).table.set_index("area_id")
    assert table["change"].isna().tolist() == (table.index == 1).tolist()
    assert table["movement"][1] == 0


def test_a_redrawn_grid_has_no_period_before() -> None:
    """Cases it had in part of the period before are no yardstick, nor do they move the others'."""
    rates, before = np.full(20, 0.8), np.full(20, 0.8)
    before[0] = 0.1
    units = _units(20).assign(has_before=[False] + [True] * 19)
    table = rank(units, _outcomes(rates, 100, 1), NO_MARKS, RULES, outcomes_before=_outcomes(before, 100, 2)).table
    table = table.set_index("area_id")
    assert table["change"].isna().tolist() == (table.index == 1).tolist()
    assert table["movement"][1] == 0
    assert table["change"].drop(1).mean() == pytest.approx(0, abs=1e-9)


def test_a_small_unit_is_drawn_to_its_own_kind() -> None:
    rates = np.repeat([0.95, 0.6], 20)
    outcomes = _outcomes(rates, 60, 3)
    outcomes.loc[39, ["n", "good"]] = [1, 1]
    made = rank(_units(40).assign(kind=["social"] * 20 + ["enterprise"] * 20), outcomes, NO_MARKS, RULES)
    rate = made.parts.set_index("area_id")["rate"]
    assert rate[40] == pytest.approx(0.6, abs=0.06)


def test_the_subdistricts_half_counts_only_where_all_have_it() -> None:
    rates = np.full(10, 0.8)
    marks = pd.DataFrame({"area_id": np.arange(1, 11), "marks": [50.0] * 9 + [100.0], "full_marks": 100.0})
    with_marks, without = _rank(rates, marks=marks), _rank(rates, marks=marks.iloc[:9])
    assert with_marks.table["has_marks"].all()
    assert not without.table["has_marks"].any()
    assert with_marks.table.iloc[0]["area_id"] == 10
    parts = with_marks.parts.set_index(["indicator", "area_id"])["lost"]
    assert parts["same_day"].to_numpy() == pytest.approx(without.parts["lost"].to_numpy() / 2)
    assert parts["marks"].tolist() == [25.0] * 9 + [0.0]


def test_a_small_unit_with_luck_is_not_the_best() -> None:
    outcomes = _outcomes(np.full(20, 0.9), 60, 3)
    outcomes.loc[0, ["n", "good"]] = [3, 3]
    table = rank(_units(20), outcomes, NO_MARKS, RULES).table
    assert table.loc[table["area_id"] == 1, "tier"].item() == 2


def test_cycles_start_at_the_anchor() -> None:
    assert RULES.cycle(date(2023, 1, 2)) == (date(2023, 1, 2), date(2023, 1, 15))
    assert RULES.cycle(date(2024, 3, 14)) == (date(2024, 3, 11), date(2024, 3, 24))
