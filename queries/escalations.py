"""Escalations 升级: those waiting for an answer, and how departments answer 部门报到率."""

from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats
from sqlalchemy import Connection

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
    level=Type.TEXT,
    raised_at=Type.MOMENT,
    deadline_at=Type.MOMENT,
    supervised_count=(Type.INTEGER, "times"),
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


def answers(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per department: ANSWERS and rate, rate_low, rate_high.

    Over the filter's period, or the last 28 local days. The 90 % interval is Jeffreys' (the 5 % and 95 % points of a
    Beta(on_time + 1/2, late + 1/2); 0 and 1 where all or none were late), which holds at small n.
    """
    first, last = filter.period(ANSWER_DAYS)
    parameters = {
        **filter.parameters(),
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
    }
    frame = ask(connection, "escalations", "answers", ANSWERS, parameters)
    good, n = frame["on_time"].to_numpy(dtype=float), frame["n"].to_numpy(dtype=float)
    low = stats.beta.ppf(0.05, good + 0.5, n - good + 0.5)
    high = stats.beta.ppf(0.95, good + 0.5, n - good + 0.5)
    return frame.assign(rate=good / n, rate_low=np.where(good == 0, 0.0, low), rate_high=np.where(good == n, 1.0, high))
