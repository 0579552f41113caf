"""Findings on honest numbers as the command line has them: every cut-off, with what they rest on."""

from datetime import date, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import text

from queries import findings, printing
from queries.answering import Answer, Row, answer
from queries.asking import Words, read
from queries.catalogue import figures
from queries.statistics.configuration import finding_rules
from tests.queries.town import Town, local

DAYS: Final = [str(date(2024, 3, 4) + timedelta(days=number)) for number in range(14)]
PERIOD: Final = {"first": "2024-03-04", "last": "2024-03-17", "as_of": "2024-03-29T12:00"}


def _shown(town: Town, finding: str, **words: Any) -> Answer:
    asked = read(town.connection, Words(**{**PERIOD, **words}), now=local("2024-06-01 00:00:00"))
    return answer(town.connection, figures()[finding], asked, "en")


def _rows(town: Town, finding: str, **words: Any) -> dict[tuple[str, str], Row]:
    return {(row.label, row.extras["cutoff"]): row for row in _shown(town, finding, **words).rows}


@pytest.fixture
def withdrawn(town: Town) -> Town:
    """Everywhere cases are withdrawn at noon; at east-1 an hour before midnight, their deadline. A petition as well."""
    for grid in ("east-2", "west-1", "west-2"):
        for day in DAYS:
            town.case(f"{grid} {day}", f"{day} 09:00:00", area_code=grid, due_at=f"{day} 23:59:59")
            town.then(f"{grid} {day}", "withdrawn", f"{day} 12:00:00")
    for day in DAYS[:5]:
        town.case(day, f"{day} 09:00:00", due_at=f"{day} 23:59:59")
        town.then(day, "withdrawn", f"{day} 23:00:00")
    town.case("wages", f"{DAYS[0]} 09:00:00", type_code="wages", due_at=f"{DAYS[0]} 23:59:59")
    town.then("wages", "withdrawn", f"{DAYS[0]} 23:00:00")
    town.case("later", "2024-03-29 09:00:00")
    town.settle()
    return town


def test_every_cut_off_has_its_rows(withdrawn: Town) -> None:
    rows = _rows(withdrawn, "withdrawn_before_cutoff")
    assert {cutoff for _, cutoff in rows} == {"midnight", "deadline", "cycle"}
    assert {label for label, _ in rows} == {"east-1", "east-2", "west-1", "west-2"}
    row = rows["east-1", "midnight"]
    assert (row.numerator, row.denominator, row.rate, row.extras["code"]) == (5, 5, 1.0, "east-1")
    assert row.extras["is_called"] and row.extras["flattered"] == "same_day_resolution"
    # withdrawn before the deadline they are not counted; with them, five cases and none good
    assert (rows["east-1", "deadline"].extras["figure_n"], rows["east-1", "deadline"].extras["n_without"]) == (0, 6)
    # the cycle ended with 10 March: those of that day alone were withdrawn shortly before it
    assert (rows["east-2", "cycle"].numerator, rows["east-2", "cycle"].denominator) == (1, 14)
    assert rows["east-1", "cycle"].numerator == 0
    assert not rows["east-2", "midnight"].extras["is_called"]
    assert repr(rows["east-2", "midnight"].extras["n_before"]) == "0"  # a whole number


def test_they_say_what_the_screens_say(withdrawn: Town) -> None:
    asked = withdrawn.at("2024-03-29 12:00:00", period_from=date(2024, 3, 4), period_to=date(2024, 3, 17))
    called = findings.to_be_looked_at(withdrawn.connection, asked, "grid").units
    shown = {
        (finding, row.key, row.extras["cutoff"], row.numerator, row.denominator, row.extras["p"])
        for finding in finding_rules().findings
        for row in _shown(withdrawn, finding).rows
        if row.extras["is_called"]
    }
    expected = {(row.finding, str(row.area_id), row.cutoff, row.observed, row.n, row.p) for row in called.itertuples()}
    assert shown == expected and len(shown) == 2


