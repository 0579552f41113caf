from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from queries import stages
from queries.figure import By, NotRecordedError
from tests.queries.rates import by_key
from tests.queries.town import Town, make_reference
from tests.queries.town import build as build_town
from tests.support.databases import Database

MARCH = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}
DAY = "2024-03-12"


def _clocks(town: Town, moment: str, by: By = By.TOTAL, **values: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """n, reached, median, 90th percentile and longest time by key and clock; None where not reached."""
    frame = stages.clocks(town.connection, town.at(moment, **{**MARCH, **values}), by)
    return {
        (None if pd.isna(key) else key, clock): tuple(None if np.isnan(value) else value for value in numbers)
        for key, clock, *numbers in frame.drop(columns="is_provisional").astype(object).to_numpy().tolist()
    }


def _tell(town: Town, case: str, *steps: tuple[str, str], **values: Any) -> None:
    town.case(case, f"{DAY} 08:00:00", **values)
    for event, at in steps:
        town.then(case, event, at if "-" in at else f"{DAY} {at}")


@pytest.fixture
def told(town: Town) -> Town:
    _tell(town, "through", ("dispatched", "08:30:00"), ("resolved", "10:00:00"), ("fed_back", "10:10:00"),
          ("evaluated", "11:10:00"))  # fmt: skip
    town.then("through", "discovered", f"{DAY} 07:45:00")
    _tell(town, "on the spot", ("resolved", "08:06:00"))
    _tell(town, "waits for dispatch")
    _tell(town, "withdrawn", ("withdrawn", "08:20:00"))
    _tell(town, "dispatched only when reopened", ("resolved", "09:00:00"), ("reopened", "12:00:00"),
          ("dispatched", "12:30:00"))  # fmt: skip
    _tell(town, "evaluated without feedback", ("resolved", "09:00:00"), ("evaluated", "10:00:00"))
    town.settle()
    return town


def test_every_clock_and_what_is_censored_or_left_out(told: Town) -> None:
    found = _clocks(told, f"{DAY} 20:00:00")
    assert found[(None, "discovered_reported")] == (1, 1, 15.0, 15.0, 15.0)
    # through at 30; still waiting 720; withdrawn at 20 (censored); skipped: on the spot, reopened, evaluated
    assert found[(None, "reported_dispatched")] == (3, 1, 30.0, None, 720.0)
    # what was first resolved before its dispatch is not on the clock
    assert found[(None, "dispatched_resolved")] == (1, 1, 90.0, 90.0, 90.0)
    # on the spot waits since 08:06; skipped: evaluated without feedback; open again: the reopened
    assert found[(None, "resolved_fed_back")] == (2, 1, 10.0, None, 714.0)
    assert found[(None, "fed_back_evaluated")] == (1, 1, 60.0, 60.0, 60.0)
    # 6, 60, 60, 120 minutes, censored at 20 and 720
    assert found[(None, "reported_resolved")] == (6, 4, 60.0, None, 720.0)


def test_as_of_the_past_and_groupings(told: Town) -> None:
    before = _clocks(told, f"{DAY} 08:25:00")
    assert before[(None, "reported_resolved")] == (6, 1, None, None, 25.0)
    # nothing was dispatched by any source so far: not recorded, and not "more than 25 minutes"
    assert {clock for _, clock in before} == {"discovered_reported", "reported_resolved"}
    assert _clocks(told, f"{DAY} 07:59:59") == {}
    assert {key for key, _ in _clocks(told, f"{DAY} 20:00:00", By.DAY)} == {DAY}
    assert _clocks(told, f"{DAY} 20:00:00", By.RISK)[("yellow", "reported_resolved")][0] == 6
    with pytest.raises(ValueError, match="cannot be grouped by hour"):
        _clocks(told, f"{DAY} 20:00:00", By.HOUR)


def test_feedback_is_that_of_the_resolution_that_stands(town: Town) -> None:
    _tell(town, "again", ("resolved", "09:00:00"), ("fed_back", "09:30:00"), ("reopened", "10:00:00"),
          ("resolved", "11:00:00"))  # fmt: skip
    town.settle()
    assert _clocks(town, f"{DAY} 12:00:00")[(None, "resolved_fed_back")] == (1, 0, None, None, 60.0)
    assert _clocks(town, f"{DAY} 09:45:00")[(None, "resolved_fed_back")] == (1, 1, 30.0, 30.0, 30.0)


def test_a_source_that_never_tells_of_a_stage_is_not_on_its_clock(database: Database) -> None:
    reference = make_reference()
    sources = pd.concat([reference.sources, reference.sources.assign(source="app")], ignore_index=True)
    with database.owner.connect() as connection:
        town = build_town(connection, database.owner_url, sources=sources)
        _tell(town, "told", ("dispatched", "08:30:00"))
        town.settle()
        town.case("silent", f"{DAY} 08:00:00")
        town.rows[0]["source"] = "app"
        town.settle()
        found = _clocks(town, f"{DAY} 20:00:00")
        assert found == {(None, "reported_dispatched"): (1, 1, 30.0, 30.0, 30.0)}
        assert _share(town, f"{DAY} 20:00:00") == {None: (1, 1, True)}


def _share(town: Town, moment: str, by: By = By.TOTAL, is_urgent: bool | None = None) -> dict[str | None, Any]:
    return by_key(stages.dispatch_share(town.connection, town.at(moment, **MARCH), by, is_urgent=is_urgent))


def test_dispatched_within_the_limit_of_its_colour(town: Town) -> None:
    _tell(town, "urgent in time", ("dispatched", "08:30:00"), risk="red")
    _tell(town, "urgent late", ("dispatched", "08:30:01"), risk="orange")
    _tell(town, "ordinary in time", ("dispatched", "10:00:00"))
    _tell(town, "never", risk="blue")
    _tell(town, "on the spot", ("resolved", "11:00:00"))
    _tell(town, "resolved first", ("resolved", "08:10:00"), ("reopened", "08:20:00"), ("dispatched", "08:25:00"))
    _tell(town, "withdrawn at the limit", ("withdrawn", "10:00:00"))
    _tell(town, "withdrawn after it", ("withdrawn", "10:00:01"))
    town.settle()
    at = f"{DAY} 20:00:00"
    assert _share(town, at) == {None: (5, 2, True)}
    assert _share(town, at, is_urgent=True) == {None: (2, 1, True)}
    assert _share(town, at, is_urgent=False) == {None: (3, 1, True)}
    assert _share(town, at, By.RISK) == {
        "blue": (1, 0, True), "orange": (1, 0, True), "red": (1, 1, True), "yellow": (2, 1, True),
    }  # fmt: skip
    # a second before the ordinary limit only the urgent ones are decided, however soon the others were dispatched
    assert _share(town, f"{DAY} 09:59:59") == {None: (2, 1, True)}
    # the last report of the day could be dispatched until two hours past midnight
    assert _share(town, "2024-03-13 01:59:59", By.DAY)[DAY][2]
    assert not _share(town, "2024-03-13 02:00:00", By.DAY)[DAY][2]


def test_without_dispatch_it_is_not_recorded(town: Town) -> None:
    asked = town.at(f"{DAY} 20:00:00", **MARCH)
    assert stages.dispatch_share(town.connection, asked).empty
    _tell(town, "resolved", ("resolved", "09:00:00"))
    town.settle()
    with pytest.raises(NotRecordedError, match="not recorded"):
        stages.dispatch_share(town.connection, asked)
    assert town.connection.scalar(text("select count(*) from app.cases")) == 1
