"""Back and on by the browser, while something new is told to the page that is being left."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.browser.test_live import wait_until
from tests.dashboard_live.city import fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

#: Steps in the browser's history, and so many milliseconds later the news of a changed picture, as another tab passes
#: it on; the page asks to be drawn anew.
_STEP_AMID_NEWS = """async ([steps, after]) => {
  const facts = await (await fetch("pulse?once")).json()
  for (const view of Object.keys(facts.views)) facts.views[view] = "changed"
  facts.stamp = "changed"
  facts.serial += 1
  const channel = new BroadcastChannel("gg-pulse " + new URL("pulse", document.baseURI).pathname)
  history.go(steps)
  await new Promise(resolve => setTimeout(resolve, after))
  channel.postMessage({ kind: "pulse", from: "0", facts })
  channel.close()
}"""
#: Two steps in the browser's history, so many milliseconds apart.
_TWO_STEPS = """async ([step, pause]) => {
  history.go(step)
  await new Promise(resolve => addEventListener("popstate", resolve, { once: true }))
  await new Promise(resolve => setTimeout(resolve, pause))
  history.go(step)
}"""
#: What stands on a page alone, by the last part of its address.
_LANDMARKS = {"situation": ".spots", "ranking": ".worse h2", "cases": "table.cases"}


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[AppServer]:
    with databases.copy() as city:
        fill(city, days=10)
        with serve_app(city.environment) as server:
            wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 60)
            yield server


@pytest.mark.parametrize("after", [0, 5, 20, 60, 150, 300])
def test_a_page_gone_back_to_is_drawn_whatever_is_told_meanwhile(
    context: BrowserContext, app: AppServer, after: int
) -> None:
    page = _three_pages_on(context, app)
    for name, steps in (("cases", -1), ("situation", -1), ("cases", 1), ("ranking", 1), ("situation", -2)):
        page.evaluate(_STEP_AMID_NEWS, [steps, after])
        _is_drawn(page, name)


def _three_pages_on(context: BrowserContext, app: AppServer) -> Page:
    """Situation, cases, ranking: the last is shown."""
    page = _opened(context, app)
    for name, words in (("cases", "Cases"), ("ranking", "Ranking")):
        page.locator("header nav a", has_text=words).click()
        _is_drawn(page, name)
    return page


def _opened(context: BrowserContext, app: AppServer) -> Page:
    page = context.new_page()
    page.goto(f"{app.url}/situation?lang=en")
    _is_drawn(page, "situation")
    return page


def _is_drawn(page: Page, name: str) -> None:
    expect(page).to_have_url(re.compile(rf"/{name}\?"), timeout=20_000)
    expect(page.locator("#laptop-first")).to_have_count(0, timeout=20_000)  # the page proper
    expect(page.locator(_LANDMARKS[name]).first).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("pause", [0, 30, 120, 400])
def test_steps_in_quick_succession_leave_the_way_back_as_it_was(
    context: BrowserContext, app: AppServer, pause: int
) -> None:
    page = _three_pages_on(context, app)
    length = page.evaluate("history.length")
    for steps, name in ((-1, "situation"), (1, "ranking"), (-1, "situation")):
        page.evaluate(_TWO_STEPS, [steps, pause])
        _is_drawn(page, name)
    assert page.evaluate("history.length") == length
    page.go_forward()
    _is_drawn(page, "cases")


@pytest.mark.parametrize("pause", [0, 60, 120])
def test_of_two_quick_clicks_the_second_holds(context: BrowserContext, app: AppServer, pause: int) -> None:
    page = _opened(context, app)
    ranking, cases = (page.locator("header nav a", has_text=words) for words in ("Ranking", "Cases"))
    links = [ranking.element_handle(), cases.element_handle()]
    try:
        was_there = page.evaluate(
            """([a, b, ms]) => new Promise(resolve => {
              a.click()
              setTimeout(() => { const is = b.isConnected; if (is) b.click(); resolve(is) }, ms)
            })""",
            [*links, pause],
        )
    except Error:  # loaded afresh on the way
        was_there = False
    # a page that was drawn anew meanwhile has taken the second link away: nobody could click it
    expected = "cases" if was_there else "ranking"
    assert was_there or pause
    _is_drawn(page, expected)
    page.wait_for_timeout(1500)
    _is_drawn(page, expected)
