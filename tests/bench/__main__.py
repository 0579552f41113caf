"""`make bench`: measure, print a table, keep the figures as JSON. `ARGS="--commits 20 --days 30"` makes it shorter."""

import argparse
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from seed import store
from seed.server import EmbeddedServer
from tests.bench import absorb, clicks, imports, live, questions, review, walls
from tests.bench.measure import Measure, keep, show
from tests.bench.stores import city_of, is_built
from tests.dashboard_live.city import Writer, fill
from tests.support.app import serve_app, wait_for
from tests.support.chromium import launch
from tests.support.databases import Database, throwaway_folder


def live_path(folder: Path, *, days: int, commits: int, seconds: float) -> list[Measure]:
    """The live path over a demo city of some days."""
    with EmbeddedServer(folder) as server:
        store.migrate(server.url("owner"))
        database = Database(server, "grid")
        started = time.monotonic()
        fill(database, days=days, scale=1.0)
        measures = [Measure(f"demo city of {days} days loaded", time.monotonic() - started, "s")]
        with serve_app(database.environment) as app, sync_playwright() as playwright:
            wait_for(f"{app.url}/readyz", seconds=60)
            browser = launch(playwright)
            page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN").new_page()
            writer = Writer(database)
            writer.report()
            measures += live.commit_to_pixels(page, app, writer, commits=commits)
            measures += live.viewers_cost(page, app, writer, seconds=seconds)
            measures += live.cold_open(browser, app, times=10)
            writer.close()
            browser.close()
        database.close()
    return measures


def main() -> int:
    """Measure; 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--days", type=int, default=365, help="days of the demo city")
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60, help="of each count of SQL statements")
    parser.add_argument("--only", choices=["live", "walls", "absorb", "import", "questions", "clicks", "review"])
    parser.add_argument(
        "--stores",
        nargs="+",
        default=list(questions.STORES),
        help="of the questions, clicks and review; see python -m tests.bench.big",
    )
    parser.add_argument("--times", type=int, default=20, help="each way of asking a question")
    parser.add_argument("--rows", type=int, default=imports.ROWS, help="of the file that is imported")
    chosen = parser.parse_args()
    measures: list[Measure] = []
    if chosen.only in (None, "live"):
        with throwaway_folder() as folder:
            measures += live_path(folder, days=chosen.days, commits=chosen.commits, seconds=chosen.seconds)
    if chosen.only in (None, "walls"):
        with throwaway_folder() as folder:
            measures += walls.measures(folder, days=min(chosen.days, 60))
    if chosen.only in (None, "absorb"):
        measures += absorb.measures()
    if chosen.only in (None, "import"):
        measures += imports.measures(rows=chosen.rows)
    if chosen.only in (None, "questions"):
        measures += questions.measures(chosen.stores, times=chosen.times)
    for only, measured in (("clicks", clicks.measures), ("review", review.measures)):
        for name in chosen.stores if chosen.only in (None, only) else ():
            if is_built(city_of(name)):
                measures += measured(name)
            else:
                print(f"{name} is left out: it is not built (python -m tests.bench.big --help)")
    show(measures)
    print(f"kept in {keep(measures).relative_to(Path.cwd())}")
    return 1 if any(each.is_kept is False for each in measures) else 0


raise SystemExit(main())
