"""Throwaway stores: one server for the test run, one migrated template, one copy of it for each test that asks."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import sqlalchemy
from sqlalchemy import Engine, text
from sqlalchemy.pool import NullPool

from seed.server import EmbeddedServer
from seed.server_config import THROWAWAY

TEMPLATE = "store_template"


class Database:
    """One store of its own: the four roles' URLs, and an engine for each that is made when first asked for."""

    def __init__(self, server: EmbeddedServer, name: str) -> None:
        self.name = name
        self.owner_url = server.url("owner", name)
        self.reader_url = server.url("reader", name)
        self.writer_url = server.url("writer", name)
        self.operator_url = server.url("operator", name)

    @cached_property
    def owner(self) -> Engine:
        return sqlalchemy.create_engine(self.owner_url)

    @cached_property
    def reader(self) -> Engine:
        return sqlalchemy.create_engine(self.reader_url)

    @cached_property
    def writer(self) -> Engine:
        return sqlalchemy.create_engine(self.writer_url)

    @cached_property
    def operator(self) -> Engine:
        return sqlalchemy.create_engine(self.operator_url)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which the app and the command line find this store."""
        return {
            "DATABASE_URL": self.owner_url,
            "READER_URL": self.reader_url,
            "WRITER_URL": self.writer_url,
            "OPERATOR_URL": self.operator_url,
        }

    def close(self) -> None:
        for role in ("owner", "reader", "writer", "operator"):
            if role in vars(self):
                vars(self)[role].dispose()


class Databases:
    """Makes databases on one server and drops them; numbers them, so that their names never meet."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self._made = 0
        self._admin = sqlalchemy.create_engine(
            server.url("owner", "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )

    @contextlib.contextmanager
    def empty(self) -> Iterator[Database]:
        """An empty database, no schema in it, dropped after the block."""
        yield from self._make("template0")

    @contextlib.contextmanager
    def copy(self, template: str = TEMPLATE) -> Iterator[Database]:
        """A copy of a template, dropped after the block. Nobody may be connected to the template."""
        yield from self._make(template)

    def make_template(self, name: str = TEMPLATE) -> Database:
        """An empty database that stays, to be filled and copied; close its engines before copying."""
        with self._admin.connect() as connection:
            connection.execute(text(f'create database "{name}" template template0'))
        return Database(self.server, name)

    def _make(self, template: str) -> Iterator[Database]:
        self._made += 1
        name = f"test_{self._made}"
        with self._admin.connect() as connection:
            connection.execute(text(f'create database "{name}" template "{template}" strategy file_copy'))
        database = Database(self.server, name)
        try:
            yield database
        finally:
            database.close()
            with self._admin.connect() as connection:
                connection.execute(text(f'drop database "{name}" with (force)'))


@contextlib.contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder of short path that the server's own account can reach too; removed after the block."""
    folder = Path(tempfile.mkdtemp(prefix="grid-tests-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def throwaway_server() -> Iterator[EmbeddedServer]:
    """A server whose data a crash of the machine may lose; gone after the block."""
    with throwaway_folder() as folder, EmbeddedServer(folder, options=THROWAWAY) as server:
        yield server
