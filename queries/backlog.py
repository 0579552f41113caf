"""The course of the backlog 存量: open before and after, opened and closed, and whether it grows older."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries.figure import By, parameters
from queries.filters import Filter
from queries.runner import Shape, Type, ask, frame_of, shape
from queries.sources import require_times

GROUPINGS: Final = frozenset({By.TOTAL, By.AREA, By.KIND, By.TYPE, By.CHANNEL, By.RISK})
WEEKS: Final = 2

MOVEMENT: Final[Shape] = shape(
    key=Type.TEXT,
    span=(Type.INTEGER, "1, 2, … in order"),
    from_at=Type.MOMENT,
    to_at=Type.MOMENT,
    open_before=(Type.INTEGER, "cases"),
    opened=(Type.INTEGER, "times"),
    closed=(Type.INTEGER, "times"),
    open=(Type.INTEGER, "cases"),
    median_age_before=(Type.NUMBER, "days since reported"),
    median_age=(Type.NUMBER, "days since reported"),
)


def movement(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    bounds: Sequence[datetime] | None = None,
) -> pd.DataFrame:
    """One row per key and span with a case that was open in it or at its ends (MOVEMENT), all as known at as_of.

    ``bounds``: the spans' ends, rising, none after as_of; without, the filter's period (or the last 28 local days) up
    to as_of is one span, and a period that has not begun has none. The stock was burned down where ``open`` <
    ``open_before``. An age is NaN where nothing was open. Cases of sources without closing times take no part.
    Raises NotRecordedError where no source records closing times.
    """
    require_times(connection, filter)
    asked = parameters(filter, by, unit_level=unit_level, groupings=GROUPINGS)
    if bounds is None and asked["period_start"] >= filter.as_of:
        return frame_of([], MOVEMENT)  # the period has not begun
    if bounds is None:
        # what happened at as_of itself has happened
        bounds = (asked["period_start"], min(asked["period_end"], filter.as_of + timedelta(microseconds=1)))
    if len(bounds) < 2 or any(late <= early for early, late in itertools.pairwise(bounds)):
        raise ValueError("The bounds of spans must be at least two and rise.")
    if bounds[-1] > filter.as_of + timedelta(microseconds=1):
        raise ValueError("A span ends after as_of: nothing is known of it yet.")
    spans = {"bounds": list(bounds), "from_at": bounds[0], "to_at": bounds[-1]}
    return ask(connection, "backlog", "movement", MOVEMENT, {**asked, **spans})


def two_weeks(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """``movement`` over the last two times seven whole local days before as_of, or before the end of a past period."""
    end = filter.today
    if filter.period_to is not None:
        end = min(end, filter.period_to + timedelta(days=1))
    bounds = [filter.midnight(end - timedelta(days=7 * back)) for back in range(WEEKS, -1, -1)]
    return movement(connection, filter, by, unit_level=unit_level, bounds=bounds)


def growing(weeks: pd.DataFrame) -> pd.DataFrame:
    """One row per key: key, is_growing: in both weeks more was opened than closed and the median age rose.

    ``weeks``: the answer of ``two_weeks``. Where nothing was open at a week's beginning no age can have risen.
    """
    is_worse = (weeks["opened"] > weeks["closed"]) & (weeks["median_age"] > weeks["median_age_before"])
    times = is_worse.groupby(weeks["key"], dropna=False, sort=False).sum()
    return pd.DataFrame(
        {"key": weeks["key"].drop_duplicates().reset_index(drop=True), "is_growing": np.asarray(times == WEEKS)}
    )
