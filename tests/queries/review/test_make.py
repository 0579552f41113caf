"""A review's numbers are the figures' own; frozen, they stay, and a late record shows as a restatement."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from queries import freezes, levels, same_day, store, volume
from queries.asking import AskingError
from queries.figure import By
from queries.review import Review, changes, make, read_period
from queries.review.make import SECTIONS, again
from queries.review.period import PeriodError
from seed.freezing import freeze
from seed.store import StoreError
from tests.queries.rates import by_key
from tests.queries.town import Town

TODAY = date(2024, 3, 27)
WEEK = read_period("2024-W11", TODAY)  # 11 to 17 March
MONDAY = datetime(2024, 3, 18, 1, tzinfo=UTC)
NOW = datetime(2024, 3, 27, 4, tzinfo=UTC)


@pytest.fixture
def week(town: Town) -> Town:
    """Eight appeals of two weeks, of which five were resolved on their day; one of this week comes late."""
    for number, (day, area) in enumerate(((4, "east-1"), (5, "west-1"), (6, "west-1")), start=1):
        town.case(f"before {number}", f"2024-03-{day:02d} 08:00:00", area_code=area)
        town.then(f"before {number}", "resolved", f"2024-03-{day:02d} 18:00:00")
    for number, (day, area) in enumerate(((11, "east-1"), (12, "east-1"), (13, "west-1"), (14, "west-2")), start=1):
        town.case(f"now {number}", f"2024-03-{day:02d} 08:00:00", area_code=area, due_at=f"2024-03-{day + 3} 08:00:00")
    town.then("now 1", "resolved", "2024-03-11 18:00:00")
    town.then("now 3", "resolved", "2024-03-13 18:00:00")
    town.case("late", "2024-03-15 08:00:00", recorded="2024-03-20 08:00:00")
    town.settle()
    return town


def _owner(town: Town) -> store.Owner:
    return store.subdistricts(town.connection)[0]


def _made(town: Town, at: datetime = MONDAY) -> Review:
    return make(town.connection, _owner(town), WEEK, at)


def test_each_section_is_there_and_its_numbers_are_the_figures_own(week: Town) -> None:
    review = _made(week)
    assert [section.id for section in review.sections] == list(SECTIONS)
    asked = week.at("2024-03-18 09:00:00", period_from=WEEK.first, period_to=WEEK.last)
    rates = {row["figure"]: row for row in review.table("rates").records()}
    for figure, question in (
        ("same_day_resolution", same_day.resolution),
        ("base_resolution", levels.base_resolution),
    ):
        n, good, *_ = by_key(question(week.connection, asked))[None]
        assert (rates[figure]["n"], rates[figure]["good"]) == (n, good)
    assert (rates["same_day_resolution"]["n"], rates["same_day_resolution"]["good"]) == (4, 2)
    assert (rates["same_day_resolution"]["n_before"], rates["same_day_resolution"]["good_before"]) == (3, 3)
    assert rates["same_day_resolution"]["is_provisional"]
    assert rates["same_day_resolution"]["target"] == 0.81
    assert rates["same_day_resolution"]["n_last_year"] is None  # nothing had been recorded yet
    counts = {row["kind"]: row for row in review.table("counts").records()}
    assert counts[""]["n"] == int(volume.reported(week.connection, asked)["n"].sum()) == 4
    assert counts["appeal"]["n_before"] == 3
    stock = {row["key"]: row for row in review.table("stock").records()}
    assert (stock[""]["opened"], stock[""]["closed"], stock[""]["open"]) == (4, 2, 2)
    tables = [table for section in review.sections for table in section.tables]
    names = [row["name"] for table in tables for row in table.records() if row.get("name")]
    assert all(name["zh"] and name["en"] for name in names)


def test_the_parts_of_a_change_add_up_to_it(week: Town) -> None:
    review = _made(week)
    change = next(
        row["change_before"] for row in review.table("rates").records() if row["figure"] == "same_day_resolution"
    )
    parts = [row for row in review.table("why_same_day_resolution").records() if row["by"] == By.AREA]
    assert sum(row["change"] for row in parts) == pytest.approx(change, abs=1e-9)
    assert len(parts) == 3  # east-1, west-1 and west-2


def test_the_same_moment_gives_the_same_text_whatever_is_recorded_later(week: Town) -> None:
    before = _made(week).text()
    week.case("later still", "2024-03-16 08:00:00", recorded="2024-03-21 08:00:00")
    week.settle()
    assert _made(week).text() == before


def test_a_late_record_is_a_restatement(week: Town) -> None:
    frozen = _made(week)
    later = again(week.connection, _owner(week), frozen, NOW)
    found = {(each.table, each.key, each.column.id): (each.was, each.now) for each in changes(frozen, later)}
    assert found[("rates", ("same_day_resolution",), "n")] == (4, 5)
    assert found[("rates", ("same_day_resolution",), "rate")] == (0.5, 0.4)
    assert found[("counts", ("appeal",), "n")] == (4, 5)


def test_what_is_frozen_stays(week: Town) -> None:
    review, number = freeze(week.connection, "2024-W11", now=NOW, as_of="2024-03-18T09:00", by="值班")
    assert number is not None
    held = freezes.one(week.connection, week.subdistrict_id, WEEK)
    assert held is not None
    assert (held.review, held.checksum, held.frozen_by) == (review, review.checksum, "值班")
    assert freeze(week.connection, "2024-W11", now=NOW, as_of="2024-03-18T09:00")[1] is None  # once is enough
    later, _ = freeze(week.connection, "2024-W11", now=NOW)
    newest = freezes.one(week.connection, week.subdistrict_id, WEEK)
    assert newest is not None
    assert newest.review == later != review
    assert freezes.newest(week.connection, week.subdistrict_id)["checksum"].tolist() == [
        later.checksum,
        review.checksum,
    ]
    assert freezes.one(week.connection, week.subdistrict_id, read_period("2024-W10", TODAY)) is None


INSERT = """
    insert into app.review_freezes (subdistrict_id, period_from, period_to, as_of, definitions, document, checksum)
    select subdistrict_id, period_from - {days}, period_to - {days}, as_of - interval '1 day', definitions,
        document || '{more}', checksum
    from app.review_freezes
