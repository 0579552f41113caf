"""What became of cases that a list had: how it is asked, and what is right."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from zlib import crc32

import pandas as pd
from sqlalchemy import Connection, text

from queries import lists
from queries.filters import Filter
from tests.oracle.figures import lists as oracle_lists
from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.precision import days_after, turned_worse
from tests.properties.figure_asks import plain
from tests.properties.pairs import Pair, number_of

#: What the log says of every case by a moment; it says the same of that moment for ever.
TOLD: Final = text(
    "select case_id, occurred_at, due_at from app.case_log where subdistrict_id = :subdistrict_id"
    " and occurred_at <= :as_of and recorded_at <= :as_of order by log_id"
)


class Row(NamedTuple):
    """What happened to a case: when, and a deadline that was said with it."""

    case_id: int
    occurred_at: datetime
    due_at: datetime | None


#: Case, when a list may have had it, its deadline then.
Entry = tuple[int, datetime, datetime | None]
#: How long after something happened to a case a list may have had it.
AFTER: Final = (timedelta(0), timedelta(hours=1), timedelta(days=1))
#: How long before the moment asked about a list had cases of which is asked what has happened since.
SINCE: Final = tuple(timedelta(hours=hours) for hours in (0, 1, 24, 24 * 7, 24 * 40, 24 * 200))
WORSE: Final = ("is_deadline_missed", "is_reopened", "is_escalated", "is_answer_late", "is_supervised")
STANDING: Final = ("state", "closed_at", "due_at", "is_overdue", "is_reopened", "is_answered", "is_waiting")
#: A number that no case has.
NOBODY: Final = 2**31 - 1


def told(connection: Connection, asked: Asked) -> list[Row]:
    rows = connection.execute(TOLD, {"subdistrict_id": asked.subdistrict_id, "as_of": asked.as_of})
    return [Row(*row) for row in rows]


def told_by(reading: Reading, asked: Asked) -> list[Row]:
    return [
        Row(row.case_id, row.occurred_at, row.due_at)
        for row in sorted(reading.log, key=lambda row: row.log_id)
        if row.subdistrict_id == asked.subdistrict_id and max(row.occurred_at, row.recorded_at) <= asked.as_of
    ]


def days_of(asked: Asked) -> int:
    """For how many days cases are followed."""
    return (7, 7, 3, 1)[number_of(asked) % 4]


def listing(rows: list[Row], asked: Asked) -> Iterator[Entry]:
    """Cases, each with moments at which a list may have had it and a deadline it may have had then.

    Near what happened to it; deadlines that were said, or when something happened, or at an edge of what is followed.
    """
    days, by_case = days_of(asked), dict[int, list[Row]]()
    for row in rows:
        by_case.setdefault(row[0], []).append(row)
    for case_id, of_case in by_case.items():
        said = [moment for row in of_case for moment in (row.occurred_at, row.due_at, row.due_at)]
        for listed_at in sorted({row.occurred_at.astimezone(UTC) + after for row in of_case for after in AFTER}):
            if days_after(listed_at, days) <= asked.as_of:
                deadlines = [*said, listed_at, days_after(listed_at, 1), days_after(listed_at, days)]
                chance = crc32(f"{case_id} {listed_at.timestamp()}".encode())
                yield case_id, listed_at, deadlines[chance % len(deadlines)]


def worse(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = pd.DataFrame(listing(told(connection, asked), asked), columns=["case_id", "listed_at", "due_at"])
    if frame.empty:
        return {}
    found = lists.turned_worse(connection, filter, frame, days_of(asked))
    answers = found[["case_id", "listed_at", *WORSE]].astype(object).to_numpy().tolist()
    return {(case_id, plain(listed_at)): tuple(flags) for case_id, listed_at, *flags in answers}


def expected_worse(reading: Reading, asked: Asked) -> Any:
    """Of all cases that a list had; of one that is no case any more nothing is known, and nothing went worse.

    A hand-up that is told twice under one number is one; after a closing no deadline of an answer counts.
    """
    known = {item.case.case_id: item for item in reading.known(asked.subdistrict_id, asked.as_of)}
    nothing = (False,) * len(WORSE)
    return {
        (case_id, listed_at): turned_worse(known[case_id], listed_at, due_at, days_of(asked))
        if case_id in known
        else nothing
        for case_id, listed_at, due_at in listing(told_by(reading, asked), asked)
    }


def since(asked: Asked) -> datetime:
    return asked.as_of.astimezone(UTC) - SINCE[number_of(asked) % len(SINCE)]


def numbers_of(rows: Iterable[Row]) -> list[int]:
    """Numbers of cases, the newest first, and one that no case has."""
    return [*sorted({row.case_id for row in rows}, reverse=True), NOBODY]


def followed(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = lists.followed(connection, filter, numbers_of(told(connection, asked)), since(asked))
    rows = frame[["case_id", *STANDING]].astype(object).to_numpy().tolist()
    return [(case_id, *map(plain, values)) for case_id, *values in rows]


def expected_followed(reading: Reading, asked: Asked) -> Any:
    numbers = numbers_of(told_by(reading, asked))
    return [(number, *oracle_lists.standing(reading, asked, number, since(asked))) for number in numbers]


#: By name: how a question is asked and what is expected, whatever it is grouped by.
LISTS: Final[Mapping[str, Pair]] = {
    "lists/turned_worse": (worse, expected_worse),
    "lists/followed": (followed, expected_followed),
}
