"""Imported records on the screen: true counts, what no source gives is missing, and old is never shown as new.

A small file of our own everywhere; the two real samples where they lie beside the project.
"""

import csv
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from seed.importers import import_into
from tests.seed.importers import independent_counts
from tests.seed.importers.test_files import GOOD, HEADER, MAPPING
from tests.seed.importers.test_real_samples import BALTIMORE, PINGSHAN, SAMPLES, TODAY
from tests.support.app import AppServer, serve_app, status_of, wait_for
from tests.support.databases import Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

TEXT = """() => [...document.querySelectorAll('*')]
  .map(e => e.shadowRoot?.querySelector('.wall, .region')?.textContent ?? '').join(' ')"""
DRAWN = (
    "() => document.querySelector('[data-testid=stDeckGlJsonChart] canvas')"
    " || [...document.querySelectorAll('*')].some(element => element.shadowRoot?.querySelector('.map svg .spots'))"
)
#: Ours: streets and their communities, and how many appeals each had on the last three days, oldest first.
STREETS = {"东街道": ("甲社区", "乙社区", "丙社区"), "西街道": ("丁社区", "戊社区")}
DAYS = ("2018-10-29", "2018-10-30", "2018-10-31")
COUNTS = {"甲社区": (4, 3, 2), "乙社区": (1, 0, 5), "丙社区": (2, 2, 0), "丁社区": (3, 1, 1), "戊社区": (0, 2, 4)}

COLUMNS = (
    *("REC_ID", "CREATE_TIME", "EVENT_PROPERTY_NAME", "EVENT_SRC_NAME", "EVENT_TYPE_ID", "EVENT_TYPE_NAME"),
    *("SUB_TYPE_ID", "SUB_TYPE_NAME", "MAIN_TYPE_NAME", "STREET_ID", "STREET_NAME", "COMMUNITY_ID", "COMMUNITY_NAME"),
    *("DISPOSE_UNIT_ID", "DISPOSE_UNIT_NAME", "INTIME_ARCHIVE_NUM", "OVERTIME_ARCHIVE_NUM"),
)


class Screen:
    """A page of the app and what stands on it."""

    def __init__(self, page: Page, app: AppServer) -> None:
        self.page, self.app = page, app
        self.geometry = ""
        page.on("response", lambda answer: self._heard(answer.url))

    def _heard(self, url: str) -> None:
        if "/geometry/" in url:
            self.geometry = url

    def open(self, address: str) -> str:
        """The text of a page, as soon as its map is there."""
        self.page.goto(f"{self.app.url}/{address}")
        self.page.wait_for_function(DRAWN, timeout=60_000)
        self.page.wait_for_function("() => document.documentElement.dataset.ggDrawn", timeout=30_000)
        return str(self.page.evaluate(TEXT))

    def units(self) -> int:
        """How many units the map has."""
        give_up = time.monotonic() + 20
        while not self.geometry and time.monotonic() < give_up:
            self.page.wait_for_timeout(50)  # the map asks for its shapes once its canvas stands
        answer = self.page.request.get(self.geometry)
        return sum(each["properties"]["part"] == "grid" for each in answer.json()["features"])

    def hero(self, figure: str) -> str:
        """The large digits of one of the wall's figures."""
        return str(self.page.evaluate("name => window.wallData.panels.figures[name].hero.digits", figure))

    def level_counts(self) -> list[int]:
        """The counts of the map's legend."""
        found = self.page.evaluate("() => window.wallData.panels.map.legend.map(each => each.count)")
        return [int(str(count).replace(",", "")) for count in found]


@pytest.fixture(scope="module")
def untimed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app over our own file of a source that records no times, in the columns of Pingshan's."""
    file = tmp_path_factory.mktemp("untimed") / "appeals.csv"
    _write_untimed(file)
    yield from _served(databases, file, "pingshan")


