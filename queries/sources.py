"""Sources: when each was last heard, and what they record at all."""

from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.figure import NotRecordedError
from queries.filters import Filter
from queries.runner import Shape, Type, ask, ask_one, shape


class Recording(NamedTuple):
    """What a subdistrict's sources record. A figure that needs what none records is "not recorded"."""

    records_times: bool  # closing times
    records_deadlines: bool
    records_locations: bool


class Carried(NamedTuple):
    """What a subdistrict's cases carry. Without a case nobody can say what is recorded, and before one is resolved none
    is marked.
    """

    has_cases: bool
    has_resolved: bool
    has_marks: bool  # of satisfaction


HEARTBEATS: Final[Shape] = shape(
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    beat_at=Type.MOMENT,
    last_row_at=Type.MOMENT,
    complete_through=Type.MOMENT,
    expected_every=(Type.NUMBER, "seconds"),
    records_times=Type.FLAG,
)


def heartbeats(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source (HEARTBEATS), in order; the present alone is kept, whatever as_of says."""
    return ask(connection, "sources", "heartbeats", HEARTBEATS, filter.parameters())


def recording(connection: Connection, filter: Filter) -> Recording:
    """What the sources record; changes seldom, so an answer may be kept for minutes."""
    return Recording(**ask_one(connection, "sources", "recording", filter.parameters()))


def require_times(connection: Connection, filter: Filter) -> None:
    """Raises NotRecordedError where no source of the subdistrict records closing times."""
    if not recording(connection, filter).records_times:
        raise NotRecordedError("no_closing")


def require_deadlines(connection: Connection, filter: Filter) -> None:
    """Raises NotRecordedError where the subdistrict has cases and none of them a deadline."""
    if not recording(connection, filter).records_deadlines and carried(connection, filter).has_cases:
        raise NotRecordedError("no_deadlines")


def carried(connection: Connection, filter: Filter) -> Carried:
    """What the cases carry, as the store stands."""
    return Carried(**ask_one(connection, "sources", "carried", filter.parameters()))


def require_marks(connection: Connection, filter: Filter) -> None:
    """Raises NotRecordedError where cases of the subdistrict have been resolved and none carries a mark."""
    found = carried(connection, filter)
    if found.has_resolved and not found.has_marks:
        raise NotRecordedError("no_satisfaction")
