"""The worker on a real store: what is checked and loaded, what becomes of bad files and of deaths."""

import io
import json
import os
import signal
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from queries import uploads
from queries.uploads import State, UploadFolder
from seed.store import StoreError
from seed.uploads.worker import Worker
from tests.seed.importers.test_files import MAPPING
from tests.seed.uploads.handing_in import export, hand_in, look, until
from tests.support.databases import Database

pytestmark = pytest.mark.runtime

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


@pytest.fixture
def folder(tmp_path: Path) -> UploadFolder:
    made = UploadFolder(tmp_path / "uploads")
    made.make()
    return made


@pytest.fixture
def worker(folder: UploadFolder, database: Database) -> Iterator[Worker]:
    made = Worker(folder, lambda: database.owner_url)
    with made.at_work():
        yield made


def batches(database: Database) -> int:
    """Files in the store."""
    with database.owner.connect() as connection:
        counted = connection.scalar(sa.text("select count(*) from app.import_batches where file_rows is not null"))
    return int(counted or 0)


def ended(folder: UploadFolder, upload_id: str) -> dict[str, Any]:
    return dict(look(folder, upload_id).result or {})


def check(worker: Worker, upload_id: str) -> dict[str, Any]:
    """What a check says; where it ends the upload, how."""
    until(worker, lambda: look(worker.folder, upload_id).state in (State.CHECKED, State.ENDED))
    upload = look(worker.folder, upload_id)
    return dict(upload.checked or upload.result or {})


def load(worker: Worker, upload_id: str) -> dict[str, Any]:
    assert worker.folder.wish(upload_id, uploads.LOAD, {"officer": "李敏"})
    until(worker, lambda: look(worker.folder, upload_id).state is State.ENDED)
    return ended(worker.folder, upload_id)


def names(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()}


def is_over(path: Path) -> bool:
    """Whether of an upload that was not loaded its reports alone are left."""
    return names(path) == {uploads.JOB, uploads.RESULT}


def test_a_file_is_checked_then_loaded_and_told_again_changes_nothing(
    worker: Worker, folder: UploadFolder, database: Database
) -> None:
    good = export(4)
    bad = export(1, first=5, opened="soon 13800000001") + export(1, first=6, status="Frozen").split(b"\n", 1)[1]
    content = good + bad.split(b"\n", 1)[1]
    first = hand_in(folder, content)
    found = check(worker, first)
    rows = {"read": 6, "new": 4, "changed": 0, "unchanged": 0, "refused": 2}
    assert found["rows"] == rows
    assert batches(database) == 0, "a check writes nothing"
    problems = {each["reason"]: each for each in found["problems"]}
    assert set(problems) == {"unreadable_time", "unknown_status"}
    assert problems["unknown_status"]["examples"] == [{"row": 7, "said": "Frozen"}]
    assert "13800000001" not in json.dumps(found, ensure_ascii=False), "what is shown of a file is masked"
    assert [each["words"] for each in found["unknown"] if each["kind"] == "status"] == [[["Frozen", 1]]]
    assert "address" in found["first"]["personal"] and "address" not in found["first"]["columns"]
    assert "1 Main St" not in json.dumps(found), "personal columns are not shown"
    assert found["first"]["rows"][0][0] == 2 and "SW-Dirty Alley" in found["first"]["rows"][0][1]

    done = load(worker, first)
    assert done["rows"] == rows and done["batch"] > 0 and batches(database) == 1
    assert {each["reason"] for each in done["problems"]} == set(problems)
    assert "Frozen" not in json.dumps(done), "what is kept for a month are counts"
    # the file goes when the upload has ended, and what a check showed of it
    until(worker, lambda: names(folder.path / first) == {uploads.JOB, uploads.LOAD, uploads.RESULT})

    again = hand_in(folder, good)
    assert check(worker, again)["rows"] == {"read": 4, "new": 0, "changed": 0, "unchanged": 4, "refused": 0}
    modes = {
        stat.S_IMODE(path.stat().st_mode)
        for path in folder.path.rglob("*")
        if path.name in (uploads.JOB, uploads.CHECKED)
    }
    assert modes == {0o600} and stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return packed.getvalue()


def test_what_cannot_be_read_ends_with_a_code_and_no_cell_of_it(worker: Worker, folder: UploadFolder) -> None:
    headless = "王建国,13800000001,文明路8号\n李四,13800000002,文明路9号\n".encode()
    given = {
        "no_rows": hand_in(folder, b"\n", "empty.csv"),
        "not_text": hand_in(folder, PNG, "picture.csv"),
        "not_xlsx": hand_in(folder, PNG, "picture.xlsx"),
        "swells": hand_in(folder, bomb(), "bomb.xlsx"),
        "missing_columns": hand_in(folder, headless, "headless.csv"),
        "unreadable": hand_in(folder, "王建国,王建国\n1,2\n".encode(), "twice.csv"),
        "not_json": hand_in(folder, "张三 13800000001".encode(), "text.json"),
        "not_toml": hand_in(folder, export(1), toml="name = [broken"),
        "draft": hand_in(folder, export(1), toml=MAPPING.replace('"Town"', '"FILL IN"')),
        "no_mapping": hand_in(folder, export(1), toml=None, mapping="../../etc/mapping"),
    }
    for code, upload_id in given.items():
        check(worker, upload_id)
        result = ended(folder, upload_id)
        assert result["failure"]["code"] == code
        told = json.dumps(result, ensure_ascii=False)
        assert not any(secret in told for secret in ("13800000001", "王建国", "文明路")), told
        until(worker, partial(is_over, folder.path / upload_id))


