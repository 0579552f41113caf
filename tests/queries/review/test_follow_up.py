"""The last meeting followed up: its entries, its numbers that read otherwise now, and the list for the next one."""

import json
from datetime import UTC, date, datetime

import pytest

from queries import freezes, store
from queries.review import Before, Review, make, read_period
from queries.review.make import again
from queries.review.watch import RULES
from seed.freezing import freeze
from tests.queries.town import Town, local

TODAY = date(2024, 4, 10)
W10, W11, W12 = (read_period(f"2024-W{number}", TODAY) for number in (10, 11, 12))
NOW = datetime(2024, 4, 10, 4, tzinfo=UTC)
MONDAY = "2024-03-18T09:00"
NEXT = "2024-03-25T09:00"


def _owner(town: Town) -> store.Owner:
    return store.subdistricts(town.connection)[0]


@pytest.fixture
def weeks(town: Town) -> Town:
    """Two weeks: cases of the first that are listed, and what becomes of each in the second."""
    for name, day in (("solved", 12), ("waits", 13), ("again", 14), ("late", 15), ("gone back", 15), ("withdrawn", 15)):
        town.case(name, f"2024-03-{day} 08:00:00", due_at=f"2024-03-{day + 4} 08:00:00")
    town.case("first", "2024-03-11 08:00:00")
    town.then("first", "resolved", "2024-03-11 09:00:00")
    for name in ("waits", "solved"):
        town.then(name, "escalated", "2024-03-16 08:00:00", escalation_no=1, level="department",
                  department_code="water", due_at="2024-03-17 08:00:00")  # fmt: skip
    for name in ("again", "late", "gone back", "withdrawn"):  # listed since they were reopened
        town.then(name, "resolved", "2024-03-16 09:00:00")
        town.then(name, "reopened", "2024-03-16 10:00:00")
    town.then("solved", "answered", "2024-03-19 08:00:00", escalation_no=1)
    town.then("solved", "resolved", "2024-03-19 09:00:00")
    town.then("again", "resolved", "2024-03-19 09:00:00")
    town.then("again", "reopened", "2024-03-20 09:00:00")
    town.then("again", "deadline_changed", "2024-03-20 09:00:00", due_at="2024-03-30 08:00:00")
    town.then("gone back", "resolved", "2024-03-19 09:00:00")
    town.then("withdrawn", "withdrawn", "2024-03-19 09:00:00")
    town.case("unheard", "2024-03-16 08:00:00", recorded="2024-03-20 08:00:00")
    town.then("unheard", "resolved", "2024-03-16 09:00:00", recorded="2024-03-20 08:00:00")
    for number in range(3):
        town.case(f"next {number}", f"2024-03-{19 + number} 08:00:00")
    town.settle()
    return town


def _facts(review: Review, table: str) -> dict[str, str]:
    return {row["fact"]: row["value"] for row in review.table(table).records()}


def test_without_an_earlier_document_the_tables_say_so(weeks: Town) -> None:
    review, _ = freeze(weeks.connection, "2024-W11", now=NOW, as_of=MONDAY)
    assert review.before is None
    assert _facts(review, "followed_about") == _facts(review, "restated_about") == {"has_before": "no"}
    assert not review.table("followed").rows + review.table("followed_counts").rows + review.table("restated").rows


def test_each_listed_case_is_followed_up(weeks: Town) -> None:
    last, _ = freeze(weeks.connection, "2024-W11", now=NOW, as_of=MONDAY)
    review, _ = freeze(weeks.connection, "2024-W12", now=NOW, as_of=NEXT)
    assert review.before == Before(W11, last.as_of, last.checksum)
    facts = _facts(review, "followed_about")
    assert (facts["has_before"], facts["first"], facts["checksum"]) == ("yes", "2024-03-11", last.checksum)
    told = weeks.connection.exec_driver_sql("select external_id, case_id from app.cases").all()
    numbers = {row.external_id: str(row.case_id) for row in told}
    found = {row["case"]: row for row in review.table("followed").records()}
    assert set(found) == {row["case"] for row in last.table("variable").records()}
    standing = {name: found[numbers[name]]["standing"] for name in numbers if numbers[name] in found}
    assert standing == {
        "solved": "resolved",
        "gone back": "resolved",
        "waits": "overdue",
        "late": "overdue",
        "again": "open",
        "withdrawn": "withdrawn",
    }
    assert found[numbers["solved"]]["closed_at"] == "2024-03-19T01:00:00+00:00"
    assert found[numbers["again"]]["due_before"] == "2024-03-18T00:00:00+00:00"
    assert found[numbers["again"]]["due_at"] == "2024-03-30T00:00:00+00:00"
    flags = {
        name: tuple(found[numbers[name]][f"is_{flag}"] for flag in ("reopened", "answered", "waiting"))
        for name in standing
    }
    assert flags == {
        "solved": (False, True, False),
        "gone back": (False, False, False),
        "waits": (False, False, True),
        "late": (False, False, False),
        "again": (True, False, False),
        "withdrawn": (False, False, False),
    }
    counts = {row["part"]: row["n"] for row in review.table("followed_counts").records()}
    assert counts == {
        "total": 6,
        "resolved": 2,
        "open": 1,
        "overdue": 2,
        "withdrawn": 1,
        "transferred": 0,
        "not_recorded": 0,
        "gone": 0,
        "reopened": 1,
        "answered": 1,
        "waiting": 1,
    }


