"""The listener and the assembler on a real Postgres: news by notification, by looking, and again after a lost one."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, event, text

from dashboard.live import engine as engines
from dashboard.live.assemble import Assembler, filter_at
from dashboard.live.board import Vitals
from dashboard.live.listener import Listener
from dashboard.live.refresher import NoPictureError
from queries import ranking, store
from tests.dashboard_live.city import Writer, fill
from tests.support.databases import Database, Databases

NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    """Some days of the demo city."""
    with databases.copy() as database:
        fill(database, days=20, scale=0.2)
        yield database


@pytest.fixture
def writer(city: Database) -> Iterator[Writer]:
    """A live source."""
    opened = Writer(city)
    yield opened
    opened.close()


class Heard:
    """What a listener told."""

    def __init__(self) -> None:
        self.versions: list[int] = []
        self.vitals: list[Vitals] = []
        self.connected = 0
        self.lost = 0
        self.news = threading.Event()

    def version(self, subdistrict_id: int, version: int) -> None:
        self.versions.append(version)
        self.news.set()

    def look(self, vitals: Vitals) -> None:
        self.vitals.append(vitals)
        self.news.set()

    def connect(self) -> None:
        self.connected += 1

    def lose(self) -> None:
        self.lost += 1


def until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, "too late"
        time.sleep(0.01)


def listening(database: Database, heard: Heard, *, poll_seconds: float) -> Listener:
    assembler = Assembler(engines.picture_engine(database.reader_url))
    return Listener(
        engines.listener_engine(database.reader_url),
        assembler.look,
        on_version=heard.version,
        on_vitals=heard.look,
        on_connected=heard.connect,
        on_lost=heard.lose,
        poll_seconds=poll_seconds,
    )


def test_hears_a_commit_at_once(city: Database, writer: Writer) -> None:
    heard = Heard()
    listener = listening(city, heard, poll_seconds=30)
    listener.start()
    try:
        until(lambda: heard.vitals != [])
        writer.report()
        committed_at = time.monotonic()
        until(lambda: heard.versions != [])
        assert time.monotonic() - committed_at < 1
        assert heard.versions[-1] > heard.vitals[0].version
    finally:
        listener.stop()
    assert not any(thread.name == "listener" for thread in threading.enumerate())


def test_sees_by_looking_what_it_cannot_hear(city: Database, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replica refuses LISTEN; the version is looked at instead."""
    heard = Heard()
    listener = listening(city, heard, poll_seconds=0.2)
    monkeypatch.setattr(listener, "_listen", lambda connection: connection.connection.driver_connection)
    listener.start()
    try:
        until(lambda: heard.vitals != [])
        before = heard.vitals[-1].version
        writer.report()
        until(lambda: heard.vitals[-1].version > before, 3)
        assert heard.versions == []
    finally:
        listener.stop()


def test_a_lost_connection_is_opened_again(city: Database, writer: Writer) -> None:
    heard = Heard()
    listener = listening(city, heard, poll_seconds=30)
    listener.start()
    try:
        until(lambda: heard.connected == 1 and heard.vitals != [])
        with city.reader.connect() as connection:
            ended = connection.scalar(
                text(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    " where application_name = 'dashboard listener' and datname = current_database()"
                )
            )
        assert ended == 1
        until(lambda: heard.connected == 2)
        assert heard.lost == 1
        writer.report()
        until(lambda: heard.versions != [])
    finally:
        listener.stop()


def statements_of(assembler: Assembler, serial: int) -> list[str]:
    """The first lines of the statements of one picture."""
    asked: list[str] = []

    def note(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement.split("\n", 1)[0])

    engine = assembler._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assembler.picture(serial, datetime.now(UTC))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked


def test_slow_parts_are_not_asked_for_every_picture(city: Database) -> None:
    assembler = Assembler(engines.picture_engine(city.reader_url))
    first, second, third = (statements_of(assembler, serial) for serial in (1, 2, 3))
    assert len(first) > 20
    assert any("of the 28 days before" in statement for statement in second)  # what no opening screen waits for
    assert not any("of the 28 days before" in statement for statement in first)
    assert len(third) <= 15
    assert not any(line.startswith("SAVEPOINT") for line in third)


def test_a_picture_sees_the_row_just_committed(city: Database, writer: Writer) -> None:
    assembler = Assembler(engines.picture_engine(city.reader_url))
    before = assembler.picture(1, datetime.now(UTC))
    writer.report(summary="刚刚提交的事件")
    after = assembler.picture(2, datetime.now(UTC))
    assert after.vitals.version > before.vitals.version
    assert after.snapshot.increment.today == before.snapshot.increment.today + 1
    assert "刚刚提交的事件" in set(after.snapshot.latest["title_zh"])
    assert after.snapshot.as_of > before.snapshot.as_of
    assert after.snapshot.grids["area_id"].is_unique


def test_a_part_that_fails_does_not_cost_the_picture(city: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ranking, "outcomes", fail)
    picture = Assembler(engines.picture_engine(city.reader_url)).picture(1, datetime.now(UTC))
    assert picture.snapshot.ranking.empty
    assert not picture.snapshot.grids.empty


@pytest.mark.parametrize("has_schema", [True, False])
def test_a_store_without_data_or_schema_has_a_name(databases: Databases, has_schema: bool) -> None:
    with databases.copy() if has_schema else databases.empty() as database:
        url = database.reader_url if has_schema else database.owner_url
        with pytest.raises(NoPictureError) as caught:
            Assembler(engines.picture_engine(url)).picture(1, NOW)
    assert caught.value.code == ("empty" if has_schema else "outdated")


def test_history_alone_stands_still_at_its_last_record() -> None:
    owner = store.Owner(1, "MT", "Asia/Shanghai")
    recorded_at = NOW - timedelta(days=900)
    history = store.Vitals(5, recorded_at, False, ())
    assert filter_at(owner, history, NOW).as_of == recorded_at
    assert filter_at(owner, history._replace(is_live=True), NOW).as_of == NOW
    ahead = history._replace(is_live=True, recorded_at=NOW + timedelta(minutes=1))
    assert filter_at(owner, ahead, NOW).as_of == NOW + timedelta(minutes=1)
    assert filter_at(owner, history._replace(recorded_at=None), NOW).as_of == NOW


def test_the_second_picture_has_the_clocks_of_stages_and_ranks_communities(city: Database) -> None:
    assembler = Assembler(engines.picture_engine(city.reader_url))
    now = datetime.now(UTC)
    first, second = assembler.picture(1, now), assembler.picture(2, datetime.now(UTC))
    assert first.snapshot.stages is None
    assert min(first.deadlines) - now <= timedelta(seconds=1)
    found = second.snapshot.stages
    assert found is not None
    assert found.period[1] == second.snapshot.same_day.day
    assert set(found.clocks["clock"]) >= {"reported_dispatched", "reported_resolved"}
    communities = set(second.snapshot.communities["area_id"])
    assert set(found.communities["area_id"]) <= communities
    by_community = found.communities.query("clock == 'reported_resolved'")["n"].sum()
    assert by_community == found.clocks.query("clock == 'reported_resolved'")["n"].sum()
    assert found.urgent is not None and found.ordinary is not None
    assert found.urgent.good <= found.urgent.n and found.ordinary.n > 0
    ranked = second.snapshot.ranking_communities
    assert set(ranked["kind"]) <= {"community"} and set(ranked["area_id"]) <= communities
