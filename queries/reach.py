"""Reaches the store for questions from the command line: the reader's address, one read-only state of the store."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, NullPool, create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

#: Variables that may hold the address, in order: a login that can only read is preferred.
VARIABLES: Final = ("READER_URL", "DATABASE_URL")
#: Errors of a statement that say the store's schema is not the one the questions are written for.
_OUTDATED: Final = frozenset({"42P01", "42703", "42883", "3F000"})
_CANCELLED: Final = "57014"


class UnreachableError(RuntimeError):
    """The store cannot be asked; the message is one sentence for the person who asked."""


def address(environment: Mapping[str, str] | None = None) -> URL:
    """The store's address. Raises UnreachableError where none is set or it is none of PostgreSQL."""
    held = os.environ if environment is None else environment
    name = next((name for name in VARIABLES if held.get(name, "").strip()), None)
    if name is None:
        raise UnreachableError("No database is named: set READER_URL to the address of the store.")
    given = held[name].strip()
    try:
        url = make_url(
            "postgresql://" + given.removeprefix("postgres://") if given.startswith("postgres://") else given
        )
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise UnreachableError(f"{name} is no PostgreSQL address; it looks like postgresql://user:password@host/grid.")
    return url.set(drivername="postgresql+psycopg2")


@contextlib.contextmanager
def reading(url: URL) -> Iterator[Connection]:
    """A connection in one read-only transaction that sees one state of the store.

    Raises UnreachableError with one sentence, here or inside the block, where the database does not answer or holds
    no store of this release.
    """
    theirs = url.query.get("options")
    options = f"{theirs if isinstance(theirs, str) else ''} -c default_transaction_read_only=on -c jit=off".strip()
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": 5, "application_name": "queries", "options": options},
    )
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise UnreachableError(_sentence(error)) from error


def _sentence(error: DBAPIError) -> str:
    code = getattr(error.orig, "pgcode", None)
    if code in _OUTDATED:
        return "The store's schema is not the one this release needs: run python -m seed migrate."
    if code == _CANCELLED:
        return "The question took longer than the store allows."
    said = next((line.strip() for line in str(error.orig).splitlines() if line.strip()), type(error.orig).__name__)
    return f"The database does not answer: {said}"
