"""Counts by area, local day and kind: the rows of app.area_day that must follow from the log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.oracle.cases import Case, derive_case
from tests.oracle.effective import effective_rows
from tests.oracle.rows import LogRow, World, by_case

HISTOGRAM_BINS = 12


@dataclass(kw_only=True)
class AreaDay:
    """The counts of one row of app.area_day; the key is (subdistrict_id, area_id, day, kind)."""

    reported: int = 0
    reported_red: int = 0
    reported_orange: int = 0
    reported_yellow: int = 0
    reported_blue: int = 0
    same_day_counted: int = 0
    same_day_resolved: int = 0
    same_day_kept: int = 0
    on_the_spot: int = 0
    reported_by_hour: list[int] = field(default_factory=lambda: [0] * 24)
    resolved: int = 0
    handling_minutes: int = 0
    handling_histogram: list[int] = field(default_factory=lambda: [0] * HISTOGRAM_BINS)
    due: int = 0
    due_on_time: int = 0
    reopened: int = 0
    withdrawn: int = 0
    escalated: int = 0


Key = tuple[int, int, date, str]


def handling_minutes(case: Case) -> int:
    """Whole minutes from reported to resolved."""
    assert case.resolved_at is not None
    return int((case.resolved_at - case.reported_at).total_seconds() // 60)


def histogram_bin(minutes: int, edges: Sequence[int]) -> int:
    """The first bin whose upper edge is not passed; the last bin takes what is longer."""
    for position, edge in enumerate(edges):
        if minutes <= edge:
            return position
    return len(edges)


def _count_case(cell: AreaDay, case: Case) -> None:
    """What a case adds to the day it was reported."""
    cell.reported += 1
    name = f"reported_{case.risk}"
    setattr(cell, name, getattr(cell, name) + 1)
    cell.same_day_counted += case.is_same_day_counted
    cell.same_day_resolved += case.is_same_day_resolved
    cell.same_day_kept += case.is_same_day_kept
    cell.on_the_spot += case.is_on_the_spot
    cell.reported_by_hour[case.reported_hour] += 1


def _count_resolution(cell: AreaDay, case: Case, edges: Sequence[int]) -> None:
    """What a resolved case adds to the day of its present resolution."""
    minutes = handling_minutes(case)
    cell.resolved += 1
    cell.handling_minutes += minutes
    cell.handling_histogram[histogram_bin(minutes, edges)] += 1


def _count_deadline(cell: AreaDay, case: Case) -> None:
    """What a case adds to the day it was first due; nothing if it was withdrawn or handed over before."""
    assert case.first_due_at is not None
    if case.state in ("withdrawn", "transferred") and case.closed_at is not None and case.closed_at < case.first_due_at:
        return
    cell.due += 1
    cell.due_on_time += case.first_resolved_at is not None and case.first_resolved_at <= case.first_due_at


def derive_area_day(rows: Iterable[LogRow], as_of: datetime, world: World) -> dict[Key, AreaDay]:
    """All rows of app.area_day at ``as_of``; a key that counts nothing is left out."""
    cells: dict[Key, AreaDay] = defaultdict(AreaDay)
    for (subdistrict_id, _), case_rows in by_case(rows).items():
        case = derive_case(case_rows, as_of, world)
        if case is None:
            continue
        effective = effective_rows(case_rows, as_of, world)
        for area_id in world.counted_in(case.area_id):
            place = (subdistrict_id, area_id)
            _count_case(cells[*place, case.reported_day, str(case.kind)], case)
            if case.resolved_day is not None:
                _count_resolution(cells[*place, case.resolved_day, str(case.kind)], case, world.handling_edges)
            if case.due_day is not None:
                _count_deadline(cells[*place, case.due_day, str(case.kind)], case)
            for row in effective:
                if row.event in ("reopened", "withdrawn", "escalated"):
                    cell = cells[*place, world.local_day(row.occurred_at), str(case.kind)]
                    setattr(cell, row.event, getattr(cell, row.event) + 1)
    return {key: cell for key, cell in cells.items() if cell != AreaDay()}
