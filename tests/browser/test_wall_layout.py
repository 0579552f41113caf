"""The wall on every screen: nothing is cut off, nothing runs into anything else, nothing is too small to read."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dashboard.pages import wall
from dashboard.text import LOCALES
from dashboard.widgets.panels import panels_json
from tests.dashboard import sample_matters, samples
from tests.support.app import AppServer, serve_app

SIZES = ((1366, 768), (1920, 1080), (2560, 1080), (3840, 2160), (5760, 1080))
#: The busiest hour, an afternoon, the calmest hour, none at all, the longest names.
SAMPLES = ("crowded", "busy", "calm", "empty", "long_names")
#: What differs otherwise: no boundaries, paper, late, dead.
WALLS = (
    "sample=tiles&lang=zh",
    "sample=tiles&lang=en&scene=stages",
    "sample=calm&lang=en&theme=light",
    "sample=busy&lang=zh&theme=light&scene=stages",
    "sample=busy&lang=en&theme=light&scene=ranking",
    "sample=crowded&lang=zh&theme=light&scene=escalations",
    "sample=crowded&lang=en&age=187",
    "sample=crowded&lang=zh&age=47&scene=stages",
    "sample=crowded&lang=en&scene=ranking",
    "sample=crowded&lang=zh&scene=escalations",
    "sample=long_names&lang=en&scene=escalations",
    "sample=busy&lang=zh&scene=map",
    "sample=crowded&lang=en&scene=map",
    "sample=long_names&lang=zh&scene=map",
    "sample=tiles&lang=en&scene=map",
    "sample=wide&lang=en&scene=map",
    "sample=many&lang=zh&scene=map",
    "sample=empty&lang=zh&scene=map",
    "sample=emergency&lang=zh&scene=emergency&sound=on",
    "sample=crowded&lang=en&scene=emergency",
    "sample=long_names&lang=en&scene=emergency",
    "sample=long_names&lang=zh&scene=emergency",
    "sample=emergency_without_cases&lang=en&scene=emergency&theme=light",
    "sample=tiles&lang=en&scene=emergency",
)
#: In the page: the picture of another sample, as if the server had sent it.
SWAP = """([panels, now]) => {
  window.wallData = { ...window.wallData, now, panels: JSON.parse(panels) }
  document.dispatchEvent(new CustomEvent('wall:data'))
}"""

#: Every piece of text that is shown: what it says, where, how large, and how much room its box gives it.
TEXTS = """() => {
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot && e.shadowRoot.querySelector('.wall'))
  const wall = host.shadowRoot.querySelector('.wall')
  const found = []
  const isAlone = names => !!names && [...names.children].filter(name => !name.hidden).length === 1
  const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  const groundOf = element => {
    for (let box = element; box; box = box.parentElement) {
      const colour = getComputedStyle(box).backgroundColor
      if (!/, 0\\)$|transparent/.test(colour)) return colour
    }
    return getComputedStyle(document.documentElement).backgroundColor
  }
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
    // A drawing has units of its own.
    const scale = element instanceof SVGElement ? element.getScreenCTM().d : 1
    const size = parseFloat(style.fontSize) * scale, middle = (at.top + at.bottom) / 2
    found.push({
      text: node.nodeValue.trim(), left: at.left, right: at.right, top: middle - 0.45 * size,
      bottom: middle + 0.45 * size, size, panel: [panel.left, panel.top, panel.right, panel.bottom],
      panelName: element.closest('.panel, .head').className,
      colour: style.color, ground: groundOf(element), isHero: !!element.closest('.hero:not(.word)'),
      room: room && [room.left, room.right], isTitle: !!clipped || isAlone(element.closest('[data-names]')),
    })
  }
  return found
}"""

#: A scene that has just been drawn fades in.
FADED_IN = """() => {
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.wall'))
  return getComputedStyle(host.shadowRoot.querySelector('.scene.shown')).opacity === '1'
}"""


#: The verdicts that do not fit, which is none: they are set smaller instead.
CUT_VERDICTS = """() => {
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot && e.shadowRoot.querySelector('.wall'))
  const verdicts = [...host.shadowRoot.querySelectorAll('.verdict')]
  return verdicts.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)
}"""


#: The verdict's place is made too narrow for its text by a hair, in pixels.
NARROW = """async hair => {
  await document.fonts.ready
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot && e.shadowRoot.querySelector('.wall'))
  const ruler = document.createRange()
  const verdict = () => host.shadowRoot.querySelector('.verdict')
  const long = () => (ruler.selectNodeContents(verdict()), ruler.getBoundingClientRect().width)
  const narrow = host.shadowRoot.appendChild(document.createElement("style"))
  narrow.textContent = `.verdict { flex: none !important; width: ${long() - hair}px !important }`
  window.over = () => long() - verdict().getBoundingClientRect().width
  return window.over()
}"""
#: By how much it is too long once the wall has been told that its place has changed.
FITTED = "() => { dispatchEvent(new Event('resize')); return window.over() }"

#: The wall drawn while the page's measures are away, then with them back: how the verdict is set each time.
STYLES_COME_LATE = """async () => {
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot && e.shadowRoot.querySelector('.wall'))
  const verdict = host.shadowRoot.querySelector('.verdict')
  const measures = [...document.querySelectorAll('style')].find(one => one.textContent.includes('--u:'))
  const place = measures.nextSibling, parent = measures.parentElement
  const set = () => [verdict.style.fontSize, verdict.style.letterSpacing]
  const frame = () => new Promise(requestAnimationFrame)
  const before = set()
  measures.remove()
  dispatchEvent(new Event('resize'))
  const without = set()
  await frame()
  await frame()
  parent.insertBefore(measures, place)
  await frame()
  await frame()
  return { before, without, after: set() }
}"""
#: The page's measures have come.
HAS_MEASURES = "() => getComputedStyle(document.documentElement).getPropertyValue('--u') !== ''"


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


@pytest.mark.parametrize("lang", LOCALES)
@pytest.mark.parametrize("scene", wall.SCENES)
def test_text_stands_whole_and_alone_in_every_scene(walls: AppServer, screen: Page, scene: str, lang: str) -> None:
    _open(screen, f"{walls.url}/?sample=busy&lang={lang}&scene={scene}")
    now = round(sample_matters.NOW.timestamp() * 1000) + 2000
    counts = () if scene == "map" else None
    pictures = {sample: panels_json(samples.ALL[sample](), lang, counts).decode() for sample in SAMPLES}
    faults = []
    for width, height in SIZES:
        _resize(screen, width, height)
        for sample, made in pictures.items():
            screen.evaluate(SWAP, [made, now])
            assert screen.locator(".wall .scene.shown").get_attribute("data-scene") == scene
            faults += [f"{sample} {fault}" for fault in _look(screen, width, height)]
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("address", WALLS)
def test_text_stands_whole_and_alone_on_every_screen(walls: AppServer, screen: Page, address: str) -> None:
    _open(screen, f"{walls.url}/?{address}")
    faults = []
    for width, height in SIZES:
        _resize(screen, width, height)
        faults += _look(screen, width, height)
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("hair", [0.2, 0.4, 0.55, 0.8, 1.1])
def test_a_verdict_too_long_by_a_hair_is_set_smaller(walls: AppServer, screen: Page, hair: float) -> None:
    """Half a pixel too long it would end in an ellipsis, and with it goes its last word."""
    _open(screen, f"{walls.url}/?sample=busy&lang=zh&scene=map")
    _resize(screen, 1920, 1080)  # until then it is smaller than it will be
    assert screen.evaluate(NARROW, hair) == pytest.approx(hair, abs=0.05)
    assert screen.evaluate(FITTED) <= 0


def test_styles_that_come_after_the_wall_set_it_anew(walls: AppServer, screen: Page) -> None:
    """A page's elements come in any order: the wall was fitted by measures it did not have yet, for up to 15 s."""
    _open(screen, f"{walls.url}/?sample=busy&lang=zh&scene=map")
    _resize(screen, 1920, 1080)
    verdict = screen.evaluate(STYLES_COME_LATE)
    assert verdict["before"] == verdict["after"] == ["", ""]
    assert verdict["without"] != ["", ""], "without measures it is as long as before: this shows nothing"


