"""The figures of a picture, of whatever a filter asks about; what its sources do not record is said to be so."""

from sqlalchemy import Connection

from dashboard.snapshot import OnTime, SameDay, Stock
from queries import deadlines, lists
from queries import same_day as same_day_queries
from queries.filters import Filter
from queries.sources import Recording


def same_day(today: same_day_queries.Today, filter: Filter, recording: Recording) -> SameDay:
    """Today's rate, without like days to set it beside."""
    if not recording.records_times:
        return SameDay(False, today.n, 0, 0, 0, None, None, (), filter.today)
    counts = (today.n, today.resolved, today.winnable, today.lost)
    return SameDay(True, *counts, today.rate, today.best, (), filter.today)


def stock(connection: Connection, filter: Filter, recording: Recording) -> Stock:
    """Open cases, without those of a day before; without closing times nobody knows what is open."""
    if not recording.records_times:
        return Stock(False, 0, (0, 0, 0, 0, 0), None, None)
    found = lists.stock(connection, filter)
    return Stock(True, found.open, found.by_age, None, found.overdue if recording.records_deadlines else None)


def on_time(connection: Connection, filter: Filter, recording: Recording) -> OnTime:
    """The rate over the filter's period, or the last 14 local days."""
    if not (recording.records_deadlines and recording.records_times):
        return OnTime(0, 0, None)
    found = deadlines.on_time(connection, filter)
    n, good = int(found["n"].sum()), int(found["good"].sum())
    return OnTime(n, good, good / n if n else None)
