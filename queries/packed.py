"""Moments as the store packs them: thousands in one value, read here by one step (app.packed_moment)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

#: Whole seconds since 2000 (UTC).
Seconds = npt.NDArray[np.int32]

#: What stands for no moment: earlier than all others.
NONE: Final = np.int32(np.iinfo(np.int32).min)
#: Later than all moments.
NEVER: Final = np.int32(np.iinfo(np.int32).max)

#: What moments and days are counted from.
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Stages(NamedTuple):
    """The moments of many cases' stages, each an array with one place per case (app.packed_stages)."""

    discovered: Seconds
    reported: Seconds
    dispatched: Seconds
    first_resolved: Seconds
    resolved: Seconds  # last, where the case stands resolved
    fed_back: Seconds
    evaluated: Seconds
    left: Seconds  # withdrawn or handed over for good


class Spells(NamedTuple):
    """Spells in which cases were open, each array with one place per spell (app.packed_spells)."""

    reported: Seconds
    begun: Seconds
    ended: Seconds  # NONE: still open


def exact_seconds(moment: datetime) -> float:
    """A moment's seconds with their fraction: what was at such a moment is compared with whole seconds."""
    return (moment - BEGINNING) / timedelta(seconds=1)


def seconds(moment: datetime) -> int:
    """A moment as the store counts it; beyond what four bytes hold, the last of them."""
    return max(int(NONE) + 1, min(int(NEVER), (moment - BEGINNING) // timedelta(seconds=1)))


def microseconds(moment: datetime) -> int:
    """A moment in microseconds since 2000 (UTC), as the store hands it out in eight bytes."""
    return (moment - BEGINNING) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime:
    """The moment of so many microseconds since 2000 (UTC)."""
    return BEGINNING + timedelta(microseconds=microseconds)


def stages(held: Iterable[bytes]) -> Stages:
    """The cases strung together, in their order."""
    return Stages(*_columns(held, len(Stages._fields)))


def spells(held: Iterable[bytes]) -> Spells:
    """The spells strung together, in their order."""
    return Spells(*_columns(held, len(Spells._fields)))


def _columns(held: Iterable[bytes], width: int) -> Iterable[Seconds]:
    rows = np.frombuffer(b"".join(held), dtype=">i4").reshape(-1, width)
    return rows.T.astype(np.int32, order="C")


def letter(word: str) -> int:
    """The number by which a word is told where its first letter tells it from all others (SQL's ascii)."""
    return ord(word[0])


class Numbered:
    """A table by numbers that lie close together, as ids of a sequence do: a place each, the last for all others."""

    def __init__(self, numbers: npt.NDArray[np.integer]) -> None:
        first, last = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, -1)
        #: The number that has the first place, and how many places there are.
        self.first: Final = first
        self.size: Final = last - first + 2

    def places(self, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
        """The place of each number."""
        place = numbers.astype(np.intp) - self.first
        place[(place < 0) | (place >= self.size)] = self.size - 1
        return place


class Lookup:
    """What belongs to each number, as told packed: pairs of four bytes each, number and what belongs to it."""

    def __init__(self, held: bytes | None) -> None:
        self.numbers, belonging = np.frombuffer(held or b"", dtype=">i4").reshape(-1, 2).T.astype(np.int64)
        self.values, places = np.unique(belonging, return_inverse=True)
        self._numbered = Numbered(self.numbers)
        self._table = np.full(self._numbered.size, -1, dtype=np.intp)
        self._table[self._numbered.places(self.numbers)] = places

    def of(self, numbers: npt.NDArray[np.integer]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """Which of the numbers are known, and what belongs to those."""
        is_known, places = self.places(numbers)
        return is_known, self.values[places]

    def places(self, numbers: npt.NDArray[np.integer]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
        """Which of the numbers are known, and the places in ``values`` of what belongs to those."""
        found = self._table[self._numbered.places(numbers)]
        is_known = found >= 0
        return is_known, found if is_known.all() else found[is_known]
