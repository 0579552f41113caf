"""The slope is of the longest stretch, knows a leak from noise, and leaves the warm-up out."""

import numpy as np
import pytest

from tests.soak.slopes import WARM_UP, Sample, slope


def samples(n: int, *, leak: float, life: str = "a", start: int = 0, warm: float = 0.0, seed: int = 7) -> list[Sample]:
    """n samples of 100 redraws each, with noise of a known seed; ``leak`` in MB per 1,000 redraws."""
    noise = np.random.default_rng(seed).normal(0, 0.3, n)
    return [
        Sample(
            (start + i) * 10.0,
            (start + i) * 100,
            100 + leak * i / 10 + noise[i] - warm * (1 - min(1.0, i / (WARM_UP * n))),
            life,
        )
        for i in range(n)
    ]


@pytest.mark.parametrize(("leak", "warm"), [(2.0, 0.0), (0.0, 40.0)])
def test_a_leak_is_found_with_its_size_and_the_warm_up_does_not_count(leak: float, warm: float) -> None:
    found = [slope(samples(96, leak=leak, warm=warm, seed=seed)) for seed in range(100)]
    spans = [each.per_thousand for each in found if each is not None]
    assert len(spans) == 100
    assert sum(low < leak < high for low, _, high in spans) >= 90  # of intervals of 95 %
    assert all(abs(middle - leak) < 0.2 for _, middle, _ in spans)


def test_the_longest_stretch_is_looked_at() -> None:
    found = slope([*samples(10, leak=50.0, life="first"), *samples(40, leak=0.0, life="second", start=10)])
    assert found is not None
    assert found.n == 20
    assert abs(found.per_thousand[1]) < 1


def test_too_little_gives_nothing() -> None:
    assert slope([]) is None
    assert slope(samples(4, leak=1.0)) is None
