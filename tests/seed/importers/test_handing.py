"""Rows handed in while their file is read: when they are, when they are taken back, and what ends it."""

import threading
from pathlib import Path

import pyarrow as arrow
import pytest
import sqlalchemy as sa

from seed import door, store
from seed.areas.known import tree
from seed.importers import FileRows, ImportFileError, ImportResult, handing, import_into, load_mapping
from seed.importers.progress import Step
from tests.seed.importers.test_all_or_nothing import counts, rows_of
from tests.seed.importers.test_big_files import differences
from tests.seed.importers.test_files import MAPPING, mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

__all__ = ["mapping"]
THREAD = "handing in"


class Looking:
    """What runs while a file is read."""

    def __init__(self) -> None:
        self.threads = set[str]()

    def __call__(self, step: Step) -> None:
        if step.stage == "reading":
            self.threads |= {thread.name for thread in threading.enumerate()}


def loaded(database: Database, file: Path, rules: Path, looking: Looking) -> ImportResult:
    return import_into(database.owner_url, None, file, rules, today=TODAY, tell=looking)


def test_rows_are_handed_in_while_they_are_read(tmp_path: Path, mapping: Path, empty_database: Database) -> None:
    file = write(tmp_path, *rows_of(100))
    for rows in (FileRows(100, 100, 0, 0, 0), FileRows(100, 0, 0, 100, 0)):
        looking = Looking()
        assert loaded(empty_database, file, mapping, looking).rows == rows
        assert THREAD in looking.threads
        assert THREAD not in {thread.name for thread in threading.enumerate()}
    assert counts(empty_database)["inbox"] == 0
    assert differences(empty_database) == []


def test_they_wait_where_a_point_says_where_a_case_lies(tmp_path: Path, empty_database: Database) -> None:
    rules = tmp_path / "points.toml"
    levels = MAPPING.index("[[place.levels]]")
    rules.write_text(MAPPING[:levels] + 'point_level = "grid"\n' + MAPPING[levels:], encoding="utf-8")
    looking = Looking()
    assert loaded(empty_database, write(tmp_path, *rows_of(3)), rules, looking).rows.new == 3
    assert THREAD not in looking.threads


def test_what_was_handed_in_is_taken_back_where_a_word_means_another_area(
    tmp_path: Path, mapping: Path, empty_database: Database
) -> None:
    loaded(empty_database, write(tmp_path, *rows_of(2)), mapping, Looking())
    with empty_database.owner.begin() as connection:
        code = connection.scalar(sa.text("select code from app.areas where level = 'grid'"))
        connection.execute(
            sa.text(
                "insert into app.area_aliases (area_id, alias) select area_id, 'Elsewhere' from app.areas"
                " where level = 'grid'"
            )
        )
    looking = Looking()
    moved = rows_of(4, area_id="Elsewhere", area="Elsewhere")[2:]
    result = loaded(empty_database, write(tmp_path, *moved), mapping, looking)
    assert THREAD in looking.threads
    assert result.rows == FileRows(read=2, new=2, changed=0, unchanged=0, refused=0)
    with empty_database.owner.connect() as connection:
        of_cases = sa.text("select distinct code from app.cases join app.areas using (area_id)")
        assert connection.scalars(of_cases).all() == [code]
        batches = connection.scalars(sa.text("select status from app.import_batches order by batch_id")).all()
    assert batches == ["absorbed", "absorbed"]
    assert counts(empty_database)["inbox"] == 0
    assert differences(empty_database) == []


def test_a_failure_of_the_handing_in_ends_the_import(
    tmp_path: Path, mapping: Path, empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(empty_database, write(tmp_path, *rows_of(2)), mapping, Looking())
    before = counts(empty_database)

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(door, "write_rows", fails)
    with pytest.raises(OSError, match="the disk is full"):
        loaded(empty_database, write(tmp_path, *rows_of(9)), mapping, Looking())
    assert counts(empty_database) == before
    assert THREAD not in {thread.name for thread in threading.enumerate()}


def test_a_file_that_cannot_be_read_to_its_end_leaves_nothing(
    tmp_path: Path, mapping: Path, empty_database: Database
) -> None:
    loaded(empty_database, write(tmp_path, *rows_of(2)), mapping, Looking())
    before = counts(empty_database)
    file = write(tmp_path, *rows_of(60_000), extra="x" * 4_000_001 + "\n")
    looking = Looking()
    with pytest.raises(ImportFileError, match="longer than 4,000,000 characters"):
        loaded(empty_database, file, mapping, looking)
    assert THREAD in looking.threads
    assert THREAD not in {thread.name for thread in threading.enumerate()}
    assert counts(empty_database) == before


def test_a_reader_that_is_stopped_never_waits_for_a_failed_handing_in(
    empty_database: Database, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.migrate(empty_database.owner_url, "America/New_York")
    with empty_database.owner.begin() as connection:
        ahead = handing.begun(connection, load_mapping(mapping), Path("x.csv"), tree(connection), live=False)
        assert ahead is not None
        monkeypatch.setattr(door, "write_rows", lambda *_: 1 / 0)
        with ahead, pytest.raises(ZeroDivisionError):
            for _ in range(100):
                ahead.take(arrow.table({"row_no": [1], "recorded_at": [None]}))
