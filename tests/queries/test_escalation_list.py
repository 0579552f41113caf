"""The work list of escalations, and who owes answers: cut, ordered, paged, added up, as known at a moment."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from queries import escalations, owing
from queries.escalations import NO_DEPARTMENT, Cut, Sort
from queries.figure import By
from queries.privacy import SHOWN_SINGLY
from queries.vocabulary import Kind
from tests.queries.town import Town, local

NOON = "2024-03-14 12:00:00"
TWO_DAYS: dict[str, Any] = {"period_from": date(2024, 3, 13), "period_to": date(2024, 3, 14)}


def _hand_up(town: Town, case: str, at: str, due_at: str | None, **values: Any) -> None:
    given: dict[str, Any] = {"escalation_no": 1, "level": "department", "department_code": "water"} | values
    given |= {} if due_at is None else {"due_at": due_at}
    town.then(case, "escalated", at, **given)


@pytest.fixture
def told(town: Town) -> Town:
    """Eight hand-ups of shown kinds and one petition's."""
    for case in ("soon", "late", "fire", "in time", "too late", "closed", "no deadline", "unnamed"):
        area = "west-1" if case == "fire" else "east-1"
        town.case(
            case, "2024-03-13 08:00:00", summary=case, area_code=area, type_code="leak" if case == "fire" else "noise"
        )
    town.case("wages", "2024-03-13 08:00:00", summary="wages", type_code="wages")
    _hand_up(town, "soon", "2024-03-14 09:00:00", "2024-03-14 12:30:00")
    _hand_up(town, "late", "2024-03-13 10:00:00", "2024-03-14 11:00:00")
    _hand_up(town, "fire", "2024-03-14 08:00:00", "2024-03-14 18:00:00", department_code="fire")
    _hand_up(town, "in time", "2024-03-13 09:00:00", "2024-03-13 12:00:00")
    _hand_up(town, "too late", "2024-03-13 09:00:00", "2024-03-13 13:00:00")
    _hand_up(town, "closed", "2024-03-13 09:00:00", "2024-03-13 14:00:00", department_code="fire")
    _hand_up(town, "no deadline", "2024-03-14 07:00:00", None)
    _hand_up(town, "unnamed", "2024-03-14 10:00:00", "2024-03-14 20:00:00", level="community", department_code=None)
    _hand_up(town, "wages", "2024-03-13 09:00:00", "2024-03-13 12:00:00")
    town.then("in time", "answered", "2024-03-13 12:00:00", escalation_no=1)
    town.then("too late", "answered", "2024-03-13 13:00:01", escalation_no=1)
    town.then("closed", "resolved", "2024-03-13 10:00:00")
    town.then("late", "supervised", "2024-03-14 11:30:00", escalation_no=1)
    town.then("late", "acknowledged", "2024-03-14 11:40:00", escalation_no=1)
    town.settle()
    return town


def _titles(town: Town, cut: Cut = Cut.PENDING, at: str = NOON, filter: Any = None, **values: Any) -> list[str]:
    asked = town.at(at, **(TWO_DAYS | (filter or {})))
    return list(escalations.listed(town.connection, asked, cut, **values)["title_zh"])


def test_what_waits_comes_next_to_breach_first_and_by_other_orders(told: Town) -> None:
    assert _titles(told) == ["late", "soon", "fire", "unnamed", "no deadline"]
    assert _titles(told, Cut.OVERDUE) == ["late"]
    assert _titles(told, sort=Sort.RAISED) == ["late", "no deadline", "fire", "soon", "unnamed"]
    assert _titles(told, sort=Sort.DEPARTMENT) == ["fire", "late", "soon", "no deadline", "unnamed"]


def test_a_list_is_cut_by_department_level_kind_and_area(told: Town) -> None:
    assert _titles(told, department="water") == ["late", "soon", "no deadline"]
    assert _titles(told, department=NO_DEPARTMENT) == ["unnamed"]
    assert _titles(told, department="nobody") == []
    assert _titles(told, level="community") == ["unnamed"]
    assert _titles(told, filter={"kinds": (Kind.HAZARD,)}) == ["fire"]
    assert _titles(told, filter={"area_id": told.area_ids["west"]}) == ["fire"]
    assert _titles(told, filter={"kinds": (Kind.PETITION,)}) == [], "never singly"


def test_what_is_settled_is_listed_by_its_deadline_in_the_period_newest_first(told: Town) -> None:
    assert _titles(told, Cut.ANSWERED) == ["too late", "in time"]
    assert _titles(told, Cut.LAPSED) == ["closed"]
    assert _titles(told, Cut.MISSED) == ["late", "closed", "too late"]
    one_day = {"period_from": date(2024, 3, 14), "period_to": date(2024, 3, 14)}
    assert _titles(told, Cut.ANSWERED, filter=one_day) == []
    assert _titles(told, Cut.MISSED, filter=one_day) == ["late"]


def test_pages_follow_each_other_and_know_how_many_there_are(told: Town) -> None:
    pages = [escalations.listed(told.connection, told.at(NOON), rows=2, page=number) for number in (1, 2, 3, 4)]
    assert [list(page["title_zh"]) for page in pages] == [["late", "soon"], ["fire", "unnamed"], ["no deadline"], []]
    assert {count for page in pages for count in page["of_all"]} == {5}


