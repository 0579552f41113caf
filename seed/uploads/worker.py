"""The worker: takes uploads from the folder one at a time, each in a process of its own, and says that it is there.

A process that dies, whatever of, is spoken for here: the upload says in one sentence what became of it, by what the
store says and not by what is likely. A file is removed as soon as its upload has ended.
"""

import contextlib
import fcntl
import hashlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg2
import sqlalchemy as sa

from queries import uploads
from queries.uploads import State, Upload, UploadFolder
from seed.importers.formats.registry import READERS
from seed.parent_death import die_with_parent
from seed.server import ServerError
from seed.stopping import Stopped, stops_on_signals
from seed.store import StoreError
from seed.uploads import report
from seed.uploads.job import What, remove_file, source_of
from seed.uploads.mappings import ready_mappings

_LOG = logging.getLogger(__name__)

#: Seconds between two looks at the folder.
LOOK_SECONDS: Final = 0.5
#: Seconds after which an upload that nobody goes on with is given up, its file removed.
LEFT_AFTER: Final = 3600.0
#: How long, and how many, reports are kept.
KEPT_SECONDS: Final = 30 * 86_400.0
KEPT: Final = 200
#: Seconds between two sweeps of the folder, and between two looks at a store that does not answer.
_SWEEP_EVERY: Final = 1.0
_PATIENCE: Final = 2.0
#: A load that ends with the worker is begun again so often.
_ATTEMPTS: Final = 2


@dataclass
class _Running:
    """The upload that is being checked or loaded."""

    upload_id: str
    what: What
    process: "subprocess.Popen[bytes]"


