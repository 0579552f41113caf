"""Refused rows of a file, once the door has judged: kept whole with the file's own reason, row and column."""

from collections.abc import Mapping as Columns
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import sqlalchemy as sa

from seed import door
from seed.importers.findings import Refusal
from seed.importers.mapping import Mapping
from seed.importers.raw import RawRows
from seed.importers.rows import SHOWN_REFUSALS

_SQL = Path(__file__).parents[1] / "sql"


def keep_whole(connection: sa.Connection, cursor: Any, batch_id: int, mapping: Mapping, raw: RawRows) -> None:
    """Give each refused row of the batch its cells, one reject to a row of the file, in the caller's transaction."""
    numbers = connection.scalars(
        sa.text("select distinct row_no / app.per_file_row() from app.import_rejects where batch_id = :id order by 1"),
        {"id": batch_id},
    ).all()
    if not numbers:
        return
    cursor.execute("create temporary table refused_cells (file_row integer, cells text[]) on commit drop")
    for rows in raw.of(np.array(numbers)):
        door.copy_table(cursor, "refused_cells", _as_arrays(rows))
    columns = file_columns(mapping)
    connection.execute(
        sa.text((_SQL / "keep_refused.sql").read_text(encoding="utf-8")),
        {
            "batch_id": batch_id,
            "inbox_columns": list(columns),
            "file_columns": list(columns.values()),
        },
    )
    connection.execute(
        sa.text("update app.import_batches set file_header = :header, shown_columns = :shown where batch_id = :id"),
        {"id": batch_id, "header": list(raw.header), "shown": shown_columns(mapping)},
    )


def mark_tried(connection: sa.Connection, batch_id: int) -> int:
    """Say of earlier refused rows that this batch has brought them again, and whether they got in; how many did."""
    marked = connection.execute(sa.text((_SQL / "mark_tried.sql").read_text(encoding="utf-8")), {"batch_id": batch_id})
    return sum(bool(row.got_in) for row in marked)


def reasons(connection: sa.Connection, batch_id: int) -> dict[str, int]:
    """Refused rows by reason, the most frequent first."""
    rows = connection.execute(
        sa.text(
            "select reason, count(*) as rows from app.import_rejects where batch_id = :id"
            " group by reason order by rows desc, reason"
        ),
        {"id": batch_id},
    )
    return {row.reason: row.rows for row in rows}


def first(connection: sa.Connection, batch_id: int) -> tuple[Refusal, ...]:
    """The first refused rows by row of the file."""
    rows = connection.execute(
        sa.text(
            "select file_row, file_column, reason, detail from app.import_rejects"
            " where batch_id = :id order by row_no limit :most"
        ),
        {"id": batch_id, "most": SHOWN_REFUSALS},
    )
    return tuple(Refusal(row.file_row, row.file_column, row.reason, row.detail) for row in rows)


def file_columns(mapping: Mapping) -> Columns[str, str]:
    """Column of the inbox, of an end with its event before it → the column of the file that it comes from."""
    named: dict[str, str | None] = {
        "external_id": mapping.case.external_id,
        "occurred_at": mapping.times.reported,
        "due_at": mapping.times.due,
        "area_code": mapping.place.levels[-1].key if mapping.place.levels else None,
        "type_code": mapping.types.matter.key,
        "channel": mapping.channel.column,
        "department_code": mapping.department.key if mapping.department else None,
        "event": mapping.status.column if mapping.status else None,
        "lon": mapping.coordinates.lon if mapping.coordinates else None,
        **mapping.personal.columns(),
    }
    for rule in mapping.status.values.values() if mapping.status else ():
        named.setdefault(f"{rule.event}.occurred_at", rule.at)
    return {inbox: column for inbox, column in named.items() if column is not None}


def shown_columns(mapping: Mapping) -> list[str]:
    """Columns whose cells a screen may show, masked: named by the mapping and not personal."""
    personal = set(mapping.personal.columns().values())
    return [column for column in mapping.columns() if column not in personal]


def _as_arrays(rows: Any) -> Any:
    """The cells in the form in which Postgres reads arrays."""
    return arrow.table(
        {"file_row": rows.column("file_row"), "cells": [_array(row) for row in rows.column("cells").to_pylist()]}
    )


def _array(cells: list[str]) -> str:
    # a null character is what no store of text can hold: a sign for it stands in its place
    cells = [cell.replace("\0", "\N{SYMBOL FOR NULL}") for cell in cells]
    quoted = ('"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"' for cell in cells)
    return "{" + ",".join(quoted) + "}"
