"""Like days: earlier days with the same weekday and the same working-day status, seen at the same clock time.

What was known at each of those moments, not what is known of them now: a rate of 16:00 is compared with rates of 16:00.
"""

from datetime import date
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape
from queries.vocabulary import Kind

SAME_DAY_DAYS: Final = 4
USUAL_DAYS: Final = 8

AT_THIS_CLOCK: Final[Shape] = shape(
    day=Type.DAY,
    kind=Type.TEXT,
    reported=(Type.INTEGER, "cases"),
    n=(Type.INTEGER, "cases, neither withdrawn nor transferred then"),
    resolved=(Type.INTEGER, "cases resolved then"),
)


class UsualRange(NamedTuple):
    """What is usual by this clock time: 10th and 90th percentile over the like days; None without like days."""

    low: float | None
    high: float | None


def at_this_clock(connection: Connection, filter: Filter, days: int = USUAL_DAYS) -> pd.DataFrame:
    """One row per like day and kind (AT_THIS_CLOCK), newest day first; a day without cases has kind ""."""
    parameters = {**filter.parameters(), "days": days, "clock": filter.clock}
    return ask(connection, "like_days", "at_this_clock", AT_THIS_CLOCK, parameters)


def same_day_rates(frame: pd.DataFrame, kinds: tuple[Kind, ...] = (Kind.APPEAL,)) -> list[tuple[date, float | None]]:
    """The same-day rate of the last four like days at this clock time, newest first; None for a day without cases.

    ``frame``: AT_THIS_CLOCK.
    """
    days = list(dict.fromkeys(frame["day"]))[:SAME_DAY_DAYS]
    counted = frame[frame["kind"].isin([kind.value for kind in kinds])].groupby("day")[["n", "resolved"]].sum()
    rates: list[tuple[date, float | None]] = []
    for day in days:
        n, resolved = counted.loc[day] if day in counted.index else (0, 0)
        rates.append((day, float(resolved) / float(n) if n else None))
    return rates


def usual_range(frame: pd.DataFrame, since: date | None = None) -> UsualRange:
    """10th and 90th percentile of the cases reported by this clock time. ``frame``: AT_THIS_CLOCK.

    ``since``: the first day the store was fed; like days before it tell nothing and are left out.
    """
    counts = frame.groupby("day")["reported"].sum()
    if since is not None:
        counts = counts[[day >= since for day in counts.index]]
    if counts.empty:
        return UsualRange(None, None)
    low, high = np.percentile(counts.to_numpy(dtype=float), [10, 90])
    return UsualRange(float(low), float(high))
