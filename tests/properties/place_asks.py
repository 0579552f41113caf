"""Repeated matters, default locations and heat: how they are asked, and what is right."""

from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from queries import piles, repeats
from queries.filters import Filter
from tests.oracle.figures import places as oracle_places
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import filter_of
from tests.properties.risk_asks import Pair, number_of


def over_weeks(asked: Asked) -> Asked:
    """The same question; in two of three of a period that is some weeks longer, and of all kinds."""
    if number_of(asked) % 3 == 0:
        return asked
    today = asked.as_of.date()
    first, last = asked.period or (today, today)
    return replace(asked, period=(first - timedelta(days=30), last + timedelta(days=40)), kinds=None)


def long(pair: Pair) -> Pair:
    """Asked of longer periods."""
    ask, expect = pair
    return (
        lambda connection, filter, asked: ask(
            connection, filter_of(over_weeks(asked), filter.time_zone), over_weeks(asked)
        ),
        lambda reading, asked: expect(reading, over_weeks(asked)),
    )


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
