"""What the page takes into the folder of uploads and what it does not, from whom, and what it gives back."""

import asyncio
import io
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pydantic import ValidationError

from dashboard.live.commands import Device
from dashboard.live.uploads import State, UploadError, Uploads
from dashboard.pages.upload_refused import sheet
from dashboard.settings import DashboardSettings
from dashboard.text import text
from queries import uploads as shared
from seed.settings import Settings, SettingsError

CLERK = Device(1, "李敏", datetime.now(UTC) + timedelta(hours=1))
ELSEWHERE = Device(2, "王芳", datetime.now(UTC) + timedelta(hours=1))
MOST = 10_000_000
MAPPING = {"name": "town", "source_zh": "镇", "source_en": "Town", "place_zh": "镇", "place_en": "Town"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose worker knows one mapping."""
    made = shared.UploadFolder(tmp_path / "uploads")
    made.make()
    shared.write(made.path / shared.WORKER, {"mappings": [MAPPING], "forms": [".csv", ".xlsx"]})
    return made.path


@pytest.fixture
def held(folder: Path) -> Uploads:
    return Uploads(folder)


def given(name: str = "export.csv", size: Any = 6, **more: Any) -> dict[str, Any]:
    return {"name": name, "size": size, "mapping": "town", **more}


def send(held: Uploads, upload_id: str, *pieces: bytes, by: Device = CLERK) -> None:
    async def come() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    asyncio.run(held.receive(upload_id, come(), by, MOST))


def test_a_file_comes_whole_and_private_to_the_disk(held: Uploads, folder: Path) -> None:
    upload_id = held.begin(given(), CLERK, MOST)
    assert held.all(1) == [], "what is not whole is nothing yet"
    send(held, upload_id, b"a,b", b"", b"\n1\n")
    (upload,) = held.all(1)
    assert (upload.id, upload.state, upload.place) == (upload_id, State.WAITS_FOR_CHECK, 1)
    assert (upload.job.file_name, upload.job.bytes, upload.job.officer) == ("export.csv", 6, "李敏")
    assert (folder / upload_id / shared.SOURCE / "export.csv").read_bytes() == b"a,b\n1\n"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder / upload_id).rglob("*")}
    assert modes == {0o600, 0o700} and stat.S_IMODE((folder / upload_id).stat().st_mode) == 0o700
    assert held.all(2) == [], "another subdistrict's clerks do not see it"
    with pytest.raises(UploadError, match="gone"):
        send(held, upload_id, b"again!")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (given("../../x.csv"), "bad_name"),
        (given("..\\x.csv"), "bad_name"),
        (given(".csv"), "bad_name"),
        (given("a\x00.csv"), "bad_name"),
        (given("é" * 119 + ".csv"), "bad_name"),
        (given(""), "bad_name"),
        ({"size": 6, "mapping": "town"}, "bad_name"),
        (given(size=0), "empty"),
        (given(size=-1), "empty"),
        (given(size="6"), "empty"),
        (given(size=True), "empty"),
        (given(size=MOST + 1), "too_big"),
        (given("photo.png"), "unknown_form"),
        (given("x"), "unknown_form"),
        (given(mapping="../town"), "no_mapping"),
        (given(mapping=None), "no_mapping"),
        (given(toml="a" * 200_001), "mapping_too_big"),
        (given(size=MOST * 10**9), "too_big"),
    ],
)
def test_what_is_not_taken_leaves_nothing(held: Uploads, folder: Path, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(UploadError) as refused:
        held.begin(wrong, CLERK, MOST)
    assert refused.value.code == code
    assert [path.name for path in folder.iterdir()] == [shared.WORKER]


@pytest.mark.parametrize("pieces", [(b"a,b",), (b"a,b\n1\n", b"more"), ()])
def test_a_file_that_is_shorter_or_longer_than_told_is_not_taken(
    held: Uploads, folder: Path, pieces: tuple[bytes, ...]
) -> None:
    upload_id = held.begin(given(), CLERK, MOST)
    with pytest.raises(UploadError, match="cut"):
        send(held, upload_id, *pieces)
    assert [path.name for path in folder.iterdir()] == [shared.WORKER]


def test_a_browser_that_goes_leaves_nothing(held: Uploads, folder: Path) -> None:
    async def breaks_off() -> AsyncIterator[bytes]:
        yield b"a,b"
        raise ConnectionResetError

    upload_id = held.begin(given(), CLERK, MOST)
    with pytest.raises(UploadError):
        asyncio.run(held.receive(upload_id, breaks_off(), CLERK, MOST))
    assert [path.name for path in folder.iterdir()] == [shared.WORKER]


def test_wishes_are_those_of_the_place_and_count_once(held: Uploads, folder: Path) -> None:
    upload_id = held.begin(given(toml="name = 1", toml_name="own.toml"), CLERK, MOST)
    with pytest.raises(UploadError, match="gone"):
        send(held, upload_id, b"a,b\n1\n", by=ELSEWHERE)
    send(held, upload_id, b"a,b\n1\n")
    assert held.all(1)[0].job.mapping == "own.toml" and held.all(1)[0].job.is_own_mapping
    held.wish(upload_id, "load", CLERK)
    assert not (folder / upload_id / shared.LOAD).exists(), "nothing is loaded that nobody has checked"
    shared.write(folder / upload_id / shared.CHECKED, {"rows": {}})
    with pytest.raises(UploadError, match="gone"):
        held.wish(upload_id, "load", ELSEWHERE)
    for missing in ("0" * 32, "../uploads", ""):
        with pytest.raises(UploadError, match="gone"):
            held.wish(missing, "load", CLERK)
    held.wish(upload_id, "load", CLERK)
    wished = (folder / upload_id / shared.LOAD).read_bytes()
    held.wish(upload_id, "load", CLERK)
    held.wish(upload_id, "give-up", CLERK)
    assert (folder / upload_id / shared.LOAD).read_bytes() == wished
    assert not (folder / upload_id / shared.GIVEN_UP).exists(), "what is to be loaded is given up no more"
    assert held.all(1)[0].state is State.WAITS_FOR_LOAD


def test_no_more_than_twenty_wait(held: Uploads) -> None:
    for _ in range(20):
        send(held, held.begin(given(), CLERK, MOST), b"a,b\n1\n")
    with pytest.raises(UploadError, match="too_many"):
        held.begin(given(), CLERK, MOST)


def test_a_worker_is_gone_after_seconds_of_silence(folder: Path) -> None:
    heard = (folder / shared.WORKER).stat().st_mtime
    told = shared.UploadFolder(folder)
    assert told.worker(heard + 1).is_running and not told.worker(heard + 6).is_running
    assert told.worker(heard + 6).mappings == (MAPPING,)
    assert not shared.UploadFolder(folder / "none").worker(heard).is_running


def test_refused_rows_are_text_with_the_reasons_first(held: Uploads) -> None:
    send(held, held.begin(given(), CLERK, MOST), b"a,b\n1\n")
    header = ["reason", "原因", "phone"]
    cells = [["=1+1", "x", "＊"], ["1", "2", "＊", "＊", "beyond"]]
    rows = pd.DataFrame(
        {
            "file_row": pd.array([2, None], dtype="Int64"),
            "reason": ["unknown_channel", "wrong_cell_count"],
            "column_name": ["channel", ""],
            "detail": ["喇叭", "5 cells under a header of 3"],
            "header": [header, header],
            "cells": cells,
        }
    )
    book = openpyxl.load_workbook(io.BytesIO(sheet(rows, held.all(1)[0], text("zh")).xlsx()))
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert lines[0] == ("文件行号", "原因", "字段", "原内容", "reason", "原因′", "phone", "多出的单元格")
    assert lines[1] == (2, "未知渠道", "channel", "喇叭", "=1+1", "x", "＊", None)
    assert lines[2][4:] == ("1", "2", "＊", "＊ · beyond")
    assert book.worksheets[0]["E2"].data_type == "s", "no cell of a file is a formula"


def test_the_setting_is_off_and_wants_who_reads_pairings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (DashboardSettings().uploads, Settings.load().uploads) == ("off", "off")
    assert not DashboardSettings().takes_pairings
    monkeypatch.setenv("UPLOADS", "paired")
    with pytest.raises(ValidationError, match="OPERATOR_URL must be set"):
        DashboardSettings()
    monkeypatch.setenv("OPERATOR_URL", "postgresql://somebody@127.0.0.1/grid")
    assert DashboardSettings().takes_pairings
    assert DashboardSettings().uploads_folder == Settings.load().uploads_folder == Path(".data/uploads")
    monkeypatch.setenv("UPLOADS_DIR", "")
    assert DashboardSettings().uploads_folder == Settings.load().uploads_folder == Path(".data/uploads")
    monkeypatch.setenv("UPLOADS_DIR", str(tmp_path))
    assert DashboardSettings().uploads_folder == Settings.load().uploads_folder == tmp_path
    monkeypatch.setenv("UPLOADS", "on")
    with pytest.raises(SettingsError, match="UPLOADS is 'on'"):
        Settings.load()
