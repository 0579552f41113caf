"""The increment of a period 控增量: new cases against the period before, and what has clearly risen among many."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries import comparison, volume
from queries.comparison import Against
from queries.figure import By
from queries.filters import Filter
from queries.statistics.rising import risen

COLUMNS: Final = (*comparison.COUNT_COLUMNS, "p", "is_risen")


def compared(connection: Connection, filter: Filter, of: By, level: str | None) -> pd.DataFrame:
    """One row per key with a case in either period (COLUMNS): comparison.compare of the cases reported, against the
    period before at equal follow-up, with the p of having risen by chance and whether it is called (statistics.rising).
    What has clearly risen stands first, the least likely by chance before the others; then most cases first.

    ``level``: of the areas, where ``of`` says area. p is missing where there are too few cases to ask, or no period
    before. Raises ValueError without a period. Definition: catalogue, ``increment_risen``.
    """
    found = comparison.compare(volume.reported, connection, filter, Against.PERIOD_BEFORE, of, unit_level=level)
    frame = found.frame[found.frame["key"].notna()].reset_index(drop=True)
    before = frame["n_before"].to_numpy(dtype=float, na_value=0.0)
    now = frame["n"].to_numpy(dtype=float)
    held = frame["has_before"].to_numpy(dtype=bool)
    called, p = risen(now * held, before * held)
    frame = frame.assign(p=p, is_risen=called)
    order = frame.assign(first=~frame["is_risen"], rank=frame["p"].where(frame["is_risen"], 1.0), most=-frame["n"])
    order = order.sort_values(["first", "rank", "most", "key"], kind="stable")
    return frame.loc[order.index, list(COLUMNS)].reset_index(drop=True)
