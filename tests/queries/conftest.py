"""A town per test, on a store of its own."""

from collections.abc import Iterator

import pytest

from tests.queries.town import Town, build
from tests.support.databases import Database


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """An empty town; the connection is the owner's."""
    with database.owner.connect() as connection:
        yield build(connection, database.owner_url)
