"""How the figures behind rankings and findings are asked for, and which of them are checked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection

from queries import condition, ranking
from queries.filters import Filter
from tests.oracle.figures import fairness
from tests.oracle.figures.asked import Asked
from tests.properties.figure_asks import Answer, Expected, plain
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
    "ranking/outcomes": (outcomes, by_units(fairness.outcomes), ALWAYS),
    "condition/counted": (counted, by_units(fairness.condition), ALWAYS),
}
