"""Findings on sources, and late records: how they are asked, and what is right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from queries import records, source_findings
from queries.filters import Filter
from tests.oracle.figures import sources as oracle_sources
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import plain
from tests.properties.pairs import Pair, number_of, of

SILENT: Final = ("source", "since", "until", "is_running", "expected", "reported", "daily_mean", "daily_variance")
REPEATING: Final = (
    *("source", "n", "observed", "n_before", "observed_before"),
    *("batches", "batches_observed", "batches_before", "batches_observed_before", "case_ids"),
)


def up_to_now(asked: Asked) -> Asked:
    """The same question of a period that has begun: up to the day of as_of, of some days or weeks."""
    last = asked.as_of.date()
    return replace(asked, period=(last - timedelta(days=(1, 3, 13, 27, 80)[number_of(asked) % 5]), last))


@dataclass(frozen=True, eq=False)
class AnyOf:
    """Equal to each of its values."""

    values: Collection[Any]

    def __eq__(self, other: object) -> bool:
        return other in self.values


def expected_silences(reading: Reading, asked: Asked) -> Any:
    found = oracle_sources.silent_sources(reading, asked)
    return {source: (AnyOf(stretches), *numbers) for source, (stretches, *numbers) in found.items()}


def silent_sources(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = source_findings.silent_sources(connection, filter)
    rows = frame[list(SILENT)].astype(object).to_numpy().tolist()
    return {
        source: ((plain(since), plain(until), runs), round(expected, 6), reported, round(mean, 6), round(variance, 6))
        for source, since, until, runs, expected, reported, mean, variance in rows
    }


def repeating_sources(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = source_findings.repeating_sources(connection, filter)
    rows = frame[list(REPEATING)].astype(object).to_numpy().tolist()
    return {source: (*counts, sorted(case_ids)) for source, *counts, case_ids in rows}


def late(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = records.late(connection, filter)[["source", "recorded", "hour_late", "day_late", "longest_seconds"]]
    return {
        source: (*counts, round(seconds, 6)) for source, *counts, seconds in frame.astype(object).to_numpy().tolist()
    }


#: When somebody had looked, after a day on which something happened.
LOOKED: Final = tuple(timedelta(hours=hours) for hours in (0, 1, 5, 16, 17, 20, 24, 40))
#: Or how long before the moment asked about.
SHORTLY: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 60, 3600, 18_000, 172_800, 172_800))


def looked(asked: Asked) -> tuple[tuple[date, date], datetime]:
    """The days that somebody looked at, and when."""
    number, today = number_of(asked), asked.as_of.astimezone(UTC).date()
    first, last = asked.period or (today - timedelta(days=1), today)
    since = asked.as_of.astimezone(UTC) - SHORTLY[number % len(SHORTLY)]
    if number // 8 % 2:
        since = datetime.combine(first, time(), tzinfo=UTC) + LOOKED[number % len(LOOKED)]
    is_wide = number // 16 % 4 > 0
    return (first - timedelta(days=40 * is_wide), last + timedelta(days=40 * is_wide)), since


def came_late(connection: Connection, filter: Filter, asked: Asked) -> Any:
    period, since = looked(asked)
    return tuple(records.came_late(connection, filter, *period, since=since))


def expected_came_late(reading: Reading, asked: Asked) -> Any:
    return oracle_sources.came_late(reading, asked, *looked(asked))


#: By name: how a question is asked and what is expected, whatever it is grouped by.
SOURCES: Final[Mapping[str, Pair]] = {
    "source_findings/silent_sources": of(up_to_now, (silent_sources, expected_silences)),
    "source_findings/repeating_sources": of(up_to_now, (repeating_sources, oracle_sources.repeating_sources)),
    "records/late": (late, oracle_sources.late),
    "records/came_late": (came_late, expected_came_late),
}
