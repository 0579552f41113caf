"""Single cases that a screen may show: the latest, those behind a figure, and points for the heat of the last hours."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, timedelta
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.privacy import SHOWN_SINGLY, hide_small_cells, shown_singly
from queries.reopenings import FOLLOW_UP_DAYS as REOPENING_DAYS
from queries.runner import Shape, Type, ask, ask_one, shape
from queries.statistics.configuration import risk_rules
from queries.vocabulary import Kind, Risk

LATEST_ROWS: Final = 30
LOOKED_THROUGH: Final = 600
HEAT_HOURS: Final = 6
HALF_LIFE_HOURS: Final = 2.0
REPLAY_HOURS: Final = 24
COUNTED_DAYS: Final = 7

LISTED_DAYS: Final = 28
PAGE_ROWS: Final = 50


class Only(StrEnum):
    """Which of the cases in a list, by what a figure says of them."""

    ALL = "all"
    OPEN = "open"
    OVERDUE = "overdue"
    NOT_SAME_DAY = "not_same_day"
    LATE = "late"
    REOPENED = "reopened"
    HANDED_UP = "handed_up"
    WITHDRAWN = "withdrawn"
    NOT_ON_TIME = "not_on_time"
    NOT_ON_THE_SPOT = "not_on_the_spot"
    NOT_AT_BASE = "not_at_base"
    RETURNED = "returned"


#: What stands at as_of whenever it was reported, as the stock counts it.
STANDING: Final = frozenset({Only.OPEN, Only.OVERDUE})


@dataclass(frozen=True)
class Narrowed:
    """To which cases of a list: of one matter (its code), channel, risk, hour of report. None: of all."""

    type_code: str | None = None
    channel: str | None = None
    risk: Risk | None = None
    hour: int | None = None


WHOLE: Final = Narrowed()

LATEST: Final[Shape] = shape(
    case_id=Type.INTEGER,
    reported_at=Type.MOMENT,
    risk=Type.TEXT,
    kind=Type.TEXT,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    area_id=Type.INTEGER,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    channel_zh=Type.TEXT,
    channel_en=Type.TEXT,
    state=Type.TEXT,
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
)

LISTED: Final[Shape] = shape(
    case_id=Type.INTEGER,
    reported_at=Type.MOMENT,
    kind=Type.TEXT,
    risk=Type.TEXT,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    area_code=Type.TEXT,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    channel=Type.TEXT,
    state=Type.TEXT,
    level=Type.TEXT,
    due_at=Type.MOMENT,
    closed_at=Type.MOMENT,
    reopened_count=Type.INTEGER,
    escalation_count=Type.INTEGER,
    of_all=(Type.INTEGER, "cases on all pages"),
)

HEAT: Final[Shape] = shape(
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
    risk=Type.TEXT,
    hours_ago=(Type.NUMBER, "hours"),
)

REPLAY: Final[Shape] = shape(
    reported_at=Type.MOMENT,
    risk=Type.TEXT,
    area_id=Type.INTEGER,
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
)

COUNTED: Final[Shape] = shape(
    area_id=Type.INTEGER,
    kind=Type.TEXT,
    n=(Type.INTEGER_OR_NONE, "cases; missing: under 3"),
)


def _parameters(filter: Filter) -> dict[str, Any]:
    """Only kinds whose single cases may be shown, whatever the filter asks for."""
    return {**filter.parameters(), "kinds": [kind.value for kind in shown_singly(filter.kinds)]}


def newest_from(connection: Connection, filter: Filter, rows: int = LOOKED_THROUGH) -> Any:
    """A moment from which on at least ``rows`` cases were reported that were known; -infinity where there are fewer."""

    def look(counted: int) -> Any:
        return ask_one(connection, "cases", "newest_from", {**filter.parameters(), "rows": counted})

    found = look(rows)
    if found["is_newest_record"]:
        return found["newest_from"]
    counted = rows * 5 // 4  # some of those were recorded since, seldom more than a fifth
    while not (found := look(counted))["is_all"] and known_from(connection, filter, found["newest_from"]) < rows:
        counted *= 2
    return found["newest_from"]


def known_from(connection: Connection, filter: Filter, moment: Any) -> int:
    """How many of the cases reported from a moment on are known."""
    found = ask_one(connection, "cases", "known_from", {**filter.parameters(), "newest_from": moment})
    return int(found["known"])


def latest(connection: Connection, filter: Filter, rows: int = LATEST_ROWS) -> pd.DataFrame:
    """The newest red and orange cases and, where fewer, others (LATEST), newest first; no police, no petitions."""
    looked_through = {"newest_from": newest_from(connection, filter, LOOKED_THROUGH), "looked_through": LOOKED_THROUGH}
    return ask(connection, "cases", "latest", LATEST, {**_parameters(filter), **looked_through, "rows": rows})


def listed_days(filter: Filter, only: Only) -> tuple[date, date] | None:
    """First and last day of a list; None, whenever reported, for what stands at as_of and no period is chosen."""
    return None if only in STANDING and filter.period_from is None else filter.period(LISTED_DAYS)


def listed(
    connection: Connection,
    filter: Filter,
    only: Only = Only.ALL,
    narrowed: Narrowed = WHOLE,
    *,
    rows: int = PAGE_ROWS,
    page: int = 1,
) -> pd.DataFrame:
    """A page of the cases behind a figure (LISTED), newest first: reported on its days (``NOT_ON_TIME``: first due
    then, ``RETURNED``: first resolved then), which ``listed_days`` says, and what ``only`` and ``narrowed`` say.
    Pages count from 1; one past the end is empty. No police, no petitions.
    """
    days = listed_days(filter, only)
    period = {
        "period_start": None if days is None else filter.midnight(days[0]),
        "period_end": None if days is None else filter.midnight(days[1] + timedelta(days=1)),
    }
    cut = {"behind": only.value, "rows": rows, "skipped": (page - 1) * rows, "follow_up_days": REOPENING_DAYS}
    asked = {**_parameters(filter), **period, **cut, **asdict(narrowed)}
    return ask(connection, "cases", "listed", LISTED, asked)


def heat(connection: Connection, filter: Filter, hours: int = HEAT_HOURS) -> pd.DataFrame:
    """One row per located case of the last hours: HEAT and weight = severity (risk.toml) × 2^(-hours ago ÷ 2)."""
    parameters = {**_parameters(filter), "heat_from": filter.as_of.astimezone(UTC) - timedelta(hours=hours)}
    frame = ask(connection, "cases", "heat", HEAT, parameters)
    severity = frame["risk"].map(risk_rules().severity).to_numpy(dtype=float)
    return frame.assign(weight=severity * np.exp2(-frame["hours_ago"].to_numpy(dtype=float) / HALF_LIFE_HOURS))


def replay(connection: Connection, filter: Filter, hours: int = REPLAY_HOURS) -> pd.DataFrame:
    """One row per case of the last hours (REPLAY), oldest first, as known at as_of; no police, no petitions."""
    moment = filter.as_of.astimezone(UTC)
    times = {"replay_from": moment - timedelta(hours=hours), "replay_to": moment + timedelta(microseconds=1)}
    return ask(connection, "cases", "replay", REPLAY, {**_parameters(filter), **times})


def counted(connection: Connection, filter: Filter, unit_level: str, days: int = COUNTED_DAYS) -> pd.DataFrame:
    """One row per unit and kind (COUNTED) of police reports and petitions in the last days, small cells hidden.

    A unit without a row has none.
    """
    moment = filter.as_of.astimezone(UTC)
    parameters = {
        **filter.parameters(),
        "kinds": [kind.value for kind in Kind if kind not in SHOWN_SINGLY],
        "unit_level": unit_level,
        "counted_from": moment - timedelta(days=days),
        "counted_to": moment + timedelta(microseconds=1),
    }
    frame = ask(connection, "cases", "counted", COUNTED, parameters)
    return frame.assign(n=hide_small_cells(frame["n"], frame["kind"]))
