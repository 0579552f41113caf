"""The matters of the demo city: 17 lines of duty with 208 matters, departments, deadlines and short summaries.

``matters.txt`` is the list; this module reads it once and turns it into frames and arrays.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from seed.demo.chance import Floats, Integers, Words
from seed.reference import COLUMNS

KINDS: Final = ("appeal", "hazard", "petition", "police_report", "warning")
RISKS: Final = ("red", "orange", "yellow", "blue")
PLACES: Final = ("r", "e", "n")  # where people live, where they work, anywhere

DEPARTMENTS: Final = (
    ("housing", "住建办", "Housing Office"),
    ("labour", "劳动办", "Labour Office"),
    ("city_management", "城管办", "City Management"),
    ("water", "水务所", "Water Office"),
    ("construction", "城建办", "Urban Construction"),
    ("traffic_police", "交警队", "Traffic Police"),
    ("fire_safety", "消安办", "Fire Safety Office"),
    ("market", "市监所", "Market Supervision"),
    ("police", "派出所", "Police Station"),
    ("emergency", "应急办", "Emergency Office"),
    ("environment", "环保所", "Environment Office"),
    ("civil_affairs", "民政办", "Civil Affairs"),
    ("health", "卫健办", "Health Office"),
    ("petitions", "信访办", "Petitions Office"),
    ("justice", "司法所", "Justice Office"),
    ("power_supply", "供电所", "Power Supply"),
)
#: Extensions of the departments' duty desks; invented, as all of the demo city is.
DUTY_PHONES: Final = {
    department: str(8100 + 11 * position) for position, (department, _, _) in enumerate(DEPARTMENTS, start=1)
}
#: How late a department tends to answer: log of the factor on its answering time.
DEPARTMENT_PACE: Final = {
    "housing": 0.14,
    "labour": 0.22,
    "city_management": 0.05,
    "water": -0.04,
    "construction": -0.1,
    "traffic_police": 0.03,
    "fire_safety": -0.25,
    "market": 0.08,
    "police": -0.2,
    "emergency": -0.25,
}
#: Share of red, orange, yellow and blue by severity 1 (mild) to 4 (grave).
RISK_BY_SEVERITY: Final = np.array(
    [[0.0, 0.002, 0.068, 0.93], [0.003, 0.037, 0.34, 0.62], [0.03, 0.25, 0.55, 0.17], [0.32, 0.5, 0.18, 0.0]]
)
#: Deadlines (amount, unit) of red, orange, yellow, blue. Police reports have none: they follow the law's own course.
DEADLINES: Final = {
    "appeal": ((480, "minute"), (2, "working_day"), (5, "working_day"), (10, "working_day")),
    "hazard": ((120, "minute"), (480, "minute"), (3, "working_day"), (5, "working_day")),
    "warning": ((60, "minute"), (120, "minute"), (480, "minute"), (1, "working_day")),
    "petition": ((15, "working_day"), (30, "working_day"), (40, "working_day"), (40, "working_day")),
}
_SPOTS: Final = (
    *("菜市场旁", "地铁口", "工业园", "花园小区", "村口", "学校旁", "公园旁", "商业街", "公交站旁", "卫生站旁"),
    *("厂区北门", "综合楼", "科技园", "旧村", "文化广场", "二期工地", "河边", "桥下", "巷口", "夜市"),
)
#: Endings that tell more than the matter's name does.
_ENDINGS: Final = {
    "欠薪": (" 3 人", " 8 人", " 21 人", "一个月"),
    "欠薪聚集": (" 12 人", " 30 人", " 18 人"),
    "夜间施工噪声": ("，第 3 次", "，第 2 次", "至凌晨"),
    "路灯不亮": (" 6 盏", " 2 盏", " 3 盏"),
    "路灯损坏": (" 4 盏", " 2 盏"),
    "电梯困人": (" 2 人", " 1 人", " 4 人"),
    "疑似食物中毒": (" 3 人", " 5 人"),
    "停水": ("一栋", "整片", "，第 2 天"),
    "片区停电": (" 40 户", " 120 户"),
    "楼道电动车充电": (" 3 辆", ""),
    "噪声扰民": ("，第 3 次", ""),
}


@dataclass(frozen=True)
class Matters:
    """The matters as parallel arrays; ``code`` is sorted by line, positions index KINDS, DEPARTMENTS and so on."""

    code: Words
    line: Words  # code of its line of duty
    kind: Integers
    is_dispatched: np.ndarray
    department: Integers
    weight: Floats
    severity: Integers  # 0 to 3
    place: Integers
    tags: Words
    is_decision_sought: np.ndarray
    is_capital_trip: np.ndarray
    name_zh: Words
    name_en: Words
    lines: pd.DataFrame  # code, name_zh, name_en
    summaries: tuple[str, ...]
    summary_start: Integers  # summaries of matter i: from start[i], count[i] of them
    summary_count: Integers


def _summaries(name: str) -> list[str]:
    plain = name.split("：")[-1]
    endings = _ENDINGS.get(plain)
    if endings:
        return [plain + ending for ending in endings]
    return [plain, plain, plain, *(spot + plain for spot in _SPOTS if len(spot + plain) <= 12)]


@cache
def matters() -> Matters:
    """All matters, read once."""
    rows: list[list[str]] = []
    lines: list[list[str]] = []
    number = 0
    for text in (Path(__file__).parent / "matters.txt").read_text(encoding="utf-8").splitlines():
        if text.startswith("="):
            lines.append(text[1:].strip().split("|"))
            number = 0
        elif text and not text.startswith("#"):
            number += 1
            rows.append([lines[-1][0], f"{lines[-1][0]}-{number:02d}", *text.split("|")])
    columns = ["line", "code", "kind", "handling", "department", "weight", "severity", "place", "tags", "zh", "en"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    departments = {department[0]: position for position, department in enumerate(DEPARTMENTS)}
    texts = [_summaries(name) for name in table["zh"]]
    counts = np.array([len(text) for text in texts])
    return Matters(
        code=table["code"].to_numpy(dtype=object),
        line=table["line"].to_numpy(dtype=object),
        kind=np.array([KINDS.index(kind) for kind in table["kind"]]),
        is_dispatched=(table["handling"] == "d").to_numpy(dtype=bool),
        department=np.array([departments[department] for department in table["department"]]),
        weight=table["weight"].to_numpy(dtype=np.float64),
        severity=table["severity"].to_numpy(dtype=np.int64) - 1,
        place=np.array([PLACES.index(place) for place in table["place"]]),
        tags=table["tags"].to_numpy(dtype=object),
        is_decision_sought=table["tags"].str.contains("d").to_numpy(dtype=bool),
        is_capital_trip=table["tags"].str.contains("c").to_numpy(dtype=bool),
        name_zh=table["zh"].to_numpy(dtype=object),
        name_en=table["en"].to_numpy(dtype=object),
        lines=pd.DataFrame(lines, columns=["code", "name_zh", "name_en"]),
        summaries=tuple(text for group in texts for text in group),
        summary_start=np.concatenate([[0], counts.cumsum()[:-1]]),
        summary_count=counts,
    )


def case_types() -> pd.DataFrame:
    """One row per line of duty and per matter, in the shape of Reference.case_types."""
    all_matters = matters()
    handling = np.where(all_matters.is_dispatched, "patrol_then_dispatch", "patrol_and_resolve")
    kind = np.array(KINDS, dtype=object)[all_matters.kind]
    below = pd.DataFrame(
        {
            "code": all_matters.code,
            "parent_code": all_matters.line,
            "kind": kind,
            "name_zh": all_matters.name_zh,
            "name_en": all_matters.name_en,
            "handling": handling,
            "is_decision_sought": all_matters.is_decision_sought,
            "is_capital_trip": all_matters.is_capital_trip,
        }
    )
    first = below.groupby("parent_code", sort=False).agg(kind=("kind", "first"), handling=("handling", "first"))
    above = all_matters.lines.join(first, on="code").assign(
        parent_code="", is_decision_sought=False, is_capital_trip=False
    )
    return pd.concat([above, below], ignore_index=True)[list(COLUMNS["case_types"])]


def deadlines() -> pd.DataFrame:
    """One row per matter and risk that has a deadline, in the shape of Reference.deadlines."""
    all_matters = matters()
    rows = [
        (code, risk, amount, unit)
        for code, kind in zip(all_matters.code, all_matters.kind, strict=True)
        for risk, (amount, unit) in zip(RISKS, DEADLINES.get(KINDS[kind], ()), strict=False)
    ]
    return pd.DataFrame(rows, columns=["type_code", "risk", "amount", "unit"])
