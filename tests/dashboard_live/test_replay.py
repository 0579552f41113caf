"""The replay of a day: half hours of the clock, each as it was known then and asked for once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from dashboard.live import replay as replaying
from dashboard.live.asked import Asked
from dashboard.live.memory import Memory
from dashboard.live.replay import half_hours, replay
from dashboard.live.standing import grids
from queries import store
from queries.filters import Filter
from tests.dashboard_live.city import fill
from tests.support.databases import Database, Databases
from tests.support.plans import sent_by


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Database]:
    with databases.copy() as database:
        fill(database, days=4, scale=1.0)
        yield database


@pytest.fixture
def reader(city: Database) -> Iterator[Connection]:
    with city.reader.connect() as connection:
        yield connection


def _asked(connection: Connection, memory: Memory, **earlier: float) -> Asked:
    owner = store.subdistricts(connection)[0]
    vitals = store.vitals(connection, owner.subdistrict_id)
    assert vitals is not None and vitals.recorded_at is not None
    moment = vitals.recorded_at - timedelta(**earlier)
    filter = Filter(owner.subdistrict_id, moment, owner.time_zone)
    return Asked(connection, memory, filter, datetime.now(UTC), has_cases=True)


def test_half_hours_are_the_clocks_own() -> None:
    moment = datetime(2026, 3, 5, 14, 47, 12, 5, tzinfo=UTC)
    moments = half_hours(moment)
    assert (len(moments), moments[-1], moments[0]) == (
        48,
        datetime(2026, 3, 5, 14, 30, tzinfo=UTC),
        datetime(2026, 3, 4, 15, 0, tzinfo=UTC),
    )
    assert half_hours(moments[-1])[-1] == moments[-1]


def test_steps_are_worked_out_backwards_and_asked_for_once(reader: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "BUDGET", 0.0)
    memory = Memory()
    asked = _asked(reader, memory)
    grids(asked, "grid")
    assert [len(replay(asked, "grid").steps) for _ in range(3)] == [1, 2, 3]
    monkeypatch.setattr(replaying, "BUDGET", 60.0)
    told = replay(asked, "grid")
    assert [step.at for step in told.steps] == list(told.moments)
    assert len(sent_by(reader, lambda _: replay(asked, "grid"))) == 1, "the cases alone"
    assert any(step.levels for step in told.steps)


def test_a_step_has_the_levels_a_picture_of_that_moment_had(reader: Connection) -> None:
    memory = Memory()
    now = _asked(reader, memory)
    grids(now, "grid")
    step = replay(now, "grid").steps[-1]
    earlier = _asked(reader, Memory(), seconds=(now.filter.as_of - step.at).total_seconds())
    then: Any = grids(earlier, "grid")
    shown = then[then["level"] != "normal"]
    assert dict(step.levels) == dict(zip(shown["area_id"], shown["level"], strict=True))


def test_half_hours_that_are_over_are_forgotten(reader: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "BUDGET", 60.0)
    memory = Memory()
    yesterday, now = _asked(reader, memory, hours=20), _asked(reader, memory)
    grids(yesterday, "grid")
    replay(yesterday, "grid")
    replay(now, "grid")
    assert len(memory.notes["steps"]) == 48
