"""The wall on every screen: nothing is cut off, nothing runs into anything else, nothing is too small to read."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.app import AppServer, serve_app

SIZES = ((1366, 768), (1920, 1080), (2560, 1080), (3840, 2160), (5760, 1080))
WALLS = (
    "sample=busy&lang=zh",
    "sample=crowded&lang=en",
    "sample=long_names&lang=en",
    "sample=long_names&lang=zh",
    "sample=empty&lang=en",
    "sample=tiles&lang=zh",
    "sample=calm&lang=en&theme=light",
    "sample=crowded&lang=en&age=187",
    "sample=crowded&lang=en&scene=ranking",
    "sample=crowded&lang=zh&scene=escalations",
    "sample=long_names&lang=en&scene=escalations",
    "sample=emergency&lang=zh&scene=emergency&sound=on",
    "sample=crowded&lang=en&scene=emergency",
    "sample=long_names&lang=en&scene=emergency",
    "sample=long_names&lang=zh&scene=emergency",
    "sample=emergency_without_cases&lang=en&scene=emergency&theme=light",
    "sample=tiles&lang=en&scene=emergency",
)

#: Every piece of text that is shown: what it says, where, how large, and how much room its box gives it.
TEXTS = """() => {
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot && e.shadowRoot.querySelector('.wall'))
  const wall = host.shadowRoot.querySelector('.wall')
  const found = []
  const isAlone = names => !!names && [...names.children].filter(name => !name.hidden).length === 1
  const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement
    const shown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    if (!shown || !node.nodeValue.trim()) continue
    range.selectNodeContents(node)
    const at = range.getBoundingClientRect()
    if (at.width === 0) continue
    const style = getComputedStyle(element)
    const clipped = element.closest('[data-fit]')
    let room = null
    for (let box = element; box !== wall; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === 'clip') { room = box.getBoundingClientRect(); break }
    }
    const panel = element.closest('.panel, .head').getBoundingClientRect()
    // A font's own box is half as high again as its ink.
    const size = parseFloat(style.fontSize), middle = (at.top + at.bottom) / 2
    found.push({
      text: node.nodeValue.trim(), left: at.left, right: at.right, top: middle - 0.45 * size,
      bottom: middle + 0.45 * size, size, panel: [panel.left, panel.top, panel.right, panel.bottom],
      panelName: element.closest('.panel, .head').className,
      room: room && [room.left, room.right], isTitle: !!clipped || isAlone(element.closest('[data-names]')),
    })
  }
  return found
}"""


#: The verdicts that do not fit, which is none: they are set smaller instead.
CUT_VERDICTS = """() => {
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot && e.shadowRoot.querySelector('.wall'))
  const verdicts = [...host.shadowRoot.querySelectorAll('.verdict')]
  return verdicts.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)
}"""


@pytest.fixture(scope="module")
def walls() -> Iterator[AppServer]:
    with serve_app({}, script="tests/dashboard/sample_wall.py") as server:
        yield server


@pytest.fixture(scope="module")
def screen(browser: Browser) -> Iterator[Page]:
    """One page for all; without the map, whose drawing in software would only take time."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    context.route("**/DeckGlJsonChart*", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", WALLS)
def test_text_stands_whole_and_alone_on_every_screen(walls: AppServer, screen: Page, address: str) -> None:
    screen.goto(f"{walls.url}/?{address}")
    screen.wait_for_selector(".wall .scene.shown .panel", timeout=30_000)
    for width, height in SIZES:
        screen.set_viewport_size({"width": width, "height": height})
        screen.wait_for_selector(f'.wall[data-size="{width}x{height}"]', state="attached", timeout=30_000)
        assert screen.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert screen.evaluate(CUT_VERDICTS) == []
        texts = screen.evaluate(TEXTS)
        assert len(texts) > 20
        faults = [fault for text in texts for fault in _faults(text, width, height)]
        faults += _overlaps(texts)
        assert not faults, f"{width}x{height}:\n" + "\n".join(faults[:12])


def _faults(text: dict[str, Any], width: int, height: int) -> list[str]:
    said = f"{text['panelName']}: {text['text']!r}"
    faults = []
    if text["size"] < 0.022 * height:
        faults.append(f"{said} is set at {text['size']:.1f} px")
    left, top, right, bottom = text["panel"]
    slack = height / 135 * 0.6
    end = text["right"]
    if text["isTitle"] and text["room"]:
        end = min(end, text["room"][1])
    if text["left"] < left - slack or end > right + slack:
        faults.append(f"{said} leaves its panel sideways: {text['left']:.0f}-{end:.0f} of {left:.0f}-{right:.0f}")
    if text["top"] < top - slack * 2 or text["bottom"] > bottom + slack * 2:
        faults.append(f"{said} leaves its panel: {text['top']:.0f}-{text['bottom']:.0f} of {top:.0f}-{bottom:.0f}")
    if text["room"] and not text["isTitle"] and text["right"] > text["room"][1] + slack:
        faults.append(f"{said} is cut off")
    if end > width + 1 or text["bottom"] > height + 1:
        faults.append(f"{said} leaves the screen")
    return faults


def _overlaps(texts: list[dict[str, Any]]) -> list[str]:
    """Pairs of texts that run into each other by more than a hair, line boxes allowed to touch."""
    faults = []
    for index, one in enumerate(texts):
        for other in texts[index + 1 :]:
            ends = [min(text["right"], text["room"][1]) if text["room"] else text["right"] for text in (one, other)]
            across = min(ends) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            height = min(one["bottom"] - one["top"], other["bottom"] - other["top"])
            if across > 1.5 and down > 0.25 * height:
                faults.append(f"{one['panelName']}: {one['text']!r} runs into {other['text']!r}")
    return faults


def test_map_keeps_its_canvas_when_the_screen_changes(walls: AppServer, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{walls.url}/?sample=busy")
    page.wait_for_selector(".st-key-wall_map_box canvas", timeout=30_000)
    page.evaluate("document.querySelector('.st-key-wall_map_box canvas').marked = true")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.wait_for_function("Math.abs(window.wallData.unit - 768 / 135) < 0.01", timeout=30_000)
    assert page.evaluate("document.querySelector('.st-key-wall_map_box canvas').marked")
    outside = [url for url in asked if not url.startswith((walls.url, "data:", "blob:"))]
    assert outside == [], "a request left the origin"


def test_scenes_change_by_themselves_without_asking_the_server(walls: AppServer, screen: Page) -> None:
    screen.goto(f"{walls.url}/?sample=busy&scenes=overview,ranking&every=5")
    screen.wait_for_selector(".wall .scene.shown", timeout=30_000)
    sent: list[str] = []
    screen.on("websocket", lambda socket: sent.append(socket.url))
    seen = set()
    for _ in range(14):
        seen.add(screen.locator(".wall .scene.shown").get_attribute("data-scene"))
        screen.wait_for_timeout(500)
    assert seen == {"overview", "ranking"}
    assert not sent
