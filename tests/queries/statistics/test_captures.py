import numpy as np
import pytest

from queries.statistics.captures import captured, count_of


def test_a_tenth_of_the_units_and_one_at_least() -> None:
    assert [count_of(units) for units in (0, 1, 4, 14, 16, 86)] == [0, 1, 1, 1, 2, 9]


def test_the_highest_units_bring_their_load() -> None:
    forecast, load = np.array([3.0, 1.0, 2.0, 0.0]), np.array([8.0, 4.0, 0.0, 16.0])
    assert captured(forecast, load, 1) == 8.0
    assert captured(forecast, load, 2) == 8.0
    assert captured(forecast, load, 4) == load.sum()
    assert captured(forecast, load, 0) == 0.0


def test_equal_units_bring_what_chance_would_choose_of_them() -> None:
    chance = np.random.default_rng(3)
    forecast, load = np.array([5.0, 0.0, 0.0, 0.0, 1.0]), np.array([1.0, 8.0, 4.0, 0.0, 2.0])
    drawn = []
    for _ in range(20_000):
        order = np.lexsort((chance.random(5), -forecast))
        drawn.append(load[order[:3]].sum())
    assert captured(forecast, load, 3) == pytest.approx(np.mean(drawn), abs=0.1)
