"""Snapshots made by hand for tests and for looking at screens: calm, busy, crowded, empty, tiles, long names.

The town is invented: a ring of land cut into grids by Voronoi cells from a seeded generator. Nothing here reads a
database or the demo city.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from shapely import MultiPoint, Point, Polygon, transform, voronoi_polygons
from shapely.geometry import mapping
from shapely.ops import unary_union

from dashboard.snapshot import (
    Duty,
    Increment,
    Inflow,
    ModeSince,
    OnTime,
    Place,
    SameDay,
    Snapshot,
    Stock,
    Variable,
)
from tests.dashboard import past_day, stage_samples

NOW = datetime(2026, 11, 23, 6, 32, 0, tzinfo=UTC)  # 14:32 on a Monday in Shanghai
_TODAY = date(2026, 11, 23)

COMMUNITIES = (
    ("合水口", "Heshuikou", 0.62, 0.62),
    ("马山头", "Mashantou", 0.30, 0.85),
    ("薯田埔", "Shutianpu", 0.80, 0.85),
    ("根竹园", "Genzhuyuan", 0.20, 0.58),
    ("新庄", "Xinzhuang", 0.42, 0.42),
    ("石家", "Shijia", 0.18, 0.26),
    ("石围", "Shiwei", 0.50, 0.14),
    ("将围", "Jiangwei", 0.80, 0.34),
)
_OUTLINE = (
    (0.16, 0.97), (0.45, 1.0), (0.60, 0.93), (0.84, 0.96), (0.97, 0.83), (1.0, 0.62), (0.95, 0.50), (1.0, 0.30),
    (0.86, 0.14), (0.70, 0.09), (0.58, 0.0), (0.32, 0.03), (0.20, 0.15), (0.05, 0.20), (0.0, 0.40), (0.06, 0.52),
    (0.01, 0.74),
)  # fmt: skip
_WEST, _SOUTH, _WIDTH, _HEIGHT = 113.852, 22.752, 0.048, 0.056
LEVELS = ("red", "orange", "yellow", "blue", "normal")


def _place(**changes: Any) -> Place:
    place = Place(
        subdistrict_id=1,
        name_zh="马田街道",
        name_en="Matian Subdistrict",
        time_zone="Asia/Shanghai",
        is_illustrative=True,
        has_boundaries=True,
        unit_level="grid",
        unit_zh="小分格",
        unit_en="grid",
    )
    return replace(place, **changes)


@cache
def _cells(count: int, seed: int) -> tuple[tuple[int, Polygon], ...]:
    """``count`` cells in degrees with the index of their community, from evened-out random points."""
    outline = Polygon(_OUTLINE).buffer(0)
    random = np.random.default_rng(seed)
    points: list[Point] = []
    while len(points) < count:
        point = Point(random.random(2))
        if outline.contains(point):
            points.append(point)
    cells: list[Any] = []
    for _ in range(6):
        cells = [cell.intersection(outline) for cell in voronoi_polygons(MultiPoint(points), extend_to=outline).geoms]
        points = [cell.centroid for cell in cells]
    placed = []
    for cell in cells:
        centre = cell.centroid
        distances = [np.hypot(centre.x - x, centre.y - y) for _, _, x, y in COMMUNITIES]
        degrees = transform(cell, lambda xy: np.column_stack((_WEST + xy[:, 0] * _WIDTH, _SOUTH + xy[:, 1] * _HEIGHT)))
        placed.append((int(np.argmin(distances)), degrees))
    return tuple(sorted(placed, key=lambda item: (item[0], -item[1].centroid.y, item[1].centroid.x)))


def _grids(levels: dict[int, str], count: int = 80, seed: int = 7) -> pd.DataFrame:
    """One row per grid; ``levels`` gives the level of grids by their position in the frame."""
    rows = []
    numbers: dict[int, int] = {}
    for index, (community, cell) in enumerate(_cells(count, seed)):
        zh, en, _, _ = COMMUNITIES[community]
        numbers[community] = number = numbers.get(community, 0) + 1
        level = levels.get(index, "normal")
        severity = 4 - LEVELS.index(level)
        rows.append(
            {
                "area_id": 100 + index,
                "code": f"G{index:03d}",
                "name_zh": f"{zh}{number:02d}",
                "name_en": f"{en} {number:02d}",
                "short_name": f"{number:02d}",
                "kind": "enterprise" if index % 5 == 4 else "social",
                "community_id": 10 + community,
                "community_zh": zh,
                "community_en": en,
                "lon": cell.representative_point().x,
                "lat": cell.representative_point().y,
                "boundary": mapping(cell),
                "level": level,
                "score": float(severity) + index / 1000,
                "observed": 1 + 2 * severity,
                "expected": 2.1 if severity else 1.4,
                "p_unusual": 0.5 / (1 + severity**2),
                "is_alarm": severity >= 3,
                "expected_load": 0.4 + severity,
                "overdue": 1 if severity >= 4 else 0,
                "escalated": 1 if severity == 4 and index % 2 else 0,
                "risk_points": severity // 2,
            }
        )
    return pd.DataFrame(rows)


def _communities(count: int = 80, seed: int = 7) -> pd.DataFrame:
    rows = []
    for index, (zh, en, _, _) in enumerate(COMMUNITIES):
        whole = unary_union([cell for community, cell in _cells(count, seed) if community == index])
        if whole.is_empty:
            continue
        rows.append(
            {
                "area_id": 10 + index,
                "code": f"C{index}",
                "name_zh": zh,
                "name_en": en,
                "lon": whole.centroid.x,
                "lat": whole.centroid.y,
                "boundary": mapping(whole),
            }
        )
    return pd.DataFrame(rows)


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


def _escalations(grids: pd.DataFrame, count: int, shift: float = 0.0) -> pd.DataFrame:
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


def _latest(grids: pd.DataFrame, count: int) -> pd.DataFrame:
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


def _ranking(grids: pd.DataFrame) -> pd.DataFrame:
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


def _sources(count: int = 5) -> pd.DataFrame:
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


def _heat(grids: pd.DataFrame) -> pd.DataFrame:
    random = np.random.default_rng(5)
    chosen = grids.iloc[random.integers(0, len(grids), 90)]
    return pd.DataFrame(
        {
            "lon": chosen.lon.to_numpy() + random.normal(0, 0.0012, 90),
            "lat": chosen.lat.to_numpy() + random.normal(0, 0.0012, 90),
            "weight": random.uniform(0.2, 2.0, 90),
        }
    )


def _risk_points(grids: pd.DataFrame) -> pd.DataFrame:
    chosen = grids.iloc[3::6]
    return pd.DataFrame(
        {
            "lon": chosen.lon.to_numpy() + 0.0012,
            "lat": chosen.lat.to_numpy() - 0.001,
            "risk": ["red", "orange", "yellow", "blue"] * (len(chosen) // 4) + ["blue"] * (len(chosen) % 4),
            "name_zh": [f"风险点{index}" for index in range(len(chosen))],
            "name_en": [f"Risk point {index}" for index in range(len(chosen))],
        }
    )


def _grave(grids: pd.DataFrame, count: int, unseen: int = 2) -> pd.DataFrame:
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


def _inflow(slots: int, minutes: int, rise: int = 0) -> Inflow:
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


def _duty(note: str = "合水口07 燃气管道抢修中，16:00 前住建办回复；石围片区停电，供电所已到场。") -> Duty:
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


def _levels(reds: int, oranges: int, yellows: int, blues: int, count: int = 80) -> dict[int, str]:
    order = np.random.default_rng(21).permutation(count)
    wanted = ["red"] * reds + ["orange"] * oranges + ["yellow"] * yellows + ["blue"] * blues
    return {int(index): level for index, level in zip(order, wanted, strict=False)}


def busy(**changes: Any) -> Snapshot:
    """The study's afternoon: two red grids, eleven escalations of which three are overdue."""
    grids = _grids(_levels(2, 4, 7, 9))
    snapshot = Snapshot(
        place=_place(),
        as_of=NOW,
        moment=NOW,
        is_live=True,
        made_at=NOW,
        version=41,
        serial=41,
        mode="normal",
        same_day=SameDay(
            is_recorded=True,
            n=58,
            resolved=41,
            winnable=15,
            lost=2,
            rate=41 / 58,
            best=56 / 58,
            like_days=tuple(
                (date(2026, 11, 23) - timedelta(days=7 * week), 0.65 + 0.023 * week) for week in range(1, 5)
            ),
            day=date(2026, 11, 23),
        ),
        increment=Increment(today=212, usual_low=186.0, usual_high=231.0),
        stock=Stock(is_recorded=True, open=214, by_age=(92, 62, 30, 24, 6), open_yesterday=223, overdue=12),
        variable=Variable(total=9, near_deadline=4, reopened=1, repeated=3, unanswered=2),
        on_time=OnTime(n=1329, on_time=1318, rate=1318 / 1329),
        grids=grids,
        communities=_communities(),
        ranking=_ranking(grids),
        ranking_period=(date(2026, 11, 9), date(2026, 11, 22)),
        escalations=_escalations(grids, 11),
        latest=_latest(grids, 30),
        heat=_heat(grids),
        risk_points=_risk_points(grids),
        sources=_sources(),
        stages=stage_samples.stages(_communities(), _TODAY),
        ranking_communities=stage_samples.ranking(_communities()),
        replay=past_day.replay(grids, NOW),
        neighbours=past_day.neighbours(
            unary_union([cell for _, cell in _cells(80, 7)]), _WEST, _SOUTH, _WIDTH, _HEIGHT
        ),
        counted=past_day.counted(grids),
        grave=_grave(grids, 9),
        inflow=_inflow(12, 60),
        duty=_duty(),
    )
    return replace(snapshot, **changes)


