"""The course of days: what happened on each local day, all as known at as_of."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import packed
from queries.backlog import open_cases
from queries.figure import By, parameters
from queries.filters import Filter
from queries.packed_days import Sign
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
    asked = parameters(filter, By.TOTAL, days=COURSE_DAYS)
    rows = execute(connection, "days", "course", asked)
    held = open_cases(connection, filter, {**asked, "from_at": asked["period_start"], "to_at": asked["period_end"]})
    spells = packed.Spells(*(np.concatenate(column) for column in zip(*(each.spells for each in held), strict=True)))
    open_at_end = _open_at_ends(filter, spells, [row.day for row in rows])

    cases, chosen, is_timed, *_ = held[0]
    is_counted = is_timed & cases.shows(Sign.SAME_DAY_COUNTED) & cases.has("kind", filter.kinds or (Kind.APPEAL,))
    is_resolved = is_counted & cases.shows(Sign.SAME_DAY_RESOLVED)
    counts = [
        dict(zip(cases.days, np.bincount(cases.row[chosen[among]], minlength=len(cases.days)).tolist(), strict=True))
        for among in (slice(None), is_counted[chosen], is_resolved[chosen])
    ]
    answer = []
    for row, still_open in zip(rows, open_at_end, strict=True):
        reported, same_day_n, same_day_resolved = (each.get(row.day, 0) for each in counts)
        answer.append(
            (
                row.day,
                reported,
                same_day_n,
                same_day_resolved if recording.records_times else None,
                row.due if recording.records_deadlines else None,
                row.due_on_time if recording.records_deadlines and recording.records_times else None,
                still_open if recording.records_times and row.day <= filter.today else None,
                row.escalated,
                row.late_answers,
            )
        )
    return frame_of(answer, COURSE)


def _open_at_ends(filter: Filter, spells: packed.Spells, days: Sequence[date]) -> list[int]:
    """How many cases are open at the end of each day, or at as_of where that comes first."""
    # what happened at as_of itself counts, what happened at 24:00 belongs to the next day
    known_until = filter.as_of + timedelta(microseconds=1)
    ends = [packed.exact_seconds(min(filter.midnight(day + timedelta(days=1)), known_until)) for day in days]
    is_over = spells.ended != packed.NONE
    begun = np.searchsorted(np.sort(spells.begun), ends)
    ended = np.searchsorted(np.sort(spells.ended[is_over]), ends)
    return [int(count) for count in begun - ended]
