"""Workbooks: text, numbers and true dates mixed in one column; read as a stream, values only.

A true date becomes ISO text (``2018-04-12 11:11:26``), which every mapping's times accept beside their own forms. Of a
formula its last value is read; a row with one that was never calculated is refused.
"""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, Final

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from seed.importers.formats.base import MAX_COLUMNS, BrokenRow, ImportFileError, Reader
from seed.importers.formats.xml_file import Metered

# what the library finds odd about a workbook (its styles, a date beyond all dates) is no concern of the clerk's
warnings.filterwarnings("ignore", module="openpyxl")

#: A workbook is a zip: bigger than this unpacked, or packed harder than this, it is refused before it is opened.
_MAX_UNPACKED: Final = 4 << 30
_MAX_RATIO: Final = 500
#: Parts that are held in memory as a whole: the texts that cells share, and each of the small ones.
_MAX_TEXTS: Final = 128 << 20
_MAX_PART: Final = 16 << 20
#: Where the rows of a sheet begin at the latest.
_MAX_HEAD: Final = 1 << 20
_STREAMED: Final = ("xl/worksheets/", "xl/media/", "xl/drawings/", "xl/pivotCache/", "xl/calcChain.xml")
_NOT_CALCULATED: Final = object()


class XlsxReader(Reader):
    """One sheet of a workbook, its first row the header."""

    def cells(self) -> Iterator[tuple[int, list[str]] | BrokenRow]:
        """Rows of the sheet that are not blank."""
        self._refuse_bombs()
        try:
            book = _Book(self.path)
        # whatever a damaged workbook makes the library raise, it is the file that is wrong
        except Exception as error:
            raise ImportFileError(
                f"{self.path.name} is not a workbook that can be read: {_said(error)}", code="not_xlsx"
            ) from error
        with book.archive:
            part = self._part(book)
            try:
                with book.archive.open(part) as source:
                    yield from self._rows(book, source)
            except ImportFileError:
                raise
            except Exception as error:
                raise ImportFileError(f"{self.path.name}: its sheet cannot be read: {_said(error)}") from error

    def _part(self, book: "_Book") -> str:
        """The part of the zip that holds the sheet."""
        if not book.sheets:
            raise ImportFileError(f"{self.path.name} has no sheet of rows")
        name = self.options.sheet or next(iter(book.sheets))
        if name not in book.sheets:
            raise ImportFileError(f"{self.path.name} has no sheet {name!r}; its sheets are {', '.join(book.sheets)}")
        return book.sheets[name]

    def _rows(self, book: "_Book", source: IO[bytes]) -> Iterator[tuple[int, list[str]] | BrokenRow]:
        metered = Metered(source, self.path.name)
        parser = _Parser(
            metered,
            book.texts,
            data_only=True,
            epoch=book.workbook.epoch,
            date_formats=book.workbook._date_formats,
            timedelta_formats=book.workbook._timedelta_formats,
        )
        width: int | None = None
        for number, row in parser.parse():
            metered.taken = 0
            parser.row_dimensions.clear()
            texts, uncalculated = _texts(row)
            if uncalculated:
                yield BrokenRow(number, "formula_not_calculated", f"in column {uncalculated}", tuple(texts))
            elif any(texts):
                width = width or len(texts)
                # cells left out at the end of a row are empty ones
                yield number, texts + [""] * (width - len(texts))

    def _refuse_bombs(self) -> None:
        try:
            with zipfile.ZipFile(self.path) as archive:
                why = _bomb(archive)
        except Exception as error:
            raise ImportFileError(
                f"{self.path.name} is not a workbook (xlsx): {_said(error)}", code="not_xlsx"
            ) from error
        if why:
            raise ImportFileError(f"{self.path.name} {why}: not read", code="swells")


class _Book:
    """What rows need of a workbook. Its sheets are not opened: the library would read each to its end to size it."""

    def __init__(self, path: Path) -> None:
        reader = ExcelReader(path, read_only=True, data_only=True, keep_links=False)
        self.archive: zipfile.ZipFile = reader.archive
        try:
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            self.workbook: Any = reader.wb
            self.texts: Any = reader.shared_strings
            self.sheets: dict[str, str] = {
                sheet.name: relation.target
                for sheet, relation in reader.parser.find_sheets()
                if relation.target in reader.valid_files and "chartsheet" not in relation.Type
            }
        except BaseException:
            self.archive.close()
            raise


class _Parser(WorkSheetParser):
    """Marks formulas that have no value: a library that writes workbooks leaves them so."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """The cell as the library reads it, its value perhaps marked."""
        cell = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            cell["value"] = _NOT_CALCULATED
        return cell


def _bomb(archive: zipfile.ZipFile) -> str:
    """Why a zip is not to be unpacked; "" where it may be."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > _MAX_UNPACKED or unpacked / packed > _MAX_RATIO:
        return f"would unpack to {unpacked:,} bytes"
    for part in parts:
        if part.file_size > _most(part.filename):
            return f"holds {part.filename} of {part.file_size:,} bytes"
        if part.filename.startswith("xl/worksheets/") and part.file_size > _MAX_HEAD:
            with archive.open(part) as sheet:
                if b"sheetData" not in sheet.read(_MAX_HEAD):
                    return f"holds {part.filename} without rows"
    return ""


def _most(part: str) -> int:
    """How big a part of a workbook may be."""
    if part.startswith(_STREAMED):
        return _MAX_UNPACKED
    return _MAX_TEXTS if part.endswith("haredStrings.xml") else _MAX_PART


def _said(error: Exception) -> str:
    """The first line of what an error says."""
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _texts(row: list[dict[str, Any]]) -> tuple[list[str], int]:
    """The cells of a row as texts by column, as many as are read; and the first column of a formula without a value."""
    texts: list[str] = []
    uncalculated = 0
    for cell in row:
        column = cell["column"]
        if column > MAX_COLUMNS:
            column = MAX_COLUMNS + 1
        texts.extend([""] * (column - len(texts)))
        if cell["value"] is _NOT_CALCULATED:
            uncalculated = uncalculated or column
        else:
            texts[column - 1] = _text(cell["value"])
    return texts, uncalculated


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
