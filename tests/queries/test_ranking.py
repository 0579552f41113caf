from datetime import date

import pandas as pd
import pytest
from sqlalchemy import text

from queries import ranking
from queries.statistics.configuration import assessment_rules
from queries.statistics.ranking import rank
from tests.queries.town import Town


def _tell(town: Town) -> None:
    """The period is 1 to 14 March; today is its last day."""
    town.case("kept", "2024-03-13 08:00:00")
    town.then("kept", "resolved", "2024-03-13 20:00:00")
    town.case("reopened after 6 days", "2024-03-02 08:00:00")
    town.then("reopened after 6 days", "resolved", "2024-03-02 20:00:00")
    town.then("reopened after 6 days", "reopened", "2024-03-08 08:00:00")
    town.case("withdrawn at once", "2024-03-02 08:00:00")
    town.then("withdrawn at once", "withdrawn", "2024-03-02 09:00:00")
    town.case("today", "2024-03-14 08:00:00")
    town.case("day before the period", "2024-02-29 23:59:59")
    town.case("due", "2024-02-29 08:00:00", due_at="2024-03-01 00:00:00", area_code="west-1")
    town.then("due", "resolved", "2024-03-01 00:00:00")
    town.case("on the spot", "2024-03-03 08:00:00", type_code="leak")
    town.then("on the spot", "resolved", "2024-03-03 08:05:00")
    town.case("dispatched", "2024-03-03 08:00:00", type_code="leak")
    town.then("dispatched", "dispatched", "2024-03-03 08:05:00", level="department", department_code="water")
    town.then("dispatched", "resolved", "2024-03-03 09:00:00")
    # followed for 30 days within the period: resolved on 31 January and later
    for case, reopened in (("quiet", None), ("on day 30", "2024-03-02 08:00:00"), ("on day 31", "2024-03-03 08:00:00")):
        town.case(case, "2024-02-01 08:00:00", area_code="west-2")
        town.then(case, "resolved", "2024-02-01 09:00:00")
        if reopened:
            town.then(case, "reopened", reopened)
    # what came back before it was ever resolved has held since
    town.case("back before", "2024-01-31 08:00:00", area_code="west-2")
    town.then("back before", "withdrawn", "2024-01-31 09:00:00")
    town.then("back before", "reopened", "2024-01-31 10:00:00")
    town.then("back before", "resolved", "2024-02-01 09:00:00")
    town.settle()


def _totals(town: Town, moment: str) -> dict[tuple[str, str], list[int]]:
    asked = town.at(moment, period_from=date(2024, 3, 1), period_to=date(2024, 3, 14))
    frame = ranking.outcomes(town.connection, asked, "grid")
    codes = {area_id: code for code, area_id in town.area_ids.items()}
    sums = frame.groupby([frame["area_id"].map(codes), "indicator"])[["n", "good"]].sum()
    return {
        (str(unit), str(indicator)): list(row)
        for (unit, indicator), row in zip(sums.index, sums.to_numpy(), strict=True)
    }


def test_outcomes_of_a_period(town: Town) -> None:
    _tell(town)
    assert _totals(town, "2024-03-14 12:00:00") == {
        ("east-1", "same_day"): [2, 1],
        ("east-1", "on_the_spot"): [2, 1],
        ("west-1", "on_time"): [1, 1],
        ("west-2", "kept"): [4, 3],
    }
    asked = town.at("2024-03-14 12:00:00", period_from=date(2024, 3, 1), period_to=date(2024, 3, 14))
    frame = ranking.outcomes(town.connection, asked, "grid")
    types = {str(code): (type_id, line) for code, type_id, line in town.connection.execute(
        text("select code, type_id, parent_id from app.case_types"))}  # fmt: skip
    strata = set(frame[["line_id", "type_id", "risk_number", "reported_hour"]].itertuples(index=False, name=None))
    noise, leak = types["noise"], types["leak"]
    assert strata == {(noise[1], noise[0], 3, 8), (leak[1], leak[0], 3, 8)}
    # as known on 5 March: nothing reopened yet but the one of 2 March
    assert _totals(town, "2024-03-05 12:00:00")[("east-1", "same_day")] == [1, 1]


def test_a_source_without_closing_times_is_not_judged(town: Town) -> None:
    _tell(town)
    town.connection.execute(text("update app.sources set records_times = false"))
    assert _totals(town, "2024-03-14 12:00:00") == {}
    units = pd.DataFrame({"area_id": range(10), "kind": "social"})
    empty = ranking.outcomes(town.connection, town.at("2024-03-14 12:00:00"), "grid")
    marks = ranking.marks(town.connection, town.at("2024-03-14 12:00:00"))
    assert rank(units, empty, marks, assessment_rules(date(2024, 3, 14)), outcomes_before=empty).table.empty


