"""The gate: who is shown anything, with tokens required and not, while the store answers and while it does not."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from dashboard.live.gate import AT_ONCE_EVERY, COOKIE, SEEN_EVERY, Gate
from dashboard.settings import DashboardSettings
from tests.queries.town import Town, build
from tests.support.databases import Database


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with database.owner.connect() as connection:
        yield build(connection, database.owner_url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(town: Town, database: Database, clock: Clock) -> Iterator[Gate]:
    yield Gate(database.operator, lambda: town.subdistrict_id, is_required=True, clock=clock)


def made(database: Database, town: Town, days: int = 30) -> str:
    with database.operator.begin() as connection:
        call = sa.text("select app.make_wall_token(:id, '大厅', :days)")
        return str(connection.scalar(call, {"id": town.subdistrict_id, "days": days}))


def last_seen(database: Database) -> datetime | None:
    with database.reader.connect() as connection:
        found: datetime | None = connection.scalar(sa.text("select max(last_seen_at) from app.wall_tokens"))
        return found


def test_where_tokens_are_required_only_one_that_holds_comes_in(gate: Gate, town: Town, database: Database) -> None:
    token = made(database, town)
    assert gate.admits({}) is False
    assert gate.admits({COOKIE: token}) is None, "nobody can say before the list was read"
    assert gate.step()
    assert gate.admits({COOKIE: token}) is True
    assert gate.admits({COOKIE: token + "0"}) is False


def test_where_tokens_are_optional_a_withdrawn_address_is_refused_all_the_same(town: Town, database: Database) -> None:
    gate = Gate(database.operator, lambda: town.subdistrict_id)
    assert gate.admits({}) is True
    assert gate.admits({COOKIE: "withdrawn"}) is True, "before the list was read a screen is as open as without a token"
    gate.step()
    assert gate.admits({COOKIE: "withdrawn"}) is False


def test_a_token_ends_on_its_day_though_the_store_is_away(
    gate: Gate, town: Town, database: Database, clock: Clock
) -> None:
    token = made(database, town, days=1)
    gate.step()
    clock.now += timedelta(hours=23)
    assert gate.admits({COOKIE: token}) is True
    clock.now += timedelta(hours=2)
    assert gate.admits({COOKIE: token}) is False


def test_those_known_stay_in_while_the_store_does_not_answer(gate: Gate, town: Town, database: Database) -> None:
    token = made(database, town)
    gate.step()
    broken = sa.create_engine("postgresql+psycopg2://nobody@127.0.0.1:9/none")
    gate._engine = broken
    assert gate.step() is False
    assert gate.admits({COOKIE: token}) is True
    assert gate.knows(token) is True


def test_a_token_made_this_second_is_known_and_guessing_reads_the_list_once_a_second(
    town: Town, database: Database, clock: Clock
) -> None:
    def pause(seconds: float) -> None:
        clock.now += timedelta(seconds=seconds)

    gate = Gate(database.operator, lambda: town.subdistrict_id, is_required=True, clock=clock, pause=pause)
    read_at: list[datetime] = []

    @sa.event.listens_for(database.operator, "before_cursor_execute")
    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "admitted_walls" in statement:
            read_at.append(clock.now)

    assert gate.knows("a guess") is False
    assert gate.knows(made(database, town)) is True, "made just after the list was read"
    for number in range(5):
        assert gate.knows(f"guess {number}") is False
    assert len(read_at) == 7
    assert all(later - earlier >= AT_ONCE_EVERY for earlier, later in pairwise(read_at))


def test_a_sight_is_written_at_most_once_a_minute(gate: Gate, town: Town, database: Database, clock: Clock) -> None:
    token = made(database, town)
    gate.step()
    assert last_seen(database) is None
    first = clock.now
    gate.admits({COOKIE: token})
    gate.step()
    assert last_seen(database) == first
    clock.now += SEEN_EVERY / 2
    gate.admits({COOKIE: token})
    gate.step()
    assert last_seen(database) == first
    clock.now += SEEN_EVERY
    gate.admits({COOKIE: token})
    gate.step()
    assert last_seen(database) == clock.now


def test_revoking_is_once_and_for_one_wall(gate: Gate, town: Town, database: Database) -> None:
    kept, withdrawn = made(database, town), made(database, town)
    with database.operator.begin() as connection:
        wall = connection.scalar(sa.text("select max(wall_id) from app.wall_tokens"))
        call = sa.text("select app.revoke_wall_token(:id, :wall)")
        assert connection.scalar(call, {"id": town.subdistrict_id, "wall": wall}) is True
        assert connection.scalar(call, {"id": town.subdistrict_id, "wall": wall}) is False
        assert connection.scalar(call, {"id": town.subdistrict_id + 1, "wall": 1}) is False
    gate.step()
    assert gate.admits({COOKIE: kept}) is True
    assert gate.admits({COOKIE: withdrawn}) is False


def test_the_first_token_brought_wakes_the_thread_that_asks_from_then_on(town: Town, database: Database) -> None:
    token = made(database, town)
    gate = Gate(database.operator, lambda: town.subdistrict_id)
    gate.start()
    try:
        assert gate.knows(token) is True
        deadline = time.monotonic() + 10
        while last_seen(database) is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert last_seen(database) is not None
    finally:
        gate.stop()


def test_required_tokens_need_an_operator() -> None:
    with pytest.raises(ValidationError, match="OPERATOR_URL"):
        DashboardSettings(wall_tokens="required", reader_url="postgresql://reader@db/grid")
