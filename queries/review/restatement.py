"""What of a frozen document reads otherwise in a later one: restatements, and the section that tells them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from queries import records
from queries.review.asked import Asking
from queries.review.document import Cell, Column, Holds, Review, Section, Table, table_of

RESTATED: Final = {
    "section": Holds.KEY,
    "table": Holds.KEY,
    "key": Holds.KEY,  # of the row, its parts joined by a blank; "" of a table with one row
    "column": Holds.KEY,
    "name": Holds.NAME,  # of the row, where it has one
    "holds": Holds.TEXT,  # what the column holds: count, share, minutes, points, number
    "was": Holds.NUMBER,
    "now": Holds.NUMBER,
}
ABOUT: Final = {"fact": Holds.KEY, "value": Holds.TEXT}
#: Facts of the table ``restated_about``; none of them but ``has_before`` where there is no earlier document.
FACTS: Final = ("has_before", "first", "last", "as_of", "checksum", "late", "late_cases", "restated")


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
    """What of the frozen document reads otherwise now: numbers of rows that both have, and rows one of them lacks.

    Numbers that are about the moment and not about the period (what is open, waiting or listed at as_of) are another
    thing at another moment, and no restatement.
    """
    found: list[Change] = []
    later = {table.id: table for section in now.sections for table in section.tables}
    for section in was.sections:
        for table in section.tables:
            if table.id in later and table.id not in _OF_THE_MOMENT | _DERIVED:
                found += _changes(section.id, table, later[table.id])
    return found


#: What is restated where it differs; ranks, bounds, changes and ratios follow from these, and names are no figures.
_RESTATED: Final = frozenset({Holds.COUNT, Holds.SHARE, Holds.MINUTES, Holds.POINTS, Holds.NUMBER})
#: Digits of a number worked out from many: of ten that are kept the last ones depend on the order of its parts.
_NOISE: Final = 1e-7
#: Points that follow from the figures of all units.
_DERIVED: Final = frozenset({"ranking_parts"})
_OF_THE_MOMENT: Final = frozenset(
    {"variable_counts", "variable", "followed", "followed_counts", "followed_watch", "restated", "watch"}
)
_OF_THE_MOMENT_COLUMNS: Final = frozenset({("departments", "waiting"), ("departments", "overdue")})


def _changes(section: str, was: Table, now: Table) -> Iterator[Change]:
    before, after = was.by_key(), now.by_key()
    places = {column.id: place for place, column in enumerate(now.columns)}
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        for place, column in enumerate(was.columns):
            if column.holds not in _RESTATED or column.id not in places:
                continue
            if (was.id, column.id) in _OF_THE_MOMENT_COLUMNS:
                continue
            first = None if old is None else old[place]
            second = None if new is None else new[places[column.id]]
            if _reads_otherwise(first, second):
                yield Change(section, was.id, key, column, first, second)


def _reads_otherwise(was: Cell, now: Cell) -> bool:
    """Whether two cells differ by more than the order in which a sum was made: its last digits are no restatement."""
    if isinstance(was, float) and isinstance(now, float):
        return not math.isclose(was, now, rel_tol=_NOISE, abs_tol=_NOISE)
    return was != now


def restated(ask: Asking) -> Section:
    """What of the last meeting's document reads otherwise now, and how many records of its period came late."""
    if ask.earlier is None:
        return Section("restated", (table_of("restated", RESTATED, ()), _about({"has_before": "no"})))
    was, now = ask.earlier.review, ask.earlier.remade()
    found = changes(was, now)
    rows = [[held.get(name) for name in RESTATED] for held in (_row(was, now, each) for each in found)]
    late = records.came_late(ask.connection, ask.filter, was.period.first, was.period.last, since=was.as_of)
    facts = {
        "has_before": "yes",
        "first": str(was.period.first),
        "last": str(was.period.last),
        "as_of": was.as_of.astimezone(UTC).isoformat(),
        "checksum": was.checksum,
        "late": str(late.records),
        "late_cases": str(late.cases),
        "restated": str(len(rows)),
    }
    return Section("restated", (table_of("restated", RESTATED, rows), _about(facts)))


def _about(facts: Mapping[str, str]) -> Table:
    return table_of("restated_about", ABOUT, [(fact, facts[fact]) for fact in FACTS if fact in facts])


def _row(was: Review, now: Review, change: Change) -> dict[str, Any]:
    return {
        "section": change.section,
        "table": change.table,
        "key": " ".join(str(part) for part in change.key if part != ""),
        "column": change.column.id,
        "name": _name(was, change) or _name(now, change),
        "holds": change.column.holds.value,
        "was": change.was,
        "now": change.now,
    }


def _name(review: Review, change: Change) -> Cell:
    """What the changed row is called in a document; None where it has no such row or no names."""
    table = review.table(change.table)
    row = table.by_key().get(change.key)
    places = [place for place, column in enumerate(table.columns) if column.holds is Holds.NAME]
    return None if row is None or not places else row[places[0]]
