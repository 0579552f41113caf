"""A clerk hands in files, bad ones and a good one, from form to refused rows; two tabs; a worker that is gone."""

import contextlib
import csv
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from seed.duty import pair_device
from seed.importers import import_into
from seed.parent_death import die_with_parent
from tests.browser.test_imported import COLUMNS, _write_untimed
from tests.browser.test_live import wait_until
from tests.seed.importers.test_real_samples import TODAY
from tests.support.app import ROOT, AppServer, serve_app, status_of, stop_group
from tests.support.databases import Database, Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8
PHONE = "13800000001"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export that is in the store, and a newer one with five new rows, three of them wrong."""
    folder = tmp_path_factory.mktemp("exports")
    known = folder / "known.csv"
    _write_untimed(known)
    with known.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    changes = [{}, {}, {"CREATE_TIME": f"待定 {PHONE}"}, {"EVENT_SRC_NAME": "喇叭"}, {"EVENT_SRC_NAME": "喇叭"}]
    newer = [rows[0] | {"REC_ID": str(900 + number)} | change for number, change in enumerate(changes)]
    with (folder / "newer.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows + newer)
    (folder / "empty.csv").write_bytes(b"")
    (folder / "picture.csv").write_bytes(PNG)
    (folder / "broken.toml").write_text("name = [", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def store(databases: Databases, place: Path) -> Iterator[Database]:
    with databases.empty() as made:
        import_into(made.owner_url, made.writer_url, place / "known.csv", "pingshan", today=TODAY)
        yield made


@pytest.fixture(scope="module")
def variables(store: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**store.environment, "UPLOADS": "paired", "UPLOADS_DIR": str(tmp_path_factory.mktemp("uploads") / "of all")}


@pytest.fixture(scope="module")
def app(variables: dict[str, str]) -> Iterator[AppServer]:
    """The app as the supervisor starts it: it is not told the owner's address."""
    given = {name: value for name, value in variables.items() if name != "DATABASE_URL"}
    with serve_app(given) as server:
        wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 30)
        yield server


@contextlib.contextmanager
def worker(variables: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "seed", "uploads"],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        yield process
    finally:
        stop_group(process)


