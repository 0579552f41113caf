import numpy as np
import pandas as pd
import pytest

from queries.statistics.rates import (
    PRECISIONS,
    adjust,
    as_effective,
    drawn,
    expected_by_stratum,
    of_kind,
    precision,
    standardise,
)


def test_expected_rates_meet_the_total_and_follow_the_factors() -> None:
    strata = np.array([[1, 11, 1, 1, 0], [1, 11, 1, 2, 0], [2, 21, 1, 1, 0], [2, 21, 1, 2, 0]])
    n = np.full(4, 1000.0)
    good = np.array([900.0, 600.0, 900.0, 600.0])
    rate = expected_by_stratum(strata, n, good)
    assert (n * rate).sum() == pytest.approx(good.sum(), abs=0.5)
    assert rate == pytest.approx([0.9, 0.6, 0.9, 0.6], abs=0.005)


def test_a_stratum_seen_once_leans_on_its_factors() -> None:
    strata = np.array([[1, 11, 1, 1, 0], [2, 21, 1, 1, 0]])
    rate = expected_by_stratum(strata, np.array([1000.0, 1.0]), np.array([800.0, 0.0]))
    assert 0.5 < rate[1] < 0.8


def test_a_unit_with_the_hard_cases_is_expected_to_do_worse() -> None:
    outcomes = pd.DataFrame(
        {
            "period": 0,
            "area_id": [1, 2, 3, 3],
            "line_id": 1,
            "type_id": 11,
            "risk_number": [1, 4, 1, 4],
            "channel_number": 1,
            "reported_hour": 0,
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
    usual = [float(np.exp(precision(good, n, expected) @ np.log(PRECISIONS))) for good in (alike, apart)]
    assert usual[0] > 100 > 20 > usual[1]
    rates, mean = drawn(alike, n, expected, 500, chance)
    assert mean.std() < 0.5 * (alike / n).std()
    assert rates.mean(axis=0) == pytest.approx(mean, abs=0.02)


def test_few_units_leave_open_how_alike_they_are() -> None:
    n, good = np.full(60, 40.0), np.tile([30.0, 34.0], 30)
    few, many = (precision(good[:count], n[:count], np.full(count, 0.8)) for count in (5, 60))
    assert many[PRECISIONS < 40].sum() < 0.001 < 0.03 < few[PRECISIONS < 40].sum()


def test_units_are_drawn_to_what_their_kind_makes_of_their_mix() -> None:
    """A kind that is worse than the place is no reason to think well of its small units."""
    expected, n = np.array([0.9, 0.8, 0.8]), np.array([100.0, 100.0, 1.0])
    good = np.array([80.0, 60.0, 1.0])
    moved = of_kind(expected, n, good)
    assert (n * moved).sum() == pytest.approx(good.sum(), abs=0.5)
    assert moved[1] == moved[2] < 0.66
    assert moved[0] > moved[1]
    assert of_kind(expected, n, n).max() < 1


def _hours(rate_by_hour: dict[int, float], n: int, units: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": 0, "area_id": unit, "line_id": 1, "type_id": 11, "risk_number": 3, "channel_number": 1,
            "reported_hour": hour, "n": n, "good": round(n * rate),
        }
        for unit in range(1, units + 1) for hour, rate in rate_by_hour.items()
    )  # fmt: skip


def test_cases_that_nobody_can_win_or_lose_say_little() -> None:
    even = standardise(_hours({9: 0.5, 10: 0.5}, 100, 10)).iloc[0]
    assert even["effective"] == pytest.approx(200, rel=0.01)
    sure = standardise(_hours({9: 0.98, 22: 0.02}, 100, 10)).iloc[0]
    assert (sure["n"], sure["expected"]) == (200, pytest.approx(0.5, abs=0.01))
    assert sure["effective"] < 30
    # five more than expected stay five more
    numbers = [np.array([value]) for value in (105.0, 200.0, 40.0, 0.5)]
    assert as_effective(*numbers)[0] - 40 * 0.5 == pytest.approx(5)
    assert as_effective(np.array([200.0]), *numbers[1:])[0] == 40


def test_the_hour_is_an_hour_and_the_matter_a_matter() -> None:
    """A unit whose cases come late in the day is not called slow, nor one that has the hard matter of a line."""
    day, night = _hours({9: 0.9}, 200, 3), _hours({21: 0.3}, 200, 3).assign(area_id=lambda rows: rows["area_id"] + 3)
    found = standardise(pd.concat([day, night], ignore_index=True)).set_index("area_id")["expected"]
    assert found.loc[[1, 4]].tolist() == pytest.approx([0.9, 0.3], abs=0.02)
    easy = day.assign(type_id=12, good=190)
    hard = _hours({9: 0.4}, 200, 3).assign(area_id=lambda rows: rows["area_id"] + 3)
    found = standardise(pd.concat([easy, hard], ignore_index=True)).set_index("area_id")["expected"]
    assert found.loc[[1, 4]].tolist() == pytest.approx([0.95, 0.4], abs=0.03)
