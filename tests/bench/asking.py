"""Every way in which a question is asked by the bench: found from the questions themselves, none is listed here.

A question is an entry of ASKED in tests/queries/test_every_question.py. One whose function takes ``by`` is a figure: it
is asked by each grouping it accepts, and over a year; one that takes ``use_rollup`` is asked without roll-ups as well.
"""

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from queries.figure import By
from queries.filters import Filter
from tests.queries.test_every_question import ASKED

#: How long before the store's newest record a question is asked, in days.
MOMENTS: Final = {"now": 0, "1 day ago": 1, "30 days ago": 30, "180 days ago": 180}
GROUPED_AT: Final = ("now", "30 days ago")
YEAR: Final = 365


@dataclass(frozen=True)
class Way:
    """One way of asking one question."""

    question: str
    scope: str  # subdistrict, grid, city
    moment: str  # of MOMENTS
    by: str  # a grouping, "" where the question has none; of areas the level too
    period: str  # "default" or "a year"
    source: str  # "roll-up" as it comes, "cases" without roll-ups
    ask: Callable[[Connection], Any]

    @property
    def name(self) -> str:
        """In one line."""
        return " · ".join(part for part in (self.question, self.scope, self.by, self.period, self.moment) if part)


@dataclass(frozen=True)
class Ground:
    """What is asked about: the subdistrict and the grid with most cases of the last four weeks, the newest moment."""

    filter: Filter
    grid_id: int
    levels: tuple[str, ...]  # of areas that have cases below them, the subdistrict's excepted


def ground(connection: Connection) -> Ground:
    """Found in the store, once."""
    row = connection.execute(
        text(
            "select subdistricts.subdistrict_id, subdistricts.last_recorded_at, app.time_zone() as time_zone"
            " from app.subdistricts cross join lateral ("
            "  select sum(area_day.reported) as reported from app.area_day"
            "  where area_day.subdistrict_id = subdistricts.subdistrict_id"
            "  and area_day.area_id = subdistricts.subdistrict_id"
            "  and area_day.day > cast(subdistricts.last_recorded_at as date) - 28"
            " ) as whole order by whole.reported desc nulls last limit 1"
        )
    ).one()
    grid_id = connection.scalar(
        text(
            "select area_day.area_id from app.areas join app.area_day using (subdistrict_id, area_id)"
            " where areas.subdistrict_id = :id and areas.level = 'grid'"
            " and area_day.day > (select cast(last_recorded_at as date) - 28 from app.subdistricts"
            "  where subdistrict_id = :id)"
            " group by 1 order by sum(area_day.reported) desc limit 1"
        ),
        {"id": row.subdistrict_id},
    )
    levels = connection.scalars(
        text(
            "select distinct areas.level from app.areas where areas.subdistrict_id = :id"
            " and areas.level in ('community', 'grid', 'micro_grid') order by 1"
        ),
        {"id": row.subdistrict_id},
    )
    # a city's newest record may be another subdistrict's: the present is the present of all
    newest = connection.scalar(text("select max(last_recorded_at) from app.subdistricts"))
    return Ground(Filter(row.subdistrict_id, newest, row.time_zone), int(grid_id or 0), tuple(levels))


def ways(place: Ground) -> Iterator[Way]:
    """All of them. Some are refused when asked (a grouping that a figure does not have): that is no failure."""
    for question in sorted(ASKED):
        for moment, days in MOMENTS.items():
            asked = replace(place.filter, as_of=place.filter.as_of - timedelta(days=days))
            if question.startswith("city/"):
                yield from _of_one(question, "city", moment, asked, ())
                continue
            yield from _of_one(question, "subdistrict", moment, asked, place.levels)
            yield from _of_one(question, "grid", moment, replace(asked, area_id=place.grid_id), ())


def _of_one(question: str, scope: str, moment: str, asked: Filter, levels: tuple[str, ...]) -> Iterator[Way]:
    ask, _ = ASKED[question]
    yield Way(question, scope, moment, "", "default", "roll-up", lambda connection: ask(connection, asked))
    subject, name = question.split("/")
    function = getattr(importlib.import_module(f"queries.{subject}"), name)
    taken = inspect.signature(function).parameters
    if scope == "city":
        if "use_rollup" in taken:
            whole = replace(asked, subdistrict_id=0, area_id=None)
            yield Way(question, scope, moment, "", "default", "cases", _calling(function, whole, use_rollup=False))
        return
    if "by" not in taken:
        return
    year = replace(asked, period_from=asked.today - timedelta(days=YEAR - 1), period_to=asked.today)
    groupings: list[tuple[By, str | None]] = [(by, None) for by in By if by is not By.AREA]
    groupings += [(By.AREA, level) for level in levels]
    # parts of the past take as long as its whole: every grouping is asked of the present and of one past moment
    every = scope == "subdistrict" and moment in GROUPED_AT
    for by, level in groupings if every else groupings[:1]:
        values: dict[str, Any] = {"by": by} | ({"unit_level": level} if "unit_level" in taken else {})
        if by is By.AREA and "unit_level" not in taken:
            continue
        shown = by.value if level is None else f"{by.value} {level}"
        for period, within in (("default", asked), ("a year", year)):
            yield Way(question, scope, moment, shown, period, "roll-up", _calling(function, within, **values))
            if "use_rollup" in taken:
                direct = _calling(function, within, **values, use_rollup=False)
                yield Way(question, scope, moment, shown, period, "cases", direct)


def _calling(function: Callable[..., Any], asked: Filter, **values: Any) -> Callable[[Connection], Any]:
    return lambda connection: function(connection, asked, **values)
