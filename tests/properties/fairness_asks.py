"""How the figures behind rankings and findings are asked for, and which of them are checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from queries import condition, ranking
from queries.filters import Filter
from tests.oracle.figures import fairness
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.figure_asks import Answer, Expected, expected_without, filter_of, plain, without
from tests.properties.figure_histories import GROUPINGS

#: Levels of the units a question is asked of where it names none.
UNIT_LEVELS: Final = ("grid", "community")


def of_units(asked: Asked) -> Asked:
    """The same question with a level: grids or communities, by the day of as_of, where it names none."""
    return replace(asked, unit_level=asked.unit_level or UNIT_LEVELS[asked.as_of.toordinal() % len(UNIT_LEVELS)])


def by_units(expect: Expected) -> Expected:
    """What is expected of units."""
    return lambda reading, asked: expect(reading, of_units(asked))


def level_of(asked: Asked) -> str:
    return of_units(asked).unit_level or ""


def outcomes(connection: Connection, filter: Filter, asked: Asked) -> Any:
    rows = ranking.outcomes(connection, filter, level_of(asked)).astype(object).to_numpy().tolist()
    found = {tuple(stratum): (n, good) for *stratum, n, good in rows}
    assert len(found) == len(rows)
    return found


def of_indicators(answer: Any, *, is_kept: bool) -> Any:
    return {stratum: counts for stratum, counts in answer.items() if (stratum[1] == "kept") is is_kept}


def other_than_kept(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return of_indicators(outcomes(connection, filter, asked), is_kept=False)


def expected_other_than_kept(reading: Reading, asked: Asked) -> Any:
    return of_indicators(fairness.outcomes(reading, asked), is_kept=False)


def kept(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return of_indicators(outcomes(connection, filter, asked), is_kept=True)


def expected_kept(reading: Reading, asked: Asked) -> Any:
    return of_indicators(fairness.outcomes(reading, asked), is_kept=True)


def of_days_that_have_come(asked: Asked, time_zone: str) -> Asked:
    """The same question without the days after that of as_of; of the usual days where none has come."""
    today = asked.as_of.astimezone(ZoneInfo(time_zone)).date()
    if asked.period is None or asked.period[1] <= today:
        return asked
    return replace(asked, period=(asked.period[0], today) if asked.period[0] <= today else None)


def kept_so_far(connection: Connection, filter: Filter, asked: Asked) -> Any:
    asked = of_days_that_have_come(asked, filter.time_zone)
    return kept(connection, filter_of(asked, filter.time_zone), asked)


def expected_kept_so_far(reading: Reading, asked: Asked) -> Any:
    return expected_kept(reading, of_days_that_have_come(asked, reading.world.time_zone.key))


def counted(connection: Connection, filter: Filter, asked: Asked) -> Any:
    since = fairness.usual_from(*filter.period(fairness.CYCLE_DAYS))
    frame = condition.counted(connection, filter, level_of(asked), since)
    names = ["area_id", "population", "n", "grave", "petitions", "n_usual"]
    rows = frame[names].astype(object).to_numpy().tolist()
    return {area_id: tuple(plain(value) for value in values) for area_id, *values in rows}


#: They take no grouping but units of their own: every question asked fits.
ALWAYS: Final = frozenset(GROUPINGS)

#: Question -> how it is asked, what is expected, with which groupings: what figure_table.Checked is made of.
FAIRNESS: Final[Mapping[str, tuple[Answer, Expected, frozenset[str]]]] = {
    "ranking/outcomes": (other_than_kept, by_units(expected_other_than_kept), ALWAYS),
    "ranking/outcomes kept": (kept, by_units(expected_kept), ALWAYS),
    "ranking/outcomes kept so far": (kept_so_far, by_units(expected_kept_so_far), ALWAYS),
    "ranking/outcomes kept so far n": (
        without(1, kept_so_far),
        by_units(expected_without(1, expected_kept_so_far)),
        ALWAYS,
    ),
    "condition/counted": (counted, by_units(fairness.condition), ALWAYS),
}
