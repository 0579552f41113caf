"""A review as CSV: one file for each table, all in one zip. The same document gives the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any, Final

from dashboard.exports.sheet import Sheet
from dashboard.review.table import About, ShownCell, ShownSection, ShownTable, check

#: A zip wants a time for each file; the document's own stands in every one of them.
_TIME: Final = (1980, 1, 1, 0, 0, 0)


def tables(about: About, sections: Sequence[ShownSection]) -> bytes:
    """The zip: ``01-headline-rates.csv`` … UTF-8 with its mark. Raises BrokenReviewError."""
    check(sections)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        every = [(section, table) for section in sections for table in section.tables]
        for number, (section, table) in enumerate(every, start=1):
            entry = zipfile.ZipInfo(f"{number:02d}-{section.id}-{table.id}.csv", _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, sheet(table, about).csv())
    return file.getvalue()


def sheet(table: ShownTable, about: About) -> Sheet:
    """The table as a sheet: numbers as numbers, shares as fractions, yes and no in words."""
    heads = distinct(table.heads) or [table.title]
    columns = {
        head: [value_of(row[place], table.holds[place]) for row in table.rows] if table.columns else []
        for place, head in enumerate(heads)
    }
    notes = [about.title, about.foot, *([table.note] if table.note else [])]
    rates = frozenset(head for head, holds in zip(heads, table.holds, strict=False) if holds == "share")
    return Sheet(table.title, columns, notes, rates)


def value_of(cell: ShownCell, holds: str) -> Any:
    """What a file holds of a cell."""
    return cell.text if holds == "flag" else cell.value


def distinct(heads: Sequence[str]) -> list[str]:
    """The heads, those that are there already with a number behind them."""
    found: list[str] = []
    for head in heads:
        name, number = head, 2
        while name in found:
            name, number = f"{head} ({number})", number + 1
        found.append(name)
    return found
