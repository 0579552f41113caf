"""The parts of a picture: which question gives which figure, and how long its answer holds.

What changes with every batch is asked every time. What moves slowly is kept for as long as it holds: shapes and names,
the ranking, what is usual, the course of past days.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from dashboard.live import figures
from dashboard.live.asked import MINUTES, MOMENT, QUARTER, Asked
from dashboard.live.duty import desk
from dashboard.live.replay import replay
from dashboard.live.stages import clocks_of_stages
from dashboard.live.standing import communities_ranked, grids, standing
from dashboard.snapshot import Health, Increment, Place, Snapshot, Stock, Variable
from queries import (
    batches,
    cases,
    days,
    escalations,
    like_days,
    lists,
    place,
    privacy,
    same_day,
    sites,
    sources,
    walls,
)
from queries.filters import Filter

#: From the first picture to the second, which has all parts.
SOON: Final = timedelta(seconds=1)


def draw_together(asked: Asked) -> tuple[Snapshot, tuple[datetime, ...]]:
    """The picture without its serial, version and times, and the deadlines at which it changes by itself."""
    connection, filter = asked.connection, asked.filter
    shown = replace(filter, kinds=privacy.SHOWN_SINGLY)  # visitors read the wall
    found = asked.slow("place", MINUTES, lambda: place.subdistrict(connection, filter))
    recording = asked.slow("recording", MINUTES, lambda: sources.recording(connection, filter))
    like = asked.slow("like_days", MINUTES, lambda: _like(asked))
    variable = lists.variable(connection, filter)
    today = same_day.today(connection, filter)
    rate = figures.same_day(today, filter, recording)
    stock = _stock(asked, recording)
    waiting = escalations.pending(connection, shown)
    ranks = standing(asked, found.unit_level)
    is_first = asked.memory.notes.setdefault("first", asked.now) == asked.now
    duty = desk(asked)
    snapshot = Snapshot(
        place=_place(found, filter),
        as_of=filter.as_of,
        moment=filter.as_of,
        is_live=True,
        made_at=filter.as_of,
        version=0,
        serial=0,
        mode=duty.mode,
        same_day=rate if not rate.is_recorded else replace(rate, like_days=like.rates),
        increment=_increment(asked, like),
        stock=stock,
        variable=Variable(*lists.variable_counts(variable)),
        on_time=asked.slow("on_time", MOMENT, lambda: figures.on_time(connection, filter, recording)),
        grids=grids(asked, found.unit_level),
        communities=asked.slow("communities", QUARTER, lambda: place.communities(connection, filter)),
        ranking=ranks.table,
        ranking_period=ranks.period,
        escalations=waiting,
        latest=cases.latest(connection, filter),
        heat=cases.heat(connection, filter),
        risk_points=asked.slow("risk_points", QUARTER, lambda: sites.risk_points(connection, filter)),
        sources=sources.heartbeats(connection, filter),
        days=_days(asked, recording, today, stock),
        units=asked.slow(
            "units_compared",
            QUARTER,
            lambda: same_day.units_compared(connection, filter, found.unit_level),
            otherwise=pd.DataFrame,
        ),
        stages=None if is_first else clocks_of_stages(asked),
        ranking_communities=pd.DataFrame() if is_first else communities_ranked(asked, found.unit_level, ranks),
        replay=asked.slow("map_replay", MOMENT, lambda: replay(asked, found.unit_level), otherwise=lambda: None),
        neighbours=asked.slow(
            "neighbours", QUARTER, lambda: place.neighbours(connection, filter), otherwise=pd.DataFrame
        ),
        counted=asked.slow(
            "counted", QUARTER, lambda: cases.counted(connection, filter, found.unit_level), otherwise=pd.DataFrame
        ),
        mode_since=duty.mode_since,
        grave=duty.grave,
        inflow=duty.inflow,
        duty=duty.duty,
        health=asked.slow("health", MOMENT, lambda: _health(asked), otherwise=Health),
    )
    changes = _deadlines(asked.now, waiting["deadline_at"], variable["due_at"], duty.next_mode)
    # what no opening screen waits for comes with the second picture
    return snapshot, (asked.now + SOON, *changes) if is_first else changes


@dataclass(frozen=True)
class Like:
    """What was on the last like days at this clock time."""

    rates: tuple[tuple[date, float | None], ...]
    usual: like_days.UsualRange


def _like(asked: Asked) -> Like:
    frame = like_days.at_this_clock(asked.connection, asked.filter)
    return Like(tuple(like_days.same_day_rates(frame)), like_days.usual_range(frame))


def _health(asked: Asked) -> Health:
    """The walls, the newest batches and what was refused, as the data-health page shows them."""
    connection, filter = asked.connection, asked.filter
    return Health(
        walls=walls.listed(connection, filter),
        batches=batches.newest(connection, filter),
        refused=batches.refused(connection, filter),
    )


def _place(found: place.Subdistrict, filter: Filter) -> Place:
    return Place(
        subdistrict_id=found.subdistrict_id,
        name_zh=found.name_zh,
        name_en=found.name_en,
        time_zone=filter.time_zone,
        is_illustrative=found.is_illustrative,
        has_boundaries=found.has_boundaries,
        unit_level=found.unit_level,
        unit_zh=found.unit_zh,
        unit_en=found.unit_en,
    )


def _increment(asked: Asked, like: Like) -> Increment:
    reported = int(lists.increment(asked.connection, asked.filter)["reported"].sum())
    return Increment(reported, like.usual.low, like.usual.high)


def _stock(asked: Asked, recording: sources.Recording) -> Stock:
    """Open cases beside those of a day before."""
    now = figures.stock(asked.connection, asked.filter, recording)
    if not now.is_recorded:
        return now
    before = asked.slow("stock_before", MINUTES, lambda: lists.stock_a_day_before(asked.connection, asked.filter))
    return replace(now, open_yesterday=before.open)


def _days(asked: Asked, recording: sources.Recording, today: same_day.Today, stock: Stock) -> pd.DataFrame:
    """The course of the last days: past days as last asked, today's figures as they stand."""
    course = asked.slow(
        "days", QUARTER, lambda: days.course(asked.connection, asked.filter, recording), otherwise=pd.DataFrame
    ).copy()
    if course.empty:
        return course
    is_today = course["day"] == asked.filter.today
    course.loc[is_today, "same_day_n"] = today.n
    if recording.records_times:
        course.loc[is_today, "same_day_resolved"] = today.resolved
        course.loc[is_today, "open"] = stock.open
    return course


def _deadlines(now: datetime, *columns: pd.Series) -> tuple[datetime, ...]:
    """The next moment of each column after `now`."""
    moments = []
    for column in columns:
        ahead = column[column > now]
        if not ahead.empty:
            moments.append(ahead.min().to_pydatetime())
    return tuple(moments)
