from datetime import date

import pandas as pd
import pytest

from queries import deadlines, lists
from queries.lists import VariableCounts
from tests.queries.rates import asked_twice, by_key
from tests.queries.town import Town


def test_an_edge_of_age_belongs_to_the_older_class(town: Town) -> None:
    for case, at in (
        ("now", "2024-03-14 12:00:00"),
        ("one day", "2024-03-13 12:00:00"),
        ("just under three", "2024-03-11 12:00:01"),
        ("three", "2024-03-11 12:00:00"),
        ("seven", "2024-03-07 12:00:00"),
        ("fifteen", "2024-02-28 12:00:00"),
    ):
        town.case(case, at)
    town.case("closed", "2024-03-10 12:00:00")
    town.then("closed", "resolved", "2024-03-14 11:59:59")
    town.settle()
    stock = lists.stock(town.connection, town.at("2024-03-14 12:00:00"))
    assert (stock.open, stock.by_age, stock.with_deadline) == (6, (1, 2, 1, 1, 1), 0)
    before = lists.stock_a_day_before(town.connection, town.at("2024-03-14 12:00:00"))
    assert (before.open, before.by_age) == (6, (1, 2, 2, 1, 0))


def test_overdue_goes_by_the_deadline_as_it_stands(town: Town) -> None:
    for case in ("late", "put off", "due now", "resolved late"):
        town.case(case, "2024-03-14 08:00:00", due_at="2024-03-14 10:00:00")
    town.then("put off", "deadline_changed", "2024-03-14 09:00:00", due_at="2024-03-15 10:00:00")
    town.then("due now", "deadline_changed", "2024-03-14 09:00:00", due_at="2024-03-14 12:00:00")
    town.then("resolved late", "resolved", "2024-03-14 11:00:00")
    town.settle()
    stock = lists.stock(town.connection, town.at("2024-03-14 12:00:00"))
    assert (stock.open, stock.overdue, stock.with_deadline) == (3, 1, 3)


def test_on_time_is_judged_by_the_first_deadline(town: Town) -> None:
    for case in ("in time", "at the deadline", "late", "put off", "open", "withdrawn before", "withdrawn after"):
        town.case(case, "2024-03-14 08:00:00", due_at="2024-03-14 10:00:00")
    town.case("not due yet", "2024-03-14 08:00:00", due_at="2024-03-14 12:00:01")
    town.case("no deadline", "2024-03-14 08:00:00")
    town.case("long ago", "2024-02-01 08:00:00", due_at="2024-02-01 10:00:00")
    town.then("put off", "deadline_changed", "2024-03-14 09:00:00", due_at="2024-03-15 10:00:00")
    for case, event, at in (
        ("in time", "resolved", "09:59:59"),
        ("at the deadline", "resolved", "10:00:00"),
        ("late", "resolved", "10:00:01"),
        ("put off", "resolved", "10:30:00"),
        ("withdrawn before", "withdrawn", "09:59:59"),
        ("withdrawn after", "withdrawn", "10:00:01"),
    ):
        town.then(case, event, f"2024-03-14 {at}")
    town.settle()
    found = asked_twice(deadlines.on_time, town.connection, town.at("2024-03-14 12:00:00"))
    assert found == {None: (6, 2, True, 1)}
    assert asked_twice(deadlines.on_time, town.connection, town.at("2024-03-14 09:59:59")) == {}


def _variable(town: Town, moment: str) -> pd.DataFrame:
    return lists.variable(town.connection, town.at(moment))


def test_the_parts_of_the_variable_list(town: Town) -> None:
    town.case("fresh", "2024-03-14 08:00:00", due_at="2024-03-14 18:00:00")
    town.case("at 80 %", "2024-03-14 07:00:00", due_at="2024-03-14 17:00:00")
    town.case("past 80 %", "2024-03-14 06:59:00", due_at="2024-03-14 16:59:00")
    town.case("overdue and reopened", "2024-03-13 08:00:00", due_at="2024-03-13 18:00:00")
    town.then("overdue and reopened", "resolved", "2024-03-13 09:00:00")
    town.then("overdue and reopened", "reopened", "2024-03-13 10:00:00")
    town.case("unanswered", "2024-03-14 08:00:00", area_code="west-1")
    town.then("unanswered", "escalated", "2024-03-14 09:00:00", escalation_no=1, level="department",
              department_code="fire", due_at="2024-03-14 23:00:00")  # fmt: skip
    town.settle()
    frame = _variable(town, "2024-03-14 15:00:00")
    assert lists.variable_counts(frame) == VariableCounts(3, 2, 1, 0, 1)
    owner = frame[frame["is_unanswered"]].iloc[0]
    assert (owner["area_en"], owner["department_en"], owner["title_zh"], owner["title_en"]) == (
        "west-1", "Fire", "噪声", "Noise",
    )  # fmt: skip
    town.then("unanswered", "answered", "2024-03-14 16:00:00", escalation_no=1)
    town.settle()
    assert lists.variable_counts(_variable(town, "2024-03-14 16:00:00")).unanswered == 0
    assert lists.variable_counts(_variable(town, "2024-03-14 15:00:00")).unanswered == 1


