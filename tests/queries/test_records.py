"""How records come: those noted late, the file that did not come, when all was last verified."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from queries import records
from tests.queries.town import Town, local

AT = "2024-03-14 12:00:00"


def test_records_noted_long_after_they_happened_are_counted(town: Town) -> None:
    town.case("at once", "2024-03-12 08:00:00")
    town.case("an hour", "2024-03-12 08:00:00", recorded="2024-03-12 09:00:00")
    town.case("more", "2024-03-12 08:00:00", recorded="2024-03-12 09:00:01")
    town.case("days", "2024-03-10 08:00:00", recorded="2024-03-12 20:00:00")
    town.case("before the week", "2024-03-01 08:00:00", recorded="2024-03-05 08:00:00")
    town.case("not yet known", "2024-03-14 08:00:00", recorded="2024-03-14 12:00:01")
    town.settle()
    [row] = records.late(town.connection, town.at(AT)).to_dict("records")
    assert (row["source"], row["recorded"], row["hour_late"], row["day_late"]) == ("hotline", 4, 2, 1)
    assert row["longest_seconds"] == timedelta(days=2, hours=12).total_seconds()
    assert records.late(town.connection, town.at("2024-03-01 00:00:00")).empty


def test_hours_cut_by_either_end_of_the_week_are_counted_to_the_moment(town: Town) -> None:
    happened, asked = (datetime.fromisoformat(moment) for moment in ("2024-03-05 00:00:00", "2024-03-14 12:20:30"))
    ends = (asked - timedelta(days=7), asked)
    moments = [end + timedelta(minutes=step) for end in ends for step in (-30, -1, 0, 1, 30, 60)]
    for number, recorded in enumerate(moments):
        town.case(f"case {number}", str(happened), recorded=str(recorded))
    town.settle()
    for later in (timedelta(0), timedelta(seconds=1), timedelta(minutes=20), timedelta(hours=1)):
        at = asked + later
        of_week = [each - happened for each in moments if at - timedelta(days=7) < each <= at]
        [row] = records.late(town.connection, town.at(str(at))).to_dict("records")
        assert (row["recorded"], row["day_late"]) == (len(of_week), len(of_week))
        assert row["longest_seconds"] == max(of_week).total_seconds()


def _file(town: Town, at: str, name: str, revoked: str | None = None) -> None:
    """A batch that a file was, and its reversal: what the door keeps of them."""
    insert = text(
        "insert into app.import_batches"
        " (subdistrict_id, source, mode, status, opened_at, recorded_at, file_name, revokes_batch_id)"
        " values (:id, 'hotline', 'history', :status, :at, :at, :name, :revokes) returning batch_id"
    )
    status = "absorbed" if revoked is None else "revoked"
    given = {"id": town.subdistrict_id, "at": local(at), "name": name, "status": status, "revokes": None}
    batch_id = town.connection.execute(insert, given).scalar_one()
    if revoked is not None:
        reversal = {"at": local(revoked), "name": None, "status": "absorbed", "revokes": batch_id}
        town.connection.execute(insert, given | reversal)


def _asked(town: Town, at: str = AT) -> dict[Any, Any]:
    [row] = records.files(town.connection, town.at(at)).to_dict("records")
    return row


def test_a_daily_file_is_due_the_next_day_at_its_latest_time(town: Town) -> None:
    for day in range(8, 13):
        _file(town, f"2024-03-{day:02d} 06:{day:02d}:00", f"day {day}.csv")
        _file(town, f"2024-03-{day:02d} 18:00:00", f"day {day} again.csv")
    _file(town, "2024-03-13 06:00:00", "revoked.csv", revoked="2024-03-13 09:00:00")
    row = _asked(town)
    assert (row["days_with_file"], row["days_apart"], row["last_day"]) == (5, 1, date(2024, 3, 12))
    assert row["file_name"] == "day 12 again.csv"
    assert row["expected_by"] == pd.Timestamp(local("2024-03-13 07:12:00"))
    before = _asked(town, "2024-03-13 08:59:59")
    assert (before["days_with_file"], before["file_name"]) == (6, "revoked.csv"), "it stood then"
    earlier = _asked(town, "2024-03-11 05:00:00")
    assert earlier["expected_by"] is pd.NaT, "three days say nothing yet"
    assert _asked(town, "2024-03-11 12:00:00")["expected_by"] == pd.Timestamp(local("2024-03-12 07:11:00"))


def test_a_weekly_file_is_due_after_a_week_and_marks_say_how_far_records_go(town: Town) -> None:
    for day in ("2024-02-15", "2024-02-22", "2024-02-29", "2024-03-07"):
        _file(town, f"{day} 09:00:00", f"{day}.csv")
    town.handed_in("2024-03-07 00:00:00", recorded="2024-03-07 09:00:00")
    row = _asked(town)
    assert (row["days_apart"], row["expected_by"]) == (7, pd.Timestamp(local("2024-03-14 10:00:00")))
    assert row["complete_through"] == pd.Timestamp(local("2024-03-07 00:00:00"))


def test_without_files_nothing_is_expected(town: Town) -> None:
    town.case("one", "2024-03-14 08:00:00")
    town.settle()
    assert records.files(town.connection, town.at(AT)).empty


def test_the_last_verification_known_by_then_is_told(town: Town) -> None:
    assert records.verified(town.connection, town.at(AT)) is None
    for at, differences in (("2024-03-10 03:00:00", 2), ("2024-03-13 03:00:00", 0), ("2024-03-15 03:00:00", 7)):
        town.connection.execute(
            text("insert into app.verifications (subdistrict_id, verified_at, differences) values (:id, :at, :n)"),
            {"id": town.subdistrict_id, "at": local(at), "n": differences},
        )
    found = records.verified(town.connection, town.at(AT))
    assert found is not None
    assert (found.verified_at, found.differences) == (local("2024-03-13 03:00:00"), 0)


@pytest.mark.parametrize("moment", ["2023-01-01 00:00:00", AT])
def test_an_empty_store_has_no_records(town: Town, moment: str) -> None:
    assert records.late(town.connection, town.at(moment)).empty
    assert records.files(town.connection, town.at(moment)).empty


def test_a_file_is_due_as_often_as_its_source_where_too_few_have_come(town: Town) -> None:
    _file(town, "2024-03-12 06:00:00", "first.csv")
    assert _asked(town)["expected_by"] is pd.NaT, "a source that is heard every minute is missed by itself"
    town.connection.execute(text("update app.sources set expected_every = '1 day' where source = 'hotline'"))
    assert _asked(town)["expected_by"] == pd.Timestamp(local("2024-03-13 07:00:00"))
