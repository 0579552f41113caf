"""Connections of the roles, and batches of whole cases for tests in which it does not matter what happens to them."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from psycopg2 import extensions

from seed.door import connect
from tests.oracle.inbox import InboxRow
from tests.properties.small_world import STEADY_AREAS, local


@contextlib.contextmanager
def connected(url: str) -> Iterator[extensions.connection]:
    """A raw connection, closed after the block; what was not committed is rolled back."""
    connection = connect(url)
    try:
        yield connection
    finally:
        connection.close()


def cases(subdistrict: str, prefix: str, count: int, *, month: int = 3) -> list[InboxRow]:
    """Reported and resolved rows of ``count`` cases, a minute after each other."""
    grids = STEADY_AREAS[subdistrict]
    rows = []
    for number in range(count):
        moment = local(f"2024-{month:02d}-10 08:00") + timedelta(minutes=number)
        name = f"{prefix}{number}"
        rows.append(
            InboxRow(
                external_id=name,
                event="reported",
                occurred_at=moment,
                area_code=grids[number % len(grids)],
                kind="appeal",
                type_code="noise",
                risk="blue",
                channel="app",
            )
        )
        rows.append(InboxRow(external_id=name, event="resolved", occurred_at=moment + timedelta(minutes=30)))
    return rows
