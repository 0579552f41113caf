"""The map scene in a browser: a replay that cannot be taken for now, runs without the server and stops when it must."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.app import AppServer, serve_app

pytestmark = pytest.mark.browser

#: In the page: what the map scene shows of its time, and the wall's shadow root for other looks.
LOOK = """() => {
  const root = [...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.wall'))?.shadowRoot
  const city = root?.querySelector('.scene.shown .city')
  if (!city) return null
  const text = name => root.querySelector(`.scene.shown ${name}`)?.textContent.replace(/\\s+/g, ' ').trim() ?? ''
  return {
    stamp: text('.city-stamp'), clock: text('.city-clock'), isPast: city.classList.contains('past'),
    grids: city.querySelectorAll('.city-ground .grid').length, cells: city.querySelectorAll('.cell').length,
    tags: city.querySelectorAll('.up').length, base: city.querySelectorAll('.city-base image').length,
    head: text('.map-head') , counts: [...city.querySelectorAll('text')].map(each => each.textContent),
  }
}"""
TILES = re.compile(r"^http://tiles\.local/")
DRAWN = f"() => {{ const seen = ({LOOK})(); return seen && seen.grids > 0 }}"


@pytest.fixture(scope="module")
def walls() -> Iterator[AppServer]:
    with serve_app({}, script="tests/dashboard/sample_wall.py") as server:
        yield server


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    """A page without the other map, whose drawing in software would only take time."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.route("**/DeckGlJsonChart*", lambda route: route.abort())
    yield context.new_page()
    context.close()


def _open(page: Page, walls: AppServer, **asked: str) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in {"sample": "busy", "scene": "map", **asked}.items())
    page.goto(f"{walls.url}/?{query}")
    page.wait_for_function(DRAWN, timeout=60_000)
    seen: dict[str, Any] = page.evaluate(LOOK)
    return seen


def _until(page: Page, is_so: str, seconds: float = 45) -> dict[str, Any]:
    page.wait_for_function(f"() => {{ const seen = ({LOOK})(); return seen && {is_so} }}", timeout=1000 * seconds)
    seen: dict[str, Any] = page.evaluate(LOOK)
    return seen


def test_the_day_is_replayed_in_the_browser_alone_and_always_says_so(walls: AppServer, screen: Page) -> None:
    sent: list[str] = []
    screen.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(socket.url)))
    _open(screen, walls)
    first = _until(screen, "seen.isPast")
    screen.wait_for_timeout(1500)
    sent.clear()
    shown = set()
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        seen = screen.evaluate(LOOK)
        if not seen["isPast"]:
            break
        assert seen["stamp"].startswith("回放") and "回放" in seen["clock"]
        assert seen["tags"] == 0, "escalations wait now, not then"
        shown.add(seen["stamp"])
        screen.wait_for_timeout(150)
    assert first["stamp"] and len(shown) > 8
    now = screen.evaluate(LOOK)
    assert not now["isPast"] and now["stamp"] == "" and now["clock"].startswith("此刻")
    assert now["tags"] > 0
    assert sent == [], "the server was asked"


def test_no_motion_where_none_is_wanted(walls: AppServer, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    context.route("**/DeckGlJsonChart*", lambda route: route.abort())
    page = context.new_page()
    _open(page, walls)
    for _ in range(8):
        assert not page.evaluate(LOOK)["isPast"]
        page.wait_for_timeout(250)
    context.close()


def test_the_replay_stops_when_the_data_are_late(walls: AppServer, screen: Page) -> None:
    _open(screen, walls, age="45")
    for _ in range(8):
        seen = screen.evaluate(LOOK)
        assert not seen["isPast"] and seen["stamp"] == "" and seen["clock"].startswith("最后所知")
        screen.wait_for_timeout(250)


def test_outlines_stay_while_the_replay_draws(walls: AppServer, screen: Page) -> None:
    _open(screen, walls)
    root = "[...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.wall')).shadowRoot"
    screen.evaluate(f"() => {{ {root}.querySelector('.city-ground .grid').marked = true }}")
    _until(screen, "seen.isPast")
    before = screen.evaluate(LOOK)["stamp"]
    _until(screen, f"seen.stamp !== {before!r}")
    assert screen.evaluate(f"() => {root}.querySelector('.city-ground .grid').marked")


def test_a_base_map_that_cannot_be_had_leaves_the_map_as_it_is(walls: AppServer, screen: Page) -> None:
    asked: list[str] = []
    screen.context.route(TILES, lambda route: route.abort())
    screen.on("request", lambda request: asked.append(request.url) if TILES.match(request.url) else None)
    seen = _open(screen, walls, tiles="http://tiles.local/{z}/{x}/{y}.png")
    screen.wait_for_timeout(1000)
    assert asked
    seen = screen.evaluate(LOOK)
    assert (seen["grids"], seen["base"]) == (80, 0)


def test_a_base_map_is_drawn_below_and_is_all_that_leaves_the_origin(walls: AppServer, screen: Page) -> None:
    tile = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    screen.context.route(TILES, lambda route: route.fulfill(status=200, content_type="image/svg+xml", body=tile))
    asked: list[str] = []
    screen.on("request", lambda request: asked.append(request.url))
    _open(screen, walls, tiles="http://tiles.local/{z}/{x}/{y}.svg", datum="gcj02")
    _until(screen, "seen.base > 5")
    abroad = {url.split("/")[2] for url in asked if not url.startswith((walls.url, "data:", "blob:"))}
    assert abroad == {"tiles.local"}


def test_counts_a_screen_asks_for_stand_in_the_grids(walls: AppServer, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    context.route("**/DeckGlJsonChart*", lambda route: route.abort())
    seen = _open(context.new_page(), walls, layers="police", lang="en")
    assert "< 3" in seen["counts"]
    assert not {"1", "2"} & set(seen["counts"])
    context.close()
