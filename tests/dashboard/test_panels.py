"""What the wall says: verdicts by rule, figures that are missing, lists in order."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.widgets.panels import panels, panels_json, verdict
from dashboard.widgets.panels.figures import count_hero, increment, same_day, stock
from tests.dashboard import samples

ZH, EN = text("zh"), text("en")


def _said(parts: list[verdict.Part]) -> list[str]:
    return ["".join(piece.get("t") or piece["tag"] for piece in part["pieces"]) for part in parts]


@pytest.mark.parametrize("name", samples.ALL)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sample_becomes_json(name: str, language: str) -> None:
    made = json.loads(panels_json(samples.ALL[name](), language))
    assert {"figures", "head", "map", "reasons", "escalations", "latest", "sources", "ranking"} <= set(made)


def test_verdict_names_overdue_escalations_then_red_units() -> None:
    assert _said(verdict.overview(samples.busy(), ZH)) == ["3 件升级超时", "2 个红色小分格"]
    assert _said(verdict.overview(samples.busy(), EN)) == ["3 escalations overdue", "2 red grids"]
    assert verdict.overview(samples.busy(), EN)[0]["pieces"][0] == {"tag": "3"}


def test_calm_and_empty_are_told_apart() -> None:
    calm, empty = verdict.overview(samples.calm(), ZH), verdict.overview(samples.empty(), ZH)
    assert _said(calm) == ["无须立即处置"]
    assert calm[0]["calm"]
    assert _said(empty) == ["尚无数据"]


def test_a_deadline_at_this_moment_is_not_overdue_yet() -> None:
    busy = samples.busy()
    at_now = busy.escalations.assign(deadline_at=busy.moment)
    assert verdict.count_overdue(replace(busy, escalations=at_now)) == 0
    assert verdict.count_due_within(replace(busy, escalations=at_now), timedelta(hours=1)) == len(at_now)
    past = busy.escalations.assign(deadline_at=busy.moment - timedelta(seconds=1))
    assert verdict.count_overdue(replace(busy, escalations=past)) == len(past)


def test_what_is_not_recorded_is_said_never_zero() -> None:
    tiles = panels(samples.tiles(), "en")["figures"]
    assert tiles["same_day"]["hero"]["digits"] == "not recorded"
    assert tiles["stock"]["hero"]["digits"] == "not recorded"
    assert "bar" not in tiles["same_day"]


def test_a_rate_without_cases_is_a_dash() -> None:
    figure = same_day(samples.empty().same_day, ZH)
    assert figure["hero"]["digits"] == "—"
    assert "bar" not in figure


def test_same_day_bar_is_the_whole_and_ticks_are_the_like_days() -> None:
    figure = same_day(samples.busy().same_day, ZH)
    assert sum(figure["bar"].values()) == pytest.approx(1)
    assert len(figure["ticks"]) == 4
    assert figure["like"] == "前 4 个周一此刻 67–74%"
    assert figure["hero"] == {"digits": "70.7", "unit": "%", "provisional": True}


def test_like_days_of_mixed_weekdays_are_not_called_mondays() -> None:
    usual = samples.busy().same_day
    mixed = tuple((day - timedelta(days=index), rate) for index, (day, rate) in enumerate(usual.like_days))
    assert "Monday" not in same_day(replace(usual, like_days=mixed), EN)["like"]


@pytest.mark.parametrize(("today", "said"), [(100, "↓ below usual"), (200, "as usual"), (300, "↑ above usual")])
def test_increment_against_the_usual_range(today: int, said: str) -> None:
    figure = increment(replace(samples.busy().increment, today=today), EN)
    assert figure["aside"][0] == [{"t": said}]
    assert 0 <= figure["range"]["low"] < figure["range"]["high"] <= 1
    assert 0 <= figure["range"]["now"] <= 1


def test_large_counts_stay_within_their_column() -> None:
    assert count_hero(99_999, ZH)["digits"] == "99999"
    assert count_hero(123_456, ZH) | {"provisional": None} == {"digits": "12.3", "unit": "万", "provisional": None}
    assert count_hero(123_456, EN)["unit"] == "k"


def test_stock_change_has_arrow_and_word() -> None:
    usual = samples.busy().stock
    assert [{"b": "↓ 9"}] in stock(usual, EN)["aside"]
    assert [{"b": "unchanged"}] in stock(replace(usual, open_yesterday=usual.open), EN)["aside"]


def test_red_units_come_before_orange_ones_whatever_their_score() -> None:
    busy = samples.busy()
    grids = busy.grids.assign(score=busy.grids["score"].where(busy.grids["level"] != "orange", 99.0))
    rows = panels(replace(busy, grids=grids), "zh")["reasons"]["rows"]
    assert [row["level"] for row in rows] == ["red", "red", "orange", "orange", "orange", "orange"]


def test_departments_add_up_to_the_escalations() -> None:
    crowded: Snapshot = samples.crowded()
    rows = panels(crowded, "zh")["departments"]["rows"]
    assert sum(row["pending"] for row in rows) == len(crowded.escalations)
    assert sum(row["overdue"] for row in rows) == verdict.count_overdue(crowded)
    assert rows[0]["overdue"] == max(row["overdue"] for row in rows)


def test_ranking_keeps_kinds_apart_and_tiers_in_order() -> None:
    groups = panels(samples.busy(), "zh")["ranking"]["groups"]
    assert [group["kind"] for group in groups] == ["social", "enterprise"]
    assert [tier["tier"] for tier in groups[0]["tiers"]] == [1, 2, 3]
    assert panels(samples.tiles(), "zh")["ranking"]["groups"] == []


def test_new_cases_never_hide_a_name_plate() -> None:
    busy = samples.busy()
    red = busy.grids[busy.grids["level"] == "red"].iloc[0]
    at_red = busy.latest.assign(lon=red.lon, lat=red.lat)
    assert len(panels(busy, "zh")["map"]["new"]) > 0
    assert all((item["x"], item["y"]) != (0, 0) for item in panels(replace(busy, latest=at_red), "zh")["map"]["new"])


def test_json_is_made_once_for_all_viewers() -> None:
    busy = samples.busy()
    assert panels_json(busy, "zh") is panels_json(busy, "zh")
    assert panels_json(busy, "zh") != panels_json(busy, "en")


def test_records_that_ended_are_never_called_new_or_well() -> None:
    ended = replace(samples.tiles(), is_live=False)
    said = json.dumps(panels(ended, "en"))
    assert _said(verdict.overview(ended, EN))[0] == "Records end 23 Nov 2026"
    for word in ("Nothing needs action", "Reported today", "Latest cases", "winnable", "by now"):
        assert word not in said
    assert all(
        heads["verdict"][0]["pieces"][0]["t"].startswith("Records end")
        for heads in panels(ended, "en")["head"].values()
    )
    assert panels(ended, "zh")["figures"]["variable"]["hero"]["digits"] == "未记录"
