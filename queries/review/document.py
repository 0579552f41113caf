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
#: Of the form, raised when a reader of old documents has to know.
FORM: Final = 1

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
class Review:
    """A period's review as known at ``as_of`` (aware UTC). ``definitions``: what the figures' definitions were then."""

    subdistrict: str  # code
    name: Mapping[str, str]  # in both languages
    time_zone: str
    period: Period
    as_of: datetime
    definitions: str
    sections: tuple[Section, ...]

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
        held = {
            "form": FORM,
            "subdistrict": self.subdistrict,
            "name": dict(self.name),
            "time_zone": self.time_zone,
            "period": {"span": self.period.span, "first": str(self.period.first), "last": str(self.period.last)},
            "as_of": self.as_of.astimezone(UTC).isoformat(),
            "definitions": self.definitions,
            "sections": [
                {"id": section.id, "tables": [_table(table) for table in section.tables]} for section in self.sections
            ],
        }
        return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal digits."""
        return checksum(self.text())

    @classmethod
    def read(cls, text: str) -> "Review":
        """A document out of its text. Raises ValueError where it is none of this form."""
        held = json.loads(text)
        if not isinstance(held, dict) or held.get("form") != FORM:
            raise ValueError("This is no review of a form that can be read.")
        period = held["period"]
        return cls(
            subdistrict=held["subdistrict"],
            name=held["name"],
            time_zone=held["time_zone"],
            period=Period(
                Span(period["span"]), date.fromisoformat(period["first"]), date.fromisoformat(period["last"])
            ),
            as_of=datetime.fromisoformat(held["as_of"]),
            definitions=held["definitions"],
            sections=tuple(
                Section(section["id"], tuple(_read_table(table) for table in section["tables"]))
                for section in held["sections"]
            ),
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
    if not math.isfinite(number):
        return None
    rounded = float(f"{number:.{_DIGITS}g}")
    if math.isinf(rounded):
        return None
    return rounded or 0.0  # no negative nought


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


@dataclass(frozen=True)
class Change:
    """A number that a later look has otherwise: ``was`` frozen, ``now`` known. A row that is gone, or new, has None."""

    section: str
    table: str
    key: tuple[Cell, ...]
    column: Column
    was: Cell
    now: Cell


def changes(was: Review, now: Review) -> list[Change]:
    """What of the frozen document reads otherwise now: numbers of rows that both have, and rows one of them lacks."""
    found: list[Change] = []
    later = {table.id: table for section in now.sections for table in section.tables}
    for section in was.sections:
        for table in section.tables:
            if table.id in later:
                found += _changes(section.id, table, later[table.id])
    return found


#: What is restated where it differs; ranks, bounds, changes and ratios follow from these, and names are no figures.
_RESTATED: Final = frozenset({Holds.COUNT, Holds.SHARE, Holds.MINUTES, Holds.POINTS, Holds.NUMBER})


def _changes(section: str, was: Table, now: Table) -> Iterator[Change]:
    before, after = was.by_key(), now.by_key()
    places = {column.id: place for place, column in enumerate(now.columns)}
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        for place, column in enumerate(was.columns):
            if column.holds not in _RESTATED or column.id not in places:
                continue
            first = None if old is None else old[place]
            second = None if new is None else new[places[column.id]]
            if first != second:
                yield Change(section, was.id, key, column, first, second)


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
