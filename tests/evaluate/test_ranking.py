"""The study's own arithmetic, on a city small enough to see through."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from queries.statistics.configuration import assessment_rules
from tests.evaluate import cities, results
from tests.evaluate.ranking import (
    BEHIND,
    OURS,
    RAW_RATE,
    WORST_TEN,
    WORST_TENTH,
    City,
    Period,
    compare,
    judge,
    lengths,
    records,
    summarise,
)
from tests.evaluate.ranking import raw_score as score_of
from tests.evaluate.ranking_page import document


def _outcomes(rates: np.ndarray, n: int, indicator: str = "same_day") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_id": np.arange(len(rates)), "indicator": indicator, "line_id": 1, "type_id": 11, "risk_number": 3,
            "channel_number": 2, "reported_hour": 9, "n": n, "good": np.round(n * rates).astype(int),
        }
    )  # fmt: skip


def _city(skill: np.ndarray, rates: np.ndarray) -> City:
    kind = np.where(np.arange(len(skill)) < 24, "social", "enterprise")
    units = pd.DataFrame({"area_id": np.arange(len(skill)), "kind": kind, "skill": skill, "cheat": "none"})
    units.loc[[22, 29], "cheat"] = "minute"
    outcomes = _outcomes(rates, 500)
    return City(1, units, (Period(2, 0, outcomes, outcomes),))


def test_lists_are_as_long_as_they_say() -> None:
    units = pd.DataFrame({"kind": ["social"] * 65 + ["enterprise"] * 15 + ["mobile"] * 6})
    assert lengths(units, WORST_TEN) == lengths(units, BEHIND) == {"social": 8, "enterprise": 2}
    assert lengths(units, WORST_TENTH) == {"social": 7, "enterprise": 2}


def test_where_everything_shows_all_worst_are_found_and_no_good_one_named() -> None:
    skill = np.linspace(-2, 2, 30)
    judged = judge(_city(skill, 0.7 + 0.1 * skill)).set_index(["list", "kind", "method"])
    ten = judged.loc[WORST_TEN]
    assert (ten["found"] == ten["worst"]).all()
    assert (judged["shamed"] == 0).all()
    assert judged.loc[(WORST_TEN, "social", OURS), "worst"] == 8


def test_where_it_shows_the_wrong_way_round_the_good_are_named() -> None:
    skill = np.linspace(-2, 2, 30)
    judged = judge(_city(skill, 0.7 - 0.1 * skill)).set_index(["list", "kind", "method"])
    assert judged.loc[WORST_TEN]["found"].sum() == 0
    assert judged.loc[(WORST_TEN, "social", RAW_RATE), "shamed"] == 8
    assert judged.loc[(WORST_TEN, "social", RAW_RATE), "flattering"] == 1
    found = summarise(judged.reset_index(), np.random.default_rng(1), times=50)
    assert found.loc[(2, WORST_TEN, OURS), "shamed_share"] == 1
    gains = compare(judged.reset_index(), np.random.default_rng(1), times=50)
    differences = gains[["found", "found_low", "found_high", "shamed", "shamed_low", "shamed_high"]].to_numpy()
    assert differences.tolist() == np.zeros((6, 6)).tolist()


def test_the_raw_score_is_scored_by_what_there_is() -> None:
    rules = assessment_rules(cities.TODAY)
    both = pd.concat([_outcomes(np.array([0.7, 0.7]), 100), _outcomes(np.array([0.9]), 100, "on_time")])
    assert score_of(both, rules).tolist() == pytest.approx([50.0, 50.0])
    both.loc[(both["indicator"] == "on_time"), "good"] = 100
    assert score_of(both, rules).tolist() == pytest.approx([(0.4 * 50 + 0.3 * 100) / 0.7, 50.0])


def test_the_page_says_what_was_counted() -> None:
    skill = np.linspace(-2, 2, 30)
    judged = judge(_city(skill, 0.7 - 0.1 * skill))
    found = summarise(judged, np.random.default_rng(1), times=50)
    tables = {"lists": records(found.reset_index()), "gains": records(compare(judged, np.random.default_rng(1)))}
    page = document(results.made("ranking", date(2025, 12, 1), (1,), "the command", (), tables))
    assert "| 2 | worst ten | ours | 0.0 % (0/10) | 0–0 | 100.0 % (10/10) | 100.0–100.0 | 2 | 20.0 % |" in page
    assert "| 2 | worst tenth | raw score | +0.0 (+0.0 to +0.0) | +0.0 (+0.0 to +0.0) |" in page
