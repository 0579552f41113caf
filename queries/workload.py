"""Work by the hands that do it: cases per member of the grids' staff, and field work. Definitions: catalogue."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import DEFAULT_DAYS, By, parameters
from queries.filters import Filter
from queries.runner import Shape, Type, ask, frame_of, shape

PER_MEMBER: Final[Shape] = shape(
    key=Type.TEXT,
    n=(Type.INTEGER, "cases"),
    member_days=(Type.INTEGER, "members × days"),
    is_provisional=Type.FLAG,
)

FIELD_WORK: Final[Shape] = shape(
    key=Type.TEXT,
    activity=Type.TEXT,
    activity_zh=Type.TEXT,
    activity_en=Type.TEXT,
    times=(Type.INTEGER, "times"),
    people=(Type.INTEGER, "people"),
)

STAFF_GROUPINGS: Final = frozenset({By.TOTAL, By.AREA})
WORK_GROUPINGS: Final = frozenset({By.TOTAL, By.DAY, By.WEEK, By.MONTH, By.AREA})


def per_member(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with staff recorded: PER_MEMBER and per_member_day (cases ÷ member-days).

    Of the whole local days of the filter's period, or of the last 28, that have ended by as_of: a morning's cases
    against a whole day's staff would look like leisure. A case below a grid is the grid's. Grids without staff recorded
    count nowhere; with none at all there is no row, and the load is not recorded. Provisional until every source has
    handed in those days, and while days of the filter's period are still to end.
    """
    first, asked_for = filter.period(DEFAULT_DAYS)
    last = min(asked_for, filter.today - timedelta(days=1))
    if last < first:
        return frame_of([], PER_MEMBER).assign(per_member_day=pd.Series(dtype=float))
    asked = parameters(
        replace(filter, period_from=first, period_to=last), by, unit_level=unit_level, groupings=STAFF_GROUPINGS
    )
    frame = ask(connection, "workload", "per_member", PER_MEMBER, asked)
    runs = filter.period_to is not None and asked_for > last
    return frame.assign(is_provisional=frame["is_provisional"] | runs, per_member_day=frame["n"] / frame["member_days"])


def field_work(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key and activity that was done (FIELD_WORK), by the activities' order; noughts alone are no row.

    Over the filter's period, or the last 28 local days, up to the day of as_of. Kinds of cases have no part in it.
    """
    asked = parameters(filter, by, unit_level=unit_level, groupings=WORK_GROUPINGS)
    return ask(connection, "workload", "field_work", FIELD_WORK, asked)
