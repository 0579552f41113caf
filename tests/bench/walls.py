"""Many walls: how soon each is drawn, what they cost in SQL, CPU and memory, behind one process or several."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import psutil
from playwright.sync_api import Page, sync_playwright

from seed import store
from seed.server import EmbeddedServer
from tests.bench.live import WATCH
from tests.bench.measure import Measure, quantiles
from tests.bench.viewers import Crowd
from tests.browser.wall_watch import open_wall
from tests.dashboard_live.city import Writer, fill, name
from tests.support.app import AppServer, figure, serve_app, wait_for
from tests.support.chromium import launch
from tests.support.databases import Database

#: Seconds between two changes, how many changes are looked at, and within what each wall is drawn.
EVERY, CHANGES, WITHIN = 5.0, 12, 2.0
#: In the page: how often it said that server or database are gone, though both are there.
_FALSE_MARKS: Final = """() => {
  window.falseMarks = 0
  new MutationObserver(() => { if (document.documentElement.dataset.ggOutage) window.falseMarks += 1 })
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-gg-outage"] })
}"""


def measures(folder: Path, *, days: int, walls: int = 100) -> list[Measure]:
    """One process: a browser and the rest by protocol, a change every 5 s."""
    with ExitStack() as ending:
        database = ending.enter_context(demo_city(folder, days))
        app = ending.enter_context(serve_app(database.environment))
        wait_for(f"{app.url}/readyz", seconds=60)
        return crowded(app.url, [app], database, walls=walls)


def crowded(url: str, apps: Sequence[AppServer], database: Database, *, walls: int) -> list[Measure]:
    """Measure so many walls at an address that the processes serve."""
    with ExitStack() as ending:
        page = launch(ending.enter_context(sync_playwright())).new_page(viewport={"width": 1920, "height": 1080})
        writer = Writer(database)
        ending.callback(writer.close)
        writer.report()
        open_wall(page, url)
        page.evaluate(_FALSE_MARKS)
        page.evaluate(WATCH)
        page.wait_for_timeout(5000)
        alone = _changes(page, apps, writer, "独看")
        memory = _memory(apps)
        crowd = ending.enter_context(Crowd(url, walls - 1))
        page.wait_for_timeout(5000)
        together = _changes(page, apps, writer, "同看")
        heavier = _memory(apps)
        delays = [
            next((drawn - moment for drawn in viewer.drawn_at if drawn > moment), 60.0)
            for viewer in crowd.viewers
            for moment in together.committed_at
        ]
        false_marks = page.evaluate("() => window.falseMarks")
    processes = "1 process" if len(apps) == 1 else f"{len(apps)} processes"
    others = walls - 1
    return [
        *quantiles(f"{walls} walls, {processes}: commit → drawn, by protocol", delays, "s", p50=None, p95=WITHIN),
        Measure("the slowest of them", max(delays), "s", WITHIN),
        *quantiles("commit → pixels in the browser among them", together.seconds, "s", p50=None, p95=WITHIN),
        Measure("SQL of a picture, 1 wall", alone.statements, "statements", note="parts asked by the clock vary"),
        Measure(f"SQL of a picture, {walls} walls", together.statements, "statements", alone.statements * 1.25),
        Measure("CPU of a wall", 1000 * max(0.0, together.cpu - alone.cpu) / others, "ms/s", note="redraws included"),
        Measure("CPU of all", together.cpu, "cores", note=f"1 wall: {alone.cpu:.2f}"),
        Measure("memory of a wall", (heavier - memory) / others, "MB"),
        Measure("memory of all", heavier, "MB", note=f"1 wall: {memory:.0f}"),
        Measure("outages marked that were none", float(false_marks), "times", 0),
    ]


class _Seen:
    """What some changes showed."""

    def __init__(self) -> None:
        self.committed_at: list[float] = []
        self.seconds: list[float] = []  # commit to pixels in the browser
        self.statements = 0.0  # of a picture: pictures are more or fewer by the clock, whoever looks
        self.cpu = 0.0  # cores


def _changes(page: Page, apps: Sequence[AppServer], writer: Writer, stem: str) -> _Seen:
    seen = _Seen()
    statements, pictures = _statements(apps), _pictures(apps)
    cpu, began = _cpu(apps), time.monotonic()
    for number in range(CHANGES):
        words = f"{stem}{name(number)}"
        page.evaluate("words => { window.expected = words }", words)
        writer.report(grid=number * 7, summary=words)
        seen.committed_at.append(time.time())
        page.wait_for_function("words => window.seen[words] > 0", arg=words, timeout=60_000, polling=20)
        seen.seconds.append(page.evaluate("words => window.seen[words]", words) - seen.committed_at[-1])
        page.wait_for_timeout(max(0.0, began + (number + 1) * EVERY - time.monotonic()) * 1000)
    passed = time.monotonic() - began
    seen.statements = (_statements(apps) - statements) / max(1.0, _pictures(apps) - pictures)
    seen.cpu = (_cpu(apps) - cpu) / passed
    return seen


@contextmanager
def demo_city(folder: Path, days: int) -> Iterator[Database]:
    """A demo city of some days on a server of its own."""
    with EmbeddedServer(folder) as server:
        store.migrate(server.url("owner"))
        database = Database(server, "grid")
        fill(database, days=days, scale=1.0)
        yield database
        database.close()


def _statements(apps: Sequence[AppServer]) -> float:
    return sum(figure(app, r'dashboard_sql_statements_total\{by="picture"\}') for app in apps)


def _pictures(apps: Sequence[AppServer]) -> float:
    return sum(figure(app, "dashboard_refresh_seconds_count") for app in apps)


def _cpu(apps: Sequence[AppServer]) -> float:
    times = [psutil.Process(app.process.pid).cpu_times() for app in apps]
    return sum(each.user + each.system for each in times)


def _memory(apps: Sequence[AppServer]) -> float:
    return sum(psutil.Process(app.process.pid).memory_info().rss for app in apps) / 2**20
