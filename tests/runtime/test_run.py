"""`make run` as a process: its refusals, its end, and its start after everything was killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from queries.uploads import UploadFolder
from seed import store
from seed.demo_load import DemoError, load_demo
from seed.server import EmbeddedServer
from tests.support.app import free_port, status_of
from tests.support.databases import Database, throwaway_folder

pytestmark = [pytest.mark.runtime, pytest.mark.timeout(240)]
ROOT = Path(__file__).resolve().parents[2]

#: The command with a small city, so that the tests wait for processes and not for data.
SMALL = """
import functools
from seed import supervisor
from seed.settings import Settings
supervisor.load_demo = functools.partial(supervisor.load_demo, days=40, scale=0.05)
supervisor.run(Settings.load())
"""


def refusal(**variables: str) -> str:
    """What `python -m seed run` says on the way out; it must be one sentence, no trace."""
    done = subprocess.run(
        [sys.executable, "-m", "seed", "run"],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_taken_port_is_named_with_a_free_one() -> None:
    with socket.socket() as taken, throwaway_folder() as folder:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refusal(PORT=str(port), DATA_DIR=str(folder))
    assert f"Port {port} is taken" in said
    assert "make run PORT=" in said


def test_unreachable_database_is_named_without_its_password() -> None:
    url = f"postgresql://someone:secret-word@127.0.0.1:{free_port()}/grid"
    said = refusal(DATABASE_URL=url, PORT=str(free_port()))
    assert "cannot be reached" in said
    assert "secret-word" not in said


def test_bad_setting_is_named() -> None:
    assert "PORT is 'many'" in refusal(PORT="many")


def test_outdated_schema_is_refused_with_the_command(database: Database) -> None:
    with database.owner.begin() as connection:
        connection.exec_driver_sql(
            "update app.settings set value = to_jsonb('old'::text) where key = 'objects_fingerprint'"
        )
    with throwaway_folder() as folder:
        said = refusal(**database.environment, PORT=str(free_port()), DATA_DIR=str(folder))
    assert "older than this release" in said
    assert "python -m seed migrate" in said


class Run:
    """A running command with a small city, started as a shell starts a background job: with SIGINT ignored."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "run.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SMALL],
                cwd=ROOT,
                env={**os.environ, "PORT": str(self.port), "DATA_DIR": str(folder / "data"), **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
            )

    def wait_until_it_shows(self) -> None:
        address = f"http://127.0.0.1:{self.port}/readyz"
        give_up = time.monotonic() + 120
        while status_of(address) != 200 or "Ctrl-C" not in self.log.read_text("utf-8"):
            assert self.process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < give_up, self.log.read_text("utf-8")
            time.sleep(0.2)

    def family(self) -> list[psutil.Process]:
        """Everything that was started for this data folder, whoever its parent is by now."""
        marks = (str(self.folder), f"--server.port {self.port}")
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            with contextlib.suppress(psutil.Error):
                words = " ".join(process.info["cmdline"] or [])
                mine = any(mark in words for mark in marks) or self._is_mine(process)
                if mine and process.info["status"] != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def _is_mine(self, process: psutil.Process) -> bool:
        """By the environment, where it may be read."""
        return process.pid != os.getpid() and process.environ().get("DATA_DIR") == str(self.folder / "data")


def gone(run: Run, seconds: float) -> list[str]:
    """What is left of a run after waiting at most so long."""
    give_up = time.monotonic() + seconds
    while run.family() and time.monotonic() < give_up:
        time.sleep(0.1)
    return [" ".join(process.cmdline()) for process in run.family()]


@pytest.fixture
def folder() -> Iterator[Path]:
    with throwaway_folder() as made:
        yield made


@contextlib.contextmanager
def open_stream(port: int) -> Iterator[None]:
    """An event stream held open, as a wall holds it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/pulse", timeout=10):
        yield


def test_everything_ends_and_starts_again(folder: Path) -> None:
    """A kill −9 of the command ends all; the next start shows the same store; SIGTERM ends it with a wall watching."""
    first = Run(folder)
    try:
        first.wait_until_it_shows()
        assert len(first.family()) >= 4
        first.process.kill()
        first.process.wait()
        if sys.platform == "linux":
            assert gone(first, 15) == []
        said_before = len(first.log.read_text("utf-8"))
        uploads = UploadFolder(folder / "data" / "uploads")
        assert not uploads.path.exists(), "without the setting there is no folder and no worker"
        second = Run(folder, UPLOADS="paired")
        second.wait_until_it_shows()
        give_up = time.monotonic() + 20
        while not uploads.worker(time.time()).is_running:
            assert time.monotonic() < give_up, second.log.read_text("utf-8")
            time.sleep(0.2)
        assert "emo city" not in second.log.read_text("utf-8")[said_before:], "the data was kept"
        with open_stream(second.port):
            asked = time.monotonic()
            second.process.terminate()
            assert second.process.wait(30) == 0, second.log.read_text("utf-8")
            assert time.monotonic() - asked < 15
        assert gone(second, 1) == []
        assert not uploads.worker(time.time()).is_running
    finally:
        for process in first.family():
            with contextlib.suppress(psutil.Error):
                process.kill()


def cut_short(owner_url: str, writer_url: str) -> None:
    """A load of the demo city that ends after its first month, as by a pulled plug."""

    def pull_the_plug(_done: int, _months: int, _rows: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        load_demo(owner_url, writer_url, "matian", now=datetime.now(UTC), days=150, scale=0.02, progress=pull_the_plug)


def test_a_load_cut_short_is_refused_by_name(database: Database) -> None:
    cut_short(database.owner_url, database.writer_url)
    with pytest.raises(DemoError, match="not loaded to its end"):
        load_demo(database.owner_url, database.writer_url, "matian", now=datetime.now(UTC), days=40, scale=0.02)
    with throwaway_folder() as folder:
        said = refusal(**database.environment, PORT=str(free_port()), DATA_DIR=str(folder))
    assert "not loaded to its end" in said
    assert "empty it first" in said


def test_a_load_cut_short_is_done_anew_in_the_embedded_server(folder: Path) -> None:
    with EmbeddedServer(folder / "data") as server:
        store.migrate(server.url("owner"))
        cut_short(server.url("owner"), server.url("writer"))
    again = Run(folder)
    try:
        again.wait_until_it_shows()
        assert "loaded anew" in again.log.read_text("utf-8")
        again.process.terminate()
        assert again.process.wait(30) == 0
    finally:
        for process in again.family():
            with contextlib.suppress(psutil.Error):
                process.kill()
