"""Repeated matters, default locations and heat: how they are asked, and what is right."""

from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from queries import cases, piles, repeats, topics
from queries.filters import Filter
from tests.oracle.figures import places as oracle_places
from tests.oracle.figures import words as oracle_words
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import plain
from tests.properties.pairs import ABOVE, GRIDS, Pair, long, number_of, of, of_units


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


def days_of(asked: Asked) -> int:
    """How many days back police reports and petitions are counted."""
    return (400, 400, 90, 30, 7)[number_of(asked) % 5]


def counted(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = cases.counted(connection, filter, asked.unit_level or "", days_of(asked))
    return {(unit, kind): plain(n) for unit, kind, n in frame.astype(object).to_numpy().tolist()}


def expected_counted(reading: Reading, asked: Asked) -> Any:
    return oracle_places.counted(reading, asked, days_of(asked))


def hours_of(asked: Asked) -> int:
    """How far back heat is asked for: the six hours of the map, or days."""
    return (6, 24, 240, 1000)[number_of(asked) % 4]


def heat(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = cases.heat(connection, filter, hours_of(asked))
    rows = frame[["lon", "lat", "risk", "hours_ago", "weight"]].astype(object).to_numpy().tolist()
    return sorted(((lon, lat, risk, round(ago, 6), round(weight, 6)) for lon, lat, risk, ago, weight in rows), key=str)


def expected_heat(reading: Reading, asked: Asked) -> Any:
    return oracle_places.heat(reading, asked, hours_of(asked))


def sample_of(asked: Asked) -> tuple[int, int]:
    """How many days before the period are looked at, and which part of their cases is taken."""
    number = number_of(asked)
    return (0, 7, 28, 112)[number % 4], (1, 1, 2, 3)[number // 4 % 4]


def summaries(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = topics.summaries(connection, filter, *sample_of(asked))
    return {(matter, words): (n, n_before) for matter, words, n, n_before in frame.astype(object).to_numpy().tolist()}


def expected_summaries(reading: Reading, asked: Asked) -> Any:
    return oracle_words.summaries(reading, asked, *sample_of(asked))


def lines(connection: Connection, _: Filter, __: Asked) -> Any:
    frame = topics.lines(connection)
    return {matter: (name_zh, name_en) for matter, name_zh, name_en in frame.astype(object).to_numpy().tolist()}


def expected_lines(reading: Reading, _: Asked) -> Any:
    return oracle_words.lines(reading)


def named(asked: Asked) -> Asked:
    """The same question; where it names no period, of the last seven days."""
    today = asked.as_of.date()
    return replace(asked, period=asked.period or (today - timedelta(days=6), today))


#: By name: how a question is asked and what is expected, whatever it is grouped by.
PLACES: Final[Mapping[str, Pair]] = {
    "repeats/repeated": long((repeated, oracle_places.repeated)),
    "piles/piles": long((piled, expected_piles)),
    "cases/counted": of_units(GRIDS, (counted, expected_counted)),
    "cases/counted of communities": of_units(ABOVE, (counted, expected_counted)),
    "cases/heat": (heat, expected_heat),
    "topics/summaries": of(named, long((summaries, expected_summaries))),
    "topics/lines": (lines, expected_lines),
}
