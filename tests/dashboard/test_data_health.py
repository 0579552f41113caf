"""The data-health page: silent sources named, walls by their state, refused rows in sight, everything escaped."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from dashboard.pages import data_health
from dashboard.pages import data_health_html as html
from dashboard.pages.laptop.state import Address
from dashboard.snapshot import Health, Snapshot
from dashboard.text import text
from tests.dashboard_live.pictures import T0, snapshot

HERE = Address("data-health", "zh", "light")


def source(name: str, silent_for: float, every: float = 60.0) -> dict[str, object]:
    beat_at = pd.Timestamp(T0) - pd.Timedelta(seconds=silent_for)
    return {
        "source": name, "name_zh": f"来源{name}", "name_en": f"Source {name}", "beat_at": beat_at,
        "last_row_at": beat_at, "complete_through": pd.NaT, "expected_every": every, "records_times": True,
    }  # fmt: skip


def wall(label: str, **changes: object) -> dict[str, object]:
    moment = pd.Timestamp(T0)
    usual = {
        "wall_id": 1, "label": label, "created_at": moment - pd.Timedelta(days=9),
        "expires_at": moment + pd.Timedelta(days=9),
        "revoked_at": pd.NaT, "last_seen_at": moment - pd.Timedelta(seconds=20),
    }  # fmt: skip
    return usual | changes


def picture(sources: list[dict[str, object]], **health: pd.DataFrame) -> Snapshot:
    return replace(snapshot(), sources=pd.DataFrame(sources), health=Health(**health))


@pytest.mark.parametrize(("language", "said"), [("zh", "1 / 2 · 来源b未上报"), ("en", "1 / 2 · Source b silent")])
def test_the_headline_names_the_sources_that_are_silent(language: str, said: str) -> None:
    page = html.page(picture([source("a", 170), source("b", 190)]), text(language), HERE)
    assert said in page


def test_the_headline_says_when_all_report_and_when_nobody_is_known() -> None:
    assert "2 个数据源均正常上报" in html.page(picture([source("a", 1), source("b", 2)]), text("zh"), HERE)
    assert "尚无数据源" in html.page(picture([]), text("zh"), HERE)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "在线"),
        ({"last_seen_at": pd.Timestamp(T0) - pd.Timedelta(minutes=4)}, "离线"),
        ({"last_seen_at": pd.NaT}, "从未在线"),
        ({"expires_at": pd.Timestamp(T0) - pd.Timedelta(minutes=1)}, "已过期"),
        ({"revoked_at": pd.Timestamp(T0) - timedelta(minutes=1)}, "已撤销"),
    ],
)
def test_a_wall_is_shown_by_its_state(changes: dict[str, object], state: str) -> None:
    page = html.page(picture([], walls=pd.DataFrame([wall("左屏", **changes)])), text("zh"), HERE)
    assert f"<td>{state}</td>" in page


def test_what_comes_from_the_store_is_escaped() -> None:
    page = html.page(picture([], walls=pd.DataFrame([wall("<b>x</b>")])), text("en"), HERE)
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_the_page_is_about_the_present_and_says_so_where_a_moment_is_asked() -> None:
    shown = data_health.markup(snapshot(), {"as_of": "2024-03-11T09:00"}, language="en", theme="light")
    assert "This page shows the present, not as of 2024-03-11T09:00" in shown
    clock = shown[shown.index('class="day"') :][:120]
    assert "data-clock" in clock and "data-go" not in clock
