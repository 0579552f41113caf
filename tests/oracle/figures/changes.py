"""Findings about what is reported, and about changes shortly before a cut-off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.oracle.cases import last_given
from tests.oracle.effective import VOID_FIELD, corrected_values, known_rows
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.findings import Evidence
from tests.oracle.figures.grouping import units_of
from tests.oracle.figures.rates import APPEALS, is_due, is_on_time
from tests.oracle.rows import LogRow

#: How far the past reaches back, at least.
PAST_DAYS = 56
PATROL = "patrol"


def fewer_reports(reading: Reading, asked: Asked) -> dict[tuple[int, str, str], tuple[int, int]]:
    """Unit and its kind -> cases of patrols reported in the period or in the 56 days before (or as many as the period
    has, if these are more); those of the period. Of all kinds, whatever became of them.

    Of units that have held since the first of these days, and that have such a case.
    """
    first, last = reading.period(asked)
    began = first - max(timedelta(days=PAST_DAYS), last - first + timedelta(days=1))
    found: dict[tuple[int, str, str], tuple[int, int]] = {}
    for item in reading.chosen(asked):
        if item.case.channel != PATROL or not began <= item.case.reported_day <= last:
            continue
        for key in units_of(reading, asked, item.case.area_id):
            unit = reading.world.areas[int(key or "")]
            if unit.holds_on(began) and unit.holds_on(last):
                row = (unit.area_id, reading.ground.kind_of_area[unit.area_id], "reports")
                n, observed = found.get(row, (0, 0))
                found[row] = (n + 1, observed + (item.case.reported_day >= first))
    return found


#: The colours, the gravest first.
RISKS = ("red", "orange", "yellow", "blue")
TWO_HOURS = timedelta(hours=2)
#: A Monday on which an assessed cycle began, and how long one is.
ANCHOR, CYCLE_DAYS = date(2023, 1, 2), 14


#: Corrections that are changes of what a case is, besides the rows that say so; and of a deadline, which is none, but
#: gives the deadline as it stood before what came after.
MENDED = ("area_code", "type_code", "kind", "risk", "due_at")
#: The columns of which one at least must be another than before.
COLUMNS = {"retyped": ("type_id", "kind"), "reassigned": ("area_id",)}
CHANGING = ("reported", "withdrawn", "reassigned", "deadline_changed", "corrected")


def acts_of(reading: Reading, asked: Asked, case_id: int) -> list[LogRow]:
    """What was said of a case by as_of, as it was first said: a moment or a value mended later moves no act.

    In the order of their moments, of two at one in that of the log. A correction that changes what the case is counts
    as an act of its own moment, with the value it gives.
    """
    rows = reading.rows_of(asked.subdistrict_id, case_id)
    known = known_rows(rows, asked.as_of)
    voided = {row.ref_log_id for row in known if row.field == VOID_FIELD}
    acts = []
    for row in known:
        if row.log_id in voided or row.event not in CHANGING:
            continue
        if row.event != "corrected":
            acts.append(row)
        elif row.field in MENDED:
            target = next(other for other in rows if other.log_id == row.ref_log_id)
            bare = replace(row, area_id=None, type_id=None, kind=None, risk=None, due_at=None)
            acts.append(replace(bare, **corrected_values(target, row.field, row.value, reading.world)))
    return sorted(acts, key=lambda row: (row.occurred_at, row.log_id))


def is_change(row: LogRow, before: Sequence[LogRow], change: str) -> bool:
    """Whether an act withdraws, downgrades, retypes, reassigns or extends a case as it stood before. Handed over to
    another subdistrict is reassigned too.
    """
    if change == "withdrawn":
        return row.event == "withdrawn"
    if change == "extended":
        due_at = last_given(before, "due_at")
        return row.event == "deadline_changed" and row.due_at is not None and due_at is not None and row.due_at > due_at
    if change == "downgraded":
        was = last_given(before, "risk")
        return None not in (row.risk, was) and RISKS.index(row.risk or "") > RISKS.index(was)

    def differs(column: str) -> bool:
        value: Any = getattr(row, column)
        return value is not None and value != last_given(before, column)

    is_handed_over = change == "reassigned" and row.linked_subdistrict_id is not None
    return is_handed_over or any(map(differs, COLUMNS[change]))


def cutoff_of(
    reading: Reading, item: Known, row: LogRow, before: Sequence[LogRow], cutoff: str
) -> tuple[datetime, timedelta] | None:
    """The cut-off that lay ahead of an act, and how long before it is shortly before it; None without a deadline."""
    case = item.case
    if cutoff == "midnight":
        return reading.end_of(case.reported_day), TWO_HOURS
    if cutoff == "deadline":
        due_at = last_given(before, "due_at")
        return None if due_at is None else (due_at, min(TWO_HOURS, (due_at - case.reported_at) / 10))
    day = reading.day(row.occurred_at)
    last = day + timedelta(days=CYCLE_DAYS - 1 - (day - ANCHOR).days % CYCLE_DAYS)
    return reading.end_of(last), timedelta(days=1)


def changes_of(
    reading: Reading, asked: Asked, item: Known, change: str, cutoff: str
) -> Iterator[tuple[date, int, bool]]:
    """Day, area before it and whether it came shortly before the cut-off, of each such change before any resolution.

    A withdrawal told again while the case is withdrawn counts as one: the exclusions name the resolution alone.
    """
    resolved = item.case.first_resolved_at
    acts = acts_of(reading, asked, item.case.case_id)
    for place, row in enumerate(acts):
        before = acts[:place]
        is_late = resolved is not None and resolved <= row.occurred_at
        if row.event == "reported" or is_late or not is_change(row, before, change):
            continue
        ahead = cutoff_of(reading, item, row, before, cutoff)
        area_id = last_given(before, "area_id")
        if ahead is not None and row.occurred_at < ahead[0] and area_id is not None:
            end = ahead[0].astimezone(UTC)  # Python takes hours from a local time by the wall clock
            yield reading.day(row.occurred_at), area_id, row.occurred_at >= end - ahead[1]


def _flattered(reading: Reading, asked: Asked, change: str, cutoff: str) -> dict[int, dict[int, bool]]:
    """The rate beside it: unit -> case -> whether it is good; of an extension by the deadline as it stands."""
    first, last = reading.period(asked)
    found: dict[int, dict[int, bool]] = {}
    for item in reading.timed(asked, APPEALS if cutoff == "midnight" else None):
        case = item.case
        if cutoff == "midnight":
            is_in, is_good = case.is_same_day_counted and first <= case.reported_day <= last, case.is_same_day_kept
        else:
            day, due_at, resolved = case.due_day, case.due_at, case.first_resolved_at
            has_come = case.first_due_at is not None and case.first_due_at <= asked.as_of
            is_in, is_good = is_due(case) and has_come and day is not None and first <= day <= last, is_on_time(case)
            if change == "extended" and due_at is not None:
                is_good = resolved <= due_at if resolved is not None else due_at > asked.as_of
        for key in units_of(reading, asked, case.area_id) if is_in else ():
            found.setdefault(int(key or ""), {})[case.case_id] = is_good
    return found


def changed_before_cutoff(reading: Reading, asked: Asked, change: str, cutoff: str) -> Evidence:
    """Of the cases of a unit that were changed so in the period before the cut-off those changed shortly before it.

    Shortly is two hours before 24:00 of the day reported; two hours, or a tenth of the time allowed if less, before
    the deadline as it stood before the change; a day before the end of the assessed cycle. Of appeals before midnight,
    of all kinds before other cut-offs, unless kinds are chosen; what was retyped counts whatever it is now.
    """
    first, last = reading.period(asked)
    everything = replace(asked, area_id=None, kinds=None if change == "retyped" else asked.kinds)
    own_kinds = APPEALS if cutoff == "midnight" and change != "retyped" else None
    found: dict[int, dict[int, bool]] = {}
    for item in reading.timed(everything, own_kinds):
        for day, area_id, is_short in changes_of(reading, asked, item, change, cutoff):
            for key in units_of(reading, asked, area_id) if first <= day <= last else ():
                cases = found.setdefault(int(key or ""), {})
                cases[item.case.case_id] = cases.get(item.case.case_id, False) or is_short
    rates = _flattered(reading, asked, change, cutoff)
    answer: Evidence = {}
    for unit, cases in found.items():
        rate, suspects = rates.get(unit, {}), sorted(number for number, is_short in cases.items() if is_short)
        answer[unit, reading.ground.kind_of_area[unit], cutoff] = (
            *(len(cases), len(suspects), len(rate), sum(rate.values()), len(rate.keys() | set(suspects))),
            sum(is_good and number not in suspects for number, is_good in rate.items()),
            suspects,
        )
    return answer
