"""What the risk of a unit is made of: the last day, the days before, and the rhythm of the week."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, execute, framed, shape
from queries.statistics.configuration import risk_rules
from queries.vocabulary import Risk

RECENT_HOURS: Final = 72
#: Cases' worth of trust that a matter is as grave as all are.
TRUST: Final = 10

RECENT: Final[Shape] = shape(
    area_id=Type.INTEGER,
    red=(Type.INTEGER, "cases of 24 h"),
    orange=(Type.INTEGER, "cases of 24 h"),
    yellow=(Type.INTEGER, "cases of 24 h"),
    blue=(Type.INTEGER, "cases of 24 h"),
    grave_6_hours=(Type.INTEGER, "red and orange cases of 6 h"),
    slight_6_hours=(Type.INTEGER, "yellow and blue cases of 6 h"),
    grave_72_hours=(Type.INTEGER, "red and orange cases of 72 h"),
    overdue=(Type.INTEGER, "open cases"),
    overdue_red=(Type.INTEGER, "open cases"),
    overdue_orange=(Type.INTEGER, "open cases"),
    escalated=(Type.INTEGER, "escalations without an answer"),
    risk_points=(Type.INTEGER, "open points"),
    risk_points_red=(Type.INTEGER, "open points"),
    risk_points_orange=(Type.INTEGER, "open points"),
)

#: RECENT of several moments.
COURSE: Final[Shape] = Shape(shape(moment=Type.MOMENT).columns + RECENT.columns)

DAILY: Final[Shape] = shape(
    area_id=Type.INTEGER,
    day=Type.DAY,
    red=(Type.INTEGER, "cases"),
    orange=(Type.INTEGER, "cases"),
    yellow=(Type.INTEGER, "cases"),
    blue=(Type.INTEGER, "cases"),
    grave_due=(Type.NUMBER, "red and orange cases due by the day's matters"),
)

PROFILE: Final[Shape] = shape(
    weekday=(Type.INTEGER, "Monday 1 … Sunday 7"),
    hour=(Type.INTEGER, "local hour"),
    reported=(Type.INTEGER, "cases"),
    grave=(Type.INTEGER, "red and orange cases"),
)


def recent(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit (RECENT), those without cases included."""
    parameters = {
        **filter.parameters(),
        "unit_level": unit_level,
        "recent_from": filter.as_of.astimezone(UTC) - timedelta(hours=RECENT_HOURS),
    }
    return ask(connection, "risk", "recent", RECENT, parameters)


def course(connection: Connection, filter: Filter, unit_level: str, moments: Sequence[datetime]) -> pd.DataFrame:
    """One row per moment and unit (COURSE), those without cases included: RECENT of each moment (aware, rising, none
    after as_of) as known at as_of, where ``recent`` asks what was known then.
    """
    parameters = {
        **filter.parameters(),
        "unit_level": unit_level,
        "moments": list(moments),
        "first_moment": moments[0],
        "last_moment": moments[-1],
        "recent_from": moments[0].astimezone(UTC) - timedelta(hours=RECENT_HOURS),
        "recent_to": moments[-1].astimezone(UTC) + timedelta(microseconds=1),
    }
    return ask(connection, "risk", "course", COURSE, parameters)


def _history(filter: Filter, until: date | None = None, more_days: int = 0) -> dict[str, Any]:
    end = filter.today if until is None else until
    first = end - timedelta(days=risk_rules().history_days + more_days)
    return {
        **filter.parameters(),
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(end),
    }


def daily(
    connection: Connection, filter: Filter, unit_level: str, until: date | None = None, more_days: int = 0
) -> pd.DataFrame:
    """One row per unit and whole local day with a case (DAILY), over the days of risk.toml before today, or before
    ``until``, and so many more before them.

    Changes by the day but for late records: an answer may be kept for an hour.
    """
    asked = {**_history(filter, until, more_days), "unit_level": unit_level}
    below, *days = execute(connection, "risk", "daily", asked)
    return _counted(below.packed, [row.day for row in days], [row.packed for row in days])


def _counted(below: bytes | None, days: Sequence[date], held: Sequence[bytes]) -> pd.DataFrame:
    """The answer of ``daily``, from the areas below each unit and the cases of each day.

    ``grave_due``: each case counts as the share of its matter's cases of the period that were red or orange, which is
    drawn towards that of all matters, worth ``TRUST`` cases.
    """
    units, areas = np.frombuffer(below or b"", dtype=">i4").reshape(-1, 2).T.astype(np.int64)
    area, code = np.frombuffer(b"".join(held), dtype=">i4").reshape(-1, 2).T.astype(np.int64)
    day = np.repeat(np.arange(len(days)), [len(each) // 8 for each in held])
    matter, letter = np.divmod(code, 128)
    is_of = [letter == ord(colour.value[0]) for colour in (Risk.RED, Risk.ORANGE, Risk.YELLOW, Risk.BLUE)]
    is_grave = is_of[0] | is_of[1]

    number, _ = pd.factorize(matter)
    cases, grave = np.bincount(number), np.bincount(number, is_grave)
    share = (grave + TRUST * is_grave.sum() / max(1, len(matter))) / (cases + TRUST)

    known_units, unit = np.unique(units, return_inverse=True)
    in_order = np.argsort(areas)
    place = np.searchsorted(areas[in_order], area)
    is_below = np.isin(area, areas)
    cell = unit[in_order][place[is_below]] * len(days) + day[is_below]
    size = len(known_units) * len(days)
    present = np.flatnonzero(np.bincount(cell, minlength=size))
    unit_of_cell, day_of_cell = np.divmod(present, max(1, len(days)))
    colours = (np.bincount(cell, each[is_below], size)[present] for each in is_of)
    due = np.bincount(cell, share[number[is_below]], size)[present]
    return framed([known_units[unit_of_cell], np.array(days, dtype=object)[day_of_cell], *colours, due], DAILY)


def profile(connection: Connection, filter: Filter, until: date | None = None) -> pd.DataFrame:
    """One row per weekday and local hour with a case (PROFILE), over the days of risk.toml before today, or before
    ``until``; may be kept like ``daily``.
    """
    return ask(connection, "risk", "profile", PROFILE, _history(filter, until))
