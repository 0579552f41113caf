"""How rows came in, hour by hour: the rows of app.recorded_hours that must follow from the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.oracle.rows import LogRow, by_case

HourKey = tuple[int, datetime, str]


@dataclass(kw_only=True)
class RecordedHour:
    """The counts of one row of app.recorded_hours; the key is (subdistrict_id, recorded_hour, source)."""

    recorded: int = 0
    hour_late: int = 0
    day_late: int = 0
    longest_delay: timedelta = timedelta(0)


def derive_recorded_hours(rows: Iterable[LogRow]) -> dict[HourKey, RecordedHour]:
    """All rows of app.recorded_hours: whatever was recorded but corrections, by hour (UTC) and its case's source."""
    cells: dict[HourKey, RecordedHour] = {}
    for (subdistrict_id, _), case_rows in by_case(rows).items():
        source = next(row.source for row in case_rows if row.source is not None)
        for row in case_rows:
            if row.event == "corrected":
                continue
            hour = row.recorded_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            cell = cells.setdefault((subdistrict_id, hour, source), RecordedHour())
            delay = row.recorded_at - row.occurred_at
            cell.recorded += 1
            cell.hour_late += delay > timedelta(hours=1)
            cell.day_late += delay > timedelta(days=1)
            cell.longest_delay = max(cell.longest_delay, delay)
    return cells
