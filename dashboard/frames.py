"""Owns how a frame is walked: row by row, fields by name."""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """The frame's rows as named tuples, without the index."""
    return iter(frame.itertuples(index=False))
