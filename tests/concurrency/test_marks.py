"""Demands and acknowledgements of hand-ups: who may, what becomes of two at once, what was known before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from tests.concurrency.clients import connected
from tests.concurrency.test_duty import SOURCE, ask, at_once, pair
from tests.concurrency.test_roles import refuses
from tests.oracle.inbox import InboxRow
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, SOUTH, STEADY_AREAS
from tests.support.databases import Database

SUPERVISE = "select app.supervise_paired(%s, %s, 1, %s)"
ACKNOWLEDGE = "select app.acknowledge_escalation_paired(%s, %s, 1)"


def hand_up(database: Database, name: str = "handed up") -> tuple[int, int]:
    """A case handed up some minutes ago; its subdistrict and number."""
    now = datetime.now(UTC)
    rows = [
        InboxRow(
            external_id=name, event="reported", occurred_at=now - timedelta(minutes=9),
            area_code=STEADY_AREAS[NORTH][0], kind="appeal", type_code="noise", risk="red", channel="app",
        ),
        InboxRow(
            external_id=name, event="escalated", occurred_at=now - timedelta(minutes=5), escalation_no=1,
            level="department", due_at=now + timedelta(hours=1),
        ),
    ]  # fmt: skip
    with connected(database.writer_url) as connection:
        sender = Sender(connection)
        subdistrict_id = sender.subdistrict(NORTH)
        sender.send(subdistrict_id, SOURCE, "live", rows)
        connection.commit()
    return subdistrict_id, int(ask(database.owner_url, "select case_id from app.cases where external_id = %s", name))


def answer(database: Database, subdistrict_id: int, name: str = "handed up") -> None:
    moment = datetime.now(UTC) - timedelta(seconds=1)
    row = InboxRow(external_id=name, event="answered", occurred_at=moment, escalation_no=1)
    with connected(database.writer_url) as connection:
        Sender(connection).send(subdistrict_id, SOURCE, "live", [row])
        connection.commit()


def standing(database: Database, case_id: int) -> tuple[int, int, list[str]]:
    """Demands that the hand-up holds, demands in the log, and who made them by the names kept."""
    count = ask(database.owner_url, "select supervised_count from app.escalations where case_id = %s", case_id)
    events = "select count(*) from app.case_log where case_id = %s and event = 'supervised'"
    marked = "select coalesce(array_agg(marked_by), '{}') from app.escalation_marks where case_id = %s"
    by = f"{marked} and mark = 'supervised'"
    return int(count), int(ask(database.owner_url, events, case_id)), ask(database.owner_url, by, case_id)


def test_two_leaders_and_double_taps_at_once_make_one_demand(small_store: Database) -> None:
    _, case_id = hand_up(small_store)
    tokens = [pair(small_store, officer) for officer in ("chen", "wang")]
    outcomes: list[str] = []

    def press(token: str) -> Any:
        return lambda: outcomes.append(ask(small_store.operator_url, SUPERVISE, token, case_id, 0))

    assert at_once(*[press(token) for token in tokens * 3]) == []
    assert sorted(outcomes) == ["already"] * 5 + ["done"]
    count, events, by = standing(small_store, case_id)
    assert (count, events, len(by)) == (1, 1, 1)
    assert by[0] in ("chen", "wang")


def test_a_second_demand_is_made_by_one_who_saw_the_first_and_not_within_ten_minutes(small_store: Database) -> None:
    _, case_id = hand_up(small_store)
    token = pair(small_store, "chen")
    url = small_store.operator_url
    assert ask(url, SUPERVISE, token, case_id, 0) == "done"
    assert ask(url, SUPERVISE, token, case_id, 1) == "already", "a second tap on a page just drawn anew"
    earlier = "update app.escalation_marks set marked_at = marked_at - interval '11 minutes' returning 1"
    assert ask(small_store.owner_url, earlier) == 1
    assert ask(url, SUPERVISE, token, case_id, 0) == "already", "a page that has not seen the first"
    assert ask(url, SUPERVISE, token, case_id, 1) == "done"
    assert standing(small_store, case_id) == (2, 2, ["chen", "chen"])


def test_what_was_answered_in_the_meantime_is_not_asked_for(small_store: Database) -> None:
    subdistrict_id, case_id = hand_up(small_store)
    token = pair(small_store, "chen")
    answer(small_store, subdistrict_id)
    assert ask(small_store.operator_url, SUPERVISE, token, case_id, 0) == "closed"
    assert ask(small_store.operator_url, ACKNOWLEDGE, token, case_id) == "closed"
    assert standing(small_store, case_id) == (0, 0, [])


def test_a_hand_up_is_acknowledged_once_whoever_it_was(small_store: Database) -> None:
    _, case_id = hand_up(small_store)
    tokens = [pair(small_store, officer) for officer in ("chen", "wang")]
    outcomes = [ask(small_store.operator_url, ACKNOWLEDGE, token, case_id) for token in tokens]
    assert outcomes == ["done", "already"]
    kept = "select count(*) from app.case_log where case_id = %s and event = 'acknowledged' and escalation_no = 1"
    assert ask(small_store.owner_url, kept, case_id) == 1
    at = ask(small_store.owner_url, "select acknowledged_at from app.escalations where case_id = %s", case_id)
    assert at == ask(small_store.owner_url, "select marked_at from app.escalation_marks where marked_by = 'chen'")


def test_a_moment_before_the_demand_knows_nothing_of_it(small_store: Database) -> None:
    subdistrict_id, case_id = hand_up(small_store)
    newest = "select last_recorded_at from app.subdistricts where subdistrict_id = %s"
    before = ask(small_store.owner_url, newest, subdistrict_id)
    assert ask(small_store.operator_url, SUPERVISE, pair(small_store, "chen"), case_id, 0) == "done"
    after = ask(small_store.owner_url, newest, subdistrict_id)
    known = "select supervised_count from app.escalations_at(%s, %s) where case_id = %s"
    assert ask(small_store.reader_url, known, subdistrict_id, before, case_id) == 0
    assert ask(small_store.reader_url, known, subdistrict_id, after, case_id) == 1
    at = ask(small_store.reader_url, "select marked_at from app.escalation_marks where case_id = %s", case_id)
    assert before < at <= after


def test_a_demand_is_no_sign_of_life_of_the_source(small_store: Database) -> None:
    subdistrict_id, case_id = hand_up(small_store)
    beat = "select beat_at from app.source_heartbeats where subdistrict_id = %s and source = %s"
    before = ask(small_store.owner_url, beat, subdistrict_id, SOURCE)
    assert ask(small_store.operator_url, SUPERVISE, pair(small_store, "chen"), case_id, 0) == "done"
    assert ask(small_store.owner_url, beat, subdistrict_id, SOURCE) == before


def test_without_a_valid_pairing_or_in_another_subdistrict_nothing_is_marked(small_store: Database) -> None:
    _, case_id = hand_up(small_store)
    for token in (pair(small_store, "late", 0.000001), "", "guess"):
        assert ask(small_store.operator_url, SUPERVISE, token, case_id, 0) is None
        assert ask(small_store.operator_url, ACKNOWLEDGE, token, case_id) is None
    with connected(small_store.writer_url) as connection:
        south = Sender(connection).subdistrict(SOUTH)
    token = ask(small_store.operator_url, "select app.make_pairing(%s, 'li', 1)", south)
    with pytest.raises(psycopg2.errors.RaiseException, match="has no hand-up"):
        ask(small_store.operator_url, SUPERVISE, token, case_id, 0)
    assert standing(small_store, case_id) == (0, 0, [])


@pytest.mark.parametrize(
    "call",
    [
        "select app.supervise(1, 1, 1, 'me', 0)",
        "select app.supervise_paired('x', 1, 1, 0)",
        "select app.acknowledge_escalation(1, 1, 1, 'me')",
        "select app.acknowledge_escalation_paired('x', 1, 1)",
        "select app.mark_escalation(1, 1, 1, 'supervised', 'me', 0)",
        "select app.note_in_log(1, 1, 'supervised', 1, now(), 'me')",
        "insert into app.escalation_marks default values",
        "update app.escalation_marks set marked_by = 'me'",
    ],
)
def test_reader_and_writer_mark_nothing(small_store: Database, call: str) -> None:
    assert refuses(small_store.reader_url, call)
    assert refuses(small_store.writer_url, call)


@pytest.mark.parametrize(
    "call",
    [
        "select app.mark_escalation(1, 1, 1, 'supervised', 'me', 0)",
        "select app.note_in_log(1, 1, 'supervised', 1, now(), 'me')",
        "insert into app.escalation_marks default values",
        "delete from app.escalation_marks",
    ],
)
def test_operator_marks_by_commands_alone(small_store: Database, call: str) -> None:
    assert refuses(small_store.operator_url, call)
