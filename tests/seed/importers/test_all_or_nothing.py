"""A crash in the middle, two imports at once and a dry run, with real processes."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed.importers import FileRows, import_into
from tests.seed.importers.test_files import HEADER, mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

__all__ = ["mapping"]
COUNTED = (
    *("case_log", "cases", "area_day", "import_batches", "import_rejects", "inbox", "inbox_parked", "areas", "sources"),
)


def counts(database: Database) -> dict[str, int]:
    with database.owner.connect() as connection:
        return {table: connection.scalar(sa.text(f"select count(*) from app.{table}")) or 0 for table in COUNTED}


def started(database: Database, file: Path, mapping: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "seed", "import", str(file), "--mapping", str(mapping), *options],
        env=database.environment | {"COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def rows_of(number: int, **changed: str) -> list[dict[str, str]]:
    return [{"number": str(at), **changed} for at in range(number)]


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


@pytest.mark.runtime
@pytest.mark.parametrize("hold", ["copy app.inbox", "select app.compare_export", "select batch_id, rows_read"])
def test_killed_in_the_middle_leaves_nothing(
    tmp_path: Path, mapping: Path, empty_database: Database, hold: str
) -> None:
    import_into(empty_database.owner_url, None, write(tmp_path, {"number": "first"}), mapping, today=TODAY)
    before = counts(empty_database)
    file = write(tmp_path, *rows_of(30_000))
    process = started(empty_database, file, mapping)
    running = sa.text("select count(*) from pg_stat_activity where datname = current_database() and query ilike :like")

    def is_there() -> bool:
        with empty_database.owner.connect() as connection:
            return bool(connection.scalar(running, {"like": f"{hold}%"})) or process.poll() is not None

    until(is_there)
    assert process.poll() is None, process.communicate()[0]
    process.send_signal(signal.SIGKILL)
    process.wait()
    others = sa.text(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and state <> 'idle' and backend_type = 'client backend'"
    )

    def is_over() -> bool:
        with empty_database.owner.connect() as connection:
            return not connection.scalar(others)

    until(is_over)
    assert counts(empty_database) == before
    again = import_into(empty_database.owner_url, None, file, mapping, today=TODAY)
    assert again.rows == FileRows(read=30_000, new=30_000, changed=0, unchanged=0, refused=0)


def test_two_at_once_do_not_double(tmp_path: Path, mapping: Path, empty_database: Database) -> None:
    file = write(tmp_path, *rows_of(2_000), extra="wrong\n")
    both = [started(empty_database, file, mapping) for _ in range(2)]
    said = sorted((process.communicate()[0] for process in both), key=lambda text: "2,000 new" in text)
    assert [process.returncode for process in both] == [0, 0], said
    assert "2,001 rows = 0 new + 0 changed + 2,000 unchanged + 1 refused" in said[0]
    assert "2,001 rows = 2,000 new + 0 changed + 0 unchanged + 1 refused" in said[1]
    assert (counts(empty_database)["cases"], counts(empty_database)["case_log"]) == (2_000, 4_000)


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, mapping: Path, empty_database: Database) -> None:
    first = write(tmp_path, *rows_of(3), {"number": "x", "channel": "Pigeon"})
    schema = sa.text("select to_regclass('app.cases')")
    dry = import_into(empty_database.owner_url, None, first, mapping, today=TODAY, dry_run=True)
    with empty_database.owner.connect() as connection:
        assert connection.scalar(schema) is None, "not even the schema"
    real = import_into(empty_database.owner_url, None, first, mapping, today=TODAY)
    assert (dry.rows, dry.refused, dry.reasons, dry.findings) == (real.rows, real.refused, real.reasons, real.findings)
    newer = write(tmp_path, *rows_of(2, office="Water"), *rows_of(4)[2:])
    before = counts(empty_database)
    dry = import_into(empty_database.owner_url, None, newer, mapping, today=TODAY, dry_run=True)
    assert counts(empty_database) == before
    real = import_into(empty_database.owner_url, None, newer, mapping, today=TODAY)
    assert (dry.rows, dry.batch.rows_new) == (real.rows, real.batch.rows_new)
    assert real.rows == FileRows(read=4, new=1, changed=2, unchanged=1, refused=0)


def test_a_dry_run_by_command(tmp_path: Path, mapping: Path, empty_database: Database) -> None:
    process = started(empty_database, write(tmp_path, *rows_of(3)), mapping, "--dry-run")
    said = process.communicate()[0]
    assert "small.csv: 3 rows = 3 new + 0 changed + 0 unchanged + 0 refused" in said
    assert "dry run, nothing was written: it would append 6 rows of the log" in said


def test_a_header_alone_is_no_fault(tmp_path: Path, mapping: Path, empty_database: Database) -> None:
    file = tmp_path / "small.csv"
    file.write_text(",".join(HEADER) + "\n", encoding="utf-8")
    result = import_into(empty_database.owner_url, None, file, mapping, today=TODAY)
    assert result.rows == FileRows(read=0, new=0, changed=0, unchanged=0, refused=0)
