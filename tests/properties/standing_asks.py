"""What stands beside the cases: how it is asked for, and what is right."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from queries import place, ranking, sites, sources
from queries.filters import Filter
from tests.oracle.figures import standing
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.fairness_asks import ALWAYS, Entry
from tests.properties.figure_asks import Answer, plain
from tests.properties.pairs import number_of, of
from tests.properties.small_world import SOUTH

#: Days by which a period begins earlier and ends later than the one named.
EARLIER: Final = (0, 3, 13, 30)
LATER: Final = (0, 0, 14)
#: Days of an assessed period, of several, and of a week.
CYCLES: Final = (14, 28, 56, 7)


def of_cycles(asked: Asked) -> Asked:
    """The same question of a period about which marks may speak: the one that is named, or longer; without a name the
    newest or, in some, one that ended some days ago.
    """
    number = number_of(asked)
    if asked.period is not None:
        first, last = asked.period
        earlier, later = EARLIER[number % len(EARLIER)], LATER[number % len(LATER)]
        return replace(asked, period=(first - timedelta(days=earlier), last + timedelta(days=later)))
    if number % 3 == 0:
        return asked
    last = asked.as_of.date() - timedelta(days=number // 8 % 16)
    return replace(asked, period=(last - timedelta(days=CYCLES[number % len(CYCLES)] - 1), last))


def marks_asked(*, with_earlier: bool) -> Answer:
    def ask(connection: Connection, filter: Filter, _: Asked) -> Any:
        frame = ranking.marks(connection, filter, with_earlier=with_earlier)
        names = ["area_id", "period_start", "period_end", "marks", "full_marks"]
        rows = frame[names].astype(object).to_numpy().tolist()
        return {area_id: tuple(map(plain, values)) for area_id, *values in rows}

    return ask


def marks(*, with_earlier: bool) -> Entry:
    def expect(reading: Reading, asked: Asked) -> Any:
        return standing.marks(reading, asked, with_earlier=with_earlier)

    return *of(of_cycles, (marks_asked(with_earlier=with_earlier), expect)), ALWAYS


def risk_points(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = sites.risk_points(connection, filter)
    rows = frame[["code", "area_id", "lon", "lat", "risk", "name_zh", "name_en"]].astype(object).to_numpy().tolist()
    return {code: tuple(map(plain, values)) for code, *values in rows}


def carried(connection: Connection, filter: Filter, _: Asked) -> Any:
    """Of the subdistrict that is asked about, and of the one next door, which has no case in some histories."""
    there = connection.scalar(text("select area_id from app.areas where code = :code"), {"code": SOUTH})
    asked = (filter, replace(filter, subdistrict_id=there))
    return [tuple(sources.carried(connection, each)) for each in asked]


def expected_carried(reading: Reading, asked: Asked) -> Any:
    there = next(area.area_id for area in reading.world.areas.values() if area.code == SOUTH)
    return [standing.carried(reading, each) for each in (asked, replace(asked, subdistrict_id=there))]


#: Levels by which units are asked for.
LEVELS: Final = ("grid", "community", "grid", "micro_grid")
#: Of what tells of the present alone: those with which nobody asks of the past again what was shown before.
OF_THE_PRESENT: Final = ALWAYS - {"total", "day", "area"}


def of_levels(asked: Asked) -> Asked:
    """The same question of units of one of the levels."""
    return replace(asked, unit_level=LEVELS[number_of(asked) % len(LEVELS)])


def units(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = place.units(connection, filter, asked.unit_level or "")
    rows = frame[["area_id", "kind", "community_id", "population", "members"]].astype(object).to_numpy().tolist()
    return [tuple(map(plain, row)) for row in rows]


#: By name: how a question is asked, what is expected, and by which groupings.
STANDING: Final[Mapping[str, Entry]] = {
    "ranking/marks": marks(with_earlier=True),
    "ranking/marks of the period alone": marks(with_earlier=False),
    "sites/risk_points": (risk_points, standing.risk_points, ALWAYS),
    "sources/carried": (carried, expected_carried, OF_THE_PRESENT),
    "place/units": (*of(of_levels, (units, standing.units)), ALWAYS),
}
