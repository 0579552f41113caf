"""The course of days: what happened on each local day, all as known at as_of."""

from datetime import timedelta
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape
from queries.sources import Recording
from queries.vocabulary import Kind

COURSE_DAYS: Final = 28

COURSE: Final[Shape] = shape(
    day=Type.DAY,
    reported=(Type.INTEGER, "cases"),
    same_day_n=(Type.INTEGER, "cases"),
    same_day_resolved=(Type.INTEGER_OR_NONE, "cases"),
    due=(Type.INTEGER_OR_NONE, "cases"),
    due_on_time=(Type.INTEGER_OR_NONE, "cases"),
    open=(Type.INTEGER_OR_NONE, "cases"),
    escalated=(Type.INTEGER, "escalations"),
    late_answers=(Type.INTEGER, "escalations"),
)


def course(connection: Connection, filter: Filter, recording: Recording) -> pd.DataFrame:
    """One row per local day of the filter's period, or of the last 28 days, today last (COURSE).

    All kinds unless the filter names some; the same-day columns then appeals. What no source records is missing, and of
    days after as_of so is ``open``.
    """
    first, last = filter.period(COURSE_DAYS)
    parameters = {
        **filter.parameters(),
        "period_from": first,
        "period_to": last,
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
        "same_day_kinds": [kind.value for kind in filter.kinds or (Kind.APPEAL,)],
        "records_times": recording.records_times,
        "records_deadlines": recording.records_deadlines,
    }
    return ask(connection, "days", "course", COURSE, parameters)
