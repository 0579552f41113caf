"""The duty desk's questions: how they are asked, and what is right."""

import math
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from queries import duty, escalations
from queries.escalations import Cut
from queries.filters import Filter
from tests.oracle.figures import desk as oracle_desk
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import plain
from tests.properties.pairs import Pair, long, number_of

GRAVE: Final = (
    *("case_id", "reported_at", "risk", "kind", "area_id", "dispatched_at", "due_at"),
    *("is_escalated", "answer_due_at", "acknowledged_at", "lon", "lat"),
)
OWED: Final = (
    *("department", "level", "pending", "overdue", "supervised", "oldest_raised_at", "next_deadline_at"),
    *("n", "good", "answered", "lapsed", "is_provisional"),
)
LISTED: Final = (
    *("case_id", "escalation_no", "kind", "risk", "area_code", "department", "level"),
    *("raised_at", "deadline_at", "answered_at", "lapsed_at", "state"),
    *("supervised_count", "supervised_at", "acknowledged_at"),
)
#: Rows of a page that is smaller than the list.
FEW: Final = 2
#: More than there are.
EVERY_ROW: Final = 100_000


def _rows(frame: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(map(plain, row)) for row in frame[list(names)].astype(object).to_numpy().tolist()]


def grave(connection: Connection, filter: Filter, _: Asked) -> Any:
    return _rows(duty.grave(connection, filter, rows=EVERY_ROW), GRAVE)


def owed(connection: Connection, filter: Filter, _: Asked) -> Any:
    rows = _rows(escalations.owed(connection, filter), OWED)
    return {(department or "", level): tuple(counts) for department, level, *counts in rows}


def narrowed(asked: Asked) -> tuple[str | None, str | None]:
    """A department ("": none was named, None: all) and a level (None: all), which vary from question to question."""
    number = number_of(asked)
    return (None, None, None, "police", "")[number % 5], (None, None, "subdistrict")[number % 3]


def listed(connection: Connection, filter: Filter, asked: Asked) -> Any:
    department, level = narrowed(asked)

    def page_of(cut: Cut, rows: int, page: int) -> Any:
        return escalations.listed(connection, filter, cut, department=department, level=level, rows=rows, page=page)

    def told(cut: Cut) -> list[tuple[Any, ...]]:
        of_all = max(page_of(cut, FEW, 1)["of_all"], default=0)
        size = max(FEW, math.ceil(of_all / 3))  # three pages, where there are more than a few
        found: list[tuple[Any, ...]] = []
        for page in range(1, math.ceil(of_all / size) + 1):
            rows = _rows(page_of(cut, size, page), LISTED)
            assert len(rows) == min(size, of_all - len(found))  # a page is full, but for the last one
            found += rows
        return found

    return {
        cut.value: (
            [row[8] for row in rows],
            {row[:2]: (*row[2:5], row[5] or "", *row[6:]) for row in rows},
        )
        for cut in Cut
        if (rows := told(cut))
    }


def expected_listed(reading: Reading, asked: Asked) -> Any:
    department, level = narrowed(asked)
    answer = {}
    for cut in oracle_desk.CUTS:
        found = oracle_desk.listed(reading, asked, cut, department, level)
        if found:
            answer[cut] = oracle_desk.deadlines_in_order(cut, found), found
    return answer


#: By name: how a question is asked and what is expected, whatever it is grouped by.
DESK: Final[Mapping[str, Pair]] = {
    "duty/grave": (grave, oracle_desk.grave),
    "escalations/owed": long((owed, oracle_desk.owed)),
    "escalations/listed": long((listed, expected_listed)),
}
