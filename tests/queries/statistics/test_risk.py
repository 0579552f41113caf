from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from queries.risk import RECENT
from queries.statistics.configuration import risk_rules
from queries.statistics.rhythm import hour_shares, share_between
from queries.statistics.risk import (
    History,
    Level,
    assess,
    discoveries,
    history,
    levels,
    mid_p,
    persistence,
    surplus,
    unusual,
)

RULES = risk_rules()
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 3, 14, 12, 0, tzinfo=ZONE)
UNITS = np.arange(1, 81)
COLOURS = ["red", "orange", "yellow", "blue"]


def _profile() -> pd.DataFrame:
    """Two cases an hour by day, none by night."""
    hours = [(day, hour, 2 * 8, 8) for day in range(1, 8) for hour in range(8, 20)]
    return pd.DataFrame(hours, columns=["weekday", "hour", "reported", "grave"])


def _daily(rate: float, seed: int) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    rows = [
        (
            unit,
            NOW.date() - timedelta(days=age),
            *chance.poisson([0.1 * rate, 0.2 * rate, 0.3 * rate, 0.4 * rate]),
            0.3 * rate,
        )
        for unit in UNITS
        for age in range(1, RULES.history_days + 1)
    ]
    return pd.DataFrame(rows, columns=["area_id", "day", *COLOURS, "grave_due"])


def _recent(**counts: Any) -> pd.DataFrame:
    frame = pd.DataFrame({column.name: np.zeros(len(UNITS), dtype=np.int64) for column in RECENT.columns})
    return frame.assign(area_id=UNITS, **counts)


def _past(rate: float = 4.0) -> History:
    return history(UNITS, _daily(rate, 1), _profile(), NOW.date(), RULES)


def _ordinary(seed: int, rate: float = 4.0) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    counts = {colour: chance.poisson(share * rate, len(UNITS)) for colour, share in zip(COLOURS, (0.1, 0.2, 0.3, 0.4))}  # noqa: B905
    return _recent(**counts, grave_72_hours=chance.poisson(0.9 * rate, len(UNITS)))


def test_a_week_is_whole_and_a_day_is_its_own_hours() -> None:
    shares = hour_shares(_profile(), "reported")
    assert shares.sum() == pytest.approx(1)
    assert share_between(shares, NOW, NOW + timedelta(days=7)) == pytest.approx(1)
    assert share_between(shares, NOW - timedelta(hours=24), NOW) == pytest.approx(1 / 7, abs=1e-3)
    half = share_between(shares, NOW.replace(minute=15), NOW.replace(minute=45))
    assert half == pytest.approx(shares[3, 12] / 2)
    assert shares.min() > 0


def test_expectation_follows_the_rate() -> None:
    frame = unusual(_past(), _ordinary(2), NOW, RULES)
    assert frame["expected"].mean() == pytest.approx(4.0, abs=0.4)
    assert frame["expected_grave"].mean() == pytest.approx(1.2, abs=0.2)


def test_ordinary_days_raise_almost_no_alarm() -> None:
    past = _past()
    alarms = [int(unusual(past, _ordinary(seed), NOW, RULES)["is_alarm"].sum()) for seed in range(60)]
    assert np.mean(np.array(alarms) > 0) <= 0.12


def test_an_outbreak_raises_an_alarm_and_two_cases_do_not() -> None:
    recent = _ordinary(2)
    recent.loc[5, ["orange", "yellow"]] = [12, 8]
    frame = assess(_past(), recent, NOW, RULES)
    assert frame["is_alarm"].tolist().count(True) == 1
    assert (frame["is_alarm"][5], frame["level"][5]) == (True, "red")
    quiet = history(UNITS, _daily(0.01, 1), _profile(), NOW.date(), RULES)
    two = _recent(red=np.where(UNITS == 1, 2, 0))
    assert not unusual(quiet, two, NOW, RULES)["is_alarm"].any()


def test_a_storm_over_the_whole_place_raises_no_unit_above_the_others() -> None:
    frame = unusual(_past(), _ordinary(3, rate=12.0), NOW, RULES)
    assert frame["is_alarm"].sum() <= 2


def test_an_alarm_once_raised_is_kept_longer() -> None:
    past, is_kept_longer = _past(), False
    for seed in range(2, 12):
        recent = _ordinary(seed)
        for count in range(30, 3, -1):
            recent.loc[5, "blue"] = count
            fresh = unusual(past, recent, NOW, RULES)["is_alarm"][5]
            kept = unusual(past, recent, NOW, RULES, frozenset({6}))["is_alarm"][5]
            assert kept or not fresh
            is_kept_longer |= bool(kept and not fresh)
    assert is_kept_longer, "no count at which a raised alarm is kept and a new one is not raised"


def test_false_discoveries_by_hand() -> None:
    p = np.array([0.001, 0.8, 0.03, 0.04, 0.9])
    assert discoveries(p, 0.10).tolist() == [True, False, True, True, False]
    assert discoveries(np.array([0.5]), 0.1).tolist() == [False]
    assert discoveries(np.zeros(0), 0.1).tolist() == []


