"""Owns how a frame is walked: row by row, fields by name."""

from collections import namedtuple
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)  # the fields are the frame's, known only here


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """The frame's rows as named tuples, without the index.

    What `itertuples` gives, at a fraction of its time for frames of many columns and few rows.
    """
    names = tuple(frame.columns)
    return map(_row(names)._make, zip(*(frame[name].tolist() for name in names), strict=True))
