"""Files handed in by clerks: put into the folder from which a worker loads them; how far each is, and its refused rows.

This process reads the store and writes that folder; whatever is written into the store is written by the worker.
"""

import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
from starlette.concurrency import run_in_threadpool

from dashboard import live
from dashboard.live.commands import COOKIE, Device
from queries import batches, uploads
from queries.filters import Filter
from queries.uploads import Job, State, Upload, UploadFolder, Worker

__all__ = ["Job", "State", "Upload", "UploadError", "Uploads", "Worker", "device"]

#: Bytes of a mapping that is handed in.
MOST_MAPPING: Final = 200_000
#: Refused rows in a workbook; more of them are the command line's.
MOST_REFUSED: Final = 10_000
#: Uploads that may wait or be looked at, so that nobody fills the disk.
_MOST_OPEN: Final = 20
_LONGEST_NAME: Final = 120
#: Bytes of the disk that stay free.
_RESERVE: Final = 500_000_000
#: What is received is written in pieces of so many bytes.
_PIECE: Final = 1 << 20


class UploadError(ValueError):
    """What was handed in is not taken; ``code`` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def device(cookies: Mapping[str, str], subdistrict_id: int) -> Device | None:
    """The paired laptop that asks; None for any other. Raises CommandError while the store does not answer."""
    token = cookies.get(COOKIE, "")
    found = live.live().commands.device(token) if token else None
    return found if found is not None and found.subdistrict_id == subdistrict_id else None


class Uploads:
    """The uploads of one folder, as this process sees and adds to them. Safe to use from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = UploadFolder(folder)

    def worker(self) -> Worker:
        """What the worker last said of itself."""
        return self._folder.worker(time.time())

    def all(self, subdistrict_id: int) -> list[Upload]:
        """The uploads to a subdistrict, the newest first."""
        return [each for each in self._folder.uploads() if each.job.subdistrict_id == subdistrict_id]

    def begin(self, given: Mapping[str, Any], by: Device, most_bytes: int) -> str:
        """A new upload's number, before its file comes; ``given``: name, size, mapping, or toml and its name.

        Raises UploadError for what cannot be taken.
        """
        name, size = _name(given.get("name")), given.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or size <= 0:
            raise UploadError("empty")
        self._fits(name, size, most_bytes)
        toml, mapping = _toml(given.get("toml")), _mapping(given, self.worker())
        told = {"name": name, "size": size, "mapping": mapping, "is_own": toml is not None}
        upload_id = ""
        try:
            upload_id = self._folder.begin()
            folder = self._folder.path / upload_id
            if toml is not None:
                with uploads.arriving(folder / uploads.OWN_MAPPING) as descriptor:
                    _write_all(descriptor, toml)
            uploads.write(folder / uploads.SENDING, told | {"officer": by.officer, "subdistrict": by.subdistrict_id})
        except OSError as error:
            self._folder.remove(upload_id)
            raise UploadError("no_folder") from error
        return upload_id

    def _fits(self, name: str, size: int, most_bytes: int) -> None:
        if size > most_bytes:
            raise UploadError("too_big")
        forms = self.worker().forms
        if forms and Path(name).suffix.lower() not in forms:
            raise UploadError("unknown_form")
        if len([each for each in self._folder.uploads() if each.state is not State.ENDED]) >= _MOST_OPEN:
            raise UploadError("too_many")
        with contextlib.suppress(FileNotFoundError):
            if shutil.disk_usage(self._folder.path).free < size + _RESERVE:
                raise UploadError("no_room")

    async def receive(self, upload_id: str, pieces: AsyncIterator[bytes], by: Device, most_bytes: int) -> None:
        """Take the file as it comes, straight to the disk. Raises UploadError; then nothing of it is left."""
        folder = self._folder.of(upload_id)
        told = None if folder is None else uploads.read(folder / uploads.SENDING)
        if folder is None or told is None or told.get("officer") != by.officer:
            raise UploadError("gone")
        try:
            with uploads.arriving(folder / uploads.SOURCE / str(told["name"])) as descriptor:
                taken = int(told["size"])
                await _write(pieces, descriptor, min(most_bytes, taken))
        except OSError as error:
            self._folder.remove(upload_id)
            raise UploadError("no_room") from error
        except BaseException:  # the browser has gone as well
            self._folder.remove(upload_id)
            raise
        job = Job(
            file_name=str(told["name"]),
            bytes=taken,
            mapping=str(told["mapping"]),
            is_own_mapping=bool(told["is_own"]),
            officer=by.officer,
            subdistrict_id=by.subdistrict_id,
            at=datetime.now(UTC),
        )
        self._folder.hand_in(upload_id, job)
        (folder / uploads.SENDING).unlink(missing_ok=True)

    def wish(self, upload_id: str, wish: str, by: Device) -> None:
        """To load an upload, or to give it up; a wish that was made already is no other. Raises UploadError."""
        found = {each.id: each for each in self.all(by.subdistrict_id)}.get(upload_id)
        if found is None:
            raise UploadError("gone")
        told = {"officer": by.officer, "at": datetime.now(UTC).isoformat()}
        if wish == "load" and found.state is State.CHECKED and not found.is_given_up:
            self._folder.wish(upload_id, uploads.LOAD, told)
        elif wish == "give-up" and found.state in (State.WAITS_FOR_CHECK, State.CHECKING, State.CHECKED):
            self._folder.wish(upload_id, uploads.GIVEN_UP, told)


async def _write(pieces: AsyncIterator[bytes], descriptor: int, wanted: int) -> None:
    """Write what comes; raises UploadError when it is not so many bytes."""
    held, taken = bytearray(), 0
    async for piece in pieces:
        taken += len(piece)
        if taken > wanted:
            break
        held += piece
        if len(held) >= _PIECE:
            await run_in_threadpool(_write_all, descriptor, bytes(held))
            held.clear()
    await run_in_threadpool(_write_all, descriptor, bytes(held))
    if taken != wanted:
        raise UploadError("cut")


def _write_all(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _toml(given: object) -> bytes | None:
    """A mapping that is handed in; None where one of the worker's is chosen. Raises UploadError."""
    if not isinstance(given, str):
        return None
    toml = given.encode("utf-8", "replace")
    if len(toml) > MOST_MAPPING:
        raise UploadError("mapping_too_big")
    return toml


def _name(given: object) -> str:
    """The name of a file, without any way to a folder in it. Raises UploadError."""
    name = given.strip() if isinstance(given, str) else ""
    if not name or len(name) > _LONGEST_NAME or len(name.encode("utf-8", "replace")) > 2 * _LONGEST_NAME:
        raise UploadError("bad_name")
    if name.startswith(".") or any(sign in "/\\" or not sign.isprintable() for sign in name):
        raise UploadError("bad_name")
    return name


def _mapping(given: Mapping[str, Any], worker: Worker) -> str:
    toml, name = given.get("toml"), given.get("mapping")
    if isinstance(toml, str):
        return _name(given.get("toml_name") or "mapping.toml")
    if not isinstance(name, str) or name not in {each["name"] for each in worker.mappings}:
        raise UploadError("no_mapping")
    return name


def refused_rows(subdistrict_id: int, batch_id: int, time_zone: str) -> pd.DataFrame:
    """The refused rows of a batch, masked (batches.REFUSED_ROWS), the first of them. Raises NoAnswerError."""
    filter = Filter(subdistrict_id, datetime.now(UTC), time_zone)
    return live.answers().once(lambda connection: batches.refused_rows(connection, filter, batch_id, rows=MOST_REFUSED))
