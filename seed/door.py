"""The writers' side of the one door: open a batch, copy its rows in, seal it, have it absorbed.

What the rows mean and what becomes of them is decided inside the database (schema/objects/50_door.sql). Everything
here works on a raw psycopg2 connection of the writer role, in transactions of its own.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd
import psycopg2
import pyarrow as arrow
import pyarrow.compute
import pyarrow.csv as arrow_csv
import sqlalchemy as sa
from psycopg2 import extensions

#: A raw connection, as psycopg2.connect gives it.
Connection = extensions.connection

Mode = Literal["history", "live"]

#: Columns of app.inbox that a writer may fill, in the order of the table.
INBOX_COLUMNS: tuple[str, ...] = (
    *("source", "external_id", "event", "occurred_at", "recorded_at", "area_code", "kind", "type_code", "risk"),
    *("channel", "level", "department_code", "actor", "escalation_no", "ref_event", "ref_occurred_at", "field"),
    *("value", "due_at", "lon", "lat", "summary", "satisfaction", "party", "party_name", "party_phone", "address"),
    "original_text",
)
_WHOLE_NUMBERS = frozenset({"escalation_no", "satisfaction"})


@dataclass(frozen=True)
class BatchResult:
    """What became of the rows of a batch: the last five add up to rows_read."""

    batch_id: int
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_refused: int
    rows_parked: int


def connect(url: str) -> Connection:
    """A raw connection for a SQLAlchemy URL of the psycopg2 dialect."""
    parsed = sa.make_url(url)
    arguments = parsed.translate_connect_args(username="user", database="dbname")
    query = {key: value for key, value in parsed.query.items() if isinstance(value, str)}
    connection: Connection = psycopg2.connect(**{"connect_timeout": 10, **arguments, **query})
    return connection


def open_batch(
    connection: Connection,
    subdistrict_id: int,
    source: str,
    mode: Mode,
    *,
    file_name: str | None = None,
    file_sha256: str | None = None,
    mapping: str | None = None,
) -> int:
    """Open a batch and return its number. Raises psycopg2.Error with a sentence and a hint."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "select app.open_batch(%s, %s, %s, %s, %s, %s)",
            (subdistrict_id, source, mode, file_name, file_sha256, mapping),
        )
        return int(cursor.fetchone()[0])  # type: ignore[index]  # a function call always returns a row


def copy_rows(connection: Connection, batch_id: int, frame: pd.DataFrame, first_row_no: int = 1) -> int:
    """COPY inbox rows (columns: any of INBOX_COLUMNS, others ignored, plus row_no if given); returns their number."""
    if frame.empty:
        return 0
    columns = [column for column in INBOX_COLUMNS if column in frame.columns and frame[column].notna().any()]
    rows = frame[columns].copy(deep=False)
    for column in _WHOLE_NUMBERS.intersection(columns):
        rows[column] = rows[column].astype("Int64")  # a missing value has made floats of them
    numbers = frame["row_no"] if "row_no" in frame.columns else range(first_row_no, first_row_no + len(frame))
    rows.insert(0, "row_no", list(numbers))
    with connection, connection.cursor() as cursor:
        write_rows(cursor, batch_id, arrow.Table.from_pandas(rows, preserve_index=False))
    return len(rows)


def write_rows(cursor: extensions.cursor, batch_id: int, rows: arrow.Table | arrow.RecordBatch) -> None:
    """COPY inbox rows (columns: row_no and any of INBOX_COLUMNS) in the caller's transaction."""
    copy_table(cursor, "app.inbox", rows.append_column("batch_id", arrow.repeat(arrow.scalar(batch_id), len(rows))))


def copy_table(cursor: extensions.cursor, table: str, rows: arrow.Table | arrow.RecordBatch) -> None:
    """COPY rows into a table of ours that has columns of their names."""
    buffer = io.BytesIO()
    # Arrow writes a null as nothing and every text in quotes, which COPY reads as null and text
    arrow_csv.write_csv(_with_written_moments(rows), buffer, arrow_csv.WriteOptions(include_header=False))
    buffer.seek(0)
    cursor.copy_expert(f"copy {table} ({', '.join(rows.schema.names)}) from stdin with (format csv)", buffer, 1 << 16)


def _with_written_moments(rows: arrow.Table | arrow.RecordBatch) -> arrow.Table | arrow.RecordBatch:
    """The rows with moments as text of UTC: Arrow takes fifty times as long to write one with its zone."""
    for place, field in enumerate(rows.schema):
        if arrow.types.is_timestamp(field.type) and field.type.tz is not None:
            told = rows.column(place).cast(arrow.timestamp(field.type.unit)).cast(arrow.string())
            rows = rows.set_column(place, field.name, arrow.compute.binary_join_element_wise(told, "Z", ""))
    return rows


def seal(connection: Connection, batch_id: int) -> int:
    """Close a batch for writing; makes the months its rows need. Returns the number of rows."""
    with connection, connection.cursor() as cursor:
        cursor.execute("select app.seal(%s)", (batch_id,))
        return int(cursor.fetchone()[0])  # type: ignore[index]  # a function call always returns a row


def absorb(connection: Connection, batch_id: int, *, turn: Callable[[], object] | None = None) -> BatchResult:
    """Have a sealed batch taken in, in one transaction: all of it or nothing.

    ``turn`` returns when the batch's turn has come; until then a large batch of history is read already.
    """
    with connection, connection.cursor() as cursor:
        if turn is not None:
            cursor.execute("select app.read_ahead(%s)", (batch_id,))
            turn()
        cursor.execute(
            "select batch_id, rows_read, rows_new, rows_changed, rows_unchanged, rows_refused, rows_parked"
            " from app.absorb(%s)",
            (batch_id,),
        )
        return BatchResult(*cursor.fetchone())  # type: ignore[misc]  # a function call always returns a row


def revoke(connection: Connection, batch_id: int) -> int:
    """Append the reversal of an absorbed batch; returns the number of the batch that holds it."""
    with connection, connection.cursor() as cursor:
        cursor.execute("select app.revoke(%s)", (batch_id,))
        return int(cursor.fetchone()[0])  # type: ignore[index]  # a function call always returns a row


def heartbeat(
    connection: Connection, subdistrict_id: int, sources: Sequence[str], complete_through: datetime | None = None
) -> None:
    """Say that these sources are alive though they have nothing new, and through when they have handed in all.

    One transaction for each, as app.heartbeat wants it.
    """
    for source in sources:
        with connection, connection.cursor() as cursor:
            cursor.execute("select app.heartbeat(%s, %s, %s)", (subdistrict_id, source, complete_through))


def send(
    connection: Connection,
    subdistrict_id: int,
    source: str,
    frame: pd.DataFrame,
    mode: Mode,
    *,
    file_name: str | None = None,
    file_sha256: str | None = None,
    mapping: str | None = None,
) -> BatchResult:
    """Open, copy, seal, absorb."""
    batch_id = open_batch(
        connection, subdistrict_id, source, mode, file_name=file_name, file_sha256=file_sha256, mapping=mapping
    )
    copy_rows(connection, batch_id, frame)
    seal(connection, batch_id)
    return absorb(connection, batch_id)
