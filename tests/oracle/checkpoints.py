"""Cases open at each month's start as then known: the rows of app.case_checkpoint that must follow from the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle.cases import derive_cases
from tests.oracle.rows import LogRow, World


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """One row of app.case_checkpoint; the key is (subdistrict_id, month_start, case_id)."""

    area_id: int
    kind: str | None
    type_id: int | None
    risk: str | None
    level: str
    department_id: int | None
    reported_at: datetime
    first_due_at: datetime | None
    due_at: datetime | None
    reopened_count: int
    escalations_pending: int
    first_occurred_at: datetime


def month_starts(first: datetime, last: datetime, world: World) -> list[datetime]:
    """Local month starts after ``first`` and up to ``last``."""
    starts: list[datetime] = []
    year, month = world.local_day(first).year, world.local_day(first).month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        start = world.day_start(date(year, month, 1))
        if start > last:
            return starts
        starts.append(start)


def derive_checkpoint(
    rows: Iterable[LogRow], month_start: datetime, world: World
) -> dict[tuple[int, datetime, int], Checkpoint]:
    """The open cases at one month's start, by (subdistrict_id, month_start, case_id)."""
    found = {}
    for (subdistrict_id, case_id), case in derive_cases(rows, month_start, world).items():
        if case.state == "open":
            names = Checkpoint.__dataclass_fields__
            values = {name: getattr(case, name) for name in names}
            found[subdistrict_id, month_start, case_id] = Checkpoint(**values)
    return found
