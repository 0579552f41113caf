"""One case, and the cases behind a figure."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import text

from queries import cases, one_case
from queries.cases import Only
from queries.vocabulary import Kind
from tests.queries.town import Town, local


def _number(town: Town, case: str) -> int:
    found = town.connection.exec_driver_sql("select case_id from app.cases where external_id = %s", (case,))
    return int(found.scalar_one())


def _a_long_case(town: Town) -> None:
    town.then("leak", "discovered", "2024-03-14 07:50:00", recorded="2024-03-14 08:00:00")
    town.case("leak", "2024-03-14 08:00:00", type_code="leak", risk="orange", summary="楼道渗漏", lon=113.81, lat=22.81)
    town.then("leak", "dispatched", "2024-03-14 08:10:00")
    town.then("leak", "escalated", "2024-03-14 09:00:00", escalation_no=1, level="department", department_code="water",
              due_at="2024-03-15 09:00:00")  # fmt: skip
    town.then("leak", "answered", "2024-03-14 10:00:00", escalation_no=1)
    town.then("leak", "resolved", "2024-03-14 12:00:00")
    town.then("leak", "fed_back", "2024-03-14 12:30:00")
    town.then("leak", "evaluated", "2024-03-14 20:00:00", satisfaction=4)


def test_a_case_is_told_as_it_was_known(town: Town) -> None:
    _a_long_case(town)
    town.settle()
    case = _number(town, "leak")
    now = one_case.told(town.connection, town.at("2024-03-15 08:00:00"), case)
    assert now is not None
    assert (now.state["state"], now.state["satisfaction"], now.state["summary"]) == ("resolved", 4, "楼道渗漏")
    assert (now.state["area_code"], now.state["community_code"]) == ("east-1", "east")
    assert now.events["event"].tolist() == [
        *("discovered", "reported", "dispatched", "escalated", "answered", "resolved", "fed_back", "evaluated"),
    ]  # fmt: skip
    [hand_up] = now.hand_ups.to_dict("records")
    assert (hand_up["department_en"], hand_up["state"]) == ("Water", "answered")
    assert hand_up["answered_at"] == pd.Timestamp(local("2024-03-14 10:00:00"))
    then = one_case.told(town.connection, town.at("2024-03-14 09:30:00"), case)
    assert then is not None
    assert (then.state["state"], then.state["department_en"]) == ("open", "Water")
    assert then.events["event"].tolist()[-1] == "escalated"
    assert then.hand_ups["state"].tolist() == ["pending"]
    assert one_case.told(town.connection, town.at("2024-03-14 07:00:00"), case) is None


def test_what_was_corrected_is_told_so(town: Town) -> None:
    _a_long_case(town)
    town.then("leak", "corrected", "2024-03-14 21:00:00", ref_event="dispatched", ref_occurred_at="2024-03-14 08:10:00",
              field="occurred_at", value="2024-03-14T08:20:00+08:00")  # fmt: skip
    town.settle()
    told = one_case.told(town.connection, town.at("2024-03-15 08:00:00"), _number(town, "leak"))
    assert told is not None
    row = told.events.set_index("event").loc["dispatched"]
    assert (row["occurred_at"], bool(row["is_corrected"])) == (pd.Timestamp(local("2024-03-14 08:20:00")), True)
    assert "corrected" not in set(told.events["event"])


@pytest.mark.parametrize("matter", ["wages", "theft"])
def test_petitions_and_police_reports_are_never_told_singly(town: Town, matter: str) -> None:
    town.case("private", "2024-03-14 08:00:00", type_code=matter)
    town.settle()
    asked = town.at("2024-03-14 12:00:00")
    assert one_case.told(town.connection, asked, _number(town, "private")) is None
    assert cases.listed(town.connection, asked).empty
    assert cases.listed(town.connection, town.at("2024-03-14 12:00:00", kinds=(Kind.PETITION,))).empty


def test_neighbours_are_of_the_matter_or_of_the_place(town: Town) -> None:
    town.case("itself", "2024-03-14 08:00:00", lon=113.8100, lat=22.8100)
    town.case("same matter", "2024-03-10 08:00:00")
    town.case("next door", "2024-03-13 08:00:00", type_code="leak", lon=113.8105, lat=22.8100)  # 51 m
    town.case("far", "2024-03-13 09:00:00", type_code="leak", lon=113.8120, lat=22.8100)
    town.case("another grid", "2024-03-13 10:00:00", area_code="east-2")
    town.case("too long ago", "2024-02-10 08:00:00")
    town.case("withdrawn", "2024-03-14 08:30:00")
    town.then("withdrawn", "withdrawn", "2024-03-14 09:00:00")
    town.case("private", "2024-03-14 08:10:00", type_code="theft", lon=113.8100, lat=22.8100)
    town.settle()
    found = one_case.neighbours(town.connection, town.at("2024-03-14 12:00:00"), _number(town, "itself"))
    assert found["case_id"].tolist() == [_number(town, "next door"), _number(town, "same matter")]
    assert found["is_same_matter"].tolist() == [False, True]
    assert found["metres"].iloc[0] == pytest.approx(51.3, abs=0.5)
    assert pd.isna(found["metres"].iloc[1])


def _told(town: Town) -> None:
    town.case("open", "2024-03-14 08:00:00", due_at="2024-03-14 10:00:00")
    town.case("late", "2024-03-13 08:00:00", due_at="2024-03-13 12:00:00")
    town.then("late", "resolved", "2024-03-14 09:00:00")
    town.case("good", "2024-03-13 09:00:00", due_at="2024-03-13 12:00:00", area_code="west-1")
    town.then("good", "resolved", "2024-03-13 10:00:00")
    town.case("again", "2024-03-12 09:00:00")
    town.then("again", "resolved", "2024-03-12 10:00:00")
    town.then("again", "reopened", "2024-03-13 10:00:00")
    town.case("gone", "2024-03-12 08:00:00")
    town.then("gone", "withdrawn", "2024-03-12 08:30:00")
    town.case("up", "2024-03-11 08:00:00")
    town.then("up", "escalated", "2024-03-11 09:00:00", escalation_no=1, level="department", department_code="fire")
    town.settle()


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (Only.ALL, ["open", "good", "late", "again", "gone", "up"]),
        (Only.OPEN, ["open", "again", "up"]),
        (Only.OVERDUE, ["open"]),
        (Only.NOT_SAME_DAY, ["open", "late", "again", "up"]),
        (Only.LATE, ["open", "late"]),
        (Only.REOPENED, ["again"]),
        (Only.HANDED_UP, ["up"]),
        (Only.WITHDRAWN, ["gone"]),
        (Only.NOT_ON_TIME, ["open", "late"]),
        (Only.NOT_ON_THE_SPOT, ["open", "again", "up"]),
        (Only.NOT_AT_BASE, ["up"]),
    ],
)
def test_the_cases_behind_a_figure(town: Town, only: Only, expected: list[str]) -> None:
    _told(town)
    found = cases.listed(town.connection, town.at("2024-03-14 12:00:00"), only)
    assert found["case_id"].tolist() == [_number(town, case) for case in expected]
    assert set(found["of_all"]) == {len(expected)}


def test_a_list_has_pages_and_keeps_to_its_area_and_period(town: Town) -> None:
    _told(town)
    asked = town.at("2024-03-14 12:00:00")
    second = cases.listed(town.connection, asked, rows=2, page=2)
    assert second["case_id"].tolist() == [_number(town, "late"), _number(town, "again")]
    assert second["of_all"].tolist() == [6, 6]
    assert cases.listed(town.connection, asked, rows=2, page=9).empty
    west = town.at("2024-03-14 12:00:00", area_id=town.area_ids["west"])
    assert cases.listed(town.connection, west)["area_code"].tolist() == ["west-1"]
    day = town.at("2024-03-14 12:00:00", period_from=date(2024, 3, 13), period_to=date(2024, 3, 13))
    assert cases.listed(town.connection, day)["case_id"].tolist() == [_number(town, "good"), _number(town, "late")]


def test_a_list_of_the_past_is_as_known_then(town: Town) -> None:
    _told(town)
    then = town.at("2024-03-13 09:30:00")
    assert cases.listed(town.connection, then, Only.OPEN)["case_id"].tolist() == [
        _number(town, "good"), _number(town, "late"), _number(town, "up"),
    ]  # fmt: skip
    assert cases.listed(town.connection, then, Only.REOPENED).empty


def test_of_a_source_without_closing_times_no_case_is_said_to_be_open(town: Town) -> None:
    _told(town)
    town.connection.execute(text("update app.sources set records_times = false where source = 'hotline'"))
    asked = town.at("2024-03-14 12:00:00")
    states = cases.listed(town.connection, asked).set_index("case_id")["state"]
    assert states[_number(town, "open")] == "not_recorded"
    assert states[_number(town, "good")] == "resolved" and states[_number(town, "gone")] == "withdrawn"
    for only in (Only.OPEN, Only.OVERDUE, Only.LATE):
        assert cases.listed(town.connection, asked, only).empty
    near = one_case.told(town.connection, asked, _number(town, "late"))
    assert near is not None
    assert set(near.neighbours["state"]) <= {"not_recorded", "resolved"} and "not_recorded" in set(
        near.neighbours["state"]
    )
