from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from queries import findings, source_findings
from queries.catalogue import figures
from queries.filters import Filter
from queries.statistics.configuration import finding_rules
from queries.statistics.findings import REPEATS, SENT_AGAIN, SILENT, decide, decide_sources
from tests.queries.town import Town

GRIDS = ("east-1", "east-2", "west-1", "west-2")
RULES = finding_rules()
MARCH = {"period_from": date(2024, 3, 4), "period_to": date(2024, 3, 17)}


def _days() -> list[str]:
    return [str(date(2024, 3, 4) + timedelta(days=number)) for number in range(14)]


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples())


def _called(town: Town, finding: str, at: str = "2024-03-29 12:00:00") -> dict[tuple[str, str], Any]:
    """The rows that are called, by grid and cut-off."""
    rule = RULES.findings[finding]
    decided = decide(findings.evidence(town.connection, town.at(at, **MARCH), "grid", rule), rule, RULES)
    codes = {area_id: code for code, area_id in town.area_ids.items()}
    return {(codes[row.area_id], row.cutoff): row for row in _rows(decided[decided["is_called"]])}


def _ids(town: Town, asked: Filter, row: Any) -> set[str]:
    return set(findings.cases(town.connection, asked, row.case_ids)["external_id"])


def _evenings(town: Town, grids: tuple[str, ...] = GRIDS) -> None:
    """Every grid closes a case each evening at nine."""
    for grid in grids:
        for day in _days():
            town.case(f"{grid} {day}", f"{day} 17:00:00", area_code=grid)
            town.then(f"{grid} {day}", "accepted", f"{day} 17:30:00")
            town.then(f"{grid} {day}", "resolved", f"{day} 21:00:00")


def test_closing_in_bulk_before_midnight(town: Town) -> None:
    _evenings(town)
    for number in range(5):
        town.case(f"late {number}", "2024-03-12 18:00:00")
        town.then(f"late {number}", "resolved", f"2024-03-12 23:5{number}:30")
    town.settle()
    (key, row), = _called(town, "closed_before_midnight").items()  # fmt: skip
    assert key == ("east-1", "midnight")
    assert (row.figure, row.n, row.observed) == ("same_day_resolution", 19, 5)
    assert (row.value, row.value_without) == (1.0, pytest.approx(14 / 19))
    assert _ids(town, town.at("2024-03-29 12:00:00"), row) == {f"late {number}" for number in range(5)}


def test_an_honest_busy_evening_is_no_finding(town: Town) -> None:
    _evenings(town)
    for number in range(40):  # a storm: closed one after the other until midnight, the last two at its end
        town.case(f"storm {number}", "2024-03-12 19:00:00")
        town.then(f"storm {number}", "resolved", f"2024-03-12 {20 + number // 10}:{number % 10 * 6 + 2:02d}:00")
    town.settle()
    asked = town.at("2024-03-29 12:00:00", **MARCH)
    busy = findings.closed_before_midnight(town.connection, asked, "grid").set_index("area_id")
    assert busy.loc[town.area_ids["east-1"], "observed"] == 2
    for finding in RULES.findings:
        assert _called(town, finding) == {}, finding


def test_two_cases_are_no_habit(town: Town) -> None:
    for number in range(2):
        town.case(f"late {number}", "2024-03-12 18:00:00", due_at="2024-03-13 00:30:00")
        town.then(f"late {number}", "accepted", f"2024-03-12 23:5{number}:10")
        town.then(f"late {number}", "resolved", f"2024-03-12 23:5{number}:30")
        town.case(f"gone {number}", "2024-03-12 18:00:00")
        town.then(f"gone {number}", "withdrawn", f"2024-03-12 23:5{number}:30")
    town.settle()
    for finding in RULES.findings:
        assert _called(town, finding) == {}, finding


def test_closing_within_a_minute(town: Town) -> None:
    _evenings(town)
    for number in range(4):
        town.case(f"hasty {number}", "2024-03-12 10:00:00", area_code="west-1")
        town.then(f"hasty {number}", "accepted", f"2024-03-12 1{number}:00:00")
        town.then(f"hasty {number}", "resolved", f"2024-03-12 1{number}:00:59")
        town.case(f"not so hasty {number}", "2024-03-12 10:00:00", area_code="west-2")
        town.then(f"not so hasty {number}", "accepted", f"2024-03-12 1{number}:00:00")
        town.then(f"not so hasty {number}", "resolved", f"2024-03-12 1{number}:01:00")
    town.settle()
    (key, row), = _called(town, "closed_within_a_minute").items()  # fmt: skip
    assert key == ("west-1", "minute")
    assert (row.n, row.observed, row.value, row.value_without) == (18, 4, 1.0, pytest.approx(14 / 18))