def test_a_past_moment_lists_what_waited_then(told: Town) -> None:
    assert _titles(told, at="2024-03-13 09:30:00") == ["in time", "too late", "closed"]
    assert _titles(told, at="2024-03-13 12:30:00") == ["too late", "late"]
    [row] = escalations.listed(told.connection, told.at("2024-03-14 11:29:59"), Cut.OVERDUE).to_dict("records")
    assert (row["supervised_count"], row["supervised_at"] is pd.NaT, row["acknowledged_at"] is pd.NaT) == (
        0,
        True,
        True,
    )


def test_a_row_says_who_has_it_and_what_was_noted(told: Town) -> None:
    row = escalations.listed(told.connection, told.at(NOON)).to_dict("records")[0]
    assert (row["department_en"], row["area_code"], row["level"], row["state"]) == (
        "Water",
        "east-1",
        "department",
        "pending",
    )
    assert (row["supervised_count"], row["supervised_at"]) == (1, pd.Timestamp(local("2024-03-14 11:30:00")))
    assert row["acknowledged_at"] == pd.Timestamp(local("2024-03-14 11:40:00"))
    assert pd.isna(row["supervised_by"]) and pd.isna(row["acknowledged_by"]), "told by the source, which names nobody"


def test_who_owes_most_stands_first_and_sums_are_those_of_the_figure(told: Town) -> None:
    asked = told.at(NOON, **TWO_DAYS)
    found = owing.owing(told.connection, asked)
    assert tuple(found.departments.columns) == owing.COLUMNS
    told_of = {row["key"]: row for row in found.departments.to_dict("records")}
    assert list(told_of) == ["water", "fire", ""]
    water = told_of["water"]
    assert (water["pending"], water["overdue"], water["supervised"]) == (3, 1, 1)
    assert water["oldest_raised_at"] == pd.Timestamp(local("2024-03-13 10:00:00"))
    assert water["next_deadline_at"] == pd.Timestamp(local("2024-03-14 12:30:00"))
    assert (water["n"], water["good"], water["lapsed"], water["is_provisional"]) == (3, 1, 0, True)
    assert (told_of["fire"]["n"], told_of["fire"]["good"], told_of["fire"]["lapsed"]) == (1, 0, 1)
    assert (told_of[""]["pending"], told_of[""]["n"]) == (1, 0)
    assert pd.isna(told_of[""]["rate"]) and pd.isna(told_of[""]["rate_low"])
    shown = told.at(NOON, kinds=SHOWN_SINGLY, **TWO_DAYS)
    figure = escalations.answered(told.connection, shown, By.DEPARTMENT)
    rows = told.connection.execute(text("select cast(department_id as text) as id, code from app.departments")).all()
    codes = {row.id: row.code for row in rows}
    for row in figure.to_dict("records"):
        same = told_of[codes[row["key"]]]
        assert (row["n"], row["good"], row["lapsed"]) == (same["n"], same["good"], same["lapsed"])
    [total] = found.total.to_dict("records")
    [waiting] = escalations.waiting(told.connection, shown).to_dict("records")
    assert (total["pending"], total["overdue"]) == (waiting["n"], waiting["overdue"]) == (5, 1)
    assert {row["key"]: row["pending"] for row in found.levels.to_dict("records")} == {"department": 4, "community": 1}
    assert found.levels["name_zh"].tolist() == ["部门", "社区"]


def test_answers_are_compared_with_the_period_before_as_it_was_known_then(told: Town) -> None:
    told.case("before", "2024-03-11 08:00:00")
    _hand_up(told, "before", "2024-03-11 09:00:00", "2024-03-11 12:00:00")
    told.then("before", "answered", "2024-03-12 12:00:01", escalation_no=1)
    told.settle()
    water = owing.owing(told.connection, told.at(NOON, **TWO_DAYS)).departments.set_index("key").loc["water"]
    assert (water["n_before"], water["good_before"], water["rate_before"]) == (1, 0, 0.0)
    assert water["difference"] == pytest.approx(1 / 3)
    assert water["low"] < water["difference"] < water["high"]
    east_2 = owing.owing(told.connection, told.at(NOON, area_id=told.area_ids["east-2"], **TWO_DAYS))
    assert east_2.departments.empty
    assert east_2.total.empty


def test_an_area_redrawn_since_has_no_period_before(told: Town) -> None:
    told.case("before", "2024-03-11 08:00:00")
    _hand_up(told, "before", "2024-03-11 09:00:00", "2024-03-11 12:00:00")
    told.settle()
    asked = told.at(NOON, area_id=told.area_ids["east-1"], **TWO_DAYS)
    assert owing.owing(told.connection, asked).total["n_before"].tolist() == [1]
    told.connection.execute(
        text("update app.areas set valid_from = '2024-03-12' where area_id = :id"), {"id": told.area_ids["east-1"]}
    )
    assert owing.owing(told.connection, asked).total["n_before"].tolist() == [0]
