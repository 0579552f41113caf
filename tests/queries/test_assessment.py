from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from sqlalchemy import Connection, text

from queries import ranking
from queries.answering import answer
from queries.asking import Words, read
from queries.assessment import COURSE_COLUMNS, Marks, assess, course, cycle_followed, ladder
from queries.catalogue import figures
from queries.filters import Filter
from queries.statistics import configuration
from queries.statistics.levels import Reason
from tests.queries.town import Town, local, make_reference
from tests.queries.town import build as build_town
from tests.support.databases import Database

NOON = "2024-03-14 12:00:00"


@pytest.fixture
def villages(database: Database) -> Iterator[Town]:
    """Six communities of five grids each: in the first community's grids there are cases enough, or there are not."""
    areas = make_reference().areas
    town, community, grid = (areas[areas["code"] == code].iloc[0] for code in ("town", "east", "east-1"))
    rows = [town]
    for number in range(6):
        rows.append(community.copy())
        rows[-1][["code", "position"]] = [f"c{number}", number]
        for position in range(5):
            rows.append(grid.copy())
            rows[-1][["code", "parent_code", "position"]] = [f"c{number}-{position}", f"c{number}", position]
    with database.owner.connect() as connection:
        yield build_town(connection, database.owner_url, areas=pd.DataFrame(rows).reset_index(drop=True))


def _tell(town: Town, each: int) -> None:
    """So many appeals at each of the thirty grids, resolved at once but for those at the last community."""
    for community in range(6):
        for grid in range(5):
            for number in range(each):
                name = f"{community} {grid} {number}"
                town.case(name, f"2024-03-{2 + number % 10:02} 08:00:00", area_code=f"c{community}-{grid}")
                if community < 5:
                    town.then(name, "resolved", f"2024-03-{2 + number % 10:02} 10:00:00")
    town.settle()


def _mark(town: Town, areas: list[str], last: date) -> None:
    insert = text("insert into app.assessment_marks values (:town, :area, :last - 13, :last, 'order', 40, 50, :last)")
    for code in areas:
        town.connection.execute(insert, {"town": town.subdistrict_id, "area": town.area_ids[code], "last": last})


def test_grids_with_cases_enough_are_ranked(villages: Town) -> None:
    _tell(villages, 10)
    made = assess(villages.connection, ranking.rolling_period(villages.at(NOON)), "grid")
    assert (made.choice.level, made.choice.refused) == ("grid", ())
    assert len(made.table) == 30
    assert (made.table["n"] == 10).all()
    assert set(made.table.loc[made.table["tier"] == 3, "name_en"]) <= {"east-1"}
    codes = {area_id: code for code, area_id in villages.area_ids.items()}
    assert {codes[area_id][:2] for area_id in made.table["area_id"].tail(5)} == {"c5"}
    assert (made.period, made.before) == ((date(2024, 3, 1), date(2024, 3, 14)), (date(2024, 2, 16), date(2024, 2, 29)))
    assert made.table["change"].isna().all()  # nothing happened in the period before
    score = made.table.set_index("area_id")["score"].sort_index()
    assert made.parts.groupby("area_id")["earned"].sum().to_numpy() == pytest.approx(score.to_numpy())


def test_a_rank_is_told_of_so_many(villages: Town) -> None:
    _tell(villages, 10)
    asked = read(
        villages.connection, Words(first="2024-03-01", level="grid", as_of="2024-03-14T12:00"), now=local(NOON)
    )
    rows = answer(villages.connection, figures()["assessment_tier"], asked, "en").rows
    assert [(row.numerator, row.denominator, row.rate) for row in rows] == [(rank, 30, None) for rank in range(1, 31)]
    assert not {"rank", "ranked_of"} & rows[0].extras.keys()


def test_below_ten_cases_communities_are_ranked_and_it_is_said_why(villages: Town) -> None:
    _tell(villages, 3)
    made = assess(villages.connection, ranking.rolling_period(villages.at(NOON)), "grid")
    (refused,) = made.choice.refused
    assert (refused.level, refused.reason, refused.median_cases) == ("grid", Reason.FEW_CASES, 3.0)
    assert (made.choice.level, made.choice.kinds, len(made.table)) == ("community", ("community",), 6)
    assert (made.table["n"] == 15).all()