def calm() -> Snapshot:
    """Nothing overdue, nothing red or orange."""
    grids = _grids(_levels(0, 0, 4, 12))
    base = busy()
    return replace(
        base,
        grids=grids,
        escalations=_escalations(grids, 5, shift=200),
        variable=Variable(2, 2, 0, 0, 0),
        replay=past_day.replay(grids, NOW, count=90, calm=0.92),
    )


def crowded() -> Snapshot:
    """A typhoon night: emergency mode, many reds, long queues, five-digit figures."""
    grids = _grids(_levels(9, 16, 22, 20))
    return busy(
        mode="emergency",
        mode_since=ModeSince(
            NOW - timedelta(minutes=95), "台风“海葵”蓝色预警升级为红色", "Typhoon Haikui, red warning", False
        ),
        grave=_grave(grids, 40, unseen=5),
        inflow=_inflow(24, 95, rise=4),
        grids=grids,
        increment=Increment(today=12840, usual_low=186.0, usual_high=231.0),
        stock=Stock(is_recorded=True, open=10214, by_age=(8092, 1062, 630, 424, 6), open_yesterday=2230, overdue=912),
        same_day=replace(busy().same_day, n=11420, resolved=1141, winnable=10015, lost=264, rate=0.0999, best=0.977),
        variable=Variable(total=1209, near_deadline=804, reopened=101, repeated=303, unanswered=222),
        escalations=_escalations(grids, 44, shift=-90),
        replay=past_day.replay(grids, NOW, count=1500, calm=0.35),
    )


