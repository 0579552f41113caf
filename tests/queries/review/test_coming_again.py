"""Risk, matters that come again and the increment in a review: the questions' own numbers under their names."""

from datetime import date

import pytest

from queries import foresight, reopenings, repeats, store
from queries.figure import By
from queries.review import Review, make, read_period
from tests.queries.town import Town, local

WEEK = read_period("2024-W11", date(2024, 3, 27))
AS_OF = "2024-03-18 09:00:00"


@pytest.fixture
def told(town: Town) -> Town:
    """Two weeks: a lift that fails again and again in the second; a resolution that did not hold; a burst of red."""
    town.case("first", "2024-03-03 08:00:00", summary="夜间噪声")
    for number in range(14):
        town.case(f"before {number}", f"2024-03-{4 + number % 7:02d} 08:00:00", summary="夜间噪声")
    for number in range(8):
        town.case(f"lift {number}", f"2024-03-{11 + number % 5} 09:{number:02d}:00", type_code="leak", party="p",
                  area_code="west-1", summary="电梯停运")  # fmt: skip
    town.then("lift 0", "resolved", "2024-03-12 10:00:00")
    town.then("lift 0", "reopened", "2024-03-13 10:00:00")
    for number in range(12):
        town.case(f"red {number}", f"2024-03-17 2{number % 3}:{number:02d}:00", risk="red", area_code="east-2")
    for number in range(3):
        town.case(f"wages {number}", f"2024-03-1{2 + number} 09:00:00", type_code="wages", party="q")
    town.settle()
    return town


def _made(town: Town) -> Review:
    return make(town.connection, store.subdistricts(town.connection)[0], WEEK, local(AS_OF))


def test_repeated_matters_stand_by_place_and_name(told: Town) -> None:
    review = _made(told)
    asked = told.at(AS_OF, period_from=WEEK.first, period_to=WEEK.last)
    frame = repeats.repeated(told.connection, asked)
    rows = list(review.table("repeated").records())
    assert [(row["n"], row["open"]) for row in rows] == list(zip(frame["n"], frame["open"], strict=True)) == [(6, 6)]
    assert (rows[0]["type_name"]["en"], rows[0]["area_name"]["en"]) == (
        "Leak",
        "west-1",
    )  # wages are no visitor's matter
    facts = {row["fact"]: row["value"] for row in review.table("matters_about").records()}
    assert facts == {
        "repeated": "6",
        "repeated_places": "1",
        "topic_cases": "8",
        "topic_cases_before": "15",
        "topic_days_before": "8",
        "topic_every": "1",
    }


def test_reopened_matters_have_their_rate_and_those_still_followed(told: Town) -> None:
    (row,) = _made(told).table("reopened").records()
    asked = told.at(AS_OF, period_from=WEEK.first, period_to=WEEK.last)
    frame = reopenings.reopened(told.connection, asked, By.TYPE)
    assert (row["n"], row["rate"], row["following"], row["reopened_so_far"]) == (0, None, 1, 1)
    assert frame["reopened_so_far"].tolist() == [1]
    assert row["name"]["en"] == "Leak"


def test_topics_stand_with_their_matters(told: Town) -> None:
    rows = {row["word"]: row for row in _made(told).table("topics").records()}
    assert set(rows) == {"电梯", "停运"}
    assert (rows["电梯"]["n"], rows["电梯"]["n_before"], rows["电梯"]["ratio"]) == (8, 0, None)
    assert (rows["电梯"]["type_1"]["en"], rows["电梯"]["type_2"]) == ("Leak", None)


def test_red_grids_and_captures_are_the_questions_own(told: Town) -> None:
    review = _made(told)
    asked = told.at(AS_OF, period_from=WEEK.first, period_to=WEEK.last)
    found = foresight.course(told.connection, asked, "grid")
    captures = {row["forecast"]: row for row in review.table("risk_capture").records()}
    assert set(captures) == set(found.captures["forecast"])
    assert captures["chance"]["load"] == found.captures["load"].iloc[0] == 12 * 8
    units = {row["name"]["en"]: row for row in review.table("risk_units").records()}
    assert (units["east-2"]["days"], units["east-2"]["alarms"]) == (7, 1)
    assert units["east-2"]["is_alarm"]
    (alarms,) = review.table("risk_alarms").records()
    assert (alarms["raised"], alarms["n"], alarms["rate"]) == (found.alarms.raised, found.alarms.n, alarms["rate"])
    watched = {(row["rule"], row["name"]["en"]) for row in review.table("watch").records()}
    assert ("unusual", "east-2") in watched


def test_the_increment_is_told_by_matter_and_by_community(told: Town) -> None:
    review = _made(told)
    types = {row["name"]["en"]: (row["n"], row["n_before"]) for row in review.table("increment_types").records()}
    assert types == {"Noise": (12, 14)}  # the others have too few cases to be asked about
    places = {row["name"]["en"]: row for row in review.table("increment_communities").records()}
    assert (places["west"]["n"], places["west"]["n_before"]) == (8, 0)
    assert (places["east"]["n"], places["east"]["n_before"]) == (15, 14)
