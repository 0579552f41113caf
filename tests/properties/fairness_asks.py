"""How the figures behind rankings and findings are asked for, and which of them are checked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zlib import crc32

from sqlalchemy import Connection

from queries import condition, findings, mode, ranking, reopening_findings
from queries.filters import Filter
from queries.vocabulary import Risk
from tests.oracle.figures import changes, fairness
from tests.oracle.figures import findings as oracle_findings
from tests.oracle.figures import inflow as modes
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import Answer, Expected, filter_of, plain
from tests.properties.figure_histories import GROUPINGS

#: Levels of the units a question is asked of where it names none.
UNIT_LEVELS: Final = ("grid", "community")
#: The period a finding is mostly asked of, at least: habits are rare.
LONG: Final = timedelta(days=60)


def _turn(asked: Asked, turns: int) -> int:
    """One of so many turns, the same for the same question."""
    return crc32(repr(asked).encode()) % turns


def of_units(asked: Asked) -> Asked:
    """The same question with a level: of grids or of communities, in turns, where it names none."""
    return replace(asked, unit_level=asked.unit_level or UNIT_LEVELS[_turn(asked, len(UNIT_LEVELS))])


def widened(asked: Asked) -> Asked:
    """The same question of units; two in three of all areas and of the finding's own kinds, over 60 days or more."""
    asked = of_units(asked)
    if _turn(asked, 3) == 0:
        return asked
    first, last = asked.period or (asked.as_of.date() - LONG, asked.as_of.date())
    return replace(asked, area_id=None, kinds=None, period=(first, max(last, first + LONG)))


def by_units(expect: Expected) -> Expected:
    """What is expected of units."""
    return lambda reading, asked: expect(reading, of_units(asked))


def widely(ask: Answer) -> Answer:
    """Asks the widened question."""
    return lambda connection, filter, asked: ask(connection, filter, widened(asked))


def expected_widely(expect: Expected) -> Expected:
    """What is expected of the widened question."""
    return lambda reading, asked: expect(reading, widened(asked))


def level_of(asked: Asked) -> str:
    return of_units(asked).unit_level or ""


def outcomes(connection: Connection, filter: Filter, asked: Asked) -> Any:
    rows = ranking.outcomes(connection, filter, level_of(asked)).astype(object).to_numpy().tolist()
    found = {tuple(stratum): (n, good) for *stratum, n, good in rows}
    assert len(found) == len(rows)
    return found


def counted(connection: Connection, filter: Filter, asked: Asked) -> Any:
    since = fairness.usual_from(*filter.period(fairness.CYCLE_DAYS))
    frame = condition.counted(connection, filter, level_of(asked), since)
    names = ["area_id", "population", "n", "grave", "petitions", "n_usual"]
    rows = frame[names].astype(object).to_numpy().tolist()
    return {area_id: tuple(plain(value) for value in values) for area_id, *values in rows}


def evidence(question: Callable[..., Any], *words: str) -> Answer:
    """Asks for the evidence of a finding: (unit, kind, cut-off) -> the counts, and the cases' numbers in order."""

    def ask(connection: Connection, filter: Filter, asked: Asked) -> Any:
        frame = question(connection, filter_of(asked, filter.time_zone), asked.unit_level, *words)
        rows = frame.astype(object).to_numpy().tolist()
        return {(unit, kind, cutoff): (*counts, sorted(ids)) for unit, kind, cutoff, *counts, ids in rows}

    return ask


def reports(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = findings.fewer_reports(connection, filter_of(asked, filter.time_zone), level_of(asked))
    rows = frame.astype(object).to_numpy().tolist()
    return {(unit, kind, cutoff): tuple(counts) for unit, kind, cutoff, *counts in rows}


#: They take no grouping but units of their own: every question asked fits.
ALWAYS: Final = frozenset(GROUPINGS)

#: A question, what is expected of it, with which groupings it is asked: what figure_table.Checked is made of.
Entry = tuple[Answer, Expected, frozenset[str]]


def of_evidence(question: Callable[..., Any], expect: Expected, *words: str) -> Entry:
    """A finding, asked widely."""
    return widely(evidence(question, *words)), expected_widely(expect), ALWAYS


#: What may be changed before which cut-offs.
CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("withdrawn", "downgraded", "retyped", "reassigned"), ("midnight", "deadline", "cycle")),
    "extended": ("deadline", "cycle"),
}


