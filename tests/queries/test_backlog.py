from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from queries import backlog, lists
from queries.figure import By, NotRecordedError
from queries.vocabulary import Kind
from tests.queries.town import Town, local

COUNTS = ["open_before", "opened", "closed", "open"]


def _movement(town: Town, moment: str, *bounds: str, by: By = By.TOTAL, **values: Any) -> pd.DataFrame:
    ends = [local(bound) for bound in bounds]
    unit_level = "grid" if by is By.AREA else None
    return backlog.movement(town.connection, town.at(moment, **values), by, unit_level=unit_level, bounds=ends)


def test_open_before_opened_and_closed_make_up_what_is_open(town: Town) -> None:
    town.case("all along", "2024-03-01 08:00:00")
    town.case("at the start", "2024-03-10 00:00:00")
    town.case("at the end", "2024-03-12 00:00:00", area_code="west-1", type_code="leak")
    town.case("reopened", "2024-03-08 08:00:00")
    for event, at in (("resolved", "09"), ("reopened", "10 08"), ("reopened", "10 09"), ("resolved", "10 10"),
                      ("reopened", "11 08")):  # fmt: skip
        town.then("reopened", event, f"2024-03-{at}:00:00" if " " in at else f"2024-03-{at} 08:00:00")
    town.case("withdrawn at the start", "2024-03-09 08:00:00")
    town.then("withdrawn at the start", "withdrawn", "2024-03-10 00:00:00")
    town.case("a closing at the end", "2024-03-11 08:00:00")
    town.then("a closing at the end", "resolved", "2024-03-12 00:00:00")
    town.settle()
    frame = _movement(town, "2024-03-14 08:00:00", "2024-03-10 00:00:00", "2024-03-12 00:00:00", "2024-03-13 00:00:00")
    # opened: at the start, twice the reopened (its second reopening changed nothing), and the one closed at the end
    assert frame[COUNTS].to_numpy().tolist() == [[2, 4, 2, 4], [4, 1, 1, 4]]
    assert (frame["open_before"] + frame["opened"] - frame["closed"]).tolist() == frame["open"].tolist()
    # ages at the second bound: 10.67, 2, 3.67, 0.67 days; the reopened counts from its report
    assert frame["median_age"][0] == pytest.approx((2 + 3 + 2 / 3) / 2)
    assert frame["median_age_before"][1] == frame["median_age"][0]
    by_area = _movement(town, "2024-03-14 08:00:00", "2024-03-12 00:00:00", "2024-03-13 00:00:00", by=By.AREA)
    assert by_area.loc[by_area["key"] == str(town.area_ids["west-1"]), COUNTS].to_numpy().tolist() == [[0, 1, 0, 1]]
    hazards = _movement(town, "2024-03-14 08:00:00", "2024-03-12 00:00:00", "2024-03-13 00:00:00", kinds=(Kind.HAZARD,))
    assert hazards[COUNTS].to_numpy().tolist() == [[0, 1, 0, 1]]
    # as known before the closing was
    earlier = _movement(town, "2024-03-11 23:00:00", "2024-03-10 00:00:00", "2024-03-11 23:00:00")
    assert earlier[COUNTS].to_numpy().tolist() == [[2, 4, 2, 4]]


def test_a_period_runs_up_to_as_of_and_what_happens_then_has_happened(town: Town) -> None:
    town.case("a", "2024-03-14 08:00:00")
    town.then("a", "resolved", "2024-03-14 09:00:00")
    town.settle()
    [row] = backlog.movement(town.connection, town.at("2024-03-14 09:00:00"))[COUNTS].to_numpy().tolist()
    assert row == [0, 1, 1, 0]
    assert backlog.movement(town.connection, town.at("2024-03-14 07:59:59")).empty
    with pytest.raises(ValueError, match="after as_of"):
        _movement(town, "2024-03-14 08:00:00", "2024-03-14 00:00:00", "2024-03-15 00:00:00")
    with pytest.raises(ValueError, match="rise"):
        _movement(town, "2024-03-14 08:00:00", "2024-03-14 00:00:00", "2024-03-14 00:00:00")


def _is_growing(town: Town, moment: str) -> list[bool]:
    return backlog.growing(backlog.two_weeks(town.connection, town.at(moment)))["is_growing"].tolist()


def test_growing_means_more_and_older_in_both_weeks(town: Town) -> None:
    assert _is_growing(town, "2024-03-15 12:00:00") == []
    assert backlog.grown(town.connection, town.at("2024-03-15 12:00:00")).empty
    town.case("old", "2024-02-20 08:00:00")
    town.case("new in the first week", "2024-03-01 08:00:00")
    town.settle()
    # nothing more in the second week
    assert _is_growing(town, "2024-03-15 12:00:00") == [False]
    town.case("second", "2024-03-08 12:00:00")
    town.settle()
    # first week 9.7 days to (16.7 + 6.7) ÷ 2, second to the middle of 23.7, 13.7 and 6.7
    assert _is_growing(town, "2024-03-15 12:00:00") == [True]
    told = backlog.grown(town.connection, town.at("2024-03-15 12:00:00")).iloc[0]
    assert told[["value", "opened_first", "closed_first", "opened_last", "closed_last"]].tolist() == [1, 1, 0, 1, 0]
    assert told[["median_age_before", "median_age_between", "median_age"]].round(1).tolist() == [9.7, 11.7, 13.7]
    assert told["is_growing"]
    # a day belongs to a week once it has ended
    assert _is_growing(town, "2024-03-08 23:59:59") == [False]
    assert _is_growing(town, "2024-03-09 00:00:00") == [True]
    for number in range(3):
        town.case(f"fresh {number}", "2024-03-14 23:00:00")
    town.settle()
    assert _is_growing(town, "2024-03-15 12:00:00") == [False]  # more, but younger


def test_stock_by_key(town: Town) -> None:
    town.case("a", "2024-03-13 12:00:00", due_at="2024-03-14 11:00:00")
    town.case("b", "2024-03-14 08:00:00", area_code="west-1", risk="red")
    town.then("b", "dispatched", "2024-03-14 09:00:00", department_code="fire")
    town.settle()
    asked = town.at("2024-03-14 12:00:00")
    frame = lists.stock_by(town.connection, asked, By.RISK)
    assert frame.to_numpy().tolist() == [["red", 1, 1, 0, 0, 0, 0, 0, 0], ["yellow", 1, 0, 1, 0, 0, 0, 1, 1]]
    fire = town.connection.scalar(text("select department_id from app.departments where code = 'fire'"))
    assert lists.stock_by(town.connection, asked, By.DEPARTMENT)["key"].tolist() == ["", str(fire)]
    grids = lists.stock_by(town.connection, asked, By.AREA, unit_level="grid")
    assert grids["key"].tolist() == sorted(str(town.area_ids[code]) for code in ("east-1", "west-1"))
    assert lists.stock_by(town.connection, town.at("2024-03-13 11:00:00")).empty
    assert lists.stock(town.connection, town.at("2024-03-13 11:00:00")).open == 0


def test_without_closing_times_the_movement_is_not_recorded(town: Town) -> None:
    town.connection.execute(text("update app.sources set records_times = false"))
    with pytest.raises(NotRecordedError):
        backlog.two_weeks(town.connection, town.at("2024-03-14 12:00:00"))
