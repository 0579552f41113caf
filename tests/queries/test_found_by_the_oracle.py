"""The smallest histories in which a question once differed from its definition, as the oracle found them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, text

from queries import backlog, days, deadlines, like_days, lists, petitions, same_day, volume, workload
from queries.filters import Filter
from queries.vocabulary import Kind
from seed.reference import COLUMNS
from tests.queries.rates import by_key
from tests.queries.test_same_day import ALL
from tests.queries.town import Town, build, make_reference
from tests.support.databases import Database

MARCH = {"period_from": date(2024, 3, 1), "period_to": date(2024, 3, 31)}


def test_a_like_day_knows_nothing_of_later_corrections(town: Town) -> None:
    town.case("a", "2024-03-08 08:00:00")
    town.then("a", "corrected", "2024-03-09 10:00:00", ref_event="reported", ref_occurred_at="2024-03-08 08:00:00",
              field="occurred_at", value="2024-03-07T23:00:00+08:00")  # fmt: skip
    town.settle()
    assert int(lists.increment(town.connection, town.at("2024-03-08 12:00:00"))["reported"].sum()) == 1
    frame = like_days.at_this_clock(town.connection, town.at("2024-03-15 12:00:00"))
    assert int(frame.loc[frame["day"] == date(2024, 3, 8), "reported"].sum()) == 1


def test_the_course_is_of_the_kinds_chosen(town: Town) -> None:
    town.case("noise", "2024-03-14 08:00:00")
    town.settle()
    frame = days.course(town.connection, town.at("2024-03-14 12:00:00", kinds=(Kind.HAZARD,)), ALL)
    assert (int(frame["open"].iloc[-1]), int(frame["same_day_n"].iloc[-1])) == (0, 0)


def test_a_case_closed_twice_is_closed_from_the_first_time(town: Town) -> None:
    town.case("a", "2024-03-10 08:00:00")
    town.then("a", "resolved", "2024-03-10 09:00:00")
    town.then("a", "resolved", "2024-03-12 09:00:00")
    town.settle()
    frame = days.course(town.connection, town.at("2024-03-14 12:00:00"), ALL).set_index("day")
    assert frame["open"].loc[date(2024, 3, 10)] == 0


def test_a_case_at_a_default_point_is_nowhere_for_its_neighbours(town: Town) -> None:
    for case, at in (("a", "2024-03-12 08:00:00"), ("b", "2024-03-13 08:00:00")):
        town.case(case, at, lon=113.80, lat=22.80)  # the label point of east-1
    town.case("c", "2024-03-14 08:00:00", lon=113.8001, lat=22.80)  # 10 m away
    town.settle()
    assert lists.variable_counts(lists.variable(town.connection, town.at("2024-03-14 12:00:00"))).repeated == 0


def test_a_deadline_brought_forward_is_no_extension(town: Town) -> None:
    town.case("a", "2024-03-13 08:00:00", due_at="2024-03-14 08:00:00")
    town.then("a", "deadline_changed", "2024-03-13 09:00:00", due_at="2024-03-13 20:00:00")
    town.settle()
    frame = deadlines.on_time(town.connection, town.at("2024-03-14 12:00:00"))
    assert frame["extended"].tolist() == [0]


def test_a_period_that_runs_is_provisional(town: Town) -> None:
    town.case("a", "2024-03-02 08:00:00")
    town.settle()
    assert same_day.resolution(town.connection, town.at("2024-03-15 12:00:00", **MARCH))["is_provisional"].all()


def test_a_count_of_a_period_that_runs_is_provisional(town: Town) -> None:
    town.case("a", "2024-03-02 08:00:00")
    town.settle()
    assert volume.reported(town.connection, town.at("2024-03-15 12:00:00", **MARCH))["is_provisional"].all()


def test_the_stock_of_a_period_to_come_is_empty(town: Town) -> None:
    town.case("a", "2024-02-02 08:00:00")
    town.settle()
    assert backlog.movement(town.connection, town.at("2024-02-15 12:00:00", **MARCH)).empty


def test_nobody_knows_whether_cases_without_closing_times_are_open(town: Town) -> None:
    town.case("a", "2024-03-14 08:00:00", due_at="2024-03-14 09:00:00")
    town.settle()
    town.connection.execute(
        text(
            "insert into app.sources (subdistrict_id, source, name_zh, name_en, records_times)"
            " values (:id, 'patrol', '巡查', 'Patrol', true)"
        ),
        {"id": town.subdistrict_id},
    )
    asked = town.at("2024-03-14 12:00:00")

    def answers() -> list[int]:
        course = days.course(town.connection, asked, ALL).iloc[-1]
        return [
            lists.stock(town.connection, asked).open,
            len(lists.variable(town.connection, asked)),
            len(backlog.movement(town.connection, asked)),
            same_day.today(town.connection, asked).n,
            *course[["same_day_n", "due", "open", "reported"]].tolist(),
            int(lists.increment(town.connection, asked)["reported"].sum()),
        ]

    assert answers() == [1] * 9
    town.connection.execute(text("update app.sources set records_times = false where source = 'hotline'"))
    assert answers() == [0] * 7 + [1] * 2


def test_a_visit_told_by_a_source_without_closing_times_is_a_visit_all_the_same(town: Town) -> None:
    town.connection.execute(
        text(
            "insert into app.sources (subdistrict_id, source, name_zh, name_en, records_times)"
            " values (:id, 'paper', '纸质', 'Paper', false)"
        ),
        {"id": town.subdistrict_id},
    )
    town.connection.commit()  # the door has to know it
    visit = {"type_code": "wages", "channel": "visit"}
    town.case("on paper", "2024-03-01 08:00:00", source="paper", party="a", **visit)
    for case, party in (("comes again", "a"), ("first and last", "b"), ("before paper", "c")):
        town.case(case, "2024-03-12 08:00:00", party=party, **visit)
        town.then(case, "resolved", "2024-03-13 08:00:00")
    town.case("on paper later", "2024-03-20 08:00:00", source="paper", party="c", **visit)
    town.settle()
    frame = petitions.first_visit_resolution(town.connection, town.at("2024-07-15 08:00:00", **MARCH))
    assert frame[["n", "good"]].to_numpy().tolist() == [[2, 1]]  # b, and c, who came again


def test_a_petition_withdrawn_and_taken_up_again_has_not_come_back(town: Town) -> None:
    for case, resolved in (("mistake", "2024-03-20 08:00:00"), ("the same day", "2024-03-12 18:00:00")):
        town.case(case, "2024-03-12 08:00:00", type_code="wages", channel="visit", party=case)
        town.then(case, "withdrawn", "2024-03-12 09:00:00")
        town.then(case, "reopened", "2024-03-12 10:00:00")
        town.then(case, "resolved", resolved)
    town.settle()

    def answer() -> list[list[int]]:
        frame = petitions.first_visit_resolution(town.connection, town.at("2024-07-15 08:00:00", **MARCH))
        return [[int(n), int(good)] for n, good in zip(frame["n"], frame["good"], strict=True)]

    assert answer() == [[2, 2]]
    town.then("mistake", "reopened", "2024-03-25 08:00:00")
    town.settle()
    assert answer() == [[2, 1]]


def test_units_compared_lie_in_the_area_and_count_all_below_them(town: Town) -> None:
    town.case("a", "2024-03-13 08:00:00")
    town.settle()

    def compared(level: str, **values: int) -> dict[int, list[int]]:
        frame = same_day.units_compared(town.connection, town.at("2024-03-14 12:00:00", **values), level)
        return {unit: counts for unit, *counts in frame.to_numpy().tolist()}

    east, west = town.area_ids["east"], town.area_ids["west"]
    assert compared("community") == {east: [1, 0, 0, 0], west: [0, 0, 0, 0]}
    assert compared("community", area_id=west) == {west: [0, 0, 0, 0]}


def test_after_a_closing_that_came_in_late_no_deadline_counts(town: Town) -> None:
    town.case("a", "2024-03-04 08:00:00", due_at="2024-03-05 00:30:00")
    town.then("a", "escalated", "2024-03-04 09:00:00", escalation_no=1, level="department", department_code="fire",
              due_at="2024-03-05 09:00:00")  # fmt: skip
    town.then("a", "resolved", "2024-03-04 23:00:00", recorded="2024-03-06 08:00:00")
    town.settle()
    asked = town.at("2024-03-12 00:00:00", period_from=date(2024, 3, 4), period_to=date(2024, 3, 4))
    assert by_key(lists.precision(town.connection, asked))["total"] == (1, 0, False)


def test_the_week_after_a_list_has_seven_times_24_hours(town: Town) -> None:
    town.case("a", "2024-03-27 08:00:00")
    town.then("a", "escalated", "2024-03-27 09:00:00", escalation_no=1, level="department", department_code="fire",
              due_at="2024-03-29 09:00:00")  # fmt: skip
    town.settle()

    def listed(moment: str) -> bool:  # in Berlin 31 March has 23 hours
        as_of = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Berlin"))
        day = date(2024, 3, 27)
        asked = Filter(town.subdistrict_id, as_of, "Europe/Berlin", period_from=day, period_to=day)
        return len(lists.precision(town.connection, asked)) > 0

    assert listed("2024-04-04 01:00:00")
    assert not listed("2024-04-04 00:59:59")


def _with_staff_and_work(database: Database, connection: Connection) -> Town:
    """A micro grid below east-1, a patrol of one in east-1, and a day of which only noughts came in."""
    reference = make_reference()
    block = reference.areas[reference.areas["code"] == "east-1"].assign(
        code="block", parent_code="east-1", level="micro_grid"
    )
    work = ("town", "east-1", date(2024, 3, 12))
    return build(
        connection,
        database.owner_url,
        areas=pd.concat([reference.areas, block], ignore_index=True),
        staff_posts=pd.DataFrame([("town", "east-1", "patrol", 1)], columns=list(COLUMNS["staff_posts"])),
        field_work=pd.DataFrame([(*work, "visit", 0, 0), (*work, "talk", 0, 3)], columns=list(COLUMNS["field_work"])),
    )


def test_a_case_of_a_micro_grid_is_work_of_its_grids_staff(database: Database) -> None:
    with database.owner.connect() as connection:
        town = _with_staff_and_work(database, connection)
        town.case("a", "2024-03-13 08:00:00", area_code="block")
        town.settle()
        asked = town.at("2024-03-15 12:00:00", period_from=date(2024, 3, 13), period_to=date(2024, 3, 14))
        assert by_key(workload.per_member(connection, asked)) == {None: (1, 2, False, 0.5)}


def test_a_load_of_a_period_that_runs_is_provisional(database: Database) -> None:
    with database.owner.connect() as connection:
        town = _with_staff_and_work(database, connection)
        asked = town.at("2024-03-15 12:00:00", **MARCH)
        assert workload.per_member(connection, asked)["is_provisional"].all()
        assert not workload.per_member(connection, town.at("2024-03-15 12:00:00"))["is_provisional"].any()


def test_noughts_are_no_field_work(database: Database) -> None:
    with database.owner.connect() as connection:
        town = _with_staff_and_work(database, connection)
        found = workload.field_work(connection, town.at("2024-03-15 12:00:00"))
        assert found[["activity", "times", "people"]].to_numpy().tolist() == [["talk", 0, 3]]
