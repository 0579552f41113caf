"""Repeated matters, default locations and heat: how they are asked, and what is right."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any, Final

from sqlalchemy import Connection

from queries import piles, repeats
from queries.filters import Filter
from tests.oracle.figures import places as oracle_places
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.pairs import Pair, long


def repeated(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = repeats.repeated(connection, filter)
    return {(area, matter): tuple(counts) for area, matter, *counts in frame.to_numpy().tolist()}


def piled(connection: Connection, filter: Filter, _: Asked) -> Any:
    names = ["area_id", "areas", "cases", "matters", "area_cases", "since", "is_label_point", "share"]
    frame = piles.piles(connection, filter)
    rows = frame[["lon", "lat", *names]].astype(object).to_numpy().tolist()
    return {(lon, lat): tuple(values) for lon, lat, *values in rows}


def expected_piles(reading: Reading, asked: Asked) -> Any:
    found = oracle_places.piles(reading, asked)
    return {point: (*astuple(pile), pile.cases / pile.area_cases) for point, pile in found.items()}


#: By name: how a question is asked and what is expected, whatever it is grouped by.
PLACES: Final[Mapping[str, Pair]] = {
    "repeats/repeated": long((repeated, oracle_places.repeated)),
    "piles/piles": long((piled, expected_piles)),
}
