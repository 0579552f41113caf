"""`make gallery`: pictures of every scene × size × language × theme, and states of the overview, into gallery/.

`ARGS="--scenes overview --sizes 1920x1080 --langs zh --themes dark"` makes fewer; `--keep` takes a few of them into
docs/pictures for the README; `--url` takes them from an app that runs already instead of a demo city of its own.
"""

import argparse
import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dashboard.pages.wall import SCENES
from dashboard.text import LOCALES
from dashboard.theme import THEMES
from seed import door, store
from seed.server import EmbeddedServer
from tests.dashboard_live.city import Writer, fill
from tests.gallery import index
from tests.gallery.pictures import KEPT, KEPT_SIZE, SIZES, STATES, Shot, shots, take
from tests.support.app import ROOT, serve_app, wait_for
from tests.support.chromium import launch
from tests.support.databases import Database, throwaway_folder

BEAT_SECONDS = 4.0


def size(given: str) -> tuple[int, int]:
    """1920x1080."""
    width, _, height = given.partition("x")
    return int(width), int(height)


@contextlib.contextmanager
def demo_city(days: int) -> Iterator[str]:
    """The address of the app over a demo city of some days up to now, whose sources stay alive meanwhile."""
    with throwaway_folder() as folder, EmbeddedServer(folder) as server:
        store.migrate(server.url("owner"))
        database = Database(server, "grid")
        fill(database, days=days, scale=1.0)
        with serve_app(database.environment) as app:
            if not wait_for(f"{app.url}/readyz", seconds=120):
                raise SystemExit(f"The app has no picture yet:\n{app.output[-2000:]}")
            writer = Writer(database)
            writer.report()  # without anything live the screens would say that the records end
            writer.close()
            with alive(database):
                yield app.url
        database.close()


@contextlib.contextmanager
def alive(database: Database) -> Iterator[None]:
    """All sources say every few seconds that they are there, whatever a picture takes."""
    connection = door.connect(database.writer_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("select subdistrict_id, source from app.sources order by 1, 2")
        named = cursor.fetchall()
    ended = threading.Event()

    def beat() -> None:
        while not ended.is_set():
            for subdistrict_id, source in named:
                door.heartbeat(connection, subdistrict_id, [source])
            ended.wait(BEAT_SECONDS)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        connection.close()


def photograph(browser: Browser, base: str, wanted: list[Shot], folder: Path) -> None:
    """Take the pictures, a line for each."""
    for number, shot in enumerate(take(browser, base, wanted, folder), start=1):
        print(f"{number}/{len(wanted)} {shot.file}", flush=True)


def main() -> int:
    """Take the pictures asked for."""
    parser = argparse.ArgumentParser(prog="make gallery", description=__doc__)
    parser.add_argument("--scenes", nargs="*", default=list(SCENES), choices=SCENES)
    parser.add_argument("--sizes", nargs="+", type=size, default=list(SIZES), metavar="WxH")
    parser.add_argument("--langs", nargs="+", default=list(LOCALES), choices=list(LOCALES))
    parser.add_argument("--themes", nargs="+", default=list(THEMES), choices=THEMES)
    parser.add_argument("--states", nargs="*", default=list(STATES), choices=list(STATES), help="of the overview")
    parser.add_argument("--days", type=int, default=60, help="days of the demo city")
    parser.add_argument("--url", help="of an app that runs already")
    parser.add_argument("--folder", type=Path, default=ROOT / "gallery")
    parser.add_argument("--keep", action="store_true", help="take a few of the pictures into docs/pictures")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    scenes = shots(chosen.scenes, chosen.sizes, chosen.langs, chosen.themes)
    states = shots(chosen.states, chosen.sizes, chosen.langs, chosen.themes[:1])
    kept = [Shot(*named, KEPT_SIZE) for named in KEPT.values()] if chosen.keep else []
    scenes += [shot for shot in kept if shot not in scenes]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if scenes and chosen.url:
            photograph(browser, chosen.url.rstrip("/"), scenes, chosen.folder)
        elif scenes:
            with demo_city(chosen.days) as url:
                photograph(browser, url, scenes, chosen.folder)
        if states:
            with serve_app({}, script="tests/dashboard/sample_wall.py") as samples:
                photograph(browser, samples.url, states, chosen.folder)
        browser.close()
    for name, named in KEPT.items() if chosen.keep else ():
        shutil.copyfile(chosen.folder / Shot(*named, KEPT_SIZE).file, ROOT / "docs" / "pictures" / name)
    print(index.write(chosen.folder, scenes + states))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
