"""What has clearly risen among many: the exact p, no wolf cried, a real rise found."""

import numpy as np
import pytest
from scipy import stats

from queries.statistics.rising import LEAST_CASES, correlation, p_risen, risen

SEEDS = range(200)


@pytest.mark.parametrize("times", [1.0, 4.0, 2.5])
def test_p_is_the_binomials_exact_mid_p(times: float) -> None:
    n, n_before = (each.ravel() for each in np.meshgrid(np.arange(12.0), np.arange(12.0)))
    held = n + n_before > 0
    n, n_before = n[held], n_before[held]
    law = stats.binom(n + n_before, 1 / (1 + times))
    assert p_risen(n, n_before, times=times) == pytest.approx(law.sf(n) + law.pmf(n) / 2)


def _spans(seed: int, burst: float) -> tuple[np.ndarray, np.ndarray]:
    """Eighty matters in two spans in which nothing changes but by chance, and by bursts of that variation."""
    chance = np.random.default_rng(seed)
    usual = chance.gamma(1.0, 20.0, 80)
    bursts = chance.gamma(1 / burst**2, burst**2, (2, 80)) if burst else np.ones((2, 80))
    now, before = chance.poisson(usual * bursts)
    return now.astype(float), before.astype(float)


@pytest.mark.parametrize("burst", [0.0, 0.1, 0.3])
def test_eighty_matters_in_which_nothing_changes_seldom_cry_wolf(burst: float) -> None:
    cries = [risen(*_spans(seed, burst))[0].any() for seed in SEEDS]
    assert np.mean(cries) < 0.2


def test_a_matter_that_trebles_is_found_among_eighty() -> None:
    found = []
    for seed in SEEDS:
        now, before = _spans(seed, 0.0)
        now[7], before[7] = 60.0, 20.0
        found.append(risen(now, before)[0][7])
    assert np.mean(found) > 0.95


def test_bursts_are_told_from_chance() -> None:
    assert np.median([correlation(*_spans(seed, 0.0)) for seed in SEEDS]) < 0.005
    assert np.median([correlation(*_spans(seed, 0.3)) for seed in SEEDS]) > 0.02
    assert correlation(np.array([9.0, 0.0]), np.array([0.0, 9.0])) == 0.0  # two are too few to say


def test_what_has_too_few_cases_is_not_asked_about_and_a_fall_is_no_rise() -> None:
    n, n_before = np.array([9.0, 0.0, 0.0, 40.0]), np.array([0.0, 90.0, 0.0, 4.0])
    called, p = risen(n, n_before)
    assert np.isnan(p).tolist() == [True, False, True, False]
    assert called.tolist() == [False, False, False, True]
    assert (n + n_before >= LEAST_CASES).tolist() == [False, True, False, True]
    assert p[1] > 0.99
    assert risen([], [])[0].tolist() == []
