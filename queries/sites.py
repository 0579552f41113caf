"""Sites rated in four colours."""

from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape

RISK_POINTS: Final[Shape] = shape(
    code=Type.TEXT,
    area_id=Type.INTEGER,
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
    risk=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
)


def risk_points(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per risk point open on the local day of as_of (RISK_POINTS)."""
    return ask(connection, "sites", "risk_points", RISK_POINTS, filter.parameters())
