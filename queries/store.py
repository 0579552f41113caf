"""The store itself: whose it is, how new it is, when its sources were last heard. Asked of the present alone."""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from queries.runner import execute


class Owner(NamedTuple):
    """A subdistrict the store holds."""

    subdistrict_id: int
    code: str
    time_zone: str  # IANA name


class Vitals(NamedTuple):
    """How new the store is. Moments are aware UTC."""

    version: int  # rises with every batch
    recorded_at: datetime | None  # of the newest batch; None: none yet
    is_live: bool  # False: history alone was loaded, nobody feeds it
    beats: tuple[tuple[str, datetime], ...]  # each source heard so far, and when last
    noted_at: datetime | None = None  # of the newest mode or handover; None: none yet


def subdistricts(connection: Connection) -> list[Owner]:
    """Every subdistrict of the store, the first one first; empty where nothing was loaded yet."""
    return [
        Owner(row.subdistrict_id, row.code, row.time_zone) for row in execute(connection, "store", "subdistricts", {})
    ]


def vitals(connection: Connection, subdistrict_id: int) -> Vitals | None:
    """The subdistrict's vitals; None where the store does not hold it."""
    rows = execute(connection, "store", "vitals", {"subdistrict_id": subdistrict_id})
    if not rows:
        return None
    first = rows[0]
    beats = tuple((row.source, row.beat_at.astimezone(UTC)) for row in rows if row.source is not None)
    recorded_at = None if first.recorded_at is None else first.recorded_at.astimezone(UTC)
    noted_at = None if first.noted_at is None else first.noted_at.astimezone(UTC)
    return Vitals(first.version, recorded_at, first.is_live, beats, noted_at)
