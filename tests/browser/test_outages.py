"""Every outage is on the wall within 5 s and gone within 10 s of its end; meanwhile the last picture stays."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from playwright.sync_api import Page, WebSocketRoute

from seed import store
from seed.server import EmbeddedServer
from tests.browser.wall_watch import asked, family, foreign_words, lateness, open_wall, seconds_until, shows
from tests.dashboard_live.city import Writer, fill, name
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Database, throwaway_folder
from tests.support.proxy import Proxy

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

MARKED, HEALED = 5.0, 10.0
NIGHT = 8 * 3600
#: the machine's clock after a night in which the page's stood still
SLEEP = f"() => {{ const real = Date.now; Date.now = () => real() + {NIGHT} * 1000 }}"


class City:
    """A store of its own, an app over it, and a proxy between the app and its walls: all of which can be broken."""

    def __init__(self, server: EmbeddedServer, ending: ExitStack) -> None:
        self.server = server
        self.database = Database(server, "grid")
        self.ending = ending
        self.number = 0
        self.app = self.serve(None)
        self.proxy = ending.enter_context(Proxy(int(self.app.url.rsplit(":", 1)[1])))

    def serve(self, port: int | None) -> AppServer:
        self.app_ending = self.ending.enter_context(ExitStack())
        app = self.app_ending.enter_context(serve_app(self.database.environment, port=port))
        seconds_until(lambda: status_of(f"{app.url}/readyz") == 200, 60, "the app is ready")
        return app

    def commit(self) -> str:
        """One more case, by a connection of its own, since stores come and go here; returns its words."""
        self.number += 1
        words = f"断后{name(self.number)}"
        writer = Writer(self.database)
        writer.report(grid=self.number * 7, summary=words)
        writer.close()
        return words


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with throwaway_folder() as folder, ExitStack() as ending:
        server = EmbeddedServer(folder)
        ending.callback(server.stop)
        server.start()
        store.migrate(server.url("owner"))
        fill(Database(server, "grid"), days=4, scale=0.1)
        yield City(server, ending)


def the_server_is_killed(city: City) -> Callable[[], None]:
    city.app.process.send_signal(signal.SIGKILL)
    city.app_ending.close()

    def end() -> None:
        city.app = city.serve(city.proxy.target)

    return end


def the_network_is_cut(city: City, state: str) -> Callable[[], None]:
    city.proxy.state = "hold" if state == "hold" else "refuse"
    time.sleep(12)

    def end() -> None:
        city.proxy.state = "open"

    return end


def the_database_is_stopped(city: City) -> Callable[[], None]:
    city.server.stop()

    def end() -> None:
        city.server.start()

    return end


def the_database_hangs(city: City) -> Callable[[], None]:
    pid = city.server.pid
    assert pid is not None
    stopped = family(pid)
    for each in stopped:
        os.kill(each.pid, signal.SIGSTOP)

    def end() -> None:
        for each in stopped:
            os.kill(each.pid, signal.SIGCONT)

    return end


#: the event that tells of a change is the last that is heard of the stream, so that the redraw knows of later moments
DEAF_TO_WHAT_FOLLOWS_NEWS = """
  window.lastHeard = Infinity
  window.EventSource = class extends EventSource {
    set onmessage(hear) {
      super.onmessage = event => {
        if (window.isDeaf) return
        hear(event)
        window.isDeaf = JSON.parse(event.data).serial > window.lastHeard
      }
    }
  }
