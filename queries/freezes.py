"""Frozen reviews: what was said in a meeting, as it was said. Asked of the present alone."""

from collections.abc import Mapping
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
    return _frozen(connection, "one", subdistrict_id, _days(period))


def before(connection: Connection, subdistrict_id: int, period: Period, as_of: datetime) -> Frozen | None:
    """The freeze that the period's review, made as of a moment (aware), follows up: of the latest period that ended
    before this one begins, as known by then. None where there is none. Raises DamagedError.
    """
    return _frozen(connection, "before", subdistrict_id, {**_days(period), "as_of": as_of})


def of_checksum(connection: Connection, subdistrict_id: int, checksum: str) -> Frozen | None:
    """The freeze of that checksum; None where there is none. Raises DamagedError."""
    return _frozen(connection, "of_checksum", subdistrict_id, {"checksum": checksum})


def numbered(connection: Connection, subdistrict_id: int, freeze_id: int) -> Frozen | None:
    """The freeze of a number; None where there is none. Raises DamagedError."""
    return _frozen(connection, "numbered", subdistrict_id, {"freeze_id": freeze_id})


def _days(period: Period) -> dict[str, Any]:
    return {"period_from": period.first, "period_to": period.last}


def _frozen(connection: Connection, question: str, subdistrict_id: int, asked: Mapping[str, Any]) -> Frozen | None:
    for row in execute(connection, "freezes", question, {"subdistrict_id": subdistrict_id, **asked}):
        if checksum(row.document) != row.checksum:
            raise DamagedError(f"The frozen review {row.freeze_id} does not bear its checksum.")
        return Frozen(row.freeze_id, Review.read(row.document), row.checksum, row.frozen_at, row.frozen_by)
    return None
