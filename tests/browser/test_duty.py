"""The duty desk and the wall: the mode turns the wall, a thumb on a phone makes its count fall, a tone sounds once."""

import time
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from seed.duty import pair_device, set_mode
from tests.browser.test_live import open_wall, shows, until_shown, wait_until
from tests.dashboard_live.city import Writer, fill, name
from tests.support.app import AppServer, serve_app, status_of
from tests.support.databases import Database, Databases

pytestmark = [pytest.mark.browser, pytest.mark.runtime]

SCENE = """() => [...document.querySelectorAll('*')]
  .map(e => e.shadowRoot?.querySelector('.scene.shown')?.dataset.scene ?? '').join('')"""
#: How many red cases the wall says nobody has seen.
UNSEEN = r"""() => {
  const wall = [...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.wall'))
  const note = wall?.shadowRoot.querySelector('.panel-lists .latest .note')?.textContent ?? ''
  return Number(note.match(/\d+/)?.[0] ?? 0)
}"""
#: Counts the tones a page starts.
SPY = """
window.tones = 0
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...given) { window.tones += 1; return start.apply(this, given) }
"""


COUNT_CONTEXTS = """
window.made = 0
const Made = AudioContext
window.AudioContext = class extends Made { constructor() { super(); window.made += 1 } }
"""


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    """Some days of the demo city, for all tests of this module."""
    with databases.copy() as database:
        fill(database, days=4, scale=0.2)
        yield database


@pytest.fixture(scope="module")
def app(city: Database) -> Iterator[AppServer]:
    """The app over the city."""
    with serve_app(city.environment) as server:
        wait_until(lambda: status_of(f"{server.url}/readyz") == 200, 60)
        yield server


@pytest.fixture
def writer(city: Database) -> Iterator[Writer]:
    """A live source."""
    opened = Writer(city)
    yield opened
    opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone's page."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context.new_page()
    context.close()


def says_unseen(page: Page, count: int) -> bool:
    return bool(page.evaluate(UNSEEN) == count)


def middle(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def allowed(page: Page, writer: Writer, matter: str) -> float:
    """A second; on a machine that is busy with other things, twice what a plain new case takes to the wall there."""
    return max(1.0, 2 * middle(until_shown(page, writer, matter, times=3)))


def open_desk(phone: Page, app: AppServer, city: Database) -> None:
    """A phone paired with an officer."""
    token = pair_device(city.operator_url, "陈志强", 1)
    phone.goto(f"{app.url}/duty?lang=zh&pair={token}")
    expect(phone.locator("header h1")).to_have_text("值班台", timeout=30_000)


def test_the_mode_turns_the_wall_and_back(page: Page, app: AppServer, city: Database, writer: Writer) -> None:
    open_wall(page, app, scenes="overview")
    within = allowed(page, writer, "平转急之前")
    seconds = []
    for number in range(3):
        reason = f"暴雨红色预警{name(number)}"
        set_mode(city.operator_url, "emergency", reason, "Red rainstorm warning")
        seconds.append(wait_until(lambda: page.evaluate(SCENE) == "emergency", 10, 0.01))
        wait_until(partial(shows, page, reason), 5)
        assert shows(page, "应急")
        set_mode(city.operator_url, "normal", "", "")
        seconds.append(wait_until(lambda: page.evaluate(SCENE) == "overview", 10, 0.01))
    assert middle(seconds) < within, seconds
    wait_until(lambda: shows(page, "平时"), 5)


def test_a_thumb_on_a_phone_makes_the_walls_count_fall(
    page: Page, phone: Page, app: AppServer, city: Database, writer: Writer
) -> None:
    open_desk(phone, app, city)
    open_wall(page, app, scenes="overview")
    within = allowed(page, writer, "电梯停运")
    seconds = []
    for number in range(3):
        before = int(page.evaluate(UNSEEN))
        summary = f"电梯困人{name(number)}"
        writer.report(grid=number, summary=summary)
        wait_until(partial(says_unseen, page, before + 1), 10)
        card = phone.locator(".case", has_text=summary)
        button = card.get_by_role("button")
        expect(button).to_contain_text("确认", timeout=10_000)
        button.dblclick(no_wait_after=True)  # a second tap is no second acknowledgement
        seconds.append(wait_until(partial(says_unseen, page, before), 10, 0.01))
        expect(card.locator(".seen")).to_contain_text("陈志强", timeout=10_000)
        expect(button).to_have_count(0)
    assert middle(seconds) < within, seconds


def test_the_shift_is_handed_over_with_a_note(phone: Page, app: AppServer, city: Database) -> None:
    open_desk(phone, app, city)
    phone.get_by_label("接班人").fill("王芳")
    phone.get_by_label("交班留言").fill("合水口07 燃气抢修中 <b>")
    phone.locator("form button").click()
    expect(phone.locator(".handover").first).to_contain_text("陈志强 → 王芳", timeout=10_000)
    expect(phone.locator(".handover p").first).to_have_text("合水口07 燃气抢修中 <b>")
    expect(phone.get_by_label("接班人")).to_have_value("")
    expect(phone.get_by_label("交班人")).to_have_value("王芳")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_pairing_only_how_to_pair_is_shown(phone: Page, app: AppServer, writer: Writer) -> None:
    writer.report(summary="不该给人看的事")
    for address in ("/duty?lang=zh", "/duty?lang=zh&pair=guess"):
        phone.goto(app.url + address)
        expect(phone.locator(".unpaired h1")).to_have_text("本机尚未配对", timeout=30_000)
        assert phone.locator("button[data-case], form").count() == 0
        assert not shows(phone, "不该给人看的事")


def test_a_tone_sounds_once_for_a_new_red_case(page: Page, app: AppServer, writer: Writer) -> None:
    page.add_init_script(SPY)
    writer.report(summary="打开之前的红色事件")
    open_wall(page, app, scenes="overview")
    wait_until(lambda: shows(page, "打开之前的红色事件"), 10)  # the server's picture has it
    open_wall(page, app, scenes="overview", sound="on")
    tones = partial(page.evaluate, "() => window.tones")
    if shows(page, "点击屏幕一次以开启提示音"):  # a browser that waits for a click says so
        page.mouse.click(200, 200)
    wait_until(lambda: shows(page, "提示音已开"), 5)
    assert tones() == 0  # what is there at the beginning is known
    # orange, since the list has room for others only where red and orange ones are few
    writer.report(risk="orange", summary="橙色不响")
    wait_until(lambda: shows(page, "橙色不响"), 10)
    assert tones() == 0
    writer.report(grid=3, summary="红色响一声")
    wait_until(lambda: tones() == 1, 10)
    writer.report(risk="orange", summary="同一件不再响")
    wait_until(lambda: shows(page, "同一件不再响"), 10)
    page.evaluate("dispatchEvent(new Event('resize'))")
    time.sleep(1.5)
    assert tones() == 1


def test_without_the_wish_no_sound_is_made_ready(page: Page, app: AppServer, writer: Writer) -> None:
    page.add_init_script(SPY + COUNT_CONTEXTS)
    open_wall(page, app, scenes="overview")
    writer.report(grid=5, summary="没有提示音")
    wait_until(lambda: shows(page, "没有提示音"), 10)
    assert page.evaluate("() => [window.made, window.tones]") == [0, 0]