def test_the_newest_marks_known_count(town: Town) -> None:
    _tell(town)
    insert = text(
        "insert into app.assessment_marks values (:town, :area, :first, :last, 'order', :marks, 50, :recorded_at)"
    )
    for first, last, given, recorded in (
        ("2024-02-12", "2024-02-25", 10, "2024-02-26 08:00+08"),
        ("2024-02-26", "2024-03-10", 20, "2024-03-11 08:00+08"),
        ("2024-02-26", "2024-03-10", 30, "2024-03-12 08:00+08"),
    ):
        values = {"first": first, "last": last, "marks": given, "recorded_at": recorded}
        town.connection.execute(insert, {"town": town.subdistrict_id, "area": town.area_ids["east-1"], **values})
    found = [
        list(ranking.marks(town.connection, ranking.rolling_period(town.at(moment)))["marks"])
        for moment in ("2024-03-10 12:00:00", "2024-03-11 12:00:00", "2024-03-14 12:00:00")
    ]
    assert found == [[10.0], [20.0], [30.0]]


def test_a_long_period_has_the_marks_of_all_its_cycles(town: Town) -> None:
    insert = text("insert into app.assessment_marks values (:town, :area, :first, :last, 'order', :marks, 50, :last)")
    for first, last, given in (("2024-01-29", "2024-02-11", 10), ("2024-02-12", "2024-02-25", 20),
                               ("2024-02-26", "2024-03-10", 30)):  # fmt: skip
        values = {"town": town.subdistrict_id, "area": town.area_ids["east-1"], "first": first, "last": last}
        town.connection.execute(insert, values | {"marks": given})

    def asked(first: date, last: date, **values: bool) -> list[tuple[object, ...]]:
        period = town.at("2024-03-14 12:00:00", period_from=first, period_to=last)
        found = ranking.marks(town.connection, period, **values)
        return list(found[["period_start", "period_end", "marks", "full_marks"]].itertuples(index=False, name=None))

    assert asked(date(2024, 2, 12), date(2024, 3, 10)) == [(date(2024, 2, 12), date(2024, 3, 10), 50.0, 100.0)]
    # the marks of the period itself are missing: those of the one before stand in, or nothing does
    assert asked(date(2024, 3, 11), date(2024, 3, 24)) == [(date(2024, 2, 26), date(2024, 3, 10), 30.0, 50.0)]
    assert asked(date(2024, 3, 11), date(2024, 3, 24), with_earlier=False) == []
    assert asked(date(2024, 2, 26), date(2024, 3, 10), with_earlier=False) == [
        (date(2024, 2, 26), date(2024, 3, 10), 30.0, 50.0)
    ]


def test_a_redrawn_grid_has_no_period_before(town: Town) -> None:
    """Units are those of the period's last day; cases stay with the grid of their day."""
    town.case("old", "2024-03-05 08:00:00", area_code="east-2")
    town.case("new", "2024-03-13 08:00:00", area_code="east-2")
    town.settle()
    old = town.area_ids["east-2"]
    day = {"day": date(2024, 3, 12), "old": old}
    new = town.connection.execute(
        text(
            "insert into app.areas (subdistrict_id, code, level, kind, parent_id, name_zh, name_en, valid_from)"
            " select subdistrict_id, code || 'n', level, kind, parent_id, name_zh, name_en, :day from app.areas"
            " where area_id = :old returning area_id"
        ),
        day,
    ).scalar_one()
    for statement in (
        "update app.areas set valid_to = :day where area_id = :old",
        "update app.area_closure set valid_to = :day where descendant_id = :old",
        "insert into app.area_closure values (:new, :new, 0, :day, 'infinity')",
    ):
        town.connection.execute(text(statement), day | {"new": new})

    def units(first: date, last: date) -> dict[int, bool]:
        found = ranking.units(
            town.connection, town.at("2024-05-14 12:00:00", period_from=first, period_to=last), "grid"
        )
        return dict(zip(found["area_id"], found["has_before"], strict=True))

    now = units(date(2024, 3, 8), date(2024, 3, 14))
    assert (now[new], now[town.area_ids["east-1"]], old in now) == (False, True, False)
    assert units(date(2024, 3, 15), date(2024, 3, 21))[new] is False
    assert units(date(2024, 3, 19), date(2024, 3, 25))[new] is True
    assert old in units(date(2024, 3, 1), date(2024, 3, 7))
    asked = town.at("2024-05-14 12:00:00", period_from=date(2024, 3, 1), period_to=date(2024, 3, 7))
    assert set(ranking.outcomes(town.connection, asked, "grid")["area_id"]) == {old}


def test_a_review_is_about_whole_cycles(town: Town) -> None:
    asked = town.at("2024-03-14 12:00:00")
    periods = [ranking.cycle_period(asked, back) for back in (0, 1)]
    assert [(each.period_from, each.period_to) for each in periods] == [
        (date(2024, 3, 11), date(2024, 3, 24)), (date(2024, 2, 26), date(2024, 3, 10)),
    ]  # fmt: skip


def test_the_period_before_is_known_as_long_after_its_end(town: Town) -> None:
    period = ranking.rolling_period(town.at("2024-03-14 12:00:00"))
    assert (period.period_from, period.period_to) == (date(2024, 3, 1), date(2024, 3, 14))
    before = ranking.period_before(period)
    assert (before.period_from, before.period_to) == (date(2024, 2, 16), date(2024, 2, 29))
    assert before.as_of == town.at("2024-02-29 12:00:00").as_of
    with pytest.raises(ValueError, match="needs a period"):
        ranking.period_before(town.at("2024-03-14 12:00:00"))
