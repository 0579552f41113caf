"""Words by which areas, matters and departments are known, where they are longer than any index can hold."""

from typing import Final

import pandas as pd

from seed.importers.mapping import Mapping

#: Characters of such a word: as many as the door takes of a case's number.
LONGEST_WORD: Final = 200


def without_long_words(frame: pd.DataFrame, mapping: Mapping) -> tuple[pd.DataFrame, pd.Series]:
    """The frame with them empty, and of each row that has some the column of the first."""
    parts = (*mapping.place.levels, mapping.types.line, mapping.types.matter, mapping.department)
    columns = list(dict.fromkeys(column for part in parts if part is not None for column in part.columns))
    is_long = frame[columns].apply(lambda cells: cells.str.len() > LONGEST_WORD)
    rows = is_long.any(axis=1)
    if not rows.any():
        return frame, pd.Series(dtype="object")
    return frame.assign(**{name: frame[name].mask(is_long[name]) for name in columns}), is_long[rows].idxmax(axis=1)
