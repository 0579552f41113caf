"""The live path: from a commit to changed pixels, what further viewers cost, how long the wall takes to open."""

import time

import psutil
from playwright.sync_api import Browser, Page

from tests.bench.measure import Measure, quantiles
from tests.bench.viewers import Crowd
from tests.dashboard_live.city import Writer, name
from tests.support.app import AppServer, figure

#: In the page: note the time of the frame after the wall's text first holds the expected words.
WATCH = """
() => {
  const root = [...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.wall')).shadowRoot
  window.seen = {}
  const look = () => {
    if (!window.expected || window.seen[window.expected] || !root.textContent.includes(window.expected)) return
    const words = window.expected
    window.seen[words] = -1
    requestAnimationFrame(() => setTimeout(() => { window.seen[words] = Date.now() / 1000 }, 0))
  }
  new MutationObserver(look).observe(root, { childList: true, subtree: true, characterData: true })
}
"""


#: In the page, before anything else: when WebGL was last told to draw, and how often.
_DRAWS = """
window.draws = { count: 0, lastAt: 0 }
for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced']) {
  const draw = WebGL2RenderingContext.prototype[name]
  WebGL2RenderingContext.prototype[name] = function (...values) {
    window.draws.count += 1
    window.draws.lastAt = performance.now()
    return draw.apply(this, values)
  }
}
"""


#: In the page, before anything else: when the frame after the first picture's panels and map was shown.
_FIRST = """
const look = () => {
  const wall = document.querySelector('.first-wall')?.shadowRoot
  const isDrawn = wall?.querySelector('.panel-beats') && document.querySelector('.first-map svg')
  if (!isDrawn) return requestAnimationFrame(look)
  requestAnimationFrame(() => setTimeout(() => { window.allDrawnAt = Date.now() }, 0))
}
requestAnimationFrame(look)
"""


def open_wall(page: Page, app: AppServer) -> float:
    """Open the wall; returns the seconds until text and map are drawn, not its empty canvas alone."""
    page.add_init_script(_DRAWS)
    started = time.monotonic()
    page.goto(f"{app.url}/wall?lang=zh", wait_until="commit")
    page.wait_for_function(
        "() => window.draws.count > 0 && document.querySelector('[data-testid=stDeckGlJsonChart] canvas')"
        " && [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('.wall .panel'))",
        timeout=60_000,
        polling="raf",
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.monotonic() - started


def commit_to_pixels(page: Page, app: AppServer, writer: Writer, *, commits: int, pause: float = 0.4) -> list[Measure]:
    """Seconds from the return of the commit to the frame that shows the row."""
    open_wall(page, app)
    page.wait_for_timeout(2000)
    page.evaluate(WATCH)
    seconds = []
    for number in range(commits):
        words = f"测{name(number)}号"
        page.evaluate("words => { window.expected = words }", words)
        writer.report(grid=number, summary=words)
        committed_at = time.time()
        page.wait_for_function("words => window.seen[words] > 0", arg=words, timeout=15_000, polling=20)
        seconds.append(page.evaluate("words => window.seen[words]", words) - committed_at)
        page.wait_for_timeout(pause * 1000)
    return quantiles("commit → changed pixels", seconds, "s", p50=0.3, p95=0.8)


def cold_open(browser: Browser, app: AppServer, *, times: int) -> list[Measure]:
    """Seconds to open the wall in a fresh browser profile: until it is drawn, and until WebGL draws its map."""
    seconds, taken_over = [], []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        page.add_init_script(_FIRST)
        started = time.time()
        taken_over.append(open_wall(page, app))
        seconds.append(page.evaluate("() => window.allDrawnAt") / 1000 - started)
        context.close()
    return [
        *quantiles("cold open of the wall, all panels and the map drawn", seconds, "s", p50=None, p95=2.5),
        *quantiles("the same until WebGL has drawn the map", taken_over, "s", p50=None, p95=None),
    ]


def sql_per_minute(app: AppServer, writer: Writer, *, seconds: float, every: float = 3.0) -> float:
    """Statements the app sends in a minute while a case comes in every few seconds."""
    before, started = figure(app, "dashboard_sql_statements_total"), time.monotonic()
    number = 0
    while time.monotonic() - started < seconds:
        writer.report(grid=number, summary="来一件")
        number += 1
        time.sleep(max(0.0, started + number * every - time.monotonic()))
    passed = time.monotonic() - started
    return (figure(app, "dashboard_sql_statements_total") - before) * 60 / passed


def viewers_cost(page: Page, app: AppServer, writer: Writer, *, seconds: float) -> list[Measure]:
    """SQL with 1 and with 20 viewers; CPU of 19 viewers while nothing changes; how soon each of them is redrawn."""
    open_wall(page, app)
    page.wait_for_timeout(2000)
    alone = sql_per_minute(app, writer, seconds=seconds)
    with Crowd(app.url, 19) as crowd:
        together = sql_per_minute(app, writer, seconds=seconds)
        time.sleep(2)
        committed_at = []
        for number in range(10):
            writer.report(grid=number, summary="众人同看")
            committed_at.append(time.time())
            time.sleep(2)
        delays = [
            next((drawn - moment for drawn in viewer.drawn_at if drawn > moment), 10.0)
            for viewer in crowd.viewers
            for moment in committed_at
        ]
        crowded = _cpu(app, 20)
    quiet = _cpu(app, 20)
    pictures = max(1.0, figure(app, "dashboard_refresh_seconds_count"))
    redraws, total = figure(app, "dashboard_redraw_seconds_count"), figure(app, "dashboard_redraw_seconds_sum")
    return [
        Measure("SQL a minute, 1 viewer", alone, "statements", note="a case every 3 s"),
        Measure("SQL a minute, 20 viewers", together, "statements", alone * 1.1, note="1 browser and 19 by protocol"),
        *quantiles("commit → redrawn, 19 viewers by protocol", delays, "s", p50=None, p95=2.0),
        Measure("CPU of a viewer while nothing changes", 1000 * max(0.0, crowded - quiet) / 19, "ms/s", 1.0),
        Measure("CPU of one redraw (body)", 1000 * total / max(redraws, 1), "ms", 30, note=f"n = {redraws:.0f}"),
        Measure("time to make a picture", 1000 * figure(app, "dashboard_refresh_seconds_sum") / pictures, "ms"),
    ]


def _cpu(app: AppServer, seconds: float) -> float:
    """Share of one core the app uses over some seconds in which nothing comes in."""
    process = psutil.Process(app.process.pid)

    def used() -> float:
        times = [each.cpu_times() for each in [process, *process.children(recursive=True)]]
        return sum(each.user + each.system for each in times)

    before = used()
    time.sleep(seconds)
    return (used() - before) / seconds
