"""A store that knows the small world and no case; tests work in transactions that are rolled back, or on a copy."""

import functools
from collections.abc import Iterator

import psycopg2
import pytest

from seed import reference as reference_module
from seed import store
from seed.door import connect
from tests.properties.small_world import reference
from tests.support.databases import Database, Databases

SMALL_WORLD = "small_world_template"


@functools.cache  # the fixtures are used from other folders too, each with an instance of its own
def make_small_world(databases: Databases) -> str:
    """Make the template database once: the small world, its months made, no case."""
    template = databases.make_template(SMALL_WORLD)
    store.migrate(template.owner_url)
    with template.owner.begin() as connection:
        reference_module.load(connection, reference())
    raw = connect(template.owner_url)
    with raw, raw.cursor() as cursor:
        cursor.execute("select app.prepare_months('2024-01-01', '2024-06-30')")
    raw.close()
    template.close()
    return SMALL_WORLD


@pytest.fixture(scope="session")
def small_world(databases: Databases) -> str:
    """Name of the template database."""
    return make_small_world(databases)


@pytest.fixture(scope="session")
def shared_store(databases: Databases, small_world: str) -> Iterator[Database]:
    """One copy for all tests that roll back what they do."""
    with databases.copy(small_world) as database:
        yield database


@pytest.fixture
def small_store(databases: Databases, small_world: str) -> Iterator[Database]:
    """A copy of the test's own, for tests that commit."""
    with databases.copy(small_world) as database:
        yield database


@pytest.fixture
def connection(shared_store: Database) -> Iterator["psycopg2.extensions.connection"]:
    """The owner in a transaction that nobody else ever sees; a test of many examples rolls back after each."""
    raw = connect(shared_store.owner_url)
    yield raw
    raw.rollback()
    raw.close()
