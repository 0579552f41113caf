"""A picture narrowed to an area, to kinds, to days: what the situation page says of them is asked anew, map and sources
stay as they are.

What each case changes is asked as of the picture's moment. What moves slowly is asked as of the last full quarter of an
hour, so that it is kept from picture to picture, as the whole picture keeps it.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from dashboard import live
from dashboard.snapshot import Earlier, Increment, Narrowing, OnTime, SameDay, Snapshot, Stock
from queries import (
    cases,
    comparison,
    days,
    deadlines,
    escalations,
    like_days,
    lists,
    place,
    privacy,
    same_day,
    sources,
    volume,
    why,
)
from queries.asking import Asked
from queries.compared import COMPARED
from queries.comparison import Against
from queries.figure import By
from queries.filters import Filter
from queries.sources import Recording
from queries.vocabulary import Kind

_QUARTER: Final = 15
#: Days of the lines beside the figures.
_LINE_DAYS: Final = 15
#: The newest cases are looked for in so many days first, and in all chosen ones where those hold too few.
_NEWEST_DAYS, _NEWEST_ROWS = 7, 12
#: A rate of fewer cases a day is no usual one.
_FEW: Final = 5
_SAME_DAY: Final = "same_day_resolution"


class Moving(NamedTuple):
    """What each case changes."""

    same_day: SameDay  # of today
    reported: int  # today, or in the chosen days
    stock: Stock
    on_time: OnTime
    escalations: pd.DataFrame
    latest: pd.DataFrame


class Lasting(NamedTuple):
    """What moves slowly."""

    days: pd.DataFrame
    stock_before: int | None
    like: pd.DataFrame | None  # like_days.AT_THIS_CLOCK; None: not of chosen days or of a single unit
    inside: frozenset[int] | None


def narrowed(whole: Snapshot, asked: Asked, *, is_past: bool) -> Snapshot:
    """The picture of what is asked. ``is_past``: it is one of a past moment, as of which everything is asked.

    Days that are today alone are the figures' own, and kinds that may not be shown singly are left out. Raises
    NoAnswerError.
    """
    filter = replace(asked.filter, kinds=_shown(asked.filter))
    if filter.period(1) == (filter.today, filter.today):
        filter = replace(filter, period_from=None, period_to=None)
    slow = filter if is_past or not whole.is_live else replace(filter, as_of=quarter(filter.as_of))
    answers = live.answers()
    if filter.period_from is not None and whole.same_day.is_recorded:
        answers.begin(*_beside(filter, whole.place.unit_level))
    has_usual = filter.period_from is None and filter.area_id not in set(whole.grids["area_id"])  # a unit has too few
    course = ("narrowed, lasting", slow), lambda connection: _lasting(connection, slow, has_usual=has_usual)
    answers.begin(*course)
    moving = answers.get(("narrowed", filter), lambda connection: _moving(connection, filter))
    seen = replace(
        whole,
        on_time=moving.on_time,
        escalations=moving.escalations,
        latest=moving.latest,
        narrowing=Narrowing(
            area_id=filter.area_id, name_zh=asked.area_zh, name_en=asked.area_en, kinds=tuple(filter.kinds or ())
        ),
    )
    seen = _own_days(seen, filter, slow, moving) if filter.period_from is None else _chosen_days(seen, filter, moving)
    lasting = answers.get(*course)
    if filter.period_from is None:
        rates = () if lasting.like is None else _usual_rates(lasting.like, filter)
        usual = like_days.UsualRange(None, None) if lasting.like is None else like_days.usual_range(lasting.like)
        increment = Increment(moving.reported, usual.low, usual.high)
        seen = replace(seen, same_day=replace(seen.same_day, like_days=rates), increment=increment)
    return replace(
        seen,
        stock=replace(moving.stock, open_yesterday=lasting.stock_before),
        days=lasting.days,
        narrowing=None if seen.narrowing is None else replace(seen.narrowing, inside=lasting.inside),
    )


def _own_days(seen: Snapshot, filter: Filter, slow: Filter, moving: Moving) -> Snapshot:
    """Today's rate, and the map's units in the last seven days: those outside of the area too, since a map leads from
    one to the next.
    """
    if filter.kinds is None:
        return replace(seen, same_day=moving.same_day)
    everywhere, level = replace(slow, area_id=None), seen.place.unit_level
    units = live.answers().get(
        ("units compared", everywhere, level),
        lambda connection: same_day.units_compared(connection, everywhere, level),
    )
    return replace(seen, same_day=moving.same_day, units=units)


def _chosen_days(seen: Snapshot, filter: Filter, moving: Moving) -> Snapshot:
    """The rate of the chosen days beside the days they are compared with, and the same of the map's units."""
    days = filter.period(1)
    increment, narrowing = Increment(moving.reported, None, None), seen.narrowing or Narrowing()
    seen = replace(seen, increment=increment, narrowing=replace(narrowing, days=days))
    if not seen.same_day.is_recorded:
        rate = SameDay(False, moving.reported, 0, 0, 0, None, None, (), days[1])
        return replace(seen, same_day=rate, units=pd.DataFrame())
    against = why.against_of(None, filter)
    change = live.answers().get(
        ("change", _SAME_DAY, filter, against), lambda connection: why.changed(connection, _SAME_DAY, filter, against)
    )
    beside = live.answers().get(*_beside(filter, seen.place.unit_level))
    now, before = change.now, change.before
    rate = SameDay(True, now.n, now.good, 0, 0, now.rate, None, (), days[1], now.is_provisional)
    earlier = Earlier(change.before_filter.period(1), None if before is None else before.rate, change.is_clear)
    return replace(
        seen, same_day=rate, units=_units_of(beside), narrowing=replace(narrowing, days=days, earlier=earlier)
    )


