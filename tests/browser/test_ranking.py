"""Which grids got worse in two weeks, and are they truly worse? From the ranking to the case and back, and by phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_live import wait_until
from tests.dashboard_live.city import fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

#: The rightmost edge of anything seen, in pixels; what scrolls or is cut off in a box of its own counts by its box.
_RIGHTMOST = """() => {
  const inside = e => [e, ...(e.shadowRoot ? everything(e.shadowRoot) : [])]
  const everything = root => [...root.querySelectorAll("*")].flatMap(inside)
  const isCut = e => e.closest("header, .worse table, svg, select")
  const isSeen = e => e.getClientRects().length && e.closest("main, .filters") && !isCut(e)
  const seen = everything(document.body).filter(isSeen)
  return Math.max(...seen.map(e => e.getBoundingClientRect().right))
}"""


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[AppServer]:
    """The app over six weeks of the demo city."""
    with databases.copy() as city:
        fill(city, days=45, scale=1.0)
        with serve_app(city.environment) as server:
            wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 60)
            yield server


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A laptop."""
    opened = context.new_page()
    opened.set_viewport_size({"width": 1366, "height": 768})
    return opened


@pytest.mark.parametrize(
    ("language", "named", "question", "said"),
    [
        ("zh", "考评排行", "谁退步了，是真的吗？", r"在偶然波动之内"),
        ("en", "Ranking", "Who got worse, and truly?", r"within chance"),
    ],
)
def test_which_grids_got_worse_and_truly_so(
    page: Page, app: AppServer, language: str, named: str, question: str, said: str
) -> None:
    page.goto(f"{app.url}/situation?lang={language}")
    page.locator("header nav a", has_text=named).click(timeout=60_000)
    expect(page.locator(".worse h2")).to_have_text(question, timeout=60_000)
    expect(page.locator(".worse .said")).to_contain_text(re.compile(said))
    fallen = page.locator(".worse tbody tr").first
    unit = fallen.locator("td.unit a").inner_text()
    change = fallen.locator("td.v").first.inner_text()
    page.evaluate("window.isTheSamePage = true")
    fallen.locator("td.unit a").click()
    expect(page).to_have_url(re.compile(r"/grid\?.*area="), timeout=60_000)
    expect(page.locator(".card h1")).to_contain_text(unit, timeout=60_000)
    expect(page.locator(".of-card .figure").nth(2).locator(".value")).to_have_text(change)
    page.locator(".indicators tbody tr").first.locator("td").last.locator("a").click()
    expect(page).to_have_url(re.compile(r"/cases\?(?=.*area=)(?=.*behind=not_same_day)(?=.*from=)"), timeout=60_000)
    page.locator("td.title a").first.click(timeout=60_000)
    expect(page.locator(".stages li")).to_have_count(6, timeout=60_000)
    for landmark in ("table.cases", ".card h1", ".worse h2"):
        page.go_back()
        expect(page.locator(landmark)).to_be_visible(timeout=60_000)
    assert page.evaluate("window.isTheSamePage") is True


def test_a_point_of_the_funnel_leads_to_its_scorecard(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/ranking?lang=en")
    points = page.locator("[data-testid=stVegaLiteChart] path[aria-roledescription=circle]")
    expect(points.first).to_be_attached(timeout=60_000)
    points.first.dispatch_event("click")
    expect(page).to_have_url(re.compile(r"/grid\?.*area="), timeout=60_000)
    expect(page.locator(".card h1")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(page: Page, app: AppServer, language: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app.url}/ranking?lang={language}")
    expect(page.locator(".ranked tbody tr").first).to_be_visible(timeout=60_000)
    assert page.evaluate(_RIGHTMOST) <= 390
    page.locator(".ranked td.name a").first.click()
    expect(page.locator(".indicators tbody tr").first).to_be_visible(timeout=60_000)
    assert page.evaluate(_RIGHTMOST) <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_paper_there_is_only_what_is_read(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/grid?lang=zh&theme=dark")
    page.locator(".choose p a").first.click(timeout=60_000)
    expect(page.locator(".indicators")).to_be_visible(timeout=60_000)
    page.emulate_media(media="print")
    for gone in ("header", ".filters", ".choices", ".print"):
        expect(page.locator(f".region {gone}").first).to_be_hidden()
    ink, paper = page.locator(".card h1").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(document.querySelector('.stApp')).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(18, 23, 27)", "rgb(255, 255, 255)")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ranking?cycle=yesterday&lang=en", "There is no cycle yesterday"),
        ("ranking?cycle=40&lang=zh", "无法排名"),
        ("ranking?units=giants&sort=%3Cscript%3E&indicator=x&area=nowhere&lang=en", "There is no area"),
        ("grid?lang=en", "Choose a unit"),
        ("grid?area=nowhere&lang=zh", "请选择一个单元"),
    ],
)
def test_a_hand_changed_address_gives_a_sentence_and_the_nearest_view(
    page: Page, app: AppServer, address: str, said: str
) -> None:
    page.goto(f"{app.url}/{address}")
    expect(page.locator(".region").first).to_contain_text(said, timeout=60_000)
    assert "Traceback" not in page.content()
