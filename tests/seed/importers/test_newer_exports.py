"""A later export of the same cases: what changed is appended to the log, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from seed import door, erasure
from seed.importers import FileRows, ImportResult, import_into
from tests.seed.importers.test_files import MAPPING, mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database, Databases

__all__ = ["mapping"]
Load = Callable[..., ImportResult]
OPEN = {"status": "Open", "closed": ""}
CLOSED = {"status": "Closed"}


@pytest.fixture
def load(tmp_path: Path, mapping: Path, empty_database: Database) -> Load:
    def loaded(*rows: dict[str, str], **options: Any) -> ImportResult:
        file = write(tmp_path, *({"number": str(at), **row} for at, row in enumerate(rows, start=1)))
        return import_into(empty_database.owner_url, None, file, mapping, today=TODAY, **options)

    return loaded


@pytest.fixture
def told(empty_database: Database) -> Callable[[], list[str]]:
    """What the log tells, one word a row: event, or the corrected field."""
    return lambda: _log(empty_database)


def _log(database: Database) -> list[str]:
    with database.owner.connect() as connection:
        return list(
            connection.scalars(
                sa.text("select coalesce(event || ':' || field, event) from app.case_log order by log_id")
            )
        )


def _cases(database: Database) -> list[dict[str, Any]]:
    with database.owner.connect() as connection:
        rows = connection.execute(
            sa.text(
                "select cases.*, areas.code as area, departments.code as department, case_types.code as type"
                " from app.cases join app.areas using (area_id) join app.case_types using (type_id)"
                " left join app.departments using (department_id) order by external_id"
            )
        )
        return [dict(row._mapping) for row in rows]


def _differences(database: Database) -> int:
    with database.owner.connect() as connection:
        return (
            connection.scalar(
                sa.text(
                    "select count(*) from app.subdistricts cross join app.verify(subdistrict_id) as told"
                    " where told.is_difference"
                )
            )
            or 0
        )


def test_the_same_file_twice_appends_nothing(load: Load, told: Callable[[], list[str]]) -> None:
    first = load({}, OPEN, {"status": "Duplicate"})
    assert first.rows == FileRows(read=3, new=3, changed=0, unchanged=0, refused=0)
    before = told()
    again = load({}, OPEN, {"status": "Duplicate"})
    assert again.rows == FileRows(read=3, new=0, changed=0, unchanged=3, refused=0)
    assert told() == before


@pytest.mark.parametrize(
    ("before", "after", "appended", "column", "value"),
    [
        (OPEN, CLOSED, ["resolved"], "state", "resolved"),
        (OPEN, {"status": "Duplicate"}, ["withdrawn"], "state", "withdrawn"),
        (CLOSED, OPEN, ["reopened"], "state", "open"),
        (CLOSED, {"status": "Duplicate", "closed": "07/04/2018 03:00:00 PM"}, ["withdrawn"], "state", "withdrawn"),
        # the end that the file now gives lies before the one it gave
        (
            {"status": "Duplicate", "closed": "07/04/2018 03:00:00 PM"},
            CLOSED,
            ["corrected:occurred_at", "resolved"],
            "state",
            "resolved",
        ),
        ({"office": "Waste"}, {"office": "Water"}, ["reassigned"], "department", "Water"),
        ({"area_id": "7"}, {"area_id": "8", "area": "Dale"}, ["corrected:area_code"], "area", "North/8"),
        ({}, {"type": "SW-Litter"}, ["corrected:type_code", "corrected:summary"], "type", "small/SW/SW-Litter"),
        ({"lon": "-76.6"}, {"lon": "-76.61"}, ["corrected:point"], "lon", -76.61),
        ({}, {"note": "at night"}, ["corrected:summary"], "summary", "SW-Dirty Alley (at night)"),
    ],
)
def test_what_changed_is_appended_once(
    load: Load,
    told: Callable[[], list[str]],
    empty_database: Database,
    before: dict[str, str],
    after: dict[str, str],
    appended: list[str],
    column: str,
    value: object,
) -> None:
    load(before, {})
    log = told()
    newer = load(after, {})
    assert newer.rows == FileRows(read=2, new=0, changed=1, unchanged=1, refused=0)
    assert sorted(told()[len(log) :]) == sorted(appended)
    assert _cases(empty_database)[0][column] == value
    assert load(after, {}).rows.unchanged == 2
    assert len(told()) == len(log) + len(appended)
    assert _differences(empty_database) == 0


def test_times_that_were_given_otherwise_are_mended(load: Load, empty_database: Database) -> None:
    load({}, {})
    newer = load(
        {"opened": "07/04/2018 12:00:00 PM", "due": "07/06/2018 01:00:00 PM"}, {"closed": "07/04/2018 01:30:00 PM"}
    )
    assert (newer.rows.changed, newer.batch.rows_new, newer.batch.rows_changed) == (2, 1, 2)
    first, second = _cases(empty_database)
    assert str(first["reported_at"]) == "2018-07-04 16:00:00+00:00"
    assert (first["deadline_changes"], str(first["due_at"])) == (1, "2018-07-06 17:00:00+00:00")
    assert str(second["resolved_at"]) == "2018-07-04 17:30:00+00:00"
    assert _differences(empty_database) == 0


def test_closed_again_before_the_reopening_was_learned(load: Load, empty_database: Database) -> None:
    load(CLOSED)
    load(OPEN)
    assert _cases(empty_database)[0]["state"] == "open"
    load({"closed": "07/09/2018 02:00:00 PM"})
    case = _cases(empty_database)[0]
    assert (case["state"], case["reopened_count"]) == ("resolved", 1)
    assert str(case["resolved_at"]) == "2018-07-09 18:00:00+00:00"
    load(OPEN)
    load(CLOSED)  # as it was at first
    assert _cases(empty_database)[0]["state"] == "resolved"
    assert _differences(empty_database) == 0


def test_two_rows_of_one_case_count_once(load: Load, told: Callable[[], list[str]]) -> None:
    rows = ({"number": "1"}, {"number": "1"}, {"number": "1", "office": "Water"}, {"number": "2"})
    first = load(*rows)
    assert first.rows == FileRows(read=4, new=2, changed=0, unchanged=1, refused=1)
    log = told()
    again = load(*rows)
    assert again.rows == FileRows(read=4, new=0, changed=0, unchanged=3, refused=1)
    assert told() == log


def test_a_wrong_file_is_undone(load: Load, empty_database: Database) -> None:
    load({}, OPEN)
    before = [{**case, "last_recorded_at": None, "last_occurred_at": None} for case in _cases(empty_database)]
    wrong = load({"office": "Water", "area_id": "9", "area": "Moor"}, CLOSED, {}, {"number": "77"})
    assert (wrong.rows.new, wrong.rows.changed) == (2, 2)
    connection = door.connect(empty_database.writer_url)
    door.revoke(connection, wrong.batch.batch_id)
    connection.close()
    after = [{**case, "last_recorded_at": None, "last_occurred_at": None} for case in _cases(empty_database)]
    assert after == before
    assert _differences(empty_database) == 0
    assert load({}, OPEN).rows.unchanged == 2
    assert load({"office": "Water"}, OPEN, {}).rows == FileRows(read=3, new=1, changed=1, unchanged=1, refused=0)


def test_changes_are_dated_by_the_file_where_it_says_when(
    tmp_path: Path, mapping: Path, empty_database: Database
) -> None:
    mapping.write_text(MAPPING.replace('due = "due"', 'updated = "due"'), encoding="utf-8")
    for row in ({}, {"office": "Water", "due": "07/09/2018 01:00:00 PM"}):
        import_into(empty_database.owner_url, None, write(tmp_path, row), mapping, today=TODAY)
    with empty_database.owner.connect() as connection:
        at = connection.scalar(sa.text("select occurred_at from app.case_log where event = 'reassigned'"))
    assert str(at) == "2018-07-09 17:00:00+00:00"


_AT_TWO, _NEXT_DAY = "07/04/2018 02:00:00 PM", "07/05/2018 02:00:00 PM"
RESOLVED, TWICE = {"status": "Closed", "closed": _AT_TWO}, {"status": "Duplicate", "closed": _AT_TWO}
LATER, TWICE_LATER = RESOLVED | {"closed": _NEXT_DAY}, TWICE | {"closed": _NEXT_DAY}


@pytest.mark.parametrize(
    ("exports", "state"),
    [
        ([[OPEN, RESOLVED]], "resolved"),
        ([[OPEN, RESOLVED, TWICE]], "withdrawn"),
        ([[RESOLVED, TWICE]], "withdrawn"),
        ([[TWICE, RESOLVED]], "withdrawn"),
        ([[TWICE, LATER]], "resolved"),
        ([[RESOLVED], [RESOLVED, TWICE]], "withdrawn"),
        ([[LATER], [RESOLVED, TWICE]], "withdrawn"),
        ([[TWICE_LATER], [RESOLVED, TWICE]], "withdrawn"),
        ([[TWICE_LATER], [RESOLVED, TWICE_LATER]], "withdrawn"),
    ],
)
def test_several_rows_of_one_case_told_again_change_nothing(
    load: Load, told: Callable[[], list[str]], empty_database: Database, exports: list[list[dict[str, str]]], state: str
) -> None:
    """Where one of them says what stands, that is what the file says, though another one has another end."""
    for export in exports:
        rows = [row | {"number": "1"} for row in export]
        load(*rows)
        before = told()
        again = load(*rows).rows
        assert told() == before
        assert again == FileRows(read=len(rows), new=0, changed=0, unchanged=len(rows), refused=0)
    assert [case["state"] for case in _cases(empty_database)] == [state]
    assert _differences(empty_database) == 0


@pytest.fixture(scope="module")
def emptied(databases: Databases) -> Iterator[Database]:
    with databases.empty() as made:
        yield made


ROW = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["Open", "Closed", "Duplicate", "Lost"]),
        "closed": st.sampled_from(["", "07/04/2018 02:00:00 PM", "07/05/2018 02:00:00 PM", "07/01/2018 02:00:00 PM"]),
        "opened": st.sampled_from(["07/04/2018 01:00:00 PM", "07/04/2018 12:30:00 PM", "never"]),
        "due": st.sampled_from(["", "07/05/2018 01:00:00 PM", "07/08/2018 01:00:00 PM"]),
        "office": st.sampled_from(["", "Waste", "Water"]),
        "area_id": st.sampled_from(["7", "8", ""]),
        "channel": st.sampled_from(["Phone", "Pigeon"]),
        "note": st.sampled_from(["", "at night"]),
        "number": st.sampled_from(["1", "2", "3", "4"]),
        "lon": st.sampled_from(["", "-76.6", "-76.61"]),
    },
)


@pytest.mark.runtime
@given(exports=st.lists(st.lists(ROW, min_size=1, max_size=5), min_size=1, max_size=3), seed=st.integers(0, 10**9))
def test_whatever_is_exported(
    tmp_path: Path, emptied: Database, exports: list[list[dict[str, str]]], seed: int
) -> None:
    """The four counts add up; a file told again changes nothing; the state is what the log says."""
    rules = tmp_path / "small.toml"
    rules.write_text(MAPPING, encoding="utf-8")
    for export in exports:
        # every example has cases of its own in the one store
        rows = [{**row, "number": f"{seed}-{row.get('number', at)}"} for at, row in enumerate(export)]
        file = write(tmp_path, *rows)
        told = import_into(emptied.owner_url, None, file, rules, today=TODAY).rows
        assert told.read == len(rows) == told.new + told.changed + told.unchanged + told.refused
        before = _log(emptied)
        again = import_into(emptied.owner_url, None, file, rules, today=TODAY).rows
        assert _log(emptied) == before
        assert (again.new, again.changed, again.refused) == (0, 0, told.refused)
    assert _differences(emptied) == 0


def test_a_live_file_is_known_from_its_coming_on_and_a_sign_of_life(load: Load, empty_database: Database) -> None:
    load(OPEN)
    first = load(OPEN, {}, live=True)
    assert first.rows == FileRows(read=2, new=1, changed=0, unchanged=1, refused=0)
    beats = sa.text("select beat_at from app.source_heartbeats")
    known = sa.text("select min(recorded_at) > now() - interval '1 hour' from app.case_log where batch_id = 2")
    with empty_database.owner.connect() as connection:
        assert connection.scalar(known)
        assert connection.scalar(sa.text("select live_since is not null from app.subdistricts"))
        before = connection.scalar(beats)
    assert load(OPEN, {}).rows.unchanged == 2
    with empty_database.owner.connect() as connection:
        assert connection.scalar(beats) > before
        newest = connection.execute(
            sa.text(
                "select mode, file_rows, recorded_at > now() - interval '1 hour' as is_now from app.import_batches"
                " order by batch_id desc limit 1"
            )
        ).one()
    assert tuple(newest) == ("live", 2, True)


def test_nothing_of_somebody_erased_comes_back_with_a_newer_export(
    load: Load, told: Callable[[], list[str]], empty_database: Database
) -> None:
    load({"note": "Ms Smith"}, {})
    erasure.erase(empty_database.owner_url, "", "1", "", "clerk", datetime.now(UTC))
    log = told()
    assert load({"note": "Ms Smith again"}, {}).rows.unchanged == 2
    assert load({"note": "Ms Smith again", "closed": ""}, {"closed": ""}).rows.refused == 2
    assert told() == log
    with empty_database.owner.connect() as connection:
        kept = connection.scalars(sa.text("select cells is null from app.import_rejects order by file_row"))
        assert list(kept) == [True, False]