class Worker:
    """Takes uploads out of ``folder`` into the store of ``url``, which is asked for anew with each."""

    def __init__(self, folder: UploadFolder, url: Callable[[], str], *, left_after: float = LEFT_AFTER) -> None:
        self.folder = folder
        self._url = url
        self._left_after = left_after
        self._running: _Running | None = None
        self._swept = self._waits_until = 0.0

    @property
    def running(self) -> int | None:
        """Process number of the check or load that runs now."""
        return None if self._running is None else self._running.process.pid

    def run(self) -> None:
        """Work until told to stop. Raises StoreError when another worker has the folder."""
        with self.at_work():
            while True:
                try:
                    self.step()
                except OSError as error:  # a full disk, a folder taken away: not for ever
                    _LOG.warning("uploads wait: %s", error.strerror or type(error).__name__)
                    time.sleep(_PATIENCE)
                    with contextlib.suppress(OSError):
                        self.folder.make()
                        self._present()
                time.sleep(LOOK_SECONDS)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Within the block the folder is this worker's: what the one before it left is taken up."""
        self.folder.make()
        with self._alone():
            try:
                self._present()
                self._take_up()
                yield
            finally:
                self._leave()

    def step(self) -> None:
        """One look: how the running one is, what is to be swept, what is to be begun."""
        os.utime(self.folder.path / uploads.WORKER)
        if self._running is not None:
            self._watch(self._running)
        if time.monotonic() - self._swept > _SWEEP_EVERY:
            self._sweep()
        if self._running is None and time.monotonic() >= self._waits_until:
            self._begin_next()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self.folder.path / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StoreError(f"the uploads of {self.folder.path} have a worker already") from error
            yield

    def _present(self) -> None:
        """Say which mappings there are; from here on the file's time is the sign of life."""
        said = {"mappings": list(ready_mappings(self.folder.path)), "forms": list(READERS)}
        uploads.write(self.folder.path / uploads.WORKER, said)

    def _leave(self) -> None:
        if self._running is not None:
            _end(self._running.process)
            begun = self._path(self._running.upload_id, uploads.BEGUN)
            uploads.write(begun, (uploads.read(begun) or {}) | {"attempt": 0})
            self._path(self._running.upload_id, uploads.PROGRESS).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            said = uploads.read(self.folder.path / uploads.WORKER) or {}
            uploads.write(self.folder.path / uploads.WORKER, said | {"is_over": True})

    def _take_up(self) -> None:
        """What was running when the worker before this one ended: found in the store, or begun again."""
        for upload in self.folder.uploads():
            begun = uploads.read(self._path(upload.id, uploads.BEGUN))
            if upload.state is State.ENDED or begun is None:
                continue
            if begun.get("what") == "load" and upload.state in (State.LOADING, State.WAITS_FOR_LOAD):
                self._settle(upload.id, "load", begun, "cut_short", may_go_on=begun.get("attempt", 0) < _ATTEMPTS)
            elif begun.get("attempt", 0) >= _ATTEMPTS and upload.state is State.CHECKING:
                self._fail(upload.id, "check", "cut_short")
            self._path(upload.id, uploads.PROGRESS).unlink(missing_ok=True)

    def _begin_next(self) -> None:
        waiting = [each for each in self.folder.uploads() if each.place == 1]
        if not waiting:
            return
        upload = waiting[0]
        what: What = "load" if upload.state is State.WAITS_FOR_LOAD else "check"
        try:
            after = report.newest_batch(self._url())
        except (sa.exc.SQLAlchemyError, psycopg2.Error, ServerError, OSError):
            self._waits_until = time.monotonic() + _PATIENCE
            return
        begun = self._path(upload.id, uploads.BEGUN)
        before = uploads.read(begun) or {}
        if before.get("what") == what:  # begun again: what its first attempt may have done counts as well
            attempt, after = 1 + int(before.get("attempt", 0)), min(after, int(before.get("after", after)))
        else:
            attempt = 1
        uploads.write(begun, {"what": what, "attempt": attempt, "after": after, "at": _now()})
        self._say_begun(upload.id, what)
        self._running = _Running(upload.id, what, self._started(upload.id, what))

    def _say_begun(self, upload_id: str, what: What) -> None:
        """It is under way from now on, though its process has its code to read first."""
        now = time.time()
        said = {"what": what, "stage": "reading", "rows": 0, "of": None, "began": now, "stage_began": now, "at": now}
        uploads.write(self._path(upload_id, uploads.PROGRESS), said)

    def _started(self, upload_id: str, what: What) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "seed.uploads.job", str(self.folder.path.resolve() / upload_id), what],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "DATABASE_URL": self._url()},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def _watch(self, running: _Running) -> None:
        is_given_up = running.what == "check" and self._path(running.upload_id, uploads.GIVEN_UP).exists()
        if is_given_up:
            _end(running.process)
        status = running.process.poll()
        if status is None:
            return
        self._running = None
        done = uploads.RESULT if running.what == "load" else uploads.CHECKED
        folder = self.folder.path / running.upload_id
        if is_given_up:
            self._close(running.upload_id, {"given_up": True})
        elif not (folder / done).exists() and not (folder / uploads.RESULT).exists():
            begun = uploads.read(folder / uploads.BEGUN) or {}
            if not self._settle(running.upload_id, running.what, begun, "killed" if status < 0 else "crashed"):
                self._running = running  # asked again at the next look
                return
        for name in (uploads.PROGRESS, uploads.BEGUN):
            (folder / name).unlink(missing_ok=True)
        self._swept = 0.0

    def _settle(self, upload_id: str, what: What, begun: dict[str, Any], code: str, *, may_go_on: bool = False) -> bool:
        """Say of a process that ended without a word whether its file is in the store; False while that is open."""
        if what == "load":
            try:
                sha256 = _sha256(source_of(self.folder.path / upload_id))
                found = report.taken_in(self._url(), sha256, int(begun.get("after", 0)))
            except report.BusyError:
                return False
            except (sa.exc.SQLAlchemyError, psycopg2.Error, ServerError, StoreError, OSError):
                found, code = None, "unknown"
            if found is not None:
                batch, rows = found
                self._close(upload_id, {"rows": rows, "batch": batch, "problems": [], "noticed": []})
                return True
        if not may_go_on:
            self._fail(upload_id, what, code)
        return True

    def _fail(self, upload_id: str, what: What, code: str) -> None:
        self._close(upload_id, {"of": what, "failure": {"code": code, "detail": "", "values": {}}})

    def _close(self, upload_id: str, result: dict[str, Any]) -> None:
        uploads.write(self._path(upload_id, uploads.RESULT), {"at": _now()} | result)
        remove_file(self.folder.path / upload_id)

    def _path(self, upload_id: str, name: str) -> Path:
        return self.folder.path / upload_id / name

    def _sweep(self) -> None:
        """Remove files of what has ended, what nobody goes on with, and reports that are old."""
        self._swept = time.monotonic()
        known = self.folder.uploads()
        for upload in known:
            path = self.folder.path / upload.id
            if upload.state is State.ENDED:
                remove_file(path)
            elif upload.is_given_up and upload.state is not State.CHECKING:
                self._close(upload.id, {"given_up": True})
            elif upload.state is State.CHECKED and uploads.seconds_since(path / uploads.CHECKED) > self._left_after:
                self._close(upload.id, {"is_left": True})
        for upload in [each for number, each in enumerate(known) if number >= KEPT or _is_old(each)]:
            if upload.state is State.ENDED:
                self.folder.remove(upload.id)
        for upload_id in set(self.folder.ids()) - {upload.id for upload in known}:
            if _stands_still(self.folder.path / upload_id) > self._left_after:
                self.folder.remove(upload_id)


def _stands_still(path: Path) -> float:
    """For how many seconds nothing has come into an upload that is not whole."""
    return min(uploads.seconds_since(each) for each in (path, path / uploads.SOURCE, *path.rglob("*")) if each.exists())


def _is_old(upload: Upload) -> bool:
    return (datetime.now(UTC) - upload.job.at).total_seconds() > KEPT_SECONDS


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _now() -> str:
    return datetime.now(UTC).isoformat()


def run_worker(folder: Path, url: Callable[[], str]) -> None:
    """Work until SIGTERM or Ctrl-C."""
    logging.basicConfig(format="%(message)s")
    with contextlib.suppress(Stopped), stops_on_signals():
        Worker(UploadFolder(folder), url).run()
