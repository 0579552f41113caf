from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from queries import same_day
from queries.figure import By, NotRecordedError
from queries.vocabulary import Kind
from tests.queries.rates import asked_twice
from tests.queries.town import Town

Rows = dict[str | None, tuple[Any, ...]]
MARCH = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}


def _asked(town: Town, moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> Rows:
    """n, good and is_provisional by key."""
    asked = town.at(moment, **{**MARCH, **values})
    return asked_twice(same_day.resolution, town.connection, asked, by, unit_level)


@pytest.fixture
def told(town: Town) -> Town:
    town.case("in time", "2024-03-12 00:00:00")
    town.then("in time", "resolved", "2024-03-12 23:59:59")
    town.case("a second late", "2024-03-12 08:00:00", area_code="east-2")
    town.then("a second late", "resolved", "2024-03-13 00:00:00")
    town.case("reopened on the seventh day", "2024-03-13 08:00:00", area_code="west-1", channel="app")
    town.then("reopened on the seventh day", "resolved", "2024-03-13 09:00:00")
    town.then("reopened on the seventh day", "reopened", "2024-03-20 23:59:59")
    town.case("reopened on the eighth", "2024-03-13 08:00:00", area_code="west-1", risk="red")
    town.then("reopened on the eighth", "resolved", "2024-03-13 09:00:00")
    town.then("reopened on the eighth", "reopened", "2024-03-21 00:00:00")
    town.case("withdrawn", "2024-03-13 08:00:00")
    town.then("withdrawn", "withdrawn", "2024-03-13 10:00:00")
    town.case("withdrawn later", "2024-03-13 08:00:00")
    town.then("withdrawn later", "withdrawn", "2024-03-14 00:00:00")
    town.case("a hazard", "2024-03-13 08:00:00", type_code="leak")
    town.settle()
    return town


def test_nothing_is_no_row(town: Town) -> None:
    assert _asked(town, "2024-03-20 12:00:00") == {}


def test_a_period_as_it_is_known_and_as_it_was(told: Town) -> None:
    assert _asked(told, "2024-03-25 12:00:00") == {None: (5, 2, False)}
    # before the reopening both were good; the 13th is followed until 24:00 of the 20th, the period until the 24th's
    assert _asked(told, "2024-03-20 23:59:58") == {None: (5, 3, True)}
    assert _asked(told, "2024-03-20 23:59:58", By.DAY)["2024-03-13"] == (3, 2, True)
    assert _asked(told, "2024-03-21 00:00:00", By.DAY)["2024-03-13"] == (3, 1, False)
    assert _asked(told, "2024-03-24 23:59:59") == {None: (5, 2, True)}
    assert _asked(told, "2024-03-25 00:00:00") == {None: (5, 2, False)}
    assert _asked(told, "2024-03-13 07:59:59") == {None: (2, 1, True)}
    assert _asked(told, "2024-03-25 12:00:00", kinds=(Kind.HAZARD,)) == {None: (1, 0, False)}


def test_every_grouping(told: Town) -> None:
    at = "2024-03-25 12:00:00"
    assert _asked(told, at, By.DAY) == {"2024-03-12": (2, 1, False), "2024-03-13": (3, 1, False)}
    assert _asked(told, at, By.WEEK) == {"2024-03-11": (5, 2, False)}
    assert _asked(told, at, By.MONTH) == {"2024-03-01": (5, 2, False)}
    assert _asked(told, at, By.KIND) == {"appeal": (5, 2, False)}
    assert _asked(told, at, By.CHANNEL) == {"app": (1, 0, False), "hotline": (4, 2, False)}
    assert _asked(told, at, By.RISK) == {"red": (1, 1, False), "yellow": (4, 1, False)}
    assert list(_asked(told, at, By.TYPE).values()) == [(5, 2, False)]
    ids = {str(area_id): code for code, area_id in told.area_ids.items()}

    def named(**values: Any) -> dict[str, tuple[Any, ...]]:
        return {ids[key or ""]: row for key, row in _asked(told, at, By.AREA, **values).items()}

    assert named(unit_level="grid") == {
        "east-1": (2, 1, False), "east-2": (1, 0, False), "west-1": (2, 1, False),
    }  # fmt: skip
    assert named(unit_level="community") == {"east": (3, 1, False), "west": (2, 1, False)}
    assert named(unit_level="grid", area_id=told.area_ids["west"]) == {"west-1": (2, 1, False)}
    with pytest.raises(ValueError, match="needs the level"):
        same_day.resolution(told.connection, told.at(at), By.AREA)


def test_a_source_that_has_not_handed_in_the_day_keeps_it_provisional(told: Town) -> None:
    told.handed_in("2024-03-13 23:59:59")
    assert _asked(told, "2024-03-25 12:00:00", By.DAY) == {"2024-03-12": (2, 1, False), "2024-03-13": (3, 1, True)}


def test_a_source_that_gives_no_closing_times_takes_no_part(told: Town) -> None:
    told.connection.execute(
        text(
            "insert into app.sources (subdistrict_id, source, name_zh, name_en, records_times)"
            " values (:id, 'paper', '纸质', 'Paper', false)"
        ),
        {"id": told.subdistrict_id},
    )
    told.connection.commit()
    told.case("on paper", "2024-03-13 08:00:00", source="paper")
    told.settle()
    assert _asked(told, "2024-03-25 12:00:00") == {None: (5, 2, False)}


def test_without_closing_times_it_is_not_recorded(told: Town) -> None:
    told.connection.execute(text("update app.sources set records_times = false"))
    with pytest.raises(NotRecordedError, match="not recorded"):
        same_day.resolution(told.connection, told.at("2024-03-25 12:00:00"))
