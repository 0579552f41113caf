"""The slope is of the longest stretch, knows a leak from noise, and leaves the warm-up out."""

import numpy as np

from tests.soak.slopes import Sample, slope


def samples(n: int, *, leak: float, life: str = "a", start: int = 0, warm: float = 0.0) -> list[Sample]:
    """n samples of 100 redraws each, with noise of a known seed; ``leak`` in MB per 1,000 redraws."""
    noise = np.random.default_rng(7).normal(0, 0.3, n)
    return [
        Sample(
            (start + i) * 10.0,
            (start + i) * 100,
            100 + leak * i / 10 + noise[i] - warm * (1 - min(1.0, i / (0.2 * n))),
            life,
        )
        for i in range(n)
    ]


def test_a_leak_is_found_with_its_size() -> None:
    found = slope(samples(60, leak=2.0))
    assert found is not None
    low, middle, high = found.per_thousand
    assert low < 2.0 < high
    assert 1.8 < middle < 2.2
    assert low > 0


def test_noise_is_no_leak_and_the_warm_up_does_not_count() -> None:
    found = slope(samples(60, leak=0.0, warm=40.0))
    assert found is not None
    assert found.per_thousand[0] < 0 < found.per_thousand[2]


def test_the_longest_stretch_is_looked_at() -> None:
    found = slope([*samples(10, leak=50.0, life="first"), *samples(40, leak=0.0, life="second", start=10)])
    assert found is not None
    assert found.n == 32
    assert abs(found.per_thousand[1]) < 1


def test_too_little_gives_nothing() -> None:
    assert slope([]) is None
    assert slope(samples(4, leak=1.0)) is None
