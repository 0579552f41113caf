"""Rows of a file that are alike: in their number, or in all that is read of them but their number."""

import numpy as np
import pandas as pd


class Likeness:
    """Remembers eight bytes of each row and of each number while chunks pass by; two alike by chance are one in 10^7
    files of a million rows.
    """

    def __init__(self, id_column: str) -> None:
        self._id = id_column
        self._numbers: list[np.ndarray] = []
        self._rows: list[np.ndarray] = []

    def add(self, frame: pd.DataFrame) -> None:
        """The rows of a chunk (columns of text, NaN for empty); those without a number are passed over."""
        numbered = frame[frame[self._id].notna()]
        if numbered.empty:
            return
        numbers = pd.util.hash_pandas_object(numbered[self._id], index=False).to_numpy()
        others = pd.util.hash_pandas_object(numbered.drop(columns=self._id), index=False).to_numpy()
        self._numbers.append(numbers)
        self._rows.append(others)

    def found(self) -> tuple[int, int]:
        """How many rows repeat the number of an earlier one; how many with a number of their own repeat the rest."""
        if not self._numbers:
            return 0, 0
        numbers, rows = np.concatenate(self._numbers), np.concatenate(self._rows)
        first = np.unique(numbers, return_index=True)[1]
        return len(numbers) - len(first), len(first) - len(np.unique(rows[first]))
