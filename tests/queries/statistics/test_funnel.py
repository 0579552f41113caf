from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from queries.statistics.configuration import assessment_rules
from queries.statistics.funnel import INNER, LIMIT_COLUMNS, OUTER, POINT_COLUMNS, funnel, limits, over_dispersion
from queries.statistics.ranking import rank

RULES = assessment_rules(date(2024, 3, 14))


def _at(cases: float, rate: float, outside: float, spread: float = 1.0) -> tuple[float, float]:
    low, high = limits(np.array([float(cases)]), rate, outside, spread)
    return float(low[0]), float(high[0])


def test_limits_are_the_exact_binomial_ones_interpolated() -> None:
    """Worked by hand from Spiegelhalter's formula: r is the smallest count with P(R ≤ r) ≥ p, the limit (r − α) / n."""
    law = stats.binom(50, 0.8)
    count = 34
    assert law.cdf(33) < 0.025 <= law.cdf(count)
    part = (law.cdf(count) - 0.025) / law.pmf(count)
    assert _at(50, 0.8, INNER)[0] == pytest.approx((count - part) / 50)
    # ten coins: P(no head) = 1/1024, P(one or none) = 11/1024; p = 0.001 lies between
    part = (11 / 1024 - 0.001) / (10 / 1024)
    assert _at(10, 0.5, OUTER) == pytest.approx(((1 - part) / 10, 1 - (1 - part) / 10))


def test_one_case_is_never_outside() -> None:
    assert _at(1, 0.8, INNER) == (0.0, 1.0)
    assert _at(1, 0.999, OUTER) == (0.0, 1.0)


def test_many_cases_come_near_the_normal_limits() -> None:
    half = 1.96 * np.sqrt(0.8 * 0.2 / 20000)
    assert _at(20000, 0.8, INNER) == pytest.approx((0.8 - half, 0.8 + half), abs=1e-4)
    low, high = _at(20000, 0.8, INNER, spread=2.0)
    assert (low, high) == pytest.approx((0.8 - 2 * half, 0.8 + 2 * half), abs=2e-4)


@given(
    cases=st.floats(1, 3000), rate=st.floats(0.02, 0.98), spread=st.floats(1.0, 4.0),
)  # fmt: skip
def test_limits_hold_the_rate_and_one_another(cases: float, rate: float, spread: float) -> None:
    inner, outer = _at(cases, rate, INNER, spread), _at(cases, rate, OUTER, spread)
    assert 0.0 <= outer[0] <= inner[0] + 1e-12
    assert inner[0] <= rate <= inner[1]
    assert inner[1] <= outer[1] + 1e-12 <= 1.0 + 1e-12


@given(cases=st.integers(1, 400), rate=st.floats(0.02, 0.98), outside=st.sampled_from([INNER, OUTER]))
def test_no_more_lie_outside_by_chance_than_is_said(cases: int, rate: float, outside: float) -> None:
    low, high = _at(cases, rate, outside)
    law = stats.binom(cases, rate)
    counts = np.arange(cases + 1)
    share = counts / cases
    assert law.pmf(counts[share < low - 1e-12]).sum() <= outside / 2 + 1e-9
    assert law.pmf(counts[share > high + 1e-12]).sum() <= outside / 2 + 1e-9


@given(cases=st.integers(1, 300), rate=st.floats(0.02, 0.98))
def test_what_went_wrong_has_the_mirrored_limits(cases: int, rate: float) -> None:
    low, high = _at(cases, rate, INNER)
    assert (1 - high, 1 - low) == pytest.approx(_at(cases, 1 - rate, INNER), abs=1e-9)


def test_units_that_differ_no_more_than_chance_leave_the_limits_alone() -> None:
    chance = np.random.default_rng(3)
    widened = [over_dispersion(chance.standard_normal(65)) > 1.0 for _ in range(200)]
    assert np.mean(widened) < 0.05


def test_units_that_differ_widen_them_and_a_few_that_stand_out_do_not() -> None:
    chance = np.random.default_rng(3)
    assert over_dispersion(2.0 * chance.standard_normal(400)) == pytest.approx(1.7, abs=0.2)  # winsorised: under 2
    few = chance.standard_normal(65)
    few[:3] = -9.0
    assert over_dispersion(few) == 1.0
    assert over_dispersion(np.array([4.0])) == 1.0


def _parts(rates: np.ndarray, n: int) -> pd.DataFrame:
    good = np.random.default_rng(5).binomial(n, rates)
    outcomes = pd.DataFrame(
        {
            "area_id": np.arange(1, len(rates) + 1), "indicator": "same_day", "line_id": 1, "type_id": 11,
            "risk_number": 3, "channel_number": 2, "reported_hour": 9, "n": n, "good": good,
        }
    )  # fmt: skip
    units = pd.DataFrame({"area_id": np.arange(1, len(rates) + 1), "kind": "social"})
    marks = pd.DataFrame({"area_id": [], "marks": [], "full_marks": []})
    return rank(units, outcomes, marks, RULES).parts


def test_the_units_outside_are_named_with_their_side() -> None:
    rates = np.full(60, 0.8)
    rates[:2], rates[2] = 0.35, 1.0
    made = funnel(_parts(rates, 60))
    assert (tuple(made.points.columns), tuple(made.limits.columns)) == (POINT_COLUMNS, LIMIT_COLUMNS)
    outside = made.points.set_index("area_id")["outside"]
    assert outside.loc[[1, 2]].tolist() == [-2, -2]
    assert outside.loc[3] == 2
    assert (outside.drop([1, 2, 3]) != 0).sum() <= 4
    assert (made.target, made.spread) == (0.81, 1.0)
    # all have one mix: what stands on the plot is the plain rate
    plain = made.points["good"] / made.points["n"]
    within = plain < 1
    assert made.points.loc[within, "rate"].to_numpy() == pytest.approx(plain[within].to_numpy(), abs=0.002)


def test_without_a_case_there_is_no_funnel() -> None:
    parts = _parts(np.full(10, 0.8), 20)
    with pytest.raises(ValueError, match="a unit with a case"):
        funnel(parts.assign(n=0))
    assert len(funnel(parts.assign(n=[0] + [20] * 9)).points) == 9
