"""Asks a figure twice, from the roll-up and from the cases, and reads its rows by key."""

from typing import Any, Protocol

import pandas as pd
from sqlalchemy import Connection

from queries.figure import By
from queries.filters import Filter


class Rolled(Protocol):
    """A figure that can be read from the roll-up or counted from the cases."""

    def __call__(
        self,
        connection: Connection,
        filter: Filter,
        by: By = ...,
        *,
        unit_level: str | None = ...,
        use_rollup: bool = ...,
    ) -> pd.DataFrame: ...


def by_key(frame: pd.DataFrame) -> dict[str | None, tuple[Any, ...]]:
    """The other columns of each row by its key, None for the total."""
    rows = frame.astype(object).to_numpy().tolist()
    return {key if isinstance(key, str) else None: tuple(values) for key, *values in rows}


def asked_twice(
    figure: Rolled, connection: Connection, asked: Filter, by: By = By.TOTAL, unit_level: str | None = None
) -> dict[str | None, tuple[Any, ...]]:
    """The answer by key; both ways must give the same."""
    rolled_up, counted = (
        figure(connection, asked, by, unit_level=unit_level, use_rollup=use_rollup) for use_rollup in (True, False)
    )
    pd.testing.assert_frame_equal(rolled_up, counted)
    return by_key(counted)
