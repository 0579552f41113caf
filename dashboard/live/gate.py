"""The gate: whose screens are shown anything, and when each wall was last seen.

A wall brings its token in a cookie (dashboard/enter.py puts it there). The gate keeps the hashes of the tokens that
hold and asks for them every few seconds, in one thread for all viewers: a look at the gate costs no SQL, a revoked
token is found out within seconds, and while the database is away those known last stay in.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from dashboard.live.counters import ERRORS
from dashboard.live.refresher import utc_now
from queries import walls

_LOG = logging.getLogger(__name__)

COOKIE: Final = "grid_wall"
#: Seconds between two looks at the tokens; an open wall asks the gate every 1.5 s (pulse/route.py).
EVERY: Final = 3.0
#: A wall's last sight is written at most so often.
SEEN_EVERY: Final = timedelta(seconds=60)
#: The list is read out of turn at most so often.
AT_ONCE_EVERY: Final = timedelta(seconds=1)


class Gate:
    """Whom this process shows anything. Safe to use from any thread."""

    def __init__(
        self,
        engine: Engine | None,
        subdistrict: Callable[[], int | None],
        *,
        is_required: bool = False,
        clock: Callable[[], datetime] = utc_now,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._subdistrict = subdistrict
        self.is_required = is_required
        self._clock = clock
        self._pause = pause
        self._known: Mapping[str, walls.Admitted] | None = None  # by hash; None: not read yet
        self._read_at: datetime | None = None
        self._is_wanted = is_required  # without any token nobody asks for the list
        self._seen: dict[int, datetime] = {}
        self._written: dict[int, datetime] = {}
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def admits(self, cookies: Mapping[str, str]) -> bool | None:
        """Whether the screen with these cookies is shown anything; None while nobody can say.

        Without a token a screen is admitted unless tokens are required. A token that does not hold is refused in any
        case: its address was withdrawn.
        """
        token = cookies.get(COOKIE, "")
        if not token:
            return not self.is_required
        if self._engine is None:
            return True
        self._want()
        known = self._known
        if known is None:
            return None if self.is_required else True
        found = known.get(hash_of(token))
        now = self._clock()
        if found is None or found.expires_at <= now:
            return False
        self._seen[found.wall_id] = now
        return True

    def knows(self, token: str) -> bool | None:
        """Whether a token holds; one not known is asked for, since it may have been made this second, not more often
        than once a second for all who ask. None: the store does not answer.
        """
        self._want()
        came_at = self._clock()
        if self._known is None or hash_of(token) not in self._known:
            with self._asking:  # a list read since one came is new enough
                if self._read_at is None or self._read_at <= came_at:
                    if self._read_at is not None:
                        self._pause(max(0.0, (self._read_at + AT_ONCE_EVERY - self._clock()).total_seconds()))
                    if not self.step():
                        return None
        return self.admits({COOKIE: token})

    def _want(self) -> None:
        """A token was brought: from now on the list is kept up to date."""
        if not self._is_wanted:
            self._is_wanted = True
            self._wake.set()

    def step(self) -> bool:
        """Read the tokens that hold and write when walls were seen; False where the store does not answer."""
        subdistrict_id = self._subdistrict()
        if self._engine is None or subdistrict_id is None:
            return False
        with self._lock:
            try:
                with self._engine.begin() as connection:
                    found = walls.admitted_walls(connection, subdistrict_id)
                    due = self._due()
                    if due:
                        walls.walls_seen(connection, subdistrict_id, due)
            except Exception as error:
                ERRORS.labels(where="gate").inc()
                _LOG.warning("the tokens of walls cannot be read: %s", type(error).__name__)
                return False
            self._known = {each.token_hash: each for each in found}
            self._read_at = self._clock()
            self._written |= due
            return True

    def _due(self) -> dict[int, datetime]:
        """Walls seen since they were last written, those written within the last minute left out."""
        never = datetime.min.replace(tzinfo=self._clock().tzinfo) + SEEN_EVERY
        seen = dict(self._seen)
        return {wall: at for wall, at in seen.items() if at - self._written.get(wall, never) >= SEEN_EVERY}

    def start(self) -> None:
        """Begin in a thread of its own; it asks nothing until a token is required or brought."""
        if self._engine is not None:
            self._thread = threading.Thread(target=self._run, name="gate", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """End the thread."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping:
            if self._is_wanted:
                self.step()
            self._wake.wait(EVERY if self._is_wanted else None)
            self._wake.clear()


def hash_of(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
