"""The folder through which files are handed in: the page puts uploads and wishes, a worker puts what becomes of them.

Neither calls the other. An upload is a folder of its own under a number that cannot be guessed; each file in it has one
writer and comes there whole (written beside, synced, renamed), so a look at it at any moment is a true one. What stands
there says how far the upload is; nothing else does. All of it is open to its owner's account alone.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

#: Put by the page: what is being sent, what is handed in, the wish to load it, the word that it is given up.
SENDING: Final = "sending.json"
JOB: Final = "job.json"
LOAD: Final = "load.json"
GIVEN_UP: Final = "given_up.json"
#: Put by the worker: what a check found, how far it is, what became of it.
CHECKED: Final = "checked.json"
PROGRESS: Final = "progress.json"
RESULT: Final = "result.json"
BEGUN: Final = "begun.json"
#: The file itself, alone in a folder, and a mapping that was handed in with it.
SOURCE: Final = "source"
OWN_MAPPING: Final = "mapping.toml"
#: What the worker says of itself, in the folder of all.
WORKER: Final = "worker.json"
#: Seconds without a sign of life after which the worker is taken for gone.
SILENT_AFTER: Final = 5.0

_ID: Final = re.compile(r"[0-9a-f]{32}")
_PART: Final = ".part"


class State(StrEnum):
    """How far an upload is."""

    WAITS_FOR_CHECK = "waits_for_check"
    CHECKING = "checking"
    CHECKED = "checked"
    WAITS_FOR_LOAD = "waits_for_load"
    LOADING = "loading"
    ENDED = "ended"


WAITING: Final = (State.WAITS_FOR_CHECK, State.WAITS_FOR_LOAD)


@dataclass(frozen=True)
class Job:
    """What was handed in, by whom, to be read how."""

    file_name: str
    bytes: int
    mapping: str  # a name the worker knows; of one handed in, its file's
    is_own_mapping: bool
    officer: str
    subdistrict_id: int
    at: datetime


@dataclass(frozen=True)
class Upload:
    """An upload as it stands."""

    id: str
    job: Job
    state: State
    place: int | None = None  # in the queue, while it waits; 1 is the next
    checked: Mapping[str, Any] | None = None
    progress: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    is_given_up: bool = False  # the worker has only to end it
    wished_at: float = 0.0  # when what it waits for was asked for, seconds since 1970


@dataclass(frozen=True)
class Worker:
    """What the worker says of itself. ``mappings``: name, source and place of each in both languages."""

    is_running: bool
    mappings: tuple[Mapping[str, str], ...] = ()
    forms: tuple[str, ...] = ()  # endings of files that can be read, as .csv


class UploadFolder:
    """The folder of all uploads. Safe to use by any number of threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ended: dict[str, Upload] = {}  # they change no more

    def make(self) -> None:
        """Make the folder; raises OSError where that cannot be."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def of(self, upload_id: str) -> Path | None:
        """The folder of an upload; None for what is no number of one that is there."""
        if not _ID.fullmatch(upload_id):
            return None
        folder = self.path / upload_id
        return folder if folder.is_dir() and not folder.is_symlink() else None

    def begin(self) -> str:
        """A new upload's number; its folder is there."""
        self.make()
        upload_id = secrets.token_hex(16)
        (self.path / upload_id).mkdir(mode=0o700)
        (self.path / upload_id / SOURCE).mkdir(mode=0o700)
        return upload_id

    def remove(self, upload_id: str) -> None:
        """Take an upload away, whatever of it there is."""
        folder = self.of(upload_id)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def ids(self) -> list[str]:
        """The numbers of all uploads, those not whole yet included."""
        try:
            return [entry.name for entry in self.path.iterdir() if _ID.fullmatch(entry.name)]
        except FileNotFoundError:
            return []

    def hand_in(self, upload_id: str, job: Job) -> None:
        """The file is whole: from now on it is the worker's to look at."""
        given = asdict(job) | {"at": job.at.isoformat()}
        write(self.path / upload_id / JOB, given)

    def wish(self, upload_id: str, name: str, given: Mapping[str, Any]) -> bool:
        """Put LOAD or GIVEN_UP, once; False where it is there already or there is no such upload."""
        folder = self.of(upload_id)
        return folder is not None and write_once(folder / name, given)

    def worker(self, now: float) -> Worker:
        """What the worker last said of itself. ``now``: seconds since 1970."""
        path = self.path / WORKER
        said = read(path)
        if said is None:
            return Worker(is_running=False)
        with contextlib.suppress(FileNotFoundError):
            is_running = now - path.stat().st_mtime < SILENT_AFTER
            is_running = is_running and not said.get("is_over")
            return Worker(is_running, tuple(said.get("mappings", ())), tuple(said.get("forms", ())))
        return Worker(is_running=False)

    def uploads(self) -> list[Upload]:
        """All that are whole, the newest first, each with its place in the queue."""
        ids = self.ids()
        found = [upload for upload_id in ids if (upload := self._look(upload_id)) is not None]
        self._ended = {each.id: each for each in found if each.state is State.ENDED}
        waiting = sorted(
            (each for each in found if not each.is_given_up and each.state in WAITING),
            key=lambda each: (each.wished_at, each.id),
        )
        places = {each.id: number for number, each in enumerate(waiting, start=1)}
        placed = [replace(each, place=places.get(each.id)) for each in found]
        return sorted(placed, key=lambda each: (each.job.at, each.id), reverse=True)

    def _look(self, upload_id: str) -> Upload | None:
        if upload_id in self._ended:
            return self._ended[upload_id]
        folder = self.path / upload_id
        given = read(folder / JOB)
        if given is None:
            return None
        try:
            job = Job(**{**given, "at": datetime.fromisoformat(given["at"])})
        except (KeyError, TypeError, ValueError):
            return None
        result = read(folder / RESULT)
        if result is not None:
            return Upload(upload_id, job, State.ENDED, result=result)
        checked, progress = read(folder / CHECKED), read(folder / PROGRESS)
        loads_since, is_given_up = _changed_at(folder / LOAD), (folder / GIVEN_UP).exists()
        if loads_since is not None:
            if progress is not None and progress.get("what") != "load":
                progress = None  # the check's last word
            state = State.WAITS_FOR_LOAD if progress is None else State.LOADING
            return Upload(upload_id, job, state, checked=checked, progress=progress, wished_at=loads_since)
        if checked is not None:
            return Upload(upload_id, job, State.CHECKED, checked=checked, is_given_up=is_given_up)
        state = State.WAITS_FOR_CHECK if progress is None else State.CHECKING
        at = _changed_at(folder / JOB) or 0.0
        return Upload(upload_id, job, state, progress=progress, is_given_up=is_given_up, wished_at=at)


def write(path: Path, given: Mapping[str, Any]) -> None:
    """Put a file of JSON there whole, in place of the one before."""
    beside = _beside(path, given)
    beside.replace(path)
    _sync_folder(path.parent)


def write_once(path: Path, given: Mapping[str, Any]) -> bool:
    """Put a file of JSON there whole unless there is one; whether it was put."""
    beside = _beside(path, given)
    try:
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def read(path: Path) -> dict[str, Any] | None:
    """What a file of JSON holds; None where there is none, or no such thing in it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


@contextlib.contextmanager
def arriving(path: Path) -> Iterator[int]:
    """Within the block what comes is written to the descriptor it gives; at its end the file stands there whole."""
    beside = path.with_name(path.name + _PART)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _beside(path: Path, given: Mapping[str, Any]) -> Path:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}{_PART}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(given, ensure_ascii=False).encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())
    return beside


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _changed_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def seconds_since(path: Path) -> float:
    """For how long a file or folder has not changed; 0 where there is none."""
    changed_at = _changed_at(path)
    return 0.0 if changed_at is None else max(0.0, time.time() - changed_at)
