"""The board: the one picture all viewers of this process share, and who wants to hear of the next one.

Writers are the refresher (a new picture) and the listener (a sign of life of the sources); readers are the fragments
of every session and the event streams. Nothing here waits for the database.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dashboard.live.views import Views
from dashboard.snapshot import Snapshot


@dataclass(frozen=True)
class Vitals:
    """What the store says of itself in one short statement."""

    version: int
    recorded_at: datetime | None  # the newest batch; None: nothing has come in yet
    beats: tuple[tuple[str, datetime | None], ...]  # each source and its last sign of life
    expects_beats: bool  # False: a store of records imported once; its age is no fault


@dataclass(frozen=True)
class Notice:
    """What a browser is told: which picture there is and how old its data are."""

    serial: int  # of the newest picture; 0: none yet
    stamp: str  # of the picture, for views that have no stamp of their own
    data_at: datetime | None  # the newest sign of life that the picture includes
    made_at: datetime | None  # the last successful refresh
    is_live: bool  # whether an old age is a fault
    beats: tuple[tuple[str, datetime | None], ...]
    trouble: str  # "" or one of starting, unreachable, outdated, empty, failing
    views: Mapping[str, str] = field(default_factory=dict)  # stamp of each view: equal stamps draw equal screens


_NO_NOTICE = Notice(0, "no picture: starting", None, None, True, (), "starting")


@dataclass
class Board:
    """The last good picture and its notice. Safe to use from any thread."""

    views: Views = field(default_factory=Views)
    _snapshot: Snapshot | None = None
    _notice: Notice = _NO_NOTICE
    _drawn_version: int = -1
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listeners: dict[int, Callable[[], None]] = field(default_factory=dict)
    _next_key: int = 0

    @property
    def snapshot(self) -> Snapshot | None:
        """The last good picture; it stays when the database goes."""
        return self._snapshot

    @property
    def notice(self) -> Notice:
        """What browsers are told at this moment."""
        return self._notice

    def publish(self, snapshot: Snapshot, vitals: Vitals) -> None:
        """Hang up a new picture, together with the signs of life it was made with and what each view sees of it."""
        views = self.views.stamps(snapshot)
        with self._lock:
            self._snapshot = snapshot
            self._drawn_version = vitals.version
            self._notice = Notice(
                serial=snapshot.serial,
                stamp=f"picture {snapshot.serial}",
                data_at=_newest(vitals),
                made_at=snapshot.made_at,
                is_live=vitals.expects_beats,
                beats=vitals.beats,
                trouble="",
                views=views,
            )
        self._tell()

    def again(self) -> None:
        """Views may see other things of the picture that hangs: something they wait for has come."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        views = self.views.stamps(snapshot)
        with self._lock:
            if self._snapshot is not snapshot:  # a newer one hangs, whose stamps know of it
                return
            self._notice = replace(self._notice, views=views)
        self._tell()

    def sign_of_life(self, vitals: Vitals) -> None:
        """Sources are alive though nothing new came in: the data are as young as their last beat.

        Counts only while the picture on the board is the store's newest; a picture that lags behind stays as old as
        its own data.
        """
        with self._lock:
            if self._snapshot is None or vitals.version != self._drawn_version:
                return
            self._notice = replace(self._notice, data_at=_newest(vitals), beats=vitals.beats)

    def trouble(self, code: str) -> None:
        """Say what keeps a new picture from being made; the old one stays."""
        with self._lock:
            if self._notice.trouble == code:
                return
            self._notice = replace(self._notice, trouble=code)
            if self._snapshot is None:  # then the sentence about it is what a viewer sees
                self._notice = replace(self._notice, stamp=f"no picture: {code}")
        self._tell()

    def subscribe(self, loop: asyncio.AbstractEventLoop, wake: asyncio.Event) -> Callable[[], None]:
        """Set `wake` on `loop` at each change of the board; returns how to end that."""

        def call() -> None:
            loop.call_soon_threadsafe(wake.set)

        with self._lock:
            key = self._next_key
            self._next_key += 1
            self._listeners[key] = call
        return lambda: self._drop(key)

    def watchers(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def _drop(self, key: int) -> None:
        with self._lock:
            self._listeners.pop(key, None)

    def _tell(self) -> None:
        with self._lock:
            calls = list(self._listeners.items())
        for key, call in calls:
            try:
                call()
            except RuntimeError:  # its event loop has been closed: the server is going down
                self._drop(key)


def _newest(vitals: Vitals) -> datetime | None:
    """The newest sign of life of any source, which a batch of its own is as well; what an officer notes here is none.

    Without any, the newest batch.
    """
    return max((moment for _, moment in vitals.beats if moment is not None), default=vitals.recorded_at)
