"""Owns how a command reaches its store: the embedded server where no database is named, the schema as it has to be."""

import contextlib
from collections.abc import Iterator

from rich.console import Console

from seed import store
from seed.server import running
from seed.settings import Settings, role_url

console = Console()


@contextlib.contextmanager
def opened() -> Iterator[Settings]:
    """The settings, with the embedded server running when they name no database."""
    settings = Settings.load()
    if settings.database_url is None:
        with running(settings.data_dir):
            yield settings
    else:
        yield settings


@contextlib.contextmanager
def current() -> Iterator[tuple[Settings, str]]:
    """Settings and owner's address of a store whose schema is this release's; raises StoreError otherwise."""
    with opened() as settings:
        url = role_url(settings, "owner")
        state = store.schema_state(url)
        if state == "newer":
            raise store.StoreError("the database was made by a newer release: install that release")
        if state != "current":
            raise store.StoreError(f"the schema of the database is {state}: run python -m seed migrate")
        yield settings, url
