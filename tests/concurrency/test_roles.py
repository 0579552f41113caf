"""What each role may and may not do, tried as that role."""

from dataclasses import replace

import psycopg2
import pytest

from tests.concurrency.clients import cases, connected
from tests.oracle import store
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH
from tests.support.databases import Database

#: Tables behind the door, and beside it.
DERIVED = ("case_log", "cases", "escalations", "area_day", "case_checkpoint", "checkpoints", "import_batches",
           "completeness_marks", "assessment_marks", "objections", "objection_decisions", "deliveries")  # fmt: skip
KEPT_FROM_READERS = ("app.import_rejects", "app.inbox", "app.inbox_parked", "personal.parties", "personal.keys",
                     "personal.mailed")  # fmt: skip
DENIED = psycopg2.errors.InsufficientPrivilege


def refuses(url: str, statement: str) -> bool:
    """Whether the statement is denied to the role of the URL."""
    with connected(url) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(statement)
        except DENIED:
            return True
        return False


@pytest.mark.parametrize("table", DERIVED)
def test_nobody_but_the_owner_writes_behind_the_door(small_store: Database, table: str) -> None:
    for url in (small_store.reader_url, small_store.writer_url, small_store.operator_url):
        assert refuses(url, f"delete from app.{table}")
        assert refuses(url, f"insert into app.{table} default values")
        assert refuses(url, f"update app.{table} set subdistrict_id = 1")
        assert refuses(url, f"truncate app.{table}")


@pytest.mark.parametrize("table", KEPT_FROM_READERS)
def test_reader_and_operator_see_no_personal_data(small_store: Database, table: str) -> None:
    assert refuses(small_store.reader_url, f"select * from {table}")
    assert refuses(small_store.operator_url, f"select * from {table}")


@pytest.mark.parametrize(
    "table", ["cases", "escalations", "area_day", "case_checkpoint", "areas", "labels", "settings"]
)
def test_reader_reads(small_store: Database, table: str) -> None:
    assert not refuses(small_store.reader_url, f"select * from app.{table}")


@pytest.mark.parametrize(
    "call",
    [
        "select app.open_batch(1, 'hotline_12345', 'live')",
        "select app.seal(1)",
        "select app.absorb(1)",
        "select app.revoke(1)",
        "select app.rebuild(1)",
        "select app.erase_expired('2024-01-01', 'me')",
        "select app.make_wall_token(1, 'wall', 1)",
        "select app.give_marks(1, '2024-01-01', '2024-01-14', '[]', 'me')",
        "select app.object_to(1, 1, '2024-01-01', '2024-01-14', 1, 'leave_out', null, 'other', '', 'me')",
        "select app.decide_objection(1, 1, true, 'me')",
        "select app.claim_mail('x', 'y')",
        "select app.note_delivery(1, 'mail', 1, true, '', '')",
        "insert into app.inbox (batch_id, row_no) values (1, 1)",
    ],
)
def test_reader_calls_nothing_that_writes(small_store: Database, call: str) -> None:
    assert refuses(small_store.reader_url, call)


@pytest.mark.parametrize(
    "call",
    [
        "select app.rebuild(1)",
        "select app.erase_expired('2024-01-01', 'me')",
        "select app.make_wall_token(1, 'wall', 1)",
        "select app.freeze_review(1, '{}', 'me')",
        "select app.give_marks(1, '2024-01-01', '2024-01-14', '[]', 'me')",
        "select app.decide_objection(1, 1, true, 'me')",
        "insert into app.settings (key, value) values ('x', '1')",
        "select app.keep_mark(1, 'hotline_12345', '2024-01-01', '2024-01-01')",
        "select * from personal.parties",
        "select * from personal.keys",
    ],
)
def test_writer_does_nothing_but_hand_in(small_store: Database, call: str) -> None:
    assert refuses(small_store.writer_url, call)


@pytest.mark.parametrize(
    "call",
    [
        "select app.open_batch(1, 'hotline_12345', 'live')",
        "select app.absorb(1)",
        "select app.revoke(1)",
        "select app.rebuild(1)",
        "insert into app.wall_tokens (token_hash) values ('x')",
        "insert into app.inbox (batch_id, row_no) values (1, 1)",
    ],
)
def test_operator_does_nothing_but_its_commands(small_store: Database, call: str) -> None:
    assert refuses(small_store.operator_url, call)


def test_the_whole_way_of_a_writer_and_an_operators_command(small_store: Database) -> None:
    with connected(small_store.writer_url) as connection:
        sender = Sender(connection)
        subdistrict_id = sender.subdistrict(NORTH)
        handed = sender.send(subdistrict_id, "hotline_12345", "live", cases(NORTH, "r", 2))
        sender.revoke(handed.batch_id)
        connection.commit()
    with connected(small_store.owner_url) as owner:
        assert store.read_cases(owner) == {}
        assert len(store.read_log(owner)) == 8
    with connected(small_store.operator_url) as connection:
        assert Sender(connection).call("select app.make_wall_token(%s, 'wall', 1)", (subdistrict_id,))


@pytest.mark.parametrize("call", ["select app.absorb(%s)", "select app.read_ahead(%s)"])
def test_work_tables_of_a_writers_own_making_are_refused(small_store: Database, call: str) -> None:
    with connected(small_store.writer_url) as connection:
        sender = Sender(connection)
        rows = [replace(row, recorded_at=row.occurred_at) for row in cases(NORTH, "r", 1)]
        batch_id = sender.fill(sender.subdistrict(NORTH), "hotline_12345", "history", rows)
        with connection.cursor() as cursor:
            cursor.execute("create temporary table door_row as select %s::bigint as batch_id", (batch_id,))
            cursor.execute("create temporary table door_case (source text, external_id text)")
        with pytest.raises(psycopg2.Error, match="takes the name of one of the door's"):
            sender.call(call, (batch_id,))
