"""A row as a writer hands it in, and what the door knows about words and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

KINDS = ("appeal", "hazard", "petition", "police_report", "warning")
RISKS = ("red", "orange", "yellow", "blue")
CHANNELS = ("patrol", "hotline", "qr_code", "app", "visit", "sensor", "department")
LEVELS = ("grid", "community", "subdistrict", "department")

#: The columns an opening row cannot do without.
OPENING_COLUMNS = ("area_code", "kind", "type_code", "risk", "channel")

#: What a correction may mend.
MENDABLE = (
    *("occurred_at", "area_code", "type_code", "risk", "kind", "channel", "due_at"),
    *("department_code", "level", "satisfaction", "summary", "point"),
)


@dataclass(frozen=True, kw_only=True, repr=False)
class InboxRow:
    """One row of app.inbox without batch_id, row_no and what the door sets itself."""

    source: str | None = None
    external_id: str | None = None
    event: str | None = None
    occurred_at: datetime | None = None
    recorded_at: datetime | None = None
    area_code: str | None = None
    kind: str | None = None
    type_code: str | None = None
    risk: str | None = None
    channel: str | None = None
    level: str | None = None
    department_code: str | None = None
    actor: str | None = None
    escalation_no: int | None = None
    ref_event: str | None = None
    ref_occurred_at: datetime | None = None
    field: str | None = None
    value: str | None = None
    due_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    summary: str | None = None
    satisfaction: int | None = None
    party: str | None = None
    party_name: str | None = None
    party_phone: str | None = None
    address: str | None = None
    original_text: str | None = None

    def __repr__(self) -> str:
        """Only what is given: random rows must be readable in a failure."""
        return f"({', '.join(f'{name}={value!s}' for name, value in self.given().items())})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same for hypothesis, which prints dataclasses its own way."""
        printer.text(repr(self))

    def given(self) -> dict[str, Any]:
        """The columns that are not null."""
        return {item.name: value for item in fields(self) if (value := getattr(self, item.name)) is not None}

    def content(self) -> dict[str, Any]:
        """What makes two rows the same: everything handed in but the time of recording."""
        return {name: value for name, value in self.given().items() if name not in ("recorded_at", "source")}

    def identity(self) -> tuple[Any, ...]:
        """What makes two rows of one case the same happening."""
        mends = (self.ref_event, self.ref_occurred_at, self.field) if self.event == "corrected" else ()
        return (self.event, self.occurred_at, self.escalation_no, *mends)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is configuration of a store rather than a rule."""

    sources: Mapping[int, frozenset[str]] = field(default_factory=dict)
    years: tuple[int, int] = (2000, 2100)
    clock_skew: timedelta = timedelta(minutes=2)
    text_length: Mapping[str, int] = field(default_factory=dict)


INBOX_COLUMNS = tuple(item.name for item in fields(InboxRow))
