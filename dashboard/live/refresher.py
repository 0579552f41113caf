"""The refresher: one thread that keeps the picture on the board true to the store and to the clock.

Bursts coalesce: at most one picture is in the making; whatever comes meanwhile leads to one more, at once. Without
news it wakes at the next deadline, hour or midnight. A failure leaves the last good picture and is tried again with
growing pauses of at most four seconds.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from dashboard.live.board import Board, Vitals
from dashboard.live.counters import ERRORS, LAG, REFRESHES
from dashboard.live.wake import next_wake
from dashboard.snapshot import Snapshot

_LOG = logging.getLogger(__name__)

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
#: Pauses after the first, second … failure in a row.
PAUSES: Final = (timedelta(seconds=0.5), timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4))


@dataclass(frozen=True)
class Picture:
    """A new picture and what the refresher must know beside it."""

    snapshot: Snapshot
    vitals: Vitals
    deadlines: tuple[datetime, ...]  # at which the same data make another picture


class NoPictureError(Exception):
    """The store answers but there is nothing to draw; `code` says why (empty, outdated)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def utc_now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


class Refresher:
    """Decides when a picture is due and makes it. `make(serial, now)` reads the store; `clock` is the time."""

    def __init__(
        self,
        board: Board,
        make: Callable[[int, datetime], Picture],
        *,
        longest: timedelta = timedelta(seconds=30),
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._board = board
        self._make = make
        self._longest = longest
        self._clock = clock
        self._serial = 0
        self._wanted = 0  # rises with each piece of news; a picture is due while it is ahead of _had
        self._had = -1
        self._news_at: datetime | None = None
        self._wake_at = _NEVER
        self._not_before = _NEVER
        self._failures = 0
        self._version = -1
        self._condition = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def heard(self, version: int) -> None:
        """A notification of this version. One already drawn is no news: notifications may be late."""
        with self._condition:
            if version > self._version:
                self._news()

    def seen(self, version: int) -> None:
        """The version the store has now. Any other than the one drawn is news: a restored store counts from less."""
        with self._condition:
            if version != self._version:
                self._news()

    def retry(self) -> None:
        """The store can be reached again: make a picture at once, without waiting out the pause after a failure."""
        with self._condition:
            self._not_before = _NEVER
            self._news()

    def _news(self) -> None:
        self._wanted += 1
        if self._news_at is None:
            self._news_at = self._clock()
        self._condition.notify()

    def step(self) -> float:
        """Make a picture if one is due; returns the seconds until the next look, unless news comes earlier."""
        with self._condition:
            now = self._clock()
            wanted = self._wanted
            is_due = (wanted != self._had or now >= self._wake_at) and now >= self._not_before
            news_at, self._news_at = (self._news_at, None) if is_due else (None, self._news_at)
        if is_due:
            self._refresh(wanted, news_at)
        with self._condition:
            return self._pause()

    def _pause(self) -> float:
        """Seconds until the next look, as known now; the caller holds the lock."""
        now = self._clock()
        is_due = self._wanted != self._had or now >= self._wake_at
        return max(0.0, ((self._not_before if is_due else self._wake_at) - now).total_seconds())

    def _refresh(self, wanted: int, news_at: datetime | None) -> None:
        started = self._clock()
        try:
            picture = self._make(self._serial + 1, started)
        except NoPictureError as reason:
            self._fail(reason.code)
            return
        except Exception as error:
            ERRORS.labels(where="refresh").inc()
            if self._failures == 0:
                _LOG.exception("no new picture; the last one stays")
            self._fail("unreachable" if is_connection_lost(error) else "failing")
            return
        finished = self._clock()
        with self._condition:
            self._serial += 1
            self._had = wanted
            self._version = picture.vitals.version
            self._failures = 0
            self._not_before = _NEVER
            self._wake_at = next_wake(
                finished,
                deadlines=picture.deadlines,
                time_zone=picture.snapshot.place.time_zone,
                longest=self._longest,
            )
        self._board.publish(picture.snapshot, picture.vitals)
        REFRESHES.observe((finished - started).total_seconds())
        if news_at is not None:
            LAG.observe((finished - news_at).total_seconds())

    def _fail(self, code: str) -> None:
        with self._condition:
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1
            self._not_before = self._clock() + pause
        self._board.trouble(code)

    def start(self) -> None:
        """Begin refreshing in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="refresher", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """End the thread; a picture in the making is given `timeout` seconds."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping:
            self.step()
            with self._condition:
                pause = self._pause()
                if pause > 0 and not self._stopping:
                    self._condition.wait(pause)


def is_connection_lost(error: BaseException) -> bool:
    """Whether the store could not be reached, as against a statement that failed there."""
    from sqlalchemy.exc import DBAPIError, OperationalError

    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (
            isinstance(error, OperationalError) and getattr(error.orig, "pgcode", None) in {None, "57P01", "57P03"}
        )
    return isinstance(error, OSError)
