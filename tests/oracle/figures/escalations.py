"""Hand-ups waiting for an answer, and how departments answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tests.oracle.escalations import Escalation
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.grouping import Key, keys_of, last_day


def pending(reading: Reading, asked: Asked) -> dict[tuple[int, int], tuple[datetime, datetime | None, int]]:
    """(case_id, number) -> raised, deadline, supervised count of hand-ups without an answer whose case is open.

    A hand-up lies in the area that raised it. One that lapsed with its case stays lapsed when the case is reopened.
    """
    return {
        (item.case.case_id, escalation.escalation_no): (
            escalation.raised_at, escalation.deadline_at, escalation.supervised_count,
        )
        for item in reading.chosen(replace(asked, area_id=None))
        if item.case.state == "open"
        for escalation in item.escalations
        if escalation.state == "pending" and reading.is_within(escalation.from_area_id, asked.area_id)
    }  # fmt: skip


def fallen_due(reading: Reading, asked: Asked, days: int = 28) -> Iterator[tuple[Known, Escalation]]:
    """Hand-ups whose deadline fell in the period and has passed; they count at the area that raised them."""
    first, last = reading.period(asked, days)
    for item in reading.chosen(replace(asked, area_id=None)):
        for escalation in item.escalations:
            if not reading.is_within(escalation.from_area_id, asked.area_id):
                continue
            deadline = escalation.deadline_at
            if deadline is not None and deadline <= asked.as_of and first <= reading.day(deadline) <= last:
                yield item, escalation


def is_answered_in_time(escalation: Escalation) -> bool:
    """Answered by its deadline. One that lapsed is not, whatever came after."""
    return (
        escalation.state == "answered"
        and escalation.answered_at is not None
        and escalation.deadline_at is not None
        and escalation.answered_at <= escalation.deadline_at
    )


def answers(reading: Reading, asked: Asked) -> dict[int, tuple[int, int, int]]:
    """n, answered by the deadline, lapsed by department; a hand-up to no department is nobody's."""
    found: dict[int, tuple[int, int, int]] = {}
    for _, escalation in fallen_due(reading, asked):
        if escalation.department_id is not None:
            n, on_time, lapsed = found.get(escalation.department_id, (0, 0, 0))
            found[escalation.department_id] = (
                n + 1, on_time + is_answered_in_time(escalation), lapsed + (escalation.state == "lapsed"),
            )  # fmt: skip
    return found


def _keys(reading: Reading, asked: Asked, known: Known, escalation: Escalation, moment: datetime) -> list[Key]:
    """The key a hand-up counts under: the area that raised it, its department, the kind and so on of its case."""
    if asked.by == "department":
        return [str(escalation.department_id or "")]
    case = replace(known.case, area_id=escalation.from_area_id)
    return keys_of(reading, asked, case, reading.day(moment))


def answered(reading: Reading, asked: Asked) -> dict[Key, tuple[int, int, int, bool]]:
    """n, answered by the deadline, lapsed, is_provisional by key; days are those of the deadline."""
    found: dict[Key, tuple[int, int, int]] = {}
    for item, escalation in fallen_due(reading, asked):
        assert escalation.deadline_at is not None
        for key in _keys(reading, asked, item, escalation, escalation.deadline_at):
            n, good, lapsed = found.get(key, (0, 0, 0))
            is_lapsed = escalation.state == "lapsed"
            found[key] = (n + 1, good + is_answered_in_time(escalation), lapsed + is_lapsed)
    if asked.by == "department":
        found.pop("", None)
    answer = {}
    for key, counts in found.items():
        day = last_day(asked, key, reading.period(asked))
        is_over = asked.as_of >= reading.end_of(day) and reading.is_handed_in(asked, day)
        answer[key] = (*counts, not is_over)
    return answer


def waiting(reading: Reading, asked: Asked) -> dict[Key, tuple[int, int, int, int, float]]:
    """n, overdue, without a deadline, supervised, the longest wait in minutes by key; days are those of raising."""
    found: dict[Key, tuple[int, int, int, int, float]] = {}
    for item in reading.chosen(replace(asked, area_id=None)):
        for escalation in item.escalations:
            is_within = reading.is_within(escalation.from_area_id, asked.area_id)
            if item.case.state != "open" or escalation.state != "pending" or not is_within:
                continue
            deadline = escalation.deadline_at
            waited = (asked.as_of - escalation.raised_at).total_seconds() / 60
            for key in _keys(reading, asked, item, escalation, escalation.raised_at):
                n, overdue, without, supervised, longest = found.get(key, (0, 0, 0, 0, 0.0))
                found[key] = (
                    n + 1,
                    overdue + (deadline is not None and deadline < asked.as_of),
                    without + (deadline is None),
                    supervised + (escalation.supervised_count > 0),
                    max(longest, round(waited, 4)),
                )
    return found
