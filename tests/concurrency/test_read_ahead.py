"""A batch of history read while the one before it is taken in ends in the same store as one after the other."""

from contextlib import closing

from hypothesis import given, settings
from psycopg2 import extensions

from seed.door import connect
from tests.oracle.compare import differences
from tests.properties.histories import Batch, history_batches
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH
from tests.support.databases import Database, Databases

#: What a store says of its cases and their hand-ups, by name: numbers may differ.
STANDING = """
select to_jsonb(cases) - 'case_id' - 'linked_case_id', (
    select jsonb_agg(to_jsonb(escalations) - 'case_id' order by escalations.escalation_no)
    from app.escalations
    where escalations.subdistrict_id = cases.subdistrict_id and escalations.case_id = cases.case_id
)
from app.cases
order by cases.subdistrict_id, cases.source, cases.external_id
"""
COUNTED = "select to_jsonb(area_day) from app.area_day order by area_day"


@settings(max_examples=8)
@given(history_batches())
def test_reading_ahead_changes_nothing(databases: Databases, small_world: str, batches: list[Batch]) -> None:
    with databases.copy(small_world) as one, databases.copy(small_world) as other:
        assert _in_turn(one, batches) == _read_ahead(other, batches)


def _in_turn(database: Database, batches: list[Batch]) -> list[object]:
    with closing(connect(database.owner_url)) as connection:
        sender = Sender(connection)
        counts = []
        for batch_id in _filled(sender, batches):
            counts.append(sender.absorb(batch_id).counts())
            connection.commit()
        return [counts, *_stands(connection)]


def _read_ahead(database: Database, batches: list[Batch]) -> list[object]:
    """Two writers: each reads its batch before the other has taken in the one before."""
    with closing(connect(database.owner_url)) as first, closing(connect(database.owner_url)) as second:
        batch_ids = _filled(Sender(first), batches)
        writers = [Sender(first), Sender(second)]
        counts = []
        for place, batch_id in enumerate(batch_ids):
            for ahead in batch_ids[place : place + 2] if place == 0 else batch_ids[place + 1 : place + 2]:
                assert writers[ahead % 2].call("select app.read_ahead(%s)", (ahead,))
            writer = writers[batch_id % 2]
            counts.append(writer.absorb(batch_id).counts())
            writer.connection.commit()
        return [counts, *_stands(first)]


def _filled(sender: Sender, batches: list[Batch]) -> list[int]:
    """All batches sealed and committed; numbers follow upon each other."""
    north = sender.subdistrict(NORTH)
    batch_ids = [sender.fill(north, batch.source, batch.mode, batch.rows) for batch in batches]
    sender.connection.commit()
    return batch_ids


def _stands(connection: extensions.connection) -> list[object]:
    assert differences(connection) == []
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        cases = cursor.fetchall()
        cursor.execute(COUNTED)
        return [cases, cursor.fetchall()]
