"""Rates that follow their cases for a time, and satisfaction: reopened, settled at the first visit, marks."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from queries import petitions, reopenings, satisfaction
from queries.figure import By, NotRecordedError
from queries.vocabulary import Kind
from tests.queries.rates import by_key
from tests.queries.town import Town

Rows = dict[str | None, tuple[Any, ...]]
WEEK = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}


def _reopened(town: Town, moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> Rows:
    """n, good, is_provisional, following, reopened_so_far by key."""
    asked = town.at(moment, **{**WEEK, **values})
    return by_key(reopenings.reopened(town.connection, asked, by, unit_level=unit_level))


@pytest.fixture
def resolved(town: Town) -> Town:
    def settled(case: str, at: str, again: str | None = None, **values: Any) -> None:
        town.case(case, "2024-03-10 08:00:00", **values)
        town.then(case, "resolved", at)
        if again is not None:
            town.then(case, "reopened", again)

    settled("the week before", "2024-03-10 23:59:59", "2024-03-11 08:00:00")
    settled("on the 30th day", "2024-03-11 00:00:00", "2024-04-10 23:59:59", area_code="west-1")
    settled("on the 31st day", "2024-03-11 08:00:00", "2024-04-11 00:00:00")
    settled("at once", "2024-03-11 08:00:00", "2024-03-11 08:00:00", type_code="leak")
    settled("holds", "2024-03-17 23:59:59")
    settled("the week after", "2024-03-18 00:00:00")
    town.then("at once", "resolved", "2024-03-20 08:00:00")
    settled("withdrawn after it was reopened", "2024-03-13 08:00:00", "2024-03-14 08:00:00")
    town.then("withdrawn after it was reopened", "withdrawn", "2024-03-14 09:00:00")
    settled("told late", "2024-03-13 08:00:00")
    town.then("told late", "reopened", "2024-03-14 08:00:00", recorded="2024-04-30 08:00:00")
    town.settle()
    return town


def test_reopened_counts_what_has_been_followed(resolved: Town) -> None:
    assert _reopened(resolved, "2024-04-30 08:00:00") == {None: (6, 4, False, 0, 0)}
    assert _reopened(resolved, "2024-04-30 07:59:59") == {None: (6, 3, False, 0, 0)}
    # 24:00 of 10 April ends the follow-up of the 11th, of 16 April that of the 17th
    assert _reopened(resolved, "2024-04-17 00:00:00") == {None: (6, 3, False, 0, 0)}
    assert _reopened(resolved, "2024-04-16 23:59:59") == {None: (5, 3, True, 1, 0)}
    assert _reopened(resolved, "2024-04-11 00:00:00") == {None: (3, 2, True, 3, 1)}
    assert _reopened(resolved, "2024-04-10 23:59:59") == {None: (0, 0, True, 6, 3)}
    assert _reopened(resolved, "2024-04-10 23:59:58") == {None: (0, 0, True, 6, 2)}
    assert _reopened(resolved, "2024-03-10 23:59:59") == {}


def test_reopened_by_every_grouping(resolved: Town) -> None:
    at = "2024-04-16 23:59:59"
    assert _reopened(resolved, at, By.DAY) == {
        "2024-03-11": (3, 2, False, 0, 0), "2024-03-13": (2, 1, False, 0, 0), "2024-03-17": (0, 0, True, 1, 0),
    }  # fmt: skip
    assert _reopened(resolved, at, By.WEEK) == {"2024-03-11": (5, 3, True, 1, 0)}
    assert _reopened(resolved, at, By.KIND) == {"appeal": (4, 2, True, 1, 0), "hazard": (1, 1, True, 0, 0)}
    ids = {str(area_id): code for code, area_id in resolved.area_ids.items()}
    by_area = _reopened(resolved, "2024-04-30 07:59:59", By.AREA, "grid")
    assert {ids[key or ""]: row[:2] for key, row in by_area.items()} == {"east-1": (5, 2), "west-1": (1, 1)}
    assert _reopened(resolved, at, kinds=(Kind.WARNING,)) == {}


def test_without_a_period_the_newest_followed_days_are_asked(resolved: Town) -> None:
    frame = reopenings.reopened(resolved.connection, resolved.at("2024-04-17 00:00:00"))
    assert by_key(frame) == {None: (7, 4, False, 0, 0)}  # 19 February to 17 March


def test_follow_up_that_a_source_has_not_handed_in_is_provisional(resolved: Town) -> None:
    resolved.handed_in("2024-04-11 00:00:00")
    days = _reopened(resolved, "2024-04-30 08:00:00", By.DAY)
    assert [row[2] for row in days.values()] == [False, True, True]
    resolved.connection.execute(text("update app.sources set records_times = false"))
    with pytest.raises(NotRecordedError, match="not recorded"):
        _reopened(resolved, "2024-04-30 08:00:00")


def _visits(town: Town, moment: str, by: By = By.TOTAL, unit_level: str | None = None, **values: Any) -> Rows:
    """n, good, is_provisional, unknown by key."""
    asked = town.at(moment, **{**WEEK, **values})
    return by_key(petitions.first_visit_resolution(town.connection, asked, by, unit_level=unit_level))


def _visit(town: Town, case: str, party: str | None, at: str, resolved: str | None = None, **values: Any) -> None:
    town.case(case, at, **{"type_code": "wages", "channel": "visit", "party": party, **values})
    if resolved is not None:
        town.then(case, "resolved", resolved)


@pytest.fixture
def visited(town: Town) -> Town:
    _visit(town, "settled", "a", "2024-03-11 00:00:00", "2024-03-20 08:00:00")
    _visit(town, "on the 90th day", "b", "2024-03-11 08:00:00", "2024-06-09 23:59:59", area_code="west-1")
    _visit(town, "a day late", "c", "2024-03-11 08:00:00", "2024-06-10 00:00:00")
    _visit(town, "comes again", "d", "2024-03-12 08:00:00", "2024-03-20 08:00:00")
    _visit(town, "again elsewhere", "d", "2024-06-10 23:59:59", area_code="west-2")
    _visit(town, "comes late", "e", "2024-03-12 08:00:00", "2024-03-20 08:00:00")
    _visit(town, "after 91 days", "e", "2024-06-11 00:00:00")
    _visit(town, "another matter", "a", "2024-03-13 08:00:00", "2024-03-20 08:00:00", type_code="land")
    _visit(town, "a second visit", "f", "2024-03-13 08:00:00", "2024-03-20 08:00:00")
    _visit(town, "its first", "f", "2023-12-14 00:00:00", "2023-12-20 08:00:00")
    _visit(town, "first once more", "g", "2024-03-13 08:00:00", "2024-03-20 08:00:00")
    _visit(town, "91 days before", "g", "2023-12-13 23:59:59", "2023-12-20 08:00:00")
    _visit(town, "reopened", "h", "2024-03-13 08:00:00", "2024-03-20 08:00:00")
    town.then("reopened", "reopened", "2024-03-21 08:00:00")
    town.then("reopened", "resolved", "2024-03-22 08:00:00")
    _visit(town, "came by mistake", "i", "2024-03-14 08:00:00")
    town.then("came by mistake", "withdrawn", "2024-03-14 09:00:00")
    _visit(town, "in earnest", "i", "2024-03-17 23:59:59", "2024-03-20 08:00:00")
    _visit(town, "nobody knows", None, "2024-03-15 08:00:00", "2024-03-20 08:00:00")
    _visit(town, "an opinion", "a", "2024-03-11 08:00:00", type_code="capital")
    _visit(town, "the week after", "k", "2024-03-18 00:00:00", "2024-03-20 08:00:00")
    town.case("an appeal", "2024-03-11 08:00:00", party="a")
    town.settle()
    return town


def test_settled_at_the_first_visit(visited: Town) -> None:
    # a, b, c, d, e, a of another matter, g, h, i: c, d and h are not settled
    assert _visits(visited, "2024-07-01 12:00:00") == {None: (9, 6, False, 1)}
    # 24:00 of 15 June ends the follow-up of 17 March
    assert _visits(visited, "2024-06-16 00:00:00") == {None: (9, 6, False, 1)}
    assert _visits(visited, "2024-06-15 23:59:59") == {None: (9, 6, True, 1)}
    # d has not come again yet, b is settled a second later
    assert _visits(visited, "2024-06-09 23:59:58") == {None: (9, 6, True, 1)}
    assert _visits(visited, "2024-03-20 07:59:59") == {None: (9, 0, True, 1)}
    assert _visits(visited, "2024-03-14 08:59:59") == {None: (9, 0, True, 0)}  # the mistake is not known as one


def test_first_visits_by_every_grouping(visited: Town) -> None:
    at = "2024-06-10 12:00:00"
    assert _visits(visited, at, By.DAY) == {
        "2024-03-11": (3, 2, False, 0), "2024-03-12": (2, 2, True, 0), "2024-03-13": (3, 2, True, 0),
        "2024-03-15": (0, 0, True, 1), "2024-03-17": (1, 1, True, 0),
    }  # fmt: skip
    assert _visits(visited, "2024-06-10 23:59:59", By.DAY)["2024-03-12"] == (2, 1, True, 0)
    assert sorted(row[0] for row in _visits(visited, at, By.TYPE).values()) == [1, 8]
    # the second visit was elsewhere, and counts all the same
    late = "2024-07-01 12:00:00"
    assert _visits(visited, late, area_id=visited.area_ids["east"]) == {None: (8, 5, False, 1)}
    assert _visits(visited, late, area_id=visited.area_ids["west"]) == {None: (1, 1, False, 0)}
    assert _visits(visited, late, kinds=(Kind.APPEAL,)) == {}


def test_first_visits_that_no_source_records(town: Town) -> None:
    assert _visits(town, "2024-07-01 12:00:00") == {}
    _visit(town, "nobody knows", None, "2024-03-15 08:00:00", "2024-03-20 08:00:00")
    town.settle()
    with pytest.raises(NotRecordedError, match="whose petitions"):
        _visits(town, "2024-07-01 12:00:00")
    town.connection.execute(text("update app.case_types set is_decision_sought = false"))
    with pytest.raises(NotRecordedError, match="request for a decision"):
        _visits(town, "2024-07-01 12:00:00")


def test_trips_to_the_capital(visited: Town) -> None:
    _visit(visited, "a trip", "a", "2024-03-17 23:59:59", type_code="capital", area_code="west-2")
    _visit(visited, "no trip", "b", "2024-03-17 08:00:00", type_code="capital")
    visited.then("no trip", "withdrawn", "2024-03-18 08:00:00")
    visited.settle()

    def asked(moment: str, by: By = By.TOTAL, **values: Any) -> Rows:
        level = "community" if by is By.AREA else None
        frame = petitions.capital_trips(
            visited.connection, visited.at(moment, **{**WEEK, **values}), by, unit_level=level
        )
        return by_key(frame)

    assert asked("2024-03-18 08:00:00") == {None: (2, False)}
    assert asked("2024-03-18 07:59:59") == {None: (3, False)}
    assert asked("2024-03-17 23:59:58") == {None: (2, True)}
    assert asked("2024-03-10 08:00:00") == {None: (0, True)}
    assert asked("2024-03-18 08:00:00", By.DAY) == {"2024-03-11": (1, False), "2024-03-17": (1, False)}
    east, west = (str(visited.area_ids[code]) for code in ("east", "west"))
    assert asked("2024-03-18 08:00:00", By.AREA) == {east: (1, False), west: (1, False)}
    assert asked("2024-03-18 08:00:00", kinds=(Kind.APPEAL,)) == {None: (0, False)}
    visited.connection.execute(text("update app.case_types set is_capital_trip = false"))
    with pytest.raises(NotRecordedError, match="trip to the capital"):
        asked("2024-03-18 08:00:00")


def _satisfied(town: Town, moment: str, by: By = By.TOTAL, **values: Any) -> Rows:
    """n, good, is_provisional, mean by key."""
    return by_key(satisfaction.satisfied(town.connection, town.at(moment, **{**WEEK, **values}), by))


def test_satisfaction_goes_by_the_day_of_the_evaluation(town: Town) -> None:
    for case, at, mark in (
        ("before", "2024-03-10 23:59:59", 1),
        ("content", "2024-03-11 00:00:00", 4),
        ("not content", "2024-03-17 23:59:59", 3),
        ("after", "2024-03-18 00:00:00", 5),
    ):
        town.case(case, "2024-03-09 08:00:00", risk="red" if mark == 3 else "blue")
        town.then(case, "resolved", "2024-03-09 09:00:00")
        town.then(case, "evaluated", at, satisfaction=mark)
    town.case("asked twice", "2024-03-09 08:00:00")
    town.then("asked twice", "evaluated", "2024-03-11 08:00:00", satisfaction=1)
    town.then("asked twice", "evaluated", "2024-03-12 08:00:00", satisfaction=5)
    town.case("without a mark", "2024-03-09 08:00:00")
    town.then("without a mark", "evaluated", "2024-03-12 08:00:00")
    town.then("content", "corrected", "2024-03-20 08:00:00", ref_event="evaluated", field="satisfaction", value="2",
              ref_occurred_at="2024-03-11 00:00:00")  # fmt: skip
    town.settle()
    assert _satisfied(town, "2024-03-20 08:00:00") == {None: (3, 1, False, pytest.approx(10 / 3))}
    assert _satisfied(town, "2024-03-20 07:59:59") == {None: (3, 2, False, 4.0)}
    assert _satisfied(town, "2024-03-17 23:59:58") == {None: (2, 2, True, 4.5)}
    assert _satisfied(town, "2024-03-11 08:00:00", By.DAY) == {"2024-03-11": (2, 1, True, 2.5)}
    assert _satisfied(town, "2024-03-20 07:59:59", By.DAY) == {
        "2024-03-11": (1, 1, False, 4.0), "2024-03-12": (1, 1, False, 5.0), "2024-03-17": (1, 0, False, 3.0),
    }  # fmt: skip
    assert _satisfied(town, "2024-03-20 07:59:59", By.RISK)["red"] == (1, 0, False, 3.0)
    assert _satisfied(town, "2024-03-10 23:59:58") == {}


def test_satisfaction_that_no_source_records(town: Town) -> None:
    assert _satisfied(town, "2024-03-20 08:00:00") == {}
    town.case("resolved", "2024-03-12 08:00:00")
    town.settle()
    assert _satisfied(town, "2024-03-20 08:00:00") == {}  # nobody was asked yet
    town.then("resolved", "resolved", "2024-03-12 09:00:00")
    town.settle()
    with pytest.raises(NotRecordedError, match="marks"):
        _satisfied(town, "2024-03-20 08:00:00")
