"""The reader contract: a file as frames of text cells, each row under its number in the file.

A format only yields rows of cells (``cells``); header checks, chunks, rows of the wrong width and rows that no store
can hold are the same for all. However a file is written, no more than a bounded part of it is in memory at a time.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as arrow

from seed.faults import Fault

CHUNK_ROWS = 20_000
MAX_COLUMNS = 1_000
#: Characters of one cell; a row with a longer one is refused.
MAX_CELL: Final = 100_000
#: Characters (bytes where a format is read as bytes) of one row; a file with a longer one is refused as a whole.
MAX_ROW: Final = 4_000_000
#: Characters of a chunk: one that holds more ends before its number of rows.
CHUNK_CHARACTERS: Final = 32_000_000


class ImportFileError(Fault, ValueError):
    """The file as a whole cannot be read; the text names the file, where, and what to do."""


@dataclass(frozen=True)
class FileOptions:
    """How a file is written, where it does not say so itself."""

    encoding: str | None = None  # None: detected
    delimiter: str = ","
    sheet: str | None = None  # None: the first
    records: str | None = None  # JSON: the key under which the list of rows stands; None: the only one that is a list
    may_lack: tuple[str, ...] = ()  # columns that a file may be without: their cells are empty then


@dataclass(frozen=True)
class BrokenRow:
    """A row that does not fit the header, or that cannot be kept as it is."""

    row: int  # number in the file, the header being row 1; of formats without a header the first row is 1
    reason: str
    detail: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Chunk:
    """Some rows of the file.

    ``frame``: one column of text per column asked for, spaces around cells gone; index: the row's number in the file.
    """

    frame: pd.DataFrame
    broken: tuple[BrokenRow, ...]
    header: tuple[str, ...]
    cells: arrow.ListArray  # the same rows whole, as they stand in the file

    @property
    def lines(self) -> list[list[str]]:
        """The cells as lists."""
        lines: list[list[str]] = self.cells.to_pylist()
        return lines

    def whole(self, position: int) -> dict[str, str]:
        """The row at a position of the frame as header → cell, empty cells left out."""
        return {name: cell for name, cell in zip(self.header, self.cells[position].as_py(), strict=True) if cell}


class Reader(ABC):
    """One file being read. Raises ImportFileError when it cannot be."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self.path = path
        self.options = options

    @abstractmethod
    def cells(self) -> Iterator[tuple[int, list[str]] | BrokenRow]:
        """Rows that are not blank, the header first, each with its number in the file; cells as text, "" for none.

        A row that the format itself cannot read is a BrokenRow, and the rows after it go on.
        """

    def header(self) -> tuple[str, ...]:
        """The names of the columns alone."""
        first = next(self.cells(), None)
        if first is None or isinstance(first, BrokenRow):
            raise ImportFileError(f"{self.path.name} holds no rows: not even a header", code="no_rows")
        return tuple(self._header(first[1]))

    def chunks(self, columns: Sequence[str], rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The file in frames of at most ``rows`` rows; of its columns those named, all of which must be there."""
        source = self.cells()
        header = self.known_header(next(source, None), columns)
        yield from chunks_of(source, header, columns, rows)

    def known_header(self, first: tuple[int, list[str]] | BrokenRow | None, columns: Sequence[str]) -> list[str]:
        """The names of the columns by the first row. Raises ImportFileError where one of those named is not there."""
        if first is None or isinstance(first, BrokenRow):
            raise ImportFileError(f"{self.path.name} holds no rows: not even a header", code="no_rows")
        header = self._header(first[1])
        missing = [name for name in columns if name not in header and name not in self.options.may_lack]
        if missing:
            raise ImportFileError(
                f"{self.path.name} lacks the columns {_shown(missing)} that the mapping names; it has {_shown(header)}",
                code="missing_columns",
                columns=_shown(missing),
            )
        return header

    def _header(self, row: list[str]) -> list[str]:
        header = [name.strip() for name in row]
        while header and not header[-1]:
            header.pop()
        if len(header) > MAX_COLUMNS:
            raise ImportFileError(f"{self.path.name} has {len(header)} columns; at most {MAX_COLUMNS} are read")
        for name in header:
            if len(name) > MAX_CELL or _unwritable(name):
                raise ImportFileError(f"{self.path.name} has a column whose name cannot be read: {name[:40]!a}")
        twice = sorted({name for name in header if header.count(name) > 1})
        if twice:
            raise ImportFileError(f"{self.path.name} has several columns of the name {twice[0]!r}: rename all but one")
        return header


Block = list[tuple[int, list[str]] | BrokenRow]


def chunks_of(
    source: Iterator[tuple[int, list[str]] | BrokenRow], header: list[str], columns: Sequence[str], rows: int
) -> Iterator[Chunk]:
    """Rows of cells in frames of at most ``rows`` rows."""
    for block in _blocks(source, rows):
        yield _chunk(header, columns, block)


def chunk_of_columns(
    header: list[str], columns: Sequence[str], numbers: np.ndarray, cells: Sequence[arrow.Array]
) -> Chunk:
    """The frame of rows that all fit the header, given by its columns. ``numbers``: theirs in the file."""
    width, length = len(header), len(numbers)
    told = dict(zip(header, cells, strict=True))
    nothing = arrow.array([""] * length, arrow.string())
    # by rows again: the cells of one row lie as far apart as there are rows
    by_rows = np.arange(width * length).reshape(width, length).T.ravel()
    whole = arrow.ListArray.from_arrays(
        arrow.array(np.arange(0, width * length + 1, width), arrow.int32()), arrow.concat_arrays(cells).take(by_rows)
    )
    return Chunk(_frame(numbers, {name: told.get(name, nothing) for name in columns}), (), tuple(header), whole)


def _frame(numbers: Sequence[int] | np.ndarray, cells: dict[str, arrow.Array]) -> pd.DataFrame:
    """Columns of text without the spaces around it, by the rows' numbers in the file."""
    data = {name: pd.Series(pd.array(column, dtype="str")).str.strip() for name, column in cells.items()}
    return pd.DataFrame(data).set_index(pd.Index(np.asarray(numbers, dtype="int64"), name="row"))


def listed(rows: Sequence[Sequence[str]]) -> arrow.ListArray:
    """Lists of text; what no store of text can hold (half of a pair of surrogates) is written as a question mark."""
    try:
        return arrow.array(rows, arrow.list_(arrow.string()))
    except UnicodeEncodeError:
        clean = [[cell.encode(errors="replace").decode() for cell in row] for row in rows]
        return arrow.array(clean, arrow.list_(arrow.string()))


def _blocks(source: Iterator[tuple[int, list[str]] | BrokenRow], rows: int) -> Iterator[Block]:
    block: Block = []
    characters = 0
    for row in source:
        block.append(row)
        cells = row.cells if isinstance(row, BrokenRow) else row[1]
        characters += sum(map(len, cells)) + 8 * len(cells)
        if len(block) >= rows or characters > CHUNK_CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block


def _shown(names: Sequence[str]) -> str:
    most = 60
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(name[:100] for name in names[:most]) + more


def _fit(row: list[str], width: int) -> list[str] | None:
    """The row as wide as the header; empty cells beyond it are dropped. None: it does not fit."""
    if len(row) > width and not any(row[width:]):
        return row[:width]
    return row if len(row) == width else None


def _unwritable(text: str) -> bool:
    """Whether a text holds what no store of text can: a null character, or half of a pair of surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\0" in text


def _kept(row: BrokenRow) -> BrokenRow:
    """The row as it can be kept: characters that no store can hold are written out as their numbers."""

    def written_out(text: str) -> str:
        return text.encode(errors="backslashreplace").decode().replace("\0", "\\x00")

    return BrokenRow(row.row, row.reason, written_out(row.detail), tuple(map(written_out, row.cells)))


def _fault(row: list[str], width: int) -> tuple[str, str] | None:
    """Reason and detail of a row that cannot be taken as it is."""
    if len(row) != width:
        return "wrong_cell_count", f"{len(row)} cells under a header of {width}"
    longest = max(map(len, row), default=0)
    if longest > MAX_CELL:
        return "cell_too_long", f"{longest:,} characters in one cell"
    for cell in row:
        if _unwritable(cell):
            return "unwritable_character", ascii(cell)[:80]
    return None


def _chunk(header: list[str], columns: Sequence[str], block: Block) -> Chunk:
    numbers: list[int] = []
    lines: list[list[str]] = []
    broken: list[BrokenRow] = []
    # looked for in all at once: files that hold such characters are rare
    is_writable = not _unwritable("".join("".join(row[1]) for row in block if not isinstance(row, BrokenRow)))
    for row in block:
        if isinstance(row, BrokenRow):
            broken.append(_kept(row))
            continue
        number, cells = row
        fitted = _fit(cells, len(header))
        if fitted is not None and is_writable and max(map(len, fitted), default=0) <= MAX_CELL:
            fault = None
        else:
            fault = _fault(fitted or cells, len(header))
        if fault is None and fitted is not None:
            numbers.append(number)
            lines.append(fitted)
        elif fault is not None:
            broken.append(_kept(BrokenRow(number, *fault, tuple(cells))))
    positions = {name: header.index(name) for name in columns if name in header}
    nothing = [""] * len(lines)
    told = {
        name: arrow.array([line[positions[name]] for line in lines] if name in positions else nothing, arrow.string())
        for name in columns
    }
    return Chunk(_frame(numbers, told), tuple(broken), tuple(header), listed(lines))
