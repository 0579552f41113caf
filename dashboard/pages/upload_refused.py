"""The refused rows of an upload as a workbook: why in the first columns, what stood in the file beside it, masked."""

from typing import Any, Final

import pandas as pd

from dashboard.exports.sheet import Sheet
from dashboard.live.uploads import MOST_REFUSED, Upload
from dashboard.pages.reasons import refusals
from dashboard.text import Text

#: Characters that a cell of a worksheet holds.
_LONGEST: Final = 32_000


def sheet(rows: pd.DataFrame, upload: Upload, words: Text) -> Sheet:
    """``rows``: as batches.REFUSED_ROWS has them, of one file, which has one header."""
    named = refusals(words)
    header: list[str] = next((list(each) for each in rows["header"] if isinstance(each, list)), [])
    columns: dict[str, list[Any]] = {
        words("row of the file"): [None if pd.isna(each) else int(each) for each in rows["file_row"]],
        words("reason"): [named.get(str(each), str(each)) for each in rows["reason"]],
        words("column"): _texts(rows["column_name"]),
        words("what stood there"): _texts(rows["detail"]),
    }
    cells = [each if isinstance(each, list) else [] for each in rows["cells"]]
    for place, head in enumerate(header):
        columns[_free(head, columns)] = [_cell(line, place) for line in cells]
    if any(len(line) > len(header) for line in cells):
        columns[_free(words("further cells"), columns)] = [
            " · ".join(map(str, line[len(header) :]))[:_LONGEST] or None for line in cells
        ]
    notes = [f"{upload.job.file_name} · {upload.job.mapping}"]
    notes.append(words("＊ stands where something tells of a person, or where no mapping has read the column."))
    if len(rows) >= MOST_REFUSED:
        notes.append(words("The first {n} rows; all of them: python -m seed rejects", n=words.number(MOST_REFUSED)))
    return Sheet(words("Refused rows"), columns, notes)


def _free(head: str, columns: dict[str, list[Any]]) -> str:
    """The head of a column, told apart from those before it."""
    free = head or " "
    while free in columns:
        free += "′"
    return free


def _texts(values: "pd.Series[Any]") -> list[str | None]:
    return [None if pd.isna(each) else str(each)[:_LONGEST] or None for each in values]


def _cell(line: list[Any], place: int) -> str | None:
    return str(line[place] or "")[:_LONGEST] or None if place < len(line) else None
