"""The listener: hears of new versions of the store by NOTIFY and, for a replica that cannot notify, by looking.

One thread and one autocommit connection per process. A lost connection is opened again with growing pauses of at
most two seconds; both ways of hearing meet in the same call, so a version heard twice costs nothing. A second thread
watches the first: a store that takes the question and does not answer (a stopped process, a dead disk) holds the
connection open, and is lost all the same.
"""

import logging
import select
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from dashboard.live.board import Vitals
from dashboard.live.counters import ERRORS, RECONNECTS

_LOG = logging.getLogger(__name__)

CHANNEL: Final = "grid_governance"
PAUSES: Final = (0.25, 0.5, 1.0, 2.0)
#: Seconds a look at the store may be overdue; an outage is to be on the screens 5 s after its cause.
OVERDUE: Final = 1.5
#: A standby refuses LISTEN with one of these; its version is then only looked at.
_CANNOT_LISTEN: Final = frozenset({"25006", "0A000", "55000"})


class Listener:
    """Calls `on_version(subdistrict_id, version)` for each notification and `on_vitals` for each look at the store."""

    def __init__(
        self,
        engine: Engine,
        look: Callable[[Connection], Vitals | None],
        *,
        on_version: Callable[[int, int], None],
        on_vitals: Callable[[Vitals], None],
        on_connected: Callable[[], None],
        on_lost: Callable[[], None],
        poll_seconds: float = 2.0,
    ) -> None:
        self._engine = engine
        self._look = look
        self._on_version = on_version
        self._on_vitals = on_vitals
        self._on_connected = on_connected
        self._on_lost = on_lost
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._looked_at = time.monotonic()
        self._is_overdue = False

    def start(self) -> None:
        """Begin listening in a thread of its own."""
        self._looked_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()
        threading.Thread(target=self._watch, name="listener's watch", daemon=True).start()

    def stop(self, timeout: float = 3.0) -> None:
        """End the thread; it notices within half a second."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _watch(self) -> None:
        """Say that the store is lost when a look at it does not come back; `_follow` says that it is there again."""
        while not self._stopping.wait(0.25):
            is_overdue = time.monotonic() - self._looked_at > self._poll_seconds + OVERDUE
            if is_overdue and not self._is_overdue:
                self._is_overdue = True
                _LOG.warning("the store does not answer")
                self._on_lost()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                with self._engine.connect() as connection:
                    RECONNECTS.inc()
                    raw = self._listen(connection)
                    self._on_connected()
                    failures = 0
                    self._follow(connection, raw)
            except Exception as error:
                if self._stopping.is_set():
                    return
                ERRORS.labels(where="listener").inc()
                if failures == 0:
                    _LOG.warning("listener lost the store: %s", str(error).splitlines()[0] if str(error) else error)
                self._on_lost()
                self._stopping.wait(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1

    def _listen(self, connection: Connection) -> Any:
        """Subscribe where the server can; returns the driver's connection, for its socket and notifications."""
        try:
            connection.exec_driver_sql(f"listen {CHANNEL}")
        except DBAPIError as error:
            if getattr(error.orig, "pgcode", None) not in _CANNOT_LISTEN:
                raise
            _LOG.info("this server cannot notify; its version is polled every %s s", self._poll_seconds)
        return connection.connection.driver_connection

    def _follow(self, connection: Connection, raw: Any) -> None:
        """Look at the store, then wait for notifications until the next look is due; raises when it is lost."""
        while not self._stopping.is_set():
            vitals = self._look(connection)
            self._looked_at = time.monotonic()
            if self._is_overdue:
                self._is_overdue = False
                self._on_connected()
            if vitals is not None:
                self._on_vitals(vitals)
            self._drain(raw)
            next_look = time.monotonic() + self._poll_seconds
            while (left := next_look - time.monotonic()) > 0 and not self._stopping.is_set():
                readable, _, _ = select.select([raw], [], [], min(0.5, left))
                if readable:
                    raw.poll()
                    self._drain(raw)

    def _drain(self, raw: Any) -> None:
        """Hand on every notification received, newest version of each subdistrict only."""
        newest: dict[int, int] = {}
        while raw.notifies:
            subdistrict, _, version = raw.notifies.pop(0).payload.partition(":")
            if subdistrict.isdecimal() and version.isdecimal():
                newest[int(subdistrict)] = max(newest.get(int(subdistrict), 0), int(version))
        for subdistrict_id, version_number in newest.items():
            self._on_version(subdistrict_id, version_number)
