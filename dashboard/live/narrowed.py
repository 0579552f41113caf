"""A picture narrowed to an area, to kinds, to days: what the situation page says of them is asked anew, map and sources
stay as they are.

What each case changes is asked as of the picture's moment. What moves slowly is asked as of the last full quarter of an
hour, so that it is kept from picture to picture, as the whole picture keeps it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple, TypeVar

import pandas as pd
from sqlalchemy import Connection

from dashboard import live
from dashboard.live import figures
from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Earlier, Increment, Narrowing, OnTime, SameDay, Snapshot, Stock
from queries import (
    cases,
    comparison,
    days,
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
from queries.vocabulary import Kind
from queries.why import Change

_QUARTER: Final = 15
#: Days of the lines beside the figures.
_LINE_DAYS: Final = 15
#: The newest cases are looked for in so many days first, and in all chosen ones where those hold too few.
_NEWEST_DAYS, _NEWEST_ROWS = 7, 12
#: A rate of fewer cases a day is no usual one.
_FEW: Final = 5
_SAME_DAY: Final = "same_day_resolution"


Answer = TypeVar("Answer")
#: A question by the key its answer is kept under.
_Ask = tuple[Hashable, Callable[[Connection], Answer]]


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


@dataclass(frozen=True)
class _Part:
    """What is asked about, and what of the whole picture decides how."""

    filter: Filter
    slow: Filter  # the same as of when what moves slowly is asked
    level: str  # of the map's units
    is_unit: bool  # the area is one of them
    is_recorded: bool  # closing times are
    name_zh: str
    name_en: str

    @property
    def days(self) -> tuple[date, date] | None:
        """The chosen days."""
        return None if self.filter.period_from is None else self.filter.period(1)

    def moving(self) -> "_Ask[Moving]":
        """The question for what each case changes."""
        return ("narrowed", self.filter), partial(_moving, filter=self.filter)

    def lasting(self) -> "_Ask[Lasting]":
        """The question for what moves slowly."""
        has_usual = self.days is None and not self.is_unit  # a unit has too few cases
        return ("narrowed, lasting", self.slow), partial(_lasting, filter=self.slow, has_usual=has_usual)

    def change(self) -> "_Ask[Change]":
        """The question for the rate of the chosen days beside the days they are compared with."""
        against = why.against_of(None, self.filter)
        ask = partial(why.changed, figure=_SAME_DAY, filter=self.filter, against=against)
        return ("change", _SAME_DAY, self.filter, against), ask

    def units(self) -> "_Ask[pd.DataFrame] | None":
        """The question for the map's units, those outside of the area too, since a map leads from one to the next;
        None where they are those of the whole picture, or nothing can be said of them.
        """
        everywhere = replace(self.filter if self.days is not None else self.slow, area_id=None)
        if self.days is not None and self.is_recorded:
            return units_beside(_SAME_DAY, everywhere, why.against_of(None, everywhere), self.level)
        if self.days is None and self.filter.kinds is not None:
            key = ("units compared", everywhere, self.level)
            return key, partial(same_day.units_compared, filter=everywhere, unit_level=self.level)
        return None


def narrowed(whole: Snapshot, asked: Asked, *, is_past: bool) -> Snapshot:
    """The picture of what is asked. ``is_past``: it is one of a past moment, as of which everything is asked.

    Days that are today alone are the figures' own, and kinds that may not be shown singly are left out. Raises
    NoAnswerError.
    """
    filter = replace(asked.filter, kinds=_shown(asked.filter))
    if filter.period(1) == (filter.today, filter.today):
        filter = replace(filter, period_from=None, period_to=None)
    part = _Part(
        filter=filter,
        slow=filter if is_past or not whole.is_live else replace(filter, as_of=quarter(filter.as_of)),
        level=whole.place.unit_level,
        is_unit=filter.area_id in set(whole.grids["area_id"]),
        is_recorded=whole.same_day.is_recorded,
        name_zh=asked.area_zh,
        name_en=asked.area_en,
    )
    answers, units = live.answers(), part.units()
    for question in (units, part.lasting()):  # asked beside what follows
        if question is not None:
            answers.begin(*question)
    answers.get(*part.moving())
    if part.days is not None and part.is_recorded:
        answers.get(*part.change())
    for question in (units, part.lasting()):
        if question is not None:
            answers.get(*question)
    return _composed(whole, part)


@once_per_snapshot(32)
def _composed(whole: Snapshot, part: _Part) -> Snapshot:
    """The picture of what has been asked; one for all who ask the same."""
    moving, lasting = live.answers().get(*part.moving()), live.answers().get(*part.lasting())
    narrowing = Narrowing(
        whole=whole,
        area_id=part.filter.area_id,
        inside=lasting.inside,
        name_zh=part.name_zh,
        name_en=part.name_en,
        kinds=tuple(part.filter.kinds or ()),
        days=part.days,
    )
    seen = replace(
        whole,
        stock=replace(moving.stock, open_yesterday=lasting.stock_before),
        on_time=moving.on_time,
        escalations=moving.escalations,
        latest=moving.latest,
        days=lasting.days,
        narrowing=narrowing,
    )
    return _own_days(seen, part, moving, lasting) if part.days is None else _chosen_days(seen, part, moving)


def _own_days(seen: Snapshot, part: _Part, moving: Moving, lasting: Lasting) -> Snapshot:
    """Today's figures, and the map's units in the last seven days."""
    rates = () if lasting.like is None else _usual_rates(lasting.like, part.filter)
    usual = like_days.UsualRange(None, None) if lasting.like is None else like_days.usual_range(lasting.like)
    question = part.units()
    return replace(
        seen,
        same_day=replace(moving.same_day, like_days=rates),
        increment=Increment(moving.reported, usual.low, usual.high),
        units=seen.units if question is None else live.answers().get(*question),
    )


def _chosen_days(seen: Snapshot, part: _Part, moving: Moving) -> Snapshot:
    """The rate of the chosen days beside the days they are compared with, and the same of the map's units."""
    seen, question = replace(seen, increment=Increment(moving.reported, None, None)), part.units()
    if question is None or part.days is None or seen.narrowing is None:
        rate = SameDay(False, moving.reported, 0, 0, 0, None, None, (), seen.same_day.day)
        return replace(seen, same_day=rate, units=pd.DataFrame())
    change, beside = live.answers().get(*part.change()), live.answers().get(*question)
    now, before = change.now, change.before
    rate = SameDay(True, now.n, now.good, 0, 0, now.rate, None, (), part.days[1], now.is_provisional)
    earlier = Earlier(change.before_filter.period(1), None if before is None else before.rate, change.is_clear)
    return replace(seen, same_day=rate, units=_units_of(beside), narrowing=replace(seen.narrowing, earlier=earlier))


def units_beside(figure: str, filter: Filter, against: Against | timedelta, level: str) -> "_Ask[pd.DataFrame]":
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
        same_day=figures.same_day(same_day.today(connection, filter), filter, recording),
        reported=_reported(connection, filter),
        stock=figures.stock(connection, filter, recording),
        on_time=figures.on_time(connection, filter, recording),
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


def _reported(connection: Connection, filter: Filter) -> int:
    if filter.period_from is None:
        return int(lists.increment(connection, filter)["reported"].sum())
    return int(volume.reported(connection, filter)["n"].sum())


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
