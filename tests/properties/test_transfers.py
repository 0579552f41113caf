"""A case handed to another subdistrict: closed here, opened there under a name that tells where from."""

from dataclasses import replace
from datetime import timedelta

import pytest
from psycopg2 import extensions

from tests.oracle import store
from tests.oracle.cases import Case
from tests.oracle.compare import differences
from tests.oracle.inbox import InboxRow
from tests.properties.sender import Handed, Sender
from tests.properties.small_world import NORTH, SOUTH
from tests.properties.test_bad_input import OPENED, OPENING, later

OPENED_HERE = replace(OPENING, summary="井盖破损", party="13800000001", due_at=OPENED + timedelta(days=2))
HANDED_OVER = later("reassigned", 30, area_code="s-1-2")


def cases_of(connection: extensions.connection, subdistrict_id: int) -> list[Case]:
    """The cases of one subdistrict."""
    return [case for (owner, _), case in store.read_cases(connection).items() if owner == subdistrict_id]


def send(sender: Sender, *rows: InboxRow) -> Handed:
    """A live batch of the northern subdistrict."""
    return sender.send(sender.subdistrict(NORTH), "hotline_12345", "live", rows)


@pytest.mark.parametrize("batches", [1, 2])
def test_closed_here_and_opened_there(connection: extensions.connection, batches: int) -> None:
    sender = Sender(connection)
    north, south = sender.subdistrict(NORTH), sender.subdistrict(SOUTH)
    rows = [OPENED_HERE, later("escalated", 10, escalation_no=1, level="community"), HANDED_OVER]
    for start in range(0, 3, 3 // batches + batches - 1):
        send(sender, *rows[start : start + 3 // batches + batches - 1])
    (here,), (there,) = cases_of(connection, north), cases_of(connection, south)
    assert (here.state, here.linked_subdistrict_id) == ("transferred", south)
    assert (there.state, there.linked_subdistrict_id, there.linked_case_id) == ("open", north, here.case_id)
    assert there.external_id == f"{north}/known/20240310013000"
    assert (there.reported_at, there.due_at) == (HANDED_OVER.occurred_at, OPENED_HERE.due_at)
    assert (there.kind, there.type_id, there.risk, there.channel) == (here.kind, here.type_id, here.risk, here.channel)
    assert (there.summary, there.party_key) == (here.summary, None)
    assert [item.state for item in store.read_escalations(connection).values()] == ["lapsed"]
    assert differences(connection) == []
    assert sender.findings(north) == sender.findings(south) == []


def test_told_twice_it_is_handed_over_once(connection: extensions.connection) -> None:
    sender = Sender(connection)
    send(sender, OPENED_HERE, HANDED_OVER)
    assert send(sender, OPENED_HERE, HANDED_OVER).counts()["unchanged"] == 2
    assert len(store.read_cases(connection)) == 2
    assert differences(connection) == []


def test_taken_back_the_case_there_is_gone_and_here_is_open(connection: extensions.connection) -> None:
    sender = Sender(connection)
    send(sender, OPENED_HERE)
    handed = send(sender, HANDED_OVER)
    sender.revoke(handed.batch_id)
    assert [case.state for case in cases_of(connection, sender.subdistrict(NORTH))] == ["open"]
    assert cases_of(connection, sender.subdistrict(SOUTH)) == []
    assert differences(connection) == []
    again = send(sender, HANDED_OVER)
    assert again.counts()["new"] == 1
    assert [case.state for case in cases_of(connection, sender.subdistrict(NORTH))] == ["transferred"]
    assert [case.state for case in cases_of(connection, sender.subdistrict(SOUTH))] == ["open"]
    assert differences(connection) == []


def test_revoked_and_sent_again_a_case_comes_back(connection: extensions.connection) -> None:
    sender = Sender(connection)
    first = send(sender, OPENED_HERE)
    send(sender, later("resolved", 20))
    sender.revoke(first.batch_id)
    assert store.read_cases(connection) == {}
    assert differences(connection) == []
    assert send(sender, OPENED_HERE).counts()["new"] == 1
    assert [case.state for case in store.read_cases(connection).values()] == ["resolved"]
    assert differences(connection) == []
