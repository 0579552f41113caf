"""Owns how a table of a review is printed: columns, each of what belongs together, all of it text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.review.table import Printed, ShownCell
from dashboard.text import Text

#: Keeps what belongs together on one line.
_JOINED: Final = "\u00a0"
#: What is set to the left.
_TEXTS: Final = frozenset({"key", "name", "text", "day", "moment", "flag"})
#: A row by its columns: cells of the table, and what the document has there.
Row = Mapping[str, ShownCell]


@dataclass(frozen=True)
class Column:
    """A printed column: its head and what stands in it."""

    head: str
    said: Callable[[Row], str]
    is_number: bool = True


def printed(columns: Sequence[Column], rows: Sequence[Row]) -> Printed:
    """The rows under the heads."""
    return Printed(
        tuple(column.head for column in columns),
        tuple(column.is_number for column in columns),
        tuple(tuple(column.said(row) for column in columns) for row in rows),
    )


def plain_column(head: str, column: str, *, is_number: bool = True) -> Column:
    """A column of the table as it stands."""
    return Column(head, lambda row: row[column].text, is_number)


def number(row: Row, column: str) -> Any:
    """The value of a number; None where there is none."""
    held = row[column].value
    return held if isinstance(held, int | float) else None


def of_all(row: Row, part: str, whole: str, words: Text) -> str:
    """4,812 / 5,940."""
    good, n = number(row, part), number(row, whole)
    if good is None:
        return ""
    return words.number(good) if n is None else f"{words.number(good)}{_JOINED}/{_JOINED}{words.number(n)}"


def span(low: str, high: str, words: Text) -> str:
    """−0.8 to +7.0."""
    return words("{low} to {high}", low=low, high=high).replace(" ", _JOINED)


def bracketed(value: str, aside: str) -> str:
    """81.2% (437 / 540)."""
    return f"{value} ({aside})" if aside else value


def as_it_stands(columns: Sequence[str], heads: Sequence[str], holds: Sequence[str], rows: Sequence[Row]) -> Printed:
    """A table that has no form of its own: each of its columns."""
    every = zip(columns, heads, holds, strict=True)
    return printed([plain_column(head, column, is_number=hold not in _TEXTS) for column, head, hold in every], rows)
