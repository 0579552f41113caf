"""The three lists 三张清单: increment (new today), stock (open, by age), variable (open and likely to turn worse)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.figure import COMMON, RATE, By, grouped
from queries.filters import Filter
from queries.runner import Shape, Type, ask, frame_of, shape

#: Departments hold open cases; the hour at which one was reported says nothing of it.
STOCK_GROUPINGS: Final = COMMON | {By.DEPARTMENT}

STOCK: Final[Shape] = shape(
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


#: A case is followed so long after it stood on the variable list.
WORSE_WITHIN_DAYS: Final = 7
#: So many days' lists are looked at where no period is chosen.
LISTED_DAYS: Final = 7

TURNED_WORSE: Final[Shape] = shape(
    case_id=Type.INTEGER,
    listed_at=Type.MOMENT,
    is_deadline_missed=Type.FLAG,
    is_reopened=Type.FLAG,
    is_escalated=Type.FLAG,
    is_answer_late=Type.FLAG,
    is_supervised=Type.FLAG,
)


class VariableCounts(NamedTuple):
    """Cases of the variable list: each once in the total, and in every part it belongs to."""

    total: int
    near_deadline: int
    reopened: int
    repeated: int
    unanswered: int


FOLLOWED: Final[Shape] = shape(
    case_id=Type.INTEGER,
    state=(Type.TEXT, "missing: the case is not known"),
    closed_at=Type.MOMENT,
    due_at=Type.MOMENT,
    is_overdue=Type.FLAG,
    is_reopened=Type.FLAG,
    is_answered=Type.FLAG,
    is_waiting=Type.FLAG,
)

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


#: The parts of the variable list, as its columns name them.
PARTS: Final = ("near_deadline", "reopened", "repeated", "unanswered")


def increment(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per kind with a case today (INCREMENT)."""
    return ask(connection, "lists", "increment", INCREMENT, filter.parameters())


def stock(connection: Connection, filter: Filter) -> Stock:
    """Cases open at as_of by age."""
    rows = stock_by(connection, filter).itertuples(index=False)
    return next((Stock(*row[1:]) for row in rows), Stock(*(0,) * len(Stock._fields)))


def stock_by(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with an open case (STOCK); days, weeks and months are those of the report.

    Cases of sources without closing times are left out: where none records them (``sources.require_times``), there are
    no rows, which is not to say that nothing is open.
    """
    asked = grouped(filter, by, unit_level=unit_level, groupings=STOCK_GROUPINGS)
    return ask(connection, "lists", "stock", STOCK, asked)


def stock_a_day_before(connection: Connection, filter: Filter) -> Stock:
    """The stock 24 hours before as_of, as it was known then."""
    return stock(connection, replace(filter, as_of=filter.as_of.astimezone(UTC) - timedelta(days=1)))


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


def followed(connection: Connection, filter: Filter, case_ids: Sequence[int], since: datetime) -> pd.DataFrame:
    """One row per case number in their order (FOLLOWED): how it stands at as_of, whether it was reopened or a hand-up
    of it answered after ``since`` (aware), when a list had it, and whether a hand-up waits for an answer.
    """
    asked = {**filter.parameters(), "case_ids": list(case_ids), "since": since}
    return ask(connection, "lists", "followed", FOLLOWED, asked)


def turned_worse(
    connection: Connection, filter: Filter, listed: pd.DataFrame, days: int = WORSE_WITHIN_DAYS
) -> pd.DataFrame:
    """One row per case and moment it stood on the list (TURNED_WORSE): what went worse within ``days`` × 24 hours.

    ``listed``: case_id, listed_at, due_at (the deadline as it stood then; NaT without one).
    """
    moments = [None if pd.isna(moment) else moment.to_pydatetime() for moment in listed["due_at"]]
    asked = {
        **filter.parameters(),
        "case_ids": listed["case_id"].tolist(),
        "listed_ats": [moment.to_pydatetime() for moment in listed["listed_at"]],
        "due_ats": moments,
        "within": f"{days * 24} hours",  # days of an interval would be the session's local ones
    }
    return ask(connection, "lists", "turned_worse", TURNED_WORSE, asked)


def precision(connection: Connection, filter: Filter, days: int = WORSE_WITHIN_DAYS) -> pd.DataFrame:
    """How many of the cases on the variable list really turned worse: one row per part of the list and "total", with
    figure.RATE (n: cases × days on which they stood on it) and a key per part.

    The lists are those of each day's end in the filter's period, as they were known then, of days followed for ``days``
    days by as_of; without a period the newest seven such days. Provisional where days of the period are not followed
    yet. Slow, a list a day: it changes once a day and can be kept so long.
    """
    # by the clock, as the days of ``turned_worse`` are: where a local day has 23 hours, seven of them are not 7 × 24
    newest = (filter.as_of.astimezone(UTC) - timedelta(days=days)).astimezone(filter.zone).date() - timedelta(days=1)
    asked = filter
    if filter.period_from is None or filter.period_to is None:
        asked = replace(filter, period_from=newest - timedelta(days=LISTED_DAYS - 1), period_to=newest)
    first, last = asked.period(LISTED_DAYS)
    stood = []
    for number in range((min(newest, last) - first).days + 1):
        end = filter.midnight(first + timedelta(days=number + 1))
        then = variable(connection, replace(filter, as_of=end, period_from=None, period_to=None))
        stood.append(then.assign(listed_at=pd.Timestamp(end).tz_convert("UTC")))
    rows = []
    if stood:
        listed = pd.concat(stood, ignore_index=True)
        worse = turned_worse(connection, filter, listed, days)
        flags = worse.set_index(["case_id", "listed_at"]).any(axis=1)
        went = flags.reindex(pd.MultiIndex.from_frame(listed[["case_id", "listed_at"]])).to_numpy(dtype=bool)
        parts = {"total": pd.Series(True, index=listed.index)} | {name: listed[f"is_{name}"] for name in PARTS}
        for name, part in parts.items():
            if part.any():
                rows.append((name, int(part.sum()), int((part.to_numpy() & went).sum()), last > newest))
    return frame_of(rows, RATE)
