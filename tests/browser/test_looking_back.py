"""Two questions walked in both languages: where is the map red and why, and what did we know on Monday at 09:00."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.test_live import wait_until
from tests.dashboard_live.city import Writer, fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

ZONE = ZoneInfo("Asia/Shanghai")
#: The words of a walk in each language.
WORDS = {
    "zh": {"red": "红", "why": "现在为何是红", "back": "回到现在", "known": "所知", "place": "合水口01"},
    "en": {"red": "Red", "why": "is red", "back": "back to now", "known": "As known at", "place": "Heshuikou 01"},
}


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[AppServer]:
    """The app over ten days of the demo city and a unit that has just turned red."""
    with databases.copy() as city:
        fill(city, days=10)
        writer = Writer(city)
        for _ in range(8):
            writer.report(summary="燃气管道被挖断")
        writer.close()
        with serve_app(city.environment) as server:
            wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
            yield server


@pytest.fixture
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    return opened


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_is_the_map_red_and_why(page: Page, app: AppServer, language: str) -> None:
    said = WORDS[language]
    page.goto(f"{app.url}/situation?lang={language}")
    red = page.locator(".spots a").filter(has_text=f"· {said['red']}").first
    expect(red).to_be_attached(timeout=30_000)
    name = str(red.locator("title").text_content()).split(" · ", maxsplit=1)[0]
    _click(red)
    expect(page).to_have_url(re.compile(r"[?&]area=\w+"), timeout=20_000)
    why = page.locator(".head h2").filter(has_text=said["why"])
    expect(why).to_contain_text(name, timeout=20_000)
    expect(page.locator("table.why tr")).to_have_count(4)
    expect(page.locator(".answer h1")).to_contain_text(name)  # and the figures are the unit's
    expect(page.locator(".filters select")).to_have_value(str(re.findall(r"area=(\w+)", page.url)[0]))
    page.locator("header nav a").filter(has_text=re.compile("事件|Cases")).click()
    expect(page.locator(".crumbs b")).to_have_text(name, timeout=20_000)  # the unit goes along to the list
    page.locator("td.title a").first.click()
    expect(page.locator(".stages li")).to_have_count(6, timeout=20_000)
    page.go_back()
    expect(page.locator("table.cases tbody tr").first).to_be_visible(timeout=30_000)
    page.go_back()
    expect(page.locator("table.why tr")).to_have_count(4, timeout=30_000)


def _click(spot: Locator) -> None:
    """Where the shape lies, not in the middle of its box, where another unit may be."""
    spot.dispatch_event("click", {"bubbles": True, "composed": True})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_did_we_know_on_monday_at_nine(page: Page, app: AppServer, language: str) -> None:
    said = WORDS[language]
    nine = _last_monday_at_nine()
    page.goto(f"{app.url}/situation?lang={language}")
    page.locator("header a.day").click(timeout=30_000)
    expect(page.locator(".looking-back")).to_contain_text(said["known"], timeout=30_000)
    page.goto(f"{app.url}/situation?lang={language}&as_of={nine:%Y-%m-%dT%H:%M}")
    expect(page.locator("[data-replayed]")).to_have_text("09:00", timeout=30_000)
    expect(page.locator("header [data-clock=time]")).to_have_text("09:00")
    newest = page.locator(".list.latest tr td.where")
    assert set(newest.all_inner_texts()) != {said["place"]}  # what came since is not known yet
    known = page.locator(".figures").inner_text()
    page.locator("header nav a").filter(has_text=re.compile("事件|Cases")).click()
    expect(page.locator("table.cases tbody tr").first).to_be_visible(timeout=30_000)
    assert f"as_of={nine:%Y-%m-%d}" in page.url
    expect(page.locator("[data-replayed]")).to_have_text("09:00")
    expect(page.locator("table.cases")).not_to_contain_text("燃气管道被挖断")
    page.locator("td.title a").first.click()
    expect(page.locator(".stages li")).to_have_count(6, timeout=20_000)
    page.go_back()
    expect(page.locator("table.cases tbody tr").first).to_be_visible(timeout=30_000)
    page.go_back()
    expect(page.locator(".figures")).to_have_text(re.compile(r".+"), timeout=30_000)
    wait_until(lambda: page.locator(".figures").inner_text() == known, 20)  # the same answer again
    page.locator(".looking-back").get_by_text(said["back"]).click()
    expect(page.locator(".looking-back")).to_have_count(0, timeout=30_000)
    wait_until(lambda: set(newest.all_inner_texts()) == {said["place"]}, 20)


def test_the_bar_moves_through_a_day_and_plays_it(page: Page, app: AppServer) -> None:
    nine = _last_monday_at_nine()
    page.goto(f"{app.url}/situation?lang=en&as_of={nine:%Y-%m-%dT%H:%M}")
    bar = page.locator("[data-replay]")
    expect(bar).to_have_value("540", timeout=30_000)
    bar.fill("600")
    expect(page).to_have_url(re.compile(r"as_of=[\d-]+T10%3A00|as_of=[\d-]+T10:00"), timeout=20_000)
    expect(page.locator("[data-replayed]")).to_have_text("10:00")
    page.locator("[data-play]").click()
    expect(page.locator("[data-replayed]")).to_have_text("11:00", timeout=60_000)
    page.locator("[data-play]").click()
    expect(page.locator("[data-play]")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2099-01-01T00:00", "future"),
        ("yesterday", "is no moment"),
        ("1999-01-01T00:00", "Nothing was known"),
    ],
)
def test_a_moment_that_cannot_be_had_shows_the_present_and_says_so(
    page: Page, app: AppServer, as_of: str, said: str
) -> None:
    page.goto(f"{app.url}/situation?lang=en&as_of={as_of}")
    expect(page.locator("header .note")).to_contain_text(said, timeout=30_000)
    expect(page.locator(".looking-back")).to_have_count(0)
    expect(page.locator(".figures .figure")).to_have_count(5)


def _last_monday_at_nine() -> datetime:
    now = datetime.now(ZONE)
    monday = (now - timedelta(days=now.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
    return monday if monday < now - timedelta(hours=1) else monday - timedelta(days=7)
