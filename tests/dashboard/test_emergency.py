"""What a command post is told: unseen red cases first, numbers that stand on the map, the mode before every verdict."""

import json
from dataclasses import replace
from itertools import combinations
from typing import Any

import pandas as pd
import pytest

from dashboard.maps.drawing import red_plates
from dashboard.maps.frame import BOX
from dashboard.pages import wall
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.widgets.panels import emergency, marks, panels, panels_json, verdict
from tests.dashboard import samples

ZH, EN = text("zh"), text("en")


def _said(parts: list[dict[str, Any]]) -> list[str]:
    return ["".join(piece.get("t") or piece["tag"] for piece in part["pieces"]) for part in parts]


def test_the_mode_stands_before_every_verdict_with_its_reason_and_beginning() -> None:
    heads = panels(samples.emergency(), "zh")["head"]
    assert set(wall.SCENES) <= set(heads)
    for head in heads.values():
        assert head["verdict"][0] == {"mode": True, "pieces": [{"tag": "应急"}]}
        said = [crumb["t"] for crumb in head["crumbs"]]
        assert said[-3:] == ["30 分钟内红色事件 5 件，常态 0.1 件", "13:45 起", "按规则启动"]
    quiet = panels(samples.busy(), "zh")["head"]
    assert all("mode" not in head["verdict"][0] for head in quiet.values())
    assert all(head["crumbs"][-1] == {"t": "平时"} for head in quiet.values())


def test_the_emergency_verdict_counts_what_nobody_has_seen() -> None:
    assert _said(verdict.emergency(samples.emergency(), ZH)) == ["3 件红色未确认", "4 件红色未结"]
    assert _said(verdict.emergency(samples.emergency(), EN)) == ["3 red unseen", "4 red open"]
    [calm] = verdict.emergency(samples.emergency_without_cases(), ZH)
    assert calm["calm"] and _said([calm]) == ["无红色、橙色未结事件"]


def test_the_overview_has_a_quiet_mark_and_none_where_all_is_seen() -> None:
    busy = samples.busy()
    assert panels(busy, "zh")["latest"]["note"] == "未确认 2"
    seen = replace(busy, grave=busy.grave.assign(is_unacknowledged=False))
    assert panels(seen, "zh")["latest"]["note"] == ""


def test_no_wall_tells_of_a_case_that_visitors_must_not_see() -> None:
    busy = samples.busy()
    hidden = busy.grave[~busy.grave["is_shown"]]
    assert len(hidden) == 1
    told = json.loads(panels_json(busy, "zh"))
    case_id = int(hidden["case_id"].iloc[0])
    assert str(case_id) not in json.dumps(told["emergency"])
    everything = replace(busy, grave=busy.grave.assign(risk="red", is_unacknowledged=True))
    assert case_id not in emergency.open_reds(everything)
    assert verdict.count_unacknowledged(everything) == len(busy.grave) - 1
    assert verdict.count_open(everything, "red") == len(busy.grave) - 1


@pytest.mark.parametrize("name", ["emergency", "crowded", "long_names"])
def test_numbers_on_the_map_are_those_of_the_list_and_hide_nothing(name: str) -> None:
    snapshot: Snapshot = samples.ALL[name]()
    cases = emergency.cases(snapshot, ZH)
    told = cases["marks"]
    assert len(told) >= 6
    number_of = {row["id"].removeprefix("grave"): row["number"] for row in cases["rows"]}
    assert all(number_of[mark["id"].removeprefix("mark")] == mark["number"] for mark in told)
    grounds = [marks.around((mark["x"] - BOX[0] / 2 + 0.01, BOX[1] / 2 - mark["y"] - 0.01)) for mark in told]
    plates = [plate.box().buffer(-0.1).bounds for plate in red_plates(snapshot, "zh")]
    assert not any(marks.touch(ground, plate) for ground in grounds for plate in plates)
    close = [(one, other) for one, other in combinations(grounds, 2) if marks.touch(one, other)]
    assert not close


def test_in_normal_mode_no_time_is_spent_on_marks() -> None:
    assert emergency.cases(samples.busy(), ZH)["marks"] == []


def test_bars_are_shares_of_the_tallest_and_the_beginning_lies_among_them() -> None:
    snapshot = samples.emergency()
    assert snapshot.inflow is not None
    said = emergency.inflow(snapshot.inflow, snapshot, ZH)
    tallest = max(slot["red"] + slot["orange"] + slot["rest"] for slot in said["slots"])
    assert 0 < tallest <= 1
    assert said["title"] == "近一小时新增"  # what it was turned by came before it
    assert said["axis"]["began"] == "13:45 转入应急"
    assert 0 < said["axis"]["since"] < 1
    crowded = samples.crowded()
    assert crowded.inflow is not None
    assert emergency.inflow(crowded.inflow, crowded, ZH)["title"] == "转入应急以来新增"
    unknown = replace(snapshot.inflow, usual=None, slots=snapshot.inflow.slots.assign(usual=float("nan")))
    silent = emergency.inflow(unknown, snapshot, ZH)
    assert all(slot["usual"] is None for slot in silent["slots"])
    assert "常为" not in json.dumps(silent, ensure_ascii=False)


def test_duty_numbers_stand_beside_escalations_and_departments() -> None:
    made = panels(samples.busy(), "zh")
    assert made["escalations"]["rows"][0]["phone"] == "8100"
    assert all(row["phone"].startswith("81") for row in made["departments"]["rows"])
    without = replace(samples.busy(), escalations=samples.busy().escalations.assign(duty_phone=None))
    assert {row["phone"] for row in panels(without, "zh")["departments"]["rows"]} == {""}


def test_a_long_note_is_cut_and_a_missing_handover_said() -> None:
    assert len(emergency.duty(samples.long_names(), ZH)["note"]) < 60
    assert emergency.duty(samples.emergency_without_cases(), ZH)["note"] == "尚无交接班记录"
    yesterday = samples.busy().duty.handovers.assign(handed_at=pd.Timestamp("2026-11-22 12:00", tz="UTC"))
    told = emergency.duty(replace(samples.busy(), duty=replace(samples.busy().duty, handovers=yesterday)), ZH)
    assert told["since"] == "11月22日 20:00 接 李建华 班"
