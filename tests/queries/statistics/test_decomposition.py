"""The parts of a change add up to it, whatever came and went between the periods."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from queries.statistics.decomposition import Counts, effects, in_whole


@st.composite
def _sides(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(0, 60) | st.just(0))
    return n, draw(st.integers(0, n))


@st.composite
def _parts(draw: st.DrawFn) -> list[Counts]:
    pairs = draw(st.lists(st.tuples(_sides(), _sides()), min_size=1, max_size=12))
    return [Counts(*now, *before) for now, before in pairs]


def _rates(parts: list[Counts]) -> tuple[Fraction, Fraction]:
    n, good, n_before, good_before = (sum(column) for column in zip(*parts, strict=True))
    assume(n and n_before)
    return Fraction(good, n), Fraction(good_before, n_before)


@given(_parts())
def test_parts_add_up_to_the_change_exactly(parts: list[Counts]) -> None:
    now, before = _rates(parts)
    found = effects(parts)
    assert sum(effect.total for effect in found) == now - before
    for part, effect in zip(parts, found, strict=True):
        if not part.n or not part.n_before or Fraction(part.good, part.n) == Fraction(part.good_before, part.n_before):
            assert effect.rate == 0
        if not part.n and not part.n_before:
            assert effect.total == 0


@given(_parts())
def test_periods_exchanged_change_only_the_signs(parts: list[Counts]) -> None:
    _rates(parts)
    turned = [Counts(part.n_before, part.good_before, part.n, part.good) for part in parts]
    assert [(-effect.mix, -effect.rate) for effect in effects(parts)] == [tuple(effect) for effect in effects(turned)]


@given(_parts(), st.integers(0, 11))
def test_a_part_split_into_equal_halves_brings_the_same(parts: list[Counts], place: int) -> None:
    _rates(parts)
    place %= len(parts)
    doubled = [Counts(*(2 * value for value in part)) for part in parts]
    halves = [*doubled[:place], parts[place], parts[place], *doubled[place + 1 :]]
    one, other = effects(halves)[place : place + 2]
    assert one == other
    whole = effects(doubled)[place]
    assert (one.mix + other.mix, one.rate + other.rate) == (whole.mix, whole.rate)


def test_what_was_slower_and_what_came_more_are_told_apart() -> None:
    # equally many of both; one went from 8 of 10 to 6 of 10: all of it is its own rate
    slower, same = effects([Counts(10, 6, 10, 8), Counts(10, 5, 10, 5)])
    assert [slower.mix, slower.rate, same.total] == [Fraction(0), Fraction(-1, 10), Fraction(0)]
    # nothing became slower, more of the slow one came: all of it is mix, told by both
    mix = effects([Counts(10, 10, 20, 20), Counts(20, 0, 10, 0)])
    assert [effect.rate for effect in mix] == [0, 0]
    assert sum(effect.mix for effect in mix) == Fraction(1, 3) - Fraction(2, 3)
    # one that was not there before brought a rate below the middle
    came = effects([Counts(10, 10, 10, 10), Counts(10, 0, 0, 0)])
    assert came[1].rate == 0
    assert came[1].mix < 0


def test_a_period_without_cases_has_nothing_to_tell() -> None:
    with pytest.raises(ValueError, match="without cases"):
        effects([Counts(0, 0, 3, 1)])


@given(st.lists(st.fractions(-1, 1, max_denominator=97), max_size=20))
def test_what_is_shown_adds_up_and_lies_beside_what_is_so(values: list[Fraction]) -> None:
    unit = Fraction(1, 1000)
    shown = in_whole(values, unit)
    assert sum(shown) == round(sum(values, Fraction(0)) / unit)
    for value, whole in zip(values, shown, strict=True):
        assert abs(value / unit - whole) < 1
        if value == 0:
            assert whole == 0
