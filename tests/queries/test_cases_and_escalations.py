from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from queries import cases, escalations, place, sources
from queries.figure import By
from queries.privacy import SHOWN_SINGLY, hide_small_cells
from queries.vocabulary import Kind
from tests.queries.rates import by_key
from tests.queries.town import Town, build, make_reference
from tests.support.databases import Databases


def _escalate(town: Town, case: str, at: str, due_at: str, number: int = 1, department: str = "water") -> None:
    town.then(case, "escalated", at, escalation_no=number, level="department", department_code=department,
              due_at=due_at)  # fmt: skip


def test_pending_escalations_next_to_breach_first(town: Town) -> None:
    for case in ("later", "sooner", "answered", "closed"):
        town.case(case, "2024-03-14 08:00:00", summary=f"摘要 {case}")
    town.case("private", "2024-03-14 08:00:00", type_code="wages")
    _escalate(town, "later", "2024-03-14 09:00:00", "2024-03-14 15:00:00")
    _escalate(town, "sooner", "2024-03-14 09:30:00", "2024-03-14 14:00:00", department="fire")
    _escalate(town, "answered", "2024-03-14 09:00:00", "2024-03-14 13:00:00")
    _escalate(town, "closed", "2024-03-14 09:00:00", "2024-03-14 13:00:00")
    _escalate(town, "private", "2024-03-14 09:00:00", "2024-03-14 13:00:00")
    town.then("answered", "answered", "2024-03-14 10:00:00", escalation_no=1)
    town.then("closed", "resolved", "2024-03-14 10:00:00")
    town.then("later", "supervised", "2024-03-14 11:00:00", escalation_no=1)
    town.settle()
    shown = escalations.pending(town.connection, town.at("2024-03-14 12:00:00", kinds=SHOWN_SINGLY))
    assert shown["title_zh"].tolist() == ["摘要 sooner", "摘要 later"]
    assert shown["department_en"].tolist() == ["Fire", "Water"]
    assert shown["supervised_count"].tolist() == [0, 1]
    assert len(escalations.pending(town.connection, town.at("2024-03-14 12:00:00"))) == 3
    then = escalations.pending(town.connection, town.at("2024-03-14 09:15:00", kinds=SHOWN_SINGLY))
    assert sorted(then["title_zh"]) == ["摘要 answered", "摘要 closed", "摘要 later"]


def test_departments_answers(town: Town) -> None:
    for case in ("in time", "late", "never", "lapsed", "not due"):
        town.case(case, "2024-03-13 08:00:00")
        due_at = "2024-03-14 20:00:00" if case == "not due" else "2024-03-13 12:00:00"
        _escalate(town, case, "2024-03-13 09:00:00", due_at)
    town.then("in time", "answered", "2024-03-13 12:00:00", escalation_no=1)
    town.then("late", "answered", "2024-03-13 12:00:01", escalation_no=1)
    town.then("lapsed", "resolved", "2024-03-13 10:00:00")
    town.settle()
    [row] = escalations.answers(town.connection, town.at("2024-03-14 12:00:00")).to_dict("records")
    assert (row["department_en"], row["n"], row["on_time"], row["lapsed"], row["rate"]) == ("Water", 4, 1, 1, 0.25)
    # where x^0.5 (1 - x)^2.5, summed in two million steps, passes 5 % and 95 %
    assert (row["rate_low"], row["rate_high"]) == (pytest.approx(0.0460, abs=1e-4), pytest.approx(0.6507, abs=1e-4))


def test_latest_prefers_red_and_orange_and_shows_no_police_and_no_petitions(town: Town) -> None:
    town.case("yellow new", "2024-03-14 11:00:00")
    town.case("red", "2024-03-14 08:00:00", risk="red")
    town.case("orange", "2024-03-14 09:00:00", risk="orange")
    town.case("theft", "2024-03-14 10:00:00", risk="red", type_code="theft")
    town.case("wages", "2024-03-14 10:00:00", risk="red", type_code="wages")
    town.case("yellow old", "2024-03-14 07:00:00", summary="旧")
    town.settle()
    asked = town.at("2024-03-14 12:00:00")
    assert cases.latest(town.connection, asked, rows=3)["risk"].tolist() == ["yellow", "orange", "red"]
    frame = cases.latest(town.connection, asked)
    assert len(frame) == 4
    assert (frame["title_zh"].iloc[-1], frame["title_en"].iloc[-1], frame["channel_en"].iloc[-1]) == (
        "旧", "Noise", "12345",
    )  # fmt: skip


def test_what_is_recorded_later_pushes_nothing_out_of_the_latest(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "LOOKED_THROUGH", 2)
    for hour in (7, 8, 9):
        town.case(f"known {hour}", f"2024-03-14 0{hour}:00:00", summary=f"{hour}")
    for minute in (10, 20, 30):
        values = {"area_code": "east-1", "type_code": "noise", "kind": "appeal", "risk": "yellow", "channel": "hotline"}
        reported = f"2024-03-14 09:{minute}:00"
        town.then(f"late {minute}", "reported", reported, recorded="2024-03-15 08:00:00", summary="late", **values)
    town.settle()
    for at, shown in (("2024-03-14 12:00:00", ["9", "8"]), ("2024-03-15 12:00:00", ["late", "late"])):
        assert cases.latest(town.connection, town.at(at))["title_zh"].tolist() == shown


