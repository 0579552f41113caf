"""Writers absorbing at once, a writer killed in the middle, readers asking all the while: every state seen is whole."""

import threading
import time
from collections.abc import Callable

import psycopg2
import pytest
from psycopg2 import extensions

from tests.concurrency.clients import cases, connected
from tests.oracle import store
from tests.oracle.compare import differences
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, SOUTH
from tests.support.databases import Database

#: One statement sees one state: what the subdistrict's counts say, and what its cases say.
WHOLE = (
    "select (select coalesce(sum(area_day.reported), 0) from app.area_day where area_id = subdistrict_id),"
    " (select coalesce(sum(area_day.resolved), 0) from app.area_day where area_id = subdistrict_id),"
    " (select count(*) from app.cases), (select count(*) from app.cases where state = 'resolved'),"
    " (select count(*) from app.case_log)"
)
BATCHES, CASES = 6, 15


def write(url: str, subdistrict: str, prefix: str, failures: list[BaseException]) -> None:
    """Sends some batches of cases, each committed by itself."""
    try:
        with connected(url) as connection:
            sender = Sender(connection)
            subdistrict_id = sender.subdistrict(subdistrict)
            connection.commit()
            for number in range(BATCHES):
                batch_id = sender.fill(
                    subdistrict_id, "hotline_12345", "live", cases(subdistrict, f"{prefix}{number}-", CASES)
                )
                connection.commit()
                handed = sender.absorb(batch_id)
                connection.commit()
                assert handed.counts()["new"] == 2 * CASES
    except BaseException as error:
        failures.append(error)


def read_until(url: str, is_over: threading.Event, seen: set[int], failures: list[BaseException]) -> None:
    """Asks all the while; every answer must be whole."""
    try:
        with connected(url) as connection:
            connection.autocommit = True
            while not is_over.is_set():
                with connection.cursor() as cursor:
                    cursor.execute(WHOLE)
                    reported, resolved, count, closed, logged = cursor.fetchone() or (None,) * 5
                assert (reported, resolved) == (count, closed)
                assert logged == 2 * (count or 0)
                seen.add(int(count or 0))
                time.sleep(0.005)
    except BaseException as error:
        failures.append(error)


def started(target: Callable[..., None], *arguments: object) -> threading.Thread:
    """A thread of its own, running."""
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("places", [(NORTH, NORTH), (NORTH, SOUTH)], ids=["one subdistrict", "two subdistricts"])
def test_two_writers_at_once_with_a_reader(small_store: Database, places: tuple[str, str]) -> None:
    failures: list[BaseException] = []
    seen: set[int] = set()
    is_over = threading.Event()
    reader = started(read_until, small_store.reader_url, is_over, seen, failures)
    writers = [
        started(write, small_store.writer_url, place, f"w{number}-", failures) for number, place in enumerate(places)
    ]
    for writer in writers:
        writer.join(60)
    is_over.set()
    reader.join(10)
    assert failures == []
    assert seen <= set(range(0, 2 * BATCHES * CASES + 1, CASES)), "a reader saw part of a batch"
    with connected(small_store.owner_url) as owner:
        assert differences(owner) == []
        assert len(store.read_cases(owner)) == 2 * BATCHES * CASES
        rows = store.select(owner, "select subdistrict_id, batch_id, recorded_at from app.import_batches")
        assert len({(row["subdistrict_id"], row["recorded_at"]) for row in rows}) == len(rows)


def backend_of(connection: extensions.connection) -> int:
    """The process number of the server's side."""
    return int(connection.get_backend_pid())


@pytest.mark.parametrize("when", ["absorbing", "absorbed but not committed"])
def test_a_killed_writer_leaves_the_store_whole(small_store: Database, when: str) -> None:
    """The session ends without a word, as after kill -9 of its client; the batch is then absorbed by another."""
    with connected(small_store.owner_url) as owner, connected(small_store.writer_url) as first:
        sender = Sender(first)
        subdistrict_id = sender.subdistrict(NORTH)
        batch_id = sender.fill(subdistrict_id, "hotline_12345", "live", cases(NORTH, "k", 400))
        first.commit()
        thread = started(_absorb_quietly, sender, batch_id)
        if when == "absorbing":
            time.sleep(0.05)
        else:
            thread.join(60)
        with owner.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s)", (backend_of(first),))
        thread.join(30)
        owner.commit()
        assert store.read_cases(owner) == {} and store.read_log(owner) == []
        owner.commit()
        with connected(small_store.writer_url) as second:
            handed = Sender(second).absorb(batch_id)
            second.commit()
        assert handed.counts()["new"] == 800
        assert differences(owner) == []


def _absorb_quietly(sender: Sender, batch_id: int) -> None:
    try:
        sender.call("select batch_id from app.absorb(%s)", (batch_id,))
    except psycopg2.Error:
        return


def test_no_reader_waits_for_a_month_to_be_made(small_store: Database) -> None:
    """With a reader's transaction open over the whole log, new months are made, filled, and read by another."""
    with (
        connected(small_store.reader_url) as reader,
        connected(small_store.reader_url) as other,
        connected(small_store.writer_url) as writer,
    ):
        with reader.cursor() as cursor:
            cursor.execute("begin isolation level repeatable read; select count(*) from app.case_log")
        sender = Sender(writer)
        sender.call("select set_config('lock_timeout', '2s', false)")
        writer.commit()
        subdistrict_id = sender.subdistrict(NORTH)
        batch_id = sender.fill(subdistrict_id, "hotline_12345", "live", cases(NORTH, "m", 3, month=9))
        with other.cursor() as cursor:
            cursor.execute("set lock_timeout = '1s'; select count(*) from app.case_log")
        other.commit()
        writer.commit()
        assert sender.absorb(batch_id).counts()["new"] == 6
        with other.cursor() as cursor:
            cursor.execute("select count(*) from app.case_log")
        writer.commit()
        with reader.cursor() as cursor:
            cursor.execute("select count(*) from app.case_log")
            assert cursor.fetchone() == (0,)
