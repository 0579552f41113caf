"""The demo's live feed: lets the city live on from what the store holds and hands its news in at the door.

A feed starts from the open cases in the store, so one that was stopped goes on where it stopped and fills the gap
first. It reads them again from time to time, since other writers may have answered or closed a case meanwhile.
"""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import psycopg2
import sqlalchemy as sa

from seed import door, store
from seed.demo import LONGEST_DELAY, profile_of
from seed.demo.live import FOLLOW_UP_DAYS, LiveCity
from seed.door import Connection

OPEN_CASES = Path(__file__).parent / "sql" / "open_cases.sql"

TICK_SECONDS = 2.0
BEAT_SECONDS = 8.0
#: How often the open cases are read again.
REREAD = timedelta(minutes=2)
#: A gap longer than this is filled in steps of GAP_STEP, so that cases opened early in it are worked on later in it.
GAP = timedelta(minutes=10)
GAP_STEP = timedelta(hours=2)

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Pace:
    """How the city's time runs against the clock: ``speed`` seconds of its life in one second, from ``started_at``."""

    started_at: datetime
    speed: float = 1.0

    def city(self, moment: datetime) -> datetime:
        """The city's time at a moment of the clock."""
        return self.started_at + (moment - self.started_at) * self.speed

    def clock(self, moments: pd.Series) -> pd.Series:
        """The clock's time of moments of the city's."""
        start = pd.Timestamp(self.started_at)
        return start + (moments - start) / self.speed

    def city_frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Open cases with every time column turned into the city's time."""
        start = pd.Timestamp(self.started_at)
        return self._over_times(frame, lambda column: start + (column - start) * self.speed)

    def clock_frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Inbox rows with every time column turned into the clock's time."""
        return self._over_times(frame, self.clock)

    def _over_times(self, frame: pd.DataFrame, change: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
        if self.speed == 1.0:
            return frame
        columns = [name for name in frame.columns if isinstance(frame[name].dtype, pd.DatetimeTZDtype)]
        return frame.assign(**{name: change(frame[name]).dt.round("us") for name in columns})


class Feed:
    """One feed for one subdistrict of a demo city."""

    def __init__(self, writer_url: str, subdistrict_id: int, *, speed: float = 1.0) -> None:
        """Raises StoreError when the store holds no demo city."""
        self._url = writer_url
        self._subdistrict_id = subdistrict_id
        self._speed = speed
        self._engine = store.engine(writer_url)
        self._connection: Connection | None = None
        demo = store.recall(writer_url, "demo")
        if demo is None:
            raise store.StoreError(
                "the store holds no demo city, so there is nothing to go on with: real sources feed it"
            )
        self._scale, self._redraw, self._seed = float(demo["scale"]), bool(demo["redraw_2025"]), int(demo["seed"])
        self._profile = profile_of(str(demo["profile"]), scale=self._scale, redraw_2025=self._redraw)
        self._city: LiveCity | None = None
        self._read_at = datetime.min.replace(tzinfo=UTC)
        with self._engine.connect() as connection:
            self._sources = list(
                connection.scalars(
                    sa.text("select source from app.sources where subdistrict_id = :id order by position, source"),
                    {"id": subdistrict_id},
                )
            )
            self._lived_until: datetime = connection.scalar(
                sa.text("select last_recorded_at from app.subdistricts where subdistrict_id = :id"),
                {"id": subdistrict_id},
            )

    def catch_up(self, now: datetime, progress: Callable[[datetime], None] | None = None) -> int:
        """Live from where the store ends up to ``now`` at the clock's own pace; returns the rows handed in."""
        taken = 0
        while self._lived_until < now:
            step = GAP_STEP if now - self._lived_until > GAP else now - self._lived_until
            taken += self._live_until(min(self._lived_until + step, now), Pace(self._lived_until))
            if progress:
                progress(self._lived_until)
        return taken

    def run(self, clock: Clock, stop: threading.Event) -> None:
        """Tick until ``stop`` is set; a lost database is waited for, and the gap filled."""
        pace = Pace(clock(), self._speed)
        beat = 0.0
        while not stop.is_set():
            began = time.monotonic()
            try:
                if clock() - self._lived_until > GAP:
                    self.catch_up(clock())
                    self._city = None
                    pace = Pace(clock(), self._speed)
                self._live_until(clock(), pace)
                if time.monotonic() - beat > BEAT_SECONDS:
                    complete_through = self._lived_until - LONGEST_DELAY
                    door.heartbeat(self._door(), self._subdistrict_id, self._sources, complete_through)
                    beat = time.monotonic()
            except (psycopg2.OperationalError, psycopg2.InterfaceError, sa.exc.OperationalError):
                self._connection = self._city = None
                stop.wait(TICK_SECONDS)
            stop.wait(max(0.05, TICK_SECONDS - (time.monotonic() - began)))

    def _door(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = door.connect(self._url)
        return self._connection

    def _live_until(self, until: datetime, pace: Pace) -> int:
        """Hand in what happens up to ``until`` (clock's time); returns the number of rows."""
        if until <= self._lived_until:
            return 0
        if self._city is None or until - self._read_at > REREAD:
            open_cases = pace.city_frame(self._open_cases(self._lived_until))
            self._city = LiveCity(self._profile, self._seed, open_cases, scale=self._scale, redraw_2025=self._redraw)
            self._read_at = until
        rows = self._city.advance(pace.city(self._lived_until), pace.city(until))
        if "subdistrict_code" in rows.columns:
            rows = rows[rows["subdistrict_code"] == self._code()]
        if not rows.empty:
            rows = pace.clock_frame(rows)
            door.send(self._door(), self._subdistrict_id, str(rows["source"].iloc[0]), rows, "live", mapping="demo")
        self._lived_until = until
        return len(rows)

    def _code(self) -> str:
        with self._engine.connect() as connection:
            return str(
                connection.scalar(
                    sa.text("select code from app.areas where area_id = :id"), {"id": self._subdistrict_id}
                )
            )

    def _open_cases(self, as_of: datetime) -> pd.DataFrame:
        statement = sa.text(OPEN_CASES.read_text(encoding="utf-8"))
        with self._engine.connect() as connection:
            frame = pd.read_sql(
                statement,
                connection,
                params={"subdistrict_id": self._subdistrict_id, "as_of": as_of, "follow_up_days": FOLLOW_UP_DAYS},
            )
        for column in frame.columns:
            if column.endswith("_at") or column == "escalation_deadline":
                frame[column] = pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]")
        return frame


def run_feed(writer_url: str, *, speed: float = 1.0) -> None:
    """Feed every subdistrict of the demo city until SIGTERM or Ctrl-C. Raises StoreError without a demo city."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    feeds = [Feed(writer_url, subdistrict_id, speed=speed) for subdistrict_id, _ in store.subdistricts(writer_url)]
    threads = [threading.Thread(target=feed.run, args=(_utc_now, stop), daemon=True) for feed in feeds[1:]]
    for thread in threads:
        thread.start()
    feeds[0].run(_utc_now, stop)
    for thread in threads:
        thread.join(timeout=5)


def _utc_now() -> datetime:
    return datetime.now(UTC)
