"""Comma-separated text: UTF-8 with or without a byte order mark, UTF-16, or GB18030, found out by reading."""

import csv
from collections.abc import Iterator
from typing import TextIO

from seed.importers.formats.base import MAX_ROW, BrokenRow, ImportFileError, Reader
from seed.importers.formats.encoding import detect_encoding

# a cell may be as long as a row: what is too long for a cell is then refused alone, not with the rest of its file
csv.field_size_limit(MAX_ROW)


class CsvReader(Reader):
    """A file of separated values with a header row."""

    def cells(self) -> Iterator[tuple[int, list[str]] | BrokenRow]:
        """Rows by the csv module; a row's number counts records, as a spreadsheet shows them."""
        encoding = self.options.encoding or detect_encoding(self.path)
        number = 0
        try:
            with self.path.open(encoding=encoding, newline="") as stream:
                lines = _Lines(stream)
                for number, row in enumerate(csv.reader(lines, delimiter=self.options.delimiter), start=1):
                    lines.taken = 0
                    if any(row):
                        yield number, row
        except csv.Error as error:
            raise ImportFileError(f"{self.path.name}, row {number + 1}: {error}") from error
        except _RowTooLong as error:
            raise ImportFileError(
                f"{self.path.name}, row {number + 1} is longer than {MAX_ROW:,} characters: a quotation mark may be"
                " missing, or the file is no table",
                code="no_table",
            ) from error
        except (UnicodeError, LookupError) as error:
            raise ImportFileError(f"{self.path.name} is not text in {encoding}: {error}", code="not_text") from error


class _RowTooLong(Exception):  # noqa: N818 - how far it got is said by the reader
    """More characters than a row may have."""


class _Lines:
    """Lines of a text that are never longer than a row may be, however long they are in the file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.taken = 0  # characters since the last row was complete

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(MAX_ROW + 1):
            self.taken += len(line)
            if self.taken > MAX_ROW:
                raise _RowTooLong
            yield line
