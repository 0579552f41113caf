"""A laptop page before Streamlit's code has come: what it will say stands there, its links lead on, its clocks run."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import few_days
from tests.support.app import AppServer
from tests.support.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime, pytest.mark.walk]

_FIRST = "#laptop-first"


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[AppServer]:
    """The app over some days of the demo city."""
    with few_days(databases) as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A laptop that shows what every laptop shows."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def opened(page: Page, address: str) -> None:
    """Open a page until its first view stands; the first time its answers may take longer than it is held back for."""
    for _ in range(4):
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => document.body !== null && document.readyState !== 'loading'")
        if page.locator(_FIRST).count():
            return
    raise AssertionError(f"no first view of {address}")


@pytest.mark.parametrize("name", ["situation", "resolution", "cases", "figures", "escalations", "data-health"])
def test_a_page_is_read_and_left_without_any_code_from_the_server(page: Page, app: AppServer, name: str) -> None:
    page.route("**/static/js/**", lambda route: route.abort())
    opened(page, f"{app.url}/{name}?lang=en")
    expect(page.locator(f"{_FIRST} header")).to_contain_text("Matian")
    expect(page.locator(f"{_FIRST} [data-clock=time]")).to_have_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator(f"{_FIRST} [data-clock=age]")).to_have_text(re.compile(r"ago"))
    page.locator(f"{_FIRST} header nav a").nth(1).click()
    expect(page).to_have_url(re.compile(r"/resolution\?"))


def test_the_page_proper_takes_its_place(page: Page, app: AppServer) -> None:
    opened(page, f"{app.url}/situation?lang=zh")
    expect(page.locator(_FIRST)).to_have_count(0, timeout=30_000)
    expect(page.locator(".figures .figure")).to_have_count(5)
    expect(page.locator(".map svg .spots a").first).to_be_attached()
    page.evaluate("window.isTheSamePage = true")
    page.locator("header nav a").filter(has_text="事件").click()
    expect(page.locator("table.cases tbody tr").first).to_be_visible(timeout=20_000)
    assert page.evaluate("window.isTheSamePage") is True


def test_an_address_that_cannot_be_had_says_so_at_once(page: Page, app: AppServer) -> None:
    page.route("**/static/js/**", lambda route: route.abort())
    opened(page, f"{app.url}/cases?area=nowhere&lang=en")
    expect(page.locator(f"{_FIRST} header .note")).to_contain_text("There is no area")
