import numpy as np
import pytest

from queries.statistics.differences import newcombe, ratio_of_counts, wilson


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # Newcombe 1998, table II, method 10, 95 %
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((0, 10, 0, 10), -0.2775, 0.2775),
    ],
)
def test_the_differences_of_the_paper(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    difference, found_low, found_high = newcombe(*counts, level=0.95)
    assert difference == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert float(found_low) == pytest.approx(low, abs=5e-5)
    assert float(found_high) == pytest.approx(high, abs=5e-5)


def test_no_case_is_no_rate() -> None:
    assert np.isnan(newcombe(0, 0, 1, 2)).all()
    low, high = wilson([0, 5, 0], [5, 5, 0])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert (low[1], high[0]) == (pytest.approx(0.6489, abs=1e-4), pytest.approx(0.3511, abs=1e-4))  # 1 / (1 + z²/5)
    assert np.isnan([low[2], high[2]]).all()


def test_ratios_of_counts() -> None:
    ratio, low, high = ratio_of_counts([10, 0, 3, 0], [10, 4, 0, 0])
    assert ratio[0] == 1.0
    assert low[0] == pytest.approx(1 / high[0])
    assert (ratio[1], low[1]) == (0.0, 0.0)
    assert high[1] == pytest.approx(0.05 ** (-1 / 4) - 1)  # (1 - p)^4 = 0.05 gives p ÷ (1 - p)
    assert (ratio[2], high[2]) == (np.inf, np.inf)
    assert np.isnan([ratio[3], low[3], high[3]]).all()


def test_a_longer_time_before_is_brought_to_the_same_length() -> None:
    ratio, low, high = ratio_of_counts([10, 3], [40, 0], times=4)
    assert ratio.tolist() == [1.0, np.inf]
    shorter = ratio_of_counts([10, 3], [40, 0])
    assert low == pytest.approx(4 * shorter[1])
    assert high == pytest.approx(4 * shorter[2])
