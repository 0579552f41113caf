"""Reopenings 返工: how many resolutions did not hold."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, DEFAULT_DAYS, By, followed, parameters, rate_with
from queries.filters import Filter
from queries.runner import Shape, Type, ask
from queries.sources import require_times

FOLLOW_UP_DAYS: Final = 30

#: n and good: cases whose follow-up has ended, and those of them reopened. ``following``: cases still followed, not in
#: n; ``reopened_so_far``: those of them that have been reopened already.
REOPENED: Final[Shape] = rate_with(following=(Type.INTEGER, "cases"), reopened_so_far=(Type.INTEGER, "cases"))


def reopened(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with a case (REOPENED) first resolved in the filter's period, or on the newest 28 local days
    that have been followed for 30 days each. ``good`` are the reopened ones: a low rate is the better one.

    Days are those of the first resolution; n is 0 where all of a key's cases are still followed. All kinds unless the
    filter names some. Provisional until every day of the key has been followed for 30 days and every source has handed
    these in. Raises NotRecordedError where no source records closing times. Definition: catalogue, ``reopened``.
    """
    require_times(connection, filter)
    chosen = followed(filter, DEFAULT_DAYS, FOLLOW_UP_DAYS)
    asked = parameters(chosen, by, unit_level=unit_level, groupings=CASE_GROUPINGS)
    return ask(connection, "reopenings", "reopened", REOPENED, {**asked, "follow_up_days": FOLLOW_UP_DAYS})
