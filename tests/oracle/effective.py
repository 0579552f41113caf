"""Which rows of a case count at T and with which values: known, not voided, corrected, in order.

Rules: DESIGN section 3 (known at T) and the order (occurred_at, stage order, log_id).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.oracle.rows import STAGE_OF, LogRow, World

#: ``field`` of the log row by which a revoked batch voids one of its rows.
VOID_FIELD = "void"


def known_rows(rows: Iterable[LogRow], as_of: datetime) -> list[LogRow]:
    """Rows that had happened and were recorded at ``as_of``."""
    return [row for row in rows if row.occurred_at <= as_of and row.recorded_at <= as_of]


def corrected_values(row: LogRow, field: str, value: str | None, world: World) -> dict[str, Any]:
    """The log columns a correction replaces. Codes become ids of the row's own subdistrict and day."""
    if value is None:
        return {field: None}
    if field == "area_code":
        day = world.local_day(row.occurred_at)
        return {"area_id": world.area_named(row.subdistrict_id, value, day)}
    if field == "type_code":
        return {"type_id": world.types[value]}
    if field == "department_code":
        return {"department_id": world.departments[row.subdistrict_id, value]}
    if field in ("occurred_at", "due_at"):
        return {field: datetime.fromisoformat(value)}
    if field == "satisfaction":
        return {field: int(value)}
    if field == "point":
        lon, lat = value.split()
        return {"lon": float(lon), "lat": float(lat)}
    return {field: value}


def effective_rows(rows: Iterable[LogRow], as_of: datetime, world: World) -> list[LogRow]:
    """Rows of one case as they count at ``as_of``, in the order of the case; corrections applied and left out."""
    known = known_rows(rows, as_of)
    voided = {row.ref_log_id for row in known if row.event == "corrected" and row.field == VOID_FIELD}
    alive = [row for row in known if row.log_id not in voided and row.field != VOID_FIELD]
    mended = {row.log_id: row for row in alive if row.event != "corrected"}
    original = dict(mended)
    corrections = [row for row in alive if row.event == "corrected"]
    for correction in sorted(corrections, key=lambda row: (row.recorded_at, row.log_id)):
        target = correction.ref_log_id
        if target in mended and correction.field is not None:
            values = corrected_values(original[target], correction.field, correction.value, world)
            mended[target] = replace(mended[target], **values)
    return sorted(mended.values(), key=lambda row: (row.occurred_at, STAGE_OF[row.event], row.log_id))
