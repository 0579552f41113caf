"""The six first-times of the last two weeks, beside the two weeks before: asked four times an hour."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pandas as pd

from dashboard.live.asked import QUARTER, Asked
from dashboard.live.standing import COMMUNITY
from dashboard.snapshot import Share, Stages
from queries import place, ranking, stages
from queries.figure import By, NotRecordedError
from queries.filters import Filter

DAYS: Final = 14
_NUMBERS: Final = ["clock", "n", "reached", "median_minutes", "p90_minutes", "followed_minutes"]


def clocks_of_stages(asked: Asked) -> Stages | None:
    """The clocks as last asked; None where they could not be."""
    return asked.slow("stages", QUARTER, lambda: _ask(asked), otherwise=lambda: None)


def _ask(asked: Asked) -> Stages | None:
    connection = asked.connection
    first = asked.filter.today - timedelta(days=DAYS - 1)
    now = replace(asked.filter, period_from=first, period_to=asked.filter.today)
    before = ranking.period_before(now)
    limits = stages.dispatch_limits()
    return Stages(
        period=(first, asked.filter.today),
        clocks=stages.clocks(connection, now)[[*_NUMBERS, "is_provisional"]],
        before=stages.clocks(connection, before)[[*_NUMBERS, "is_provisional"]],
        communities=_communities(asked, now),
        urgent=_share(asked, now, is_urgent=True),
        urgent_before=_share(asked, before, is_urgent=True),
        urgent_limit=limits.urgent,
        ordinary=_share(asked, now, is_urgent=False),
        ordinary_before=_share(asked, before, is_urgent=False),
        ordinary_limit=limits.ordinary,
    )


def _communities(asked: Asked, now: Filter) -> pd.DataFrame:
    found = stages.clocks(asked.connection, now, By.AREA, unit_level=COMMUNITY)
    names = place.communities(asked.connection, now)[["area_id", "name_zh", "name_en"]]
    keyed = found.assign(area_id=found["key"].astype("int64"))[["area_id", *_NUMBERS]]
    return keyed.merge(names, on="area_id")


def _share(asked: Asked, filter: Filter, *, is_urgent: bool) -> Share | None:
    try:
        found = stages.dispatch_share(asked.connection, filter, is_urgent=is_urgent)
    except NotRecordedError:
        return None
    return Share(int(found["n"].sum()), int(found["good"].sum()))
