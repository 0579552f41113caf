"""Which department owes the most? From the situation to the bar, the list, the case and back, in both languages; and a
mark that a paired laptop sets.
"""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from seed import door
from seed.duty import pair_device
from tests.browser.test_live import wait_until
from tests.dashboard_live.city import Writer, fill
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Database, Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

#: More than the demo city has waiting at any department.
HANDED_UP = 9
NAMES = {
    "zh": ("升级", "应急办待答复最多", "应急办"),
    "en": ("Escalations", "Emergency Office owes the most", "Emergency Office"),
}


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    """Some days of the demo city, and nine cases that the emergency office has to answer, the first one overdue."""
    with databases.copy() as made:
        fill(made, days=6)
        _hand_up(made)
        yield made


@pytest.fixture(scope="module")
def app(city: Database) -> Iterator[AppServer]:
    with serve_app({**city.environment, "LAPTOP_COMMANDS": "paired"}) as server:
        wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
        yield server


def _hand_up(city: Database) -> None:
    writer = Writer(city)
    summaries = [f"燃气异味{name}" for name in "甲乙丙丁戊己庚辛壬"[:HANDED_UP]]
    cases = [writer.report(grid=number, risk="orange", summary=said) for number, said in enumerate(summaries)]
    now = datetime.now(UTC)
    rows = [
        {
            "external_id": case,
            "event": "escalated",
            "occurred_at": now,
            "escalation_no": 1,
            "level": "department",
            "department_code": "emergency",
            "due_at": now + timedelta(seconds=1, hours=number),
        }
        for number, case in enumerate(cases)
    ]
    result = door.send(writer.connection, writer.subdistrict_id, "patrol", pd.DataFrame(rows), "live")
    assert result.rows_new == HANDED_UP, result
    time.sleep(1.5)  # a page without as_of is as of the newest record: one that comes after the first deadline
    writer.report(risk="blue")
    writer.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    return opened


@pytest.mark.parametrize("language", ["zh", "en"])
def test_which_department_owes_the_most(page: Page, app: AppServer, language: str) -> None:
    nav, headline, department = NAMES[language]
    page.goto(f"{app.url}/situation?lang={language}")
    page.locator("header nav a", has_text=nav).click(timeout=30_000)
    expect(page.locator(".answer h1")).to_contain_text(headline, timeout=20_000)
    page.evaluate("window.isTheSamePage = true")
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    expect(chart.locator("svg text", has_text=department)).to_be_visible(timeout=20_000)
    # the uppermost bar is the one of who owes most
    chart.locator("svg g.mark-rect path[aria-roledescription=bar]").last.wait_for(state="attached")
    box = chart.locator("svg text", has_text=department).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] + 60, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/escalations\?.*department=emergency"), timeout=20_000)
    listed = page.locator("table.handups tbody tr")
    expect(listed).to_have_count(HANDED_UP, timeout=20_000)
    expect(listed.first.locator(".clock b")).to_have_class("over", timeout=20_000)
    listed.first.locator(".title a").click()
    expect(page).to_have_url(re.compile(r"/cases\?.*id=\d+"), timeout=20_000)
    expect(page.locator(".log")).to_be_visible(timeout=20_000)
    expect(page.locator("section", has_text=department).first).to_be_visible()
    page.go_back()
    expect(page.locator("table.handups tbody tr")).to_have_count(HANDED_UP, timeout=20_000)
    expect(page).to_have_url(re.compile(r"department=emergency"))
    assert page.evaluate("window.isTheSamePage") is True


def test_filters_cut_the_list_and_it_can_be_taken_away(page: Page, app: AppServer) -> None:
    page.goto(f"{app.url}/escalations?lang=en")
    page.locator("form.own select").select_option("emergency", timeout=30_000)
    expect(page).to_have_url(re.compile(r"department=emergency"), timeout=20_000)
    page.locator(".cuts .chip", has_text="Past their deadline").click()
    expect(page).to_have_url(re.compile(r"state=overdue"), timeout=20_000)
    expect(page.locator("table.handups tbody tr")).to_have_count(1, timeout=20_000)
    with page.expect_download() as download:
        page.locator(".head.worklist .downloads a", has_text="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "Emergency Office" in text and "燃气异味甲" not in text  # English files bear the matter's English name
    assert len([line for line in text.splitlines() if ",Emergency Office," in line]) == 1


def test_a_paired_laptop_asks_for_an_answer_once(page: Page, app: AppServer, city: Database) -> None:
    page.goto(f"{app.url}/escalations?lang=zh&department=emergency")
    expect(page.locator("table.handups tbody tr")).to_have_count(HANDED_UP, timeout=30_000)
    expect(page.locator("button[data-act]")).to_have_count(0)
    page.goto(f"{app.url}/pair?lang=zh&department=emergency#{pair_device(city.operator_url, '陈志强', 1)}")
    row = page.locator("table.handups tbody tr").nth(1)
    row.get_by_role("button", name="督办").click(timeout=30_000)
    expect(row.locator(".marks")).to_contain_text("陈志强", timeout=20_000)
    expect(page.locator(".noted")).to_have_text("已记录。")
    row.get_by_role("button", name="再次督办").click()
    expect(page.locator(".noted")).to_have_text("未重复记录：刚刚已有人操作。", timeout=20_000)
    assert "#" not in page.url
    assert "grid_device" not in page.evaluate("document.cookie"), "no script reads the token"
