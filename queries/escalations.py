"""Escalations 升级: those waiting for an answer, and how departments answer 部门报到率."""

from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy
from sqlalchemy import Connection

from queries.figure import COMMON, RATE, By, parameters
from queries.filters import Filter
from queries.privacy import shown_singly
from queries.runner import Shape, Type, ask, shape
from queries.statistics.differences import Array

ANSWER_DAYS: Final = 28
PAGE_ROWS: Final = 50
#: Stands for a department in a question for what was handed to a level without naming one.
NO_DEPARTMENT: Final = ""


class Cut(StrEnum):
    """Which hand-ups of a list. The last three have their deadline in the period and behind them."""

    PENDING = "pending"
    OVERDUE = "overdue"
    MISSED = "missed"
    ANSWERED = "answered"
    LAPSED = "lapsed"


class Sort(StrEnum):
    """How a list of hand-ups is ordered."""

    DEADLINE = "deadline"
    RAISED = "raised"
    DEPARTMENT = "department"


PENDING: Final[Shape] = shape(
    case_id=Type.INTEGER,
    escalation_no=Type.INTEGER,
    kind=Type.TEXT,
    risk=Type.TEXT,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    area_id=Type.INTEGER,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    duty_phone=Type.TEXT,
    level=Type.TEXT,
    raised_at=Type.MOMENT,
    deadline_at=Type.MOMENT,
    supervised_count=(Type.INTEGER, "times"),
)

GROUPINGS: Final = COMMON | {By.DEPARTMENT}

WAITING: Final[Shape] = shape(
    key=Type.TEXT,
    n=(Type.INTEGER, "escalations"),
    overdue=(Type.INTEGER, "escalations"),
    without_deadline=(Type.INTEGER, "escalations"),
    supervised=(Type.INTEGER, "escalations"),
    median_waited_minutes=(Type.NUMBER, "minutes since raised"),
    longest_waited_minutes=(Type.NUMBER, "minutes since raised"),
    next_deadline_at=Type.MOMENT,
)

OWED: Final[Shape] = shape(
    department=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    duty_phone=Type.TEXT,
    level=Type.TEXT,
    pending=(Type.INTEGER, "escalations"),
    overdue=(Type.INTEGER, "escalations"),
    supervised=(Type.INTEGER, "escalations"),
    oldest_raised_at=Type.MOMENT,
    next_deadline_at=Type.MOMENT,
    n=(Type.INTEGER, "escalations"),
    good=(Type.INTEGER, "escalations"),
    answered=(Type.INTEGER, "escalations"),
    lapsed=(Type.INTEGER, "escalations"),
    is_provisional=Type.FLAG,
)

LISTED: Final[Shape] = shape(
    case_id=Type.INTEGER,
    escalation_no=Type.INTEGER,
    kind=Type.TEXT,
    risk=Type.TEXT,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    area_code=Type.TEXT,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    department=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    duty_phone=Type.TEXT,
    level=Type.TEXT,
    level_zh=Type.TEXT,
    level_en=Type.TEXT,
    raised_at=Type.MOMENT,
    deadline_at=Type.MOMENT,
    answered_at=Type.MOMENT,
    lapsed_at=Type.MOMENT,
    state=Type.TEXT,
    supervised_count=(Type.INTEGER, "times"),
    supervised_at=Type.MOMENT,
    supervised_by=Type.TEXT,
    acknowledged_at=Type.MOMENT,
    acknowledged_by=Type.TEXT,
    of_all=(Type.INTEGER, "escalations on all pages"),
)

ANSWERED: Final[Shape] = shape(
    key=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    n=(Type.INTEGER, "escalations"),
    good=(Type.INTEGER, "escalations"),
    lapsed=(Type.INTEGER, "escalations"),
    is_provisional=Type.FLAG,
)

ANSWERS: Final[Shape] = shape(
    department_id=Type.INTEGER,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    n=(Type.INTEGER, "escalations"),
    on_time=(Type.INTEGER, "escalations"),
    lapsed=(Type.INTEGER, "escalations"),
)


