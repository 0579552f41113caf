"""Areas: how they are asked for, and what is right."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from queries import place, ranking
from queries.filters import Filter
from tests.oracle.figures import units
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.pairs import ABOVE, GRIDS, Pair, number_of, of_units


def ranked(connection: Connection, filter: Filter, asked: Asked) -> Any:
    rows = ranking.units(connection, filter, asked.unit_level or "")[["area_id", "kind", "has_before"]]
    return {area_id: (kind, has_before) for area_id, kind, has_before in rows.to_numpy().tolist()}


def levels(connection: Connection, filter: Filter, _: Asked) -> Any:
    return dict(ranking.levels(connection, filter)[["level", "units"]].to_numpy().tolist())


def inside(connection: Connection, filter: Filter, _: Asked) -> Any:
    return set(place.inside(connection, filter)["area_id"].tolist())


def days_of(asked: Asked) -> tuple[date, date]:
    """First and last day on which an area must hold."""
    last = (asked.period or (None, asked.as_of.date()))[1]
    return last - timedelta(days=(0, 6, 27, 100)[number_of(asked) % 4]), last


def standing(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return set(place.standing(connection, filter, *days_of(asked), unit_level=asked.unit_level))


def expected_standing(reading: Reading, asked: Asked) -> Any:
    return units.standing(reading, asked, *days_of(asked))


#: By name: how a question is asked and what is expected, whatever it is grouped by.
UNITS: Final[Mapping[str, Pair]] = {
    "ranking/units": of_units(GRIDS, (ranked, units.ranked)),
    "ranking/units of communities": of_units(ABOVE, (ranked, units.ranked)),
    "ranking/levels": (levels, units.levels),
    "place/inside": (inside, units.inside),
    "place/standing": (standing, expected_standing),
}
