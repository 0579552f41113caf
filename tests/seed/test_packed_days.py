"""Days of cases are packed when they are over, and unpacked by whatever changes a case of theirs."""

import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, text

from seed import store
from seed.packing import keep_packing
from tests.queries.town import Town
from tests.queries.town import build as build_town
from tests.support.databases import Database

FIRST, SECOND, LAST = date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 9)


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """A case of the first of March and one of the ninth, the newest: that day is not over."""
    with database.owner.connect() as connection:
        town = build_town(connection, database.owner_url)
        town.case("early", "2024-03-01 08:00:00", party="13800000001", summary="bus stop flooded")
        town.case("late", "2024-03-09 08:00:00")
        town.settle()
        yield town


def days(connection: Connection) -> dict[date, bool]:
    """The days that are laid out, and which of them are packed."""
    found = connection.execute(
        text("select day, last_recorded_at is not null as is_packed from app.packed_days order by day")
    )
    return {row.day: row.is_packed for row in found}


def findings(connection: Connection) -> list[str]:
    """What verify finds wrong."""
    return list(connection.scalars(text("select finding || ': ' || detail from app.verify(1) where is_difference")))


def test_days_are_packed_when_they_are_over(database: Database, town: Town) -> None:
    with database.owner.connect() as connection:
        assert days(connection) == {FIRST: True, LAST: False}
        assert findings(connection) == []
    assert store.pack(database.owner_url) == 0, "nothing waits"


@pytest.mark.parametrize(
    ("event", "at", "more", "expected"),
    [
        ("resolved", "2024-03-09 09:00:00", {}, {FIRST: False, LAST: False}),
        # it leaves one day for another
        (
            "corrected",
            "2024-03-09 09:00:00",
            {"ref_event": "reported", "ref_occurred_at": "2024-03-01 08:00:00"}
            | {"field": "occurred_at", "value": "2024-03-02T01:00:00Z"},
            {FIRST: False, SECOND: False, LAST: False},
        ),
    ],
)
def test_the_days_of_a_case_that_changes_are_unpacked(
    database: Database, town: Town, event: str, at: str, more: dict[str, str], expected: dict[date, bool]
) -> None:
    town.then("early", event, at, **more)
    seen: list[dict[date, bool]] = []
    with database.owner.connect() as connection:
        town.settle(lambda: seen.append(days(connection)))
        connection.rollback()
        assert seen == [expected]
        # a day that no case is left of is given up
        assert days(connection) == {SECOND if SECOND in expected else FIRST: True, LAST: False}
        assert findings(connection) == []


@pytest.mark.parametrize(
    ("change", "is_changed"),
    [
        ("select app.erase_person('test', '13800000001', null, null, null)", True),
        ("select app.revoke(1)", True),
        ("select app.rebuild(1)", True),
        ("select app.mask_again(1)", False),  # nothing is to be masked
    ],
)
def test_what_is_behind_the_door_unpacks_as_well(
    database: Database, town: Town, change: str, *, is_changed: bool
) -> None:
    with database.owner.begin() as connection:
        connection.execute(text(change))
        assert days(connection) == {FIRST: not is_changed, LAST: False}
        connection.execute(text("select app.pack_days(1, 1)"))
        assert days(connection).get(FIRST) is (None if "revoke" in change else True)
        assert findings(connection) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("update app.packed_days set areas = types", "packed day differs: areas"),
        ("delete from app.packed_days", "packed day differs: it is not laid out"),
        ("update app.packed_days set begins_at = ends_at", "packed day differs: its cases are not found"),
    ],
)
def test_verify_finds_days_that_are_packed_wrong(database: Database, town: Town, damage: str, found: str) -> None:
    with database.owner.connect() as connection:
        connection.execute(text(damage))
        assert found in findings(connection)


def test_the_thread_packs_and_ends(database: Database, town: Town) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("select app.unpack_days(1, array[date '2024-03-01'])"))
    stop = threading.Event()
    thread = threading.Thread(target=keep_packing, args=(database.owner_url, stop), daemon=True)
    thread.start()

    def is_packed() -> bool:
        with database.owner.connect() as connection:
            return days(connection)[FIRST]

    assert _comes(is_packed, stop)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def _comes(what: Callable[[], bool], stop: threading.Event) -> bool:
    return any(what() or stop.wait(0.1) for _ in range(100))


def test_neither_reader_nor_writer_packs(database: Database, town: Town) -> None:
    for url in (database.reader_url, database.writer_url):
        with store.engine(url).connect() as connection, pytest.raises(Exception, match="permission denied"):
            connection.execute(text("select app.pack_days(1, 1)"))
