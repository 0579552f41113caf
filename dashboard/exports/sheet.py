"""A table as a file: CSV that spreadsheets open with Chinese in it, or a workbook with typed cells."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from xlsxwriter import Workbook

#: Beginnings that a spreadsheet would take for a formula; text that has one is kept as text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST: Final = 60
#: Characters that the name of a worksheet may not have, and how many it may have.
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME: Final = 31
#: Rows by which the width of a column is chosen.
_MEASURED: Final = 200


@dataclass(frozen=True)
class Sheet:
    """A table by its columns' heads; all columns have the same length.

    Numbers stay numbers, missing ones are None or NaN; moments are given in local time. ``rates``: heads of columns of
    fractions, shown as percentages. ``notes``: what the table is of, as of when, in sentences; they go with it.
    """

    title: str
    columns: Mapping[str, Sequence[Any]]
    notes: Sequence[str] = ()
    rates: frozenset[str] = field(default_factory=frozenset)

    def csv(self) -> bytes:
        """UTF-8 with its mark, so that spreadsheets read Chinese; the notes stand below the rows."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([_text(value) for value in row] for row in self._rows())
        if self.notes:
            writer.writerow([])
            writer.writerows([_text(note)] for note in (self.title, *self.notes))
        return text.getvalue().encode("utf-8-sig")

    def xlsx(self) -> bytes:
        """A workbook: the rows below their heads, which stay when it is scrolled; the notes on a sheet of their own."""
        file = io.BytesIO()
        with Workbook(file, {"constant_memory": True}) as book:
            strong = book.add_format({"bold": True})
            formats = {
                "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
                "day": book.add_format({"num_format": "yyyy-mm-dd"}),
                "rate": book.add_format({"num_format": "0.0%"}),
            }
            sheet = book.add_worksheet(self.title.translate(_NOT_IN_NAMES)[:_LONGEST_NAME])
            sheet.freeze_panes(1, 0)
            rows = self._rows()
            for number, head in enumerate(self.columns):
                widths = (_width(value) for value in [head, *(row[number] for row in rows[:_MEASURED])])
                sheet.set_column(number, number, min(_WIDEST, max(widths) + 2))
                sheet.write_string(0, number, head, strong)
            are_rates = [head in self.rates for head in self.columns]
            for line, row in enumerate(rows, start=1):
                for number, value in enumerate(row):
                    _write(sheet, line, number, value, formats, is_rate=are_rates[number])
            if self.notes:
                about = book.add_worksheet("i")
                about.set_column(0, 0, 2 * _WIDEST)
                for number, note in enumerate((self.title, *self.notes)):
                    about.write_string(number, 0, note, None if number else strong)
        return file.getvalue()

    def _rows(self) -> Sequence[tuple[Any, ...]]:
        return list(zip(*([_plain(value) for value in column] for column in self.columns.values()), strict=True))


def _write(sheet: Any, line: int, number: int, value: Any, formats: Mapping[str, Any], *, is_rate: bool) -> None:
    """A typed cell; text is text, whatever it begins with."""
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(line, number, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, number, value, formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(line, number, value, formats["day"])
    elif isinstance(value, bool):
        sheet.write_boolean(line, number, value)
    else:
        sheet.write_number(line, number, value, formats["rate"] if is_rate else None)


def _plain(value: Any) -> Any:
    """A value that a file can hold: no missing numbers, no numpy, no time zones."""
    if value is None or str(value) in ("NaT", "<NA>") or (isinstance(value, float) and math.isnan(value)):
        return None
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value.item() if hasattr(value, "item") else value


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _width(value: Any) -> int:
    """Columns a value takes; a Chinese character takes two."""
    if isinstance(value, datetime):
        return 16
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str("" if value is None else value))
