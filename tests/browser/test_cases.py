"""From the situation to a case and back, without loading anew; a hand-changed address gives the nearest view."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_live import wait_until
from tests.dashboard_live.city import Writer, fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Database, Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[AppServer]:
    """The app over some days of the demo city and one red case of now."""
    with databases.copy() as city:
        fill(city, days=6)
        _report(city)
        with serve_app(city.environment) as server:
            wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
            yield server


def _report(city: Database) -> None:
    writer = Writer(city)
    writer.report(summary="燃气管道被挖断")
    writer.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A laptop that notes when its page is loaded anew."""
    opened = context.new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    return opened


def test_from_the_situation_to_the_case_and_back(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/situation?lang=zh")
    page.locator(".list.latest").get_by_text("燃气管道被挖断").click(timeout=30_000)
    expect(page).to_have_url(re.compile(r"/cases\?.*id=\d+"), timeout=20_000)
    expect(page.locator(".answer h1")).to_contain_text("燃气管道被挖断", timeout=20_000)
    page.evaluate("window.isTheSamePage = true")
    expect(page.locator(".stages li")).to_have_count(6)
    expect(page.locator(".log li").first).to_contain_text("上报")
    page.locator(".crumbs a").last.click()
    expect(page).to_have_url(re.compile(r"/cases\?.*area="), timeout=20_000)
    expect(page.locator("table.cases")).to_contain_text("燃气管道被挖断", timeout=20_000)
    assert page.evaluate("window.isTheSamePage") is True
    page.go_back()
    expect(page.locator(".stages li")).to_have_count(6, timeout=20_000)


def test_filters_stand_in_the_address_and_stay_from_page_to_page(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/cases?lang=en")
    expect(page.locator("table.cases tbody tr").first).to_be_visible(timeout=30_000)
    page.locator(".filters select").select_option(index=1)
    expect(page).to_have_url(re.compile(r"area="), timeout=20_000)
    page.locator(".filters .chip[href*='area=']", has_text="Hazard").click()  # drawn with the area
    expect(page).to_have_url(re.compile(r"(?=.*area=)(?=.*kinds=hazard)"), timeout=20_000)
    expect(page.locator(".filters .chip.on", has_text="Hazard")).to_be_visible(timeout=20_000)
    for cut in ("Open", "All"):
        page.locator(".cuts").get_by_text(cut, exact=True).click()
        expect(page.locator(".cuts .chip.on")).to_have_text(cut, timeout=20_000)
    page.locator("td.title a").first.click()
    expect(page).to_have_url(re.compile(r"/cases\?(?=.*area=)(?=.*kinds=hazard)(?=.*id=\d)"), timeout=20_000)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("cases?area=nowhere&lang=en", "There is no area"),
        ("cases?from=2026-13-01&lang=en", "is no date"),
        ("cases?as_of=2099-01-01T00:00&lang=zh", "尚未到来"),
        ("case?id=zzz&lang=en", "There is no case"),
        ("case?lang=zh", "未指明事件"),
        ("cases?page_no=9999&behind=nonsense&kinds=%00&lang=en", "There is no kind"),
    ],
)
def test_a_hand_changed_address_gives_a_sentence_and_the_nearest_view(
    page: Page, app: AppServer, address: str, said: str
) -> None:
    page.goto(f"{app.url}/{address}")
    expect(page.locator(".region header")).to_be_visible(timeout=30_000)
    expect(page.locator(".region")).to_contain_text(said, timeout=20_000)
    assert "Traceback" not in page.content()