def _change(town: Town, case: str, change: str, at: str) -> None:
    opened = {"ref_event": "reported", "ref_occurred_at": f"{at[:10]} 09:00:00"}
    told: dict[str, tuple[str, dict[str, Any]]] = {
        "withdrawn": ("withdrawn", {}),
        "downgraded": ("corrected", {**opened, "field": "risk", "value": "blue"}),
        "retyped": ("corrected", {**opened, "field": "type_code", "value": "leak"}),
        "reassigned": ("reassigned", {"area_code": "east-2" if case.startswith("west") else "west-2"}),
        "extended": ("deadline_changed", {"due_at": "2024-03-20 18:00:00"}),
    }
    event, values = told[change]
    town.then(case, event, at, **values)
    if change != "withdrawn":
        town.then(case, "resolved", "2024-03-19 12:00:00")


@pytest.mark.parametrize("change", ["withdrawn", "downgraded", "retyped", "reassigned", "extended"])
@pytest.mark.parametrize("cutoff", ["midnight", "deadline"])
def test_changes_just_before_a_cutoff(town: Town, change: str, cutoff: str) -> None:
    """Everywhere cases are changed at noon; at east-1 an hour before midnight, which is their deadline as well."""
    for grid in GRIDS[1:]:
        for day in _days():
            town.case(f"{grid} {day}", f"{day} 09:00:00", area_code=grid, due_at=f"{day} 23:59:59")
            _change(town, f"{grid} {day}", change, f"{day} 12:00:00")
    for day in _days()[:5]:
        town.case(day, f"{day} 09:00:00", due_at=f"{day} 23:59:59")
        _change(town, day, change, f"{day} 23:00:00")
    town.settle()
    called = {key: row for key, row in _called(town, f"{change}_before_cutoff").items() if key[1] == cutoff}
    if (change, cutoff) == ("extended", "midnight"):
        assert called == {}
        return
    assert set(called) == {("east-1", cutoff)}
    row = called["east-1", cutoff]
    assert (row.n, row.observed) == (5, 5)
    assert _ids(town, town.at("2024-03-29 12:00:00"), row) == set(_days()[:5])


def test_upgrades_shorter_deadlines_and_closed_cases_are_no_such_changes(town: Town) -> None:
    for day in _days()[:5]:
        town.case(day, f"{day} 09:00:00", due_at=f"{day} 23:59:59")
        opened = {"ref_event": "reported", "ref_occurred_at": f"{day} 09:00:00"}
        town.then(day, "corrected", f"{day} 23:00:00", **opened, field="risk", value="red")
        town.then(day, "deadline_changed", f"{day} 23:01:00", due_at=f"{day} 23:30:00")
        town.then(day, "resolved", f"{day} 23:02:00")
        town.then(day, "corrected", f"{day} 23:03:00", **opened, field="type_code", value="leak")
    town.settle()
    asked = town.at("2024-03-29 12:00:00", **MARCH)
    for change in ("downgraded", "extended", "retyped"):
        assert findings.changed_before_cutoff(town.connection, asked, "grid", change, "deadline").empty, change


def test_a_cycle_ends_with_its_last_day(town: Town) -> None:
    """Cycles of 14 days from 2023-01-02: one ends with Sunday, 2024-03-10."""
    for number, at in enumerate(("2024-03-09 23:59:59", "2024-03-10 00:00:00", "2024-03-10 23:59:59")):
        town.case(str(number), "2024-03-05 09:00:00")
        town.then(str(number), "withdrawn", at)
    town.settle()
    asked = town.at("2024-03-29 12:00:00", **MARCH)
    told = findings.changed_before_cutoff(town.connection, asked, "grid", "withdrawn", "cycle")
    assert told[["n", "observed"]].to_numpy().tolist() == [[3, 2]]


def test_reopened_the_day_after_the_follow_up(town: Town) -> None:
    for grid in GRIDS:
        for day in _days()[:6]:
            case = f"{grid} {day}"
            town.case(case, f"{day} 09:00:00", area_code=grid)
            town.then(case, "resolved", f"{day} 15:00:00")
            later = timedelta(days=8 if grid == "east-1" else 2)
            town.then(case, "reopened", f"{date.fromisoformat(day) + later} 00:00:00")
    town.settle()
    (key, row), = _called(town, "reopened_after_cutoff").items()  # fmt: skip
    assert key == ("east-1", "same_day")
    assert (row.n, row.observed, row.value, row.value_without) == (6, 6, 1.0, 0.0)


def test_the_same_matter_comes_in_anew(town: Town) -> None:
    _evenings(town)
    for day in _days()[:5]:
        town.case(f"old {day}", f"{day} 10:00:00", party="1001")
        town.then(f"old {day}", "resolved", f"{day} 11:00:00")
        town.case(f"new {day}", f"{day} 12:00:00", party="1001")
        town.case(f"other {day}", f"{day} 12:00:00", party="1002", area_code="east-2")
    town.settle()
    (key, row), = _called(town, "opened_again").items()  # fmt: skip
    assert key == ("east-1", "again")
    assert (row.n, row.observed) == (19, 5)
    assert _ids(town, town.at("2024-03-29 12:00:00"), row) == {f"{n} {d}" for d in _days()[:5] for n in ("old", "new")}


