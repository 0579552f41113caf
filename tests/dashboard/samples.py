"""Snapshots made by hand for tests and for looking at screens: calm, busy, crowded, empty, tiles, long names.

The town is invented, and so is all that happens there (sample_town, sample_matters).
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from shapely.ops import unary_union

from dashboard.snapshot import (
    Duty,
    Increment,
    ModeSince,
    OnTime,
    Place,
    SameDay,
    Snapshot,
    Stock,
    Variable,
)
from tests.dashboard import past_day, stage_samples
from tests.dashboard import sample_matters as told
from tests.dashboard import sample_town as town
from tests.dashboard.sample_matters import NOW

_TODAY = date(2026, 11, 23)


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


def busy(**changes: Any) -> Snapshot:
    """The study's afternoon: two red grids, eleven escalations of which three are overdue."""
    grids = town.grids(town.levels(2, 4, 7, 9))
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
        communities=town.communities(),
        ranking=told.ranking(grids),
        ranking_period=(date(2026, 11, 9), date(2026, 11, 22)),
        escalations=told.escalations(grids, 11),
        latest=told.latest(grids, 30),
        heat=town.heat(grids),
        risk_points=town.risk_points(grids),
        sources=told.sources(),
        stages=stage_samples.stages(town.communities(), _TODAY),
        ranking_communities=stage_samples.ranking(town.communities()),
        replay=past_day.replay(grids, NOW),
        neighbours=past_day.neighbours(
            unary_union([cell for _, cell in town.cells(80, 7)]), town.WEST, town.SOUTH, town.WIDTH, town.HEIGHT
        ),
        counted=past_day.counted(grids),
        grave=told.grave(grids, 9),
        inflow=told.inflow(12, 60),
        duty=told.duty(),
    )
    return replace(snapshot, **changes)


def calm() -> Snapshot:
    """Nothing overdue, nothing red or orange."""
    grids = town.grids(town.levels(0, 0, 4, 12))
    base = busy()
    return replace(
        base,
        grids=grids,
        escalations=told.escalations(grids, 5, shift=200),
        variable=Variable(2, 2, 0, 0, 0),
        replay=past_day.replay(grids, NOW, count=90, calm=0.92),
    )


def crowded() -> Snapshot:
    """A typhoon night: emergency mode, many reds, long queues, five-digit figures."""
    grids = town.grids(town.levels(9, 16, 22, 20))
    return busy(
        mode="emergency",
        mode_since=ModeSince(
            NOW - timedelta(minutes=95), "台风“海葵”蓝色预警升级为红色", "Typhoon Haikui, red warning", False
        ),
        grave=told.grave(grids, 40, unseen=5),
        inflow=told.inflow(24, 95, rise=4),
        grids=grids,
        increment=Increment(today=12840, usual_low=186.0, usual_high=231.0),
        stock=Stock(is_recorded=True, open=10214, by_age=(8092, 1062, 630, 424, 6), open_yesterday=2230, overdue=912),
        same_day=replace(busy().same_day, n=11420, resolved=1141, winnable=10015, lost=264, rate=0.0999, best=0.977),
        variable=Variable(total=1209, near_deadline=804, reopened=101, repeated=303, unanswered=222),
        escalations=told.escalations(grids, 44, shift=-90),
        replay=past_day.replay(grids, NOW, count=1500, calm=0.35),
    )


def emergency() -> Snapshot:
    """The first hour of an emergency that a rule has set."""
    grids = town.grids(town.levels(4, 7, 9, 12))
    return busy(
        mode="emergency",
        mode_since=ModeSince(
            NOW - timedelta(minutes=47),
            "30 分钟内红色事件 5 件，常态 0.1 件",
            "5 red cases in 30 min, usually 0.1",
            True,
        ),
        grids=grids,
        grave=told.grave(grids, 14, unseen=3),
        inflow=told.inflow(13, 60, rise=2),
        escalations=told.escalations(grids, 11),
    )


def emergency_without_cases() -> Snapshot:
    """An emergency that a person has set before anything was reported."""
    return replace(
        empty(),
        mode="emergency",
        mode_since=ModeSince(NOW - timedelta(minutes=1)),
        inflow=told.inflow(13, 60),
        duty=Duty(),
    )


def empty() -> Snapshot:
    """A store that knows its places and has no cases yet."""
    base = busy()
    grids = town.grids({}).assign(observed=0, expected=0.0, risk_points=0)
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
            level = str(random.choice(town.LEVELS, p=[0.05, 0.1, 0.15, 0.2, 0.5]))
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
        latest=told.latest(grids, 12).assign(lon=None, lat=None),
        heat=base.heat.iloc[:0],
        risk_points=base.risk_points.iloc[:0],
        grave=told.grave(grids, 9),
        sources=told.sources(1).assign(name_zh="坪山诉求", name_en="Pingshan appeals", records_times=False),
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
        duty=told.duty("台风期间所有部门值班电话必须有人接听，凡十五分钟内无人应答的一律报告值班长并记录在案。" * 3),
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
