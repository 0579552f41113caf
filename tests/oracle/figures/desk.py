"""The duty desk: grave cases that are open; who owes answers; the list of hand-ups; which sources dispatch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.oracle.cases import times_of
from tests.oracle.escalations import Escalation
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.clocks import URGENT
from tests.oracle.figures.escalations import is_answered_in_time
from tests.oracle.figures.places import SHOWN


def _pending(item: Known) -> list[Escalation]:
    return [each for each in item.escalations if each.state == "pending"]


def grave(reading: Reading, asked: Asked) -> list[tuple[Any, ...]]:
    """Open red and orange cases in the order they are to be looked at: case_id, reported_at, risk, kind, area,
    dispatched_at, due_at, whether a hand-up waits and when its answer is due, first acknowledged, place.

    First the red ones that nobody has acknowledged, those longest known first; then the other red ones, then orange
    ones, both by their deadline, those without one last; of like ones the earlier deadline or report. Who acknowledges
    a hand-up has not acknowledged the case.
    """

    def acknowledged_at(item: Known) -> datetime | None:
        of_case = [row for row in item.rows if row.escalation_no is None]
        return min(times_of(of_case, "acknowledged"), default=None)

    def urgency(item: Known) -> tuple[Any, ...]:
        case = item.case
        due_at = case.due_at or datetime.max.replace(tzinfo=case.reported_at.tzinfo)
        if case.risk == "red" and acknowledged_at(item) is None:
            return 0, case.reported_at, due_at, case.case_id
        return 1 if case.risk == "red" else 2, due_at, case.reported_at, case.case_id

    def row(item: Known) -> tuple[Any, ...]:
        case, waiting = item.case, _pending(item)
        deadlines = [each.deadline_at for each in waiting if each.deadline_at is not None]
        return (
            *(case.case_id, case.reported_at, case.risk, case.kind, case.area_id, case.dispatched_at, case.due_at),
            *(bool(waiting), min(deadlines, default=None), acknowledged_at(item), case.lon, case.lat),
        )

    found = [item for item in reading.chosen(asked) if item.case.state == "open" and item.case.risk in URGENT]
    return [row(item) for item in sorted(found, key=urgency)]


@dataclass(frozen=True)
class HandUp:
    """One hand-up of a case that may be shown, and whether it waits, or its answer was due in the period."""

    known: Known
    escalation: Escalation
    department: str
    is_waiting: bool
    is_due: bool

    @property
    def is_overdue(self) -> bool:
        """Whether it waits and its deadline has passed."""
        return self.is_waiting and self.escalation.deadline_at is not None and self._has_passed

    _has_passed: bool = False


def hand_ups(reading: Reading, asked: Asked) -> list[HandUp]:
    """Those of the place asked about: what was raised there or below."""
    codes = {number: code for (_, code), number in reading.world.departments.items()}
    first, last = reading.period(asked)
    found = []
    for known in reading.chosen(replace(asked, area_id=None)):
        for each in known.escalations if known.case.kind in SHOWN else ():
            if reading.is_within(each.from_area_id, asked.area_id):
                deadline = each.deadline_at
                is_due = deadline is not None and deadline <= asked.as_of and first <= reading.day(deadline) <= last
                is_waiting = known.case.state == "open" and each.state == "pending"
                has_passed = deadline is not None and deadline < asked.as_of
                department = codes.get(each.department_id or 0, "")
                found.append(HandUp(known, each, department, is_waiting, is_due, has_passed))
    return found


def owed(reading: Reading, asked: Asked) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(department, level) -> waiting, overdue, supervised, oldest raised, next deadline ahead; due, answered in time,
    answered at all, lapsed; is_provisional.

    A hand-up to no department has the department "". Rows of departments for which nothing waits and nothing was due
    are left out.
    """
    _, last = reading.period(asked)
    is_over = asked.as_of >= reading.end_of(last) and reading.is_handed_in(asked, last)
    found: dict[tuple[str, str], list[HandUp]] = {}
    for each in hand_ups(reading, asked):
        if each.is_waiting or each.is_due:
            found.setdefault((each.department, each.escalation.level), []).append(each)
    answer = {}
    for key, held in found.items():
        waiting = [each for each in held if each.is_waiting]
        due = [each.escalation for each in held if each.is_due]
        deadlines = [each.escalation.deadline_at for each in waiting]
        ahead = [moment for moment in deadlines if moment is not None and moment >= asked.as_of]
        answer[key] = (
            *(len(waiting), sum(each.is_overdue for each in waiting)),
            sum(each.escalation.supervised_count > 0 for each in waiting),
            *(min((each.escalation.raised_at for each in waiting), default=None), min(ahead, default=None)),
            *(len(due), sum(map(is_answered_in_time, due)), sum(each.state == "answered" for each in due)),
            *(sum(each.state == "lapsed" for each in due), not is_over),
        )
    return answer


CUTS: dict[str, Callable[[HandUp], bool]] = {
    "pending": lambda each: each.is_waiting,
    "overdue": lambda each: each.is_overdue,
    "missed": lambda each: each.is_due and not is_answered_in_time(each.escalation),
    "answered": lambda each: each.is_due and each.escalation.state == "answered",
    "lapsed": lambda each: each.is_due and each.escalation.state == "lapsed",
}


Listed = dict[tuple[int, int], tuple[Any, ...]]


def listed(reading: Reading, asked: Asked, cut: str, department: str | None, level: str | None) -> Listed:
    """(case_id, number) -> kind, risk, area code, department, level, raised, deadline, answered, lapsed, state,
    supervised count, first supervised, acknowledged, of the hand-ups of a cut.

    Of those whose answer was due: missed were not answered in time, whatever came later.
    """
    found = {}
    for each in hand_ups(reading, asked):
        is_asked = department in (None, each.department) and level in (None, each.escalation.level)
        if is_asked and CUTS[cut](each):
            case, item = each.known.case, each.escalation
            found[case.case_id, item.escalation_no] = (
                *(case.kind, case.risk, reading.world.areas[item.from_area_id].code, each.department, item.level),
                *(item.raised_at, item.deadline_at, item.answered_at, item.lapsed_at, item.state),
                *(item.supervised_count, item.supervised_at, item.acknowledged_at),
            )
    return found


def deadlines_in_order(cut: str, found: Listed) -> list[datetime | None]:
    """The deadlines of a list as it is told: next to breach first, of those that no longer wait the newest first.

    Where there is none it comes last.
    """
    told = [row[6] for row in found.values()]
    given = sorted((moment for moment in told if moment is not None), reverse=cut not in ("pending", "overdue"))
    return [*given, *(moment for moment in told if moment is None)]
