"""A question and what is expected of it, and how both are asked of something else alike."""

from dataclasses import replace
from datetime import timedelta
from zlib import crc32

from tests.oracle.figures.asked import Asked
from tests.properties.figure_asks import Answer, Expected, filter_of

Pair = tuple[Answer, Expected]


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


def long(pair: Pair) -> Pair:
    """Asked of longer periods."""
    ask, expect = pair
    return (
        lambda connection, filter, asked: ask(
            connection, filter_of(over_weeks(asked), filter.time_zone), over_weeks(asked)
        ),
        lambda reading, asked: expect(reading, over_weeks(asked)),
    )
