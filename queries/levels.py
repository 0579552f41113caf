"""Levels 层级: where cases are settled. Small matters stay in the grid, hard ones in the community."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, By, parameters, rate_with
from queries.filters import Filter
from queries.runner import Shape, Type, ask
from queries.sources import require_times

#: ``open_above``: those of n that are open above the community. ``open_base``: open at the grid or in the community,
#: not in n.
BASE_RESOLUTION: Final[Shape] = rate_with(open_above=(Type.INTEGER, "cases"), open_base=(Type.INTEGER, "cases"))


def base_resolution(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with a case that is neither withdrawn nor handed over (BASE_RESOLUTION), reported in the filter's
    period, or on the last 28 local days. n is 0 where all of a key's cases are open at the grid or in the community.

    All kinds unless the filter names some. Provisional until the key's last day has ended, every source has handed it
    in and none of its cases is open. Raises NotRecordedError where no source records closing times. Definition:
    catalogue, ``base_resolution``.
    """
    require_times(connection, filter)
    asked = parameters(filter, by, unit_level=unit_level, groupings=CASE_GROUPINGS)
    return ask(connection, "levels", "base_resolution", BASE_RESOLUTION, asked)
