"""Work by the hands that do it: cases per member of the grids' staff, and field work. Definitions: catalogue."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.figure import DEFAULT_DAYS, By, parameters
from queries.filters import Filter
from queries.packed_days import Cases
from queries.runner import Shape, Type, ask, frame_of, framed, shape

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
#: How a post comes packed (days since 2000, the end outside), and an area whose cases the staff of ``post`` have.
_POST: Final = np.dtype([(name, ">i4") for name in ("unit", "post", "members", "begun", "ended")])
_LINE: Final = np.dtype([(name, ">i4") for name in ("post", "area")])


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
    (posts, reach, complete), cases, _ = packed_days.read(
        connection, "workload", "per_member", ("areas", "types", "traits"), asked
    )
    staff, lines = (
        pd.DataFrame(np.frombuffer(held or b"", dtype=kind).astype([(name, np.int64) for name in kind.names or ()]))
        for held, kind in ((posts, _POST), (reach, _LINE))
    )
    of_unit = staff["unit"] if by is By.AREA else np.zeros(len(staff), dtype=np.int64)
    units, staff["unit"] = np.unique(of_unit, return_inverse=True)
    member_days = np.bincount(staff["unit"], staff["members"] * (staff["ended"] - staff["begun"]), len(units))
    n = _arrived(staff.merge(lines, on="post"), len(units), cases, filter.kinds, first, last)
    is_open = filter.period_to is not None and asked_for > last
    is_open |= packed.microseconds(asked["period_end"]) > int.from_bytes(complete, "big", signed=True)
    keys = [str(unit) if by is By.AREA else None for unit in units.tolist()]
    frame = framed([keys, n, member_days, [is_open] * len(keys)], PER_MEMBER).sort_values("key", ignore_index=True)
    return frame.assign(per_member_day=frame["n"] / frame["member_days"])


def _arrived(
    posts: pd.DataFrame, units: int, cases: Cases, kinds: Collection[str] | None, first: date, last: date
) -> npt.NDArray[np.int64]:
    """Of each unit how many cases came in on days and in areas that it had staff for.

    ``posts``: a row for each area that goes with a post: the place of its unit, ``area``, and the days as _POST has
    them. An area and day count once for a unit, however many of the areas above it have staff.
    """
    since, days = (first - packed.BEGINNING.date()).days, (last - first).days + 1
    pairs, pair = np.unique(posts["unit"].to_numpy() << 32 | posts["area"].to_numpy(), return_inverse=True)
    areas, place = np.unique(pairs & 0xFFFFFFFF, return_inverse=True)
    # of each pair of a unit and an area the days with staff: one more from the first on, one less after the last
    steps = np.zeros((len(pairs), days + 1), dtype=np.int64)
    for bound, step in (("begun", 1), ("ended", -1)):
        np.add.at(steps, (pair, posts[bound].to_numpy() - since), step)
    is_staffed = np.cumsum(steps, axis=1)[:, :days] > 0
    chosen, _ = cases.chosen(kinds, None)
    at = pd.Index(areas).get_indexer(pd.Index(cases.number("areas")[chosen]))
    day = np.array([(each - first).days for each in cases.days], dtype=np.intp)[cases.row[chosen]]
    cell = (at * days + day)[at >= 0]
    reported = np.bincount(cell, minlength=len(areas) * days).reshape(len(areas), days)
    return np.bincount(pairs >> 32, (is_staffed * reported[place]).sum(axis=1), units).astype(np.int64)


def field_work(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key and activity that was done (FIELD_WORK), by the activities' order; noughts alone are no row.

    Over the filter's period, or the last 28 local days, up to the day of as_of. Kinds of cases have no part in it.
    """
    asked = parameters(filter, by, unit_level=unit_level, groupings=WORK_GROUPINGS)
    return ask(connection, "workload", "field_work", FIELD_WORK, asked)
