"""The wall before its page's code has come: the whole picture, telling its age; then the wall proper in its place."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_live import CANVAS, wait_until
from tests.dashboard_live.city import Writer, fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Database, Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

_FIRST = "document.querySelector('.first-wall')?.shadowRoot"


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    """Some days of the demo city."""
    with databases.copy() as database:
        fill(database, days=3)
        yield database


@pytest.fixture(scope="module")
def app(city: Database) -> Iterator[AppServer]:
    """The app over the city, with a picture on its board."""
    with serve_app(city.environment) as server:
        wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
        yield server


@pytest.fixture
def heard(city: Database, app: AppServer) -> None:
    """The store is fed live, and the board has just heard of a case."""
    writer = Writer(city)
    writer.report()
    writer.close()
    wait_until(lambda: '"isLive": true' in httpx.get(f"{app.url}/wall", headers={"accept": "text/html"}).text, 10)


def without_code(context: BrowserContext) -> Page:
    """A page to which the code of Streamlit never comes."""
    page = context.new_page()
    page.route("**/static/js/**", lambda route: route.abort())
    return page


def test_the_whole_picture_stands_without_any_code_from_the_server(context: BrowserContext, app: AppServer) -> None:
    page = without_code(context)
    page.goto(f"{app.url}/wall?lang=zh", wait_until="commit")
    page.wait_for_function(f"() => {_FIRST}?.querySelector('.panel')")
    panels = page.evaluate(f"() => [...{_FIRST}.querySelectorAll('.panel')].map(panel => panel.innerText.length)")
    assert len(panels) >= 6
    assert sum(length > 0 for length in panels) >= 5
    assert page.evaluate("() => document.querySelectorAll('.first-map path').length") > 80
    hole = page.evaluate(f"() => {_FIRST}.querySelector('.panel-map-hole').getBoundingClientRect().toJSON()")
    drawn = page.evaluate("() => document.querySelector('.first-map').getBoundingClientRect().toJSON()")
    assert all(abs(hole[side] - drawn[side]) < 1 for side in ("left", "top", "width", "height"))


@pytest.mark.usefixtures("heard")
def test_it_counts_its_age_and_says_when_it_is_late(context: BrowserContext, app: AppServer) -> None:
    page = without_code(context)
    page.goto(f"{app.url}/wall?lang=en", wait_until="commit")
    age = f"() => {_FIRST}?.querySelector('[data-clock=age]')?.textContent"
    page.wait_for_function(age)
    before = page.evaluate(age)
    page.wait_for_function(f"before => ({age})() !== before", arg=before, timeout=5000)
    # nothing is heard any more: past half a minute the band says so, however long the page has to wait
    page.wait_for_function(f"() => {_FIRST}.querySelector('.wall').dataset.late === 'late'", timeout=45_000)
    assert "No news for" in page.evaluate(f"() => {_FIRST}.querySelector('.head').innerText")


@pytest.mark.usefixtures("heard")
def test_sources_are_as_old_as_the_server_says(context: BrowserContext, app: AppServer) -> None:
    page = without_code(context)
    page.goto(f"{app.url}/wall?lang=en", wait_until="commit")
    page.wait_for_function(f"() => {_FIRST}?.querySelector('[data-clock=source]')")
    told = json.loads(page.evaluate("() => document.querySelector('#wall-first .given').textContent"))["facts"]
    ages = [(told["serverNow"] - at) / 1000 for at in told["sources"].values() if at is not None]
    shown = page.evaluate(f"() => [...{_FIRST}.querySelectorAll('[data-clock=source]')].map(face => face.textContent)")
    assert ages
    assert not any("d" in text.split()[-1] for text in shown if text != "—") or max(ages) > 86_400


def test_it_gives_way_to_the_wall(context: BrowserContext, app: AppServer) -> None:
    page = context.new_page()
    page.goto(f"{app.url}/wall?lang=zh", wait_until="commit")
    page.wait_for_function(f"() => {_FIRST}?.querySelector('.panel')")
    page.wait_for_function(CANVAS, timeout=30_000)
    expect(page.locator(".first-wall")).to_have_count(0, timeout=30_000)
    expect(page.locator(".first-map")).to_have_count(0, timeout=30_000)
    time.sleep(0.5)
    assert (
        page.evaluate(
            "() => [...document.querySelectorAll('*')].filter(e => e.shadowRoot?.querySelector('.wall')).length"
        )
        == 1
    )


def test_an_address_cannot_put_markup_into_the_page(context: BrowserContext, app: AppServer) -> None:
    page = without_code(context)
    page.goto(f"{app.url}/wall?lang=</script><script>window.bad=1</script>&scenes=<b>&theme=%22%3E<i>")
    page.wait_for_function(f"() => {_FIRST}?.querySelector('.panel')")
    assert page.evaluate("() => window.bad") is None


def test_other_pages_have_none(context: BrowserContext, app: AppServer) -> None:
    page = without_code(context)
    page.goto(f"{app.url}/situation", wait_until="commit")
    page.wait_for_load_state("domcontentloaded")
    expect(page.locator("#wall-first")).to_have_count(0)
