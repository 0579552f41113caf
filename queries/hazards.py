"""Hazards 隐患: how many are corrected by whoever finds them."""

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, RATE, By, parameters
from queries.filters import Filter
from queries.runner import ask
from queries.sources import require_times
from queries.vocabulary import Kind


def on_the_spot(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    use_rollup: bool = True,
) -> pd.DataFrame:
    """One row per key with a case (figure.RATE) over the filter's period, or the last 28 local days.

    Hazards, unless the filter names kinds. Provisional until the key's last day has ended, every source has handed it
    in and none of its cases is open. Raises NotRecordedError where no source records closing times. Definition:
    catalogue, ``on_the_spot``.
    """
    require_times(connection, filter)
    asked = parameters(
        filter, by, kinds=(Kind.HAZARD,), unit_level=unit_level, use_rollup=use_rollup, groupings=CASE_GROUPINGS
    )
    return ask(connection, "hazards", "on_the_spot", RATE, asked)
