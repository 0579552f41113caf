"""Pictures of past moments: what the situation page would have shown, as then known."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from dashboard.live.asked import Asked
from dashboard.live.memory import Memory
from dashboard.live.parts import draw_together
from dashboard.snapshot import Snapshot
from queries.filters import Filter

#: Parts that take as long as the rest together, and that the page does not show.
LEFT_OUT = frozenset({"ranking", "communities_ranked", "map_replay", "health", "neighbours"})


def picture(connection: Connection, filter: Filter, version: int) -> Snapshot:
    """The picture as of the filter's moment. ``version`` of the store it is asked of.

    Alarms are judged by that moment alone, without the one before it.
    """
    as_of: datetime = filter.as_of
    asked = Asked(connection, Memory(), filter, as_of, has_cases=True, leaves_out=LEFT_OUT)
    snapshot, _ = draw_together(asked)
    return replace(snapshot, as_of=as_of, made_at=as_of, version=version)
