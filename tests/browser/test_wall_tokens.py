"""A wall with a token: no login, nothing shown without it, nothing shown soon after it was revoked."""

from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Request

from tests.browser.wall_watch import asked, seconds_until
from tests.dashboard_live.city import fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Database, Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

BODY = "() => document.body.innerText"
CANVAS = (
    "() => document.querySelector('[data-testid=stDeckGlJsonChart] canvas') !== null && window.wallData !== undefined"
)


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    with databases.copy() as database:
        fill(database, days=4, scale=0.1)
        yield database


@pytest.fixture(scope="module")
def app(city: Database) -> Iterator[AppServer]:
    with serve_app({**city.environment, "WALL_TOKENS": "required"}) as server:
        seconds_until(lambda: status_of(f"{server.url}/readyz") == 200, 60, "ready")
        yield server


def subdistrict(city: Database) -> int:
    with city.operator.connect() as connection:
        return int(connection.scalar(sa.text("select min(subdistrict_id) from app.subdistricts")) or 0)


def make(city: Database, label: str) -> tuple[int, str]:
    """Number and token of a new wall."""
    with city.operator.begin() as connection:
        token = str(
            connection.scalar(
                sa.text("select app.make_wall_token(:id, :label, 30)"), {"id": subdistrict(city), "label": label}
            )
        )
    with city.reader.connect() as connection:
        wall = connection.scalar(sa.text("select wall_id from app.wall_tokens where label = :label"), {"label": label})
    return int(wall or 0), token


@pytest.mark.parametrize("page_name", ["wall", "situation"])
def test_without_a_token_one_plain_screen_in_both_languages_and_no_data(
    page: Page, app: AppServer, page_name: str
) -> None:
    page.goto(f"{app.url}/{page_name}")
    seconds_until(lambda: "此屏幕的地址无效" in str(asked(page, BODY)), 20, "the plain screen")
    body = str(asked(page, BODY))
    assert "This screen's address does not hold" in body
    assert "wall-token new" in body
    assert page.evaluate("() => window.wallData === undefined && !document.querySelector('canvas')")
    assert "马田" not in str(page.content())
    assert "马田" not in httpx.get(f"{app.url}/{page_name}", headers={"accept": "text/html"}).text
    assert httpx.get(f"{app.url}/export/cases/cases.csv").status_code == 403
    assert httpx.get(f"{app.url}/pulse?once").status_code == 403
    assert httpx.get(f"{app.url}/pulse").status_code == 403
    assert httpx.get(f"{app.url}/geometry/0000.json").status_code == 403


def test_a_token_brings_the_wall_and_is_seen_nowhere_else(page: Page, city: Database, app: AppServer) -> None:
    wall, token = make(city, "指挥大厅左屏")
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(request.url + str({name: value for name, value in request.headers.items() if name != "cookie"}))

    page.on("request", note)
    page.goto(f"{app.url}/enter?scenes=overview,ranking&every=20#{token}")
    seconds_until(lambda: bool(asked(page, CANVAS)), 30, "the wall")
    assert page.url == f"{app.url}/wall?scenes=overview%2Cranking&every=20"
    assert token not in page.evaluate("() => document.cookie"), "no script reads it"
    assert token not in page.content()
    assert [request for request in sent if token in request] == []
    assert token not in app.output

    def seen() -> bool:
        with city.reader.connect() as connection:
            at = connection.scalar(
                sa.text("select last_seen_at from app.wall_tokens where wall_id = :wall"), {"wall": wall}
            )
        return at is not None

    seconds_until(seen, 10, "last seen")


def test_a_revoked_token_turns_an_open_wall_off_within_ten_seconds(page: Page, city: Database, app: AppServer) -> None:
    wall, token = make(city, "接待大厅")
    page.goto(f"{app.url}/enter#{token}")
    seconds_until(lambda: bool(asked(page, CANVAS)), 30, "the wall")
    with city.operator.begin() as connection:
        assert connection.scalar(
            sa.text("select app.revoke_wall_token(:id, :wall)"), {"id": subdistrict(city), "wall": wall}
        )
    is_dark = "() => getComputedStyle(document.documentElement).visibility === 'hidden' || !window.wallData"
    seconds = seconds_until(lambda: asked(page, is_dark) is True, 10, "turned off")
    print(f"turned off after {seconds:.1f} s")
    seconds_until(lambda: "此屏幕的地址无效" in str(asked(page, BODY)), 20, "the plain screen")
    assert page.evaluate("() => window.wallData === undefined")
    page.goto(f"{app.url}/enter#{token}")
    seconds_until(lambda: "此地址已失效" in str(asked(page, BODY)), 10, "the address does not hold")