def test_what_is_restated_stands_with_the_records_that_came_late(weeks: Town) -> None:
    last, _ = freeze(weeks.connection, "2024-W11", now=NOW, as_of=MONDAY)
    review, _ = freeze(weeks.connection, "2024-W12", now=NOW, as_of=NEXT)
    rows = {(row["table"], row["key"], row["column"]): row for row in review.table("restated").records()}
    rate = rows["rates", "same_day_resolution", "n"]
    assert (rate["section"], rate["was"], rate["now"], rate["holds"]) == ("headline", 7, 8, "count")
    named = rows["counts", "appeal", "n"]
    assert (named["was"], named["now"], named["name"]["en"]) == (7, 8, "Appeal")
    assert "variable_counts" not in {table for table, _, _ in rows}  # who is listed today is no restatement
    assert not {key for key in rows if key[0] == "departments" and key[2] in ("waiting", "overdue")}
    facts = _facts(review, "restated_about")
    assert (facts["late"], facts["late_cases"], facts["restated"]) == ("2", "1", str(len(rows)))
    assert facts["as_of"] == last.as_of.astimezone(UTC).isoformat()


def test_the_newest_period_that_ended_before_is_followed_up_and_the_nearest_in_length(weeks: Town) -> None:
    fortnight, _ = freeze(weeks.connection, "2024-03-04..2024-03-17", now=NOW, as_of=MONDAY)
    week, _ = freeze(weeks.connection, "2024-W11", now=NOW, as_of=MONDAY)
    later, _ = freeze(weeks.connection, "2024-W11", now=NOW, as_of="2024-03-19T09:00")
    freeze(weeks.connection, "2024-W12", now=NOW, as_of=NEXT)  # does not end before itself begins

    def found(period: str, as_of: str) -> Review | None:
        held = freezes.before(weeks.connection, weeks.subdistrict_id, read_period(period, TODAY), local(as_of))
        return None if held is None else held.review

    assert found("2024-W12", "2024-03-25 09:00:00") == later
    assert found("2024-W12", "2024-03-18 12:00:00") == week  # the other was not known yet
    assert found("2024-03-18..2024-03-31", "2024-03-25 09:00:00") == fortnight
    assert found("2024-W11", "2024-03-25 09:00:00") is None


def test_a_remake_follows_up_the_same_document(weeks: Town) -> None:
    freeze(weeks.connection, "2024-W11", now=NOW, as_of=MONDAY)
    review, _ = freeze(weeks.connection, "2024-W12", now=NOW, as_of=NEXT)
    freeze(weeks.connection, "2024-W11", now=NOW, as_of="2024-03-20T09:00")
    remade = again(weeks.connection, _owner(weeks), review, review.as_of)
    assert remade.before == review.before
    assert remade.text() == review.text()


def test_a_document_of_the_first_form_is_read_and_followed_up(weeks: Town) -> None:
    made = make(weeks.connection, _owner(weeks), W11, local("2024-03-18 09:00:00"))
    held = json.loads(made.text()) | {"form": 1}
    del held["before"]
    new = {"followed", "restated", "risk", "matters", "watch"}
    held["sections"] = [section for section in held["sections"] if section["id"] not in new]
    text = json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    weeks.connection.exec_driver_sql("select app.freeze_review(%s, %s, '')", (weeks.subdistrict_id, text))
    old = freezes.one(weeks.connection, weeks.subdistrict_id, W11)
    assert old is not None
    assert (old.review.form, old.review.before, old.review.text()) == (1, None, text)
    review, _ = freeze(weeks.connection, "2024-W12", now=NOW, as_of=NEXT)
    assert review.form == 2
    assert review.before is not None and review.before.checksum == old.checksum
    assert len(review.table("followed").rows) == 6
    assert review.table("followed_watch").rows == ()
    assert review.table("restated").rows


def test_what_was_to_be_watched_is_followed_up(weeks: Town) -> None:
    last, _ = freeze(weeks.connection, "2024-W11", now=NOW, as_of=MONDAY)
    review, _ = freeze(weeks.connection, "2024-W12", now=NOW, as_of=NEXT)
    owes = {(row["rule"], row["name"]["en"]): row for row in last.table("watch").records()}["owes", "Water"]
    assert (owes["value"], owes["was"], owes["owner"]["en"], owes["due"]) == (2, 2, "Water", "2024-03-24")
    watched = {(row["rule"], row["name"]["en"]): row for row in review.table("followed_watch").records()}
    assert set(watched) == {(row["rule"], row["name"]["en"]) for row in last.table("watch").records()}
    water = watched["owes", "Water"]
    assert (water["was"], water["now"], water["is_again"], water["due"]) == (2, 1, True, "2024-03-24")


def test_the_watch_list_names_rule_owner_and_day(weeks: Town) -> None:
    for number in range(30):
        weeks.case(f"noise {number}", f"2024-03-2{number % 4} 09:{number:02d}:00", area_code="west-2", risk="red",
                   summary="广场噪声")  # fmt: skip
    weeks.settle()
    review = make(weeks.connection, _owner(weeks), W12, local("2024-03-25 09:00:00"))
    rows = list(review.table("watch").records())
    assert [RULES.index(row["rule"]) for row in rows] == sorted(RULES.index(row["rule"]) for row in rows)
    assert all(row["due"] == "2024-03-31" for row in rows)
    found = {(row["rule"], row["name"]["en"]): row for row in rows}
    noise = found["risen", "Noise"]
    assert (noise["value"], noise["was"], noise["owner"]["en"], noise["about"]) == (33, 7, "Order", "type")
    assert found["risen", "west"]["owner"]["en"] == "west"
    assert found["topic", "噪声"]["value"] == 30
    assert found["owes", "Water"]["was"] == 1
