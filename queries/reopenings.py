"""Reopenings 返工: how many resolutions did not hold."""

from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import packed_days
from queries.figure import CASE_GROUPINGS, DEFAULT_DAYS, By, followed, parameters, rate_with
from queries.filters import Filter
from queries.packed import Lookup
from queries.packed_days import Sign
from queries.runner import Shape, Type, framed
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
    asked = parameters(
        followed(filter, DEFAULT_DAYS, FOLLOW_UP_DAYS), by, unit_level=unit_level, groupings=CASE_GROUPINGS
    )
    asked["reads_areas"] = packed_days.reads_areas(filter, by, unit_level)
    (areas, complete, untimed, _), cases, _ = packed_days.read(
        connection, "reopenings", "reopened", ("areas", "types", "traits", "firsts"), asked
    )
    first, last = asked["period_from"], asked["period_to"]
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    day = packed_days.days_from(filter, cases.number("firsts", "resolved"), first, last)
    counts = (day >= 0) & ~cases.has("source", packed_days.words_in(untimed))
    chosen, units = cases.chosen(filter.kinds, Lookup(areas) if asked["reads_areas"] else None, counts)
    day = day[chosen]
    keys, key = cases.keys(by, chosen, units, (days, day))
    # a case is followed to the end of the day before as_of's at the latest
    is_followed = np.array([each < filter.today - timedelta(days=FOLLOW_UP_DAYS) for each in days], dtype=bool)[day]
    is_reopened = ~cases.shows(Sign.NOT_REOPENED)[chosen]
    n, good, following, so_far = (
        np.bincount(key[among], minlength=len(keys))
        for among in (is_followed, is_followed & is_reopened, ~is_followed, ~is_followed & is_reopened)
    )
    is_provisional = packed_days.running(keys, by, filter, last, complete, FOLLOW_UP_DAYS)
    return framed([keys, n, good, is_provisional, following, so_far], REOPENED)
