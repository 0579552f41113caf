"""What the page does with the folder, for tests of the worker; and a small export of our own with its mapping."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from queries import uploads
from queries.uploads import Job, Upload, UploadFolder
from seed.uploads.worker import Worker
from tests.seed.importers.test_files import GOOD, HEADER, MAPPING


def export(rows: int, first: int = 1, **cells: str) -> bytes:
    """An export of so many requests, as text of CSV."""
    lines = [",".join(HEADER)]
    lines += [
        ",".join((GOOD | cells | {"number": str(number)})[name] for name in HEADER)
        for number in range(first, first + rows)
    ]
    return ("\n".join(lines) + "\n").encode()


def hand_in(
    folder: UploadFolder,
    content: bytes,
    name: str = "export.csv",
    *,
    mapping: str | None = None,
    toml: str | None = MAPPING,
    at: datetime | None = None,
) -> str:
    """Hand a file in as the page does; its number."""
    upload_id = folder.begin()
    path = folder.path / upload_id
    if toml is not None:
        (path / uploads.OWN_MAPPING).write_text(toml, encoding="utf-8")
    (path / uploads.SOURCE / name).write_bytes(content)
    job = Job(name, len(content), mapping or "mapping.toml", toml is not None, "李敏", 1, at or datetime.now(UTC))
    folder.hand_in(upload_id, job)
    return upload_id


def look(folder: UploadFolder, upload_id: str) -> Upload:
    return next(each for each in folder.uploads() if each.id == upload_id)


def until(worker: Worker, true: Callable[[], object], seconds: float = 60.0) -> None:
    """Let the worker step until something holds."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it never came to pass"
        worker.step()
        time.sleep(0.05)
