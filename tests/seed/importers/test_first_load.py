"""The first load of a new store goes without the indexes of questions; however it ends, they are there afterwards."""

import signal
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed import store
from seed.importers import import_into
from seed.importers.formats.base import ImportFileError
from tests.seed.importers.test_all_or_nothing import rows_of, started, until
from tests.seed.importers.test_files import mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

__all__ = ["mapping"]


def indexes(database: Database) -> set[str]:
    listed = sa.text("select indexdef from pg_indexes where schemaname = 'app' and tablename = 'cases'")
    with database.owner.connect() as connection:
        return set(connection.scalars(listed))


def is_put_off(database: Database) -> bool:
    with database.owner.connect() as connection:
        return bool(connection.scalar(sa.text("select count(*) from app.settings where key = 'indexes_put_off'")))


def test_they_are_made_with_the_rows(
    tmp_path: Path, mapping: Path, empty_database: Database, database: Database
) -> None:
    import_into(empty_database.owner_url, None, write(tmp_path, *rows_of(3)), mapping, today=TODAY)
    assert indexes(empty_database) == indexes(database)
    assert not is_put_off(empty_database)


def test_they_are_made_when_the_file_is_refused(
    tmp_path: Path, mapping: Path, empty_database: Database, database: Database
) -> None:
    file = tmp_path / "small.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ImportFileError):
        import_into(empty_database.owner_url, None, file, mapping, today=TODAY)
    assert indexes(empty_database) == indexes(database)
    assert not is_put_off(empty_database)


@pytest.mark.runtime
def test_they_are_made_by_the_next_start_when_the_load_was_killed(
    tmp_path: Path, mapping: Path, empty_database: Database, database: Database
) -> None:
    process = started(empty_database, write(tmp_path, *rows_of(30_000)), mapping)
    taking_in = sa.text(
        "select count(*) from pg_stat_activity where datname = current_database() and query like 'select batch_id%'"
    )

    def is_there() -> bool:
        with empty_database.owner.connect() as connection:
            return bool(connection.scalar(taking_in)) or process.poll() is not None

    until(is_there)
    assert process.poll() is None, process.communicate()[0]
    assert indexes(empty_database) < indexes(database)
    store.migrate(empty_database.owner_url)  # a start beside it does not wait for it
    assert is_put_off(empty_database)
    process.send_signal(signal.SIGKILL)
    process.wait()

    def is_made() -> bool:
        assert store.migrate(empty_database.owner_url) == "current"
        return not is_put_off(empty_database)

    until(is_made)  # once the server has noticed that nobody is there
    assert indexes(empty_database) == indexes(database)
