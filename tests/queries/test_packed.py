from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from queries import packed
from tests.support.databases import Database

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def _bytes(connection: Connection, expression: str, **values: Any) -> bytes:
    return bytes(connection.execute(text(f"select {expression}"), values).scalar_one())


@pytest.mark.parametrize(
    "moment",
    [
        NOON,
        NOON + timedelta(microseconds=999_999),
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),  # towards the past, not towards zero
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2067, 1, 1, tzinfo=UTC),
    ],
)
def test_a_moment_is_read_as_the_store_packed_it(database: Database, moment: datetime) -> None:
    with database.reader.connect() as connection:
        held = _bytes(connection, "app.packed_moment(:moment)", moment=moment)
        assert int.from_bytes(held, "big", signed=True) == packed.seconds(moment)
        assert _bytes(connection, "app.packed_moment(null)") == int(packed.NONE).to_bytes(4, "big", signed=True)
        # beyond what four bytes reach: the last of them, never an error at the door
        beyond = _bytes(connection, "app.packed_moment('2100-01-01 00:00:00Z')")
        assert (
            int.from_bytes(beyond, "big", signed=True) == packed.seconds(datetime(2100, 1, 1, tzinfo=UTC)) == 2**31 - 1
        )


def test_stages_come_in_the_order_of_their_names(database: Database) -> None:
    moments = {name: NOON + timedelta(seconds=number) for number, name in enumerate(packed.Stages._fields)}
    with database.reader.connect() as connection:
        names = ", ".join(f":{name}" for name in moments)
        held = _bytes(connection, f"app.packed_stages({names})", **moments)
        none = _bytes(connection, "app.packed_stages(null, null, null, null, null, null, null, null)")
    found = packed.stages([held, none])
    first = packed.seconds(NOON)
    assert [stage.tolist() for stage in found] == [[first + n, packed.NONE] for n in range(len(moments))]


def test_spells_are_told_by_what_changes_the_state(database: Database) -> None:
    # newest first; the second opening and the second closing change nothing, nor does what gives no state
    told = [("open", 9), (None, 8), ("resolved", 7), ("withdrawn", 6), ("open", 5), ("open", 4), ("resolved", 3)]
    told += [("open", 1)]
    with database.reader.connect() as connection:
        often = _bytes(
            connection,
            "app.packed_spells(:reported, :states, :ats)",
            reported=NOON + timedelta(seconds=1),
            states=[state for state, _ in told],
            ats=[NOON + timedelta(seconds=second) for _, second in told],
        )
    spells = packed.spells([often, b"", often])
    first = packed.seconds(NOON)
    assert (spells.begun - first).tolist() == [1, 4, 9] * 2
    assert [int(end) - first if end != packed.NONE else None for end in spells.ended] == [3, 6, None] * 2
    assert (spells.reported - first).tolist() == [1, 1, 1] * 2
    assert len(packed.spells([]).begun) == 0


def test_a_moment_is_read_to_the_microsecond(database: Database) -> None:
    moment = NOON + timedelta(microseconds=123_457)
    with database.reader.connect() as connection:
        held = int.from_bytes(_bytes(connection, "timestamptz_send(:moment)", moment=moment), "big", signed=True)
    assert held == packed.microseconds(moment)
    assert packed.moment(held) == moment
