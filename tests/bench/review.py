"""The review's page over two years of a city: how soon it can be read, how soon all of it is there, and its files.

Of a review that was frozen, and of others that nobody has asked for before: each of another week, opened when the
server has come to rest, in a new browser, as a leader opens a link.
"""

import time
import urllib.request
from datetime import timedelta
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from queries import store
from queries.review import Period, Review
from seed.freezing import freeze
from tests.bench.measure import Measure, quantiles
from tests.bench.stores import city_of, opened
from tests.support.app import serve_app, wait_for
from tests.support.chromium import launch
from tests.support.databases import Database

#: Seconds to the first picture, by the size of the city.
BUDGETS: Final = {"matian": 1.5}
LARGE: Final = 5.0
FILE: Final = 10.0
#: Weeks opened that were not made before, times that a frozen one is opened, and seconds between two openings.
WEEKS, FROZEN, REST = 6, 5, 8.0
_ENDINGS: Final = ("pptx", "xlsx", "pdf", "csv", "cards")
_ROOTS: Final = "[...document.querySelectorAll('*')].map(element => element.shadowRoot).filter(root => root !== null)"
#: Whether the period's figures can be read, and whether all of the review is there.
_FIGURES: Final = (
    f"() => {_ROOTS}.some(root => (root.querySelector('.review-part[id=headline]')?.textContent.length ?? 0) > 40)"
)
_WHOLE: Final = f"() => {_ROOTS}.some(root => root.querySelector('.review-foot') && !root.querySelector('.awaited'))"


def measures(store_name: str) -> list[Measure]:
    """Freeze the last week, open it, open weeks that are not frozen, take the files away."""
    first = BUDGETS.get(store_name, LARGE)
    with opened(city_of(store_name)) as server:
        database = Database(server, "grid")
        review = _freeze_last_week(database)
        last, endings = review.period, _ENDINGS if review.table("ranking").rows else _ENDINGS[:-1]
        weeks = [_week(last, back) for back in range(5, 5 + WEEKS)]  # those before are made ahead
        with serve_app(database.environment) as app:
            wait_for(f"{app.url}/readyz", seconds=120)
            with sync_playwright() as playwright:
                browser = launch(playwright)
                _opened(browser, app.url, last.name)  # the server's first page
                frozen = [_opened(browser, app.url, last.name) for _ in range(FROZEN)]
                made = [_opened(browser, app.url, name) for name in weeks]
                browser.close()
            files = [_taken(app.url, last, ending) for ending in endings]
        database.close()
    return [
        *quantiles(
            f"{store_name}: frozen review, first picture", [each[0] for each in frozen], "s", p50=None, p95=first
        ),
        *quantiles(f"{store_name}: unfrozen review, figures", [each[0] for each in made], "s", p50=None, p95=first),
        *quantiles(f"{store_name}: unfrozen review, all of it", [each[1] for each in made], "s", p50=None, p95=LARGE),
        *files,
    ]


def _freeze_last_week(database: Database) -> Review:
    """The last week that has ended in the store's first subdistrict, frozen once."""
    with database.owner.begin() as connection:
        owner = store.subdistricts(connection)[0]  # the one whose page it is
        vitals = store.vitals(connection, owner.subdistrict_id)
        assert vitals is not None and vitals.recorded_at is not None
        now, code = vitals.recorded_at, owner.code
        frozen, _ = freeze(connection, "last-week", now=now, subdistrict=code, by="bench", once=True)
    return frozen


def _week(last: Period, back: int) -> str:
    year, week, _ = (last.first - timedelta(weeks=back)).isocalendar()
    return f"{year}-W{week:02d}"


def _opened(browser: Browser, url: str, period: str) -> tuple[float, float]:
    """Seconds until its figures can be read, and until all of it is there."""
    time.sleep(REST)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    started = time.monotonic()
    page.goto(f"{url}/review?period={period}", wait_until="commit")
    page.wait_for_function(_FIGURES, timeout=60_000, polling=20)
    read = time.monotonic() - started
    page.wait_for_function(_WHOLE, timeout=60_000, polling=20)
    whole = time.monotonic() - started
    context.close()
    return read, whole


def _taken(url: str, period: Period, ending: str) -> Measure:
    started = time.monotonic()
    with urllib.request.urlopen(f"{url}/review-file/{period.name}.{ending}?lang=zh", timeout=120) as answer:
        size = len(answer.read())
    return Measure(
        f"file {ending} of {period.name}", time.monotonic() - started, "s", FILE, note=f"{size / 1e3:.0f} kB"
    )