def test_a_death_is_told_and_leaves_the_worker_at_work(
    worker: Worker, folder: UploadFolder, database: Database
) -> None:
    killed = hand_in(folder, export(20_000))
    waiting = hand_in(folder, export(2), at=datetime.now(UTC) + timedelta(seconds=1))
    check(worker, killed)
    assert folder.wish(killed, uploads.LOAD, {}) and not folder.wish(killed, uploads.LOAD, {}), "a second click is none"
    until(worker, lambda: (look(folder, killed).progress or {}).get("stage") == "taking in")
    running = worker.running
    assert running is not None
    os.kill(running, signal.SIGKILL)
    until(worker, lambda: look(folder, killed).state is State.ENDED)
    assert ended(folder, killed)["failure"]["code"] == "killed" and batches(database) == 0
    assert check(worker, waiting)["rows"]["new"] == 2


def test_a_load_that_was_done_before_its_process_died_is_told_as_done(folder: UploadFolder, database: Database) -> None:
    with Worker(folder, lambda: database.owner_url).at_work():
        pass
    upload_id = hand_in(folder, export(3))
    first = Worker(folder, lambda: database.owner_url)
    with first.at_work():
        check(first, upload_id)
        load(first, upload_id)
    # as it stood between the end of the transaction and the word about it
    cut = hand_in(folder, export(3))
    uploads.write(folder.path / cut / uploads.LOAD, {})
    uploads.write(folder.path / cut / uploads.BEGUN, {"what": "load", "attempt": 2, "after": 0})
    uploads.write(folder.path / cut / uploads.PROGRESS, {"what": "load", "stage": "taking in"})
    # and one that died twice before
    lost = hand_in(folder, export(5))
    uploads.write(folder.path / lost / uploads.LOAD, {})
    uploads.write(folder.path / lost / uploads.BEGUN, {"what": "load", "attempt": 2, "after": 0})
    uploads.write(folder.path / lost / uploads.PROGRESS, {"what": "load", "stage": "reading"})
    with Worker(folder, lambda: database.owner_url).at_work():
        assert ended(folder, cut)["rows"]["new"] == 3
        assert ended(folder, lost)["failure"]["code"] == "cut_short"


def test_a_worker_that_is_stopped_goes_on_where_it_was(folder: UploadFolder, database: Database) -> None:
    upload_id = hand_in(folder, export(20_000))
    first = Worker(folder, lambda: database.owner_url)
    with first.at_work():
        assert folder.worker(datetime.now(UTC).timestamp()).is_running
        with pytest.raises(StoreError, match="worker already"), Worker(folder, lambda: "").at_work():
            pass
        until(first, lambda: look(folder, upload_id).state is State.CHECKING)
    assert not folder.worker(datetime.now(UTC).timestamp()).is_running
    second = Worker(folder, lambda: database.owner_url)
    with second.at_work():
        assert check(second, upload_id)["rows"]["new"] == 20_000


def test_places_in_the_queue_and_what_nobody_goes_on_with(folder: UploadFolder, database: Database) -> None:
    ids = [hand_in(folder, export(1)) for _ in range(3)]
    for number, upload_id in enumerate(ids):
        os.utime(folder.path / upload_id / uploads.JOB, (1_000_000 + number, 1_000_000 + number))
    assert [look(folder, upload_id).place for upload_id in ids] == [1, 2, 3]
    half = folder.begin()
    worker = Worker(folder, lambda: database.owner_url, left_after=0.5)
    with worker.at_work():
        assert folder.wish(ids[2], uploads.GIVEN_UP, {})
        until(worker, lambda: all(look(folder, upload_id).state is State.ENDED for upload_id in ids))
        until(worker, lambda: folder.of(half) is None)
    assert ended(folder, ids[0])["is_left"] is True and ended(folder, ids[2])["given_up"] is True
    assert not list(folder.path.rglob("export.csv"))


def test_a_mapping_of_the_place_is_chosen_by_its_name(folder: UploadFolder, database: Database) -> None:
    (folder.path / "mappings").mkdir()
    (folder.path / "mappings" / "of_town.toml").write_text(MAPPING, encoding="utf-8")
    (folder.path / "mappings" / "draft.toml").write_text('name = "FILL IN"', encoding="utf-8")
    worker = Worker(folder, lambda: database.owner_url)
    with worker.at_work():
        known = {each["name"]: each["place_en"] for each in folder.worker(datetime.now(UTC).timestamp()).mappings}
        assert known["of_town"] == "Town" and "pingshan" in known and "draft" not in known
        upload_id = hand_in(folder, export(2), toml=None, mapping="of_town")
        assert check(worker, upload_id)["rows"]["new"] == 2
