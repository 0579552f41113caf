"""Every laptop page on a phone: how old the data are stands above it, nothing reaches beyond the screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.pages.laptop.frame import PAGES
from tests.browser.served import few_days
from tests.support.app import AppServer
from tests.support.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

_WIDTH = 390
_IS_INSIDE = f"""e => {{
  const box = e.getBoundingClientRect()
  return box.left >= 0 && box.right <= {_WIDTH} && box.top >= 0 && e.scrollWidth <= e.clientWidth + 1
}}"""


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[AppServer]:
    """The app over some days of the demo city."""
    with few_days(databases) as server:
        yield server


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": _WIDTH, "height": 844}, locale="zh-CN", has_touch=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("language", "age"), [("zh", r"数据(更新|停更) \d+"), ("en", r"(Data|Last data) \d+")])
def test_the_age_of_the_data_stands_on_every_page(phone: Page, app: AppServer, language: str, age: str) -> None:
    for name in PAGES:
        phone.goto(f"{app.url}/{name}?lang={language}")
        expect(phone.locator("#laptop-first")).to_have_count(0, timeout=60_000)
        header = phone.locator(".region > header")
        expect(header).to_have_count(1)
        told = header.locator(":is(.fresh, .band):visible")  # nothing is handed in here: soon the data are late
        expect(told).to_have_count(1)
        expect(told).to_have_text(re.compile(age))
        assert told.evaluate(_IS_INSIDE), name
        for part in (".place", ".swap", "nav a.here"):
            assert header.locator(part).evaluate(_IS_INSIDE), f"{part} of {name}"
        assert phone.evaluate("document.documentElement.scrollWidth") <= _WIDTH, name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_late_says_so_in_whole_words(phone: Page, app: AppServer, language: str) -> None:
    phone.goto(f"{app.url}/situation?lang={language}")
    expect(phone.locator("#laptop-first")).to_have_count(0, timeout=60_000)
    band = phone.locator(".region > header .band")
    expect(band).to_be_visible(timeout=60_000)  # nothing is handed in for half a minute
    assert band.evaluate(_IS_INSIDE)
    assert phone.evaluate("document.documentElement.scrollWidth") <= _WIDTH
