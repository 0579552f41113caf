"""Reads a store with plain selects: the log and reference tables for the oracle, the derived tables to be judged."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg2 import extensions
from psycopg2.extras import RealDictCursor

from tests.oracle.area_day import AreaDay, Key
from tests.oracle.cases import Case
from tests.oracle.checkpoints import Checkpoint
from tests.oracle.escalations import Escalation
from tests.oracle.inbox import Limits
from tests.oracle.recorded_hours import HourKey, RecordedHour
from tests.oracle.rows import Area, LogRow, World


def select(connection: extensions.connection, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Rows of one statement as dicts."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        cursor.execute(statement, parameters)
        rows = [dict(row) for row in cursor.fetchall()]
    return [
        {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()} for row in rows
    ]


def _names(shape: type) -> list[str]:
    return [item.name for item in fields(shape)]


def _settings(connection: extensions.connection) -> dict[str, Any]:
    return {row["key"]: row["value"] for row in select(connection, "select key, value from app.settings")}


def read_world(connection: extensions.connection) -> World:
    """Areas, codes and settings."""
    aliases: dict[int, list[str]] = {}
    for row in select(connection, "select area_id, alias from app.area_aliases"):
        aliases.setdefault(row["area_id"], []).append(row["alias"])
    areas = select(
        connection,
        "select area_id, subdistrict_id, code, level, parent_id, valid_from,"
        " nullif(valid_to, 'infinity') as valid_to from app.areas",
    )
    settings = _settings(connection)
    types = select(connection, "select code, type_id from app.case_types")
    departments = select(connection, "select subdistrict_id, code, department_id from app.departments")
    return World(
        areas={row["area_id"]: Area(**row, aliases=tuple(aliases.get(row["area_id"], ()))) for row in areas},
        types={row["code"]: row["type_id"] for row in types},
        departments={(row["subdistrict_id"], row["code"]): row["department_id"] for row in departments},
        time_zone=ZoneInfo(settings["time_zone"]),
        same_day_window_days=settings["same_day_window_days"],
        handling_edges=tuple(settings["handling_edges"]),
    )


def read_limits(connection: extensions.connection) -> Limits:
    """Sources, the range of years, how far a clock may be ahead."""
    sources: dict[int, set[str]] = {}
    for row in select(connection, "select subdistrict_id, source from app.sources"):
        sources.setdefault(row["subdistrict_id"], set()).add(row["source"])
    settings = _settings(connection)
    return Limits(
        sources={owner: frozenset(names) for owner, names in sources.items()},
        years=(settings["first_year"], settings["last_year"]),
        clock_skew=timedelta(seconds=settings["clock_skew_seconds"]),
    )


def read_log(connection: extensions.connection) -> list[LogRow]:
    """The whole log."""
    return [LogRow(**row) for row in select(connection, f"select {', '.join(_names(LogRow))} from app.case_log")]


def read_cases(
    connection: extensions.connection, table: str = "app.cases", parameters: Sequence[Any] = ()
) -> dict[tuple[int, int], Case]:
    """app.cases, or a function that returns its like, by (subdistrict_id, case_id)."""
    rows = select(connection, f"select {', '.join(_names(Case))} from {table}", parameters)
    return {(row["subdistrict_id"], row["case_id"]): Case(**row) for row in rows}


def read_escalations(connection: extensions.connection) -> dict[tuple[int, int, int], Escalation]:
    """app.escalations by (subdistrict_id, case_id, escalation_no)."""
    rows = select(connection, f"select {', '.join(_names(Escalation))} from app.escalations")
    return {(row["subdistrict_id"], row["case_id"], row["escalation_no"]): Escalation(**row) for row in rows}


def read_area_day(connection: extensions.connection) -> dict[Key, AreaDay]:
    """app.area_day by its key."""
    names = _names(AreaDay)
    rows = select(connection, f"select subdistrict_id, area_id, day, kind, {', '.join(names)} from app.area_day")
    key_names = ("subdistrict_id", "area_id", "day", "kind")
    found: dict[Key, AreaDay] = {}
    for row in rows:
        subdistrict_id, area_id, day, kind = (row.pop(name) for name in key_names)
        found[subdistrict_id, area_id, day, kind] = AreaDay(**row)
    return found


def read_recorded_hours(connection: extensions.connection) -> dict[HourKey, RecordedHour]:
    """app.recorded_hours by its key."""
    names = ("subdistrict_id", "recorded_hour", "source", *_names(RecordedHour))
    rows = select(connection, f"select {', '.join(names)} from app.recorded_hours")
    return {
        (row["subdistrict_id"], row["recorded_hour"], row["source"]): RecordedHour(
            **{name: row[name] for name in _names(RecordedHour)}
        )
        for row in rows
    }


def read_checkpoints(connection: extensions.connection) -> dict[tuple[int, datetime, int], Checkpoint]:
    """app.case_checkpoint by its key."""
    names = _names(Checkpoint)
    rows = select(
        connection, f"select subdistrict_id, month_start, case_id, {', '.join(names)} from app.case_checkpoint"
    )
    found = {}
    for row in rows:
        key = (row.pop("subdistrict_id"), row.pop("month_start"), row.pop("case_id"))
        found[key] = Checkpoint(**row)
    return found


def read_month_starts(connection: extensions.connection) -> dict[int, set[datetime]]:
    """Which checkpoints exist, by subdistrict."""
    found: dict[int, set[datetime]] = {}
    for row in select(connection, "select subdistrict_id, month_start from app.checkpoints"):
        found.setdefault(row["subdistrict_id"], set()).add(row["month_start"])
    return found
