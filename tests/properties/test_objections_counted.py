"""Cases that an upheld objection has moved: the ranking counts them where the decision says, the community's condition
where they lie; after random histories and random objections and decisions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from queries.review.period import Period, Span
from seed.objecting import Objection, decide, object_to
from seed.store import StoreError
from seed.units import Unit, units_on
from tests.oracle.figures import store
from tests.oracle.figures.asked import Asked, Reading
from tests.properties.fairness_asks import FAIRNESS, UNIT_LEVELS
from tests.properties.figure_asks import filter_of
from tests.properties.figure_histories import histories
from tests.properties.figure_worlds import FigureWorld
from tests.properties.test_figures import EXAMPLES_IN_ALL, raw_of, stage, tell

__all__ = ["stage"]

pytestmark = pytest.mark.timeout(max(900, 5 * EXAMPLES_IN_ALL))
NAMES = ("ranking/outcomes", "condition/counted")
MOST_OBJECTIONS, QUESTIONS = 6, 6


@dataclass(frozen=True)
class Told:
    """A history in the store, with objections and what was decided of them."""

    reading: Reading
    subdistrict_id: int
    #: A moment after all of it.
    now: datetime
    #: Days on which something of a case counts.
    days: tuple[date, ...]


def days_of(reading: Reading, subdistrict_id: int, as_of: datetime) -> Iterator[date]:
    """Days on which a case counts for one indicator or another."""
    for item in reading.known(subdistrict_id, as_of):
        case = item.case
        yield from (day for day in (case.reported_day, case.due_day) if day is not None)
        if case.first_resolved_at is not None:
            yield reading.day(case.first_resolved_at) + timedelta(days=31)


def object_once(connection: Connection, chance: Random, told: Told, by: dict[date, tuple[Unit, ...]]) -> int | None:
    """One objection about a case; None where the store does not hear it."""
    first = chance.choice(told.days) - timedelta(days=chance.choice((0, 0, 3, 13)))
    last = first + timedelta(days=chance.choice((0, 6, 13)))
    if last not in by:
        by[last] = units_on(connection, told.subdistrict_id, last).units
    case = chance.choice(told.reading.known(told.subdistrict_id, told.now)).case
    line = told.reading.line_of(case.area_id)
    objection = Objection(
        unit=chance.choice([unit for unit in by[last] if unit.area_id in line] or by[last]),
        period=Period(Span.DAYS, first, last),
        case_id=case.case_id,
        to=chance.choice((None, *by[last])),
        reason="other",
        words="",
        by="lead",
    )
    savepoint = connection.begin_nested()
    try:
        number = object_to(connection, told.subdistrict_id, objection)
    except (StoreError, DBAPIError) as error:
        savepoint.rollback()
        note(f"not heard: {error}")
        return None
    savepoint.commit()
    note(f"{number}: {objection}")
    return number


def object_and_decide(connection: Connection, chance: Random, told: Told) -> None:
    """Some objections; some are decided, some of these again and otherwise."""
    units: dict[date, tuple[Unit, ...]] = {}
    tried = (object_once(connection, chance, told, units) for _ in range(MOST_OBJECTIONS))
    heard = [number for number in tried if number is not None]
    for number in [*heard, *heard[::3]]:
        is_upheld = chance.random() < 0.8
        decide(connection, told.subdistrict_id, number, is_upheld=is_upheld, by="office", words="")
        note(f"{number}: {'upheld' if is_upheld else 'rejected'}")


def questions(chance: Random, told: Told, moments: list[datetime]) -> Iterator[Asked]:
    """Around the days on which cases count, as known before, at and after a decision."""
    for _ in range(QUESTIONS):
        first = chance.choice(told.days) - timedelta(days=chance.choice((0, 1, 6, 13)))
        yield Asked(
            subdistrict_id=told.subdistrict_id,
            as_of=chance.choice(moments),
            period=(first, first + timedelta(days=chance.choice((0, 6, 13, 27)))),
            unit_level=chance.choice((*UNIT_LEVELS, "micro_grid", "subdistrict")),
        )


@settings(max_examples=max(5, EXAMPLES_IN_ALL // 6))
@given(data=st.data())
def test_moved_cases_count_where_the_decision_says(stage: tuple[FigureWorld, Connection], data: st.DataObject) -> None:
    world, connection = stage
    subdistrict_id = tell(connection, data.draw(histories(world), label="history"))
    chance = Random(data.draw(st.integers(0, 2**20), label="chance of the objections"))
    reading = store.read(raw_of(connection))
    now = datetime.now(UTC) + timedelta(seconds=1)
    days = tuple(sorted(days_of(reading, subdistrict_id, now)))
    if not days:
        return
    told = Told(reading, subdistrict_id, now, days)
    object_and_decide(connection, chance, told)
    reading = store.read(raw_of(connection))
    decided = [item.decided_at for item in reading.ground.decisions]
    newest = max([*decided, now])
    moments = [newest, newest, *decided, *(moment - timedelta(microseconds=1) for moment in decided)]
    for asked in questions(chance, told, moments):
        for name in NAMES:
            ask, expect, _ = FAIRNESS[name]
            assert ask(connection, filter_of(asked, world.zone_name), asked) == expect(reading, asked), (
                f"{name} {asked}"
            )
