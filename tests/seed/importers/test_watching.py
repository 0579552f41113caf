"""While the door works, another session tells how far it has come, and nothing else is changed by it."""

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed import store
from seed.importers import ImportResult, import_into, watching
from seed.importers.progress import Step, silent
from seed.importers.watching import step_of, watched
from tests.seed.importers.test_all_or_nothing import counts
from tests.seed.importers.test_files import mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database, Databases

__all__ = ["mapping"]
FORM = "%m/%d/%Y %I:%M:%S %p"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """12,000 cases over half a year."""
    rows = []
    for number in range(12_000):
        opened = datetime(2018, 1, 1) + timedelta(minutes=21 * number)  # noqa: DTZ001 - as it stands in a file
        times = {"opened": opened, "due": opened + timedelta(days=2), "closed": opened + timedelta(hours=5)}
        rows.append({"number": str(number)} | {name: at.strftime(FORM) for name, at in times.items()})
    return write(tmp_path, *rows)


@pytest.mark.parametrize(
    ("name", "drawn", "step"),
    [
        ("", 0, None),
        ("dashboard pictures", 0, None),
        ("door: taking in 0.000 0.030", 7, Step("taking in", 0, None)),
        ("door: taking in 0.240 0.290", 7, Step("taking in", 240, 1000)),
        ("door: taking in 0.040 0.240 500 100", 550, Step("taking in", 140, 1000)),
        ("door: taking in 0.040 0.240 500 100", 900, Step("taking in", 240, 1000)),  # others have drawn as well
        ("door: taking in 0.040 0.240 500 100", 400, Step("taking in", 40, 1000)),
        ("door: comparing 0.800 0.900", 7, Step("comparing", 800, 1000)),
    ],
)
def test_what_a_name_tells(name: str, drawn: int, step: Step | None) -> None:
    assert step_of(name, drawn, 1000) == step


def loaded(database: Database, file: Path, rules: Path, steps: list[Step]) -> ImportResult:
    return import_into(database.owner_url, None, file, rules, today=TODAY, tell=steps.append)


def test_rows_are_told_while_the_door_works(
    many: Path, mapping: Path, empty_database: Database, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "EVERY", 0.02)
    steps: list[Step] = []
    told = loaded(empty_database, many, mapping, steps)
    of_door = [step.rows for step in steps if step.stage == "taking in"]
    assert of_door == sorted(of_door)
    assert (of_door[0], of_door[-1]) == (0, 12_000)
    assert len({rows for rows in of_door if 0 < rows < 12_000}) >= 4, "told between its begin and its end"
    assert "progress of the door" not in {each.name for each in threading.enumerate()}
    with databases.empty() as other:
        alike = import_into(other.owner_url, None, many, mapping, today=TODAY)
        assert (alike.rows, alike.batch, counts(other)) == (told.rows, told.batch, counts(empty_database))
    again: list[Step] = []
    assert loaded(empty_database, many, mapping, again).rows.unchanged == 12_000
    compared = [step.rows for step in again if step.stage == "comparing"]
    assert compared == sorted(compared)
    assert compared[-1] > 0


def test_the_name_is_of_the_transaction_and_small_batches_tell_nothing(
    tmp_path: Path, mapping: Path, empty_database: Database
) -> None:
    small = write(tmp_path, *({"number": str(number)} for number in range(50)))
    steps: list[Step] = []
    loaded(empty_database, small, mapping, steps)
    assert [step.rows for step in steps if step.stage == "taking in"] == [0, 50]
    with store.engine(empty_database.owner_url).connect() as connection:
        name = sa.text("select current_setting('application_name')")
        before = connection.scalar(name)
        connection.execute(sa.text("select app.door_tell('taking in', 0.24, 0.29)"))
        assert connection.scalar(name) == "door: taking in 0.240 0.290"
        connection.rollback()
        assert connection.scalar(name) == before


def test_a_look_that_fails_harms_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "EVERY", 0.01)
    steps: list[Step] = []
    with database.owner.connect() as connection:
        with watched(connection, 10, steps.append):
            connection.execute(sa.text("select app.door_tell('taking in', 0.5, 0.6)"))
            until = time.monotonic() + 20
            while not steps and time.monotonic() < until:
                time.sleep(0.01)
            assert set(steps) == {Step("taking in", 5, 10)}
            connection.execute(
                sa.text(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                    " and pid <> pg_backend_pid() and backend_type = 'client backend'"
                )
            )
            time.sleep(0.1)
            number = len(steps)
            time.sleep(0.1)
            assert len(steps) == number, "the last look was the last"
        assert connection.scalar(sa.text("select 1")) == 1
        with watched(connection, 10, silent):
            assert "progress of the door" not in {each.name for each in threading.enumerate()}
