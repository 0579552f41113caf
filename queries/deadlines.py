"""On-time rate 按期办结率: cases first due in a period against those resolved by that deadline."""

from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import ask_one

ON_TIME_DAYS: Final = 14


class OnTime(NamedTuple):
    """Cases due, those on time, and those whose deadline was put off (judged by the first one all the same)."""

    n: int
    on_time: int
    extended: int

    @property
    def rate(self) -> float | None:
        """On time ÷ due; None without a case."""
        return self.on_time / self.n if self.n else None


def on_time(connection: Connection, filter: Filter) -> OnTime:
    """Over the filter's period, or the last 14 local days, today included up to as_of."""
    first, last = filter.period(ON_TIME_DAYS)
    parameters = {
        **filter.parameters(),
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
    }
    return OnTime(**ask_one(connection, "deadlines", "on_time", parameters))
