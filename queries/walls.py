"""Walls: the list of those that were given a token, and the two commands by which a screen server keeps the door."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection, TextClause, text

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

LISTED: Final[Shape] = shape(
    wall_id=Type.INTEGER,
    label=Type.TEXT,
    created_at=Type.MOMENT,
    expires_at=Type.MOMENT,
    revoked_at=Type.MOMENT,
    last_seen_at=Type.MOMENT,
)


class Admitted(NamedTuple):
    """A wall whose token holds."""

    wall_id: int
    token_hash: str  # SHA-256 of the token, hexadecimal
    expires_at: datetime


def listed(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per wall that was ever given a token (LISTED), the newest first."""
    return ask(connection, "walls", "listed", LISTED, filter.parameters())


def admitted_walls(connection: Connection, subdistrict_id: int) -> list[Admitted]:
    """The walls whose tokens hold at this moment; only the operator may ask."""
    rows = connection.execute(_command("admitted_walls"), {"subdistrict_id": subdistrict_id})
    return [Admitted(row.wall_id, row.token_hash, row.expires_at) for row in rows]


def walls_seen(connection: Connection, subdistrict_id: int, seen: Mapping[int, datetime]) -> None:
    """Keep when each wall, by its number, was last seen; only the operator may."""
    connection.execute(
        _command("walls_seen"),
        {"subdistrict_id": subdistrict_id, "wall_ids": list(seen), "seen_at": list(seen.values())},
    )


@cache
def _command(name: str) -> TextClause:
    return text(resources.files("queries").joinpath("commands", f"{name}.sql").read_text(encoding="utf-8"))
