"""What is shown of a review: sections of tables in one language, for pages and files alike. Knows no document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Value = bool | int | float | str | date | datetime | None
#: Sentences by the id of the section that they stand in.
Sentences = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ShownCell:
    """``value``: typed, names in the language, moments aware and local; ``text``: as it is printed, with its unit."""

    value: Value
    text: str


@dataclass(frozen=True)
class Printed:
    """A table as it is read on a page: fewer columns, each holding what belongs together, all of it text."""

    heads: tuple[str, ...]
    are_numbers: tuple[bool, ...]  # set to the right
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ShownTable:
    """A table with every number of the document. ``columns``: their ids; ``holds``: what they hold, as the document
    has it (share, count, minutes …); ``note``: how it is to be read, or that it is empty or not recorded; ``is_said``:
    another table's note says it in words, so that only workbooks need it.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    holds: tuple[str, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    printed: Printed
    note: str = ""
    is_said: bool = False

    def place(self, column: str) -> int:
        """Where a column stands. Raises ValueError."""
        return self.columns.index(column)

    def values(self, column: str) -> list[Value]:
        """A column's typed values. Raises ValueError."""
        place = self.place(column)
        return [row[place].value for row in self.rows]


@dataclass(frozen=True)
class ShownSection:
    """A part of the meeting."""

    id: str
    title: str
    tables: tuple[ShownTable, ...]


@dataclass(frozen=True)
class Definition:
    """How a figure of the review is defined: ``parts`` are what its definition says, each with its head."""

    name: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class About:
    """What every page, sheet and slide says of the document it is of."""

    language: str
    place: str
    title: str  # of the whole: "Review of Matian Subdistrict"
    period: str  # in words
    as_of: str  # local, in words
    checksum: str  # SHA-256, in full
    provisional: str  # a sentence; empty where the period was over
    foot: str  # period, moment, first digits of the checksum, provisional: one line
    definitions: tuple[Definition, ...]
