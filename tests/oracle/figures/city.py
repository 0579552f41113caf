"""The figures of a city: those of its subdistricts side by side, and their total."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.oracle.figures import rates, stock
from tests.oracle.figures.asked import Asked, Reading
from tests.oracle.figures.grouping import Key
from tests.oracle.figures.rates import reported_in

ByPlace = dict[Key, tuple[Any, ...]]


def _of_each(reading: Reading, asked: Asked, answer: Callable[[Asked], tuple[Any, ...] | None]) -> dict[str, Any]:
    """What a question of one subdistrict answers for each that lies in the area asked about; None is no answer."""
    found = {}
    for area in reading.world.areas.values():
        if area.level == "subdistrict" and reading.is_within(area.area_id, asked.area_id):
            of_one = replace(asked, subdistrict_id=area.area_id, area_id=None, by="total", unit_level=None)
            row = answer(of_one)
            if row is not None:
                found[str(area.area_id)] = row
    return found


def _with_total(found: dict[str, tuple[Any, ...]]) -> ByPlace:
    """The rows and their sums; the sum of flags is whether any is set."""
    if not found:
        return {}
    columns = zip(*found.values(), strict=True)
    total = tuple(any(column) if isinstance(column[0], bool) else sum(column) for column in columns)
    answer: ByPlace = {None: total}
    answer.update(found.items())
    return answer


def same_day(reading: Reading, asked: Asked) -> ByPlace:
    """n, good, is_provisional of same-day resolution."""
    return _with_total(_of_each(reading, asked, lambda one: rates.same_day_resolution(reading, one).get(None)))


def on_time(reading: Reading, asked: Asked) -> ByPlace:
    """n, good, is_provisional of what was due in the period, or the last 28 days."""

    def answer(one: Asked) -> tuple[Any, ...] | None:
        row = rates.on_time(reading, replace(one, period=reading.period(one))).get(None)
        return None if row is None else row[:3]

    return _with_total(_of_each(reading, asked, answer))


def volume(reading: Reading, asked: Asked) -> ByPlace:
    """Cases reported, and how many of them in each colour."""

    def answer(one: Asked) -> tuple[Any, ...] | None:
        risks = [item.case.risk for item in reported_in(reading, one)]
        return (len(risks), *(risks.count(risk) for risk in ("red", "orange", "yellow", "blue"))) if risks else None

    return _with_total(_of_each(reading, asked, answer))


def backlog(reading: Reading, asked: Asked) -> ByPlace:
    """Open cases, their five classes of age, overdue, with a deadline."""
    return _with_total(_of_each(reading, asked, lambda one: stock.stock_by(reading, one).get(None)))


def escalations_pending(reading: Reading, asked: Asked) -> ByPlace:
    """Hand-ups that wait, those past their deadline, those a leader has demanded, and the earliest deadline."""

    def answer(one: Asked) -> tuple[Any, ...] | None:
        waiting = [
            item
            for known in reading.chosen(one)
            if known.case.state == "open"
            for item in known.escalations
            if item.state == "pending"
        ]
        deadlines = [item.deadline_at for item in waiting if item.deadline_at is not None]
        overdue = sum(deadline < asked.as_of for deadline in deadlines)
        supervised = sum(item.supervised_count > 0 for item in waiting)
        return (len(waiting), overdue, supervised, min(deadlines, default=None)) if waiting else None

    found = _of_each(reading, asked, answer)
    counts = _with_total({key: row[:3] for key, row in found.items()})
    deadlines: dict[Key, datetime | None] = {key: row[3] for key, row in found.items()}
    deadlines[None] = min((moment for moment in deadlines.values() if moment is not None), default=None)
    return {key: (*row, deadlines[key]) for key, row in counts.items()}
