"""A review is frozen by a click, shown to a meeting by arrow keys, and taken away as files, all from one document."""

import io
import re
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from queries.review.make import SECTIONS
from seed.duty import pair_device
from tests.browser.test_live import wait_until
from tests.dashboard_live.city import Writer, fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Database, Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    """Three weeks of the demo city."""
    with databases.copy() as made:
        fill(made, days=21)
        writer = Writer(made)
        writer.report(risk="blue")
        writer.close()
        yield made


@pytest.fixture(scope="module")
def app(city: Database) -> Iterator[AppServer]:
    with serve_app({**city.environment, "LAPTOP_COMMANDS": "paired"}) as server:
        wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
        yield server


@pytest.fixture
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    return opened


def test_it_is_frozen_by_a_click_and_taken_away(page: Page, app: AppServer, city: Database) -> None:
    page.goto(f"{app.url}/review?lang=zh")
    top = page.locator(".review-top")
    expect(top).to_contain_text("尚未定格", timeout=30_000)
    expect(page.locator("button[data-act^=freeze]")).to_have_count(0)
    page.goto(f"{app.url}/pair?lang=zh#{pair_device(city.operator_url, '陈志强', 1)}")
    page.wait_for_url("**/escalations?lang=zh", wait_until="commit")  # where a paired laptop is led
    page.goto(f"{app.url}/review?lang=zh")
    page.locator("button[data-act^=freeze]").click(timeout=30_000)
    expect(top).to_contain_text("已记录", timeout=40_000)
    assert "陈志强于" in top.inner_text(), "what says that it was noted shows it"
    expect(page.locator("button[data-act^=freeze]")).to_have_count(0)
    digits = re.search(r"[0-9a-f]{12}", top.inner_text())
    assert digits is not None
    links = page.locator("a[href^='review-file/']").evaluate_all("links => links.map(link => link.href)")
    assert [re.search(r"\.(\w+)\?", link)[1] for link in links] == ["pptx", "xlsx", "pdf", "csv", "cards"]  # type: ignore[index]
    for link in links:
        file = httpx.get(link, timeout=60)
        assert file.status_code == 200, file.text
        name = file.headers["content-disposition"]
        assert re.search(r'filename="review-\d{4}-W\d{2}-zh\.(pptx|xlsx|pdf|csv\.zip|scorecards\.pdf)"', name), name
        if name.endswith('.pdf"'):
            assert file.content.startswith(b"%PDF")
        else:
            assert zipfile.ZipFile(io.BytesIO(file.content)).testzip() is None
    assert httpx.get(links[0].replace("-W", "-W9")).status_code == 404
    assert httpx.get(links[0].replace(".pptx", ".exe")).status_code == 404


def test_a_meeting_goes_through_it_by_keys(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/review?lang=en")
    page.locator(".choices a", has_text="Present").click(timeout=30_000)
    shown = page.locator(".presented")
    first, second, third = list(SECTIONS)[:3]
    expect(shown).to_have_attribute("data-part", first, timeout=20_000)
    expect(page.locator("header").first).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("data-part", second, timeout=20_000)
    page.keyboard.press("PageDown")
    expect(shown).to_have_attribute("data-part", third, timeout=20_000)
    expect(page).to_have_url(re.compile(rf"present={third}"))
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_attribute("data-part", second, timeout=20_000)
    page.keyboard.press("Escape")
    expect(page.locator(".review-top")).to_be_visible(timeout=20_000)
    expect(page.locator(".review-part").first).to_be_visible()


def test_any_days_are_chosen_by_their_dates(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/review?lang=en")
    first = page.locator(".of-days input[data-set=from]")
    expect(first).to_be_visible(timeout=30_000)
    day = first.input_value()
    page.locator(".of-days input[data-set=to]").fill(day)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"from={day}&to={day}"), timeout=20_000)
    expect(page.locator(".review-top h1")).not_to_contain_text("Week", timeout=20_000)
