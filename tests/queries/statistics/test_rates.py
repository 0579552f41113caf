import numpy as np
import pandas as pd
import pytest

from queries.statistics.rates import adjust, expected_by_stratum, posterior, precision, standardise


def test_expected_rates_meet_the_total_and_follow_the_factors() -> None:
    strata = np.array([[1, 1, 1, 0], [1, 1, 2, 0], [2, 1, 1, 0], [2, 1, 2, 0]])
    n = np.full(4, 1000.0)
    good = np.array([900.0, 600.0, 900.0, 600.0])
    rate = expected_by_stratum(strata, n, good)
    assert (n * rate).sum() == pytest.approx(good.sum(), abs=0.5)
    assert rate == pytest.approx([0.9, 0.6, 0.9, 0.6], abs=0.005)


def test_a_stratum_seen_once_leans_on_its_factors() -> None:
    strata = np.array([[1, 1, 1, 0], [2, 1, 1, 0]])
    rate = expected_by_stratum(strata, np.array([1000.0, 1.0]), np.array([800.0, 0.0]))
    assert 0.5 < rate[1] < 0.8


def test_a_unit_with_the_hard_cases_is_expected_to_do_worse() -> None:
    outcomes = pd.DataFrame(
        {
            "period": 0,
            "area_id": [1, 2, 3, 3],
            "line_id": 1,
            "risk_number": [1, 4, 1, 4],
            "channel_number": 1,
            "part_of_day": 0,
            "n": [100, 100, 500, 500],
            "good": [50, 90, 250, 450],
        }
    )
    units = standardise(outcomes).set_index("area_id")
    assert units["expected"].to_list() == pytest.approx([0.5, 0.9, 0.7], abs=0.01)
    pooled = 0.7
    same = adjust(units["good"].to_numpy() / units["n"].to_numpy(), units["expected"].to_numpy(), pooled)
    assert same == pytest.approx([pooled] * 3, abs=0.01)


def test_units_that_are_alike_are_shrunk_and_units_that_differ_are_not() -> None:
    chance = np.random.default_rng(1)
    n, expected = np.full(60, 40.0), np.full(60, 0.8)
    alike = chance.binomial(40, 0.8, 60).astype(float)
    apart = np.where(np.arange(60) < 30, 20.0, 39.0)
    assert precision(alike, n, expected) > 100 > 20 > precision(apart, n, expected)
    a, b = posterior(alike, n, expected)
    spread = (a / (a + b)).std()
    assert spread < 0.5 * (alike / n).std()
