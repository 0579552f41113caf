"""What the soak runs on: a store, a feeder, an app whose clock can be moved, a proxy; and what can befall them."""

import contextlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psycopg2
import sqlalchemy as sa

from seed import store
from seed.server import EmbeddedServer
from tests.browser.wall_watch import family
from tests.dashboard_live.city import Writer, fill, name
from tests.support.app import AppServer, serve_app, wait_for
from tests.support.databases import Database
from tests.support.moved_clock import Ahead
from tests.support.proxy import Proxy

ZONE: Final = "Asia/Shanghai"
#: What becomes of each case after its report, an event at a time, and how many are on their way at once. Thousands of
#: redraws so come from some hundreds of cases, as in a city, and not from a day that grows without end.
LIFE: Final = ("dispatched", "accepted", "resolved", "fed_back", "reopened", "resolved")
UNDER_WAY: Final = 60
#: Of twenty cases in a row.
RISKS: Final = ("red", "orange", *["yellow"] * 6, *["blue"] * 12)


class Feeder:
    """Hands news in at a pace and says every second, by the moved clock, that its sources are alive."""

    def __init__(self, database: Database, ahead: Ahead, *, per_second: float) -> None:
        self._database, self._ahead, self._per_second = database, ahead, per_second
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._feed, self._beat)]
        self.cases = 0
        self._under_way: deque[tuple[str, Iterator[str]]] = deque()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(15)

    def beat(self, ahead_seconds: float | None = None) -> None:
        """The sources are alive, by a clock so many seconds ahead."""
        seconds = self._ahead.seconds if ahead_seconds is None else ahead_seconds
        statement = "update app.source_heartbeats set beat_at = clock_timestamp() + make_interval(secs => :seconds)"
        with self._database.owner.begin() as connection:
            connection.execute(sa.text(statement), {"seconds": seconds})

    def _beat(self) -> None:
        while not self._ending.wait(1.0):
            with contextlib.suppress(sa.exc.SQLAlchemyError):  # the store is away; it comes back
                self.beat()

    def _feed(self) -> None:
        writer: Writer | None = None
        while not self._ending.is_set():
            due = time.monotonic() + 1 / self._per_second
            try:
                writer = writer or Writer(self._database)
                self._step(writer)
            except psycopg2.Error:
                if writer is not None:
                    writer.close()
                writer = None
                self._ending.wait(0.3)
            self._ending.wait(max(0.0, due - time.monotonic()))
        if writer is not None:
            writer.close()

    def _step(self, writer: Writer) -> None:
        """The next event of the case that waited longest, or a new case while few are under way."""
        if len(self._under_way) < UNDER_WAY:
            risk, summary = RISKS[self.cases % len(RISKS)], f"浸泡{name(self.cases)}"
            number = writer.report(grid=self.cases * 7, risk=risk, summary=summary)
            self.cases += 1
            self._under_way.append((number, iter(LIFE)))
            return
        number, life = self._under_way.popleft()
        event = next(life, None)
        if event is not None:
            writer.say(number, event)
            self._under_way.append((number, life))


class City:
    """All of it, running."""

    def __init__(self, server: EmbeddedServer, folder: Path, ending: ExitStack, *, per_second: float) -> None:
        self._server, self._ending = server, ending
        self.database = Database(server, "grid")
        self.ahead = Ahead(folder / "ahead")
        self.app = self._serve(None)
        self.proxy = ending.enter_context(Proxy(int(self.app.url.rsplit(":", 1)[1])))
        self.feeder = Feeder(self.database, self.ahead, per_second=per_second)
        ending.callback(self.feeder.stop)
        self.feeder.start()

    def _serve(self, port: int | None) -> AppServer:
        self._app_ending = self._ending.enter_context(ExitStack())
        environment = {**self.database.environment, "CLOCK_AHEAD": str(self.ahead.file)}
        app = self._app_ending.enter_context(serve_app(environment, port=port, runner="tests.support.moved_clock"))
        wait_for(f"{app.url}/readyz", seconds=60)
        return app

    def to_midnight(self, less: float) -> None:
        """Move the clock to so many seconds before midnight; the sources' signs of life go before."""
        aside = Ahead(self.ahead.file.with_name("aside"))
        aside.to_midnight(ZONE, less=less + 4)
        self.feeder.beat(aside.seconds + 4)
        time.sleep(4)
        self.ahead.set(aside.seconds)

    # what can befall it: each begins at once and returns what ends it

    def kill_server(self) -> Callable[[], None]:
        self.app.process.send_signal(signal.SIGKILL)
        self._app_ending.close()

        def end() -> None:
            self.app = self._serve(self.proxy.target)

        return end

    def stop_database(self) -> Callable[[], None]:
        self.database.close()
        self._server.stop()

        def end() -> None:
            self._server.start()

        return end

    def hang_database(self) -> Callable[[], None]:
        stopped = [each.pid for each in family(self._server.pid or 0)]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)

        def end() -> None:
            for pid in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

        return end

    def pull_cable(self) -> Callable[[], None]:
        self.proxy.state = "hold"
        return self._plug_in

    def refuse(self) -> Callable[[], None]:
        self.proxy.state = "refuse"
        return self._plug_in

    def _plug_in(self) -> None:
        self.proxy.state = "open"


@contextlib.contextmanager
def city(folder: Path, *, days: int, scale: float, per_second: float) -> Iterator[City]:
    """A demo city of some days, fed and shown."""
    with ExitStack() as ending:
        server = ending.enter_context(EmbeddedServer(folder))
        store.migrate(server.url("owner"), ZONE)
        fill(Database(server, "grid"), days=days, scale=scale)
        yield City(server, folder, ending, per_second=per_second)
