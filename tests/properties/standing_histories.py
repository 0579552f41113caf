"""What random histories know besides cases, staff and field work: the subdistrict's marks, risk points, more staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from hypothesis import strategies as st
from psycopg2 import extensions
from psycopg2.extras import execute_values

from tests.oracle.inbox import InboxRow
from tests.properties.figure_histories import STAFFED
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

#: Where sites are: as marks, a micro grid in a grid, the whole subdistrict.
SITES: Final = (*MARKED, "n-2-1-1", "n")
#: Days from the opening of a site to a day on which something happened, and from its opening to its closing.
OPENED_BEFORE: Final = (0, 0, 1, 20, -1)
LASTED: Final = (None, None, 0, 1, 2, 20, 21)
PLACES: Final = ((None, None), (114.0625, 22.5), (113.875, 22.75))

_INSERT_SITES: Final = """
    insert into app.risk_points
    (subdistrict_id, code, site_kind, site_code, area_id, name_zh, name_en, risk, lon, lat, opened_on, closed_on)
    select subdistrict_id, told.code, told.site_kind, 'site', area_id, told.code || '险', told.code || ' risk',
    told.risk, cast(told.lon as float), cast(told.lat as float), told.opened_on,
    coalesce(cast(told.closed_on as date), 'infinity')
    from (values %s) as told (code, area, site_kind, risk, lon, lat, opened_on, closed_on)
    join app.areas on areas.code = told.area
"""
#: Posts beside those of the records, and how long each strength of theirs holds, in days.
POSTS: Final = ("lead", "instructor")
HELD: Final = (1, 2, 14, 30)

_INSERT_POSTS: Final = """
    insert into app.staff_posts (area_id, post, members, valid_from, valid_to)
    select area_id, told.post, told.members, told.valid_from, coalesce(cast(told.valid_to as date), 'infinity')
    from (values %s) as told (code, post, members, valid_from, valid_to)
    join app.areas on areas.code = told.code
"""
_INSERT_MARKS: Final = """
    insert into app.assessment_marks
    (subdistrict_id, area_id, period_start, period_end, item, marks, full_marks, recorded_at)
    select subdistrict_id, area_id, told.first_day, told.last_day, told.item, told.marks, told.full_marks, told.at
    from (values %s) as told (code, first_day, last_day, item, marks, full_marks, at)
    join app.areas on areas.code = told.code
"""


@dataclass(frozen=True)
class Standing:
    """Marks: area, first and last day of the period, item, marks, full marks, when they were given. Rated sites: code,
    area, kind, colour, lon, lat, first day, first day no longer (None: for ever). Posts: area, post, members, days.
    """

    marks: tuple[tuple[Any, ...], ...] = ()
    sites: tuple[tuple[Any, ...], ...] = ()
    posts: tuple[tuple[Any, ...], ...] = ()


@st.composite
def standings(draw: Draw, world: FigureWorld, rows: Sequence[InboxRow]) -> Standing:
    """Marks of some assessed periods, at moments of which questions are asked, some given twice; sites, some of them
    rated as a whole, for a while or for ever; staff whose strength changes.
    """
    moments = sorted({row.recorded_at or row.occurred_at for row in rows if row.occurred_at is not None})
    days = sorted({moment.astimezone(world.zone).date() for moment in moments})
    if not days:
        return Standing()
    return Standing(tuple(_marks(draw, world, moments, days)), tuple(_sites(draw, days)), tuple(_posts(draw, days)))


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


def _sites(draw: Draw, days: Sequence[date]) -> Iterator[tuple[Any, ...]]:
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(("point", "point", "point", "enterprise")))
        opened = draw(st.sampled_from(days)) - timedelta(days=draw(st.sampled_from(OPENED_BEFORE)))
        lasted = draw(st.sampled_from(LASTED))
        closed = None if lasted is None else opened + timedelta(days=lasted)
        colour, point = draw(st.sampled_from(("red", "orange", "yellow", "blue"))), draw(st.sampled_from(PLACES))
        yield f"random {number}", draw(st.sampled_from(SITES)), kind, colour, *point, opened, closed


def _posts(draw: Draw, days: Sequence[date]) -> Iterator[tuple[Any, ...]]:
    for area in draw(st.lists(st.sampled_from(STAFFED), unique=True, min_size=1, max_size=3)):
        for post in POSTS[: draw(st.integers(1, 2))]:
            turn = draw(st.sampled_from(days))
            bounds = [turn - timedelta(days=draw(st.sampled_from(HELD))), turn]
            bounds.append(turn + timedelta(days=draw(st.sampled_from(HELD))))
            for first, after in pairwise([*bounds, None] if draw(st.booleans()) else bounds):
                members = draw(st.sampled_from((0, 1, 5, None)))
                if members is not None:
                    yield area, post, members, first, after


def stand(connection: extensions.connection, known: Standing) -> None:
    """Writes it down with plain inserts: the product's own commands give the moment at which they are called."""
    told = ((_INSERT_MARKS, known.marks), (_INSERT_SITES, known.sites), (_INSERT_POSTS, known.posts))
    with connection.cursor() as cursor:
        for statement, rows in told:
            if rows:
                execute_values(cursor, statement, rows)
