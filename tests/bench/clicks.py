"""The laptop over two years of a city: how soon a page's first useful picture stands, how long a click takes, and how
long twenty people wait who click at once. Of a server that has been up for a while: it has drawn its pages once.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import websockets
from playwright.sync_api import Browser, Error, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Subprotocol

from dashboard.pages.laptop.frame import PAGES
from tests.bench.measure import Measure, quantiles
from tests.bench.stores import city_of, opened
from tests.support.app import serve_app, wait_for
from tests.support.chromium import launch
from tests.support.databases import Database

#: First picture and click, in seconds, by the size of the city (a whole one: more than the 80 grids of Matian).
BUDGETS: Final = {"matian": (1.5, 0.5)}
LARGE: Final = (3.0, 1.0)
AT_ONCE: Final = 1.5
#: Times each page is opened, clicks on it, people who click at once and for how long.
OPENINGS, CLICKS, PEOPLE, SECONDS = 5, 8, 20, 40.0
#: Seconds from the server's start until it is looked at: by then its pages and what they make likely were drawn ahead.
UP: Final = 90.0
#: Between two clicks of a person, seconds: from, to.
_PAUSE: Final = (1.0, 5.0)
_USEFUL: Final = """() => {
  const roots = [...document.querySelectorAll('*')].filter(e => e.shadowRoot).map(e => e.shadowRoot)
  return roots.some(root => root.querySelector('main, .figures, .health')?.textContent.trim().length > 40)
}"""
#: The page itself stands, not what was sent with it to be read meanwhile.
_PROPER: Final = "() => document.getElementById('laptop-first') === null"
_LINKS: Final = """() => {
  const roots = [...document.querySelectorAll('*')].filter(e => e.shadowRoot).map(e => e.shadowRoot)
  const links = roots.flatMap(root => [...root.querySelectorAll('a[data-go]')])
  const here = new URL(location.href)
  const leads = link => {
    const there = new URL(link.dataset.go, here)
    const words = url => [...url.searchParams].filter(([name]) => !['lang', 'theme'].includes(name)).sort().join()
    return there.pathname !== here.pathname || words(there) !== words(here)
  }
  return [...new Set(links.filter(leads).map(link => link.dataset.go))]
}"""
#: Clicks the link with that address; resolves to milliseconds until address and picture are others, null after 15 s.
_CLICK: Final = """address => new Promise(resolve => {
  const roots = () => [...document.querySelectorAll('*')].filter(e => e.shadowRoot).map(e => e.shadowRoot)
  const clocks = /<b data-clock.*?<.b>/g
  const seen = () => roots().map(root => root.querySelector('.region')?.innerHTML.replace(clocks, '')).join()
  const link = roots().flatMap(root => [...root.querySelectorAll('a[data-go]')]).find(a => a.dataset.go === address)
  if (!link) return resolve(null)
  const before = seen(), was = location.href, start = performance.now()
  link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }))
  const look = () => {
    const isThere = location.href !== was && seen() !== before
    if (isThere) return requestAnimationFrame(() => resolve(performance.now() - start))
    if (performance.now() - start > 15000) return resolve(null)
    requestAnimationFrame(look)
  }
  look()
})"""


@dataclass
class _Seen:
    """What the browser measured, in seconds and with the address it went to, and the addresses that it found."""

    first: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    clicks: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def measures(store: str, *, seed: int = 1) -> list[Measure]:
    """Open every page, click about on it, then let twenty people click at once."""
    first, click = BUDGETS.get(store, LARGE)
    with opened(city_of(store)) as server:
        database = Database(server, "grid")
        with serve_app(database.environment) as app:
            wait_for(f"{app.url}/readyz", seconds=120)
            time.sleep(UP)
            with sync_playwright() as playwright:
                browser = launch(playwright)
                seen = _look_about(browser, app.url, random.Random(seed))
                browser.close()
            waited = asyncio.run(_crowd(app.url, seen.addresses, seed))
        database.close()
    lines = [line for name, values in seen.first.items() for line in _worst(f"{store}: first picture, {name}", values)]
    lines += [line for name, values in seen.clicks.items() for line in _worst(f"{store}: a click on {name}", values)]
    return [
        *lines,
        *quantiles(f"{store}: first picture, all pages", _all(seen.first), "s", p50=None, p95=first),
        *quantiles(f"{store}: a click, all pages", _all(seen.clicks), "s", p50=None, p95=click),
        Measure(f"{store}: clicks without an answer", len(seen.lost), "clicks", 0, note=" ".join(seen.lost[:2])),
        *quantiles(f"{store}: a click, {PEOPLE} people at once, by protocol", waited, "s", p50=None, p95=AT_ONCE),
    ]


def _worst(what: str, values: Sequence[tuple[float, str]]) -> list[Measure]:
    in_order = sorted(values)
    (slowest, to), (middle, _) = in_order[-1], in_order[len(in_order) // 2]
    return [Measure(f"{what}, slowest", slowest, "s", note=f"n = {len(values)}, median {middle:.2f}; {to[:48]}")]


def _all(values: dict[str, list[tuple[float, str]]]) -> list[float]:
    return [seconds for each in values.values() for seconds, _ in each]


def _look_about(browser: Browser, url: str, chance: random.Random) -> _Seen:
    seen = _Seen()
    for name in PAGES:
        for _ in range(OPENINGS):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            page = context.new_page()
            started = time.monotonic()
            page.goto(f"{url}/{name}?lang=zh", wait_until="commit")
            page.wait_for_function(_USEFUL, timeout=60_000)
            seen.first.setdefault(name, []).append(
                (time.monotonic() - started, f"opening {len(seen.first.get(name, ())) + 1}")
            )
            if len(seen.first[name]) == OPENINGS:
                _click_about(page, f"{url}/{name}?lang=zh", name, seen, chance)
            context.close()
    return seen


def _click_about(page: Page, address: str, name: str, seen: _Seen, chance: random.Random) -> None:
    """Click links of a page, each from the page as it was opened."""
    page.wait_for_function(_PROPER, timeout=60_000)
    page.wait_for_timeout(1500)
    found: list[str] = page.evaluate(_LINKS)
    seen.addresses += found
    for link in chance.sample(found, min(CLICKS, len(found))):
        try:
            taken = page.evaluate(_CLICK, link)
        except Error:  # the page was loaded anew: a click that leads on does not do that
            taken = None
        if taken is None:
            seen.lost.append(link)
        else:
            seen.clicks.setdefault(name, []).append((taken / 1000, link))
        page.goto(address)
        page.wait_for_function(f"() => ({_PROPER})() && ({_USEFUL})()", timeout=60_000)
        page.wait_for_timeout(700)


async def _crowd(url: str, addresses: Sequence[str], seed: int) -> list[float]:
    """Seconds that each click of all of them took on the server and the wire."""
    waited: list[float] = []
    people = [_person(url, addresses, random.Random(f"{seed}/{number}"), waited) for number in range(PEOPLE)]
    await asyncio.gather(*people)
    return waited


async def _person(url: str, addresses: Sequence[str], chance: random.Random, waited: list[float]) -> None:
    stream = url.replace("http", "ws", 1) + "/_stcore/stream"
    until = time.monotonic() + SECONDS
    async with websockets.connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        await _go(socket, "situation?lang=zh")
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(*_PAUSE))
            started = time.monotonic()
            await _go(socket, chance.choice(addresses))
            waited.append(time.monotonic() - started)


async def _go(socket: Any, address: str) -> None:
    """Run the page of an address to its end."""
    page, _, query = address.partition("?")
    asking = BackMsg()
    asking.rerun_script.query_string = query
    asking.rerun_script.page_name = page
    await socket.send(asking.SerializeToString())
    async for raw in socket:
        message = ForwardMsg()
        message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        if message.HasField("script_finished"):
            return
