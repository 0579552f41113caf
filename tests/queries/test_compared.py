"""A figure beside an earlier period or its target, as the command line has it."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import Connection, text

from queries import compared, printing_compared
from queries.answering import function_of, groupings
from queries.asking import Words, read
from queries.catalogue import figures
from queries.compared import COMPARED, Compared
from queries.figure import COUNT, NotRecordedError
from tests.queries.told_town import NOW, told
from tests.queries.town import Town, build, local
from tests.support.databases import Database, Databases

#: Figures with an n by key that is not what they say: of a moment, divided by something else, of several clocks.
OTHERS: Final = {"escalations_waiting", "load_per_member", "stage_clocks"}


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """A case in a week of January 2024, three in the same week a year later, one of them of another grid."""
    with database.owner.connect() as connection:
        made = build(connection, database.owner_url)
        made.case("first", "2023-12-01 08:00:00")
        made.case("then", "2024-01-09 08:00:00")
        made.then("then", "resolved", "2024-01-09 09:00:00")
        made.case("now 1", "2025-01-07 08:00:00")
        made.then("now 1", "resolved", "2025-01-07 09:00:00")
        made.case("now 2", "2025-01-08 08:00:00")
        made.case("now 3", "2025-01-08 08:00:00", area_code="west-1")
        made.settle()
        yield made


def _against(connection: Connection, id: str, word: str, **words: Any) -> Compared:
    given = {"first": "2025-01-06", "last": "2025-01-12", "as_of": "2025-02-01T12:00"} | words
    asked = read(connection, Words(**given), now=local("2025-03-01 00:00:00"))
    return compared.against(connection, figures()[id], asked, "en", word)


def test_last_year_with_both_sides_in_full(town: Town) -> None:
    held = json.loads(printing_compared.to_json(_against(town.connection, "same_day_resolution", "last_year")))
    assert held["now"] == {"from": "2025-01-06", "to": "2025-01-12", "as_of": "2025-02-01T12:00:00+08:00"}
    assert held["before"] == {
        "from": "2024-01-08", "to": "2024-01-14", "as_of": "2024-02-03T12:00:00+08:00",
        "working_days": 5, "working_days_now": 5, "is_alike": True,
    }  # fmt: skip
    (row,) = held["rows"]
    assert row["now"] == {
        "figure": "same_day_resolution", "numerator": 1, "denominator": 3, "rate": 1 / 3, "provisional": False,
        "as_of": "2025-02-01T12:00:00+08:00",
    }  # fmt: skip
    assert row["before"] == {
        "figure": "same_day_resolution", "numerator": 1, "denominator": 1, "rate": 1.0, "provisional": False,
        "as_of": "2024-02-03T12:00:00+08:00",
    }  # fmt: skip
    assert row["difference"] == pytest.approx(-2 / 3) and row["ratio"] is None
    assert -1 <= row["low"] < row["difference"] < row["high"] < 0.5


def test_each_side_says_for_itself_whether_it_is_provisional(town: Town) -> None:
    for word in ("period_before", "last_year"):
        town.connection.execute(text("delete from app.completeness_marks"))
        # the hotline has handed in all but the last day of the period
        town.handed_in("2025-01-12 12:00:00", recorded="2025-01-20 00:00:00")
        (row,) = _against(town.connection, "volume", word).rows
        assert (row.now.provisional, row.before and row.before.provisional) == (
            True, None if word == "period_before" else False,
        )  # fmt: skip


def test_counts_have_a_ratio_that_may_be_without_end(town: Town) -> None:
    answer = _against(town.connection, "volume", "last_year", by="area", level="community")
    rows = {row.code: row for row in answer.rows}
    east, west = rows["east"], rows["west"]
    assert east.before is not None and west.before is not None
    assert (east.now.numerator, east.before.numerator, east.difference, east.ratio) == (2, 1, 1, 2.0)
    assert (west.now.numerator, west.before.numerator, west.ratio, west.high) == (1, 0, None, None)
    assert west.low is not None and west.low > 0
    assert "∞" in printing_compared.to_table(answer)
    json.loads(printing_compared.to_json(answer))  # which knows no infinity


def test_a_redrawn_grid_has_no_side_before(town: Town) -> None:
    town.connection.execute(text("update app.areas set valid_from = '2024-06-01' where code = 'east-1'"))
    answer = _against(town.connection, "volume", "last_year", level="grid")
    rows = {row.code: row for row in answer.rows}
    assert rows["east-1"].before is None and rows["west-1"].before is not None
    header, *lines = csv.reader(io.StringIO(printing_compared.to_csv(answer)))
    shown = {line[header.index("label")]: line[header.index("before_numerator")] for line in lines}
    assert shown == {"east-1": "", "west-1": "0"}


def test_years_that_are_not_alike_are_told(town: Town) -> None:
    town.connection.execute(
        text("update app.calendar set is_working_day = false where day between '2024-12-01' and '2025-01-12'")
    )
    answer = _against(town.connection, "volume", "last_year")
    assert answer.calendar is not None and not answer.calendar.is_alike
    assert "working days: 0 / 5; working days or days of a holiday differ" in printing_compared.to_table(answer)


def test_all_figures_at_once_are_the_figures_one_by_one(town: Town) -> None:
    together = _against(town.connection, "comparison", "last_year")
    assert {row.figure for row in together.rows} | set(together.not_recorded) <= set(COMPARED)
    assert "same_day_resolution" in {row.key for row in together.rows}
    for row in together.rows:
        (alone,) = _against(town.connection, row.figure, "last_year").rows
        assert (row.now, row.before, row.low, row.high) == (alone.now, alone.before, alone.low, alone.high)
    for id, sentence in together.not_recorded.items():
        assert _against(town.connection, id, "last_year").not_recorded == {id: sentence}
    targets = {row.figure: row.target for row in _against(town.connection, "comparison", "target").rows}
    assert targets["same_day_resolution"] == 0.81 and "volume" not in targets


def test_every_rate_and_count_by_key_can_be_compared(databases: Databases) -> None:
    with told(databases) as (_, database), database.reader.connect() as connection:
        asked = read(connection, Words(), now=local(NOW))
        for id, figure in figures().items():
            if id in OTHERS or not groupings(figure):
                continue
            try:
                frame = function_of(figure)(connection, asked.filter)
            except NotRecordedError:
                continue
            is_one = set(COUNT.names) <= set(frame.columns) and frame["key"].is_unique
            assert is_one == (id in COMPARED), f"{id}: enter it in COMPARED of queries/compared.py, or in OTHERS here"
