"""Workbooks: text, numbers and true dates mixed in one column; read as a stream, values only.

A true date becomes ISO text (``2018-04-12 11:11:26``), which every mapping's times accept beside their own forms.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from seed.importers.formats.base import MAX_COLUMNS, ImportFileError, Reader

#: A workbook is a zip: bigger than this unpacked, or packed harder than this, it is refused before it is opened.
_MAX_UNPACKED = 4 << 30
_MAX_RATIO = 500


class XlsxReader(Reader):
    """One sheet of a workbook, its first row the header."""

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """Rows of the sheet that are not blank."""
        self._refuse_bombs()
        try:
            workbook = load_workbook(self.path, read_only=True, data_only=True)
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
            raise ImportFileError(f"{self.path.name} is not a workbook that can be read: {error}") from error
        try:
            names = workbook.sheetnames
            if self.options.sheet is not None and self.options.sheet not in names:
                raise ImportFileError(
                    f"{self.path.name} has no sheet {self.options.sheet!r}; its sheets are {', '.join(names)}"
                )
            sheet = workbook[self.options.sheet or names[0]]
            # some writers state an extent of A1 whatever the sheet holds
            sheet.reset_dimensions()
            width: int | None = None
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                texts = [_text(value) for value in row[: MAX_COLUMNS + 1]]
                if not any(texts):
                    continue
                width = width or len(texts)
                # cells left out at the end of a row are empty ones
                yield number, texts + [""] * (width - len(texts))
        finally:
            workbook.close()

    def _refuse_bombs(self) -> None:
        try:
            with zipfile.ZipFile(self.path) as archive:
                parts = archive.infolist()
        except (OSError, zipfile.BadZipFile) as error:
            raise ImportFileError(f"{self.path.name} is not a workbook (xlsx): {error}") from error
        unpacked = sum(part.file_size for part in parts)
        packed = max(1, sum(part.compress_size for part in parts))
        if unpacked > _MAX_UNPACKED or unpacked / packed > _MAX_RATIO:
            raise ImportFileError(f"{self.path.name} would unpack to {unpacked:,} bytes: not read")


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
