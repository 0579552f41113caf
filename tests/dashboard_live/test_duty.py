"""The desk's parts of a picture follow the store at once; commands do what they say or say why not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from dashboard.live.assemble import Assembler
from dashboard.live.commands import CommandError, Commands
from dashboard.live.duty import expected
from dashboard.live.engine import picture_engine
from dashboard.snapshot import Snapshot
from queries.filters import Filter
from seed.duty import pair_device, revoke_pairing, set_mode
from tests.dashboard_live.city import Writer, fill
from tests.support.databases import Database, Databases

HOURS = [float(hour) for hour in range(24)]


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    with databases.copy() as database:
        fill(database, days=4, scale=0.2)
        yield database


@pytest.fixture
def writer(city: Database) -> Iterator[Writer]:
    opened = Writer(city)
    yield opened
    opened.close()


@pytest.fixture
def commands(city: Database) -> Iterator[Commands]:
    opened = Commands(city.operator_url)
    yield opened
    opened.close()


def picture(city: Database, now: datetime | None = None) -> Snapshot:
    engine = picture_engine(city.reader_url)
    try:
        return Assembler(engine).picture(1, now or datetime.now(UTC)).snapshot
    finally:
        engine.dispose()


def test_a_mode_just_set_is_in_the_next_picture_though_this_clock_runs_behind(city: Database, writer: Writer) -> None:
    writer.report()
    behind = datetime.now(UTC) - timedelta(seconds=30)
    set_mode(city.operator_url, "emergency", "暴雨", "Rain")
    turned = picture(city, behind)
    assert (turned.mode, turned.mode_since.reason_zh, turned.mode_since.is_by_rule) == ("emergency", "暴雨", False)
    assert turned.inflow is not None and turned.inflow.since == turned.moment - timedelta(hours=1)
    later = picture(city, datetime.now(UTC) + timedelta(hours=2))
    assert later.inflow is not None and later.inflow.since == later.mode_since.since
    set_mode(city.operator_url, "normal", "", "")
    assert picture(city, behind).mode == "normal"


def test_an_acknowledged_case_is_in_the_next_picture(city: Database, writer: Writer, commands: Commands) -> None:
    number = writer.report(summary="燃气管道泄漏")
    before = picture(city)
    with city.reader.connect() as connection:
        case_id = connection.scalar(
            text("select case_id from app.cases where external_id = :number"), {"number": number}
        )
    assert bool(before.grave.set_index("case_id").at[case_id, "is_unacknowledged"])
    token = pair_device(city.operator_url, "陈志强", 1)
    commands.acknowledge(token, int(case_id or 0))
    after = picture(city).grave.set_index("case_id").loc[case_id]
    assert (bool(after["is_unacknowledged"]), after["acknowledged_by"]) == (False, "陈志强")


def test_the_officer_on_duty_is_who_took_over_last(city: Database, writer: Writer, commands: Commands) -> None:
    writer.report()  # a store that nobody feeds stands still at its last record, and so does its shift
    token = pair_device(city.operator_url, "陈志强", 1)
    commands.hand_over(token, "陈志强", "王芳", "无事")
    shift = picture(city).duty
    assert (shift.officer, shift.handovers["note"].iloc[0]) == ("王芳", "无事")


def test_kinds_that_visitors_must_not_see_are_marked(city: Database) -> None:
    grave = picture(city).grave
    shown = grave[grave["is_shown"]]["kind"]
    assert set(shown) <= {"appeal", "hazard", "warning"}
    assert set(grave[~grave["is_shown"]]["kind"]) <= {"petition", "police_report"}


def test_a_revoked_pairing_does_nothing_though_it_was_just_believed(city: Database, commands: Commands) -> None:
    token = pair_device(city.operator_url, "李明", 1)
    device = commands.device(token)
    assert device is not None and device.officer == "李明"
    with city.owner.connect() as connection:
        number = connection.scalar(text("select max(pairing_id) from app.pairings"))
    revoke_pairing(city.operator_url, int(number or 0))
    with pytest.raises(CommandError) as refused:
        commands.hand_over(token, "李明", "王芳", "")
    assert refused.value.code == "unpaired"
    assert commands.device(token) is None


def test_without_a_store_a_command_says_so(city: Database) -> None:
    for url in (None, city.operator_url.replace(city.name, "nowhere")):
        with pytest.raises(CommandError) as refused:
            Commands(url).acknowledge("any", 1)
        assert refused.value.code == "unreachable"


@pytest.mark.parametrize(
    ("since", "until", "cases"),
    [
        ("10:00", "11:00", 10.0),
        ("10:30", "11:30", 5.0 + 5.5),
        ("10:15", "10:30", 2.5),
        ("22:30", "23:59", 11.0 + 23 * 59 / 60),
        ("12:00", "12:00", 0.0),
    ],
)
def test_what_is_usual_between_two_moments(since: str, until: str, cases: float) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    moments = [datetime.fromisoformat(f"2026-03-05T{clock}").replace(tzinfo=zone) for clock in (since, until)]
    asked: Any = SimpleNamespace(filter=Filter(1, moments[1], "Asia/Shanghai"))
    assert expected(HOURS, moments[0], moments[1], asked) == pytest.approx(cases)