def paired(page: Page, app: AppServer, store: Database, language: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{app.url}/pair?to=upload&lang={language}#{pair_device(store.operator_url, '李敏', 1)}")
    expect(page.locator("form.hand-in")).to_be_visible(timeout=30_000)


def hand_in(page: Page, file: Path, *, toml: Path | None = None) -> None:
    page.locator("input[name=file]").set_input_files(file)
    page.locator("select[name=mapping]").select_option("pingshan" if toml is None else "*")
    if toml is not None:
        page.locator("input[name=toml]").set_input_files(toml)
    page.locator("button[data-do=send]").click()


def headline(page: Page, said: str) -> None:
    expect(page.locator(".upload h1")).to_contain_text(said, timeout=30_000)


def fits(page: Page) -> bool:
    """Whether nothing of the page stands beyond the width of a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    found = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    return bool(found)


def test_from_the_form_to_the_refused_rows(
    page: Page, app: AppServer, store: Database, place: Path, variables: dict[str, str]
) -> None:
    page.goto(f"{app.url}/upload?lang=zh")
    headline(page, "上传文件需使用已配对的笔记本")
    expect(page.locator("form.hand-in")).to_have_count(0)
    assert httpx.post(f"{app.url}/uploads", json={"name": "a.csv"}).status_code == 403
    paired(page, app, store, "zh")
    expect(page.locator(".upload .alert")).to_contain_text("导入程序未运行", timeout=10_000)
    with worker(variables):
        expect(page.locator(".upload .alert")).to_have_count(0, timeout=20_000)
        page.locator("button[data-do=send]").click()
        expect(page.locator("[data-notice]")).to_have_text("请先选择文件。")
        hand_in(page, place / "empty.csv")
        expect(page.locator("[data-notice]")).to_have_text("文件为空：0 字节。")
        hand_in(page, place / "picture.csv")
        headline(page, "文件不是可识别编码的文本：请另存为 UTF-8。")
        page.locator(".upload main a", has_text="上传另一个文件").click()
        hand_in(page, place / "newer.csv", toml=place / "broken.toml")
        headline(page, "映射不是有效的 TOML。")
        page.locator(".upload main a", has_text="上传另一个文件").click()

        hand_in(page, place / "newer.csv")
        headline(page, "检查完毕：2 行将新增或变更")
        counted = [int(text) for text in page.locator(".figure .value").all_inner_texts()]
        assert counted[1:] == [2, 0, counted[0] - 5, 3] and counted[0] == sum(counted[1:])
        problems = page.locator(".found.problems tbody tr")
        expect(problems).to_have_count(2)
        expect(problems.first).to_contain_text("喇叭")
        assert PHONE not in page.content() + str(page.locator(".upload").inner_text())
        expect(page.locator(".found.unknown")).to_contain_text("喇叭")
        expect(page.locator(".found.first tbody tr")).to_have_count(8)
        assert fits(page)
        page.locator("button[data-do=load]").dblclick()
        headline(page, "已导入：2 行新增或变更")
        expect(page.locator(".next code")).to_contain_text(re.compile(r"seed revoke \d+"))
        with page.expect_download() as download:
            page.locator(".downloads a").click()
        book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
        lines = list(book.worksheets[0].iter_rows(values_only=True))
        assert lines[0][:4] == ("文件行号", "原因", "字段", "原内容") and len(lines) == 4
        assert PHONE not in str(lines) and ("时间无法识别", "CREATE_TIME", "待定 ＊") in {line[1:4] for line in lines}
        expect(page.locator("table.uploads tbody tr")).to_have_count(3)
        wait_until(
            lambda: not list(Path(variables["UPLOADS_DIR"]).rglob("*.csv")), 5
        )  # files go with their upload's end


def test_two_tabs_one_upload_and_a_worker_that_goes(
    page: Page, context: BrowserContext, app: AppServer, store: Database, place: Path, variables: dict[str, str]
) -> None:
    paired(page, app, store, "en")
    with worker(variables) as process:
        expect(page.locator(".upload .alert")).to_have_count(0, timeout=20_000)
        hand_in(page, place / "known.csv")
        headline(page, "Loading would change nothing: all of it is known already")
        expect(page.locator("button[data-do=load]")).to_have_count(0)
        address = page.url
        other = context.new_page()
        other.goto(address.replace("lang=en", "lang=zh"))
        headline(other, "导入不会带来任何变化")
        other.locator("button[data-do=give-up]").click()
        headline(other, "已放弃")
        headline(page, "Given up: nothing was loaded, the file was removed")
        os.kill(process.pid, signal.SIGKILL)
        expect(page.locator(".upload h1")).to_be_visible()
        page.locator(".upload main a", has_text="Hand in another file").click()
        expect(page.locator(".upload .alert")).to_contain_text("python -m seed uploads", timeout=15_000)
        hand_in(page, place / "known.csv")
        headline(page, "Waits to be checked, number 1 in the queue")
        waiting = page.url
        page.goto("about:blank")
    with worker(variables):
        page.goto(waiting)
        headline(page, "Loading would change nothing: all of it is known already")
        expect(page.locator(".uploads tr.chosen")).to_contain_text("checked, waits for your word")


def test_without_the_setting_there_is_no_page_and_no_route(page: Page, store: Database) -> None:
    with serve_app(store.environment) as app:
        wait_until(lambda: status_of(f"{app.url}/readyz") == 200, 30)
        page.goto(f"{app.url}/situation?lang=zh")
        expect(page.locator("header nav a").first).to_be_visible(timeout=30_000)
        expect(page.locator("header nav a", has_text="上传")).to_have_count(0)
        assert httpx.post(f"{app.url}/uploads", json={}).status_code in (404, 405)
        assert httpx.get(f"{app.url}/uploads/view").text == httpx.get(f"{app.url}/nothing/here").text
        assert httpx.post(f"{app.url}/pair", content="token").status_code == 404
