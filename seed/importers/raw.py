"""The rows of a file as they stand in it, on disk beside the mapped ones, so that refused rows can be kept whole."""

import tempfile
from collections.abc import Iterator
from typing import IO

import numpy as np
import pyarrow as arrow

from seed.importers.formats.base import Chunk, listed

_SCHEMA = arrow.schema([("file_row", arrow.int32()), ("cells", arrow.list_(arrow.string()))])


class RawRows:
    """Rows written once, by their number in the file; some of them read again. Closing it removes the file."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="import-")  # noqa: SIM115 - closed by close()
        options = arrow.ipc.IpcWriteOptions(compression="lz4")
        self._writer = arrow.ipc.new_stream(self._file, _SCHEMA, options=options)
        self.header: tuple[str, ...] = ()

    def write(self, chunk: Chunk) -> None:
        """Append the rows of a chunk, those that do not fit the header included."""
        self.header = self.header or chunk.header
        self._append(chunk.frame.index.to_numpy(), chunk.cells)
        if chunk.broken:
            self._append(np.array([row.row for row in chunk.broken]), listed([row.cells for row in chunk.broken]))

    def _append(self, numbers: np.ndarray, cells: arrow.ListArray) -> None:
        self._writer.write_table(arrow.table([arrow.array(numbers, arrow.int32()), cells], schema=_SCHEMA))

    def of(self, file_rows: np.ndarray) -> Iterator[arrow.RecordBatch]:
        """The rows of these numbers (sorted), in portions: file_row, cells. No more can be written afterwards."""
        self._writer.close()
        self._file.seek(0)
        with arrow.ipc.open_stream(self._file) as reader:
            for batch in reader:
                numbers = batch.column("file_row").to_numpy()
                is_wanted = np.isin(numbers, file_rows, kind="sort")
                if is_wanted.any():
                    yield batch.filter(arrow.array(is_wanted))

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
