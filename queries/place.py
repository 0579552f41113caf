"""The place a store is about: the subdistrict, the units its map is drawn by, its communities."""

from datetime import date
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, ask_one, execute, shape


class Subdistrict(NamedTuple):
    """The subdistrict on the local day of as_of."""

    subdistrict_id: int
    name_zh: str
    name_en: str
    is_illustrative: bool  # a boundary of its units is drawn by us, not surveyed
    has_boundaries: bool
    unit_level: str  # the deepest level that has cases
    unit_zh: str
    unit_en: str


UNITS: Final[Shape] = shape(
    area_id=Type.INTEGER,
    code=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    short_name=Type.TEXT,
    kind=Type.TEXT,
    community_id=Type.INTEGER_OR_NONE,
    community_zh=Type.TEXT,
    community_en=Type.TEXT,
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
    boundary=(Type.JSON, "GeoJSON geometry or None"),
    population=(Type.INTEGER_OR_NONE, "residents"),
    members=(Type.INTEGER_OR_NONE, "staff"),
)

COMMUNITIES: Final[Shape] = shape(
    area_id=Type.INTEGER,
    code=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
    boundary=(Type.JSON, "GeoJSON geometry or None"),
)

NEIGHBOURS: Final[Shape] = shape(
    area_id=Type.INTEGER,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    boundary=(Type.JSON, "GeoJSON geometry"),
)
MOST_NEIGHBOURS: Final = 12

INSIDE: Final[Shape] = shape(area_id=Type.INTEGER)


def subdistrict(connection: Connection, filter: Filter) -> Subdistrict:
    """The subdistrict and the level its map is drawn by. Raises LookupError where the store has no such area."""
    from sqlalchemy.exc import NoResultFound

    try:
        return Subdistrict(**ask_one(connection, "place", "subdistrict", filter.parameters()))
    except NoResultFound as error:
        raise LookupError(f"The store has no subdistrict {filter.subdistrict_id}.") from error


def units(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit valid on the local day of as_of (UNITS), by community and position."""
    return ask(connection, "place", "units", UNITS, {**filter.parameters(), "unit_level": unit_level})


def communities(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per community (COMMUNITIES), in order."""
    return ask(connection, "place", "communities", COMMUNITIES, filter.parameters())


def neighbours(connection: Connection, filter: Filter, rows: int = MOST_NEIGHBOURS) -> pd.DataFrame:
    """One row per area of the subdistrict's level beside it (NEIGHBOURS), the nearest first."""
    return ask(connection, "place", "neighbours", NEIGHBOURS, {**filter.parameters(), "rows": rows})


def standing(
    connection: Connection, filter: Filter, first: date, last: date, unit_level: str | None = None
) -> frozenset[int]:
    """The areas of a level (without one, the area asked about) that held on all days from the first to the last."""
    asked = {**filter.parameters(), "first_day": first, "last_day": last, "unit_level": unit_level}
    return frozenset(row.area_id for row in execute(connection, "place", "standing", asked))


def inside(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per area in the filter's area, itself included (INSIDE)."""
    return ask(connection, "place", "inside", INSIDE, filter.parameters())
