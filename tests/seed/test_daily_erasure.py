"""The thread that `make run` has erase expired personal data: at once, after each midnight, and after an outage."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from seed import erasure
from seed.erasure import keep_erasing, retention_days
from seed.importers import import_into
from seed.server import EmbeddedServer
from tests.seed.importers.test_files import mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

__all__ = ["mapping"]
ZONE = ZoneInfo("America/New_York")
REPORTED = date(2018, 7, 4)
DAYS = 30


class Clock:
    """A clock that goes on from a moment at the usual pace, and remembers how often it was looked at."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._since = time.monotonic()
        self.looks = 0

    def __call__(self) -> datetime:
        self.looks += 1
        return self._start + timedelta(seconds=time.monotonic() - self._since)


@pytest.fixture
def persons(tmp_path: Path, mapping: Path, empty_database: Database) -> Callable[[], int]:
    """A store with one person of July 2018, kept for thirty days; how many persons it has."""
    import_into(empty_database.owner_url, None, write(tmp_path, {"address": "1 Main St"}), mapping, today=TODAY)
    with empty_database.owner.begin() as connection:
        retention_days(connection, DAYS)

    def number() -> int:
        with empty_database.owner.connect() as connection:
            return connection.scalar(sa.text("select count(*) from personal.parties")) or 0

    assert number() == 1
    return number


@contextmanager
def erasing(database: Database, clock: Callable[[], datetime]) -> Iterator[None]:
    """The thread at work; it ends at once when it is told to."""
    stop = threading.Event()
    thread = threading.Thread(target=keep_erasing, args=(database.owner_url, stop, clock), daemon=True)
    thread.start()
    try:
        yield
        assert thread.is_alive(), "it goes on until it is stopped"
    finally:
        stop.set()
        thread.join(5)
    assert not thread.is_alive()


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1)


def last_day(database: Database) -> date:
    """The last local day on which the person may be kept."""
    with database.owner.connect() as connection:
        kept = connection.scalar(sa.text("select max(keep_until) from personal.parties"))
    assert isinstance(kept, date)
    assert abs((kept - REPORTED).days - DAYS) <= 1
    return kept


def erasures(database: Database) -> list[tuple[str, int]]:
    with database.owner.connect() as connection:
        rows = connection.execute(sa.text("select erased_by, parties from app.erasures order by erasure_id"))
        return [(row.erased_by, row.parties) for row in rows]


def test_what_has_expired_goes_at_once(persons: Callable[[], int], empty_database: Database) -> None:
    clock = Clock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    with erasing(empty_database, clock):
        until(lambda: persons() == 0)
        time.sleep(0.3)
        assert clock.looks == 1, "it waits for midnight then"
    assert erasures(empty_database) == [("daily erasure", 1)]


def test_what_expires_goes_after_midnight_of_the_store(persons: Callable[[], int], empty_database: Database) -> None:
    expiring = midnight_after(last_day(empty_database))
    clock = Clock(expiring - timedelta(seconds=1.5))
    with erasing(empty_database, clock):
        until(lambda: clock.looks == 1)
        time.sleep(0.5)
        assert persons() == 1, "it is kept to the last second of its last day"
        until(lambda: persons() == 0)
        assert clock() >= expiring
    assert erasures(empty_database) == [("daily erasure", 1)], "and a night without anything expired leaves no record"


def test_an_outage_is_told_and_made_up_for(
    persons: Callable[[], int],
    empty_database: Database,
    server: EmbeddedServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(erasure, "_AGAIN_SECONDS", 0.2)
    empty_database.close()
    admin = sa.create_engine(server.url("owner", "postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'alter database "{empty_database.name}" with allow_connections false')
        with erasing(empty_database, Clock(datetime(2026, 11, 23, 12, tzinfo=UTC))):
            until(lambda: caplog.text.count("expired personal data is not erased: ") >= 2)
            assert "Traceback" not in caplog.text
            connection.exec_driver_sql(f'alter database "{empty_database.name}" with allow_connections true')
            until(lambda: _persons(empty_database) == 0)
    assert persons() == 0


def _persons(database: Database) -> int:
    with sa.create_engine(database.owner_url, poolclass=sa.NullPool).connect() as connection:
        return connection.scalar(sa.text("select count(*) from personal.parties")) or 0


def test_a_stop_before_the_start_erases_nothing(persons: Callable[[], int], empty_database: Database) -> None:
    stop = threading.Event()
    stop.set()
    keep_erasing(empty_database.owner_url, stop, Clock(datetime(2026, 11, 23, 12, tzinfo=UTC)))
    assert (persons(), erasures(empty_database)) == (1, [])
