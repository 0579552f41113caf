"""A small world: two subdistricts of two communities of three grids; two grids redrawn on 16 March 2024.

Times are of Asia/Shanghai. ``reference()`` is what ``seed.reference.load`` writes.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from seed.reference import COLUMNS, Reference

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
REDRAWN: Final = date(2024, 3, 16)
NORTH, SOUTH = "n", "s"
SOURCES: Final = ("hotline_12345", "patrol_app")
DEPARTMENTS: Final = ("police", "water")
MATTERS: Final = {
    "noise": "appeal",
    "pothole": "appeal",
    "leak": "hazard",
    "wages": "petition",
    "theft": "police_report",
}

#: Grids of each subdistrict valid all the time, from where a case can come on any day.
STEADY_AREAS: Final = {
    NORTH: ("n-1-1", "n-1-2", "n-2-1", "n-2-2", "n-2-3", "n-2", "n-2-1-1"),
    SOUTH: ("s-1-2", "s-1-3", "s-2-1", "s-2-2", "s-2-3", "s-1", "s"),
}
#: Codes valid before / from the day of redrawing. s-1-1 keeps its code and is another area from that day.
OLD_AREAS: Final = {NORTH: ("n-1-3",), SOUTH: ("s-1-1",)}
NEW_AREAS: Final = {NORTH: ("n-1-4", "n-1-5"), SOUTH: ("s-1-1",)}


def areas_on(subdistrict: str, day: date) -> list[str]:
    """Codes a case of that day can have in that subdistrict."""
    drawn = OLD_AREAS[subdistrict] if day < REDRAWN else NEW_AREAS[subdistrict]
    return [*STEADY_AREAS[subdistrict], *drawn]


def local(text: str) -> datetime:
    """A moment of Shanghai: local("2024-03-10 23:59:59")."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _area(owner: str, code: str, parent: str, level: str, **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS["areas"])
    row |= {"subdistrict_code": owner, "code": code, "parent_code": parent, "level": level, "kind": "", "position": 0}
    row |= {"name_zh": code, "name_en": code, "short_name": code[-1], "is_illustrative": True}
    return row | values


def _areas() -> pd.DataFrame:
    rows = [_area("", "city", "", "city")]
    for owner in (NORTH, SOUTH):
        rows.append(_area(owner, owner, "city", "subdistrict"))
        for community in ("1", "2"):
            code = f"{owner}-{community}"
            rows.append(_area(owner, code, owner, "community"))
            rows += [_area(owner, f"{code}-{grid}", code, "grid", kind="social") for grid in "123"]
    redrawn = {"n-1-3": {"valid_to": REDRAWN}, "s-1-1": {"valid_to": REDRAWN}}
    rows = [row | redrawn.get(row["code"], {}) for row in rows]
    for code, parent in (("n-1-4", "n-1"), ("n-1-5", "n-1"), ("s-1-1", "s-1")):
        rows.append(_area(code[0], code, parent, "grid", kind="social", valid_from=REDRAWN))
    rows.append(_area("n", "n-2-1-1", "n-2-1", "micro_grid"))
    return pd.DataFrame(rows, columns=list(COLUMNS["areas"]))


def _case_types() -> pd.DataFrame:
    rows = [("order", "", "appeal", "秩序", "Public order", "patrol_then_dispatch", False, False)]
    rows += [
        (code, "order", kind, code, code, "patrol_then_dispatch", code == "wages", False)
        for code, kind in MATTERS.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS["case_types"]))


def _deadlines() -> pd.DataFrame:
    rows: list[tuple[str, str, int, str]] = [
        *(
            ("pothole", "red", 60, "minute"),
            ("pothole", "orange", 240, "minute"),
            ("pothole", "yellow", 1440, "minute"),
        ),
        *(("wages", risk, 5, "working_day") for risk in ("red", "orange", "yellow", "blue")),
        *(("leak", "red", 1, "working_day"), ("leak", "orange", 3, "working_day")),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS["deadlines"]))


def is_working_day(day: date) -> bool:
    """Weekdays but 4 and 5 April 2024 (Qingming); Sunday 7 April is worked instead."""
    if day in (date(2024, 4, 4), date(2024, 4, 5)):
        return False
    return day == date(2024, 4, 7) or day.weekday() < 5


def _calendar() -> pd.DataFrame:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(500)]
    return pd.DataFrame([(day, is_working_day(day), "", "") for day in days], columns=list(COLUMNS["calendar"]))


def reference() -> Reference:
    """Everything the store must know before the first case."""
    owners = (NORTH, SOUTH)
    sources = [(owner, source, source, source, 0, 60, True) for owner in owners for source in SOURCES]
    departments = [(owner, code, code, code) for owner in owners for code in DEPARTMENTS]
    lineage = [("n", "n-1-3", "n-1-4", 0.6), ("n", "n-1-3", "n-1-5", 0.4)]
    return Reference(
        areas=_areas(),
        case_types=_case_types(),
        calendar=_calendar(),
        sources=pd.DataFrame(sources, columns=list(COLUMNS["sources"])),
        departments=pd.DataFrame(departments, columns=list(COLUMNS["departments"])),
        deadlines=pd.DataFrame(_deadlines(), columns=list(COLUMNS["deadlines"])),
        lineage=pd.DataFrame(lineage, columns=list(COLUMNS["lineage"])),
    )
