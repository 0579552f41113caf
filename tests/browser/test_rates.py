""" "Why is today's rate lower than last Monday's?": walked from the figure to the case and back, in both languages."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_live import wait_until
from tests.dashboard_live.city import fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime, pytest.mark.walk]


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[AppServer]:
    """The app over two weeks of the demo city."""
    with databases.copy() as city:
        fill(city, days=14)
        with serve_app(city.environment) as server:
            wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
            yield server


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A laptop."""
    opened = context.new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    return opened


def _open(page: Page, address: str) -> None:
    """Open the page and wait until it has heard of the picture it shows: the first drawing is over then."""
    page.goto(address)
    page.wait_for_function("() => document.documentElement.dataset.ggSerial > 0", timeout=30_000)


def _afternoon() -> tuple[date, date]:
    """Yesterday, which ran at 16:00, and the Monday before it: so the walk does not hang on the hour of the test."""
    yesterday = (datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)).date()
    return yesterday, yesterday - timedelta(days=yesterday.weekday() or 7)


@pytest.mark.parametrize(
    ("language", "today", "by_channel", "monday", "cut"),
    [
        ("en", "today", "By channel", "Monday", "Not the same day"),
        ("zh", "今日", "按渠道", "星期一", "当日未化解"),
    ],
)
def test_why_is_todays_rate_lower_than_last_mondays(
    page: Page, app: AppServer, language: str, today: str, by_channel: str, monday: str, cut: str
) -> None:
    day, last_monday = _afternoon()
    _open(page, f"{app.url}/resolution?lang={language}&as_of={day}T16:00")
    page.locator(".filters .chip", has_text=re.compile(f"^{today}$")).click(timeout=30_000)
    expect(page).to_have_url(re.compile(f"from={day}"), timeout=20_000)
    page.evaluate("window.isTheSamePage = true")
    other = page.locator(".than input")
    expect(other).to_have_value(str(day - timedelta(days=7)), timeout=20_000)  # a day is set beside its own weekday
    other.fill(str(last_monday))
    other.press("Enter")
    expect(page).to_have_url(re.compile(f"than={last_monday}"), timeout=20_000)
    expect(page.locator(".answer h1")).to_contain_text(monday, timeout=20_000)
    expect(page.locator("table.aside")).to_contain_text("16:00")

    expect(page.locator(".moved-by .chip").first).to_have_attribute("href", re.compile("than="))
    page.locator(".moved-by .chip", has_text=by_channel).click()
    expect(page.locator(".moved-by .chip.on")).to_have_text(by_channel, timeout=20_000)
    parts = page.locator("table.moved tbody tr")
    whole, *told = [_points(row) for row in parts.locator("td:nth-child(8)").all_inner_texts()]
    assert told and round(sum(told), 1) == whole
    row = parts.filter(has=page.locator("td:last-child a")).first
    channel, count = row.locator("td").first.inner_text(), row.locator("td").last.inner_text()
    here = page.url

    row.locator("td").last.locator("a").click()
    expect(page).to_have_url(
        re.compile(r"/cases\?(?=.*behind=not_same_day)(?=.*channel=)(?=.*kinds=appeal)"), timeout=20_000
    )
    expect(page.locator(".chip.narrowing")).to_contain_text(channel, timeout=20_000)
    expect(page.locator(".cuts .chip.on").first).to_have_text(cut)
    expect(page.locator(".answer h1")).to_contain_text(re.compile(rf"\b{count}\D"))
    page.locator("td.title a").first.click()
    expect(page).to_have_url(re.compile(r"/cases\?(?=.*channel=)(?=.*id=\d)"), timeout=20_000)
    expect(page.locator(".stages li")).to_have_count(6, timeout=20_000)
    assert page.evaluate("window.isTheSamePage") is True

    page.go_back()
    expect(page.locator(".chip.narrowing")).to_contain_text(channel, timeout=20_000)
    page.go_back()
    expect(page).to_have_url(here, timeout=20_000)
    expect(page.locator(".moved-by .chip.on")).to_have_text(by_channel, timeout=20_000)
    expect(page.locator(".answer h1")).to_contain_text(monday)


def _points(said: str) -> float:
    return float(said.replace("−", "-").replace("+", ""))


def test_down_to_a_grid_and_a_chip_taken_out(page: Page, app: AppServer) -> None:
    _open(page, f"{app.url}/resolution?lang=en")
    page.locator("table.moved tbody tr:nth-child(2) td a").first.click(timeout=30_000)
    expect(page).to_have_url(re.compile("area="), timeout=20_000)
    expect(page.locator(".crumbs a")).to_have_count(1, timeout=20_000)
    page.locator(".moved-by .chip", has_text="By hour").click()
    expect(page.locator("table.moved tbody tr:nth-child(2) td").first).to_contain_text("reported", timeout=20_000)
    page.locator("table.moved tbody tr:nth-child(2) td a").first.click()
    expect(page.locator(".chip.narrowing")).to_be_visible(timeout=20_000)
    page.locator(".chip.narrowing").click()
    expect(page.locator(".chip.narrowing")).to_have_count(0, timeout=20_000)
    assert "hour=" not in page.url


def test_a_day_of_the_course_is_chosen_by_its_point(page: Page, app: AppServer) -> None:
    _open(page, f"{app.url}/resolution?lang=en")
    points = page.locator(".mark-symbol path")
    expect(points.first).to_be_visible(timeout=30_000)
    points.nth(3).click()
    expect(page).to_have_url(re.compile(r"(?=.*from=\d{4}-)(?=.*to=\d{4}-)"), timeout=20_000)
    shown = re.search(r"from=([\d-]+)", page.url)
    assert shown is not None and f"to={shown[1]}" in page.url


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("figure=nonsense&lang=en", "There is no rate nonsense here"),
        ("by=zodiac&lang=en", "It is not told by zodiac"),
        ("than=tomorrow&lang=zh", "对比时段须早于本期"),
        ("by=hour&than=2001-01-01&lang=en", "there is nothing before to compare with"),
        ("area=nowhere&lang=en", "There is no area"),
    ],
)
def test_a_hand_changed_address_gives_a_sentence_and_the_nearest_view(
    page: Page, app: AppServer, words: str, said: str
) -> None:
    page.goto(f"{app.url}/resolution?{words}")
    expect(page.locator(".region").first).to_contain_text(said, timeout=30_000)
    expect(page.locator(".picks .pick")).to_have_count(6)
    assert "Traceback" not in page.content()
