"""Mapped rows on their way to the door: written to a temporary file, so that a big export needs little memory."""

import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO

import pandas as pd
import pyarrow as arrow

_TEXT = arrow.string()
_MOMENT = arrow.timestamp("us", tz="UTC")
#: Columns of inbox rows as an importer makes them: those of seed.door.INBOX_COLUMNS that it fills, and the row number.
SCHEMA = arrow.schema(
    [
        ("row_no", arrow.int64()),
        ("external_id", _TEXT),
        ("event", _TEXT),
        ("occurred_at", _MOMENT),
        ("recorded_at", _MOMENT),
        *((name, _TEXT) for name in ("area_code", "kind", "type_code", "risk", "channel", "level", "department_code")),
        ("ref_occurred_at", _MOMENT),
        ("field", _TEXT),
        ("value", _TEXT),
        ("due_at", _MOMENT),
        ("lon", arrow.float64()),
        ("lat", arrow.float64()),
        ("summary", _TEXT),
        *((name, _TEXT) for name in ("party", "party_name", "party_phone", "address", "original_text")),
    ]
)


class Spool:
    """Rows written once and read as often as needed. Closing it removes the file."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="import-")  # noqa: SIM115 - closed by close()
        options = arrow.ipc.IpcWriteOptions(compression="lz4")
        self._writer = arrow.ipc.new_stream(self._file, SCHEMA, options=options)
        self.rows = 0

    def write(self, rows: pd.DataFrame) -> arrow.Table:
        """Append inbox rows and return them as written; columns that are not there are empty."""
        columns = [
            arrow.array(rows[field.name], type=field.type, from_pandas=True)
            if field.name in rows and rows[field.name].notna().any()
            else arrow.nulls(len(rows), field.type)
            for field in SCHEMA
        ]
        written = arrow.table(columns, schema=SCHEMA)
        self._writer.write_table(written)
        self.rows += len(rows)
        return written

    def batches(self) -> Iterator[arrow.RecordBatch]:
        """What was written, in the same portions. No more can be written afterwards."""
        self._writer.close()
        self._file.seek(0)
        with arrow.ipc.open_stream(self._file) as reader:
            yield from reader

    def frames(self) -> Iterator[pd.DataFrame]:
        """The same as frames."""
        for batch in self.batches():
            yield batch.to_pandas()

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
