"""Random histories through the door of a real store: what it keeps and derives equals the oracle's recomputation."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from psycopg2 import extensions

from tests.oracle import store
from tests.oracle.cases import Case, derive_cases
from tests.oracle.compare import differences, table_differences
from tests.oracle.door import Door, Outcome, RowId
from tests.oracle.inbox import InboxRow
from tests.properties.histories import Batch, both_subdistricts, history_batches, live_batches, past_and_present
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, SOUTH

#: Many batches an example: more than the usual time for a test.
pytestmark = pytest.mark.timeout(900)

#: For tests that send much per example: a share of the examples of the profile.
FEWER = settings(max_examples=max(10, (settings.default or settings()).max_examples * 3 // 5))
FAR_FUTURE = datetime(2050, 1, 1, tzinfo=UTC)


class Trial:
    """A store and the oracle's door side by side; every batch goes to both."""

    def __init__(self, connection: extensions.connection) -> None:
        connection.rollback()
        self.connection = connection
        self.sender = Sender(connection)
        self.ids = {code: self.sender.subdistrict(code) for code in (NORTH, SOUTH)}
        self.door = Door(store.read_world(connection), store.read_limits(connection))
        self.expected: dict[RowId, Outcome] = {}
        self.sizes: dict[int, int] = {}

    def send(self, batch: Batch) -> int:
        """Hands a batch to the store and to the oracle; the number the store gave it."""
        subdistrict_id = self.ids[batch.subdistrict]
        handed = self.sender.send(subdistrict_id, batch.source, batch.mode, batch.rows)
        note(f"batch {handed.batch_id}: {batch.mode} {batch.source} {handed.counts()}")
        for number, row in enumerate(batch.rows, start=1):
            note(f"  {number} {row.given()}")
        self.sizes[handed.batch_id] = len(batch.rows)
        self.expected |= self.door.absorb(
            subdistrict_id=subdistrict_id,
            batch_id=handed.batch_id,
            source=batch.source,
            mode=batch.mode,
            clock=handed.recorded_at or FAR_FUTURE,
            rows=batch.rows,
        )
        return handed.batch_id

    def check_outcomes(self) -> None:
        """Every row became what the oracle's door says, for one of its reasons, and the counts add up."""
        reasons = self.sender.reasons()
        for batch_id, size in self.sizes.items():
            found = self.sender.outcomes(batch_id, size)
            expected = {row_id: self.expected[row_id].what for row_id in found}
            assert found == expected, f"batch {batch_id}"
            record = self.sender.handed(batch_id)
            counts = Counter(expected.values())
            counted = record.counts()
            assert sum(counted.values()) == record.record["rows_read"] == size
            assert counted["new"] + counted["changed"] == counts["new"]
            assert {name: counted[name] for name in ("unchanged", "refused", "parked")} == {
                name: counts[name] for name in ("unchanged", "refused", "parked")
            }
        for row_id, reason in reasons.items():
            assert reason in self.expected[row_id].reasons, f"{row_id}: {reason}"

    def check_derived(self) -> None:
        """Derived tables equal the oracle's; the store's own check agrees."""
        assert differences(self.connection) == []
        for subdistrict_id in self.ids.values():
            assert self.sender.findings(subdistrict_id) == []


def run(connection: extensions.connection, batches: Iterable[Batch]) -> Trial:
    """All batches one after the other, judged at the end."""
    trial = Trial(connection)
    for batch in batches:
        trial.send(batch)
    trial.check_outcomes()
    trial.check_derived()
    return trial


@given(live_batches())
def test_live_batches(connection: extensions.connection, batches: list[Batch]) -> None:
    run(connection, batches)


@given(history_batches())
def test_history_batches(connection: extensions.connection, batches: list[Batch]) -> None:
    run(connection, batches)


@FEWER
@given(both_subdistricts())
def test_history_then_live_batches_of_two_subdistricts(connection: extensions.connection, batches: list[Batch]) -> None:
    run(connection, batches)


@FEWER
@given(live_batches(), st.data())
def test_sending_everything_again_changes_nothing(
    connection: extensions.connection, batches: list[Batch], data: st.DataObject
) -> None:
    trial = run(connection, batches)
    before = [store.read_cases(connection), store.read_escalations(connection), store.read_area_day(connection)]
    length = len(store.read_log(connection))
    for batch in batches:
        trial.send(batch)
    trial.check_outcomes()
    assert len(store.read_log(connection)) == length
    assert before == [store.read_cases(connection), store.read_escalations(connection), store.read_area_day(connection)]


def _by_name(connection: extensions.connection) -> dict[str, object]:
    """The derived tables without ids and times of recording."""
    cases = store.read_cases(connection)
    ids = ("case_id", "linked_case_id", "last_recorded_at")
    named = {key: (case.source, case.external_id) for key, case in cases.items()}
    return {
        "cases": {named[key]: {k: v for k, v in vars(case).items() if k not in ids} for key, case in cases.items()},
        "escalations": {
            (named[key[:2]], key[2]): {k: v for k, v in vars(item).items() if k not in ids}
            for key, item in store.read_escalations(connection).items()
        },
        "area_day": store.read_area_day(connection),
    }


def _hands_over(row: InboxRow) -> bool:
    return row.event == "reassigned" and row.area_code is not None and not row.area_code.startswith(NORTH)


@FEWER
@given(live_batches(is_clean=True))
def test_many_small_batches_equal_one_big(connection: extensions.connection, batches: list[Batch]) -> None:
    # a case handed to another subdistrict opens there with what is known when that row arrives: cutting matters there
    batches = [replace(batch, rows=tuple(row for row in batch.rows if not _hands_over(row))) for batch in batches]
    run(connection, batches)
    in_pieces = _by_name(connection)
    rows = tuple(row for batch in batches for row in batch.rows)
    run(connection, [Batch(NORTH, batches[0].source, "live", rows)])
    assert _by_name(connection) == in_pieces


@FEWER
@given(both_subdistricts(), st.data())
def test_revoked_batches(connection: extensions.connection, batches: list[Batch], data: st.DataObject) -> None:
    trial = Trial(connection)
    numbers = [trial.send(batch) for batch in batches]
    if not numbers:
        return
    for batch_id in data.draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=3, unique=True)):
        trial.sender.revoke(batch_id)
        note(f"revoked {batch_id}")
        trial.check_derived()


@given(past_and_present(), st.data())
def test_the_past_is_as_it_was_known(
    connection: extensions.connection, batches: list[Batch], data: st.DataObject
) -> None:
    trial = run(connection, batches)
    log = store.read_log(connection)
    if not log:
        return
    world = store.read_world(connection)
    moments = sorted({row.recorded_at for row in log} | {row.occurred_at for row in log})
    for as_of in data.draw(st.lists(st.sampled_from(moments), min_size=1, max_size=3)):
        note(f"as of {as_of}")
        stored: dict[tuple[int, int], Case] = {}
        for subdistrict_id in trial.ids.values():
            stored |= store.read_cases(connection, "app.cases_at(%s, %s)", (subdistrict_id, as_of))
        assert list(table_differences("cases_at", derive_cases(log, as_of, world), stored)) == []
