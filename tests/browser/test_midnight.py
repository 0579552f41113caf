"""A wall left open over midnight never shows yesterday as today: with a living store, and with one that is gone."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from seed import store
from seed.server import EmbeddedServer
from tests.browser.wall_watch import SAMPLE, lateness, open_wall, seconds_until, shows
from tests.dashboard_live.city import Writer, fill
from tests.support.app import serve_app, status_of
from tests.support.databases import Database, throwaway_folder
from tests.support.moved_clock import Ahead

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

ZONE = "Asia/Shanghai"
GRACE = 6.0  # seconds after midnight by which the new day, or the band, must be there


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with throwaway_folder() as folder, EmbeddedServer(folder) as started:
        store.migrate(started.url("owner"), ZONE)
        fill(Database(started, "grid"), days=4, scale=0.1)
        yield started


def beat(database: Database, ahead: Ahead) -> None:
    """The sources say by the moved clock that they are alive."""
    with database.owner.begin() as connection:
        connection.execute(sa.text("update app.source_heartbeats set beat_at = :at"), {"at": ahead.now()})


def until(page: Page, is_so: Callable[[], bool], limit: float, keep_alive: Callable[[], None]) -> None:
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < limit
        keep_alive()
        page.wait_for_timeout(500)


def samples(page: Page) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = page.evaluate("() => window.samples")
    return [sample for sample in taken if sample["at"] and sample["day"]]


def is_wrong(sample: dict[str, Any]) -> bool:
    """Yesterday's picture, some seconds after midnight, without a word."""
    day = datetime.fromtimestamp(sample["at"] / 1000 - GRACE, ZoneInfo(ZONE)).date().isoformat()
    return bool(sample["day"] < day and sample["late"] not in ("late", "dead"))


@pytest.mark.parametrize("store_is_gone", [False, True], ids=["a living store", "a store that is gone"])
def test_a_wall_left_open_over_midnight(
    page: Page, server: EmbeddedServer, tmp_path: Path, store_is_gone: bool
) -> None:
    database = Database(server, "grid")
    ahead = Ahead(tmp_path / "ahead")
    with ExitStack() as ending:
        app = ending.enter_context(
            serve_app(
                {**database.environment, "CLOCK_AHEAD": str(ahead.file), "PICTURE_SECONDS": "5"},
                runner="tests.support.moved_clock",
            )
        )
        seconds_until(lambda: status_of(f"{app.url}/readyz") == 200, 60, "ready")
        writer = Writer(database)
        writer.report(summary="昨日的事件")
        writer.close()
        open_wall(page, app.url)
        today = page.evaluate("() => window.wallData.panels.day")
        ahead.to_midnight(ZONE, less=18)
        beat(database, ahead)
        page.evaluate(SAMPLE)
        hour = "() => new Date(window.ggPulse.serverNow).getUTCHours()"
        until(page, lambda: page.evaluate(hour) == 15, 10, lambda: beat(database, ahead))
        if store_is_gone:
            page.wait_for_timeout(6000)
            database.close()
            server.stop()
            seconds_until(lambda: lateness(page) in ("outage", "late"), 5, "the outage")
            until(page, lambda: lateness(page) == "late", 30, lambda: None)
            assert shows(page, "今日数据尚未到达") or shows(page, "未更新")
        else:
            day = "() => window.wallData.panels.day"
            until(page, lambda: page.evaluate(day) != today, 40, lambda: beat(database, ahead))
            page.wait_for_timeout(3000)
            beat(database, ahead)
            assert lateness(page) == ""
            figures = page.evaluate("() => JSON.stringify(window.wallData.panels.figures)")
            assert '"0"' in figures, "the new day begins with nothing"
        wrong = [sample for sample in samples(page) if is_wrong(sample)]
        assert wrong == []
        assert any(sample["at"] % 86_400_000 > 57_600_000 for sample in samples(page)), "midnight was seen"
