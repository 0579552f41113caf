"""How the records come: late ones, files that did not come, and when what follows from them was last verified."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, ask_one, execute, shape

#: Days with a file from which on it can be said how often one comes.
_LEAST_DAYS: Final = 4
_DAY: Final = 86_400
#: How long past its latest usual time a file is waited for.
_GRACE: Final = timedelta(hours=1)

LATE: Final[Shape] = shape(
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    recorded=(Type.INTEGER, "rows of the log"),
    hour_late=(Type.INTEGER, "rows"),
    day_late=(Type.INTEGER, "rows"),
    longest_seconds=(Type.NUMBER, "seconds"),
)

FILES: Final[Shape] = shape(
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    expected_every=(Type.NUMBER, "seconds"),
    days_with_file=(Type.INTEGER, "days of eight weeks"),
    days_apart=(Type.INTEGER_OR_NONE, "days, the median"),
    latest_second=(Type.NUMBER, "seconds of the local day"),
    last_day=Type.DAY,
    file_name=Type.TEXT,
    last_at=Type.MOMENT,
    complete_through=Type.MOMENT,
)

NOTICED: Final[Shape] = shape(
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    file_name=Type.TEXT,
    code=(Type.TEXT, "of seed/importers/findings.py"),
    counted=(Type.INTEGER, "cases or cells"),
)


class Verified(NamedTuple):
    """The last time that everything was recomputed from the log."""

    verified_at: datetime
    differences: int


class Late(NamedTuple):
    """Records of a period that came after somebody had already looked at it."""

    records: int  # rows of the log
    cases: int  # that they are about


def late(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source (LATE), the latest first, of the seven days before as_of."""
    return ask(connection, "records", "late", LATE, filter.parameters())


def files(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source that hands in files: FILES and expected_by (moment), by when the next one should have come:
    as many days after the last as usual, at the latest usual time and an hour; where too few came to say what is usual,
    as long after the last as the source is to be heard, and an hour; NaT where neither is known.
    """
    frame = ask(connection, "records", "files", FILES, filter.parameters())
    expected = [_expected(row, filter) for row in frame.to_dict("records")]
    return frame.assign(expected_by=pd.Series(expected, dtype="datetime64[us, UTC]"))


def _expected(row: Mapping[Any, Any], filter: Filter) -> datetime | None:
    if row["days_with_file"] < _LEAST_DAYS or pd.isna(row["latest_second"]):
        if pd.isna(row["expected_every"]) or row["expected_every"] < _DAY:
            return None  # one that is to be heard within the day is missed as a source, not by its files
        expected: datetime = row["last_at"] + timedelta(seconds=float(row["expected_every"])) + _GRACE
        return expected
    day = row["last_day"] + timedelta(days=int(row["days_apart"]))
    return filter.midnight(day) + timedelta(seconds=float(row["latest_second"])) + _GRACE


def noticed(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source and trap that the file loaded last held (NOTICED)."""
    return ask(connection, "records", "noticed", NOTICED, filter.parameters())


def verified(connection: Connection, filter: Filter) -> Verified | None:
    """The last verification known at as_of; None where there was none."""
    rows = execute(connection, "records", "verified", filter.parameters())
    return Verified(rows[0].verified_at, rows[0].differences) if rows else None


def came_late(connection: Connection, filter: Filter, first: date, last: date, *, since: datetime) -> Late:
    """How many records of what happened on the days from ``first`` to ``last`` were made after ``since`` (aware), as
    known at as_of. Definition: catalogue, ``late_records``.
    """
    period = {"period_start": filter.midnight(first), "period_end": filter.midnight(last + timedelta(days=1))}
    return Late(**ask_one(connection, "records", "came_late", {**filter.parameters(), **period, "since": since}))