"""
FAULTS: dict[str, Callable[[City], Callable[[], None]]] = {
    "the server is killed": the_server_is_killed,
    "the cable is pulled": partial(the_network_is_cut, state="hold"),
    "the network refuses": partial(the_network_is_cut, state="refuse"),
    "the database is stopped": the_database_is_stopped,
    "the database hangs": the_database_hangs,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_outage_is_marked_and_heals(page: Page, city: City, fault: str) -> None:
    city.commit()
    open_wall(page, city.proxy.url)
    before = city.commit()
    seconds_until(lambda: shows(page, before), 10, "the commit before")
    page.evaluate("""() => {
      const root = document.documentElement
      window.markedAt = null
      const look = () => { if (root.dataset.wallLate && window.markedAt === null) window.markedAt = Date.now() / 1000 }
      new MutationObserver(look).observe(root, { attributes: true })
    }""")
    began = time.time()
    end = FAULTS[fault](city)
    try:
        seconds_until(lambda: lateness(page) not in ("", None), MARKED + 2, f"{fault}: marked")
        marked_at = page.evaluate("() => window.markedAt")
        assert marked_at - began < MARKED, marked_at - began
        assert shows(page, before), "the last picture stays"
        assert shows(page, "服务器无应答") or shows(page, "数据库无应答") or lateness(page) in ("late", "dead")
        assert foreign_words(page) == []
    finally:
        end()
    after = city.commit()
    healed = seconds_until(lambda: shows(page, after) and lateness(page) == "", HEALED, f"{fault}: healed")
    print(f"{fault}: marked after {marked_at - began:.1f} s, healed after {healed:.1f} s")


def shown_age(page: Page) -> float:
    """Seconds by which the page calls its data old."""
    return float(str(asked(page, "() => document.documentElement.dataset.ggAge")))


def test_a_network_gone_for_a_minute_leaves_the_picture_and_no_word_of_streamlits(page: Page, city: City) -> None:
    """Streamlit opens a dialog of its own after some twenty seconds; deadlines run on below the band."""
    city.commit()
    open_wall(page, city.proxy.url)
    city.proxy.state = "refuse"
    try:
        seconds_until(lambda: lateness(page) == "late", 40, "the band")
        page.wait_for_timeout(20_000)
        assert foreign_words(page) == []
        assert shows(page, "正在等待服务器")
    finally:
        city.proxy.state = "open"
    after = city.commit()
    seconds_until(lambda: shows(page, after) and lateness(page) == "", HEALED, "healed")


def test_a_tab_that_was_frozen_says_so_at_once_and_catches_up(page: Page, city: City) -> None:
    """A laptop's lid: the page's own code stands still, and its clock with it."""
    city.commit()
    open_wall(page, city.proxy.url)
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(8)  # no mark can be drawn meanwhile
    words = city.commit()
    session.send("Page.setWebLifecycleState", {"state": "active"})
    seconds_until(lambda: shows(page, words) and lateness(page) == "", HEALED, "healed")


def test_a_night_asleep_is_counted_though_the_pages_clock_stood_still(page: Page, city: City) -> None:
    """While a machine sleeps performance.now() stands still and Date does not."""
    city.commit()
    open_wall(page, city.proxy.url)
    city.proxy.state = "hold"
    try:
        page.evaluate(SLEEP)
        seconds_until(lambda: shown_age(page) > NIGHT and lateness(page) == "dead", MARKED, "old and marked")
    finally:
        city.proxy.state = "open"
    words = city.commit()
    seconds_until(lambda: shows(page, words) and lateness(page) == "", HEALED, "healed")


def test_what_was_on_its_way_all_night_makes_nothing_young(page: Page, city: City) -> None:
    """A redraw that comes only after the machine has woken says what was true when it was sent."""
    held: list[Callable[[], None]] = []
    is_held = False

    def carry(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if is_held:
                held.append(lambda: socket.send(message))
            else:
                socket.send(message)

        server.on_message(pass_on)

    page.add_init_script(DEAF_TO_WHAT_FOLLOWS_NEWS)
    page.route_web_socket(re.compile("_stcore/stream"), carry)
    city.commit()
    open_wall(page, city.proxy.url)
    is_held = True
    page.evaluate("() => { window.lastHeard = Number(document.documentElement.dataset.ggSerial) }")
    words = city.commit()
    try:
        # asking the page of anything lets its messages through
        seconds_until(lambda: lateness(page) is not None and len(held) > 0, 20, "the redraw is on its way")
        page.wait_for_timeout(1000)  # the whole of it
        city.proxy.state = "hold"
        page.evaluate(SLEEP)
        seconds_until(lambda: shown_age(page) > NIGHT, 5, "old")
        for send in held:
            send()
        seconds_until(lambda: shows(page, words), 10, "drawn")
        assert shown_age(page) > NIGHT
        assert lateness(page) == "dead"
    finally:
        is_held = False
        city.proxy.state = "open"
    seconds_until(lambda: lateness(page) == "", HEALED, "healed")


@pytest.mark.parametrize("days", [-400, 3])
def test_a_wall_whose_own_clock_is_wrong_shows_the_stores(page: Page, city: City, days: int) -> None:
    page.add_init_script(f"{{ const real = Date.now; Date.now = () => real() + {days} * 86400_000 }}")
    city.commit()
    open_wall(page, city.proxy.url)
    writer = Writer(city.database)
    writer.beat()
    writer.close()
    # not by wait_for_function, which goes by the page's clock
    seconds_until(lambda: shown_age(page) < 5, 10, "young data")
    ahead = page.evaluate(f"() => window.ggPulse.serverNow - (Date.now() - {days} * 86400_000)")
    assert abs(ahead) < 2000


def test_a_feed_that_stopped_is_late_though_server_and_database_are_well(page: Page, city: City) -> None:
    city.commit()
    open_wall(page, city.proxy.url)
    seconds_until(lambda: lateness(page) == "late", 45, "late")
    assert page.evaluate("() => document.documentElement.dataset.ggOutage") == ""
    assert shows(page, "各数据源均无上报"), "the band does not blame the server"
    words = city.commit()
    seconds_until(lambda: shows(page, words) and lateness(page) == "", HEALED, "healed")
