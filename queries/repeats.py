"""Repeated matters 重复事项: the third or more of one matter at one place within 30 days."""

from datetime import timedelta
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import DEFAULT_DAYS
from queries.filters import Filter
from queries.privacy import SHOWN_SINGLY
from queries.runner import Shape, Type, ask, shape

REPEATED_DAYS: Final = 30

REPEATED: Final[Shape] = shape(
    area_id=Type.INTEGER,
    type_id=Type.INTEGER,
    n=(Type.INTEGER, "cases"),
    open=(Type.INTEGER, "cases"),
)


def repeated(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per area and matter with a repeated case (REPEATED) reported in the filter's period, or the last 28 local
    days; most first. Definition: catalogue, ``repeated``.

    Only kinds that may be shown singly, whatever the filter asks for: an area's few cases of a matter are near to one.
    """
    first, last = filter.period(DEFAULT_DAYS)
    shown = SHOWN_SINGLY if filter.kinds is None else tuple(kind for kind in filter.kinds if kind in SHOWN_SINGLY)
    start = filter.midnight(first)
    asked = {
        **filter.parameters(),
        "kinds": [kind.value for kind in shown],
        "period_start": start,
        "period_end": filter.midnight(last + timedelta(days=1)),
        "earlier_start": start - timedelta(days=REPEATED_DAYS + 1),
    }
    return ask(connection, "repeats", "repeated", REPEATED, asked)
