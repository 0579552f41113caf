import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.statistics.survival import Packed, pack, quantiles, survival

# Remission of 21 patients under 6-MP, in weeks, censored ones marked (Freireich et al., Blood 21, 1963; the textbook
# example of the estimate): 0.857 after 6, 0.807 after 7, 0.753 after 10, 0.690, 0.627, 0.538 after 22, 0.448 after 23.
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
ENDED = [True] * 9 + [False] * 12


def _told(times: Packed, *shares: float) -> tuple[int, int, list[float], float]:
    """n, events, values and the longest time of one part; NaN as -1, so that answers can be compared."""
    [n], [events], [values], [followed] = quantiles(times, [len(times)], shares)
    return int(n), int(events), np.nan_to_num(values, nan=-1).tolist(), float(np.nan_to_num(followed, nan=-1))


def test_the_textbook_example() -> None:
    times, waiting = survival(pack(WEEKS, ENDED))
    assert times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert waiting == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert _told(pack(WEEKS, ENDED), 0.5, 0.9) == (21, 9, [23.0, -1], 35.0)


def test_edges() -> None:
    assert _told(pack([], []), 0.5) == (0, 0, [-1], -1)
    assert _told(pack([5], [False]), 0.5) == (1, 0, [-1], 5.0)
    assert _told(pack([0], [True]), 0.5, 0.9) == (1, 1, [0.0, 0.0], 0.0)
    # at exactly one half from 1 to 3: where it gets there, no midpoint
    assert _told(pack([1, 3], [True, True]), 0.5, 0.9)[2] == [1.0, 3.0]
    # censored in the same second as an event: at risk in it
    assert _told(pack([2, 2], [True, False]), 0.5)[2] == [2.0]
    assert _told(pack([1.999, 7], [True, True]), 0.5)[2] == [1.0]  # whole seconds
    assert _told(pack([2**31, 2**30], [True, True]), 0.5)[2] == [2**30 - 2]  # as far as four bytes reach
    ten = pack(range(1, 11), [True] * 10)
    assert _told(ten, 0.1, 0.5, 0.9, 1.0)[2] == [1.0, 5.0, 9.0, 10.0]


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40))
def test_it_is_the_product_over_distinct_times(sample: list[tuple[int, bool]]) -> None:
    share, reached = 1.0, -1.0
    for time in sorted({time for time, is_event in sample if is_event}):
        share *= 1 - sum(at == time and ended for at, ended in sample) / sum(at >= time for at, _ in sample)
        if reached < 0 and share <= 0.5 + 1e-12:
            reached = float(time)
    packed = pack([time for time, _ in sample], [ended for _, ended in sample])
    assert _told(np.random.default_rng(1).permutation(packed), 0.5)[2] == [reached]


@pytest.mark.parametrize("cells", [1, 7, 200_000])
def test_many_at_once_are_each_as_it_is_alone(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    parts = [
        pack(chance.integers(0, 9, length), chance.random(length) < 0.7)
        for length in (0, 3, 1, 40, 3, 0, 900, 2, 17, 40, 1)
    ]
    alone = [_told(part, 0.1, 0.5, 0.9) for part in parts]
    monkeypatch.setattr("queries.statistics.survival._CELLS", cells)  # rows of a table: one, a few, all
    found = quantiles(np.concatenate(parts), [len(part) for part in parts], (0.1, 0.5, 0.9))
    together = zip(
        found.n.tolist(),
        found.events.tolist(),
        np.nan_to_num(found.values, nan=-1).tolist(),
        np.nan_to_num(found.followed, nan=-1).tolist(),
        strict=True,
    )
    assert list(together) == alone
    assert quantiles(pack([], []), [], (0.5,)).values.shape == (0, 1)