def _open(screen: Page, address: str) -> None:
    screen.goto(address)
    screen.wait_for_selector(".wall .scene.shown .panel", timeout=30_000)
    screen.wait_for_function(HAS_MEASURES, timeout=30_000)


def _resize(screen: Page, width: int, height: int) -> None:
    screen.set_viewport_size({"width": width, "height": height})
    screen.wait_for_selector(f'.wall[data-size="{width}x{height}"]', state="attached", timeout=30_000)
    screen.wait_for_function(FADED_IN, timeout=30_000)


def _look(screen: Page, width: int, height: int) -> list[str]:
    """What is wrong with the screen as it stands."""
    assert screen.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert screen.evaluate(CUT_VERDICTS) == []
    texts = screen.evaluate(TEXTS)
    assert len(texts) > 6
    faults = [fault for text in texts for fault in _faults(text, width, height)] + _overlaps(texts)
    return [f"{width}x{height} {fault}" for fault in faults[:5]]


def _faults(text: dict[str, Any], width: int, height: int) -> list[str]:
    said = f"{text['panelName']}: {text['text']!r}"
    faults = []
    if text["size"] < 0.022 * height:
        faults.append(f"{said} is set at {text['size']:.1f} px")
    if text["isHero"] and text["size"] < 0.06 * height:
        faults.append(f"{said} is a headline figure of {text['size']:.1f} px")
    contrast = _contrast(text["colour"], text["ground"])
    if contrast < 7:
        faults.append(f"{said} has a contrast of {contrast:.1f}: {text['colour']} on {text['ground']}")
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


def _contrast(one: str, other: str) -> float:
    """Contrast of two computed colours after WCAG 2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _overlaps(texts: list[dict[str, Any]]) -> list[str]:
    """Pairs of texts that run into each other by more than a hair, line boxes allowed to touch."""
    faults = []
    texts = sorted(texts, key=lambda text: float(text["top"]))
    for index, one in enumerate(texts):
        for other in texts[index + 1 :]:
            if other["top"] > one["bottom"]:
                break
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
