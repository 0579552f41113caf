"""What is shown of a review: sections of tables in one language, for pages and files alike. Knows no document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Value = bool | int | float | str | date | datetime | None
#: Sentences by the id of the section that they stand in.
Sentences = Mapping[str, Sequence[str]]


class BrokenReviewError(ValueError):
    """A document that is not whole: nothing is made of it. The text says what is missing."""


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
class Chart:
    """A drawing of a table: its columns of labels and of numbers (each with its name), and from which row to which.

    ``form``: what the numbers are (share, count, change, points, minutes, number); minutes go by powers of ten.
    """

    title: str
    label: str
    series: tuple[tuple[str, str], ...]
    first: int
    last: int
    form: str
    by_size: bool = False  # its rows have no order of their own: of very many the largest are to be seen


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
    charts: tuple[Chart, ...] = ()
    note: str = ""
    is_said: bool = False

    def place(self, column: str) -> int:
        """Where a column stands. Raises ValueError."""
        return self.columns.index(column)

    def values(self, column: str) -> list[Value]:
        """A column's typed values. Raises ValueError."""
        place = self.place(column)
        return [row[place].value for row in self.rows]

    def numbers(self, chart: Chart, column: str) -> list[float | None]:
        """The numbers of a series of a chart, None where there is none."""
        held = self.values(column)[chart.first : chart.last + 1]
        return [float(value) if isinstance(value, int | float) else None for value in held]

    def labels(self, chart: Chart) -> list[str]:
        """What the rows of a chart are called."""
        place = self.place(chart.label)
        return [row[place].text for row in self.rows[chart.first : chart.last + 1]]


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
    at: datetime  # the same, aware and local
    checksum: str  # SHA-256, in full
    provisional: str  # a sentence; empty where the period was over
    foot: str  # period, moment, first digits of the checksum, provisional: one line
    definitions: tuple[Definition, ...]


def check(sections: Sequence[ShownSection]) -> None:
    """Raises BrokenReviewError where there is a section without a table, a row that lacks a cell, or no section."""
    if not sections:
        raise BrokenReviewError("The review has no section: nothing is made of it.")
    for section in sections:
        if not section.tables:
            raise BrokenReviewError(f"The review's section {section.id!r} has no table: nothing is made of it.")
        for table in section.tables:
            if any(len(row) != len(table.columns) for row in table.rows):
                raise BrokenReviewError(f"A row of the table {table.id!r} does not have the table's columns.")


@dataclass(frozen=True)
class Scorecard:
    """A page about one unit. ``bars``: each indicator's name, its points and the middle of its kind, 0 to 100."""

    name: str
    kind: str
    said: tuple[str, ...]
    parts: Printed
    bars: tuple[tuple[str, float, float], ...]
