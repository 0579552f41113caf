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
        ("west-2", "kept"): [3, 2],
    }
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


def test_the_period_before_is_known_as_long_after_its_end(town: Town) -> None:
    period = ranking.rolling_period(town.at("2024-03-14 12:00:00"))
    assert (period.period_from, period.period_to) == (date(2024, 3, 1), date(2024, 3, 14))
    before = ranking.period_before(period)
    assert (before.period_from, before.period_to) == (date(2024, 2, 16), date(2024, 2, 29))
    assert before.as_of == town.at("2024-02-29 12:00:00").as_of
    with pytest.raises(ValueError, match="needs a period"):
        ranking.period_before(town.at("2024-03-14 12:00:00"))
