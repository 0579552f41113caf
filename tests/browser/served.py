"""A few days of the demo city and the app over them, as tests of pages want them that need no more."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.test_live import wait_until
from tests.dashboard_live.city import Writer, fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Databases


@contextmanager
def few_days(databases: Databases) -> Iterator[AppServer]:
    """Four days, and a case of this moment; the app is ready."""
    with databases.copy() as city:
        fill(city, days=4)
        writer = Writer(city)
        writer.report()
        writer.close()
        with serve_app(city.environment) as server:
            wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
            yield server
