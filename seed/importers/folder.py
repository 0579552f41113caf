"""Loads what is put into a folder: each complete file once, in the order of the names; numbers in names count as such.

A file is complete when its size and time have not changed for a while; those after it wait, so that the order is kept.
Afterwards it lies in the folder ``loaded``, or in ``refused`` with its reason in a file beside it. A file whose load
was cut short stays where it is and is loaded at the next start: what it had brought already changes nothing.
"""

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg2
import sqlalchemy as sa

from seed.importers.mapping import MappingError
from seed.importers.result import ImportResult
from seed.store import StoreError

LOADED: Final = "loaded"
REFUSED: Final = "refused"
#: Files that programs make while they write another one.
_PASSING: Final = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp", ".lock")
_LOOK_SECONDS: Final = 0.5


class FolderError(ValueError):
    """The folder cannot be used; the text says why."""


@dataclass(frozen=True)
class Treated:
    """What became of one file."""

    name: str
    result: ImportResult | None
    reason: str  # "" where it was loaded
    moved_to: Path

    def __str__(self) -> str:
        return str(self.result) if self.result is not None else f"{self.name}: refused, {self.reason}"


@dataclass
class Inbox:
    """A folder whose files are handed to ``load``.

    ``settle``: seconds for which a file must not have changed. ``longest_wait``: seconds after which a single pass no
    longer waits for a file that is still being written.
    """

    folder: Path
    load: Callable[[Path], ImportResult]
    settle: float = 3.0
    longest_wait: float = 600.0
    _looks: dict[str, tuple[int, int, float]] = field(default_factory=dict)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Within the block no other process treats this folder. Raises FolderError when one does, or none could."""
        if not self.folder.is_dir():
            raise FolderError(f"there is no folder {self.folder}")
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise FolderError(f"{self.folder} cannot be written to: what is loaded is moved to its folder {LOADED}")
        with (self.folder / ".import.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise FolderError(f"{self.folder} is being treated by another import") from error
            yield

    def once(self) -> Iterator[Treated]:
        """Treat what is there, waiting for files that are still being written; raises FolderError if one stays so."""
        until = time.monotonic() + self.longest_wait
        while files := self.waiting():
            if self._is_complete(files[0]):
                if (treated := self._treat(files[0])) is not None:
                    yield treated
                until = time.monotonic() + self.longest_wait
            elif time.monotonic() > until:
                raise FolderError(f"{files[0].name} is still being written: it and what comes after it are not loaded")
            else:
                time.sleep(min(_LOOK_SECONDS, max(self.settle / 4, 0.01)))

    def forever(self, troubled: Callable[[str], None]) -> Iterator[Treated]:
        """Treat what is there and what comes; while the database does not answer it is told, and files wait."""
        while True:
            files = self.waiting()
            if files and self._is_complete(files[0]):
                try:
                    if (treated := self._treat(files[0])) is not None:
                        yield treated
                    continue
                except (sa.exc.OperationalError, psycopg2.OperationalError) as error:
                    troubled(f"the database does not answer, {files[0].name} waits: {_first_line(error)}")
                    time.sleep(max(self.settle, 1.0))
            time.sleep(min(_LOOK_SECONDS, max(self.settle / 4, 0.01)))

    def waiting(self) -> list[Path]:
        """The files that are to be treated, in their order."""
        files = [
            entry
            for entry in self.folder.iterdir()
            if entry.is_file() and not entry.name.startswith((".", "~")) and not entry.name.lower().endswith(_PASSING)
        ]
        return sorted(files, key=lambda path: in_order(path.name))

    def _is_complete(self, path: Path) -> bool:
        """Whether two looks at a file, far enough apart, have found the same size and time."""
        try:
            state = path.stat()
        except FileNotFoundError:
            return False
        size, changed_at, since = self._looks.get(path.name, (-1, -1, 0.0))
        now = time.monotonic()
        if (size, changed_at) != (state.st_size, state.st_mtime_ns):
            self._looks[path.name] = (state.st_size, state.st_mtime_ns, now)
            return False
        return now - since >= self.settle

    def _treat(self, path: Path) -> Treated | None:
        """Load a file and put it away; None when somebody has taken it away meanwhile."""
        reason = ""
        result: ImportResult | None = None
        try:
            result = self.load(path)
        except (MappingError, StoreError, sa.exc.OperationalError, psycopg2.OperationalError):
            raise  # no fault of the file: it stays
        except (ValueError, psycopg2.Error, sa.exc.DBAPIError, PermissionError, FileNotFoundError) as error:
            if not path.exists():
                return None
            reason = _first_line(error)
        self._looks.pop(path.name, None)
        target = _free_place(self.folder / (REFUSED if reason else LOADED), path.name)
        path.rename(target)
        if reason:
            target.with_name(f"{target.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
        return Treated(path.name, result, reason, target)


def in_order(name: str) -> list[tuple[int, int, str]]:
    """By which names are sorted: ``export-9`` comes before ``export-10``."""
    parts = re.split(r"(\d+)", name)
    return [(0, int(part[:4000]), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _free_place(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    place = folder / name
    number = 2
    while place.exists():
        place = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
        number += 1
    return place


def _first_line(error: Exception) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
