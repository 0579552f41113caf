"""On-time rate 按期办结率: cases first due in a period against those resolved by that deadline."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, By, parameters, rate_with
from queries.filters import Filter
from queries.runner import Shape, Type, ask
from queries.sources import require_deadlines, require_times

ON_TIME_DAYS: Final = 14

#: ``extended``: those of n whose deadline was put off; they are judged by the first one all the same.
ON_TIME: Final[Shape] = rate_with(extended=(Type.INTEGER, "cases"))


def on_time(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    use_rollup: bool = True,
) -> pd.DataFrame:
    """One row per key with a case (ON_TIME) over the filter's period, or the last 14 local days, today up to as_of.

    Days, weeks and months are those of the deadline; all kinds unless the filter names some. Provisional until the
    key's last day has ended and every source has handed it in. Raises NotRecordedError where no source records closing
    times, or none of the cases has a deadline. Definition: catalogue, ``on_time``.
    """
    require_times(connection, filter)
    require_deadlines(connection, filter)
    asked = parameters(
        filter, by, unit_level=unit_level, use_rollup=use_rollup, days=ON_TIME_DAYS, groupings=CASE_GROUPINGS
    )
    return ask(connection, "deadlines", "on_time", ON_TIME, asked)
