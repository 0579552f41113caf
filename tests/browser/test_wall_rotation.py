"""Scenes that fail: the wall goes on with the others, and the server's log names what is skipped."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.app import AppServer, serve_app

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

#: In the page, before anything else: pictures lose the panels named in `window.broken`.
BREAK = """() => {
  window.broken ??= BROKEN
  let held
  Object.defineProperty(window, 'wallData', { get: () => held, set(picture) {
    window.whole = picture
    held = structuredClone(picture)
    for (const name of window.broken) held.panels[name] = null
  } })
}"""
#: In the page: the same picture again, with other panels broken.
AGAIN = """broken => {
  window.broken = broken
  window.wallData = window.whole
  document.dispatchEvent(new CustomEvent('wall:data'))
}"""
SHOWN = ".wall .scene.shown"


@pytest.fixture(scope="module")
def walls() -> Iterator[AppServer]:
    with serve_app({}, script="tests/dashboard/sample_wall.py") as server:
        yield server


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    context.route("**/DeckGlJsonChart*", lambda route: route.abort())
    yield context.new_page()
    context.close()


def _open(screen: Page, walls: AppServer, address: str, broken: list[str]) -> None:
    screen.add_init_script(f"({BREAK.replace('BROKEN', str(broken))})()")
    screen.goto(f"{walls.url}/?sample=busy&lang=en&{address}")
    screen.wait_for_selector(SHOWN, timeout=30_000)


def _scene(screen: Page) -> str | None:
    return screen.locator(SHOWN).get_attribute("data-scene")


def _seen(screen: Page, seconds: float) -> set[str | None]:
    seen, until = set(), time.monotonic() + seconds
    while time.monotonic() < until:
        seen.add(_scene(screen))
        screen.wait_for_timeout(250)
    return seen


def _until_logged(screen: Page, walls: AppServer, text: str) -> None:
    until = time.monotonic() + 20
    while text not in walls.output and time.monotonic() < until:
        screen.wait_for_timeout(200)
    assert text in walls.output


def test_rotation_goes_on_without_a_scene_that_fails_and_takes_it_back(screen: Page, walls: AppServer) -> None:
    _open(screen, walls, "scenes=ranking,escalations,overview&every=5", ["heroes"])
    assert _seen(screen, 13) == {"ranking", "overview"}
    _until_logged(screen, walls, "scene escalations cannot be drawn and is skipped")
    screen.evaluate(AGAIN, [])
    assert _seen(screen, 17) == {"ranking", "escalations", "overview"}


def test_the_only_scene_gives_way_to_the_overview_and_that_to_plain_words(screen: Page, walls: AppServer) -> None:
    _open(screen, walls, "scene=stages", ["stages"])
    assert _scene(screen) == "overview"
    screen.evaluate(AGAIN, ["stages", "figures"])
    screen.wait_for_selector('.wall .scene.shown[data-scene="plain"]', state="attached")
    said = screen.locator(".wall .head").inner_text()
    assert "3 escalations overdue" in said and "2 red grids" in said
    screen.evaluate(AGAIN, ["stages", "figures", "known", "head"])
    assert _scene(screen) == "plain"
    screen.evaluate(AGAIN, [])
    screen.wait_for_selector('.wall .scene.shown[data-scene="stages"]')


def test_a_panel_the_server_cannot_make_takes_its_scenes_alone(screen: Page, walls: AppServer) -> None:
    _open(screen, walls, "without=ranking&scenes=ranking,escalations,stages&every=5", [])
    assert _seen(screen, 12) == {"escalations", "stages"}
    _until_logged(screen, walls, "scene ranking cannot be drawn and is skipped")
    assert "ranking cannot be made and is left out of the wall" in walls.output


def test_scenes_stay_as_long_as_each_is_given(screen: Page, walls: AppServer) -> None:
    _open(screen, walls, "programme=round&every=5", [])
    assert _seen(screen, 28) == {"overview", "map", "stages", "ranking", "escalations"}
