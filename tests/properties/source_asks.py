"""Findings on sources, and late records: how they are asked, and what is right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
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


#: By name: how a question is asked and what is expected, whatever it is grouped by.
SOURCES: Final[Mapping[str, Pair]] = {
    "source_findings/silent_sources": of(up_to_now, (silent_sources, expected_silences)),
    "source_findings/repeating_sources": of(up_to_now, (repeating_sources, oracle_sources.repeating_sources)),
    "records/late": (late, oracle_sources.late),
}
