"""Commands of the duty desk: who may, what happens when two do the same at once, what a rule may change."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from tests.concurrency.clients import connected
from tests.concurrency.test_roles import refuses
from tests.oracle.inbox import InboxRow
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, SOUTH, STEADY_AREAS
from tests.support.databases import Database

SOURCE = "hotline_12345"


def report(database: Database, name: str = "red") -> tuple[int, int]:
    """A red case reported a minute ago; its subdistrict and number."""
    row = InboxRow(
        external_id=name, event="reported", occurred_at=datetime.now(UTC) - timedelta(minutes=1),
        area_code=STEADY_AREAS[NORTH][0], kind="appeal", type_code="noise", risk="red", channel="app",
    )  # fmt: skip
    with connected(database.writer_url) as connection:
        sender = Sender(connection)
        subdistrict_id = sender.subdistrict(NORTH)
        sender.send(subdistrict_id, SOURCE, "live", [row])
        connection.commit()
    return subdistrict_id, int(ask(database.owner_url, "select case_id from app.cases where external_id = %s", name))


def ask(url: str, statement: str, *parameters: Any) -> Any:
    """The first value of a statement run and committed as the role of the URL."""
    with connected(url) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchone()
        return None if found is None else found[0]


def pair(database: Database, officer: str, hours: float = 12) -> str:
    with connected(database.writer_url) as connection:
        north = Sender(connection).subdistrict(NORTH)
    return str(ask(database.operator_url, "select app.make_pairing(%s, %s, %s)", north, officer, hours))


def at_once(*calls: Any) -> list[BaseException]:
    """Run all of them at the same moment; what they raised."""
    failures: list[BaseException] = []
    gate = threading.Barrier(len(calls))

    def run(call: Any) -> None:
        gate.wait()
        try:
            call()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_two_officers_and_double_taps_leave_one_acknowledgement_each(small_store: Database) -> None:
    _, case_id = report(small_store)
    tokens = [pair(small_store, officer) for officer in ("chen", "wang")]
    acknowledge = "select app.acknowledge_paired(%s, %s, '')"
    calls = [lambda token=token: ask(small_store.operator_url, acknowledge, token, case_id) for token in tokens * 3]
    assert at_once(*calls) == []
    by = ask(
        small_store.owner_url,
        "select array_agg(acknowledged_by order by acknowledged_by) from app.acknowledgements where case_id = %s",
        case_id,
    )
    assert by == ["chen", "wang"]
    events = "select count(*) from app.case_log where case_id = %s and event = 'acknowledged'"
    assert ask(small_store.owner_url, events, case_id) == 2


def test_an_acknowledgement_is_no_sign_of_life_of_the_source(small_store: Database) -> None:
    subdistrict_id, case_id = report(small_store)
    beat = "select beat_at from app.source_heartbeats where subdistrict_id = %s and source = %s"
    before = ask(small_store.owner_url, beat, subdistrict_id, SOURCE)
    assert before is not None
    assert ask(small_store.operator_url, "select app.acknowledge(%s, %s, 'chen')", subdistrict_id, case_id)
    assert ask(small_store.owner_url, beat, subdistrict_id, SOURCE) == before


def test_what_was_asked_before_an_acknowledgement_stays_so(small_store: Database) -> None:
    subdistrict_id, case_id = report(small_store)
    newest = "select last_recorded_at from app.subdistricts where subdistrict_id = %s"
    before = ask(small_store.owner_url, newest, subdistrict_id)
    ask(small_store.operator_url, "select app.acknowledge(%s, %s, 'chen')", subdistrict_id, case_id)
    after = ask(small_store.owner_url, newest, subdistrict_id)
    known = "select count(*) from app.acknowledged(%s, array[%s]::bigint[], '-infinity', %s)"
    assert ask(small_store.reader_url, known, subdistrict_id, case_id, before) == 0
    assert ask(small_store.reader_url, known, subdistrict_id, case_id, after) == 1
    at = ask(small_store.owner_url, "select acknowledged_at from app.acknowledgements where case_id = %s", case_id)
    assert before < at <= after


def test_a_second_tap_hands_over_once_and_tells_the_walls_once(small_store: Database) -> None:
    report(small_store)
    token = pair(small_store, "chen")
    hand_over = "select app.hand_over_paired(%s, 'chen', 'wang', 'all quiet')"
    version = "select max(version) from app.subdistricts"
    before = ask(small_store.owner_url, version)
    assert at_once(*[lambda: ask(small_store.operator_url, hand_over, token)] * 3) == []
    assert ask(small_store.owner_url, "select count(*) from app.handovers") == 1
    assert ask(small_store.owner_url, "select recorded_by from app.handovers") == "chen"
    assert ask(small_store.owner_url, version) == before + 1


def test_a_device_without_a_valid_pairing_does_nothing(small_store: Database) -> None:
    _, case_id = report(small_store)
    acknowledge = "select app.acknowledge_paired(%s, %s, '')"
    over, revoked = pair(small_store, "late", 0.000001), pair(small_store, "gone")
    number = "select pairing_id from app.pairings where officer = 'gone'"
    assert ask(small_store.operator_url, "select app.revoke_pairing(%s)", ask(small_store.owner_url, number)) is True
    assert ask(small_store.operator_url, "select app.revoke_pairing(%s)", ask(small_store.owner_url, number)) is None
    for token in (over, revoked, "", "guess"):
        assert ask(small_store.operator_url, acknowledge, token, case_id) is None
        assert ask(small_store.operator_url, "select officer from app.paired(%s)", token) is None
    assert ask(small_store.owner_url, "select count(*) from app.acknowledgements") == 0


def test_a_device_acts_in_its_own_subdistrict_alone(small_store: Database) -> None:
    _, case_id = report(small_store)
    with connected(small_store.writer_url) as connection:
        south = Sender(connection).subdistrict(SOUTH)
    token = ask(small_store.operator_url, "select app.make_pairing(%s, 'li', 1)", south)
    with pytest.raises(psycopg2.errors.RaiseException, match="has no case"):
        ask(small_store.operator_url, "select app.acknowledge_paired(%s, %s, '')", token, case_id)


def test_the_token_is_nowhere_in_the_store(small_store: Database) -> None:
    token = pair(small_store, "chen")
    assert (
        ask(small_store.owner_url, "select count(*) from app.pairings where pairings::text like %s", f"%{token}%") == 0
    )
    assert ask(small_store.operator_url, "select officer from app.paired(%s)", token) == "chen"
    assert ask(small_store.owner_url, "select last_seen_at is not null from app.pairings") is True


@pytest.mark.parametrize(
    "call",
    [
        "select app.acknowledge(1, 1, 'me')",
        "select app.acknowledge_paired('x', 1, '')",
        "select app.hand_over(1, 'a', 'b')",
        "select app.hand_over_paired('x', 'a', 'b', '')",
        "select app.set_mode(1, 'normal', '', '')",
        "select app.set_mode_by_rule(1, 'normal', '', '', null)",
        "select app.make_pairing(1, 'me', 1)",
        "select app.revoke_pairing(1)",
        "select * from app.paired('x')",
        "select token_hash from app.pairings",
        "insert into app.operating_mode default values",
        "insert into app.acknowledgements default values",
        "insert into app.handovers default values",
    ],
)
def test_reader_and_writer_do_nothing_at_the_desk(small_store: Database, call: str) -> None:
    assert refuses(small_store.reader_url, call)
    assert refuses(small_store.writer_url, call)


@pytest.mark.parametrize(
    "call",
    [
        "select token_hash from app.pairings",
        "delete from app.pairings",
        "insert into app.operating_mode default values",
        "insert into app.acknowledgements default values",
        "select app.take_turn(1)",
        "select app.announce(1)",
    ],
)
def test_operator_changes_nothing_but_by_commands(small_store: Database, call: str) -> None:
    assert refuses(small_store.operator_url, call)


def test_several_watchers_set_a_mode_once_and_a_person_wins(small_store: Database) -> None:
    subdistrict_id, _ = report(small_store)
    by_rule = "select app.set_mode_by_rule(%s, %s, '', '', %s)"
    url = small_store.operator_url
    assert at_once(*[lambda: ask(url, by_rule, subdistrict_id, "emergency", None)] * 4) == []
    count = "select count(*) from app.operating_mode where mode = 'emergency'"
    assert ask(small_store.owner_url, count) == 1
    since = ask(small_store.owner_url, "select since from app.operating_mode")
    ask(url, "select app.set_mode(%s, 'emergency', '', '')", subdistrict_id)  # a person takes it over
    held_since = ask(small_store.owner_url, "select max(since) from app.operating_mode")
    assert ask(url, by_rule, subdistrict_id, "normal", since) is False  # judged by what no longer stands
    assert ask(url, by_rule, subdistrict_id, "normal", held_since) is False  # held
    ask(url, "select app.set_mode(%s, 'emergency', '', '', false)", subdistrict_id)
    handed_back = ask(small_store.owner_url, "select max(since) from app.operating_mode")
    assert ask(url, by_rule, subdistrict_id, "normal", handed_back) is True
