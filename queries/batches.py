"""Batches: what came in lately, and what of it was refused and why."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

NEWEST: Final[Shape] = shape(
    batch_id=Type.INTEGER,
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    mode=Type.TEXT,
    file_name=Type.TEXT,
    recorded_at=Type.MOMENT,
    rows_read=(Type.INTEGER, "rows"),
    rows_new=(Type.INTEGER, "rows"),
    rows_changed=(Type.INTEGER, "rows"),
    rows_unchanged=(Type.INTEGER, "rows"),
    rows_refused=(Type.INTEGER, "rows"),
    rows_parked=(Type.INTEGER, "rows"),
)
REFUSED: Final[Shape] = shape(
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    reason=Type.TEXT,
    column_name=Type.TEXT,
    refused_rows=(Type.INTEGER, "rows"),
    last_at=Type.MOMENT,
)
REFUSED_ROWS: Final[Shape] = shape(
    batch_id=Type.INTEGER,
    row_no=Type.INTEGER,
    file_row=(Type.INTEGER_OR_NONE, "its number in the file; none where it came from no file"),
    reason=Type.TEXT,
    column_name=Type.TEXT,
    detail=Type.TEXT,
    header=(Type.JSON, "columns of the file"),
    cells=(Type.JSON, "what stood below them, masked"),
    told=(Type.JSON, "what was handed in, by columns of the inbox, masked"),
    refused_at=Type.MOMENT,
)


def newest(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per batch (NEWEST), the newest twelve."""
    return ask(connection, "batches", "newest", NEWEST, filter.parameters())


def refused(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source and reason (REFUSED) of the last seven days."""
    return ask(connection, "batches", "refused", REFUSED, filter.parameters())


def refused_rows(connection: Connection, filter: Filter, batch_id: int | None, rows: int = 10_000) -> pd.DataFrame:
    """One row per refused row (REFUSED_ROWS) of a batch, or of all; masked: whole ones are the owner's."""
    given = {**filter.parameters(), "batch_id": batch_id, "rows": rows}
    return ask(connection, "batches", "refused_rows", REFUSED_ROWS, given)