def test_where_nothing_can_be_ranked_it_is_said(villages: Town) -> None:
    villages.case("one", "2024-03-13 08:00:00", area_code="c0-0")
    villages.settle()
    made = assess(villages.connection, villages.at(NOON), "grid")
    assert (made.choice.level, len(made.table), len(made.parts)) == (None, 0, 0)
    assert [(each.level, each.reason) for each in made.choice.refused] == [
        ("grid", Reason.FEW_CASES), ("community", Reason.FEW_CASES), ("subdistrict", Reason.FEW_UNITS),
    ]  # fmt: skip
    with pytest.raises(LookupError, match="no areas of level 'street'"):
        assess(villages.connection, villages.at(NOON), "street")


def _marks_of(connection: Connection, asked: Filter, **values: bool) -> tuple[Marks, bool, int]:
    made = assess(connection, asked, "grid", **values)
    return made.marks, bool(made.table["has_marks"].any()), len(made.without_marks)


def test_the_subdistricts_half_is_missing_openly(villages: Town) -> None:
    _tell(villages, 10)
    grids = [code for code in villages.area_ids if "-" in code]
    rolling = ranking.rolling_period(villages.at(NOON))
    assert _marks_of(villages.connection, rolling) == (Marks.MISSING, False, 0)
    _mark(villages, grids, date(2024, 2, 25))
    assert _marks_of(villages.connection, rolling) == (Marks.EARLIER, True, 0)
    assert _marks_of(villages.connection, rolling, with_earlier_marks=False) == (Marks.MISSING, False, 0)
    _mark(villages, grids[:-1], date(2024, 3, 10))
    assert _marks_of(villages.connection, rolling) == (Marks.PARTIAL, False, 1)
    _mark(villages, grids[-1:], date(2024, 3, 10))
    assert _marks_of(villages.connection, rolling) == (Marks.GIVEN, True, 0)
    made = assess(villages.connection, rolling, "grid")
    assert made.marks_period == (date(2024, 2, 26), date(2024, 3, 10))
    assert made.parts.groupby("area_id")["weight"].sum().to_numpy() == pytest.approx([1.0] * 30)


def test_the_ladder_goes_up_from_the_units(villages: Town) -> None:
    asked = villages.at(NOON)
    assert ladder(villages.connection, asked, "grid") == ("grid", "community", "subdistrict")
    assert ladder(villages.connection, asked, "community") == ("community", "subdistrict")


def test_a_course_has_cycles_followed_alike(villages: Town) -> None:
    _tell(villages, 12)
    # the cycle of 26 February to 10 March, followed until the 17th: what came to light after that is not in it
    villages.then("0 0 8", "reopened", "2024-03-17 07:00:00", recorded="2024-03-18 07:00:00")
    villages.settle()
    running = cycle_followed(villages.at(NOON), 1)
    assert running.as_of == villages.at(NOON).as_of  # not followed to the end yet
    later_on = villages.at("2024-03-20 12:00:00")
    reviewed = cycle_followed(later_on, 1)
    assert (reviewed.period(0), reviewed.as_of) == (
        (date(2024, 2, 26), date(2024, 3, 10)), villages.at("2024-03-18 00:00:00").as_of,
    )  # fmt: skip
    found = course(villages.connection, reviewed, "grid")
    assert tuple(found.columns) == COURSE_COLUMNS
    assert len(found) == 30
    assert set(found["first"]) == {date(2024, 2, 26)}
    later = assess(villages.connection, ranking.cycle_period(later_on, 1), "grid")
    first = villages.area_ids["c0-0"]
    score = found.set_index("area_id")["score"]
    assert score[first] > later.table.set_index("area_id")["score"][first]
    empty = course(villages.connection, cycle_followed(later_on, 3), "grid")
    assert (len(empty), tuple(empty.columns)) == (0, COURSE_COLUMNS)
    # a level that had too few cases, or was not there, has no course
    assert course(villages.connection, reviewed, "street").empty


