"""A review as a document: sections of tables, in a form that is written the same however often it is made.

Every number that a meeting sees stands in a table of it; page, slides, workbook and paper are drawn from the tables.
The form is canonical JSON: a checksum tells whether two documents say the same, and a document says for ever what it
said.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from queries.review.period import Period, Span

#: Significant digits of a number that is no whole one: what two machines agree on.
_DIGITS: Final = 10
#: Of the form, raised when a reader of old documents has to know. 2: a document names the one before it.
FORM: Final = 2
_READ: Final = (1, FORM)

Cell = bool | int | float | str | Mapping[str, str] | None


class Holds(StrEnum):
    """What a column holds; its unit where it has one."""

    KEY = "key"  # tells the rows of a table apart, with the other keys
    NAME = "name"  # {"zh": …, "en": …}
    TEXT = "text"
    COUNT = "count"  # cases, or what the table counts
    SHARE = "share"  # 0 … 1
    CHANGE = "change"  # of a share, −1 … 1
    RATIO = "ratio"
    MINUTES = "minutes"
    POINTS = "points"  # of an assessment
    RANK = "rank"  # a rank, its bounds, a tier, places moved: they follow from the figures of all units
    NUMBER = "number"
    DAY = "day"  # 2026-11-23
    MOMENT = "moment"  # 2026-11-23T01:00:00+00:00
    FLAG = "flag"


@dataclass(frozen=True)
class Column:
    """A column of a table; ``id`` is unique in it."""

    id: str
    holds: Holds


@dataclass(frozen=True)
class Table:
    """Rows of cells in the order of the columns. ``not_recorded``: no source records what it is about; no rows then."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    not_recorded: bool = False

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows by column."""
        names = [column.id for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)

    def by_key(self) -> dict[tuple[Cell, ...], tuple[Cell, ...]]:
        """The rows by what tells them apart."""
        keys = [place for place, column in enumerate(self.columns) if column.holds is Holds.KEY]
        return {tuple(row[place] for place in keys): row for row in self.rows}


@dataclass(frozen=True)
class Section:
    """A part of the meeting."""

    id: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Before:
    """The frozen document of an earlier meeting that this one follows up; ``as_of`` is aware UTC."""

    period: Period
    as_of: datetime
    checksum: str


@dataclass(frozen=True)
class Review:
    """A period's review as known at ``as_of`` (aware UTC). ``definitions``: what the figures' definitions were then.

    ``before``: the earlier document that it follows up; None where there was none. ``form``: of the document's text,
    which stays as it was read.
    """

    subdistrict: str  # code
    name: Mapping[str, str]  # in both languages
    time_zone: str
    period: Period
    as_of: datetime
    definitions: str
    sections: tuple[Section, ...]
    before: Before | None = None
    form: int = FORM

    @property
    def is_over(self) -> bool:
        """Whether the period had ended at as_of; else all of it is provisional."""
        return self.as_of.astimezone(ZoneInfo(self.time_zone)).date() > self.period.last

    def table(self, id: str) -> Table:
        """A table by its id. Raises KeyError."""
        for section in self.sections:
            for table in section.tables:
                if table.id == id:
                    return table
        raise KeyError(id)

    def text(self) -> str:
        """The document: one line of JSON, the same for the same figures."""
        held: dict[str, Any] = {
            "form": self.form,
            "subdistrict": self.subdistrict,
            "name": dict(self.name),
            "time_zone": self.time_zone,
            "period": _period(self.period),
            "as_of": self.as_of.astimezone(UTC).isoformat(),
            "definitions": self.definitions,
            "sections": [
                {"id": section.id, "tables": [_table(table) for table in section.tables]} for section in self.sections
            ],
        }
        if self.form > 1:
            held["before"] = None if self.before is None else _before(self.before)
        return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal digits."""
        return checksum(self.text())

    @classmethod
    def read(cls, text: str) -> "Review":
        """A document out of its text, of this form or an older one. Raises ValueError where it is none."""
        held = json.loads(text)
        if not isinstance(held, dict) or held.get("form") not in _READ:
            raise ValueError("This is no review of a form that can be read.")
        before = held.get("before")
        return cls(
            subdistrict=held["subdistrict"],
            name=held["name"],
            time_zone=held["time_zone"],
            period=_read_period(held["period"]),
            as_of=datetime.fromisoformat(held["as_of"]),
            definitions=held["definitions"],
            sections=tuple(
                Section(section["id"], tuple(_read_table(table) for table in section["tables"]))
                for section in held["sections"]
            ),
            before=None if before is None else _read_before(before),
            form=held["form"],
        )


def checksum(text: str) -> str:
    """SHA-256 of a document's text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def cell(value: Any) -> Cell:
    """A value as a cell: numbers to ten digits, moments in UTC, nothing known as None."""
    if value is None or isinstance(value, str | bool | Mapping):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value == value else None
    if isinstance(value, date):
        return value.isoformat()
    held = value.item() if hasattr(value, "item") else value
    if isinstance(held, bool | int):
        return held
    try:
        number = float(held)
    except TypeError:  # pandas' mark of nothing known
        return None
    rounded = float(f"{number:.{_DIGITS}g}")
    return rounded + 0.0 if math.isfinite(rounded) else None  # no negative nought


def table_of(id: str, columns: Mapping[str, Holds], rows: Sequence[Sequence[Any]]) -> Table:
    """A table of plain values."""
    return Table(
        id,
        tuple(Column(name, holds) for name, holds in columns.items()),
        tuple(tuple(cell(value) for value in row) for row in rows),
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows by column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _period(period: Period) -> dict[str, str]:
    return {"span": period.span.value, "first": str(period.first), "last": str(period.last)}


def _read_period(held: Mapping[str, str]) -> Period:
    return Period(Span(held["span"]), date.fromisoformat(held["first"]), date.fromisoformat(held["last"]))


def _before(before: Before) -> dict[str, Any]:
    as_of = before.as_of.astimezone(UTC).isoformat()
    return {"period": _period(before.period), "as_of": as_of, "checksum": before.checksum}


def _read_before(held: Mapping[str, Any]) -> Before:
    return Before(_read_period(held["period"]), datetime.fromisoformat(held["as_of"]), held["checksum"])


def _table(table: Table) -> dict[str, Any]:
    held: dict[str, Any] = {
        "id": table.id,
        "columns": [[column.id, column.holds] for column in table.columns],
        "rows": [list(row) for row in table.rows],
    }
    return held | ({"not_recorded": True} if table.not_recorded else {})


def _read_table(held: Mapping[str, Any]) -> Table:
    return Table(
        held["id"],
        tuple(Column(name, Holds(holds)) for name, holds in held["columns"]),
        tuple(tuple(row) for row in held["rows"]),
        bool(held.get("not_recorded")),
    )
