"""What the oracle reads: rows of the log, and the little it must know of places, matters and settings.

Times are aware datetimes, days are dates of the store's time zone, ids are those of the store.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: The order in which events of one moment count. Written out here again on purpose: the oracle imports nothing.
STAGES = (
    *("discovered", "reported", "dispatched", "accepted", "escalated", "answered", "supervised", "acknowledged"),
    *("resolved", "fed_back", "evaluated", "reopened", "reassigned", "deadline_changed", "withdrawn", "corrected"),
)
STAGE_OF = {event: position for position, event in enumerate(STAGES, start=1)}

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """One row of app.case_log. Column names and meanings are those of the table."""

    subdistrict_id: int
    log_id: int
    case_id: int
    occurred_at: datetime
    recorded_at: datetime
    batch_id: int
    row_no: int
    event: str
    source: str | None = None
    external_id: str | None = None
    area_id: int | None = None
    type_id: int | None = None
    department_id: int | None = None
    ref_log_id: int | None = None
    kind: str | None = None
    risk: str | None = None
    channel: str | None = None
    level: str | None = None
    escalation_no: int | None = None
    satisfaction: int | None = None
    field: str | None = None
    value: str | None = None
    due_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    summary: str | None = None
    party_key: str | None = None
    linked_subdistrict_id: int | None = None
    linked_case_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Area:
    """One area for one period of validity; ``valid_to`` is the first day it no longer holds, None for ever."""

    area_id: int
    subdistrict_id: int
    code: str
    level: str
    parent_id: int | None
    valid_from: date = date.min
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether the area is valid on that local day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, kw_only=True)
class World:
    """Reference tables and settings of a store, as far as the rules need them."""

    areas: Mapping[int, Area]
    types: Mapping[str, int] = field(default_factory=dict)
    departments: Mapping[tuple[int, str], int] = field(default_factory=dict)
    time_zone: ZoneInfo = SHANGHAI
    same_day_window_days: int = 7
    handling_edges: tuple[int, ...] = ()
    counted_levels: tuple[str, ...] = ("micro_grid", "grid", "community", "subdistrict")

    def local_day(self, moment: datetime) -> date:
        """The day of the store's time zone a moment falls on."""
        return moment.astimezone(self.time_zone).date()

    def local_hour(self, moment: datetime) -> int:
        """The hour 0–23 of the store's time zone."""
        return moment.astimezone(self.time_zone).hour

    def day_start(self, day: date) -> datetime:
        """00:00 of a local day."""
        return datetime.combine(day, time(), tzinfo=self.time_zone)

    def counted_in(self, area_id: int) -> list[int]:
        """The areas a case of this area counts in: itself and its ancestors at grid, community and subdistrict."""
        chain: list[int] = []
        current: int | None = area_id
        while current is not None:
            area = self.areas[current]
            if area.level in self.counted_levels:
                chain.append(current)
            current = area.parent_id
        return chain

    def area_named(self, subdistrict_id: int, code: str, day: date) -> int | None:
        """The area a code or alias means on that day in that subdistrict; None where there is none."""
        for area in self.areas.values():
            if area.subdistrict_id == subdistrict_id and code in (area.code, *area.aliases) and area.holds_on(day):
                return area.area_id
        return None


def by_case(rows: Iterable[LogRow]) -> dict[tuple[int, int], list[LogRow]]:
    """The rows of each (subdistrict_id, case_id)."""
    cases: dict[tuple[int, int], list[LogRow]] = {}
    for row in rows:
        cases.setdefault((row.subdistrict_id, row.case_id), []).append(row)
    return cases


def next_day(day: date, days: int = 1) -> date:
    """The day ``days`` later."""
    return day + timedelta(days=days)
