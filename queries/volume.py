"""Volume: how many cases were reported, by hour of the day, day, kind, type, channel, risk and area.

Definition: catalogue, ``volume``. Volume is no risk: with many cases a day, several in one grid are chance.
"""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import COMMON, COUNT, By, parameters
from queries.filters import Filter
from queries.runner import ask

GROUPINGS: Final = COMMON | {By.HOUR}


def reported(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    use_rollup: bool = True,
) -> pd.DataFrame:
    """One row per key with a case (figure.COUNT) over the filter's period, or the last 28 local days; all kinds.

    Provisional until the key's last day has ended and every source has handed it in.
    """
    asked = parameters(filter, by, unit_level=unit_level, use_rollup=use_rollup, groupings=GROUPINGS)
    return ask(connection, "volume", "reported", COUNT, asked)
