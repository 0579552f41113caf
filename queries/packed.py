"""Moments as the store packs them: thousands in one value, read here by one step (app.packed_moment)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

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


class Lookup:
    """What belongs to each number, as told packed: pairs of four bytes each, number and what belongs to it."""

    def __init__(self, held: bytes | None) -> None:
        keys, values = np.frombuffer(held or b"", dtype=">i4").reshape(-1, 2).T.astype(np.int64)
        in_order = np.argsort(keys)
        self.numbers = keys[in_order]
        self.values, self._places = np.unique(values[in_order], return_inverse=True)

    def of(self, numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """Which of the numbers are known, and what belongs to those."""
        is_known, places = self.places(numbers)
        return is_known, self.values[places]

    def places(self, numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
        """Which of the numbers are known, and the places in ``values`` of what belongs to those."""
        number, distinct = pd.factorize(numbers)  # far fewer than numbers: these are looked for
        is_known = np.isin(distinct, self.numbers)
        found = np.zeros(len(distinct), dtype=np.intp)
        found[is_known] = self._places[np.searchsorted(self.numbers, distinct[is_known])]
        is_known = is_known[number]
        return is_known, found[number] if is_known.all() else found[number[is_known]]
