"""What is wrong with a row by itself, before the door looks at its case. A row may be wrong in several ways."""

from collections.abc import Iterator
from datetime import datetime

from tests.oracle.inbox import CHANNELS, KINDS, LEVELS, MENDABLE, OPENING_COLUMNS, RISKS, InboxRow, Limits
from tests.oracle.rows import STAGES, World

NUMBERED = ("escalated", "answered", "supervised")


def _missing(row: InboxRow) -> Iterator[str]:
    """Columns the row cannot do without."""
    if not row.external_id:
        yield "missing_external_id"
    if row.occurred_at is None:
        yield "missing_occurred_at"
    if row.event == "reported" and any(getattr(row, column) is None for column in OPENING_COLUMNS):
        yield "missing_column"
    if row.event == "deadline_changed" and row.due_at is None:
        yield "missing_column"
    if row.event in NUMBERED and row.escalation_no is None:
        yield "missing_escalation_no"


def _time(row: InboxRow, mode: str, clock: datetime, limits: Limits, world: World) -> Iterator[str]:
    """Times out of order with the clock, the range of years or the mode of the batch."""
    if row.occurred_at is None:
        return
    first, last = limits.years
    if not first <= world.local_day(row.occurred_at).year <= last:
        yield "year_out_of_range"
    if mode == "live":
        if row.recorded_at is not None:
            yield "recorded_not_allowed"
        if row.occurred_at > clock + limits.clock_skew:
            yield "time_in_future"
    elif row.recorded_at is not None and row.recorded_at < row.occurred_at:
        yield "recorded_before_occurred"
    if row.event in ("reported", "escalated") and row.due_at is not None and row.due_at < row.occurred_at:
        yield "deadline_before_start"


def place_of(row: InboxRow, subdistrict_id: int, world: World) -> tuple[int, int] | str | None:
    """(subdistrict_id, area_id) the row's code means on its day, here or, on ``reassigned``, elsewhere; or a reason."""
    if row.area_code is None or row.occurred_at is None:
        return None
    day = world.local_day(row.occurred_at)
    everywhere = [area.subdistrict_id for area in world.areas.values() if row.area_code in (area.code, *area.aliases)]
    owners = [owner for owner in everywhere if owner == subdistrict_id] or (
        everywhere if row.event == "reassigned" else []
    )
    if not owners:
        return "unknown_area"
    area_id = world.area_named(owners[0], row.area_code, day)
    return "area_not_valid_then" if area_id is None else (owners[0], area_id)


def _words(row: InboxRow, subdistrict_id: int, limits: Limits, world: World) -> Iterator[str]:
    """Codes nobody knows."""
    if row.event not in STAGES:
        yield "unknown_event"
    if row.source is not None and row.source not in limits.sources[subdistrict_id]:
        yield "unknown_source"
    place = place_of(row, subdistrict_id, world)
    if isinstance(place, str):
        yield place
    known = (("kind", KINDS), ("risk", RISKS), ("channel", CHANNELS), ("level", LEVELS))
    for column, words in known:
        if getattr(row, column) is not None and getattr(row, column) not in words:
            yield f"unknown_{column}"
    if row.type_code is not None and row.type_code not in world.types:
        yield "unknown_type"
    if row.department_code is not None and (subdistrict_id, row.department_code) not in world.departments:
        yield "unknown_department"


def _carried(row: InboxRow) -> Iterator[str]:
    """Columns that only an opening row, a reassignment or a correction may carry."""
    if row.event not in ("reported", "reassigned", "corrected") and any(
        (row.area_code, row.type_code, row.kind, row.risk)
    ):
        yield "column_not_allowed"


def _values(row: InboxRow, limits: Limits) -> Iterator[str]:
    """Numbers and texts outside their range."""
    place = (row.lon, row.lat)
    if place != (None, None) and not (_within(row.lon, 180) and _within(row.lat, 90)):
        yield "bad_coordinates"
    if row.satisfaction is not None and not 1 <= row.satisfaction <= 5:
        yield "bad_satisfaction"
    for column, longest in limits.text_length.items():
        if len(getattr(row, column) or "") > longest:
            yield "text_too_long"
    if row.event == "corrected":
        yield from _correction(row)


def _within(degrees: float | None, limit: int) -> bool:
    return degrees is not None and abs(degrees) <= limit


def _correction(row: InboxRow) -> Iterator[str]:
    """A correction that names no field or no row."""
    is_known_event = row.ref_event in STAGES and row.ref_event != "corrected"
    if not (is_known_event and row.field in MENDABLE and row.ref_occurred_at is not None and row.value):
        yield "bad_correction"
    if row.field == "point" and row.lon is None:
        yield "bad_correction"


def reasons_against(
    row: InboxRow, *, subdistrict_id: int, mode: str, clock: datetime, limits: Limits, world: World
) -> tuple[str, ...]:
    """The codes of everything wrong with a row by itself; the door may name any one of them."""
    checks = (
        _words(row, subdistrict_id, limits, world),
        _missing(row),
        _time(row, mode, clock, limits, world),
        _carried(row),
        _values(row, limits),
    )
    return tuple(dict.fromkeys(reason for check in checks for reason in check))
