from datetime import date

import pytest

from queries import days, like_days, lists, same_day, sources
from queries.same_day import Today
from queries.vocabulary import Kind
from tests.queries.town import Town

ALL = sources.Recording(records_times=True, records_deadlines=True, records_locations=True)


def test_a_day_without_appeals_has_no_rate(town: Town) -> None:
    town.case("leak", "2024-03-14 08:00:00", type_code="leak")
    town.settle()
    today = same_day.today(town.connection, town.at("2024-03-14 12:00:00"))
    assert (today, today.rate, today.best) == (Today(0, 0, 0, 0), None, None)
    hazards = same_day.today(town.connection, town.at("2024-03-14 12:00:00", kinds=(Kind.HAZARD,)))
    assert hazards == Today(1, 0, 1, 0)


def test_the_day_begins_at_midnight_and_ends_before_the_next(town: Town) -> None:
    town.case("last second before", "2024-03-13 23:59:59")
    town.case("first", "2024-03-14 00:00:00")
    town.case("last", "2024-03-14 23:59:59")
    town.settle()
    assert same_day.today(town.connection, town.at("2024-03-14 23:59:59")).n == 2
    assert same_day.today(town.connection, town.at("2024-03-15 00:00:00")).n == 0
    assert int(lists.increment(town.connection, town.at("2024-03-14 00:00:00"))["reported"].sum()) == 1


def test_where_todays_cases_stand(town: Town) -> None:
    for name in ("resolved", "open", "waits beyond", "waits", "put off", "withdrawn", "reopened"):
        town.case(name, "2024-03-14 08:00:00", due_at="2024-03-18 08:00:00")
    town.then("resolved", "resolved", "2024-03-14 09:00:00")
    town.then("withdrawn", "withdrawn", "2024-03-14 09:00:00")
    town.then("reopened", "resolved", "2024-03-14 09:00:00")
    town.then("reopened", "reopened", "2024-03-14 10:00:00")
    for name, due_at in (("waits beyond", "2024-03-15 00:00:00"), ("waits", "2024-03-14 23:59:59")):
        town.then(name, "escalated", "2024-03-14 09:00:00", escalation_no=1, level="department",
                  department_code="water", due_at=due_at)  # fmt: skip
    town.then("put off", "deadline_changed", "2024-03-14 09:00:00", due_at="2024-03-25 08:00:00")
    town.settle()
    found = same_day.today(town.connection, town.at("2024-03-14 12:00:00"))
    assert found == Today(n=6, resolved=1, winnable=3, lost=2)
    assert [found.rate, found.best] == pytest.approx([1 / 6, 4 / 6])
    # the same question about an earlier moment gives what was known then
    assert same_day.today(town.connection, town.at("2024-03-14 09:30:00")) == Today(6, 2, 2, 2)
    assert same_day.today(town.connection, town.at("2024-03-14 08:30:00")) == Today(7, 0, 7, 0)


def test_what_was_recorded_late_is_not_known_before(town: Town) -> None:
    town.case("a", "2024-03-14 08:00:00")
    town.then("a", "resolved", "2024-03-14 09:00:00", recorded="2024-03-14 15:00:00")
    town.case("on paper", "2024-03-14 08:00:00", recorded="2024-03-14 14:00:00")
    town.settle()
    assert same_day.today(town.connection, town.at("2024-03-14 12:00:00")) == Today(1, 0, 1, 0)
    assert same_day.today(town.connection, town.at("2024-03-14 14:00:00")) == Today(2, 0, 2, 0)
    assert same_day.today(town.connection, town.at("2024-03-14 15:00:00")) == Today(2, 1, 1, 0)


