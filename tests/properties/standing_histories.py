"""What random histories know besides cases, staff and field work: the subdistrict's marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from psycopg2 import extensions
from psycopg2.extras import execute_values

from tests.oracle.inbox import InboxRow
from tests.properties.figure_worlds import FigureWorld
from tests.properties.histories import Draw

#: Whom marks are given to: grids, two of the redrawn ones, a community, one next door.
MARKED: Final = ("n-1-1", "n-1-1", "n-1-3", "n-1-4", "n-2-1", "n-2", "s-1-2")
#: Items and their full marks; the total of a sheet stands for all of them.
ITEMS: Final = (("total", 100), ("order", 10), ("order", 20), ("service", 15))
#: How long after its last day a period is marked; in some it still runs.
GIVEN_AFTER: Final = tuple(timedelta(hours=hours) for hours in (0, 9, 34, 200, -60))
#: Days from the last day of an assessed period to a day on which something happened.
ENDED_BEFORE: Final = (1, 1, 2, 6, 13, 15, 29, -3)

_INSERT_MARKS: Final = """
    insert into app.assessment_marks
    (subdistrict_id, area_id, period_start, period_end, item, marks, full_marks, recorded_at)
    select subdistrict_id, area_id, told.first_day, told.last_day, told.item, told.marks, told.full_marks, told.at
    from (values %s) as told (code, first_day, last_day, item, marks, full_marks, at)
    join app.areas on areas.code = told.code
"""


@dataclass(frozen=True)
class Standing:
    """Marks: area, first and last day of the period, item, marks, full marks, when they were given."""

    marks: tuple[tuple[Any, ...], ...]


@st.composite
def standings(draw: Draw, world: FigureWorld, rows: Sequence[InboxRow]) -> Standing:
    """Marks of one or two assessed periods, some given twice, at moments of which questions are asked."""
    moments = sorted({row.recorded_at or row.occurred_at for row in rows if row.occurred_at is not None})
    days = sorted({moment.astimezone(world.zone).date() for moment in moments})
    return Standing(tuple(_marks(draw, world, moments, days)) if days else ())


def _marks(draw: Draw, world: FigureWorld, moments: Sequence[datetime], days: Sequence[date]) -> list[tuple[Any, ...]]:
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for _ in range(draw(st.sampled_from((1, 2, 3)))):
        last = draw(st.sampled_from(days)) - timedelta(days=draw(st.sampled_from(ENDED_BEFORE)))
        first = last - timedelta(days=draw(st.sampled_from((13, 13, 6))))
        over = datetime.combine(last + timedelta(days=1), time(), tzinfo=world.zone)
        given = (*moments, *(over + after for after in GIVEN_AFTER))
        for _ in range(draw(st.integers(1, 5))):
            area, (item, full) = draw(st.sampled_from(MARKED)), draw(st.sampled_from(ITEMS))
            at = draw(st.sampled_from(given))
            points = draw(st.integers(0, 2 * full)) / 2
            found[area, first, last, item, at] = (area, first, last, item, points, full, at)
    return list(found.values())


def stand(connection: extensions.connection, known: Standing) -> None:
    """Writes it down with plain inserts: the product's own commands give the moment at which they are called."""
    with connection.cursor() as cursor:
        if known.marks:
            execute_values(cursor, _INSERT_MARKS, known.marks)
