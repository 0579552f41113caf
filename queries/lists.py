"""The three lists 三张清单: increment (new today), stock (open, by age), variable (open and likely to turn worse)."""

from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, ask_one, shape


class Stock(NamedTuple):
    """Cases open at as_of by age since reported, and those past their deadline."""

    open: int
    to_1_day: int
    to_3_days: int
    to_7_days: int
    to_15_days: int
    over_15_days: int
    overdue: int
    with_deadline: int

    @property
    def by_age(self) -> tuple[int, int, int, int, int]:
        """0-1, 1-3, 3-7, 7-15 and over 15 days."""
        return self.to_1_day, self.to_3_days, self.to_7_days, self.to_15_days, self.over_15_days


class VariableCounts(NamedTuple):
    """Cases of the variable list: each once in the total, and in every part it belongs to."""

    total: int
    near_deadline: int
    reopened: int
    repeated: int
    unanswered: int


INCREMENT: Final[Shape] = shape(kind=Type.TEXT, reported=(Type.INTEGER, "cases"))

VARIABLE: Final[Shape] = shape(
    case_id=Type.INTEGER,
    kind=Type.TEXT,
    risk=Type.TEXT,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    area_id=Type.INTEGER,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    level=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    reported_at=Type.MOMENT,
    due_at=Type.MOMENT,
    is_near_deadline=Type.FLAG,
    is_reopened=Type.FLAG,
    is_repeated=Type.FLAG,
    is_unanswered=Type.FLAG,
)


def increment(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per kind with a case today (INCREMENT)."""
    return ask(connection, "lists", "increment", INCREMENT, filter.parameters())


def stock(connection: Connection, filter: Filter) -> Stock:
    """Cases open at as_of by age."""
    return Stock(**ask_one(connection, "lists", "stock", filter.parameters()))


def stock_a_day_before(connection: Connection, filter: Filter) -> Stock:
    """The stock 24 hours before as_of, as it was known then."""
    return stock(connection, replace(filter, as_of=filter.as_of - timedelta(days=1)))


def variable(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per open case likely to turn worse (VARIABLE), next deadline first, with the owner and the parts."""
    return ask(connection, "lists", "variable", VARIABLE, filter.parameters())


def variable_counts(frame: pd.DataFrame) -> VariableCounts:
    """The parts of the variable list. ``frame``: VARIABLE."""
    return VariableCounts(
        total=len(frame),
        near_deadline=int(frame["is_near_deadline"].sum()),
        reopened=int(frame["is_reopened"].sum()),
        repeated=int(frame["is_repeated"].sum()),
        unanswered=int(frame["is_unanswered"].sum()),
    )