def test_like_days_are_seen_at_the_same_clock_time_as_then_known(town: Town) -> None:
    # Thursday 14 March; 7 March is a holiday of the town, so the like days are 29 and 22 February, 15, 8 …
    for day in ("2024-03-07", "2024-02-29"):
        town.case(f"{day} early", f"{day} 08:00:00")
        town.case(f"{day} open at noon", f"{day} 09:00:00")
        town.case(f"{day} afternoon", f"{day} 12:00:01")
        town.case(f"{day} known later", f"{day} 07:00:00", recorded=f"{day} 18:00:00")
        town.then(f"{day} early", "resolved", f"{day} 11:00:00")
        town.then(f"{day} open at noon", "resolved", f"{day} 13:00:00")
        town.case(f"{day} leak", f"{day} 08:00:00", type_code="leak")
    town.case("resolved then, reopened since", "2024-02-22 08:00:00")
    town.then("resolved then, reopened since", "resolved", "2024-02-22 12:00:00")
    town.then("resolved then, reopened since", "reopened", "2024-02-23 12:00:00")
    town.settle()
    frame = like_days.at_this_clock(town.connection, town.at("2024-03-14 12:00:00"))
    assert list(dict.fromkeys(frame["day"]))[:3] == [date(2024, 2, 29), date(2024, 2, 22), date(2024, 2, 15)]
    assert like_days.same_day_rates(frame) == [
        (date(2024, 2, 29), 0.5),
        (date(2024, 2, 22), 1.0),
        (date(2024, 2, 15), None),
        (date(2024, 2, 8), None),
    ]
    usual = like_days.usual_range(frame, since=date(2024, 2, 20))
    assert list(usual) == pytest.approx([1.2, 2.8])  # between 1 and 3 cases
    assert like_days.usual_range(frame.iloc[:0]) == (None, None)


def test_units_are_compared_over_whole_days_by_their_state_at_midnight(town: Town) -> None:
    town.case("today", "2024-03-14 08:00:00")
    town.case("in time", "2024-03-13 08:00:00")
    town.then("in time", "resolved", "2024-03-13 23:59:59")
    town.case("too late", "2024-03-07 00:00:00")
    town.then("too late", "resolved", "2024-03-08 00:00:00")
    town.case("before", "2024-03-06 23:59:59")
    town.then("before", "resolved", "2024-03-06 23:59:59")
    town.then("before", "reopened", "2024-03-08 08:00:00")
    town.case("long ago", "2024-02-28 08:00:00")
    town.settle()
    frame = same_day.units_compared(town.connection, town.at("2024-03-14 12:00:00"), "grid").set_index("area_id")
    assert list(frame.loc[town.area_ids["east-1"]]) == [2, 1, 1, 1]
    assert list(frame.loc[town.area_ids["west-1"]]) == [0, 0, 0, 0]


def test_the_course_of_days(town: Town) -> None:
    town.case("a", "2024-03-12 08:00:00", due_at="2024-03-13 08:00:00")
    town.then("a", "resolved", "2024-03-12 20:00:00")
    town.then("a", "reopened", "2024-03-13 09:00:00")
    town.then("a", "resolved", "2024-03-14 00:00:00")
    town.case("b", "2024-03-12 09:00:00", due_at="2024-03-12 18:00:00")
    town.then("b", "withdrawn", "2024-03-12 10:00:00")
    town.case("c", "2024-03-13 09:00:00", due_at="2024-03-13 18:00:00")
    town.then("c", "escalated", "2024-03-13 10:00:00", escalation_no=1, level="department", department_code="water",
              due_at="2024-03-13 12:00:00")  # fmt: skip
    town.then("c", "answered", "2024-03-13 12:00:01", escalation_no=1)
    town.settle()
    asked = town.at("2024-03-14 12:00:00", period_from=date(2024, 3, 12), period_to=date(2024, 3, 14))
    frame = days.course(town.connection, asked, ALL).set_index("day")
    assert list(frame.loc[date(2024, 3, 12)]) == [2, 1, 1, 0, 0, 0, 0, 0]
    assert list(frame.loc[date(2024, 3, 13)]) == [1, 1, 0, 2, 1, 2, 1, 1]
    assert list(frame.loc[date(2024, 3, 14)]) == [0, 0, 0, 0, 0, 1, 0, 0]
    unrecorded = days.course(town.connection, asked, sources.Recording(False, False, False))
    assert unrecorded[["same_day_resolved", "due", "due_on_time", "open"]].isna().all(axis=None)
