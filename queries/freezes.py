"""Frozen reviews: what was said in a meeting, as it was said. Asked of the present alone."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.review.document import Review, checksum
from queries.review.period import Period
from queries.runner import Shape, Type, ask, execute, shape

NEWEST: Final[Shape] = shape(
    freeze_id=Type.INTEGER,
    period_from=Type.DAY,
    period_to=Type.DAY,
    as_of=Type.MOMENT,
    definitions=Type.TEXT,
    checksum=Type.TEXT,
    frozen_at=Type.MOMENT,
    frozen_by=Type.TEXT,
)
ROWS: Final = 60


class Frozen(NamedTuple):
    """A review as it was frozen. ``frozen_at`` is aware UTC."""

    freeze_id: int
    review: Review
    checksum: str
    frozen_at: datetime
    frozen_by: str


class DamagedError(ValueError):
    """A frozen document does not bear its checksum: it is not shown."""


def newest(connection: Connection, subdistrict_id: int, rows: int = ROWS) -> pd.DataFrame:
    """One row per frozen review (NEWEST), the newest first."""
    return ask(connection, "freezes", "newest", NEWEST, {"subdistrict_id": subdistrict_id, "rows": rows})


def one(connection: Connection, subdistrict_id: int, period: Period) -> Frozen | None:
    """The newest freeze of a period; None where there is none. Raises DamagedError."""
    asked = {"subdistrict_id": subdistrict_id, "period_from": period.first, "period_to": period.last}
    return next((_frozen(row) for row in execute(connection, "freezes", "one", asked)), None)


def numbered(connection: Connection, subdistrict_id: int, freeze_id: int) -> Frozen | None:
    """The freeze of a number; None where there is none. Raises DamagedError."""
    asked = {"subdistrict_id": subdistrict_id, "freeze_id": freeze_id}
    return next((_frozen(row) for row in execute(connection, "freezes", "numbered", asked)), None)


def _frozen(row: Any) -> Frozen:
    if checksum(row.document) != row.checksum:
        raise DamagedError(f"The frozen review {row.freeze_id} does not bear its checksum.")
    return Frozen(row.freeze_id, Review.read(row.document), row.checksum, row.frozen_at, row.frozen_by)
