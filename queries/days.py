"""The course of days: what happened on each local day, all as known at as_of."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import packed
from queries.filters import Filter
from queries.runner import Shape, Type, execute, frame_of, shape
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
    before, *rows = execute(connection, "days", "course", parameters)
    open_at_end = _open_at_ends(filter, [(row.once, row.often) for row in (before, *rows)], [row.day for row in rows])
    answer = []
    for row, still_open in zip(rows, open_at_end, strict=True):
        is_known = recording.records_times and row.day <= filter.today
        told = row._asdict() | {"open": still_open if is_known else None}
        answer.append([told[name] for name in COURSE.names])
    return frame_of(answer, COURSE)


def _open_at_ends(filter: Filter, held: Sequence[packed.Part], days: Sequence[date]) -> list[int]:
    """How many cases are open at the end of each day, or at as_of where that comes first."""
    spells, _ = packed.spells_of(held)
    # what happened at as_of itself counts, what happened at 24:00 belongs to the next day
    known_until = filter.as_of + timedelta(microseconds=1)
    ends = [packed.exact_seconds(min(filter.midnight(day + timedelta(days=1)), known_until)) for day in days]
    is_over = spells.ended != packed.NONE
    begun = np.searchsorted(np.sort(spells.begun), ends)
    ended = np.searchsorted(np.sort(spells.ended[is_over]), ends)
    return [int(count) for count in begun - ended]
