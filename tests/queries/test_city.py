"""A city of two subdistricts: each by itself, and both together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, text

from queries import city, deadlines, lists, same_day
from queries.filters import Filter
from queries.vocabulary import Kind
from seed import reference
from seed.reference import COLUMNS
from tests.queries.rates import by_key
from tests.queries.town import Town, build, make_reference
from tests.support.databases import Database

AT = "2024-03-25 12:00:00"
MARCH: dict[str, Any] = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}


def _city_frames() -> dict[str, pd.DataFrame]:
    """The town and a second one, the port, in a city of two districts."""
    town = make_reference()
    town.areas.loc[town.areas["code"] == "town", "parent_code"] = "inland"
    rows: list[dict[str, Any]] = []
    for owner, code, parent, level in (
        ("", "city", "", "city"),
        ("", "inland", "city", "district"),
        ("", "coast", "city", "district"),
        ("port", "port", "coast", "subdistrict"),
        ("port", "quay", "port", "community"),
        ("port", "quay-1", "quay", "grid"),
    ):
        row: dict[str, Any] = dict.fromkeys(COLUMNS["areas"]) | {"kind": "", "short_name": "", "is_illustrative": True}
        row |= {"subdistrict_code": owner, "code": code, "parent_code": parent, "level": level, "position": 1}
        rows.append(row | {"name_zh": code, "name_en": code})
    return {
        "areas": pd.concat([pd.DataFrame(rows, columns=list(COLUMNS["areas"])), town.areas], ignore_index=True),
        "sources": pd.concat([town.sources, town.sources.assign(subdistrict_code="port")], ignore_index=True),
        "departments": pd.concat(
            [town.departments, town.departments.assign(subdistrict_code="port")], ignore_index=True
        ),
    }


@pytest.fixture
def town_and_port(database: Database) -> Any:
    with database.owner.connect() as connection:
        frames = _city_frames()
        town = build(connection, database.owner_url, **frames)
        ids = reference.load(connection, make_reference(**frames))
        connection.commit()
        yield town, replace(town, subdistrict_id=ids["port"], rows=[])


@pytest.fixture
def told(town_and_port: tuple[Town, Town]) -> tuple[Town, Town]:
    town, port = town_and_port
    town.case("kept", "2024-03-12 08:00:00", due_at="2024-03-12 12:00:00")
    town.then("kept", "resolved", "2024-03-12 12:00:00")
    town.case("late", "2024-03-13 08:00:00", due_at="2024-03-13 12:00:00", risk="red")
    town.then("late", "resolved", "2024-03-14 00:00:00")
    town.case("hazard", "2024-03-14 08:00:00", type_code="leak", due_at="2024-03-25 12:00:00")
    town.settle()
    port.case("open", "2024-03-15 08:00:00", area_code="quay-1", due_at="2024-03-25 12:00:01")
    port.then("open", "escalated", "2024-03-15 09:00:00", escalation_no=1, level="department", department_code="fire",
              due_at="2024-03-15 12:00:00")  # fmt: skip
    port.case("withdrawn", "2024-03-16 08:00:00", area_code="quay-1", due_at="2024-03-16 12:00:00")
    port.then("withdrawn", "withdrawn", "2024-03-16 10:00:00")
    port.settle()
    return town, port


def _city(town: Town, moment: str = AT, **values: Any) -> Filter:
    return replace(town.at(moment, **values), subdistrict_id=city.WHOLE_CITY)


def _both_ways(question: Callable[..., pd.DataFrame], connection: Connection, asked: Filter) -> dict[Any, Any]:
    """By key, None for all; the roll-up and the cases must give the same."""
    rolled_up, counted = (question(connection, asked, use_rollup=use_rollup) for use_rollup in (True, False))
    pd.testing.assert_frame_equal(rolled_up, counted)
    return by_key(counted)


def test_nothing_is_no_row(town_and_port: tuple[Town, Town]) -> None:
    town, _ = town_and_port
    asked = _city(town, **MARCH)
    for question in (city.same_day, city.on_time, city.volume):
        assert _both_ways(question, town.connection, asked) == {}
    assert city.backlog(town.connection, asked).empty
    assert city.escalations_pending(town.connection, asked).empty


def test_each_subdistrict_and_the_total(told: tuple[Town, Town]) -> None:
    town, port = told
    asked, t, p = _city(town, **MARCH), str(town.subdistrict_id), str(port.subdistrict_id)
    assert _both_ways(city.same_day, town.connection, asked) == {
        None: (3, 1, False), t: (2, 1, False), p: (1, 0, False),
    }  # fmt: skip
    assert _both_ways(city.volume, town.connection, asked) == {
        None: (5, 1, 0, 4, 0), t: (3, 1, 0, 2, 0), p: (2, 0, 0, 2, 0),
    }  # fmt: skip
    assert _both_ways(city.volume, town.connection, replace(asked, kinds=(Kind.HAZARD,))) == {
        None: (1, 0, 0, 1, 0), t: (1, 0, 0, 1, 0),
    }  # fmt: skip
    backlog = by_key(city.backlog(town.connection, asked))
    assert backlog == {None: (2, 0, 0, 0, 2, 0, 0, 2), t: (1, 0, 0, 0, 1, 0, 0, 1), p: (1, 0, 0, 0, 1, 0, 0, 1)}
    pending = city.escalations_pending(town.connection, asked)
    assert [tuple(row) for row in pending[["pending", "overdue", "supervised"]].to_numpy()] == [(1, 1, 0), (1, 1, 0)]
    assert pending["key"].isna().tolist() == [True, False]
    assert pending["key"].to_list()[1] == p


def test_what_is_due_up_to_the_moment(told: tuple[Town, Town]) -> None:
    town, port = told
    t, p = str(town.subdistrict_id), str(port.subdistrict_id)
    period: dict[str, Any] = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 25)}
    # the hazard falls due this second, the port's case in the next, and the withdrawn one never did
    assert _both_ways(city.on_time, town.connection, _city(town, AT, **period)) == {
        None: (3, 1, True), t: (3, 1, True),
    }  # fmt: skip
    assert _both_ways(city.on_time, town.connection, _city(town, "2024-03-25 11:59:59", **period)) == {
        None: (2, 1, True), t: (2, 1, True),  # the period's last day still runs
    }  # fmt: skip
    assert _both_ways(city.on_time, town.connection, _city(town, "2024-03-26 00:00:00", **period)) == {
        None: (4, 1, False), t: (3, 1, False), p: (1, 0, False),
    }  # fmt: skip


@pytest.mark.parametrize("moment", ["2024-03-12 11:59:59", "2024-03-13 23:59:59", "2024-03-16 09:00:00", AT])
def test_as_of_any_moment_it_says_what_the_subdistricts_say(told: tuple[Town, Town], moment: str) -> None:
    town, port = told
    asked = _city(town, moment, **MARCH)
    resolved = _both_ways(city.same_day, town.connection, asked)
    on_time = _both_ways(city.on_time, town.connection, asked)
    backlog = by_key(city.backlog(town.connection, asked))
    for each in (town, port):
        key, own = str(each.subdistrict_id), each.at(moment, **MARCH)
        assert resolved.get(key) == by_key(same_day.resolution(town.connection, own)).get(None)
        stock = lists.stock(town.connection, own)
        assert backlog.get(key, (0,) * 8) == tuple(stock)
        due = by_key(deadlines.on_time(town.connection, own)[["key", "n", "good", "is_provisional"]]).get(None)
        assert on_time.get(key) == due


def test_a_district_and_a_subdistrict_of_the_city(told: tuple[Town, Town]) -> None:
    town, port = told
    for area, keys in (
        ("city", {None, str(town.subdistrict_id), str(port.subdistrict_id)}),
        ("coast", {None, str(port.subdistrict_id)}),
        ("town", {None, str(town.subdistrict_id)}),
    ):
        area_id = town.connection.scalar(text("select area_id from app.areas where code = :code"), {"code": area})
        asked = _city(town, **MARCH, area_id=area_id)
        assert set(_both_ways(city.volume, town.connection, asked)) == keys


def test_a_subdistrict_without_closing_times_is_left_out(told: tuple[Town, Town]) -> None:
    town, port = told
    town.connection.execute(
        text("update app.sources set records_times = false where subdistrict_id = :id"), {"id": port.subdistrict_id}
    )
    answer = _both_ways(city.same_day, town.connection, _city(town, **MARCH))
    assert answer == {None: (2, 1, False), str(town.subdistrict_id): (2, 1, False)}


def test_one_subdistrict_is_not_a_city(told: tuple[Town, Town]) -> None:
    with pytest.raises(ValueError, match="no subdistrict"):
        city.volume(told[0].connection, told[0].at(AT))
