from datetime import date
from typing import Any

import pandas as pd
import pytest

from queries import volume, workload
from queries.figure import By
from queries.vocabulary import Kind
from seed.reference import COLUMNS
from tests.queries.rates import asked_twice, by_key
from tests.queries.town import Town
from tests.queries.town import build as build_town
from tests.support.databases import Database

MARCH = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}


@pytest.fixture
def told(town: Town) -> Town:
    town.case("first second", "2024-03-11 00:00:00")
    town.case("last second", "2024-03-17 23:59:59", risk="red", channel="app", area_code="west-1")
    town.case("too early", "2024-03-10 23:59:59")
    town.case("too late", "2024-03-18 00:00:00")
    town.case("withdrawn", "2024-03-12 08:30:00", type_code="leak")
    town.then("withdrawn", "withdrawn", "2024-03-12 08:31:00")
    town.settle()
    return town


def _volume(town: Town, moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> dict[Any, Any]:
    return asked_twice(volume.reported, town.connection, town.at(moment, **{**MARCH, **values}), by, unit_level)


def test_volume_by_every_key_from_the_roll_up_and_from_the_cases(told: Town) -> None:
    at = "2024-03-18 08:00:00"
    assert _volume(told, at) == {None: (3, False)}
    assert _volume(told, at, By.HOUR) == {"00": (1, False), "08": (1, False), "23": (1, False)}
    assert _volume(told, at, By.DAY) == dict.fromkeys(("2024-03-11", "2024-03-12", "2024-03-17"), (1, False))
    assert _volume(told, at, By.KIND) == {"appeal": (2, False), "hazard": (1, False)}
    assert _volume(told, at, By.RISK) == {"red": (1, False), "yellow": (2, False)}
    assert _volume(told, at, By.CHANNEL) == {"app": (1, False), "hotline": (2, False)}
    assert sorted(_volume(told, at, By.TYPE).values()) == [(1, False), (2, False)]
    assert _volume(told, at, By.AREA, "community") == {
        str(told.area_ids["east"]): (2, False), str(told.area_ids["west"]): (1, False),
    }  # fmt: skip
    assert _volume(told, at, By.HOUR, kinds=(Kind.HAZARD,)) == {"08": (1, False)}
    assert _volume(told, at, By.RISK, area_id=told.area_ids["west"]) == {"red": (1, False)}
    with pytest.raises(ValueError, match="cannot be grouped by department"):
        _volume(told, at, By.DEPARTMENT)


def test_volume_is_provisional_until_the_last_day_has_ended(told: Town) -> None:
    assert _volume(told, "2024-03-17 23:59:59") == {None: (3, True)}
    assert _volume(told, "2024-03-12 08:30:30") == {None: (2, True)}
    assert _volume(told, "2024-03-10 08:00:00") == {}


def _staffed(database: Database, connection: Any) -> Town:
    work = [
        ("town", "east-1", date(2024, 3, 11), "visit", 2, 5),
        ("town", "west-1", date(2024, 3, 17), "visit", 1, 1),
        ("town", "west-1", date(2024, 3, 18), "visit", 7, 7),
        ("town", "west-1", date(2024, 3, 12), "lecture", 1, 40),
    ]
    staff = [("town", "east-1", "patrol", 2), ("town", "east-1", "appeals", 1), ("town", "west-1", "patrol", 4)]
    labels = [
        ("line_of_field_work", "visit", 1, "走访", "Visits"),
        ("line_of_field_work", "lecture", 2, "宣讲", "Talks"),
    ]
    return build_town(
        connection,
        database.owner_url,
        field_work=pd.DataFrame(work, columns=list(COLUMNS["field_work"])),
        staff_posts=pd.DataFrame(
            [(*row, day) for row, day in zip(staff, ("1900-01-01", "2024-03-15", "1900-01-01"), strict=True)],
            columns=[*COLUMNS["staff_posts"], "valid_from"],
        ),
        labels=pd.DataFrame(labels, columns=list(COLUMNS["labels"])),
    )


def test_cases_per_member_and_day(database: Database) -> None:
    with database.owner.connect() as connection:
        town = _staffed(database, connection)
        town.case("a", "2024-03-11 08:00:00")
        town.case("b", "2024-03-17 23:59:59")
        town.case("no staff there", "2024-03-12 08:00:00", area_code="east-2")
        town.case("of the community at large", "2024-03-12 08:00:00", area_code="east")
        town.settle()

        def load(moment: str, by: By = By.TOTAL, **values: Any) -> dict[Any, Any]:
            level = "grid" if by is By.AREA else None
            asked = town.at(moment, **{**MARCH, **values})
            return by_key(workload.per_member(town.connection, asked, by, unit_level=level).round(4))

        # two patrols for seven days and one more from the 15th on; west-1 had no case and has a load of 0
        assert load("2024-03-18 08:00:00", By.AREA) == {
            str(town.area_ids["east-1"]): (2, 17, False, pytest.approx(2 / 17, abs=1e-4)),
            str(town.area_ids["west-1"]): (0, 28, False, 0.0),
        }
        assert load("2024-03-18 08:00:00") == {None: (2, 45, False, pytest.approx(2 / 45, abs=1e-4))}
        # the 17th has not ended: it is left out, and the period's load is not final
        assert load("2024-03-17 23:59:59") == {None: (1, 38, True, pytest.approx(1 / 38, abs=1e-4))}
        assert load("2024-03-11 12:00:00") == {}
        assert load("2024-03-18 08:00:00", area_id=town.area_ids["east-2"]) == {}
        with pytest.raises(ValueError, match="cannot be grouped by kind"):
            load("2024-03-18 08:00:00", By.KIND)


def test_field_work_by_activity_and_key(database: Database) -> None:
    with database.owner.connect() as connection:
        town = _staffed(database, connection)

        def work(moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> list[list[Any]]:
            asked = town.at(moment, **{**MARCH, **values})
            frame = workload.field_work(town.connection, asked, by, unit_level=unit_level)
            return frame[["key", "activity_en", "times", "people"]].fillna("").to_numpy().tolist()

        assert work("2024-03-20 08:00:00") == [["", "Visits", 3, 6], ["", "Talks", 1, 40]]
        assert work("2024-03-16 08:00:00") == [["", "Visits", 2, 5], ["", "Talks", 1, 40]]
        assert work("2024-03-20 08:00:00", area_id=town.area_ids["east"]) == [["", "Visits", 2, 5]]
        assert work("2024-03-20 08:00:00", By.AREA, "community") == [
            [str(town.area_ids["east"]), "Visits", 2, 5],
            [str(town.area_ids["west"]), "Visits", 1, 1],
            [str(town.area_ids["west"]), "Talks", 1, 40],
        ]
        assert [row[0] for row in work("2024-03-20 08:00:00", By.DAY)] == ["2024-03-11", "2024-03-12", "2024-03-17"]
        assert work("2024-03-10 08:00:00") == []