def test_moves_add_up_and_can_be_left_out(villages: Town) -> None:
    _tell(villages, 10)
    asked = villages.at(NOON, period_from=date(2024, 3, 8), period_to=date(2024, 3, 14))
    made = assess(villages.connection, asked, "community")
    change = made.table.set_index("area_id")["change"].sort_index()
    assert made.moves_parts.groupby("area_id")["change"].sum().to_numpy() == pytest.approx(change.to_numpy(), abs=1e-9)
    assert set(made.moves["area_id"]) == set(made.table["area_id"])
    without = assess(villages.connection, asked, "community", with_before=False)
    assert without.moves.empty
    assert without.table["change"].isna().all()
    assert without.table["score"].tolist() == made.table["score"].tolist()


def _rules_change(monkeypatch: pytest.MonkeyPatch, valid_from: date, **values: object) -> None:
    """The rules in force, and after them others, as a later section of assessment.toml gives them."""
    read = configuration._read
    held = read("assessment.toml")["rules"][-1]
    sections = [held, held | {"valid_from": valid_from} | values]
    monkeypatch.setattr(configuration, "_read", lambda name: read(name) | {"rules": sections})
    configuration.assessment_rules.cache_clear()


@pytest.fixture
def rules_again() -> Iterator[None]:
    yield
    configuration.assessment_rules.cache_clear()


@pytest.mark.usefixtures("rules_again")
def test_later_rules_leave_the_scores_of_before_alone(villages: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for community in range(6):
        for number in range(60):
            at = f"2024-03-{2 + number % 22:02}"
            town_case = f"{community} {number}"
            villages.case(town_case, f"{at} 08:00:00", area_code=f"c{community}-{number % 5}", due_at=f"{at} 12:00:00")
            if number % (community + 2):
                villages.then(town_case, "resolved", f"{at} {10 + 4 * (number % 2)}:00:00")
    villages.settle()
    cycles = [
        villages.at("2024-03-26 12:00:00", period_from=date(2024, *first), period_to=date(2024, *last))
        for first, last in (((2, 26), (3, 10)), ((3, 11), (3, 24)))
    ]
    old, new = (assess(villages.connection, each, "community").table["score"].tolist() for each in cycles)
    weights = [
        each | {"weight": {"same_day": 0.1, "on_time": 0.7}.get(each["id"], 0.1)}
        for each in configuration._read("assessment.toml")["rules"][0]["indicators"]
    ]
    _rules_change(monkeypatch, date(2024, 3, 11), indicators=weights)
    again = [assess(villages.connection, each, "community") for each in cycles]
    assert again[0].table["score"].tolist() == old
    assert again[1].table["score"].tolist() != new
    assert [made.rules.valid_from for made in again] == [date(2000, 1, 1), date(2024, 3, 11)]


@pytest.mark.usefixtures("rules_again")
@pytest.mark.parametrize(
    ("valid_from", "anchor", "days"),
    [
        (date(2024, 3, 11), date(2024, 3, 11), 14),
        (date(2024, 3, 14), date(2024, 3, 14), 14),  # in the middle of a cycle
        (date(2024, 3, 14), date(2024, 3, 7), 14),  # an anchor before the day on which the rules change
        (date(2024, 3, 20), date(2024, 4, 1), 7),
    ],
)
def test_cycles_before_and_after_a_moved_anchor_do_not_overlap(
    monkeypatch: pytest.MonkeyPatch, valid_from: date, anchor: date, days: int
) -> None:
    _rules_change(monkeypatch, valid_from, anchor=anchor, cycle_days=days)
    every = [date(2024, 2, 1) + timedelta(days=number) for number in range(120)]
    cycles = {day: configuration.assessment_rules(day).cycle(day) for day in every}
    assert all(first <= day <= last for day, (first, last) in cycles.items())
    distinct = sorted(set(cycles.values()))
    assert all(later[0] == earlier[1] + timedelta(days=1) for earlier, later in pairwise(distinct))
    assert valid_from in {first for first, _ in distinct}
    newest = every[-1]
    stepped = [configuration.cycle_back(newest, back) for back in range(len(distinct))]
    assert stepped == distinct[::-1]
