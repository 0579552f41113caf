"""Same-day resolution 当日化解率: today while it runs, and units in two equal periods.

Appeals, unless the filter names kinds. Definition: catalogue, ``same_day_resolution``.
"""

from datetime import timedelta
from typing import Any, Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, RATE, By, parameters
from queries.filters import Filter
from queries.runner import Shape, Type, ask, ask_one, shape
from queries.sources import require_times
from queries.vocabulary import Kind

COMPARED_DAYS: Final = 7


class Today(NamedTuple):
    """Where today's cases stand. n = resolved + winnable + lost."""

    n: int  # reported today and neither withdrawn nor transferred
    resolved: int
    winnable: int  # open, and nothing known stands against closing it before midnight
    lost: int  # open, and bound to wait beyond midnight: an answer due then, or a deadline put off

    @property
    def rate(self) -> float | None:
        """Resolved so far ÷ n; None without a case."""
        return self.resolved / self.n if self.n else None

    @property
    def best(self) -> float | None:
        """What the day can still reach; None without a case."""
        return (self.resolved + self.winnable) / self.n if self.n else None


UNITS_COMPARED: Final[Shape] = shape(
    area_id=Type.INTEGER,
    n=(Type.INTEGER, "cases"),
    resolved=(Type.INTEGER, "cases"),
    n_before=(Type.INTEGER, "cases"),
    resolved_before=(Type.INTEGER, "cases"),
)


def _parameters(filter: Filter) -> dict[str, Any]:
    parameters = filter.parameters()
    if parameters["kinds"] is None:
        parameters["kinds"] = [Kind.APPEAL.value]
    return parameters


def today(connection: Connection, filter: Filter) -> Today:
    """Today's cases by where they stand at as_of; always provisional."""
    return Today(**ask_one(connection, "same_day", "today", _parameters(filter)))


def resolution(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    use_rollup: bool = True,
) -> pd.DataFrame:
    """One row per key with a case (figure.RATE) over the filter's period, or the last 28 local days.

    Provisional until every day of the key has been followed for seven days. Raises NotRecordedError where no source
    records closing times.
    """
    require_times(connection, filter)
    asked = parameters(
        filter, by, kinds=(Kind.APPEAL,), unit_level=unit_level, use_rollup=use_rollup, groupings=CASE_GROUPINGS
    )
    return ask(connection, "same_day", "resolution", RATE, asked)


def units_compared(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit (UNITS_COMPARED): the last seven whole local days and the seven before, at equal follow-up."""
    first = filter.today - timedelta(days=COMPARED_DAYS)
    return ask(
        connection,
        "same_day",
        "units_compared",
        UNITS_COMPARED,
        {
            **_parameters(filter),
            "unit_level": unit_level,
            "before_start": filter.midnight(first - timedelta(days=COMPARED_DAYS)),
            "period_start": filter.midnight(first),
            "period_end": filter.midnight(filter.today),
        },
    )
