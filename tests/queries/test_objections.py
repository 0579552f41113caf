"""Objections to an assessment: who may say what until when, and what an upheld one moves in the ranking."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from queries import objections, ranking
from queries.review import make, read_period
from queries.store import subdistricts
from seed.freezing import freeze
from seed.objecting import Objection, decide, find_case, object_to
from seed.store import StoreError
from seed.units import units_on
from tests.queries.town import Town
from tests.support.databases import Database

CYCLE = read_period("2024-02-26..2024-03-10", date(2024, 4, 1))
NEXT = read_period("2024-03-11..2024-03-24", date(2024, 4, 1))
LATER = "2035-01-01 00:00:00"


@pytest.fixture
def cycle(town: Town) -> Town:
    """Two appeals of the cycle at east-1, one good and one late, and one that has been followed to its end."""
    town.case("good", "2024-03-05 08:00:00", due_at="2024-03-06 08:00:00")
    town.then("good", "resolved", "2024-03-05 12:00:00")
    town.case("late", "2024-03-05 09:00:00", due_at="2024-03-06 09:00:00")
    town.then("late", "resolved", "2024-03-08 12:00:00")
    town.case("old", "2024-01-29 09:00:00")
    town.then("old", "resolved", "2024-01-29 10:00:00")
    town.case("west", "2024-03-07 09:00:00", area_code="west-1")
    town.settle()
    return town


def _object(town: Town, case: str = "late", unit: str = "east-1", to: str = "", **values: Any) -> int:
    units = units_on(town.connection, town.subdistrict_id, CYCLE.last)
    given: dict[str, Any] = {"period": CYCLE, "reason": "other_area", "words": "", "by": "格长"} | values
    number = find_case(town.connection, town.subdistrict_id, case) if case else None
    said = Objection(units.find(unit), case_id=number, to=units.find(to) if to else None, **given)
    return object_to(town.connection, town.subdistrict_id, said)


def _decide(town: Town, number: int, is_upheld: bool = True, words: str = "") -> tuple[str, ...]:
    return decide(town.connection, town.subdistrict_id, number, is_upheld=is_upheld, by="考评办", words=words)


def _totals(
    town: Town, level: str = "grid", moment: str = LATER, period: Any = CYCLE
) -> dict[tuple[str, str], tuple[int, int]]:
    asked = town.at(moment, period_from=period.first, period_to=period.last)
    frame = ranking.outcomes(town.connection, asked, level)
    codes = {area_id: code for code, area_id in town.area_ids.items()}
    sums = frame.groupby([frame["area_id"].map(codes), "indicator"])[["n", "good"]].sum()
    return {
        (str(unit), str(name)): (int(n), int(good))
        for (unit, name), (n, good) in zip(sums.index, sums.to_numpy(), strict=True)
    }


BEFORE = {
    ("east-1", "same_day"): (2, 1), ("east-1", "on_time"): (2, 1), ("east-1", "kept"): (1, 1),
    ("west-1", "same_day"): (1, 0),
}  # fmt: skip


def test_an_objection_alone_moves_nothing_and_neither_does_a_rejected_one(cycle: Town) -> None:
    assert _totals(cycle) == BEFORE
    number = _object(cycle)
    assert _totals(cycle) == BEFORE
    _decide(cycle, number, is_upheld=False)
    assert _totals(cycle) == BEFORE


def test_a_case_left_out_counts_for_nobody(cycle: Town) -> None:
    _decide(cycle, _object(cycle))
    assert _totals(cycle) == BEFORE | {("east-1", "same_day"): (1, 1), ("east-1", "on_time"): (1, 1)}
    assert _totals(cycle, "community")[("east", "same_day")] == (1, 1)
    _decide(cycle, _object(cycle, "old"))
    assert ("east-1", "kept") not in _totals(cycle)


def test_a_case_of_another_counts_there_in_every_indicator(cycle: Town) -> None:
    _decide(cycle, _object(cycle, to="west-1"))
    moved = {("east-1", "same_day"): (1, 1), ("east-1", "on_time"): (1, 1),
             ("west-1", "same_day"): (2, 0), ("west-1", "on_time"): (1, 0)}  # fmt: skip
    assert _totals(cycle) == BEFORE | moved
    assert _totals(cycle, "community")[("west", "same_day")] == (2, 0)


def test_what_is_decided_later_does_not_change_what_was_known(cycle: Town) -> None:
    number = _object(cycle)
    cycle.connection.commit()
    known = cycle.connection.execute(text("select clock_timestamp()")).scalar_one()
    cycle.connection.commit()
    _decide(cycle, number)
    asked = cycle.at(LATER, period_from=CYCLE.first, period_to=CYCLE.last)
    then = type(asked)(asked.subdistrict_id, known, asked.time_zone, period_from=CYCLE.first, period_to=CYCLE.last)
    assert int(ranking.outcomes(cycle.connection, then, "grid")["n"].sum()) == 6
    assert int(ranking.outcomes(cycle.connection, asked, "grid")["n"].sum()) == 4
    assert objections.listed(cycle.connection, then)["outcome"].tolist() == ["open"]
    assert objections.listed(cycle.connection, asked)["outcome"].tolist() == ["upheld"]


def test_other_periods_count_the_case_as_before(cycle: Town) -> None:
    cycle.case("next", "2024-03-12 09:00:00")
    cycle.settle()
    _decide(cycle, _object(cycle))
    assert _totals(cycle, period=NEXT) == {("east-1", "same_day"): (1, 0)}
    month = read_period("2024-03", date(2024, 4, 1))  # shares days with the cycle
    assert _totals(cycle, period=month)[("east-1", "same_day")] == (2, 1)


def test_the_newest_decision_holds_and_the_other_unit_may_object_in_turn(cycle: Town) -> None:
    first = _object(cycle, to="west-1")
    _decide(cycle, first)
    cycle.connection.commit()
    second = _object(cycle, unit="west-1")
    _decide(cycle, second)
    assert _totals(cycle)[("west-1", "same_day")] == (1, 0)
    assert _totals(cycle)[("east-1", "same_day")] == (1, 1)
    _decide(cycle, second, is_upheld=False)
    assert _totals(cycle)[("west-1", "same_day")] == (2, 0)
    _decide(cycle, first, is_upheld=False)
    assert _totals(cycle) == BEFORE


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"unit": "west-1"}, "does not count for the unit"),
        ({"case": "west"}, "does not count for the unit"),
        ({"case": "nobody"}, "there is no case nobody"),
        ({"period": NEXT}, "takes no part in the assessment of 2024-03-11 to 2024-03-24"),
        ({"to": "east"}, "another unit"),
        ({"reason": "other_areas"}, "other_area is near"),
        ({"by": " "}, "the name of who objects"),
        ({"words": "x" * 201}, "200 characters"),
    ],
)
def test_what_cannot_be_objected_to_gets_a_sentence(cycle: Town, given: dict[str, Any], said: str) -> None:
    with pytest.raises(StoreError, match=said):
        _object(cycle, **given)


def test_once_for_each_unit_period_and_case(cycle: Town) -> None:
    number = _object(cycle)
    cycle.connection.commit()
    with pytest.raises(StoreError, match=f"before: objection {number}"):
        _object(cycle)
    cycle.connection.rollback()
    mark = _object(cycle, "")
    _decide(cycle, mark)
    assert _totals(cycle) == BEFORE
    cycle.connection.commit()
    with pytest.raises(StoreError, match=f"before: objection {mark}"):
        _object(cycle, "")


def test_after_the_freeze_none_is_heard_and_what_was_heard_before_restates(cycle: Town) -> None:
    now = datetime(2024, 3, 27, 4, tzinfo=UTC)
    number = _object(cycle)
    freeze(cycle.connection, CYCLE.name, now=now, as_of="2024-03-08T09:00")  # it still runs: provisional
    other = _object(cycle, "good")
    freeze(cycle.connection, CYCLE.name, now=now, as_of="2024-03-12T09:00")
    cycle.connection.commit()
    with pytest.raises(
        StoreError, match="the review of 2024-02-26 to 2024-03-10 is frozen: objections are heard before"
    ):
        _object(cycle, "old")
    cycle.connection.rollback()
    assert _decide(cycle, other, is_upheld=False) == ()
    assert _decide(cycle, number) == ("2024-02-26..2024-03-10",)
    assert _decide(cycle, number) == ()  # once is enough


def test_words_are_masked_and_go_with_the_person(cycle: Town) -> None:
    number = _object(cycle, words="请回拨13912345678，李建国不住本格")
    _decide(cycle, number, words="已电询13912345678")
    row = objections.listed(cycle.connection, cycle.at(LATER)).iloc[0]
    assert "13912345678" not in row["words"] + row["decided_words"]
    assert "不住本格" in row["words"]


@pytest.mark.parametrize("table", ["objections", "objection_decisions"])
def test_the_store_itself_keeps_what_was_said(cycle: Town, table: str) -> None:
    _decide(cycle, _object(cycle))
    for change in (f"delete from app.{table}", f"update app.{table} set subdistrict_id = subdistrict_id + 0 * 1, "
                   + ("objected_by = 'x'" if table == "objections" else "is_upheld = false")):  # fmt: skip
        cycle.connection.commit()
        with pytest.raises(DBAPIError, match="the later one counts"):
            cycle.connection.execute(text(change))
        cycle.connection.rollback()


def test_the_review_counts_objections_by_unit_without_words(cycle: Town) -> None:
    _decide(cycle, _object(cycle, to="west-1", words="属西区"))
    _decide(cycle, _object(cycle, "good", words="重复"), is_upheld=False)
    _object(cycle, "", unit="west-2")
    cycle.connection.commit()
    now = cycle.at(LATER).as_of
    review = make(cycle.connection, subdistricts(cycle.connection)[0], CYCLE, now)
    rows = {row["name"]["en"]: row for row in review.table("objections").records()}
    assert {name: [row[key] for key in ("n", "open", "upheld", "rejected", "moved")] for name, row in rows.items()} == {
        "east-1": [2, 0, 1, 1, 1], "west-2": [1, 1, 0, 0, 0],
    }  # fmt: skip
    assert "属西区" not in review.text()


def _run(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "seed", *arguments],
        env={"PATH": os.environ["PATH"], **database.environment, "COLUMNS": "250"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.runtime
def test_the_commands_of_the_page(cycle: Town, database: Database) -> None:
    cycle.connection.commit()
    days = ("--period", CYCLE.name)
    nothing = _run(database, "objections", *days)
    assert (nothing.returncode, nothing.stdout.strip()) == (0, "there are no objections"), nothing.stderr
    given = ("object", "--unit", "east-1区", "--case", "late", "--to", "west-1", "--reason", "other_area", *days)
    made = _run(database, *given, "--by", "格长", "--words", "[b]属西区")
    assert made.returncode == 0, made.stderr
    assert "objection 1 is kept" in made.stdout
    listed = _run(database, "objections", "--unit", "east-1")
    assert all(
        said in listed.stdout for said in ("late", "count the case for another unit: west-1区", "open", "[b]属西区")
    )
    done = _run(database, "decide", "1", "upheld", "--by", "考评办")
    assert (done.returncode, done.stdout.strip()) == (0, "objection 1 is upheld"), done.stderr
    assert _totals(cycle)[("west-1", "same_day")] == (2, 0)
    cycle.connection.commit()
    assert "upheld" in _run(database, "objections", *days).stdout
    for wrong, said in (
        (given, "the unit has objected to that before: objection 1"),
        (("decide", "2", "upheld"), "there is no objection 2"),
        (("decide", "1", "maybe"), "the outcome 'maybe' is not one of upheld, rejected"),
        (("object", "--unit", "east-9", "--reason", "other", *days), "there is no unit 'east-9' on 2024-03-10"),
        (("object", "--unit", "east-1", "--to", "west-1", "--reason", "other", *days), "--to goes with --case"),
    ):
        refused = _run(database, *wrong)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
        assert said in refused.stderr