def emergency() -> Snapshot:
    """The first hour of an emergency that a rule has set."""
    grids = _grids(_levels(4, 7, 9, 12))
    return busy(
        mode="emergency",
        mode_since=ModeSince(
            NOW - timedelta(minutes=47),
            "30 分钟内红色事件 5 件，常态 0.1 件",
            "5 red cases in 30 min, usually 0.1",
            True,
        ),
        grids=grids,
        grave=_grave(grids, 14, unseen=3),
        inflow=_inflow(13, 60, rise=2),
        escalations=_escalations(grids, 11),
    )


def emergency_without_cases() -> Snapshot:
    """An emergency that a person has set before anything was reported."""
    return replace(
        empty(), mode="emergency", mode_since=ModeSince(NOW - timedelta(minutes=1)), inflow=_inflow(13, 60), duty=Duty()
    )


def empty() -> Snapshot:
    """A store that knows its places and has no cases yet."""
    base = busy()
    grids = _grids({}).assign(observed=0, expected=0.0, risk_points=0)
    return replace(
        base,
        same_day=SameDay(True, 0, 0, 0, 0, None, None, (), date(2026, 11, 23)),
        increment=Increment(0, None, None),
        stock=Stock(True, 0, (0, 0, 0, 0, 0), None, None),
        variable=Variable(0, 0, 0, 0, 0),
        on_time=OnTime(0, 0, None),
        grids=grids,
        ranking=base.ranking.iloc[:0],
        escalations=base.escalations.iloc[:0],
        latest=base.latest.iloc[:0],
        heat=base.heat.iloc[:0],
        risk_points=base.risk_points.iloc[:0],
        grave=base.grave.iloc[:0],
        sources=base.sources.assign(beat_at=None, last_row_at=None),
        stages=stage_samples.only(today=_TODAY),
        ranking_communities=base.ranking_communities.iloc[:0],
        replay=past_day.replay(grids, NOW, count=0, calm=1.0),
        counted=base.counted.iloc[:0],
    )


