"""Repeated matters, default locations, the heat of the last hours: what single places show."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, Known, Reading
from tests.oracle.figures.lists import is_at_one_place
from tests.oracle.figures.rates import LEFT
from tests.oracle.figures.risk import units_on

#: Kinds whose single cases may stand on a screen that visitors see.
SHOWN = ("appeal", "hazard", "warning")

#: Kinds of which only counts may stand there.
COUNTED = ("police_report", "petition")


def shown(reading: Reading, asked: Asked) -> list[Known]:
    """Cases of the kinds asked for that may be shown singly, at the area asked about or below it."""
    return [item for item in reading.chosen(asked) if item.case.kind in SHOWN]


def _stays(case: Case) -> bool:
    return case.state not in LEFT


def repeated(reading: Reading, asked: Asked) -> dict[tuple[int, int | None], tuple[int, int]]:
    """(area, matter) -> cases of the period that repeat others, and those of them that are open.

    Two others at least of its matter came in at its area within the 30 days before, or at its very moment, within 50 m
    of it or from its party, whatever their kind. Only sources with closing times have open ones.
    """
    first, last = reading.period(asked)
    others = [item.case for item in reading.chosen(replace(asked, kinds=None)) if _stays(item.case)]
    found: dict[tuple[int, int | None], tuple[int, int]] = {}
    for item in shown(reading, asked):
        case = item.case
        if _stays(case) and first <= case.reported_day <= last and _times_before(reading, case, others) >= 2:
            n, still_open = found.get((case.area_id, case.type_id), (0, 0))
            is_open = case.state == "open" and reading.has_times(item)
            found[case.area_id, case.type_id] = n + 1, still_open + is_open
    return found


def _times_before(reading: Reading, case: Case, others: list[Case]) -> int:
    return sum(
        other.case_id != case.case_id
        and other.type_id == case.type_id
        and timedelta(0) <= case.reported_at - other.reported_at <= timedelta(days=30)
        and is_at_one_place(reading, case, other)
        for other in others
    )


Point = tuple[float, float]


def point_of(case: Case) -> Point | None:
    """Where a case was said to be."""
    return None if case.lon is None or case.lat is None else (case.lon, case.lat)


@dataclass(frozen=True)
class Pile:
    """Cases on one point; ``area_id``: the area most of them belong to, of equal ones the first."""

    area_id: int
    areas: int
    cases: int
    matters: int
    area_cases: int
    since: datetime
    is_label_point: bool


def piles(reading: Reading, asked: Asked) -> dict[Point, Pile]:
    """Default locations of the period.

    The label point of an area with a case there, with three cases at least; any other point with five cases and three
    matters at least, that are a twentieth of all located cases of their areas or come from three areas. A pile is one
    of the whole subdistrict; a place that is asked about is told those most of whose cases belong to it.
    """
    first, last = reading.period(asked)
    located: dict[Point, list[Case]] = {}
    for item in shown(reading, replace(asked, area_id=None)):
        point = point_of(item.case)
        if point is not None and _stays(item.case) and first <= item.case.reported_day <= last:
            located.setdefault(point, []).append(item.case)
    everywhere = Counter(case.area_id for cases in located.values() for case in cases)
    found = {}
    for point, cases in located.items():
        pile = _pile(reading, point, cases, everywhere)
        is_large = pile.cases >= 5 and pile.matters >= 3
        is_default = is_large and (pile.cases * 20 >= pile.area_cases or pile.areas >= 3)
        if not reading.is_within(pile.area_id, asked.area_id):
            continue
        if pile.cases >= 3 if pile.is_label_point else is_default:
            found[point] = pile
    return found


def _pile(reading: Reading, point: Point, cases: list[Case], everywhere: Counter[int]) -> Pile:
    areas = Counter(case.area_id for case in cases)
    return Pile(
        area_id=min(areas, key=lambda area_id: (-areas[area_id], area_id)),
        areas=len(areas),
        cases=len(cases),
        matters=len({case.type_id for case in cases}),
        area_cases=sum(everywhere[area_id] for area_id in areas),
        since=min(case.reported_at for case in cases),
        is_label_point=any(reading.ground.label_points.get(area_id) == point for area_id in areas),
    )


#: What a case weighs by its colour (risk.toml).
SEVERITY = {"red": 8.0, "orange": 4.0, "yellow": 2.0, "blue": 1.0}
Heat = tuple[float, float, str | None, float, float]


def heat(reading: Reading, asked: Asked, hours: int) -> list[Heat]:
    """Place, colour, hours ago and weight of each located case of the last hours, neither withdrawn nor handed over.

    Left out are those on their area's own label point, and those on a point where cases of three matters came in.
    """
    since = asked.as_of.astimezone(UTC) - timedelta(hours=hours)
    matters: dict[Point, set[int | None]] = {}
    cases: list[tuple[Point, Case]] = []
    for item in shown(reading, asked):
        point = point_of(item.case)
        if point is not None and _stays(item.case) and item.case.reported_at > since:
            matters.setdefault(point, set()).add(item.case.type_id)
            if reading.ground.label_points.get(item.case.area_id) != point:
                cases.append((point, item.case))
    found = []
    for point, case in cases:
        ago = (asked.as_of - case.reported_at) / timedelta(hours=1)
        if len(matters[point]) < 3:
            weight = SEVERITY[case.risk or "blue"] * 2 ** (-ago / 2)
            found.append((*point, case.risk, round(ago, 6), round(weight, 6)))
    return sorted(found, key=str)


def counted(reading: Reading, asked: Asked, days: int) -> dict[tuple[int, str], int | None]:
    """(unit, kind) -> police reports and petitions of the last days of 24 hours; None is under three.

    Both kinds, whichever are asked about; neither withdrawn nor handed over. Units are those that hold on the day of
    as_of; of one above the place asked about only what lies in that place.
    """
    since = asked.as_of.astimezone(UTC) - timedelta(days=days)
    found: Counter[tuple[int, str]] = Counter()
    units = units_on(reading, asked, reading.day(asked.as_of))
    for item in reading.chosen(replace(asked, kinds=COUNTED)):
        case = item.case
        if _stays(case) and since <= case.reported_at:
            found.update((unit, str(case.kind)) for unit in units if reading.is_within(case.area_id, unit))
    return {key: n if n >= 3 else None for key, n in found.items()}
