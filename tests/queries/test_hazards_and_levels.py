from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from queries import hazards, levels
from queries.figure import By, NotRecordedError
from queries.vocabulary import Kind
from tests.queries.rates import asked_twice, by_key
from tests.queries.town import Town

Rows = dict[str | None, tuple[Any, ...]]
MARCH = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}
AFTER = "2024-03-25 12:00:00"


def _spot(town: Town, moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> Rows:
    asked = town.at(moment, **{**MARCH, **values})
    return asked_twice(hazards.on_the_spot, town.connection, asked, by, unit_level)


def _base(town: Town, moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> Rows:
    """n, good, is_provisional, open_above, open_base by key."""
    asked = town.at(moment, **{**MARCH, **values})
    return by_key(levels.base_resolution(town.connection, asked, by, unit_level=unit_level))


@pytest.fixture
def leaks(town: Town) -> Town:
    hazard = {"type_code": "leak", "channel": "patrol"}
    town.case("the week before", "2024-03-10 23:59:59", **hazard)
    town.case("on the spot", "2024-03-11 00:00:00", **hazard)
    town.then("on the spot", "resolved", "2024-03-12 08:00:00")
    town.case("dispatched", "2024-03-11 08:00:00", area_code="east-2", risk="red", **hazard)
    town.then("dispatched", "dispatched", "2024-03-11 09:00:00", level="department", department_code="water")
    town.then("dispatched", "resolved", "2024-03-11 10:00:00", level="department")
    town.case("withdrawn the same day", "2024-03-12 08:00:00", **hazard)
    town.then("withdrawn the same day", "withdrawn", "2024-03-12 09:00:00")
    town.case("withdrawn later", "2024-03-12 08:00:00", **hazard)
    town.then("withdrawn later", "withdrawn", "2024-03-14 09:00:00")
    town.case("reopened", "2024-03-13 08:00:00", area_code="west-1", **hazard)
    town.then("reopened", "resolved", "2024-03-13 09:00:00")
    town.then("reopened", "reopened", "2024-03-20 09:00:00")
    town.then("reopened", "resolved", "2024-03-22 09:00:00")
    town.case("told late", "2024-03-17 23:59:59", recorded="2024-03-19 08:00:00", **hazard)
    town.then("told late", "resolved", "2024-03-18 00:00:00", recorded="2024-03-19 08:00:01")
    town.case("the week after", "2024-03-18 00:00:00", **hazard)
    town.case("an appeal", "2024-03-13 08:00:00")
    town.settle()
    return town


def test_on_the_spot_as_it_is_known_and_as_it_was(leaks: Town) -> None:
    assert _spot(leaks, AFTER) == {None: (4, 3, False)}
    assert _spot(leaks, "2024-03-20 09:00:00") == {None: (4, 2, True)}  # one is open again
    assert _spot(leaks, "2024-03-20 08:59:59") == {None: (4, 3, False)}
    assert _spot(leaks, "2024-03-18 08:00:00") == {None: (3, 2, False)}  # the last one is still on paper
    assert _spot(leaks, "2024-03-14 08:59:59") == {None: (4, 2, True)}  # not withdrawn yet
    assert _spot(leaks, "2024-03-11 00:00:00") == {None: (1, 0, True)}
    assert _spot(leaks, "2024-03-10 23:59:59") == {}
    assert _spot(leaks, AFTER, kinds=(Kind.APPEAL,)) == {None: (1, 0, True)}
    assert _spot(leaks, AFTER, kinds=(Kind.WARNING,)) == {}


def test_on_the_spot_by_every_grouping(leaks: Town) -> None:
    assert _spot(leaks, AFTER, By.DAY) == {
        # nothing is left of the 12th but what was withdrawn: no row
        "2024-03-11": (2, 1, False), "2024-03-13": (1, 1, False), "2024-03-17": (1, 1, False),
    }  # fmt: skip
    assert _spot(leaks, "2024-03-17 23:59:59", By.WEEK) == {"2024-03-11": (3, 2, True)}
    assert _spot(leaks, AFTER, By.MONTH) == {"2024-03-01": (4, 3, False)}
    assert _spot(leaks, AFTER, By.RISK) == {"red": (1, 0, False), "yellow": (3, 3, False)}
    assert _spot(leaks, AFTER, By.CHANNEL) == {"patrol": (4, 3, False)}
    ids = {str(area_id): code for code, area_id in leaks.area_ids.items()}
    found = {ids[key or ""]: row for key, row in _spot(leaks, AFTER, By.AREA, "grid").items()}
    assert found == {"east-1": (2, 2, False), "east-2": (1, 0, False), "west-1": (1, 1, False)}
    assert _spot(leaks, AFTER, area_id=leaks.area_ids["west"]) == {None: (1, 1, False)}


def test_base_resolution_as_it_is_known_and_as_it_was(town: Town) -> None:
    town.case("before", "2024-03-10 23:59:59")
    town.case("at the grid", "2024-03-11 00:00:00")
    town.then("at the grid", "resolved", "2024-03-11 09:00:00")
    town.case("in the community", "2024-03-12 08:00:00", area_code="east-2")
    town.then("in the community", "resolved", "2024-03-12 09:00:00", level="community")
    town.case("above", "2024-03-12 08:00:00", type_code="leak")
    town.then("above", "escalated", "2024-03-12 09:00:00", escalation_no=1, level="subdistrict")
    town.then("above", "resolved", "2024-03-12 10:00:00", level="subdistrict")
    town.case("waits above", "2024-03-17 23:59:59", area_code="west-1")
    town.then("waits above", "escalated", "2024-03-18 00:00:00", escalation_no=1, level="department",
              department_code="water")  # fmt: skip
    town.case("waits below", "2024-03-13 08:00:00", area_code="west-2")
    town.case("withdrawn", "2024-03-13 08:00:00")
    town.then("withdrawn", "withdrawn", "2024-03-13 09:00:00")
    town.case("after", "2024-03-18 00:00:00")
    town.settle()
    assert _base(town, AFTER) == {None: (4, 2, True, 1, 1)}
    assert _base(town, "2024-03-17 23:59:59") == {None: (3, 2, True, 0, 2)}
    assert _base(town, "2024-03-12 09:59:59") == {None: (3, 2, True, 1, 0)}
    assert _base(town, "2024-03-11 08:00:00") == {None: (0, 0, True, 0, 1)}
    assert _base(town, "2024-03-10 23:59:59") == {}
    assert _base(town, AFTER, By.DAY) == {
        "2024-03-11": (1, 1, False, 0, 0), "2024-03-12": (2, 1, False, 0, 0), "2024-03-13": (0, 0, True, 0, 1),
        "2024-03-17": (1, 0, True, 1, 0),
    }  # fmt: skip
    assert _base(town, AFTER, By.KIND) == {"appeal": (3, 2, True, 1, 1), "hazard": (1, 0, False, 0, 0)}
    ids = {str(area_id): code for code, area_id in town.area_ids.items()}
    by_area = _base(town, AFTER, By.AREA, "community")
    assert {ids[key or ""]: row for key, row in by_area.items()} == {
        "east": (3, 2, False, 0, 0), "west": (1, 0, True, 1, 1),
    }  # fmt: skip
    assert _base(town, AFTER, area_id=town.area_ids["west-2"]) == {None: (0, 0, True, 0, 1)}


def test_without_closing_times_both_are_not_recorded(leaks: Town) -> None:
    leaks.connection.execute(text("update app.sources set records_times = false"))
    for figure in (hazards.on_the_spot, levels.base_resolution):
        with pytest.raises(NotRecordedError, match="not recorded"):
            figure(leaks.connection, leaks.at(AFTER))
