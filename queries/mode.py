"""The mode a subdistrict works in 平/急: which one holds, what a rule turns it by, what came in since it turned."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, ask_one, shape
from queries.vocabulary import Mode, Risk

#: Whole local days before today that say what is usual in an hour of the day.
USUAL_DAYS: Final = 28

INFLOW: Final[Shape] = shape(
    from_at=Type.MOMENT,
    reported=(Type.INTEGER, "cases"),
    red=(Type.INTEGER, "cases"),
    orange=(Type.INTEGER, "cases"),
)

USUAL_HOURS: Final[Shape] = shape(hour=Type.INTEGER, reported=(Type.INTEGER, "cases of the period"))


class Standing(NamedTuple):
    """The mode at a moment."""

    mode: Mode
    since: datetime | None  # None: none was ever set
    reason_zh: str
    reason_en: str
    is_by_rule: bool
    is_held: bool  # a person has set it, and no rule changes it
    next_at: datetime | None  # when a planned one takes its place


class Surge(NamedTuple):
    """Cases in the last minutes, against those in the same minutes of the days before."""

    reported: int
    before: int  # of all those days together
    days: int  # how many they are; 0: the store holds none


class Since(NamedTuple):
    """Cases reported since a moment."""

    reported: int
    red: int
    orange: int
    open: int


def standing(connection: Connection, filter: Filter) -> Standing:
    """The mode that holds at as_of, as then known."""
    row = ask_one(connection, "mode", "standing", filter.parameters())
    return Standing(**{**row, "mode": Mode(row["mode"])})


def surge(connection: Connection, filter: Filter, risks: tuple[Risk, ...], minutes: int, past_days: int) -> Surge:
    """How many cases of these risks were reported in the last minutes, and by that local time on days before."""
    local = filter.as_of.astimezone(filter.zone)
    moments = [(local - timedelta(days=number)).astimezone(UTC) for number in range(past_days + 1)]
    asked = {
        **filter.parameters(),
        "risks": [risk.value for risk in risks],
        "minutes": minutes,
        "moments": [filter.as_of, *moments[1:]],
        "first_moment": moments[-1] - timedelta(minutes=minutes),
    }
    return Surge(**ask_one(connection, "mode", "surge", asked))


def inflow(connection: Connection, filter: Filter, since: datetime) -> pd.DataFrame:
    """One row per five minutes from ``since`` on (INFLOW); the last one still runs."""
    return ask(connection, "mode", "inflow", INFLOW, {**filter.parameters(), "since": since})


def usual_hours(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per hour of the day with a case (USUAL_HOURS) on the last USUAL_DAYS whole local days."""
    period = {
        "period_start": filter.midnight(filter.today - timedelta(days=USUAL_DAYS)),
        "period_end": filter.midnight(filter.today),
    }
    return ask(connection, "mode", "usual_hours", USUAL_HOURS, {**filter.parameters(), **period})


def reported_since(connection: Connection, filter: Filter, since: datetime) -> Since:
    """What was reported since a moment."""
    return Since(**ask_one(connection, "mode", "reported_since", {**filter.parameters(), "since": since}))
