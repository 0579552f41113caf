"""Comma-separated text: UTF-8 with or without a byte order mark, UTF-16, or GB18030, found out by reading.

The csv module says what the cells are. Where a part of the file holds no quotation mark and every line of it has as
many cells as the header, lines and delimiters say the same: such a part is read by columns, in a tenth of the time.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TextIO

import numpy as np
import pyarrow as arrow
import pyarrow.compute
import pyarrow.csv as arrow_csv

from seed.importers.formats.base import (
    CHUNK_ROWS,
    MAX_CELL,
    MAX_ROW,
    BrokenRow,
    Chunk,
    ImportFileError,
    Reader,
    chunk_of_columns,
    chunks_of,
)
from seed.importers.formats.encoding import detect_encoding

# a cell may be as long as a row: what is too long for a cell is then refused alone, not with the rest of its file
csv.field_size_limit(MAX_ROW)

#: Characters that are looked at together.
_PART: Final = 1 << 21


class CsvReader(Reader):
    """A file of separated values with a header row."""

    def cells(self) -> Iterator[tuple[int, list[str]] | BrokenRow]:
        """Rows by the csv module; a row's number counts records, as a spreadsheet shows them."""
        with self._opened() as source:
            yield from source.rows()

    def chunks(self, columns: Sequence[str], rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The same in frames, part after part of the file."""
        with self._opened() as source:
            header = self.known_header(next(source.rows(), None), columns)
            while part := source.part():
                cells = _by_columns(part, len(header), self.options.delimiter)
                if cells is None:
                    yield from chunks_of(source.rows(part), header, columns, rows)
                    continue
                numbers = source.number + 1 + np.arange(len(cells[0]))
                source.number += len(numbers)
                cells, numbers = _not_blank(cells, numbers)
                for start in range(0, len(numbers), rows):
                    some = [column.slice(start, rows) for column in cells]
                    yield chunk_of_columns(header, columns, numbers[start : start + rows], some)

    @contextmanager
    def _opened(self) -> "Iterator[_Source]":
        encoding = self.options.encoding or detect_encoding(self.path)
        source = None
        try:
            with self.path.open(encoding=encoding, newline="") as stream:
                source = _Source(stream, self.options.delimiter)
                yield source
        except csv.Error as error:
            number = 1 if source is None else source.number + 1
            raise ImportFileError(f"{self.path.name}, row {number}: {error}") from error
        except _RowTooLong as error:
            number = 1 if source is None else source.number + 1
            raise ImportFileError(
                f"{self.path.name}, row {number} is longer than {MAX_ROW:,} characters: a quotation mark may be"
                " missing, or the file is no table",
                code="no_table",
            ) from error
        except (UnicodeError, LookupError) as error:
            raise ImportFileError(f"{self.path.name} is not text in {encoding}: {error}", code="not_text") from error


class _RowTooLong(Exception):  # noqa: N818 - how far it got is said by the reader
    """More characters than a row may have."""


class _Source:
    """The text of a file, taken by rows or by parts of whole lines."""

    def __init__(self, stream: TextIO, delimiter: str) -> None:
        self._stream = stream
        self._delimiter = delimiter
        self.number = 0  # of the last row that was taken

    def part(self) -> str:
        """The next lines, about so many characters as are looked at together; "" at the end of the file."""
        part = self._stream.read(_PART)
        if part and not part.endswith("\n"):
            part += self._stream.readline(MAX_ROW + 1)
        return part

    def rows(self, part: str | None = None) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, with their numbers: as far as the last one of a part goes, or all that are left."""
        lines = _Lines(io.StringIO(part or "", newline=""), self._stream)
        for row in csv.reader(lines, delimiter=self._delimiter):
            self.number += 1
            lines.taken = 0
            if any(row):
                yield self.number, row
            if part is not None and lines.is_part_over(part):
                return


class _Lines:
    """Lines of a text that are never longer than a row may be, however long they are in the file."""

    def __init__(self, part: io.StringIO, stream: TextIO) -> None:
        self._part = part
        self._stream = stream
        self.taken = 0  # characters since the last row was complete

    def __iter__(self) -> Iterator[str]:
        while line := self._part.readline(MAX_ROW + 1) or self._stream.readline(MAX_ROW + 1):
            self.taken += len(line)
            if self.taken > MAX_ROW:
                raise _RowTooLong
            yield line

    def is_part_over(self, part: str) -> bool:
        """Whether all of the part was taken."""
        return self._part.tell() >= len(part)


def _by_columns(part: str, width: int, delimiter: str) -> list[arrow.Array] | None:
    """The cells of a part that needs no csv module, column by column; None where it does need it."""
    is_plain = '"' not in part and "\0" not in part and part.count("\r") == part.count("\r\n")
    if not is_plain or len(part) > MAX_ROW or part.startswith("\ufeff") or not delimiter.isascii():
        return None
    names = [str(place) for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            arrow.BufferReader(part.encode()),
            arrow_csv.ReadOptions(use_threads=False, block_size=4 * MAX_ROW, column_names=names),
            arrow_csv.ParseOptions(
                delimiter=delimiter, quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, arrow.string()), strings_can_be_null=False),
        ).combine_chunks()
    except (UnicodeEncodeError, arrow.ArrowInvalid):
        return None
    cells = [column.chunk(0) for column in table.columns] if len(table) else []
    longest = max((arrow.compute.max(arrow.compute.binary_length(column)).as_py() for column in cells), default=None)
    return cells if longest is not None and longest <= MAX_CELL else None


def _not_blank(cells: list[arrow.Array], numbers: np.ndarray) -> tuple[list[arrow.Array], np.ndarray]:
    """The rows in which some cell is not empty."""
    is_blank = np.ones(len(numbers), dtype=bool)
    for column in cells:
        is_blank &= arrow.compute.equal(column, "").to_numpy(zero_copy_only=False)
        if not is_blank.any():
            return cells, numbers
    return [column.filter(arrow.array(~is_blank)) for column in cells], numbers[~is_blank]
