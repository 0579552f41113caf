"""What the page of the review asks: the frozen document of a period, or, where none is frozen yet, one made now.

A review takes two seconds: one that is not frozen is as of the hour's beginning, once for all viewers, and its figures
can be read while the rest is asked.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection

from dashboard import live
from dashboard.live.assessed import held
from dashboard.snapshot import Snapshot
from queries import freezes, store
from queries.filters import Filter
from queries.freezes import DamagedError, Frozen
from queries.review import Change, Holds, Period, PeriodError, Review, changes, read_period
from queries.review.make import FIRST, SECTIONS, again, begin, make

__all__ = [
    "Change",
    "DamagedError",
    "Frozen",
    "Holds",
    "Period",
    "PeriodError",
    "Review",
    "Reviewed",
    "expect",
    "frozen_lately",
    "frozen_of",
    "look_again",
    "read_period",
    "restated",
    "reviewed",
    "to_be_frozen",
    "usual_periods",
]

#: Freezes offered.
_ROWS: Final = 12
#: Seconds for which a look at what is frozen holds.
_LOOKED: Final = 20


class Reviewed(NamedTuple):
    """A review, and how it was frozen; None: it is not, and was made for this page. ``awaited``: sections that are
    still being asked.
    """

    review: Review
    frozen: Frozen | None
    awaited: tuple[str, ...] = ()


def reviewed(
    filter: Filter, period: Period, *, is_named: bool, is_live: bool, now: datetime, is_whole: bool = False
) -> Reviewed:
    """The review of a period. Where a moment is named it is made as known then, whatever was frozen. Without
    ``is_whole`` one that has to be made comes with its first sections, and the others when they are there.

    Raises PeriodError and AskingError for what cannot be reviewed, DamagedError for a document that does not bear its
    checksum, NoAnswerError where the store does not answer.
    """
    if not is_named:
        found = frozen_of(filter.subdistrict_id, period, now=now)
        if found is not None:
            return Reviewed(found.review, found)
    moment = held(filter, is_named=is_named, is_live=is_live).as_of
    key, ask = _asked(filter, period, moment)
    if is_whole or live.answers().there(key):
        return Reviewed(live.answers().get(key, ask), None)
    begun = live.answers().get(*_begun(filter, period, moment))
    whole = live.answers().soon(*_asked(filter, period, moment, begun), patience=0)
    if whole is None:
        return Reviewed(begun, None, tuple(id for id in SECTIONS if id not in FIRST))
    return Reviewed(whole, None)


def expect(filter: Filter, periods: Iterable[Period], *, is_live: bool, now: datetime) -> None:
    """Make ahead what the next click may want: the reviews of these periods, those that are frozen left out."""
    frozen = frozen_lately(filter, now=now)
    known = set(zip(frozen["period_from"], frozen["period_to"], strict=True))
    for period in periods:
        if (period.first, period.last) not in known:
            live.answers().ahead(*_asked(filter, period, held(filter, is_named=False, is_live=is_live).as_of))


def _asked(
    filter: Filter, period: Period, moment: datetime, begun: Review | None = None
) -> tuple[Hashable, Callable[[Connection], Review]]:
    def ask(connection: Connection) -> Review:
        return _made(connection, _owner(connection, filter.subdistrict_id), period, moment, begun)

    return ("review", filter.subdistrict_id, period, moment), ask


def _begun(filter: Filter, period: Period, moment: datetime) -> tuple[Hashable, Callable[[Connection], Review]]:
    def ask(connection: Connection) -> Review:
        return begin(connection, _owner(connection, filter.subdistrict_id), period, moment)

    return ("review begun", filter.subdistrict_id, period, moment), ask


def frozen_of(subdistrict_id: int, period: Period, *, now: datetime) -> Frozen | None:
    """The newest freeze of a period, as a look of the last seconds found it. Raises DamagedError, NoAnswerError."""
    key = ("frozen", subdistrict_id, period, int(now.timestamp()) // _LOOKED)
    return live.answers().get(key, lambda connection: freezes.one(connection, subdistrict_id, period))


def restated(filter: Filter, frozen: Frozen, *, is_live: bool) -> tuple[datetime, list[Change]] | None:
    """What of a frozen review reads otherwise at the hour's beginning, and that moment; None while it is asked for."""
    moment = max(held(filter, is_named=False, is_live=is_live).as_of, frozen.review.as_of)

    def ask(connection: Connection) -> tuple[datetime, list[Change]]:
        now = again(connection, _owner(connection, filter.subdistrict_id), frozen.review, moment)
        return moment, changes(frozen.review, now)

    return live.answers().soon(("restated", frozen.freeze_id, moment), ask)


def frozen_lately(filter: Filter, *, now: datetime) -> pd.DataFrame:
    """The newest freezes (queries.freezes.NEWEST)."""
    key = ("freezes", filter.subdistrict_id, int(now.timestamp()) // _LOOKED)
    return live.answers().get(key, lambda connection: freezes.newest(connection, filter.subdistrict_id, rows=_ROWS))


def look_again() -> None:
    """Forget what was found frozen in the last seconds: this process has just frozen something."""
    live.answers().forget("frozen", "freezes")


def usual_periods(filter: Filter) -> tuple[Period, ...]:
    """What meetings are about on the day of the filter: the running week, the last two, the last cycle and month."""
    today = filter.today
    year, week, _ = today.isocalendar()
    names = [f"{year}-W{week:02d}", "last-week", "last-cycle", "last-month"]
    found = [read_period(name, today) for name in names]
    before = read_period("last-week", found[1].first)
    return (found[0], found[1], before, *found[2:])


def to_be_frozen(snapshot: Snapshot, first: str, last: str) -> str:
    """The document of the days (20261116, 20261122) as known at the newest record, as it is to be frozen.

    Raises PeriodError and AskingError for days that cannot be reviewed, NoAnswerError where the store does not answer.
    """

    def ask(connection: Connection) -> str:
        owner = _owner(connection, snapshot.place.subdistrict_id)
        vitals = store.vitals(connection, owner.subdistrict_id)
        moment = snapshot.as_of if vitals is None or vitals.recorded_at is None else vitals.recorded_at
        today = moment.astimezone(ZoneInfo(owner.time_zone)).date()
        days = "..".join(f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in (first, last))
        return _made(connection, owner, read_period(days, today), moment).text()

    return live.answers().once(ask)


def _made(
    connection: Connection, owner: store.Owner, period: Period, moment: datetime, begun: Review | None = None
) -> Review:
    """The review as known at a moment; it follows up the last meeting's document."""
    before = freezes.before(connection, owner.subdistrict_id, period, moment)
    last_meeting = None if before is None else before.review
    between = live.answers().let_pass
    return make(connection, owner, period, moment, last_meeting, begun=begun, between=between)


def _owner(connection: Connection, subdistrict_id: int) -> store.Owner:
    return next(each for each in store.subdistricts(connection) if each.subdistrict_id == subdistrict_id)