def test_heat_weighs_by_colour_and_age_and_leaves_piles_out(town: Town) -> None:
    town.case("red", "2024-03-14 10:00:00", risk="red", lon=113.81, lat=22.81)
    town.case("too old", "2024-03-14 06:00:00", lon=113.81, lat=22.81)
    town.case("theft", "2024-03-14 11:00:00", lon=113.81, lat=22.81, type_code="theft")
    town.case("label point", "2024-03-14 11:00:00", lon=113.80, lat=22.80)
    for matter in ("noise", "leak", "smoke"):
        town.case(f"pile {matter}", "2024-03-14 11:00:00", type_code=matter, lon=113.85, lat=22.85)
    town.settle()
    frame = cases.heat(town.connection, town.at("2024-03-14 12:00:00"))
    assert frame[["lon", "lat", "weight"]].to_numpy().tolist() == [[113.81, 22.81, 4.0]]


def test_replay_tells_each_case_of_a_day_with_its_place_unless_that_is_a_default_one(town: Town) -> None:
    town.case("at the edge", "2024-03-13 12:00:00", lon=113.81, lat=22.81)
    town.case("first", "2024-03-13 12:00:01", lon=113.81, lat=22.81)
    town.case("label point", "2024-03-13 13:00:00", lon=113.80, lat=22.80, risk="orange")
    for matter in ("noise", "leak", "smoke"):
        town.case(f"pile {matter}", "2024-03-13 14:00:00", type_code=matter, lon=113.85, lat=22.85)
    town.case("withdrawn", "2024-03-13 15:00:00", lon=113.81, lat=22.81)
    town.then("withdrawn", "withdrawn", "2024-03-13 16:00:00")
    town.case("theft", "2024-03-13 17:00:00", lon=113.82, lat=22.81, type_code="theft")
    town.case("wages", "2024-03-13 17:00:00", lon=113.82, lat=22.81, type_code="wages")
    town.case("last", "2024-03-14 12:00:00", lon=113.81, lat=22.82, risk="red")
    town.case("tomorrow", "2024-03-14 12:00:01", lon=113.81, lat=22.82)
    town.settle()
    frame = cases.replay(town.connection, town.at("2024-03-14 12:00:00"))
    told = [
        (row["risk"], None if pd.isna(row["lon"]) else (row["lon"], row["lat"])) for row in frame.to_dict("records")
    ]
    assert told == [
        ("yellow", (113.81, 22.81)),
        ("yellow", (113.81, 22.81)),
        *(("orange", None), ("yellow", None), ("yellow", None), ("yellow", None)),
        ("red", (113.81, 22.82)),
    ]


def test_police_and_petitions_are_counted_by_unit_and_small_cells_are_hidden(town: Town) -> None:
    for number in range(3):
        town.case(f"theft {number}", f"2024-03-12 1{number}:00:00", type_code="theft", area_code="east-1")
    for number in range(2):
        town.case(f"other theft {number}", "2024-03-12 10:00:00", type_code="theft", area_code="east-2")
        town.case(f"wages {number}", "2024-03-12 10:00:00", type_code="wages", area_code="east-1")
    town.case("noise", "2024-03-12 10:00:00")
    town.case("long ago", "2024-03-05 10:00:00", type_code="theft", area_code="east-2")
    town.settle()
    frame = cases.counted(town.connection, town.at("2024-03-14 12:00:00"), "grid")
    area = {number: code for code, number in town.area_ids.items()}
    told = {
        (area[row["area_id"]], row["kind"]): None if pd.isna(row["n"]) else row["n"] for row in frame.to_dict("records")
    }
    assert told == {
        ("east-1", "police_report"): 3,
        ("east-1", "petition"): None,
        ("east-2", "police_report"): None,
    }


def test_neighbours_are_the_other_areas_of_the_level_with_a_boundary_nearest_first(databases: Databases) -> None:
    reference = make_reference()
    square = reference.areas["boundary"].dropna().iloc[0]

    def beside(code: str, lon: float, **values: Any) -> dict[str, Any]:
        row = dict(reference.areas.iloc[0]) | {"subdistrict_code": code, "code": code, "name_zh": f"{code}街道"}
        return row | {"name_en": code, "lon": lon, "lat": 22.75, "boundary": square} | values

    others = [beside("far", 115.0), beside("near", 114.0), beside("unknown", 113.9, boundary=None)]
    areas = pd.concat([reference.areas.assign(lon=113.85, lat=22.75), pd.DataFrame(others)], ignore_index=True)
    with databases.copy() as database, database.owner.connect() as connection:
        told = build(connection, database.writer_url, areas=areas)
        asked = told.at("2024-03-14 12:00:00")
        assert place.neighbours(connection, asked)["name_en"].tolist() == ["near", "far"]
        assert place.neighbours(connection, asked, rows=1)["boundary"].tolist() == [square]