def _beside(filter: Filter, level: str) -> tuple[Hashable, Callable[[Connection], pd.DataFrame]]:
    """The question for the map's units in chosen days and those they are compared with, everywhere."""
    everywhere = replace(filter, area_id=None)
    return units_beside(_SAME_DAY, everywhere, why.against_of(None, everywhere), level)


def units_beside(
    figure: str, filter: Filter, against: Against | timedelta, level: str
) -> tuple[Hashable, Callable[[Connection], pd.DataFrame]]:
    """The question for a rate of units beside an earlier period (comparison.RATE_COLUMNS)."""

    def ask(connection: Connection) -> pd.DataFrame:
        before = why.earlier(connection, filter, against)
        return comparison.beside(COMPARED[figure], connection, filter, before, By.AREA, unit_level=level)

    return ("units beside", figure, filter, against, level), ask


def _units_of(beside: pd.DataFrame) -> pd.DataFrame:
    """Snapshot.units."""
    known = beside[beside["key"].notna()].reset_index(drop=True)
    counts = {"n": "n", "resolved": "good", "n_before": "n_before", "resolved_before": "good_before"}
    columns = {name: known[column].fillna(0).astype("int64") for name, column in counts.items()}
    return pd.DataFrame({"area_id": known["key"].astype("int64"), **columns})


def _usual_rates(like: pd.DataFrame, filter: Filter) -> tuple[tuple[date, float | None], ...]:
    """The rates of like days; none where they had too few cases to be a rate."""
    kinds = filter.kinds or (Kind.APPEAL,)
    counted = like[like["kind"].isin([kind.value for kind in kinds])]
    days = max(1, like["day"].nunique())
    return tuple(like_days.same_day_rates(like, kinds)) if counted["n"].sum() / days >= _FEW else ()


def _moving(connection: Connection, filter: Filter) -> Moving:
    recording = sources.recording(connection, filter)
    shown = filter.kinds or privacy.SHOWN_SINGLY  # visitors see this page too; kinds that are named may be shown
    return Moving(
        same_day=_today(connection, filter, recording),
        reported=_reported(connection, filter),
        stock=_stock(connection, filter, recording),
        on_time=_on_time(connection, filter, recording),
        escalations=escalations.pending(connection, replace(filter, kinds=shown)),
        latest=_latest(connection, filter),
    )


def _lasting(connection: Connection, filter: Filter, *, has_usual: bool) -> Lasting:
    recording = sources.recording(connection, filter)
    _, last = filter.period(1)
    course = replace(filter, period_from=last - timedelta(days=_LINE_DAYS - 1), period_to=last)
    return Lasting(
        days=days.course(connection, course, recording),
        stock_before=lists.stock_a_day_before(connection, filter).open if recording.records_times else None,
        like=like_days.at_this_clock(connection, filter) if has_usual else None,
        inside=None if filter.area_id is None else frozenset(place.inside(connection, filter)["area_id"].tolist()),
    )


def _today(connection: Connection, filter: Filter, recording: Recording) -> SameDay:
    today = same_day.today(connection, filter)
    if not recording.records_times:
        return SameDay(False, today.n, 0, 0, 0, None, None, (), filter.today)
    counts = (today.n, today.resolved, today.winnable, today.lost)
    return SameDay(True, *counts, today.rate, today.best, (), filter.today)


def _reported(connection: Connection, filter: Filter) -> int:
    if filter.period_from is None:
        return int(lists.increment(connection, filter)["reported"].sum())
    return int(volume.reported(connection, filter)["n"].sum())


def _stock(connection: Connection, filter: Filter, recording: Recording) -> Stock:
    if not recording.records_times:
        return Stock(False, 0, (0, 0, 0, 0, 0), None, None)
    found = lists.stock(connection, filter)
    return Stock(True, found.open, found.by_age, None, found.overdue if recording.records_deadlines else None)


def _on_time(connection: Connection, filter: Filter, recording: Recording) -> OnTime:
    if not (recording.records_times and recording.records_deadlines):
        return OnTime(0, 0, None)
    found = deadlines.on_time(connection, filter)
    n, good = int(found["n"].sum()), int(found["good"].sum())
    return OnTime(n, good, good / n if n else None)


def _latest(connection: Connection, filter: Filter) -> pd.DataFrame:
    """The newest cases of the chosen days, or of the last 28 (cases.LISTED)."""
    first, last = filter.period(cases.LISTED_DAYS)
    near: date = max(first, last - timedelta(days=_NEWEST_DAYS - 1))
    found = cases.listed(connection, replace(filter, period_from=near, period_to=last), rows=_NEWEST_ROWS)
    if len(found) >= _NEWEST_ROWS or near == first:
        return found
    return cases.listed(connection, replace(filter, period_from=first, period_to=last), rows=_NEWEST_ROWS)


def _shown(filter: Filter) -> tuple[Kind, ...] | None:
    return tuple(kind for kind in filter.kinds or () if kind in privacy.SHOWN_SINGLY) or None


def quarter(moment: datetime) -> datetime:
    """The beginning of the quarter of an hour a moment lies in."""
    return moment.replace(minute=moment.minute // _QUARTER * _QUARTER, second=0, microsecond=0)
