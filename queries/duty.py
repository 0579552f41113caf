"""The duty officer's desk: open red and orange cases and who has acknowledged them, and the handing over of shifts."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

GRAVE_ROWS: Final = 200
HANDOVER_ROWS: Final = 12

GRAVE: Final[Shape] = shape(
    case_id=Type.INTEGER,
    reported_at=Type.MOMENT,
    risk=Type.TEXT,
    kind=Type.TEXT,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    area_id=Type.INTEGER,
    area_zh=Type.TEXT,
    area_en=Type.TEXT,
    department_zh=Type.TEXT,
    department_en=Type.TEXT,
    duty_phone=Type.TEXT,
    level_zh=Type.TEXT,
    level_en=Type.TEXT,
    dispatched_at=Type.MOMENT,
    due_at=Type.MOMENT,
    is_escalated=Type.FLAG,
    answer_due_at=Type.MOMENT,
    acknowledged_at=Type.MOMENT,
    acknowledged_by=Type.TEXT,
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
)

HANDOVERS: Final[Shape] = shape(
    handover_id=Type.INTEGER,
    handed_at=Type.MOMENT,
    from_officer=Type.TEXT,
    to_officer=Type.TEXT,
    note=Type.TEXT,
)


def grave(connection: Connection, filter: Filter, rows: int = GRAVE_ROWS) -> pd.DataFrame:
    """One row per open red or orange case (GRAVE), red ones that nobody has acknowledged first.

    All kinds unless the filter names some: police reports and petitions too, which visitors must not see.
    """
    return ask(connection, "duty", "grave", GRAVE, {**filter.parameters(), "rows": rows})


def handovers(connection: Connection, filter: Filter, rows: int = HANDOVER_ROWS) -> pd.DataFrame:
    """One row per handover (HANDOVERS), newest first; who took over last is on duty."""
    return ask(connection, "duty", "handovers", HANDOVERS, {**filter.parameters(), "rows": rows})
