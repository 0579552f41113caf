"""Every reason for which the door refuses a row, each by a row written by hand; its good neighbours are kept."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg2 import extensions

from tests.oracle import store
from tests.oracle.compare import differences
from tests.oracle.door import RowId
from tests.oracle.inbox import InboxRow
from tests.properties.sender import Handed, Sender
from tests.properties.small_world import NORTH, local

OPENED = local("2024-03-10 09:00")
OPENING = InboxRow(
    external_id="known",
    event="reported",
    occurred_at=OPENED,
    area_code="n-1-1",
    kind="appeal",
    type_code="noise",
    risk="blue",
    channel="app",
)
ANOTHER = replace(OPENING, external_id="neighbour")


def later(event: str, minutes: int = 30, **values: Any) -> InboxRow:
    """A row of the known case some minutes after it was reported."""
    moment = OPENED + timedelta(minutes=minutes)
    given: dict[str, Any] = {"external_id": "known", "event": event, "occurred_at": moment}
    return InboxRow(**(given | values))


def opening(**values: Any) -> InboxRow:
    """An opening row of a case of its own with something different about it."""
    return replace(OPENING, **({"external_id": "bad"} | values))


def mending(field: str | None, value: str | None, **values: Any) -> InboxRow:
    """A correction of the known case's opening row."""
    named: dict[str, Any] = {"ref_event": "reported", "ref_occurred_at": OPENED, "field": field, "value": value}
    return later("corrected", **(named | values))


@pytest.fixture
def sender(connection: extensions.connection) -> Sender:
    """A writer to whose store the known case has come, resolved, and once handed up."""
    made = Sender(connection)
    rows = [OPENING, later("escalated", 10, escalation_no=1, level="community"), later("resolved", 20)]
    handed = made.send(made.subdistrict(NORTH), "hotline_12345", "live", rows)
    assert handed.counts()["new"] == 3
    return made


BAD_ROWS = {
    "unknown_event": later("exploded"),
    "unknown_area": opening(area_code="nowhere"),
    "unknown_area/other_subdistrict": opening(area_code="s-1-2"),
    "area_not_valid_then": opening(area_code="n-1-4"),
    "area_not_valid_then/expired": opening(area_code="n-1-3", occurred_at=local("2024-03-16 00:00:00")),
    "unknown_type": opening(type_code="magic"),
    "unknown_kind": opening(kind="wish"),
    "unknown_risk": opening(risk="purple"),
    "unknown_channel": opening(channel="pigeon"),
    "unknown_level": later("dispatched", level="city"),
    "unknown_department": later("dispatched", level="department", department_code="magic"),
    "unknown_source": opening(source="nobody"),
    "missing_external_id": opening(external_id=None),
    "missing_external_id/empty": opening(external_id=""),
    "missing_occurred_at": opening(occurred_at=None),
    "missing_column/area_code": opening(area_code=None),
    "missing_column/kind": opening(kind=None),
    "missing_column/type_code": opening(type_code=None),
    "missing_column/risk": opening(risk=None),
    "missing_column/channel": opening(channel=None),
    "missing_column/due_at": later("deadline_changed"),
    "time_in_future": later("dispatched", occurred_at=local("2048-01-01 00:00")),
    "year_out_of_range": opening(occurred_at=local("1924-03-10 09:00")),
    "before_reported": later("dispatched", -1),
    "after_reported": later("discovered", 1),
    "deadline_before_start": opening(due_at=OPENED - timedelta(seconds=1)),
    "deadline_before_start/escalated": later("escalated", escalation_no=2, level="community", due_at=OPENED),
    "deadline_before_start/changed": later("deadline_changed", due_at=OPENED - timedelta(seconds=1)),
    "missing_escalation_no/escalated": later("escalated", level="community"),
    "missing_escalation_no/answered": later("answered"),
    "missing_escalation_no/supervised": later("supervised"),
    "bad_coordinates": opening(lon=181.0, lat=22.0),
    "bad_coordinates/lat": opening(lon=114.0, lat=-91.0),
    "bad_coordinates/half": opening(lon=114.0),
    "bad_satisfaction": later("evaluated", satisfaction=6),
    "bad_satisfaction/zero": later("evaluated", satisfaction=0),
    "changed_duplicate": later("resolved", 20, level="community"),
    "changed_duplicate/opening": replace(OPENING, risk="red"),
    "already_reported": replace(OPENING, occurred_at=OPENED + timedelta(minutes=1)),
    "bad_correction/field": mending("lon", "114"),
    "bad_correction/no_field": mending(None, "114"),
    "bad_correction/no_row": mending("risk", "red", ref_event=None),
    "bad_correction/of_a_correction": mending("risk", "red", ref_event="corrected"),
    "bad_correction/time": mending("occurred_at", "yesterday"),
    "unknown_risk/corrected": mending("risk", "purple"),
    "unknown_area/corrected": mending("area_code", "nowhere"),
    "unknown_type/corrected": mending("type_code", "magic"),
    "recorded_not_allowed": opening(recorded_at=OPENED),
    "column_not_allowed": later("dispatched", area_code="n-1-2"),
    "text_too_long": opening(external_id="x" * 5000),
}


