from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from queries import deadlines
from queries.figure import By, NotRecordedError
from queries.vocabulary import Kind
from tests.queries.rates import asked_twice
from tests.queries.town import Town

Rows = dict[str | None, tuple[Any, ...]]
MARCH = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}


def _asked(town: Town, moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> Rows:
    """n, good, is_provisional and extended by key."""
    asked = town.at(moment, **{**MARCH, **values})
    return asked_twice(deadlines.on_time, town.connection, asked, by, unit_level)


@pytest.fixture
def told(town: Town) -> Town:
    town.case("before", "2024-03-10 08:00:00", due_at="2024-03-10 23:59:59")
    town.case("first moment", "2024-03-10 08:00:00", due_at="2024-03-11 00:00:00")
    town.then("first moment", "resolved", "2024-03-11 00:00:00")
    town.case("last second", "2024-03-11 08:00:00", due_at="2024-03-17 23:59:59", area_code="west-1", risk="red")
    town.then("last second", "resolved", "2024-03-17 23:59:59")
    town.case("beyond", "2024-03-11 08:00:00", due_at="2024-03-18 00:00:00")
    town.case("put off", "2024-03-11 08:00:00", due_at="2024-03-12 10:00:00", area_code="east-2", channel="app")
    town.then("put off", "deadline_changed", "2024-03-12 09:00:00", due_at="2024-03-20 10:00:00")
    town.then("put off", "resolved", "2024-03-12 10:00:01")
    town.case("put off and kept", "2024-03-11 08:00:00", due_at="2024-03-12 10:00:00", type_code="leak")
    town.then("put off and kept", "deadline_changed", "2024-03-12 09:00:00", due_at="2024-03-20 10:00:00")
    town.then("put off and kept", "resolved", "2024-03-12 10:00:00")
    town.case("put off and withdrawn", "2024-03-11 08:00:00", due_at="2024-03-12 10:00:00")
    town.then("put off and withdrawn", "deadline_changed", "2024-03-12 09:00:00", due_at="2024-03-20 10:00:00")
    town.then("put off and withdrawn", "withdrawn", "2024-03-12 09:59:59")
    town.case("withdrawn at it", "2024-03-11 08:00:00", due_at="2024-03-12 10:00:00")
    town.then("withdrawn at it", "withdrawn", "2024-03-12 10:00:00")
    town.case("reopened", "2024-03-13 08:00:00", due_at="2024-03-13 10:00:00")
    town.then("reopened", "resolved", "2024-03-13 09:00:00")
    town.then("reopened", "reopened", "2024-03-13 09:30:00")
    town.case("told late", "2024-03-13 08:00:00", due_at="2024-03-13 10:00:00")
    town.then("told late", "resolved", "2024-03-13 09:00:00", recorded="2024-03-18 09:00:00")
    town.settle()
    return town


def test_a_period_as_it_is_known_and_as_it_was(told: Town) -> None:
    # first moment, last second, put off ×2, withdrawn at it, reopened, told late
    assert _asked(told, "2024-03-18 09:00:00") == {None: (7, 5, False, 2)}
    assert _asked(told, "2024-03-18 08:59:59") == {None: (7, 4, False, 2)}
    assert _asked(told, "2024-03-17 23:59:58") == {None: (6, 3, True, 2)}
    assert _asked(told, "2024-03-12 09:59:59") == {None: (1, 1, True, 0)}
    assert _asked(told, "2024-03-18 09:00:00", kinds=(Kind.HAZARD,)) == {None: (1, 1, False, 1)}
    assert _asked(told, "2024-03-18 09:00:00", kinds=(Kind.WARNING,)) == {}


def test_every_grouping(told: Town) -> None:
    at = "2024-03-18 09:00:00"
    assert _asked(told, at, By.DAY) == {
        "2024-03-11": (1, 1, False, 0), "2024-03-12": (3, 1, False, 2), "2024-03-13": (2, 2, False, 0),
        "2024-03-17": (1, 1, False, 0),
    }  # fmt: skip
    assert _asked(told, at, By.WEEK) == {"2024-03-11": (7, 5, False, 2)}
    assert _asked(told, at, By.MONTH) == {"2024-03-01": (7, 5, False, 2)}
    assert _asked(told, at, By.KIND) == {"appeal": (6, 4, False, 1), "hazard": (1, 1, False, 1)}
    assert _asked(told, at, By.CHANNEL) == {"app": (1, 0, False, 1), "hotline": (6, 5, False, 1)}
    assert _asked(told, at, By.RISK) == {"red": (1, 1, False, 0), "yellow": (6, 4, False, 2)}
    ids = {str(area_id): code for code, area_id in told.area_ids.items()}
    by_area = _asked(told, at, By.AREA, "grid")
    assert {ids[key or ""]: row for key, row in by_area.items()} == {
        "east-1": (5, 4, False, 1), "east-2": (1, 0, False, 1), "west-1": (1, 1, False, 0),
    }  # fmt: skip
    assert _asked(told, at, area_id=told.area_ids["east"]) == {None: (6, 4, False, 2)}


def test_today_counts_up_to_the_moment_asked_about(town: Town) -> None:
    """Nothing is recorded later, so that the roll-up may speak, but it knows all that is due today."""
    town.case("yesterday", "2024-03-13 08:00:00", due_at="2024-03-13 10:00:00")
    town.case("this morning", "2024-03-14 08:00:00", due_at="2024-03-14 10:00:00")
    town.case("now", "2024-03-14 08:00:00", due_at="2024-03-14 12:00:00")
    town.case("later", "2024-03-14 08:00:00", due_at="2024-03-14 12:00:01")
    town.case("tomorrow", "2024-03-14 08:00:00", due_at="2024-03-15 00:00:00")
    town.then("later", "deadline_changed", "2024-03-14 09:00:00", due_at="2024-03-20 10:00:00")
    town.settle()
    at = "2024-03-14 12:00:00"
    assert _asked(town, at, By.DAY) == {"2024-03-13": (1, 0, False, 0), "2024-03-14": (2, 0, True, 0)}
    assert _asked(town, "2024-03-15 00:00:00") == {None: (5, 0, True, 1)}
    # the running period is provisional though its last day has no case yet
    assert _asked(town, "2024-03-16 12:00:00") == {None: (5, 0, True, 1)}
    assert _asked(town, at, period_from=date(2024, 3, 13), period_to=date(2024, 3, 13)) == {None: (1, 0, False, 0)}
    assert _asked(town, "2024-03-13 09:59:59") == {}


def test_a_source_that_has_not_handed_in_the_day_keeps_it_provisional(told: Town) -> None:
    told.handed_in("2024-03-12 23:59:59")
    days = _asked(told, "2024-03-18 09:00:00", By.DAY)
    assert [row[2] for row in days.values()] == [False, True, True, True]


def test_cases_of_a_source_without_closing_times_take_no_part(told: Town) -> None:
    told.connection.execute(
        text(
            "insert into app.sources (subdistrict_id, source, name_zh, name_en, records_times)"
            " values (:id, 'paper', '', '', false)"
        ),
        {"id": told.subdistrict_id},
    )
    told.connection.execute(text("update app.cases set source = 'paper' where external_id = 'put off'"))
    assert _asked(told, "2024-03-18 09:00:00") == {None: (6, 5, False, 1)}


def test_what_no_source_records(town: Town) -> None:
    asked = town.at("2024-03-14 12:00:00")
    assert deadlines.on_time(town.connection, asked).empty
    town.case("no deadline", "2024-03-14 08:00:00")
    town.settle()
    with pytest.raises(NotRecordedError, match="deadlines"):
        deadlines.on_time(town.connection, asked)
    town.case("with one", "2024-03-14 08:00:00", due_at="2024-03-14 09:00:00")
    town.settle()
    assert len(deadlines.on_time(town.connection, asked)) == 1
    town.connection.execute(text("update app.sources set records_times = false"))
    with pytest.raises(NotRecordedError, match="closed"):
        deadlines.on_time(town.connection, asked)
