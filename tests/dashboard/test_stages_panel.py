"""What the wall says of the six first-times: times in one number, what is not reached, what no source records."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from dashboard.text import text
from dashboard.widgets.panels import panels, verdict
from dashboard.widgets.panels.names import apart
from dashboard.widgets.panels.spans import slowest, span, span_text
from tests.dashboard import samples, stage_samples
from tests.dashboard.stage_samples import NOT_REACHED

ZH, EN = text("zh"), text("en")
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0.2, ("12", "秒"), ("12", "s")),
        (0.99, ("59", "秒"), ("59", "s")),
        (0.999, ("1", "分钟"), ("1", "min")),
        (99.4, ("99", "分钟"), ("99", "min")),
        (99.6, ("1.7", "小时"), ("1.7", "h")),
        (599.0, ("10", "小时"), ("10", "h")),
        (2879.0, ("48", "小时"), ("48", "h")),
        (2880.0, ("2.0", "天"), ("2.0", "d")),
        (19_865.2, ("14", "天"), ("14", "d")),
    ],
)
def test_a_time_is_one_number_and_one_unit(minutes: float, zh: tuple[str, str], en: tuple[str, str]) -> None:
    assert (span(minutes, ZH), span(minutes, EN)) == (zh, en)


def test_what_is_not_reached_is_more_than_the_longest_time_followed() -> None:
    assert span_text(NOT_REACHED, 19_865.2, EN) == "> 14 d"
    assert span_text(NOT_REACHED, 19_865.2, ZH) == "超过 14 天"


def _stages(lang: str = "en", **changes: Any) -> dict[str, Any]:
    busy = samples.busy()
    assert busy.stages is not None
    made: dict[str, Any] = panels(replace(busy, stages=replace(busy.stages, **changes)), lang)["stages"]
    return made


def test_each_interval_has_its_median_its_ninety_per_cent_its_n_and_what_was_before() -> None:
    made = _stages()
    first, *_, last = made["intervals"]
    assert first["hero"] == {"digits": "5", "unit": "min", "provisional": False}
    assert first["lines"] == ["90 % within 14 min", "14 days before 5 min", "n = 3,133"]
    assert last["hero"] == {"digits": "12", "unit": "h", "provisional": True}
    assert last["lines"] == ["90 %: > 14 d", "14 days before 13 h", "n = 998, 447 waiting"]
    assert [item["slowest"] for item in made["intervals"]] == [False] * 4 + [True]
    assert sum(item["share"] for item in made["intervals"]) == pytest.approx(1)
    assert made["total"]["n"] == "n = 5,363"


def test_a_median_that_is_not_reached_is_slowest_and_said_so() -> None:
    clocks = stage_samples.clocks()
    clocks.loc[clocks["clock"] == "resolved_fed_back", "median_minutes"] = NOT_REACHED
    made = _stages(clocks=clocks)
    assert made["intervals"][3]["hero"]["digits"] == "> 14"
    assert made["intervals"][3]["slowest"]
    assert slowest(clocks).clock == "resolved_fed_back"
    busy = samples.busy()
    assert busy.stages is not None
    said = verdict.stages(replace(busy, stages=replace(busy.stages, clocks=clocks)), EN)
    assert [part["pieces"][0]["t"] for part in said] == ["Feedback is slowest", "median > 14 d"]


def test_what_no_source_records_is_said_and_never_zero() -> None:
    only = stage_samples.only("discovered_reported", today=TODAY)
    made = panels(replace(samples.busy(), stages=only), "zh")["stages"]
    assert made["intervals"][0]["hero"]["digits"] == "5"
    assert [item["hero"]["digits"] for item in made["intervals"][1:]] == ["未记录"] * 4
    assert [made[name]["hero"]["digits"] for name in ("total", "urgent", "ordinary")] == ["未记录"] * 3
    assert made["intervals"][0]["lines"][1] == "此前无记录"


def test_a_store_without_cases_has_dashes_and_one_not_asked_yet_says_so() -> None:
    made = panels(samples.empty(), "en")["stages"]
    assert {item["hero"]["digits"] for item in made["intervals"]} == {"—"}
    assert verdict.stages(samples.empty(), EN)[0]["pieces"][0]["t"] == "No records yet"
    assert panels(replace(samples.busy(), stages=None), "zh")["stages"] == {"nothing": "正在计算"}


def test_dispatch_in_time_names_its_limits_and_travels_with_its_n() -> None:
    made = _stages()
    assert made["urgent"]["title"] == "Urgent, dispatched in 30 min"
    assert made["urgent"]["hero"]["digits"] == "100"
    assert made["ordinary"]["title"] == "Ordinary, dispatched in 2 h"
    assert made["ordinary"]["aside"] == [[{"t": "11,087 / "}, {"b": "11,104"}], [{"t": "was 100.0%"}]]


def test_communities_stand_slowest_first_on_one_axis() -> None:
    [by_slowest, by_total] = _stages()["units"]
    assert by_slowest["title"] == "Communities: Fed back → Evaluated"
    assert by_slowest["rows"][0]["says"] == "> 14 d"  # half of its cases are not evaluated yet
    starts = [row["from"] for row in by_total["rows"]]
    assert starts == sorted(starts, reverse=True)
    for units in (by_slowest, by_total):
        assert all(0 <= row["from"] <= row["to"] <= 1 for row in units["rows"])
        ticks = [tick["at"] for tick in units["ticks"]]
        assert ticks == sorted(ticks) and ticks[0] >= 0 and ticks[-1] <= 1
    assert not by_slowest["rows"][1]["closed"] and by_total["rows"][0]["closed"]


def test_a_community_without_a_case_on_a_clock_has_no_row() -> None:
    busy = samples.busy()
    assert busy.stages is not None
    frame = busy.stages.communities
    some = frame[(frame["clock"] != "fed_back_evaluated") | (frame["area_id"] == 10)]
    [by_slowest, _] = _stages(communities=some)["units"]
    assert [row["name"] for row in by_slowest["rows"]] == ["Heshuikou"]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["合水口", "马山头"], ["合水口", "马山头"]),
        (["新庄东", "新庄西"], ["新庄东", "新庄西"]),
        (["光明合水口新城社区居委会", "光明马山头新城社区居委会"], ["合水口", "马山头"]),
        (["Guangming Shiwei New Community", "Guangming Shijia New Community"], ["Shiwei", "Shijia"]),
        (["Guangming New Community", "Guangming Shijia New Community"], None),
        (["Guangming New Community 3", "Guangming New Community 3"], None),
        ([], []),
    ],
)
def test_long_names_are_told_apart_by_what_differs(names: list[str], short: list[str] | None) -> None:
    assert apart(names) == (names if short is None else short)


def test_communities_are_ranked_beside_the_units() -> None:
    ranking = panels(samples.busy(), "en")["ranking"]
    [group] = ranking["communities"]
    assert group["title"] == "Communities 8"
    assert [group["kind"] for group in ranking["groups"]] == ["social", "enterprise"]
    without = replace(samples.busy(), ranking_communities=pd.DataFrame())
    assert panels(without, "en")["ranking"]["communities"] == []
