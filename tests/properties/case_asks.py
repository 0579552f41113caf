"""Single cases: how they are asked for, and what is right."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from queries import cases, one_case
from queries.cases import Narrowed, Only
from queries.filters import Filter
from queries.vocabulary import Risk
from tests.oracle.figures import single
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.desk_asks import FEW
from tests.properties.figure_asks import plain
from tests.properties.list_asks import numbers_of, told, told_by
from tests.properties.pairs import Pair, long, number_of

LISTED: Final = (
    *("case_id", "reported_at", "kind", "risk", "area_code", "channel", "state", "level", "due_at", "closed_at"),
    *("reopened_count", "escalation_count"),
)
LATEST: Final = ("case_id", "reported_at", "risk", "kind", "area_id", "state", "lon", "lat")
NEAR: Final = ("case_id", "reported_at", "kind", "risk", "state", "is_same_matter", "metres")
REPLAYED: Final = ("reported_at", "risk", "area_id", "lon", "lat")
#: To which cases a list is narrowed, in turns.
NARROWED: Final[tuple[dict[str, Any], ...]] = (
    *({}, {}, {"type_code": "noise"}, {"channel": "patrol"}, {"risk": "red"}, {"hour": 0}),
    {"type_code": "pothole", "risk": "orange"},
)
#: As many neighbours as are told at most, and of how many cases they are asked for.
MOST_NEAR, MOST_ASKED = 12, 8


def _rows(frame: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(map(plain, row)) for row in frame[list(names)].astype(object).to_numpy().tolist()]


def narrowed_of(asked: Asked) -> dict[str, Any]:
    return NARROWED[number_of(asked) % len(NARROWED)]


def listed(connection: Connection, filter: Filter, asked: Asked) -> Any:
    words = narrowed_of(asked)
    narrowed = Narrowed(**words | {"risk": Risk(words["risk"])} if "risk" in words else words)

    def page_of(only: Only, rows: int, page: int) -> Any:
        return cases.listed(connection, filter, only, narrowed, rows=rows, page=page)

    def told_of(only: Only) -> list[tuple[Any, ...]]:
        of_all = max(page_of(only, FEW, 1)["of_all"], default=0)
        size = max(FEW, math.ceil(of_all / 3))  # three pages, where there are more than a few
        found: list[tuple[Any, ...]] = []
        for page in range(1, math.ceil(of_all / size) + 1):
            rows = _rows(page_of(only, size, page), LISTED)
            assert len(rows) == min(size, of_all - len(found))  # a page is full, but for the last one
            found += rows
        return found

    return {
        only.value: ([row[1] for row in rows], {row[0]: row[1:] for row in rows})
        for only in Only
        if (rows := told_of(only))
    }


def expected_listed(reading: Reading, asked: Asked) -> Any:
    narrowed = single.Narrowed(**narrowed_of(asked))
    lists = {only: single.listed(reading, asked, only, narrowed) for only in single.ONLY}
    return {
        only: (sorted((row[0] for row in rows.values()), reverse=True), rows) for only, rows in lists.items() if rows
    }


@dataclass(frozen=True)
class Shown:
    """Cases that a screen has, and when they came in. Of like ones it may have any: equal is what ``among`` holds."""

    moments: list[tuple[datetime, bool]]
    rows: dict[int, tuple[Any, ...]] = field(compare=False)
    among: dict[int, tuple[Any, ...]] | None = field(default=None, compare=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shown) or self.moments != other.moments:
            return False
        held = self.among or other.among
        return all(held is None or held.get(key) == row for key, row in (*self.rows.items(), *other.rows.items()))

    def __hash__(self) -> int:
        return len(self.moments)


def rows_of(asked: Asked) -> int:
    """How many of the latest cases are shown."""
    return (1, 2, 3, 5, 30)[number_of(asked) % 5]


def latest(connection: Connection, filter: Filter, asked: Asked) -> Any:
    rows = _rows(cases.latest(connection, filter, rows_of(asked)), LATEST)
    moments = [(row[1], row[2] in single.GRAVE) for row in rows]
    assert [moment for moment, _ in moments] == sorted((moment for moment, _ in moments), reverse=True)
    return Shown(sorted(moments, reverse=True), {row[0]: row[1:] for row in rows})


def expected_latest(reading: Reading, asked: Asked) -> Any:
    moments, told_of = single.latest(reading, asked, rows_of(asked))
    return Shown(moments, {}, told_of)


def hours_of(asked: Asked) -> int:
    """How far back cases are replayed: a day, or longer."""
    return (24, 240, 1000, 5000, 24_000)[number_of(asked) % 5]


def replay(connection: Connection, filter: Filter, asked: Asked) -> Any:
    rows = _rows(cases.replay(connection, filter, hours_of(asked)), REPLAYED)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    return sorted(rows, key=str)


def expected_replay(reading: Reading, asked: Asked) -> Any:
    return single.replay(reading, asked, hours_of(asked))


def neighbours(connection: Connection, filter: Filter, asked: Asked) -> Any:
    rows = told(connection, asked)
    numbers = numbers_of(rows)[-MOST_ASKED:]
    states = [_rows(one_case.state(connection, filter, number), ("case_id", "reported_at")) for number in numbers]
    moments = {case_id: reported_at for state in states for case_id, reported_at in state}
    found = {}
    for number in numbers:
        frame = one_case.neighbours(connection, filter, number)
        near = [(*row[:6], single.told_metres(row[6])) for row in _rows(frame, NEAR)]
        found[number] = single.first_of([(abs(row[1] - moments[number]), row) for row in near], MOST_NEAR)
    return found


def expected_neighbours(reading: Reading, asked: Asked) -> Any:
    numbers = numbers_of(told_by(reading, asked))[-MOST_ASKED:]
    return {number: single.first_of(single.neighbours(reading, asked, number), MOST_NEAR) for number in numbers}


#: By name: how a question is asked and what is expected, whatever it is grouped by.
CASES: Final[Mapping[str, Pair]] = {
    "cases/listed": long((listed, expected_listed)),
    "cases/latest": (latest, expected_latest),
    "cases/replay": (replay, expected_replay),
    "one_case/neighbours": (neighbours, expected_neighbours),
}
