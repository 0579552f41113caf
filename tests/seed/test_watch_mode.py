"""The watch turns the mode when red cases surge, and back in the quiet after; what a person has set stays."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pandas as pd
import psycopg2
import pytest
from sqlalchemy import text

from queries import mode, store
from queries.filters import Filter
from queries.statistics.surge import mode_rules
from queries.vocabulary import Mode
from seed import door
from seed.duty import set_mode
from seed.store import StoreError
from seed.watch_mode import look, watch
from tests.queries.conftest import town
from tests.queries.town import Town
from tests.support.databases import Database

__all__ = ["town"]

#: The calendar of the town reaches no further.
RULES = mode_rules()


def _reds(town: Town, count: int) -> None:
    """So many red cases reported in the last minutes, handed in live."""
    now = datetime.now(UTC)
    rows = [
        {"external_id": f"red {number}", "event": "reported", "occurred_at": now - timedelta(minutes=1 + number),
         "area_code": "east-1", "kind": "appeal", "type_code": "noise", "risk": "red", "channel": "hotline"}
        for number in range(count)
    ]  # fmt: skip
    writer = psycopg2.connect(town.url.replace("+psycopg2", ""))
    try:
        result = door.send(writer, town.subdistrict_id, "hotline", pd.DataFrame(rows), "live")
    finally:
        writer.close()
    assert result.rows_new == count


def _look(database: Database, now: datetime) -> Mode | None:
    with database.operator.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        turn = look(connection, store.subdistricts(connection)[0], now, RULES)
    return None if turn is None else turn.mode


def _standing(town: Town, now: datetime) -> mode.Standing:
    town.connection.rollback()
    return mode.standing(town.connection, Filter(town.subdistrict_id, now, "Asia/Shanghai"))


def test_a_surge_turns_the_mode_and_quiet_turns_it_back(town: Town, database: Database) -> None:
    assert _look(database, datetime.now(UTC)) is None  # nobody feeds the store yet
    _reds(town, 5)
    now = datetime.now(UTC)
    assert _look(database, now) is Mode.EMERGENCY
    assert _look(database, now) is None
    standing = _standing(town, datetime.now(UTC))
    assert (standing.mode, standing.is_by_rule, standing.is_held) == (Mode.EMERGENCY, True, False)
    assert "红色事件 5 件" in standing.reason_zh
    assert _look(database, now + timedelta(minutes=50)) is None  # too soon
    assert _look(database, now + timedelta(hours=3)) is Mode.NORMAL
    assert _standing(town, datetime.now(UTC)).mode is Mode.NORMAL


def test_a_persons_mode_stays_until_it_is_handed_back(town: Town, database: Database) -> None:
    _reds(town, 5)
    set_mode(database.operator_url, "normal", "", "")
    assert _look(database, datetime.now(UTC)) is None
    assert set_mode(database.operator_url, "auto", "", "") == [("town", "normal, by the rules from now on")]
    assert _look(database, datetime.now(UTC)) is Mode.EMERGENCY
    with pytest.raises(StoreError, match="not one of normal, emergency, auto"):
        set_mode(database.operator_url, "panic", "", "")


def test_the_watch_hears_of_a_surge_and_outlives_its_connection(town: Town, database: Database) -> None:
    stop = threading.Event()
    arguments = {"clock": lambda: datetime.now(UTC), "rules": RULES}
    thread = threading.Thread(target=watch, args=(database.operator_url, stop), kwargs=arguments)
    thread.start()
    try:
        _wait_for_watch(town)
        town.connection.execute(
            text("select pg_terminate_backend(pid) from pg_stat_activity where usename like '%operator%'"
                 " and datname = current_database()")
        )  # fmt: skip
        town.connection.commit()
        _reds(town, 5)
        give_up = time.monotonic() + 40
        while _standing(town, datetime.now(UTC)).mode is not Mode.EMERGENCY:
            assert time.monotonic() < give_up, "the watch did not turn the mode"
            time.sleep(0.2)
    finally:
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()


def _wait_for_watch(town: Town) -> None:
    give_up = time.monotonic() + 30
    while not town.connection.scalar(
        text("select count(*) from pg_stat_activity where query like '%listen grid%' or query like '%store%'")
    ):
        town.connection.rollback()
        assert time.monotonic() < give_up, "nobody watches"
        time.sleep(0.1)
