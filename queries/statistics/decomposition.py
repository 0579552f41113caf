"""Why a rate moved: its change between two periods, told by parts that add up to it exactly.

A rate of the whole is the sum of its parts' rates by their shares of the cases. So it moves because parts became better
or worse (``rate``), and because more or fewer cases came of parts that are better or worse than the whole (``mix``).
Both are weighed by the means of the two periods, so that nothing is left over and the periods may be exchanged:
E. M. Kitagawa, "Components of a difference between two rates", JASA 50 (1955) 1168-1194.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

HALF: Final = Fraction(1, 2)


class Counts(NamedTuple):
    """Cases of a part in both periods, and those of them that count as good."""

    n: int
    good: int
    n_before: int
    good_before: int


class Effect(NamedTuple):
    """What a part brought to the change of the whole's rate, as a share (0.01 is one percentage point)."""

    mix: Fraction  # by coming more or less often
    rate: Fraction  # by becoming better or worse

    @property
    def total(self) -> Fraction:
        """Both together."""
        return self.mix + self.rate


def effects(parts: Sequence[Counts]) -> list[Effect]:
    """The effects of parts that make up the whole; their totals add up to the change of its rate, exactly.

    A part without cases in one period has no rate there that could have changed: all it brought is mix. Raises
    ValueError where the whole has no case in one of the periods.
    """
    n, n_before = sum(part.n for part in parts), sum(part.n_before for part in parts)
    if not n or not n_before:
        raise ValueError("A period without cases has no rate that could have changed.")
    rate = Fraction(sum(part.good for part in parts), n)
    rate_before = Fraction(sum(part.good_before for part in parts), n_before)
    middle = HALF * (rate + rate_before)
    return [_effect(part, Fraction(part.n, n), Fraction(part.n_before, n_before), middle) for part in parts]


def _effect(part: Counts, share: Fraction, share_before: Fraction, middle: Fraction) -> Effect:
    if not part.n and not part.n_before:
        return Effect(Fraction(0), Fraction(0))
    known = Fraction(part.good, part.n) if part.n else Fraction(part.good_before, part.n_before)
    before = Fraction(part.good_before, part.n_before) if part.n_before else known
    return Effect(
        mix=(share - share_before) * (HALF * (known + before) - middle),
        rate=HALF * (share + share_before) * (known - before),
    )


def in_whole(values: Sequence[Fraction], unit: Fraction) -> list[int]:
    """The values in whole units, each the next below or above, that add up to the sum's nearest whole number of units:
    so what is shown adds up, too. Those that lie nearest to the unit above are rounded up.
    """
    exact = [value / unit for value in values]
    floors = [value.numerator // value.denominator for value in exact]
    missing = round(sum(exact, Fraction(0))) - sum(floors)
    nearest = sorted(range(len(exact)), key=lambda index: (floors[index] - exact[index], index))
    for index in nearest[:missing]:
        floors[index] += 1
    return floors
