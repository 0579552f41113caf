"""Tables as files: what a spreadsheet finds in them."""

import csv
import io
from datetime import UTC, date, datetime

import numpy as np
import openpyxl
import pandas as pd

from dashboard.exports.sheet import Sheet

SHEET = Sheet(
    "当日化解率: by community",
    {
        "区域": ["马山头社区", "=1+1"],
        "件数": [np.int64(12), 3],
        "率": [0.8125, float("nan")],
        "时刻": [pd.Timestamp("2026-03-14T08:05", tz="Asia/Shanghai"), pd.NaT],
        "日": [date(2026, 3, 14), None],
    },
    notes=["马田街道 · 3月14日"],
    rates=frozenset({"率"}),
)


def test_csv_is_read_by_spreadsheets_and_runs_nothing() -> None:
    raw = SHEET.csv()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[:3] == [
        ["区域", "件数", "率", "时刻", "日"],
        ["马山头社区", "12", "0.8125", "2026-03-14 08:05", "2026-03-14"],
        ["'=1+1", "3", "", "", ""],
    ]
    assert rows[3:] == [[], ["当日化解率: by community"], ["马田街道 · 3月14日"]]


def test_a_workbook_has_typed_cells_and_says_what_it_is_of() -> None:
    book = openpyxl.load_workbook(io.BytesIO(SHEET.xlsx()))
    sheet, about = book.worksheets
    assert sheet.title == "当日化解率  by community"
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]] == [
        *("马山头社区", 12, 0.8125, pd.Timestamp("2026-03-14T08:05"), pd.Timestamp("2026-03-14")),
    ]
    assert sheet["C2"].number_format == "0.0%"
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert [cell.value for cell in sheet[3]][2:] == [None, None, None]
    assert [row[0].value for row in about.rows] == ["当日化解率: by community", "马田街道 · 3月14日"]


def test_an_empty_table_keeps_its_heads() -> None:
    empty = Sheet("none", {"a": [], "b": []})
    assert empty.csv().decode("utf-8-sig") == "a,b\r\n"
    book = openpyxl.load_workbook(io.BytesIO(empty.xlsx()))
    assert [cell.value for cell in book.worksheets[0][1]] == ["a", "b"]


def test_a_moment_is_written_as_its_own_clock_has_it() -> None:
    sheet = Sheet("t", {"at": [datetime(2026, 1, 1, 12, tzinfo=UTC)]})
    assert sheet.csv().decode("utf-8-sig").splitlines()[1] == "2026-01-01 12:00"
