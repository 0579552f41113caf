"""Deliveries 分发: which frozen reviews were put into a folder or mailed, and what came of it."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

NEWEST: Final[Shape] = shape(
    freeze_id=Type.INTEGER,
    period_from=Type.DAY,
    period_to=Type.DAY,
    checksum=(Type.TEXT, "of the document"),
    way=(Type.TEXT, "folder or mail"),
    attempt=Type.INTEGER,
    recipients=(Type.INTEGER, "who have it by all attempts"),
    is_done=Type.FLAG,
    reason=(Type.TEXT, "one of REASONS"),
    outcome=Type.TEXT,
    delivered_at=Type.MOMENT,
)
ROWS: Final = 12
#: What stands in the way of a delivery: the files, the server, addresses refused; or it is not known who has it.
REASONS: Final = ("files", "server", "refused", "unknown")


def newest(connection: Connection, filter: Filter, rows: int = ROWS) -> pd.DataFrame:
    """One row per frozen review and way (NEWEST), by its newest attempt, the newest first."""
    return ask(connection, "deliveries", "newest", NEWEST, {**filter.parameters(), "rows": rows})