"""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update app.review_freezes set document = '{}'", "is frozen"),
        ("delete from app.review_freezes", "is frozen"),
        (INSERT.format(days=0, more=" "), "check constraint"),
        (INSERT.format(days=7, more=""), "check constraint"),
    ],
)
def test_the_store_itself_keeps_what_is_frozen(week: Town, statement: str, said: str) -> None:
    freeze(week.connection, "2024-W11", now=NOW)
    with pytest.raises(DBAPIError, match=said):
        week.connection.execute(text(statement))


def test_what_cannot_be_reviewed_gets_a_sentence(week: Town, town: Town) -> None:
    with pytest.raises(PeriodError, match="begins on 2024-03-25, after the day of as_of, 2024-03-20"):
        freeze(week.connection, "2024-W13", now=NOW)
    with pytest.raises(PeriodError, match="records begin on 2024-03-04"):
        freeze(week.connection, "2024-W08", now=NOW)
    with pytest.raises(AskingError, match="lies in the future"):
        freeze(week.connection, "2024-W11", now=NOW, as_of="2024-04-01T09:00")
    with pytest.raises(StoreError, match="there is no subdistrict 'nowhere'; the store holds town"):
        freeze(week.connection, "2024-W11", now=NOW, subdistrict="nowhere")


def test_nothing_recorded_is_nothing_to_freeze(town: Town) -> None:
    with pytest.raises(StoreError, match="nothing is recorded yet for town"):
        freeze(town.connection, "2024-W11", now=NOW)


def test_a_week_that_runs_is_provisional(week: Town) -> None:
    review = _made(week, datetime(2024, 3, 14, 4, tzinfo=UTC))
    assert not review.is_over
    rates = {row["figure"]: row for row in review.table("rates").records()}
    assert rates["same_day_resolution"]["is_provisional"]
    assert rates["same_day_resolution"]["n"] == 4


def test_once_leaves_what_was_frozen_after_its_end_alone(week: Town) -> None:
    # while it runs it is frozen as often as asked for
    running, _ = freeze(week.connection, "2024-W11", now=NOW, as_of="2024-03-15T09:00", once=True)
    first, number = freeze(week.connection, "2024-W11", now=NOW, as_of="2024-03-18T09:00", once=True)
    assert not running.is_over and number is not None
    again, second = freeze(week.connection, "2024-W11", now=NOW, once=True)
    assert second is None and again.checksum == first.checksum
    later, third = freeze(week.connection, "2024-W11", now=NOW)
    assert third is not None and later.checksum != first.checksum