def _patrols(town: Town, counts: dict[str, tuple[int, int]]) -> None:
    """Cases found on patrol: so many in the eight weeks before, so many in the period."""
    for grid, (before, now) in counts.items():
        for number in range(before + now):
            day = date(2024, 1, 9) + timedelta(days=number % 50) if number < before else date(2024, 3, 4 + number % 13)
            town.case(f"{grid} {number}", f"{day} 09:{number % 60:02d}:00", area_code=grid, channel="patrol",
                      type_code="leak")  # fmt: skip


def test_a_grid_that_stops_reporting(town: Town) -> None:
    _patrols(town, {"east-1": (100, 5), "east-2": (100, 30), "west-1": (90, 24), "west-2": (110, 25)})
    town.settle()
    (key, row), = _called(town, "fewer_reports").items()  # fmt: skip
    assert key == ("east-1", "reports")
    assert (row.figure, row.value) == ("increment", 5)
    assert 20 < row.value_without < 30


def test_a_grid_that_is_gone_or_new_has_not_fallen_silent(town: Town) -> None:
    _patrols(town, {"east-1": (100, 5), "east-2": (100, 5), "west-1": (90, 24), "west-2": (110, 25)})
    town.settle()
    # as if east-1 had ended in the period, and east-2 been drawn in the past before
    town.connection.execute(text("update app.areas set valid_to = '2024-03-10' where code = 'east-1'"))
    town.connection.execute(text("update app.areas set valid_from = '2024-02-10' where code = 'east-2'"))
    assert _called(town, "fewer_reports") == {}


def test_fewer_reports_everywhere_are_no_finding(town: Town) -> None:
    _patrols(town, dict.fromkeys(GRIDS, (100, 5)))
    town.settle()
    assert _called(town, "fewer_reports") == {}


def _sources(town: Town) -> dict[tuple[str, str], Any]:
    asked = town.at("2024-03-18 00:00:00", **MARCH)
    decided = decide_sources(
        source_findings.silent_sources(town.connection, asked),
        source_findings.repeating_sources(town.connection, asked),
        RULES,
    )
    return {(row.finding, row.source): row for row in _rows(decided[decided["is_called"]])}


def _hourly(town: Town, until: str) -> None:
    for number in range(69):
        day = date(2024, 1, 9) + timedelta(days=number)
        for hour in range(8, 20):
            if f"{day} {hour:02d}" < until:
                town.case(f"{day} {hour}", f"{day} {hour:02d}:{number % 60:02d}:00")


def test_a_source_that_went_silent(town: Town) -> None:
    _hourly(town, "2024-03-16 12")
    town.settle()
    (key, row), = _sources(town).items()  # fmt: skip
    assert key == (SILENT, "hotline")
    assert row.is_running
    assert 20 <= row.expected < 21  # Saturday from noon and Sunday


def test_nights_are_no_silence(town: Town) -> None:
    _hourly(town, "2024-03-19 00")
    town.settle()
    assert _sources(town) == {}


def test_a_source_that_repeats_itself(town: Town) -> None:
    _hourly(town, "2024-03-19 00")
    for number in range(12):
        town.case(f"again {number}", f"2024-03-12 09:{30 + number}:00", summary="路灯不亮", lon=113.81, lat=22.81)
    town.settle()
    (key, row), = _sources(town).items()  # fmt: skip
    assert key == (REPEATS, "hotline")
    assert (row.observed, len(row.case_ids), row.value - row.value_without) == (11, 11, 11)


def test_all_together_with_the_past_beside_it(town: Town) -> None:
    _evenings(town)
    for number in range(5):
        town.case(f"late {number}", "2024-03-12 18:00:00")
        town.then(f"late {number}", "resolved", f"2024-03-12 23:5{number}:30")
    town.settle()
    told = findings.to_be_looked_at(town.connection, town.at("2024-03-29 12:00:00", **MARCH), "grid")
    assert told.units[["finding", "n", "observed", "n_before", "observed_before"]].to_numpy().tolist() == [
        ["closed_before_midnight", 19, 5, 0, 0]
    ]
    assert told.not_recorded == ()


def test_kinds_that_are_not_shown_singly_are_left_out_of_the_cases(town: Town) -> None:
    town.case("theft", "2024-03-12 18:00:00", type_code="theft")
    town.case("noise", "2024-03-12 18:00:00")
    town.settle()
    asked = town.at("2024-03-29 12:00:00")
    assert list(findings.cases(town.connection, asked, range(1, 10_000))["external_id"]) == ["noise"]


def test_every_finding_is_defined_and_names_figures() -> None:
    defined = figures().keys() | {"reopened"}
    assert {*RULES.findings, SILENT, REPEATS} <= defined
    assert {figure for rule in RULES.findings.values() for figure in rule.figures.values()} <= defined
    assert SENT_AGAIN not in RULES.findings