def test_the_place_and_what_is_recorded(town: Town) -> None:
    asked = town.at("2024-03-14 12:00:00")
    assert place.subdistrict(town.connection, asked).unit_level == "grid"
    town.case("in the community at large", "2024-03-14 08:00:00", area_code="east")
    town.settle()
    found = place.subdistrict(town.connection, asked)
    assert (found.unit_level, found.unit_zh, found.has_boundaries) == ("community", "社区", False)
    assert sources.recording(town.connection, asked) == (True, False, False)
    town.case("in a grid", "2024-03-14 08:00:00", due_at="2024-03-15 08:00:00", lon=113.81, lat=22.81)
    town.settle()
    found = place.subdistrict(town.connection, asked)
    assert (found.unit_level, found.has_boundaries, found.is_illustrative) == ("grid", True, True)
    assert sources.recording(town.connection, asked) == (True, True, True)
    units = place.units(town.connection, asked, "grid")
    assert units["code"].tolist() == ["east-1", "east-2", "west-1", "west-2"]
    assert units["community_en"].tolist() == ["east", "east", "west", "west"]
    with pytest.raises(LookupError, match="no subdistrict 999"):
        place.subdistrict(town.connection, type(asked)(999, asked.as_of, asked.time_zone))


def test_small_cells_of_police_and_petitions_are_hidden() -> None:
    frame = pd.DataFrame(
        {"n": [0, 1, 2, 3, 2], "kind": ["petition", "petition", "police_report", "police_report", "appeal"]}
    )
    assert hide_small_cells(frame["n"], frame["kind"]).tolist() == [0, pd.NA, pd.NA, 3, 2]


def test_answers_and_waiting_by_any_key(town: Town) -> None:
    town.case("east", "2024-03-13 08:00:00", risk="red")
    town.case("west", "2024-03-13 08:00:00", area_code="west-1", type_code="leak")
    town.case("nobody named", "2024-03-13 08:00:00")
    _escalate(town, "east", "2024-03-13 09:00:00", "2024-03-13 12:00:00")
    _escalate(town, "west", "2024-03-13 10:00:00", "2024-03-13 23:59:59", department="fire")
    town.then("nobody named", "escalated", "2024-03-13 11:00:00", escalation_no=1, level="community",
              due_at="2024-03-14 00:00:00")  # fmt: skip
    town.then("west", "answered", "2024-03-13 23:59:59", escalation_no=1)
    town.settle()
    asked = town.at("2024-03-14 12:00:00")
    area_ids = {code: str(area_id) for code, area_id in town.area_ids.items()}

    def answered(by: By = By.TOTAL, **values: Any) -> dict[Any, Any]:
        level = "grid" if by is By.AREA else None
        asked = town.at(values.pop("at", "2024-03-14 12:00:00"), **values)
        frame = escalations.answered(town.connection, asked, by, unit_level=level)
        return by_key(frame.drop(columns=["rate_low", "rate_high"]))

    assert answered() == {None: (3, 1, True, 0)}
    until_then: dict[str, Any] = {"period_from": date(2024, 3, 13), "period_to": date(2024, 3, 14)}
    assert answered(at="2024-03-14 23:59:59", **until_then) == {None: (3, 1, True, 0)}
    assert answered(at="2024-03-15 00:00:00", **until_then) == {None: (3, 1, False, 0)}
    assert answered(By.AREA) == {area_ids["east-1"]: (2, 0, True, 0), area_ids["west-1"]: (1, 1, True, 0)}
    assert answered(By.DAY) == {"2024-03-13": (2, 1, False, 0), "2024-03-14": (1, 0, True, 0)}
    assert answered(By.RISK) == {"red": (1, 0, True, 0), "yellow": (2, 1, True, 0)}
    assert answered(By.KIND, kinds=(Kind.HAZARD,)) == {"hazard": (1, 1, True, 0)}
    assert answered(By.DEPARTMENT).keys() == {str(number) for number in _departments(town).values()}
    assert answered(at="2024-03-13 11:59:59") == {}

    waiting = escalations.waiting(town.connection, asked, By.DEPARTMENT).set_index("key")
    assert waiting.index.tolist() == ["", str(_departments(town)["water"])]
    water = waiting.to_dict("records")[1]
    assert (water["n"], water["overdue"], water["median_waited_minutes"], water["longest_waited_minutes"]) == (
        1, 1, 1620, 1620,
    )  # fmt: skip
    assert waiting["next_deadline_at"].isna().tolist() == [True, True]
    [row] = escalations.waiting(town.connection, town.at("2024-03-13 11:00:00")).to_dict("records")
    assert (row["n"], row["overdue"], row["median_waited_minutes"], row["longest_waited_minutes"]) == (3, 0, 60, 120)
    assert row["next_deadline_at"] == pd.Timestamp("2024-03-13 12:00:00", tz="Asia/Shanghai")
    assert escalations.waiting(town.connection, town.at("2024-03-13 08:59:59")).empty


def _departments(town: Town) -> dict[str, int]:
    rows = town.connection.execute(text("select code, department_id from app.departments")).all()
    return {row.code: row.department_id for row in rows}
