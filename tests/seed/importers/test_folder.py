"""A folder of files: each complete file once, in order; bad ones put aside with their reason; a clean end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed.importers import ImportFileError, ImportResult, MappingError, import_into
from seed.importers.folder import LOADED, REFUSED, FolderError, Inbox, Treated, in_order
from tests.seed.importers.test_files import GOOD, HEADER, MAPPING
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

Load = Callable[[Path], ImportResult]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "small.toml"
    file.write_text(MAPPING, encoding="utf-8")
    return file


@pytest.fixture
def load(empty_database: Database, mapping: Path) -> Load:
    urls = (empty_database.owner_url, empty_database.writer_url)
    return lambda path: import_into(*urls, path, mapping, today=TODAY)


def export(folder: Path, name: str, number: str, **cells: str) -> Path:
    row = {**GOOD, "number": number, **cells}
    (folder / name).write_text(
        ",".join(HEADER) + "\n" + ",".join(row[column] for column in HEADER) + "\n", encoding="utf-8"
    )
    return folder / name


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")}


def test_files_are_loaded_in_order_and_a_bad_one_is_put_aside(
    folder: Path, load: Load, empty_database: Database
) -> None:
    export(folder, "export-10.csv", "2", status="Closed")
    export(folder, "export-9.csv", "1", status="Open", closed="")
    (folder / "export-11.csv").write_bytes(b"\xff\xff\xff")
    export(folder, "export-12.csv", "3")
    (folder / "export-13.csv.part").write_text("half")
    inbox = Inbox(folder, load, settle=0.05)
    with inbox.held():
        treated = list(inbox.once())
    assert [(each.name, each.reason == "") for each in treated] == [
        ("export-9.csv", True),
        ("export-10.csv", True),
        ("export-11.csv", False),
        ("export-12.csv", True),
    ]
    assert names(folder) == {"export-13.csv.part"}
    assert names(folder / LOADED) == {"export-9.csv", "export-10.csv", "export-12.csv"}
    assert names(folder / REFUSED) == {"export-11.csv", "export-11.csv.reason.txt"}
    assert "neither UTF-8 nor GB18030" in (folder / REFUSED / "export-11.csv.reason.txt").read_text()
    with empty_database.owner.connect() as connection:
        order = connection.scalars(sa.text("select file_name from app.import_batches order by batch_id")).all()
    assert order == ["export-9.csv", "export-10.csv", "export-12.csv"]

    # a new file of an old name is another file
    export(folder, "export-9.csv", "4")
    with inbox.held():
        assert [each.moved_to.name for each in inbox.once()] == ["export-9 (2).csv"]


def _nothing(path: Path) -> ImportResult:
    raise ImportFileError(f"{path.read_text()} was handed in")


def test_a_file_that_is_being_written_is_waited_for(folder: Path) -> None:
    path = folder / "slow.csv"
    path.write_text("a")

    def write() -> None:
        for letter in "bcdefgh":
            time.sleep(0.1)
            with path.open("a") as stream:
                stream.write(letter)

    writer = threading.Thread(target=write)
    writer.start()
    inbox = Inbox(folder, _nothing, settle=0.4)
    with inbox.held():
        (treated,) = inbox.once()
    writer.join()
    assert treated.reason == "abcdefgh was handed in", "all of it, not the part that stood there at first"


def test_what_comes_later_waits_for_the_file_before_it(folder: Path) -> None:
    (folder / "1.csv").write_text("one")
    (folder / "2.csv").write_text("two")
    inbox = Inbox(folder, _nothing, settle=30.0, longest_wait=0.2)
    with inbox.held(), pytest.raises(FolderError, match=r"1\.csv is still being written: it and what comes after"):
        list(inbox.once())
    assert names(folder) == {"1.csv", "2.csv"}


def test_a_wrong_mapping_is_no_fault_of_the_file(folder: Path) -> None:
    (folder / "1.csv").write_text("one")

    def fail(_: Path) -> ImportResult:
        raise MappingError("wrong")

    inbox = Inbox(folder, fail, settle=0.0)
    with inbox.held(), pytest.raises(MappingError):
        list(inbox.once())
    assert names(folder) == {"1.csv"}


def test_a_folder_is_treated_by_one_at_a_time(folder: Path) -> None:
    with (
        Inbox(folder, _nothing).held(),
        pytest.raises(FolderError, match="by another import"),
        Inbox(folder, _nothing).held(),
    ):
        pass
    with pytest.raises(FolderError, match="there is no folder"), Inbox(folder / "none", _nothing).held():
        pass


def test_names_are_sorted_as_people_count() -> None:
    wanted = ("2026-9-30.csv", "2026-10-1.csv", "2026-10-1b.csv", "2026-10-12.csv", "a2.csv", "a10.csv", "b.csv")
    assert tuple(sorted(set(wanted), key=in_order)) == wanted


def _until(test: Callable[[], bool], seconds: float = 90.0) -> None:
    until = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.1)


@pytest.mark.runtime
def test_the_command_watches_until_it_is_told_to_stop(folder: Path, mapping: Path, empty_database: Database) -> None:
    command = [sys.executable, "-m", "seed", "import", str(folder), "--mapping", str(mapping), "--settle", "0.2"]
    environment = {**os.environ, **empty_database.environment}
    with subprocess.Popen(
        [*command, "--watch"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as watching:
        try:
            export(folder, "1.csv", "1")
            _until(lambda: (folder / LOADED / "1.csv").exists())
            (folder / "2.csv").write_text("no table of ours\n")
            export(folder, "3.csv", "2")
            _until(lambda: (folder / LOADED / "3.csv").exists())
            watching.send_signal(signal.SIGTERM)
            said, _ = watching.communicate(timeout=30)
        finally:
            watching.kill()
    assert watching.returncode == 0, said
    assert "stopped" in said
    assert "2.csv: refused, 2.csv lacks the columns" in said
    assert "Traceback" not in said

    # by a timer: what is there, then an end; exit 1 since one was refused
    export(folder, "4.csv", "3")
    (folder / "5.csv").write_text("no table of ours\n")
    once = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (once.returncode, once.stdout.splitlines()[-1]) == (1, "2 files: 1 loaded, 1 refused"), once.stderr
    with empty_database.owner.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from app.cases")) == 3


def test_a_treated_file_says_what_became_of_it(tmp_path: Path) -> None:
    assert str(Treated("a.csv", None, "because", tmp_path)) == "a.csv: refused, because"