def changed(change: str, cutoff: str) -> Entry:
    """One change before one cut-off."""

    def expect(reading: Reading, asked: Asked) -> Any:
        return changes.changed_before_cutoff(reading, asked, change, cutoff)

    return of_evidence(findings.changed_before_cutoff, expect, change, cutoff)


#: How far back a question about what came in since a moment looks, in minutes.
SINCE: Final = (0, 1, 5, 59, 360, 1441)
#: Colours, minutes and days of a surge that is asked about.
SURGES: Final = (("red",), 30, 28), (("red", "orange"), 60, 28), (("red", "orange", "yellow", "blue"), 600, 3)


def since(asked: Asked) -> datetime:
    """A moment before that of as_of."""
    return asked.as_of.astimezone(UTC) - timedelta(minutes=SINCE[_turn(asked, len(SINCE))])


def usual_hours(connection: Connection, filter: Filter, _: Asked) -> Any:
    return dict(mode.usual_hours(connection, filter)[["hour", "reported"]].to_numpy().tolist())


def inflow(connection: Connection, filter: Filter, asked: Asked) -> Any:
    rows = mode.inflow(connection, filter, since(asked)).astype(object).to_numpy().tolist()
    return {plain(begin): tuple(counts) for begin, *counts in rows}


def reported_since(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return tuple(mode.reported_since(connection, filter, since(asked)))


def surge(connection: Connection, filter: Filter, asked: Asked) -> Any:
    colours, *numbers = SURGES[_turn(asked, len(SURGES))]
    found = mode.surge(connection, filter, tuple(map(Risk, colours)), *numbers)
    return found.reported, found.before


def expected_surge(reading: Reading, asked: Asked) -> Any:
    return modes.surge(reading, asked, *SURGES[_turn(asked, len(SURGES))])


FAIRNESS: Final[Mapping[str, Entry]] = {
    "ranking/outcomes": (outcomes, by_units(fairness.outcomes), ALWAYS),
    "condition/counted": (counted, by_units(fairness.condition), ALWAYS),
    "findings/closed_before_midnight": of_evidence(
        findings.closed_before_midnight, oracle_findings.closed_before_midnight
    ),
    "findings/closed_within_a_minute": of_evidence(
        findings.closed_within_a_minute, oracle_findings.closed_within_a_minute
    ),
    "reopening_findings/reopened_after_cutoff same_day": of_evidence(
        reopening_findings.reopened_after_cutoff, oracle_findings.reopened_after_same_day, "same_day"
    ),
    "reopening_findings/reopened_after_cutoff reopened": of_evidence(
        reopening_findings.reopened_after_cutoff, oracle_findings.reopened_after_thirty_days, "reopened"
    ),
    "reopening_findings/opened_again": of_evidence(reopening_findings.opened_again, oracle_findings.opened_again),
    "findings/fewer_reports": (widely(reports), expected_widely(changes.fewer_reports), ALWAYS),
    **{
        f"findings/changed_before_cutoff {change} {cutoff}": changed(change, cutoff)
        for change, cutoffs in CHANGES.items()
        for cutoff in cutoffs
    },
    "mode/usual_hours": (usual_hours, modes.usual_hours, ALWAYS),
    "mode/inflow": (inflow, lambda reading, asked: modes.spans(reading, asked, since(asked)), ALWAYS),
    "mode/reported_since": (
        reported_since,
        lambda reading, asked: modes.reported_since(reading, asked, since(asked)),
        ALWAYS,
    ),
    "mode/surge": (surge, expected_surge, ALWAYS),
}
