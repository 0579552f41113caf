"""Through when the sources had handed in what they know, as known at the moment asked about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg2
import pytest
from sqlalchemy import text

import seed
from queries import same_day, store
from queries.figure import By
from seed import door
from seed.store import run_script
from tests.queries.town import Town, build, local, make_reference
from tests.support.databases import Database

MIGRATION = Path(seed.__file__).parent / "schema" / "tables" / "0005_completeness.sql"
#: Long after the town's days: beats carry the clock's time.
LATER = timedelta(days=1)


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    """One appeal on 12 March and one on 13 March; a hotline, and a portal that tells nothing."""
    given = make_reference()
    portal = given.sources.assign(source="portal")
    with database.owner.connect() as connection:
        told = build(connection, database.owner_url, sources=pd.concat([given.sources, portal], ignore_index=True))
        told.case("a", "2024-03-12 10:00:00")
        told.case("b", "2024-03-13 10:00:00")
        told.settle()
        yield told


def _beat(database: Database, town: Town, through: str | None, source: str = "hotline") -> datetime:
    """A beat by a writer; the first moment as of which it is known."""
    writer = door.connect(database.writer_url)
    try:
        door.heartbeat(writer, town.subdistrict_id, [source], None if through is None else local(through))
    finally:
        writer.close()
    return _clock(town)


def _clock(town: Town) -> datetime:
    moment: datetime | None = town.connection.scalar(text("select clock_timestamp()"))
    town.connection.commit()
    assert moment is not None
    return moment.astimezone(UTC)


def _provisional(town: Town, as_of: datetime) -> list[bool]:
    """Of 12 and 13 March, as of a moment."""
    asked = town.at("2024-03-31 00:00:00", period_from=date(2024, 3, 12), period_to=date(2024, 3, 13))
    asked = replace(asked, as_of=as_of)
    return [bool(flag) for flag in same_day.resolution(town.connection, asked, By.DAY)["is_provisional"]]


def _kept(town: Town) -> list[tuple[Any, ...]]:
    rows = town.connection.execute(
        text("select source, cast(through_day as text) from app.completeness_marks order by recorded_at")
    )
    return [tuple(row) for row in rows]


def test_what_was_provisional_then_stays_so_when_it_is_asked_later(database: Database, town: Town) -> None:
    before = _clock(town)
    first = _beat(database, town, "2024-03-13 23:59:59")
    second = _beat(database, town, "2024-03-14 00:00:00")
    assert _provisional(town, second) == [False, False]
    assert _provisional(town, first) == [False, True]  # a second was missing
    assert _provisional(town, before) == [False, False]  # nobody had said anything: follow-up alone


def test_a_mark_is_known_from_its_own_moment_on(town: Town) -> None:
    town.handed_in("2024-03-13 12:00:00", recorded="2024-03-25 08:00:00")
    assert _provisional(town, local("2024-03-25 08:00:00")) == [False, True]
    assert _provisional(town, local("2024-03-25 08:00:00") - timedelta(microseconds=1)) == [False, False]


def test_a_source_whose_first_mark_came_later_takes_no_part(town: Town) -> None:
    town.handed_in("2024-03-14 00:00:00", recorded="2024-03-25 08:00:00")
    town.handed_in("2024-03-12 09:00:00", recorded="2024-03-26 08:00:00", source="portal")
    assert _provisional(town, local("2024-03-25 12:00:00")) == [False, False]
    assert _provisional(town, local("2024-03-26 12:00:00")) == [True, True]


def test_one_row_is_kept_for_a_day_and_a_repeated_or_earlier_mark_changes_nothing(
    database: Database, town: Town
) -> None:
    for through in ("2024-03-12 08:00:00", "2024-03-12 08:00:00", "2024-03-12 23:59:59", None):
        _beat(database, town, through)
    assert _kept(town) == [("hotline", "2024-03-12")]
    _beat(database, town, "2024-03-14 01:00:00")
    _beat(database, town, "2024-03-13 01:00:00")
    _beat(database, town, "2024-03-13 01:00:00", "portal")
    assert _kept(town) == [("hotline", "2024-03-12"), ("hotline", "2024-03-14"), ("portal", "2024-03-13")]


def test_a_mark_lies_after_every_batch_before_it_though_the_clock_lags(database: Database, town: Town) -> None:
    ahead = _clock(town) + LATER
    town.connection.execute(text("update app.subdistricts set last_recorded_at = :ahead"), {"ahead": ahead})
    town.connection.commit()
    _beat(database, town, "2024-03-13 12:00:00")
    assert _provisional(town, ahead) == [False, False]
    assert _provisional(town, ahead + timedelta(microseconds=1)) == [False, True]


def test_a_clock_that_was_put_back_leaves_marks_in_their_order(town: Town) -> None:
    town.handed_in("2024-03-13 12:00:00", recorded="2024-03-25 08:00:00")
    town.handed_in("2024-03-14 12:00:00", recorded="2024-03-24 08:00:00")
    assert _provisional(town, local("2024-03-24 12:00:00")) == [False, False]  # nobody had said anything
    assert _provisional(town, local("2024-03-25 08:00:00")) == [False, False]  # the second is known with the first
    moments = town.connection.execute(text("select distinct recorded_at from app.completeness_marks")).all()
    assert len(moments) == 1


def test_an_unknown_source_is_refused(database: Database, town: Town) -> None:
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        _beat(database, town, "2024-03-13 12:00:00", "nobody")


def test_a_store_from_before_keeps_its_present_mark(town: Town) -> None:
    town.connection.execute(
        text(
            "update app.source_heartbeats set beat_at = '2024-03-26 00:00:00+08',"
            " complete_through = '2024-03-13 12:00:00+08'"
        )
    )
    town.connection.execute(text("drop table app.completeness_marks"))
    run_script(town.connection, MIGRATION)
    assert _kept(town) == [("hotline", "2024-03-13")]
    assert _provisional(town, local("2024-03-31 00:00:00")) == [False, True]
    # the mark of then is lost, and it was no later one
    assert _provisional(town, local("2024-03-25 00:00:00")) == [False, True]


def test_a_store_is_fed_live_as_soon_as_a_source_says_that_it_is_alive(database: Database, town: Town) -> None:
    """At night the first new case may be long in coming: until then the screens would speak of records that ended."""
    assert not _is_live(town), "history alone"
    _beat(database, town, None)
    assert _is_live(town)


def test_history_of_a_source_that_was_never_heard_is_no_sign_of_life(town: Town) -> None:
    town.case("c", "2024-03-14 10:00:00")
    town.settle()
    assert not _is_live(town)


def _is_live(town: Town) -> bool:
    found = store.vitals(town.connection, town.subdistrict_id)
    town.connection.commit()
    assert found is not None
    return found.is_live
