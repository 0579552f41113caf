"""What happens in the town of the samples: cases, hand-ups, ranks, sources, and who is on duty."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dashboard.snapshot import Duty, Inflow

NOW = datetime(2026, 11, 23, 6, 32, 0, tzinfo=UTC)  # 14:32 on a Monday in Shanghai

_MATTERS = (
    ("燃气管被挖断", "Gas main cut by digger", "住建办", "Housing", "red"),
    ("欠薪聚集 12 人", "Wage dispute, 12 people", "劳动办", "Labour", "orange"),
    ("夜间施工噪声，第 3 次", "Night noise, 3rd complaint", "城管办", "City mgmt", "yellow"),
    ("楼道电动车充电", "E-bikes charging on stairs", "消安办", "Fire safety", "red"),
    ("地下车库积水", "Basement car park flooding", "水务所", "Water", "orange"),
    ("占道经营堵消防通道", "Stalls block fire lane", "城管办", "City mgmt", "yellow"),
    ("化粪池外溢", "Septic tank overflow", "水务所", "Water", "yellow"),
    ("危房墙体裂缝", "Cracked wall, unsafe house", "住建办", "Housing", "orange"),
    ("路灯不亮 6 盏", "Six street lamps out", "城建办", "Works", "blue"),
    ("井盖破损", "Broken manhole cover", "城建办", "Works", "blue"),
    ("货车长期违停", "Lorries parked for weeks", "交警队", "Traffic police", "blue"),
)
_MINUTES_TO_DEADLINE = (-47.2, -31.67, -8.08, 9.23, 26.85, 54.33, 100.05, 128.75, 185.5, 284.2, 381.0)


def escalations(grids: pd.DataFrame, count: int, shift: float = 0.0) -> pd.DataFrame:
    rows = []
    for index in range(count):
        zh, en, department_zh, department_en, risk = _MATTERS[index % len(_MATTERS)]
        minutes = _MINUTES_TO_DEADLINE[index % len(_MATTERS)] + shift + 400 * (index // len(_MATTERS))
        grid = grids.iloc[(index * 7) % len(grids)]
        rows.append(
            {
                "case_id": 5000 + index,
                "escalation_no": 1,
                "risk": risk,
                "title_zh": zh,
                "title_en": en,
                "area_id": grid.area_id,
                "area_zh": grid.name_zh,
                "area_en": grid.name_en,
                "department_zh": department_zh,
                "department_en": department_en,
                "duty_phone": f"81{index % 9}0",
                "level": "department",
                "raised_at": NOW - timedelta(minutes=40 + 35 * index),
                "deadline_at": NOW + timedelta(minutes=minutes),
                "supervised_count": 1 if index in (0, 1, 5, 8) else 0,
            }
        )
    return pd.DataFrame(rows, columns=_ESCALATION_COLUMNS)


_ESCALATION_COLUMNS = [
    "case_id", "escalation_no", "risk", "title_zh", "title_en", "area_id", "area_zh", "area_en",
    "department_zh", "department_en", "duty_phone", "level", "raised_at", "deadline_at", "supervised_count",
]  # fmt: skip
_LATEST_COLUMNS = [
    "case_id", "reported_at", "risk", "kind", "title_zh", "title_en", "area_id", "area_zh", "area_en",
    "channel_zh", "channel_en", "state", "lon", "lat",
]  # fmt: skip
_RANKING_COLUMNS = [
    "area_id", "name_zh", "name_en", "kind", "rank", "rank_low", "rank_high", "ranked_of", "tier", "movement",
    "score", "n",
]  # fmt: skip
_NEWS = (
    ("燃气异味", "Smell of gas", "red"),
    ("井盖松动", "Loose manhole cover", "orange"),
    ("噪声扰民", "Noise", "yellow"),
    ("楼上漏水", "Leak from above", "orange"),
    ("消防栓缺水", "Dry fire hydrant", "red"),
    ("树枝断落", "Fallen branch", "orange"),
)
_CHANNELS = (("12345", "12345"), ("巡查", "Patrol"), ("书记在线", "QR code"), ("物联感知", "Sensor"))


def latest(grids: pd.DataFrame, count: int) -> pd.DataFrame:
    rows = []
    for index in range(count):
        zh, en, risk = _NEWS[index % len(_NEWS)]
        channel_zh, channel_en = _CHANNELS[index % len(_CHANNELS)]
        grid = grids.iloc[(11 + index * 13) % len(grids)]
        rows.append(
            {
                "case_id": 9000 - index,
                "reported_at": NOW - timedelta(seconds=20 + 110 * index),
                "risk": risk,
                "kind": "appeal",
                "title_zh": zh,
                "title_en": en,
                "area_id": grid.area_id,
                "area_zh": grid.name_zh,
                "area_en": grid.name_en,
                "channel_zh": channel_zh,
                "channel_en": channel_en,
                "state": "open",
                "lon": grid.lon,
                "lat": grid.lat,
            }
        )
    return pd.DataFrame(rows, columns=_LATEST_COLUMNS)


def ranking(grids: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    random = np.random.default_rng(3)
    for kind in ("social", "enterprise"):
        members = grids[grids.kind == kind]
        size = len(members)
        order = random.permutation(size)
        for position, index in enumerate(order):
            grid = members.iloc[index]
            spread = max(1, int((position * (size - position)) ** 0.5 * random.uniform(0.3, 0.7)))
            low, high = max(1, position + 1 - spread), min(size, position + 1 + spread)
            edge = size // 5
            tier = 1 if high <= edge else 3 if low > size - edge else 2
            rows.append(
                {
                    "area_id": grid.area_id,
                    "name_zh": grid.name_zh,
                    "name_en": grid.name_en,
                    "kind": kind,
                    "rank": position + 1,
                    "rank_low": low,
                    "rank_high": high,
                    "ranked_of": size,
                    "tier": tier,
                    "movement": (0, 0, 0, 0, 1, 0, 0, -1)[position % 8],
                    "score": 92.0 - position * 0.4,
                    "n": 20 + int(random.integers(0, 60)),
                }
            )
    return pd.DataFrame(rows, columns=_RANKING_COLUMNS)


def sources(count: int = 5) -> pd.DataFrame:
    names = (
        ("patrol", "巡查", "Patrol", 2),
        ("hotline", "12345", "12345", 8),
        ("qr", "书记在线", "QR code", 5),
        ("sensor", "物联", "Sensors", 3),
        ("department", "部门", "Depts", 41),
    )
    return pd.DataFrame(
        [
            {
                "source": source,
                "name_zh": zh,
                "name_en": en,
                "beat_at": NOW - timedelta(seconds=age),
                "last_row_at": NOW - timedelta(seconds=age + 20),
                "expected_every": 60,
                "records_times": True,
            }
            for source, zh, en, age in names[:count]
        ],
        columns=["source", "name_zh", "name_en", "beat_at", "last_row_at", "expected_every", "records_times"],
    )


def grave(grids: pd.DataFrame, count: int, unseen: int = 2) -> pd.DataFrame:
    """Open red and orange cases: the first of them unacknowledged, one of a kind that no wall shows."""
    grave = [matter for matter in _MATTERS if matter[4] in ("red", "orange")]
    rows = []
    for index in range(count):
        zh, en, department_zh, department_en, _ = grave[index % len(grave)]
        risk = "red" if index < max(unseen, count // 3) else "orange"
        grid = grids.iloc[(index * 11) % len(grids)]
        is_unseen = index < unseen
        rows.append(
            {
                "case_id": 7000 + index, "reported_at": NOW - timedelta(minutes=3 + 9 * index), "risk": risk,
                "kind": "police_report" if index == count - 1 else "appeal", "title_zh": zh, "title_en": en,
                "area_id": grid.area_id, "area_zh": grid.name_zh, "area_en": grid.name_en,
                "department_zh": None if index % 4 == 3 else department_zh,
                "department_en": None if index % 4 == 3 else department_en,
                "duty_phone": None if index % 4 == 3 else f"81{index % 9}0",
                "level_zh": "社区", "level_en": "Community",
                "dispatched_at": pd.NaT,
                "due_at": pd.NaT if index % 5 == 4 else NOW + timedelta(minutes=31 * index - 20),
                "is_escalated": index % 3 == 0, "answer_due_at": pd.NaT,
                "acknowledged_at": pd.NaT if is_unseen else NOW - timedelta(minutes=9 * index),
                "acknowledged_by": "陈志强" if index % 3 == 0 else None, "lon": grid.lon, "lat": grid.lat,
                "is_unacknowledged": is_unseen, "is_shown": index != count - 1,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    for name in ("reported_at", "due_at", "acknowledged_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def inflow(slots: int, minutes: int, rise: int = 0) -> Inflow:
    random = np.random.default_rng(11)
    since = NOW - timedelta(minutes=minutes)
    first = NOW.replace(minute=30, second=0) - timedelta(minutes=5 * (slots - 1))
    moments = [first + timedelta(minutes=5 * number) for number in range(slots)]
    reported = [int(random.poisson(1.3 + (rise if moment >= since else 0))) for moment in moments]
    red = [min(count, int(random.poisson(0.2 * rise))) for count in reported]
    orange = [min(count - grave, int(random.poisson(0.3 * rise))) for count, grave in zip(reported, red, strict=True)]
    frame = pd.DataFrame({"from_at": pd.to_datetime(moments, utc=True), "reported": reported, "red": red,
                          "orange": orange, "usual": 1.3})  # fmt: skip
    return Inflow(since, sum(reported), sum(red), sum(orange), sum(reported) // 2, 1.3 * minutes / 5, frame)


def duty(note: str = "合水口07 燃气管道抢修中，16:00 前住建办回复；石围片区停电，供电所已到场。") -> Duty:
    handed = pd.DataFrame(
        {
            "handover_id": [1],
            "handed_at": pd.to_datetime([NOW - timedelta(hours=6, minutes=34)], utc=True),
            "from_officer": ["李建华"],
            "to_officer": ["陈志强"],
            "note": [note],
        }
    )
    return Duty("陈志强", handed)
