"""Risk of units: how it is asked, and what is right."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from queries import risk
from queries.filters import Filter
from tests.oracle.figures import risk as oracle_risk
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.pairs import ABOVE, GRIDS, Pair, number_of, of_units

#: How long before as_of a course of risks is asked of.
BEFORE: Final = tuple(timedelta(hours=hours) for hours in (2000, 170, 48, 24, 7, 6, 1, 0))


def moments_before(asked: Asked) -> list[datetime]:
    """Some moments up to as_of, rising."""
    return [asked.as_of.astimezone(UTC) - before for before in BEFORE]


def until(asked: Asked, today: date) -> date | None:
    """The day before which days are looked at: where a period is asked for, its last one."""
    return None if asked.period is None else min(asked.period[1], today)


def more_days(asked: Asked) -> int:
    """How many days more are looked at."""
    return (0, 7, 40)[number_of(asked) % 3]


def recent(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = risk.recent(connection, filter, asked.unit_level or "")
    return {unit: tuple(parts) for unit, *parts in frame.to_numpy().tolist()}


def course(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = risk.course(connection, filter, asked.unit_level or "", moments_before(asked))
    rows = frame.astype(object).to_numpy().tolist()
    return {(moment.to_pydatetime(), unit): tuple(parts) for moment, unit, *parts in rows}


def daily(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = risk.daily(connection, filter, asked.unit_level or "", until(asked, filter.today), more_days(asked))
    rows = frame.astype(object).to_numpy().tolist()
    return {(unit, day): (*counts, round(due, 6)) for unit, day, *counts, due in rows}


def profile(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = risk.profile(connection, filter, until(asked, filter.today))
    return {(weekday, hour): tuple(counts) for weekday, hour, *counts in frame.to_numpy().tolist()}


def expected_course(reading: Reading, asked: Asked) -> Any:
    return oracle_risk.course(reading, asked, moments_before(asked))


def expected_daily(reading: Reading, asked: Asked) -> Any:
    return oracle_risk.daily(reading, asked, until(asked, reading.day(asked.as_of)), more_days(asked))


def expected_profile(reading: Reading, asked: Asked) -> Any:
    return oracle_risk.profile(reading, asked, until(asked, reading.day(asked.as_of)))


RECENT: Final[Pair] = (recent, oracle_risk.recent)
COURSE: Final[Pair] = (course, expected_course)
DAILY: Final[Pair] = (daily, expected_daily)

#: By name: how a question is asked and what is expected, whatever it is grouped by.
RISK: Final[Mapping[str, Pair]] = {
    "risk/recent": of_units(GRIDS, RECENT),
    "risk/recent of communities": of_units(ABOVE, RECENT),
    "risk/course": of_units(GRIDS, COURSE),
    "risk/course of communities": of_units(ABOVE, COURSE),
    "risk/daily": of_units(GRIDS, DAILY),
    "risk/daily of communities": of_units(ABOVE, DAILY),
    "risk/profile": (profile, expected_profile),
}
