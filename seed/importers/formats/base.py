"""The reader contract: a file as frames of text cells, each row under its number in the file.

A format only yields rows of cells (``cells``); header checks, chunks and rows of the wrong width are the same for all.
"""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

CHUNK_ROWS = 20_000
MAX_COLUMNS = 1_000


class ImportFileError(ValueError):
    """The file as a whole cannot be read; the text names the file, where, and what to do."""


@dataclass(frozen=True)
class FileOptions:
    """How a file is written, where it does not say so itself."""

    encoding: str | None = None  # None: detected
    delimiter: str = ","
    sheet: str | None = None  # None: the first


@dataclass(frozen=True)
class BrokenRow:
    """A row that does not fit the header."""

    row: int  # number in the file, the header being row 1
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
    lines: list[list[str]]  # the same rows whole, as they stand in the file

    def whole(self, position: int) -> dict[str, str]:
        """The row at a position of the frame as header → cell, empty cells left out."""
        return {name: cell for name, cell in zip(self.header, self.lines[position], strict=True) if cell}


class Reader(ABC):
    """One file being read. Raises ImportFileError when it cannot be."""

    def __init__(self, path: Path, options: FileOptions) -> None:
        self.path = path
        self.options = options

    @abstractmethod
    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, the header first, each with its number in the file; cells as text, "" for none."""

    def chunks(self, columns: Sequence[str], rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The file in frames of at most ``rows`` rows; of its columns those named, all of which must be there."""
        source = self.cells()
        first = next(source, None)
        if first is None:
            raise ImportFileError(f"{self.path.name} holds no rows: not even a header")
        header = self._header(first[1])
        missing = [name for name in columns if name not in header]
        if missing:
            raise ImportFileError(
                f"{self.path.name} lacks the columns {', '.join(missing)} that the mapping names; it has"
                f" {', '.join(header)}"
            )
        while block := list(itertools.islice(source, rows)):
            yield _chunk(header, columns, block)

    def _header(self, row: list[str]) -> list[str]:
        header = [name.strip() for name in row]
        while header and not header[-1]:
            header.pop()
        if len(header) > MAX_COLUMNS:
            raise ImportFileError(f"{self.path.name} has {len(header)} columns; at most {MAX_COLUMNS} are read")
        twice = sorted({name for name in header if header.count(name) > 1})
        if twice:
            raise ImportFileError(f"{self.path.name} has several columns of the name {twice[0]!r}: rename all but one")
        return header


def _fit(row: list[str], width: int) -> list[str] | None:
    """The row as wide as the header; empty cells beyond it are dropped. None: it does not fit."""
    if len(row) > width and not any(row[width:]):
        return row[:width]
    return row if len(row) == width else None


def _chunk(header: list[str], columns: Sequence[str], block: list[tuple[int, list[str]]]) -> Chunk:
    numbers: list[int] = []
    lines: list[list[str]] = []
    broken: list[BrokenRow] = []
    for number, row in block:
        fitted = _fit(row, len(header))
        if fitted is None:
            detail = f"{len(row)} cells under a header of {len(header)}"
            broken.append(BrokenRow(number, "wrong_cell_count", detail, tuple(row)))
        else:
            numbers.append(number)
            lines.append(fitted)
    positions = {name: header.index(name) for name in columns}
    data = {
        name: pd.Series(pd.array([line[at] for line in lines], dtype="str")).str.strip()
        for name, at in positions.items()
    }
    frame = pd.DataFrame(data).set_index(pd.Index(numbers, name="row", dtype="int64"))
    return Chunk(frame, tuple(broken), tuple(header), lines)
