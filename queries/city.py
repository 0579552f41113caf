"""A city of many subdistricts: the same figures side by side, and their total.

Each question takes a Filter whose subdistrict_id is ``WHOLE_CITY``: area_id then names a city or district (None: the
whole store), and the answer has one row per subdistrict with a case (``key``: its subdistrict_id as text) and, first,
one of all (``key`` missing). Figures are the same as those of one subdistrict, by the same definitions.
"""

from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import RATE, By, parameters
from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape
from queries.vocabulary import Kind

#: In place of a subdistrict: what lies above subdistricts belongs to none.
WHOLE_CITY: Final = 0

VOLUME: Final[Shape] = shape(
    key=Type.TEXT,
    reported=(Type.INTEGER, "cases"),
    red=(Type.INTEGER, "cases"),
    orange=(Type.INTEGER, "cases"),
    yellow=(Type.INTEGER, "cases"),
    blue=(Type.INTEGER, "cases"),
)

BACKLOG: Final[Shape] = shape(
    key=Type.TEXT,
    open=(Type.INTEGER, "cases"),
    to_1_day=(Type.INTEGER, "cases"),
    to_3_days=(Type.INTEGER, "cases"),
    to_7_days=(Type.INTEGER, "cases"),
    to_15_days=(Type.INTEGER, "cases"),
    over_15_days=(Type.INTEGER, "cases"),
    overdue=(Type.INTEGER, "cases"),
    with_deadline=(Type.INTEGER, "cases"),
)

ESCALATIONS_PENDING: Final[Shape] = shape(
    key=Type.TEXT,
    pending=(Type.INTEGER, "escalations"),
    overdue=(Type.INTEGER, "escalations"),
    supervised=(Type.INTEGER, "escalations"),
    next_deadline_at=Type.MOMENT,
)


def _ask(
    connection: Connection,
    question: str,
    declared: Shape,
    filter: Filter,
    *,
    kinds: tuple[Kind, ...] | None = None,
    use_rollup: bool = True,
) -> pd.DataFrame:
    if filter.subdistrict_id != WHOLE_CITY:
        raise ValueError("A question of the whole city takes no subdistrict: name a city or district as its area.")
    asked: dict[str, Any] = parameters(filter, By.TOTAL, kinds=kinds, use_rollup=use_rollup)
    return ask(connection, "city", question, declared, asked)


def same_day(connection: Connection, filter: Filter, *, use_rollup: bool = True) -> pd.DataFrame:
    """Same-day resolution (figure.RATE) of the period or the last 28 days; appeals unless the filter names kinds.

    A subdistrict none of whose sources records closing times is left out, and is not in the total.
    """
    return _ask(connection, "same_day", RATE, filter, kinds=(Kind.APPEAL,), use_rollup=use_rollup)


def on_time(connection: Connection, filter: Filter, *, use_rollup: bool = True) -> pd.DataFrame:
    """Resolved by the deadline as first set (figure.RATE), of cases due in the period or the last 28 days.

    A subdistrict none of whose sources records closing times is left out, and is not in the total.
    """
    return _ask(connection, "on_time", RATE, filter, use_rollup=use_rollup)


def volume(connection: Connection, filter: Filter, *, use_rollup: bool = True) -> pd.DataFrame:
    """Cases reported in the period or the last 28 days, by risk (VOLUME)."""
    return _ask(connection, "volume", VOLUME, filter, use_rollup=use_rollup)


def backlog(connection: Connection, filter: Filter) -> pd.DataFrame:
    """Cases open at as_of by age, and those past their deadline (BACKLOG)."""
    return _ask(connection, "backlog", BACKLOG, filter)


def escalations_pending(connection: Connection, filter: Filter) -> pd.DataFrame:
    """Escalations without an answer at as_of (ESCALATIONS_PENDING)."""
    return _ask(connection, "escalations_pending", ESCALATIONS_PENDING, filter)
