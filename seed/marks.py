"""The subdistrict's marks of an assessed cycle, from a sheet: all of it or nothing, every wrong row named."""

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from xlsxwriter import Workbook

from queries.review.period import Period, Span
from seed.importers.formats.base import BrokenRow, ImportFileError
from seed.importers.formats.registry import reader_for
from seed.importers.nearest import folded
from seed.store import StoreError
from seed.units import Unit, UnitError, Units

#: What the columns may be called; the first one is the template's.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "area": ("area", "unit", "code", "单元", "网格", "编码"),
    "name": ("name", "名称"),  # for who fills it in; not read
    "points": ("points", "marks", "score", "分数", "得分", "考核分"),
    "remark": ("remark", "note", "备注", "说明"),
}
FULL: Final = 100.0
_MOST: Final = 20
_REMARK: Final = 200
_GIVE: Final = "select * from app.give_marks(:subdistrict_id, :first, :last, cast(:marks as jsonb), :by)"


class MarksError(StoreError):
    """A sheet that is not taken; ``lines``: what is wrong with each of its rows."""

    def __init__(self, sentence: str, lines: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.lines = tuple(lines)


@dataclass(frozen=True)
class Mark:
    """Points of 100 for a unit."""

    unit: Unit
    points: float
    remark: str


@dataclass(frozen=True)
class Given:
    """What became of a sheet. ``restated``: frozen reviews that read otherwise by it, as 2026-11-02..2026-11-15."""

    new: int
    corrected: int
    unchanged: int
    restated: tuple[str, ...]


def check_cycle(period: Period) -> None:
    """Raise StoreError for days that are no assessed cycle."""
    if period.span is not Span.CYCLE:
        raise StoreError(f"{period.name} is no assessed cycle: name its days, or last-cycle")


def read_sheet(path: Path, units: Units, level: str) -> list[Mark]:
    """The marks of a file (CSV or XLSX). A row without points is left out: its unit has no mark.

    Raises MarksError with a line for each row that cannot be taken, ImportFileError where the file cannot be read.
    """
    marks: dict[int, Mark] = {}
    rows: dict[int, int] = {}
    wrong: list[str] = []
    for number, area, points, remark in _rows(path, wrong):
        try:
            unit = units.find(area)
        except UnitError as error:
            wrong.append(f"row {number}: {error}")
            continue
        said = _fault(unit, level, points, remark)
        if unit.area_id in rows:
            said = f"{unit} stands in row {rows[unit.area_id]} already"
        rows.setdefault(unit.area_id, number)
        if said:
            wrong.append(f"row {number}: {said}")
        elif points:
            marks[unit.area_id] = Mark(unit, float(points), remark)
    if wrong:
        raise MarksError(f"{path.name} is not taken, and nothing is changed: {len(wrong)} wrong rows", wrong)
    if not marks:
        raise MarksError(f"{path.name} holds no points: nothing is changed")
    return list(marks.values())


def _fault(unit: Unit, level: str, points: str, remark: str) -> str:
    """What is wrong with a row; nothing where it can be taken, or has no points."""
    if unit.level != level:
        return f"{unit} is a {unit.level}, and marks are given to areas of the level {level}"
    if len(remark) > _REMARK:
        return f"the remark on {unit} is longer than {_REMARK} characters"
    if not points:
        return ""
    value = _number(points)
    if value is None:
        return f"{points[:40]!r} is no number"
    return "" if 0 <= value <= FULL else f"{points[:40]} points are outside 0 to {FULL:g}"


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _rows(path: Path, wrong: list[str]) -> Iterator[tuple[int, str, str, str]]:
    """Row number, area, points and remark of each row; rows that do not fit the header are told to ``wrong``."""
    reader = reader_for(path)
    names = {folded(name): name for name in reader.header()}
    found = {role: next((names[folded(each)] for each in called if folded(each) in names), None)
             for role, called in COLUMNS.items()}  # fmt: skip
    area, points, remark = found["area"], found["points"], found["remark"]
    if area is None or points is None:
        raise ImportFileError(
            f"{path.name} lacks a column of units (area) or of points (points); it has {', '.join(names.values())}",
            code="missing_columns",
        )
    for chunk in reader.chunks([name for name in (area, points, remark) if name is not None]):
        wrong += [f"row {row.row}: {_broken(row)}" for row in chunk.broken]
        texts = [""] * len(chunk.frame) if remark is None else chunk.frame[remark].tolist()
        for number, place, given, said in zip(
            chunk.frame.index, chunk.frame[area], chunk.frame[points], texts, strict=True
        ):
            if place:
                yield int(number), place, given, said
            elif given or said:
                wrong.append(f"row {number}: no unit is named")


def _broken(row: BrokenRow) -> str:
    return f"it cannot be read ({row.reason.replace('_', ' ')})"


def give(connection: sa.Connection, subdistrict_id: int, period: Period, marks: Sequence[Mark], by: str) -> Given:
    """Keep the marks in the caller's transaction. Raises StoreError with the store's own sentence."""
    told = [{"area_id": mark.unit.area_id, "points": mark.points, "remark": mark.remark} for mark in marks]
    asked = {"subdistrict_id": subdistrict_id, "first": period.first, "last": period.last, "by": by}
    try:
        row = connection.execute(sa.text(_GIVE), asked | {"marks": json.dumps(told)}).one()
    except DBAPIError as error:
        raise StoreError(said_by_store(error)) from error
    return Given(row.marks_new, row.marks_corrected, row.marks_unchanged, tuple(row.restated))


def said_by_store(error: DBAPIError) -> str:
    """The sentence of a rule of the database."""
    return str(error.orig).strip().splitlines()[0]


def write_template(path: Path, units: Sequence[Unit], *, overwrite: bool = False) -> None:
    """Write a sheet with all units, their points to be filled in: CSV (as spreadsheets of China read it) or XLSX.

    Raises StoreError where the file is there already, ends otherwise, or cannot be written.
    """
    if path.exists() and not overwrite:
        raise StoreError(f"{path} is there already: name another file")
    rows = [[*COLUMNS], *([unit.code, unit.name_zh or unit.name_en, "", ""] for unit in units)]
    try:
        if path.suffix.lower() == ".xlsx":
            _write_workbook(path, rows)
        elif path.suffix.lower() == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(rows)
        else:
            raise StoreError(f"{path.name}: a sheet ends in .xlsx or .csv")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error


def _write_workbook(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("marks")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 1, 24)
        sheet.set_column(3, 3, 40)
        for line, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text)
        limits = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": FULL}
        sheet.data_validation(1, 2, max(1, len(rows) - 1), 2, limits)