def pending(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per escalation without an answer (PENDING), next to breach first.

    All kinds unless the filter names some: a screen that visitors see asks with ``vocabulary`` kinds that may be shown
    (``privacy.SHOWN_SINGLY``), and counts the others.
    """
    return ask(connection, "escalations", "pending", PENDING, filter.parameters())


def waiting(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with an escalation waiting for an answer at as_of (WAITING).

    A department's key is "" where none is named; the next deadline is NaT where none lies ahead. It is of the moment: a
    period of the filter says nothing here.
    """
    moment = Filter(filter.subdistrict_id, filter.as_of, filter.time_zone, area_id=filter.area_id, kinds=filter.kinds)
    return ask(connection, "escalations", "waiting", WAITING, _asked(moment, by, unit_level))


def answered(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with an answer due (figure.RATE, lapsed, rate_low, rate_high) in the filter's period, or the last
    28 local days.

    By department only what was handed to a named department. The interval is that of ``answers``.
    """
    frame = ask(connection, "escalations", "answers", ANSWERED, _asked(filter, by, unit_level))
    low, high = interval(frame["good"].to_numpy(dtype=float), frame["n"].to_numpy(dtype=float))
    return frame[[*RATE.names, "lapsed"]].assign(rate_low=low, rate_high=high)


def answers(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per department: ANSWERS and rate, rate_low, rate_high.

    Over the filter's period, or the last 28 local days. The 90 % interval is Jeffreys' (the 5 % and 95 % points of a
    Beta(on_time + 1/2, late + 1/2); 0 and 1 where all or none were late), which holds at small n.
    """
    asked = ask(connection, "escalations", "answers", ANSWERED, _asked(filter, By.DEPARTMENT))
    frame = asked.assign(department_id=asked["key"].astype("int64"), on_time=asked["good"])[list(ANSWERS.names)]
    good, n = frame["on_time"].to_numpy(dtype=float), frame["n"].to_numpy(dtype=float)
    low, high = interval(good, n)
    return frame.assign(rate=good / n, rate_low=low, rate_high=high)


def interval(good: Array, n: Array) -> tuple[Array, Array]:
    """Jeffreys' 90 % interval of good ÷ n, as ``answers`` has it; NaN where n is 0."""
    low = scipy.stats.beta.ppf(0.05, good + 0.5, n - good + 0.5)
    high = scipy.stats.beta.ppf(0.95, good + 0.5, n - good + 0.5)
    low, high = np.where(good == 0, 0.0, low), np.where(good == n, 1.0, high)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def owed(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per department and level (OWED): what waits at as_of, and the answers due in the filter's period, or the
    last 28 local days. Only kinds that may be shown singly, whatever the filter asks for: it stands beside their list.
    """
    return ask(connection, "escalations", "owed", OWED, _shown(filter))


def listed(
    connection: Connection,
    filter: Filter,
    cut: Cut = Cut.PENDING,
    *,
    department: str | None = None,
    level: str | None = None,
    sort: Sort = Sort.DEADLINE,
    rows: int = PAGE_ROWS,
    page: int = 1,
) -> pd.DataFrame:
    """A page of the hand-ups of a cut (LISTED). ``department``: its code, NO_DEPARTMENT, or None: all. Pages count from
    1; one past the end is empty. Who marked a hand-up is missing where its source told of the mark. No police, no
    petitions.
    """
    chosen = {"cut": cut.value, "department": department, "level": level, "sort": sort.value}
    return ask(
        connection,
        "escalations",
        "listed",
        LISTED,
        {**_shown(filter), **chosen, "rows": rows, "skipped": (page - 1) * rows},
    )


def _shown(filter: Filter) -> dict[str, Any]:
    first, last = filter.period(ANSWER_DAYS)
    kinds = shown_singly(filter.kinds)
    return {
        **filter.parameters(),
        "kinds": [kind.value for kind in kinds],
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
    }


def _asked(filter: Filter, by: By, unit_level: str | None = None) -> dict[str, Any]:
    return parameters(filter, by, unit_level=unit_level, days=ANSWER_DAYS, groupings=GROUPINGS)
