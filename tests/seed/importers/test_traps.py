"""Traps that real files hold: each is handled by a rule, counted, and kept where a page can show it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

import seed
from queries import records
from queries.filters import Filter
from seed.importers import ImportResult, import_into, load_mapping, plan
from seed.store import run_script
from tests.seed.importers.test_files import MAPPING, mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

__all__ = ["mapping"]
OPEN = {"status": "Open", "closed": ""}


@pytest.mark.parametrize(
    ("rows", "code", "count"),
    [
        ([{"closed": "07/03/2018 02:00:00 PM"}], "closed_before_opened", 1),
        ([{"opened": "01/01/1900 12:00:00 AM"}, {"opened": "07/04/2059 01:00:00 PM", **OPEN}], "time_out_of_range", 2),
        ([{"closed": "07/04/2048 01:00:00 PM"}], "time_in_future", 1),
        ([{"due": "01/01/1900 12:00:00 AM"}, {"due": "01/01/2059 12:00:00 AM"}], "deadline_out_of_range", 2),
        ([{"due": "07/03/2018 12:00:00 PM"}], "deadline_before_start", 1),
        ([{"lon": "0", "lat": "0"}, {"lon": "0.0", "lat": "0.0"}, {"lon": "-77", "lat": "39"}], "coordinates_zero", 2),
        ([{"lon": "-77", "lat": "39"}, {"lon": "0", "lat": "0"}], "coordinates_cut", 1),
        ([{"lon": "-76.5", "lat": "39.25"}], "coordinates_default", 1),
        ([{"lon": f"-76.{at}"} for at in range(111, 120)] + [{}] * 25, "coordinates_piled", 25),
        ([{"number": "1"}, {"number": "1"}, {"number": "2"}], "id_twice", 1),
        ([{"number": "1"}, {"number": "1"}, {"number": "2"}, {"number": "3", "note": "x"}], "rows_alike", 1),
        ([{"area": "Hill"}, {"area": "Hill"}, {"area": "The Hill"}], "area_several_names", 1),
        ([{"opened": "07/04/2018 08:00:00 PM", **OPEN}] * 2, "time_utc_midnight", 2),
    ],
)
def test_each_is_counted(tmp_path: Path, mapping: Path, rows: list[dict[str, str]], code: str, count: int) -> None:
    file = write(tmp_path, *({"number": str(at), **row} for at, row in enumerate(rows)))
    with plan(file, load_mapping(mapping), last_year=2019) as planned:
        found = {finding.code: finding.count for finding in planned.findings}
    assert found[code] == count


def test_none_where_there_is_none(tmp_path: Path, mapping: Path) -> None:
    rows = [{"number": str(at), "note": f"at {at}", "lon": f"-76.60{at}1"} for at in range(5)]
    with plan(write(tmp_path, *rows), load_mapping(mapping), last_year=2019) as planned:
        assert {finding.code for finding in planned.findings} == {"risk_not_given"}


@pytest.fixture
def loaded(tmp_path: Path, mapping: Path, empty_database: Database) -> ImportResult:
    rows = [
        {},
        {"closed": "07/03/2018 02:00:00 PM"},
        {"opened": "01/01/1900 12:00:00 AM", **OPEN},
        {"opened": "07/04/2059 01:00:00 PM", **OPEN},
        {"closed": "07/04/2059 01:00:00 PM"},
        {"due": "01/01/1900 12:00:00 AM"},
        {"lon": "0", "lat": "0"},
        {"opened": "07/04/2018 12:30:00 AM"},
        {"opened": "07/04/2018 12:30:00 PM"},
    ]
    file = write(tmp_path, *({"number": str(at), **row} for at, row in enumerate(rows)))
    return import_into(empty_database.owner_url, None, file, mapping, today=TODAY)


def test_what_becomes_of_them(loaded: ImportResult, empty_database: Database) -> None:
    assert loaded.reasons == {"year_out_of_range": 3, "before_reported": 1}
    with empty_database.owner.connect() as connection:
        cases = {
            row.external_id: row
            for row in connection.execute(
                sa.text("select external_id, state, due_at, lon, cast(reported_at as text) as at from app.cases")
            )
        }
    assert sorted(cases) == ["0", "1", "4", "5", "6", "7", "8"]
    assert (cases["1"].state, cases["4"].state) == ("open", "open")
    assert (cases["5"].due_at, cases["6"].lon) == (None, None)
    # half past midnight and half past noon
    assert (cases["7"].at[11:16], cases["8"].at[11:16]) == ("04:30", "16:30")


def test_they_are_kept_for_the_page_of_data_health(loaded: ImportResult, empty_database: Database) -> None:
    with empty_database.reader.connect() as connection:
        kept = connection.scalar(sa.text("select value from app.settings where key = 'import/small'"))
    assert kept["rows"] == {"new": 5, "changed": 0, "unchanged": 0, "refused": 4}
    assert kept["refused"] == loaded.reasons
    named = {"closed_before_opened", "time_out_of_range", "deadline_out_of_range", "coordinates_zero"}
    assert named <= set(kept["findings"])
    with empty_database.reader.connect() as connection:
        subdistrict_id = connection.scalar(sa.text("select subdistrict_id from app.subdistricts"))
        shown = records.noticed(connection, Filter(subdistrict_id, datetime.now(UTC), "UTC"))
    assert dict(zip(shown["code"], shown["counted"], strict=True)) == kept["findings"]


def test_local_time_labelled_utc(tmp_path: Path, mapping: Path) -> None:
    text = MAPPING.replace('due = "due"', 'due = "due"\nignore_offset = true')
    read = {}
    for rules in (MAPPING, text):
        mapping.write_text(rules, encoding="utf-8")
        file = write(tmp_path, {"opened": "2018-07-04T13:00:00Z", **OPEN})
        with plan(file, load_mapping(mapping), last_year=2019) as planned:
            read[rules] = str(planned.rows["occurred_at"].iloc[0])
    assert list(read.values()) == ["2018-07-04 13:00:00+00:00", "2018-07-04 17:00:00+00:00"]


def _heard(database: Database) -> tuple[object, object, object]:
    """When the source was heard of, its last record, and the last record of the log."""
    statement = "select beat_at, last_row_at, (select max(recorded_at) from app.case_log) from app.source_heartbeats"
    with database.owner.connect() as connection:
        beat_at, last_row_at, last_at = connection.execute(sa.text(statement)).one()
    return beat_at, last_row_at, last_at


def test_a_source_is_heard_of_as_far_as_its_records_go_and_no_refused_row(
    loaded: ImportResult, empty_database: Database
) -> None:
    assert loaded.batch.rows_refused > 0
    beat_at, last_row_at, last_at = _heard(empty_database)
    assert beat_at == last_row_at == last_at


@pytest.mark.usefixtures("loaded")
def test_a_store_in_which_a_refused_row_was_heard_is_put_right(empty_database: Database) -> None:
    before = _heard(empty_database)
    with empty_database.owner.begin() as connection:
        connection.execute(
            sa.text("update app.source_heartbeats set beat_at = '2059-07-04', last_row_at = '2059-07-04'")
        )
        assert _migrated(connection) == 1
        assert _migrated(connection) == 0, "what is right stays as it is"
    assert _heard(empty_database) == before


def _migrated(connection: sa.Connection) -> int:
    """Sources that migration 0014 changed."""
    beats = sa.text("select source, beat_at, last_row_at from app.source_heartbeats order by source")
    before = connection.execute(beats).all()
    run_script(connection, Path(seed.__file__).parent / "schema" / "tables" / "0014_heard_of.sql")
    return sum(a != b for a, b in zip(before, connection.execute(beats).all(), strict=True))
