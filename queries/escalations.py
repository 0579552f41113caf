"""Escalations 升级: those waiting for an answer, and how departments answer 部门报到率."""

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats
from sqlalchemy import Connection

from queries.figure import COMMON, RATE, By, parameters
from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

ANSWER_DAYS: Final = 28

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

    A department's key is "" where none is named; the next deadline is NaT where none lies ahead.
    """
    return ask(connection, "escalations", "waiting", WAITING, _asked(filter, by, unit_level))


def answered(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with an answer due (figure.RATE and lapsed) in the filter's period, or the last 28 local days.

    By department only what was handed to a named department.
    """
    frame = ask(connection, "escalations", "answers", ANSWERED, _asked(filter, by, unit_level))
    return frame[[*RATE.names, "lapsed"]]


def answers(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per department: ANSWERS and rate, rate_low, rate_high.

    Over the filter's period, or the last 28 local days. The 90 % interval is Jeffreys' (the 5 % and 95 % points of a
    Beta(on_time + 1/2, late + 1/2); 0 and 1 where all or none were late), which holds at small n.
    """
    asked = ask(connection, "escalations", "answers", ANSWERED, _asked(filter, By.DEPARTMENT))
    frame = asked.assign(department_id=asked["key"].astype("int64"), on_time=asked["good"])[list(ANSWERS.names)]
    good, n = frame["on_time"].to_numpy(dtype=float), frame["n"].to_numpy(dtype=float)
    low = stats.beta.ppf(0.05, good + 0.5, n - good + 0.5)
    high = stats.beta.ppf(0.95, good + 0.5, n - good + 0.5)
    return frame.assign(rate=good / n, rate_low=np.where(good == 0, 0.0, low), rate_high=np.where(good == n, 1.0, high))


def _asked(filter: Filter, by: By, unit_level: str | None = None) -> dict[str, Any]:
    return parameters(filter, by, unit_level=unit_level, days=ANSWER_DAYS, groupings=GROUPINGS)