@pytest.mark.parametrize(
    ("second", "is_repeated"),
    [
        ({"lon": 113.8101, "lat": 22.81}, True),  # 10 m away
        ({"lon": 113.8110, "lat": 22.81}, False),  # 103 m away
        ({"lon": 113.8101, "lat": 22.81, "type_code": "leak"}, False),
        ({"lon": 113.8101, "lat": 22.81, "area_code": "west-1"}, False),
        ({"party": "13800000000"}, True),
        ({}, False),
    ],
)
def test_the_third_at_one_place_in_30_days(town: Town, second: dict[str, object], is_repeated: bool) -> None:
    place = {"lon": 113.81, "lat": 22.81, "party": "13800000000"}
    town.case("first", "2024-02-13 08:00:01", **place)
    town.case("second", "2024-03-01 08:00:00", **second)
    town.case("third", "2024-03-14 08:00:00", **place)
    for case in ("first", "second"):
        town.then(case, "resolved", "2024-03-02 08:00:00")
    town.settle()
    assert lists.variable_counts(_variable(town, "2024-03-14 12:00:00")).repeated == int(is_repeated)


def test_a_default_point_is_no_place_and_31_days_are_too_long(town: Town) -> None:
    for case, at in (("a", "2024-03-12 08:00:00"), ("b", "2024-03-13 08:00:00"), ("c", "2024-03-14 08:00:00")):
        town.case(case, at, lon=113.80, lat=22.80)  # the label point of east-1
        town.case(f"{case} elsewhere", at, area_code="west-1", lon=113.9, lat=22.85)
    town.case("old", "2024-02-13 08:00:00", area_code="west-2", lon=113.9, lat=22.85)
    town.case("older", "2024-02-13 07:00:00", area_code="west-2", lon=113.9, lat=22.85)
    town.case("new", "2024-03-14 08:00:00", area_code="west-2", lon=113.9, lat=22.85)
    town.settle()
    assert _variable(town, "2024-03-14 12:00:00")["area_en"].tolist() == ["west-1"]


def test_precision_of_the_variable_list(town: Town) -> None:
    # on the list from the end of 4 March on: past 80 % of its deadline, which then passes
    town.case("missed", "2024-03-04 08:00:00", due_at="2024-03-05 00:30:00")
    town.then("missed", "resolved", "2024-03-05 00:30:01")
    town.case("just made it", "2024-03-04 08:00:00", due_at="2024-03-05 00:30:00")
    town.then("just made it", "resolved", "2024-03-05 00:30:00")
    town.case("put off", "2024-03-04 08:00:00", due_at="2024-03-05 00:30:00")
    town.then("put off", "deadline_changed", "2024-03-05 00:10:00", due_at="2024-03-08 08:00:00")
    town.then("put off", "resolved", "2024-03-05 12:00:00")
    town.case("overdue, closed in the week", "2024-03-04 08:00:00", due_at="2024-03-04 12:00:00")
    town.then("overdue, closed in the week", "resolved", "2024-03-11 23:59:59")
    town.case("overdue all week", "2024-03-04 08:00:00", due_at="2024-03-04 12:00:00")
    town.case("answered late", "2024-03-04 08:00:00")
    town.then("answered late", "escalated", "2024-03-04 09:00:00", escalation_no=1, level="department",
              department_code="fire", due_at="2024-03-05 09:00:00")  # fmt: skip
    town.then("answered late", "answered", "2024-03-05 09:00:01", escalation_no=1)
    town.case("closed before the answer was due", "2024-03-04 08:00:00")
    town.then("closed before the answer was due", "escalated", "2024-03-04 09:00:00", escalation_no=1,
              level="department", department_code="fire", due_at="2024-03-05 09:00:00")  # fmt: skip
    town.then("closed before the answer was due", "resolved", "2024-03-05 08:00:00")
    town.case("off the list", "2024-03-04 08:00:00", due_at="2024-03-20 08:00:00")
    town.settle()

    def precision(moment: str, last: date = date(2024, 3, 4)) -> dict[str | None, tuple[object, ...]]:
        asked = town.at(moment, period_from=date(2024, 3, 4), period_to=last)
        return by_key(lists.precision(town.connection, asked))

    assert precision("2024-03-12 00:00:00") == {
        "total": (7, 4, False), "near_deadline": (5, 3, False), "unanswered": (2, 1, False),
    }  # fmt: skip
    # not followed for seven days yet
    assert precision("2024-03-11 23:59:59") == {}
    assert precision("2024-03-12 00:00:00", date(2024, 3, 5))["total"] == (7, 4, True)
