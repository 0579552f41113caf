from datetime import date

import numpy as np
import pandas as pd
import pytest

from queries.statistics.configuration import assessment_rules
from queries.statistics.movement import MOVE_COLUMNS, MOVE_PART_COLUMNS, worse
from queries.statistics.ranking import Ranking, rank

RULES = assessment_rules(date(2024, 3, 14))
INDICATORS = ("same_day", "on_time", "kept", "on_the_spot")
NO_MARKS = pd.DataFrame({"area_id": [], "marks": [], "full_marks": []})


def _outcomes(rates: np.ndarray, n: int, seed: int, indicators: tuple[str, ...] = INDICATORS) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    rows = [
        (unit, name, 1, 11, 3, 2, 9, n, chance.binomial(n, rate))
        for unit, rate in enumerate(rates, start=1) for name in indicators
    ]  # fmt: skip
    names = (
        "area_id",
        "indicator",
        "line_id",
        "type_id",
        "risk_number",
        "channel_number",
        "reported_hour",
        "n",
        "good",
    )
    return pd.DataFrame(rows, columns=list(names))


def _moved(now: np.ndarray, before: np.ndarray, n: int = 60, **values: object) -> Ranking:
    units = pd.DataFrame({"area_id": np.arange(1, len(now) + 1), "kind": "social"} | values)
    return rank(units, _outcomes(now, n, 1), NO_MARKS, RULES, outcomes_before=_outcomes(before, n, 2))


def test_one_that_fell_is_named_and_those_within_chance_are_not() -> None:
    now, before = np.full(40, 0.9), np.full(40, 0.9)
    now[0], before[1] = 0.55, 0.55
    made = _moved(now, before)
    found = worse(made.table, made.moves)
    named = found[found["is_beyond_chance"]]
    assert named["area_id"].iloc[0] == 1
    assert named["p_worse"].iloc[0] > 0.99
    assert len(named) <= 4  # two or so of forty by chance
    assert 2 not in set(found["area_id"])  # it rose
    assert (found.loc[~found["is_beyond_chance"], "p_worse"] < 0.96).all()
    assert found["p_worse"].is_monotonic_decreasing or found["is_beyond_chance"].any()


def test_a_tier_is_compared_with_the_tier_before() -> None:
    now, before = np.full(40, 0.95), np.full(40, 0.95)
    now[:3], before[3:6] = 0.4, 0.4
    moves = _moved(now, before, n=200).moves.set_index("area_id")
    assert moves.loc[[1, 2, 3], "own_tier"].tolist() == [3, 3, 3]
    assert moves.loc[[1, 2, 3], "tier_before"].tolist() == [2, 2, 2]
    assert moves.loc[[4, 5, 6], ["own_tier", "tier_before"]].to_numpy().tolist() == [[2, 3]] * 3


def test_the_parts_of_a_change_add_up_to_it() -> None:
    rates = np.random.default_rng(7).uniform(0.6, 0.98, 25)
    made = _moved(rates, rates[::-1])
    assert tuple(made.moves.columns) == MOVE_COLUMNS
    assert tuple(made.moves_parts.columns) == MOVE_PART_COLUMNS
    sums = made.moves_parts.groupby("area_id")["change"].sum()
    change = made.table.set_index("area_id")["change"].sort_index()
    assert sums.to_numpy() == pytest.approx(change.to_numpy(), abs=1e-9)


def test_they_add_up_where_an_indicator_had_no_case_before() -> None:
    rates = np.random.default_rng(7).uniform(0.6, 0.98, 25)
    units = pd.DataFrame({"area_id": np.arange(1, 26), "kind": "social"})
    before = _outcomes(rates[::-1], 60, 2, INDICATORS[:2])
    made = rank(units, _outcomes(rates, 60, 1), NO_MARKS, RULES, outcomes_before=before)
    sums = made.moves_parts.groupby("area_id")["change"].sum()
    assert sums.to_numpy() == pytest.approx(made.table.set_index("area_id")["change"].sort_index().to_numpy(), abs=1e-9)
    assert made.moves_parts.loc[made.moves_parts["indicator"] == "kept", "rate_before"].isna().all()


def test_a_redrawn_grid_has_no_move() -> None:
    has_before = np.arange(20) != 4
    made = _moved(np.full(20, 0.9), np.full(20, 0.9), has_before=has_before)
    assert set(made.moves["area_id"]) == set(range(1, 21)) - {5}
    assert 5 not in set(made.moves_parts["area_id"])
    assert 5 not in set(worse(made.table, made.moves)["area_id"])


def test_without_a_period_before_nothing_moved() -> None:
    units = pd.DataFrame({"area_id": np.arange(1, 11), "kind": "social"})
    made = rank(units, _outcomes(np.full(10, 0.9), 60, 1), NO_MARKS, RULES)
    assert (len(made.moves), len(made.moves_parts), len(worse(made.table, made.moves))) == (0, 0, 0)
