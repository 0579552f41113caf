"""Nested records as flat rows: ``location.type``, ``location.coordinates.0``; lists of records stay JSON."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from seed.importers.formats.base import MAX_COLUMNS, BrokenRow, ImportFileError

#: Records may be nested so deep; what lies deeper stays JSON in one cell.
_DEEPEST: Final = 6
#: A list of at most so many numbers is a place or a pair: a cell each.
_FEW: Final = 3

Record = dict[str, Any]


class Number(str):
    """A number as the file writes it, digit for digit."""

    __slots__ = ()


def flat(record: Record, prefix: str = "", depth: int = 1) -> dict[str, str]:
    """Path → cell; nothing for what is null or empty."""
    cells: dict[str, str] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, dict) and depth < _DEEPEST:
            cells.update(flat(value, f"{name}.", depth + 1))
        elif isinstance(value, list) and len(value) <= _FEW and all(isinstance(each, Number) for each in value):
            cells.update({f"{name}.{position}": str(each) for position, each in enumerate(value)})
        else:
            cells[name] = _text(value)
    return cells


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


Numbered = Iterable[tuple[int, Record] | BrokenRow]


def rows_of(name: str, records: Callable[[], Numbered]) -> Iterator[tuple[int, list[str]] | BrokenRow]:
    """Records that need not have the same keys as rows under one header, which is row 0: all keys, as they come.

    Reads the records twice. Raises ImportFileError when they have more keys than a table may have columns.
    """
    header: dict[str, None] = {}
    for row in _flat_rows(records()):
        if not isinstance(row, BrokenRow):
            header.update(dict.fromkeys(row[1]))
            if len(header) > MAX_COLUMNS:
                raise ImportFileError(f"{name} has more than {MAX_COLUMNS} different keys; at most so many are read")
    if not header:
        raise ImportFileError(f"{name} holds no records", code="no_rows")
    yield 0, list(header)
    for row in _flat_rows(records()):
        if isinstance(row, BrokenRow):
            yield row
        elif row[1]:
            yield row[0], [row[1].get(key, "") for key in header]


def _flat_rows(records: Numbered) -> Iterator[tuple[int, dict[str, str]] | BrokenRow]:
    for numbered in records:
        if isinstance(numbered, BrokenRow):
            yield numbered
            continue
        number, record = numbered
        try:
            yield number, flat(record)
        except RecursionError:
            yield BrokenRow(number, "nested_too_deeply", "", ())
