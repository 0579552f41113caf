"""Levels 层级: where cases are settled. Small matters stay in the grid, hard ones in the community."""

from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import packed_days
from queries.figure import CASE_GROUPINGS, By, parameters, rate_with
from queries.filters import Filter
from queries.packed import Lookup
from queries.packed_days import Sign
from queries.runner import Shape, Type, framed
from queries.sources import require_times
from queries.vocabulary import State

#: ``open_above``: those of n that are open above the community. ``open_base``: open at the grid or in the community,
#: not in n.
BASE_RESOLUTION: Final[Shape] = rate_with(open_above=(Type.INTEGER, "cases"), open_base=(Type.INTEGER, "cases"))


def base_resolution(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with a case that is neither withdrawn nor handed over (BASE_RESOLUTION), reported in the filter's
    period, or on the last 28 local days: those resolved by as_of at any level or open above the community, and of them
    those resolved at the grid or in the community. Those still open there have not gone anywhere yet and count on
    neither side: n is 0 where all of a key's cases are. Cases of sources that give no closing times take no part.

    All kinds unless the filter names some. Provisional until the key's last day has ended, every source has handed it
    in and none of its cases is open. Raises NotRecordedError where no source records closing times. Definition:
    catalogue, ``base_resolution``.
    """
    require_times(connection, filter)
    asked = parameters(filter, by, unit_level=unit_level, groupings=CASE_GROUPINGS)
    asked["reads_areas"] = packed_days.reads_areas(filter, by, unit_level)
    (areas, complete, untimed), cases, _ = packed_days.read(
        connection, "levels", "base_resolution", ("areas", "types", "traits"), asked
    )
    counts = cases.has("state", (State.OPEN, State.RESOLVED)) & ~cases.has("source", packed_days.words_in(untimed))
    chosen, units = cases.chosen(filter.kinds, Lookup(areas) if asked["reads_areas"] else None, counts)
    keys, key = cases.keys(by, chosen, units)
    is_open, is_base = cases.has("state", (State.OPEN,))[chosen], cases.shows(Sign.AT_BASE)[chosen]
    good, resolved, open_base, open_above = (
        np.bincount(key[among], minlength=len(keys))
        for among in (~is_open & is_base, ~is_open, is_open & is_base, is_open & ~is_base)
    )
    is_running = packed_days.running(keys, by, filter, asked["period_to"], complete)
    is_provisional = (open_above + open_base > 0) | is_running
    return framed([keys, resolved + open_above, good, is_provisional, open_above, open_base], BASE_RESOLUTION)