def send_beside_a_good_row(sender: Sender, row: InboxRow) -> Handed:
    """The row between two good ones, in one batch."""
    rows = [later("fed_back", 40), row, ANOTHER]
    return sender.send(sender.subdistrict(NORTH), "hotline_12345", "live", rows)


@pytest.mark.parametrize("name", sorted(BAD_ROWS))
def test_refused_with_its_reason(sender: Sender, name: str) -> None:
    handed = send_beside_a_good_row(sender, BAD_ROWS[name])
    reasons = {row_id: why for row_id, why in sender.reasons().items() if row_id.batch_id == handed.batch_id}
    assert reasons == {RowId(handed.batch_id, 2): name.partition("/")[0]}
    assert handed.counts() == {"new": 2, "changed": 0, "unchanged": 0, "refused": 1, "parked": 0}
    assert differences(sender.connection) == []


def test_a_refused_row_is_kept_whole_with_a_sentence(sender: Sender) -> None:
    send_beside_a_good_row(sender, opening(area_code="nowhere", party_phone="13800000001", summary="路灯不亮"))
    found = store.select(sender.connection, "select * from app.import_rejects")
    assert [(row["reason"], row["column_name"]) for row in found] == [("unknown_area", "area_code")]
    assert found[0]["raw"]["summary"] == "路灯不亮"
    assert found[0]["detail"] != ""


def test_a_time_within_the_clocks_tolerance_is_taken(sender: Sender) -> None:
    now: datetime = sender.call("select clock_timestamp()")
    ahead = opening(occurred_at=now + timedelta(seconds=60))
    sender.call("select app.prepare_months(%s::date, %s::date)", (now, now + timedelta(days=1)))
    handed = sender.send(sender.subdistrict(NORTH), "hotline_12345", "live", [ahead])
    assert handed.counts()["new"] == 1
    assert differences(sender.connection) == []


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("recorded_before_occurred", [opening(recorded_at=OPENED - timedelta(seconds=1))]),
    ],
)
def test_refused_in_a_history(connection: extensions.connection, name: str, rows: list[InboxRow]) -> None:
    sender = Sender(connection)
    good = replace(ANOTHER, recorded_at=OPENED)
    handed = sender.send(sender.subdistrict(NORTH), "hotline_12345", "history", [good, *rows])
    assert list(sender.reasons().values()) == [name]
    assert handed.counts()["new"] == 1
    assert differences(connection) == []


ODD_SEQUENCES = {
    "dispatched after resolved": [later("resolved", 20), later("dispatched", 30, level="community")],
    "resolved twice": [later("resolved", 20), later("resolved", 30)],
    "reopened while open": [later("reopened", 20)],
    "resolved after withdrawn": [later("withdrawn", 20), later("resolved", 30)],
}


@pytest.mark.parametrize("name", sorted(ODD_SEQUENCES))
def test_stages_out_of_order_are_recorded_and_reported(connection: extensions.connection, name: str) -> None:
    sender = Sender(connection)
    subdistrict_id = sender.subdistrict(NORTH)
    handed = sender.send(subdistrict_id, "hotline_12345", "live", [OPENING, *ODD_SEQUENCES[name]])
    assert handed.counts()["new"] == 1 + len(ODD_SEQUENCES[name])
    findings = store.select(connection, "select * from app.verify(%s)", (subdistrict_id,))
    assert findings and not any(finding["is_difference"] for finding in findings)
    assert differences(connection) == []