@pytest.fixture(scope="module")
def timed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app over our own file with closings and deadlines: on the last day three requests, two closed in time."""
    folder = tmp_path_factory.mktemp("timed")
    mapping, file = folder / "small.toml", folder / "requests.csv"
    mapping.write_text(MAPPING, encoding="utf-8")
    closings = ("07/04/2018 02:00:00 PM", "07/04/2018 03:30:00 PM", "")
    rows = [
        GOOD | {"number": str(number), "closed": closed, "status": "Closed" if closed else "Open"}
        for number, closed in enumerate(closings, start=1)
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    yield from _served(databases, file, str(mapping))


def _served(databases: Databases, file: Path, mapping: str) -> Iterator[AppServer]:
    with databases.empty() as database:
        import_into(database.owner_url, database.writer_url, file, mapping, today=TODAY)
        with serve_app(database.environment) as app:
            assert wait_for(f"{app.url}/readyz", seconds=30), status_of(f"{app.url}/readyz")
            yield app


def test_records_without_times_are_shown_as_what_they_are(page: Page, untimed: AppServer) -> None:
    screen = Screen(page, untimed)
    said = screen.open("wall?lang=en")
    assert "Records end 31 Oct 2018" in said
    assert not re.search(r"\bago\b|Nothing needs action|Reported today|provisional", said)
    assert screen.hero("increment") == str(sum(counts[-1] for counts in COUNTS.values()))
    assert [screen.hero(name) for name in ("same_day", "stock", "variable")] == ["not recorded"] * 3
    assert screen.units() == len(COUNTS) == sum(screen.level_counts())
    said = screen.open("situation?lang=en")
    assert "Records end 31 Oct 2018" in said and "as they stood on 31 Oct 2018" in said
    assert "Closing times are not recorded here" in said
    assert not re.search(r"\btoday\b|\bago\b|\bnan\b", said)
    said = screen.open("wall?lang=zh&scene=escalations")
    assert "记录止于 2018年10月31日" in said and "前" not in said.split("记录止于")[0]


def test_records_with_times_have_their_rates_and_deadlines(page: Page, timed: AppServer) -> None:
    screen = Screen(page, timed)
    said = screen.open("wall?lang=en")
    assert "Records end 4 Jul 2018" in said
    assert screen.hero("increment") == "3"
    assert screen.hero("same_day") == "66.7"
    assert screen.hero("stock") == "1"
    assert "winnable" not in said


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples (../shared/data) are not here")
def test_pingshan_on_the_screen(page: Page, databases: Databases) -> None:
    counted = independent_counts.pingshan(PINGSHAN)["day"]
    for app in _served(databases, PINGSHAN, "pingshan"):
        screen = Screen(page, app)
        assert "Records end 31 Oct 2018" in screen.open("wall?lang=en")
        assert screen.hero("increment") == str(counted[date(2018, 10, 31)])
        assert screen.hero("stock") == "not recorded"
        assert screen.units() == 23 == sum(screen.level_counts())
        said = screen.open("situation?lang=zh")
        assert "记录止于 2018年10月31日" in said and "未记录" in said


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples (../shared/data) are not here")
def test_baltimore_on_the_screen(page: Page, databases: Databases) -> None:
    counted = independent_counts.baltimore(BALTIMORE)
    last = max(day for day in counted["day"] if isinstance(day, date))
    for app in _served(databases, BALTIMORE, "baltimore"):
        screen = Screen(page, app)
        said = screen.open("wall?lang=en")
        assert f"Records end {last.day} {last:%b %Y}" in said
        assert screen.hero("increment") == str(counted["day"][last])
        assert screen.hero("stock") == str(counted["state"]["open"])
        assert "%" in said and "overdue" in said
        assert screen.units() == sum(screen.level_counts())
        said = screen.open("situation?lang=en")
        assert "open past their deadline" in said


def _write_untimed(file: Path) -> None:
    """One row per appeal, with the columns of the real export."""
    communities = [(street, community) for street, named in STREETS.items() for community in named]
    wanted = [
        (street, community, day)
        for street, community in communities
        for day, count in zip(DAYS, COUNTS[community], strict=True)
        for _ in range(count)
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for number, (street, community, day) in enumerate(wanted, start=1):
            values = (
                *(number, f"{day} 09:{number:02d}:00", "投诉", "12345", 5, "市容环卫", 11, "乱摆卖", "市容城管"),
                *(list(STREETS).index(street) + 101, street, list(COUNTS).index(community) + 201, community),
                *(301, "执法队", 1, 0),
            )
            writer.writerow(dict(zip(COLUMNS, values, strict=True)))