def tiles() -> Snapshot:
    """Imported records of a district: 23 communities in six streets, no boundaries, no closing times."""
    streets = (("坪山", "Pingshan", 5), ("坑梓", "Kengzi", 3), ("龙田", "Longtian", 4), ("石井", "Shijing", 4),
               ("马峦", "Maluan", 4), ("碧岭", "Biling", 3))  # fmt: skip
    rows: list[dict[str, Any]] = []
    random = np.random.default_rng(2)
    for street, (zh, en, count) in enumerate(streets):
        for number in range(count):
            level = str(random.choice(LEVELS, p=[0.05, 0.1, 0.15, 0.2, 0.5]))
            rows.append(
                {
                    "area_id": 200 + len(rows), "code": f"P{len(rows)}", "name_zh": f"{zh}{'东西南北中'[number]}社区",
                    "name_en": f"{en} {('East', 'West', 'South', 'North', 'Central')[number]}", "short_name": None,
                    "kind": "community", "community_id": 20 + street, "community_zh": f"{zh}街道", "community_en": en,
                    "lon": None, "lat": None, "boundary": None, "level": level, "score": 1.0, "observed": 4,
                    "expected": 2.0, "p_unusual": 0.2, "is_alarm": False, "expected_load": 1.0, "overdue": 0,
                    "escalated": 0, "risk_points": 0,
                }
            )  # fmt: skip
    grids = pd.DataFrame(rows)
    base = busy()
    groups = pd.DataFrame(
        [
            {"area_id": 20 + i, "code": f"S{i}", "name_zh": f"{zh}街道", "name_en": en, "lon": None, "lat": None,
             "boundary": None}
            for i, (zh, en, _) in enumerate(streets)
        ]
    )  # fmt: skip
    return replace(
        base,
        place=_place(name_zh="坪山区", name_en="Pingshan District", is_illustrative=False, has_boundaries=False,
                     unit_level="community", unit_zh="社区", unit_en="community"),
        same_day=replace(base.same_day, is_recorded=False, resolved=0, winnable=0, lost=0, rate=None, best=None),
        stock=Stock(False, 0, (0, 0, 0, 0, 0), None, None),
        variable=Variable(3, 0, 0, 3, 0),
        on_time=OnTime(0, 0, None),
        grids=grids,
        communities=groups,
        ranking=base.ranking.iloc[:0],
        escalations=base.escalations.iloc[:0],
        latest=_latest(grids, 12).assign(lon=None, lat=None),
        heat=base.heat.iloc[:0],
        risk_points=base.risk_points.iloc[:0],
        grave=_grave(grids, 9),
        sources=_sources(1).assign(name_zh="坪山诉求", name_en="Pingshan appeals", records_times=False),
        stages=stage_samples.only("discovered_reported", "reported_dispatched", today=_TODAY),
        ranking_communities=base.ranking_communities.iloc[:0],
        replay=past_day.replay(grids.assign(lon=np.nan, lat=np.nan), NOW, count=120),
        neighbours=base.neighbours.iloc[:0],
        counted=past_day.counted(grids),
    )  # fmt: skip


def long_names() -> Snapshot:
    """Names, matters and departments longer than any screen was drawn for."""
    base = crowded()
    prefix_en, prefix_zh = "Guangming High-Tech Agricultural Park East ", "光明高新农业科技产业园东"
    grids = base.grids.assign(name_en=prefix_en + base.grids.short_name, name_zh=prefix_zh + base.grids.short_name)

    def stretch(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.assign(area_en=prefix_en + "07", area_zh=prefix_zh + "07")
        changed["title_en"] = changed["title_en"] + " beside the secondary school, reported by several residents"
        changed["title_zh"] = changed["title_zh"] + "，位于第二中学东门外，多名居民反映，需多部门联合处置"
        return changed

    escalations = stretch(base.escalations).assign(
        department_en="Housing, Construction and Urban Renewal Office", department_zh="住房和城乡建设及城市更新办公室"
    )
    communities = base.communities.assign(
        name_en="Guangming " + base.communities.name_en + " New Community",
        name_zh=base.communities.name_zh + "新城社区",
    )
    ranking = base.ranking.assign(
        name_en=prefix_en + base.ranking.name_en.str[-2:], name_zh=prefix_zh + base.ranking.name_zh.str[-2:]
    )
    sources = base.sources.assign(
        name_en=base.sources.name_en + " reporting system", name_zh=base.sources.name_zh + "上报系统"
    )
    return replace(
        base,
        place=_place(name_en="Matian Subdistrict Command Centre", name_zh="光明区马田街道社会治理指挥中心"),
        grids=grids,
        communities=communities,
        escalations=escalations,
        latest=stretch(base.latest),
        grave=stretch(base.grave).assign(
            department_en="Housing, Construction and Urban Renewal Office",
            department_zh="住房和城乡建设及城市更新办公室",
            acknowledged_by="欧阳建国（值班长）",
        ),
        duty=_duty("台风期间所有部门值班电话必须有人接听，凡十五分钟内无人应答的一律报告值班长并记录在案。" * 3),
        ranking=ranking,
        sources=sources,
        stages=stage_samples.stages(communities, _TODAY),
        ranking_communities=stage_samples.ranking(communities),
    )


ALL = {
    "busy": busy,
    "calm": calm,
    "crowded": crowded,
    "emergency": emergency,
    "emergency_without_cases": emergency_without_cases,
    "empty": empty,
    "tiles": tiles,
    "long_names": long_names,
}
