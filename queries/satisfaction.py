"""Satisfaction 满意率: the marks, 1 to 5, that people give when they are asked."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, By, parameters, rate_with
from queries.filters import Filter
from queries.runner import Shape, Type, ask
from queries.sources import require_marks

#: ``mean``: of the marks of n.
SATISFIED: Final[Shape] = rate_with(mean=(Type.NUMBER, "mark 1 to 5"))


def satisfied(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with a mark (SATISFIED) over the filter's period, or the last 28 local days.

    Days are those of the evaluation; all kinds unless the filter names some. Provisional until the key's last day has
    ended and every source has handed it in. Raises NotRecordedError where cases have been resolved and none carries a
    mark. Definition: catalogue, ``satisfaction``.
    """
    asked = parameters(filter, by, unit_level=unit_level, groupings=CASE_GROUPINGS)
    frame = ask(connection, "satisfaction", "satisfied", SATISFIED, asked)
    if frame.empty:
        require_marks(connection, filter)
    return frame
