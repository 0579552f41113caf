"""A question and what is expected of it, and how both are asked of something else alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zlib import crc32

from tests.oracle.figures.asked import Asked
from tests.properties.figure_asks import Answer, Expected, filter_of

Pair = tuple[Answer, Expected]
#: Levels whose areas contain nothing that was redrawn, and levels whose areas do.
GRIDS: Final = ("grid", "micro_grid")
ABOVE: Final = ("community", "subdistrict")


def number_of(asked: Asked) -> int:
    """A number that varies from question to question."""
    return crc32(f"{asked.as_of.timestamp()} {asked.by} {asked.period}".encode())


def over_weeks(asked: Asked) -> Asked:
    """The same question; in two of three of a period that is some weeks longer, and of all kinds."""
    if number_of(asked) % 3 == 0:
        return asked
    today = asked.as_of.date()
    first, last = asked.period or (today, today)
    return replace(asked, period=(first - timedelta(days=30), last + timedelta(days=40)), kinds=None)


def of(other: Callable[[Asked], Asked], pair: Pair) -> Pair:
    """Asked of another place, time or level."""
    ask, expect = pair
    return (
        lambda connection, filter, asked: ask(connection, filter_of(other(asked), filter.time_zone), other(asked)),
        lambda reading, asked: expect(reading, other(asked)),
    )


def long(pair: Pair) -> Pair:
    """Asked of longer periods."""
    return of(over_weeks, pair)


def of_all_kinds(pair: Pair) -> Pair:
    """Asked of all kinds, whatever the question names."""
    return of(lambda asked: replace(asked, kinds=None), pair)


def of_units(levels: tuple[str, str], pair: Pair) -> Pair:
    """Asked of units of one of two levels."""
    return of(lambda asked: replace(asked, unit_level=levels[number_of(asked) % 2]), pair)
