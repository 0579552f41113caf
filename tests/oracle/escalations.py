"""The hand-ups of one case: the rows of app.escalations that must follow from its effective rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.rows import LogRow


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """One row of app.escalations."""

    subdistrict_id: int
    case_id: int
    escalation_no: int
    raised_at: datetime
    from_area_id: int
    level: str
    department_id: int | None
    deadline_at: datetime | None
    answered_at: datetime | None
    supervised_at: datetime | None
    supervised_count: int
    acknowledged_at: datetime | None
    lapsed_at: datetime | None
    state: str


def closes(row: LogRow) -> bool:
    """Whether a row ends a case here: resolved, withdrawn or handed over to another subdistrict."""
    return row.event in ("resolved", "withdrawn") or (
        row.event == "reassigned" and row.linked_subdistrict_id is not None
    )


def _area_at(rows: Sequence[LogRow], position: int) -> int:
    """The area in force at a row, its own included; the case's first where a corrected time put the row before it."""
    until_here = [row.area_id for row in rows[: position + 1] if row.area_id is not None]
    return until_here[-1] if until_here else next(row.area_id for row in rows if row.area_id is not None)


def _lapsed_at(rows: Sequence[LogRow], position: int, number: int) -> datetime | None:
    """When the case was first closed after the hand-up with no answer yet; None if answered before or never closed."""
    for row in rows[position + 1 :]:
        if row.event == "answered" and row.escalation_no == number:
            return None
        if closes(row):
            return row.occurred_at
    return None


def _escalation(rows: Sequence[LogRow], position: int, number: int) -> Escalation:
    raised = rows[position]
    of_number = [row for row in rows if row.escalation_no == number]
    answered = [row.occurred_at for row in of_number if row.event == "answered"]
    supervised = [row.occurred_at for row in of_number if row.event == "supervised"]
    acknowledged = [row.occurred_at for row in of_number if row.event == "acknowledged"]
    already_answered = any(row.event == "answered" and row.escalation_no == number for row in rows[:position])
    lapsed_at = None if already_answered else _lapsed_at(rows, position, number)
    state = "lapsed" if lapsed_at is not None else "answered" if answered else "pending"
    return Escalation(
        subdistrict_id=raised.subdistrict_id,
        case_id=raised.case_id,
        escalation_no=number,
        raised_at=raised.occurred_at,
        from_area_id=_area_at(rows, position),
        level=raised.level or "department",
        department_id=raised.department_id,
        deadline_at=raised.due_at,
        answered_at=answered[0] if answered else None,
        supervised_at=supervised[0] if supervised else None,
        supervised_count=len(supervised),
        acknowledged_at=acknowledged[-1] if acknowledged else None,
        lapsed_at=lapsed_at,
        state=state,
    )


def escalations_of(rows: Sequence[LogRow]) -> list[Escalation]:
    """One per escalation number; of two hand-ups with one number the first in the order of the case counts."""
    found: dict[int, Escalation] = {}
    for position, row in enumerate(rows):
        if row.event == "escalated" and row.escalation_no is not None and row.escalation_no not in found:
            found[row.escalation_no] = _escalation(rows, position, row.escalation_no)
    return list(found.values())