def test_expected_load_rises_with_recent_grave_cases_within_limits() -> None:
    past = _past()
    load = [assess(past, _recent(grave_72_hours=count), NOW, RULES)["expected_load"][0] for count in (0, 4, 400)]
    assert load[0] < load[1] < load[2] <= RULES.excess_limit * load[1]


def test_a_store_without_history_draws_all_units_normal() -> None:
    empty = pd.DataFrame({name: [] for name in ("area_id", "day", *COLOURS, "grave_due")})
    profile = pd.DataFrame({name: np.zeros(0, dtype=np.int64) for name in ("weekday", "hour", "reported", "grave")})
    past = history(UNITS, empty, profile, date(2024, 3, 14), RULES)
    frame = assess(past, _recent(), NOW, RULES)
    assert set(frame["level"]) <= {"normal", "blue"}
    assert np.isfinite(frame[["expected", "p_unusual", "expected_load", "score"]].to_numpy()).all()


def test_the_parts_of_a_score_add_up_and_units_must_agree() -> None:
    frame = assess(_past(), _ordinary(2).assign(overdue=3, overdue_red=1, escalated=2, risk_points_red=2), NOW, RULES)
    parts = frame.filter(like="part_").to_numpy().sum(axis=1)
    assert frame["score"].to_numpy() == pytest.approx(parts)
    assert frame["part_overdue"].iloc[0] == pytest.approx(RULES.weights["overdue"] * 10 / RULES.scales["overdue_full"])
    with pytest.raises(ValueError, match="units"):
        assess(_past(), _recent().iloc[:3], NOW, RULES)


def test_a_prior_draws_few_counts_towards_what_it_says_and_many_not() -> None:
    chance = np.random.default_rng(4)
    like = np.repeat([1.0, 3.0], 40)
    age, week = np.arange(1.0, 57.0), np.full(56, 1 / 7)
    rate = np.repeat([0.05, 0.15], 40)[:, None]
    counts = chance.poisson(rate, (80, 56)).astype(float)
    plain, drawn = levels(counts, age, week, 28.0), levels(counts, age, week, 28.0, like=like)
    assert np.abs(drawn.mean / 7 - rate[:, 0]).mean() < 0.7 * np.abs(plain.mean / 7 - rate[:, 0]).mean()
    assert drawn.mean.sum() == pytest.approx(plain.mean.sum(), rel=0.05)
    against = levels(counts * 200, age, week, 28.0, like=like[::-1])
    assert np.corrcoef(against.mean, counts.sum(axis=1))[0, 1] > 0.9


def test_only_a_surplus_that_lasted_in_the_past_is_carried_forward() -> None:
    chance = np.random.default_rng(5)
    expected = np.full((80, 84), 4.0)
    assert persistence(chance.poisson(expected).astype(float), expected) < 0.01
    busy = np.repeat(chance.gamma(4.0, 0.25, (80, 12)), 7, axis=1)  # weeks differ by a half of their mean
    assert persistence(chance.poisson(expected * busy).astype(float), expected) == pytest.approx(0.25 * 6 / 7, abs=0.06)
    seen = np.array([0.0, 2.0, 10.0])
    assert surplus(seen, np.full(3, 2.0), 0.0, 6.0) == pytest.approx([1.0, 1.0, 1.0], abs=1e-6)
    assert surplus(seen, np.full(3, 2.0), 0.25, 6.0) == pytest.approx([6 / 8, 1.0, 2.0])


def test_mid_p_is_the_negative_binomials() -> None:
    level = Level(np.full(8, 9.0), np.full(8, 3.0), 0.05)
    observed, expected = np.arange(8.0), np.full(8, 2.3)
    size = 1 / (0.05 + 1 / 9)
    known = stats.nbinom(size, size / (size + 2.3))
    assert mid_p(observed, expected, level) == pytest.approx(known.sf(observed) + known.pmf(observed) / 2)


def test_what_breaks_out_within_hours_raises_an_alarm_before_the_day_shows_it() -> None:
    recent = _ordinary(2)
    recent.loc[5, ["orange", "yellow", "blue"]] = [0, 3, 6]
    assert not unusual(_past(), recent, NOW, RULES)["is_alarm"][5]
    recent.loc[5, "slight_6_hours"] = 9
    frame = unusual(_past(), recent, NOW, RULES)
    assert frame["is_alarm"].tolist().count(True) == 1
    assert (frame["is_alarm"][5], frame["observed_6_hours"][5]) == (True, 9)
    assert frame["expected_6_hours"][5] < frame["expected"][5]


def test_the_looks_of_a_day_share_its_false_discoveries() -> None:
    p = np.array([0.004, 0.5, 0.6, 0.7])
    assert discoveries(p, 0.10, looks=4).tolist() == [True, False, False, False]
    assert discoveries(p, 0.10, looks=8).tolist() == [False] * 4
