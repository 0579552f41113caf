"""Shared by all tests: a server for the run, a store per test, the served app, the browser.

All that is started here ends with the test run, after Ctrl-C and SIGTERM too: fixtures close what they opened, and on
Linux every child dies with pytest whatever happens to it.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Engine

from seed.server import EmbeddedServer
from tests.support.app import AppServer, serve_app
from tests.support.chromium import launch
from tests.support.databases import TEMPLATE, Database, Databases, throwaway_server

_RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=_RELAXED)
# the same examples at every run: a change is judged by what it changes; `dev` and `long` go looking for new ones
settings.register_profile(
    "ci", max_examples=15, deadline=None, suppress_health_check=_RELAXED, print_blob=True, derandomize=True
)
# as many as HISTORIES says: `make oracle HISTORIES=9000`
settings.register_profile(
    "long",
    max_examples=int(os.environ.get("HISTORIES", "2000")),
    deadline=None,
    suppress_health_check=_RELAXED,
    print_blob=True,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

#: Variables of the person's own shell that would change what a test sees.
_OURS = ("DATABASE_URL", "READER_URL", "WRITER_URL", "OPERATOR_URL", "PORT", "PROFILE", "DASHBOARD_LANG", "TIME_ZONE")


def pytest_configure() -> None:
    """Start from a clean environment, and treat SIGTERM as Ctrl-C, so that fixtures close what they opened."""
    for name in (*_OURS, "DATA_DIR", "SPEED", "SUBDISTRICT", "UPLOADS", "UPLOADS_DIR"):
        os.environ.pop(name, None)

    def interrupt(number: int, frame: FrameType | None) -> None:
        sys.stderr.write(f"\nSignal {number}\n")
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens pages or starts processes: it is run by itself (`make pages`). One worker runs a whole file, and
    the longest come first, so that none is left to one worker at the end.
    """
    items.sort(key=lambda item: "importers" not in item.path.parts)
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The embedded server of this test run."""
    with throwaway_server() as started:
        yield started


@pytest.fixture(scope="session")
def databases(server: EmbeddedServer) -> Iterator[Databases]:
    """Makes stores for tests that need more than one, or one for a whole module; the template is migrated once."""
    from seed import store

    made = Databases(server)
    template = made.make_template(TEMPLATE)
    store.migrate(template.owner_url)
    template.close()
    yield made


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """A migrated store of the test's own, empty but for the schema."""
    with databases.copy() as copied:
        yield copied


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[Database]:
    """A database of the test's own without any schema."""
    with databases.empty() as made:
        yield made


@pytest.fixture
def owner(database: Database) -> Engine:
    """The owner's engine on the test's store."""
    return database.owner


@pytest.fixture
def reader(database: Database) -> Engine:
    """The reader's engine on the test's store: SELECT only, no personal data."""
    return database.reader


@pytest.fixture
def writer(database: Database) -> Engine:
    """The writer's engine on the test's store: inbox, seal, absorb."""
    return database.writer


@pytest.fixture
def operator(database: Database) -> Engine:
    """The operator's engine on the test's store: named commands only."""
    return database.operator


StartApp = Callable[..., AppServer]


@pytest.fixture
def app_server() -> Iterator[StartApp]:
    """Serve the app: `app_server(database)`, or with more variables, `app_server(database, DASHBOARD_LANG="en")`.

    Each call starts one more; all are stopped after the test.
    """
    with ExitStack() as started:

        def start(database: Database | None = None, *, port: int | None = None, **variables: str) -> AppServer:
            environment = {**(database.environment if database else {}), **variables}
            return started.enter_context(serve_app(environment, port=port))

        yield start


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium with software WebGL.

    One per module: Playwright keeps an event loop running, which tests with a loop of their own must not find.
    """
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of the test's own, the size of a common wall screen, in Chinese.

    What a laptop page sends to be read meanwhile is taken away: tests look at the page itself (test_first_view.py).
    """
    opened = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", timezone_id="Asia/Shanghai")
    opened.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.getElementById('laptop-first')?.remove())"
    )
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in the test's own browser profile."""
    return context.new_page()