def test_an_area_is_still_held_against_all_others(withdrawn: Town) -> None:
    whole = _rows(withdrawn, "withdrawn_before_cutoff")
    east = _rows(withdrawn, "withdrawn_before_cutoff", area="east")
    assert east == {key: row for key, row in whole.items() if key[0].startswith("east")}


def test_single_cases_of_petitions_are_counted_and_not_named(withdrawn: Town) -> None:
    row = _rows(withdrawn, "withdrawn_before_cutoff")["east-1", "deadline"]
    assert (row.numerator, len(row.extras["case_ids"])) == (6, 5)


def test_too_few_cases_are_told_and_not_judged(withdrawn: Town) -> None:
    rows = _rows(withdrawn, "withdrawn_before_cutoff", first="2024-03-04", last="2024-03-05")
    row = rows["east-1", "midnight"]
    assert (row.numerator, row.denominator, row.extras["p"], row.extras["is_called"]) == (2, 2, None, False)


def test_without_deadlines_that_cut_off_is_left_out(withdrawn: Town) -> None:
    withdrawn.connection.execute(text("update app.case_log set due_at = null"))
    withdrawn.connection.execute(text("update app.cases set due_at = null, first_due_at = null"))
    assert {cutoff for _, cutoff in _rows(withdrawn, "withdrawn_before_cutoff")} == {"midnight", "cycle"}


def test_without_closing_times_it_is_not_recorded(withdrawn: Town) -> None:
    withdrawn.connection.execute(text("update app.sources set records_times = false"))
    shown = _shown(withdrawn, "reopened_after_cutoff")
    assert shown.rows == () and str(shown.not_recorded).startswith("No source records when a case was closed")
    assert _shown(withdrawn, "fewer_reports").not_recorded is None


def test_a_reopening_of_the_day_after(town: Town) -> None:
    for day in DAYS[:3]:
        town.case(day, f"{day} 09:00:00")
        town.then(day, "resolved", f"{day} 15:00:00")
        town.then(day, "reopened", f"{date.fromisoformat(day) + timedelta(days=8)} 00:00:00")
    town.settle()
    row = _rows(town, "reopened_after_cutoff", as_of="2024-03-14T01:00")["east-1", "same_day"]
    assert (row.numerator, row.denominator, row.extras["figure_good"], row.extras["good_without"]) == (3, 3, 3, 0)
    assert len(row.extras["case_ids"]) == 3


def test_reports_are_held_against_those_expected(town: Town) -> None:
    """Every grid reports a case a day of its own; east-1 stops after twenty days."""
    for number in range(30):
        for grid in ("east-1", "east-2", "west-1", "west-2"):
            if grid != "east-1" or number < 20:
                at = f"{date(2024, 2, 10) + timedelta(days=number)} 09:00:00"
                town.case(f"{grid} {number}", at, area_code=grid, channel="patrol")
    town.settle()
    shown = _shown(town, "fewer_reports", first="2024-03-01", last="2024-03-10", as_of="2024-03-10T12:00")
    row = {each.label: each for each in shown.rows}["east-1"]
    assert (row.numerator, row.rate) == (0, None)
    assert row.denominator == pytest.approx(10, abs=0.5)
    assert row.extras["flattered"] == "increment"
    assert "flattered" in printing.to_table(shown)


def test_a_silent_source_has_no_case_of_those_expected(town: Town) -> None:
    """A case a day at nine, up to the seventh of the period's fourteen days."""
    for number in range(63):
        town.case(f"{number}", f"{date(2024, 1, 8) + timedelta(days=number)} 09:00:00")
    town.settle()
    [row] = _shown(town, "source_silent", as_of="2024-03-17T12:00").rows
    assert (row.key, row.numerator, row.rate) == ("hotline", 0, None)
    assert row.denominator == pytest.approx(8, abs=0.1)
    assert row.extras["reported_in_period"] == 7
