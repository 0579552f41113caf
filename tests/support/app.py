"""The app as it is served: `streamlit run` on a port of its own, against a database of the test."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from seed.parent_death import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


@dataclass(frozen=True)
class AppServer:
    """A served app: its address without a closing slash, its process, the file with what it prints."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(url: str, timeout: float = 2.0) -> int | None:
    """HTTP status of a GET; None while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def figure(app: AppServer, name: str) -> float:
    """Sum of a metric over its labels."""
    with urllib.request.urlopen(f"{app.url}/metrics") as answer:
        text = answer.read().decode()
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))


def wait_for(url: str, *, seconds: float, process: subprocess.Popen[bytes] | None = None) -> bool:
    """True as soon as the address answers 200; False when time or the process ends."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and (process is None or process.poll() is None):
        if status_of(url) == 200:
            return True
        time.sleep(0.1)
    return False


@contextlib.contextmanager
def serve_app(
    environment: Mapping[str, str],
    *,
    script: str = "streamlit_app.py",
    port: int | None = None,
    runner: str = "streamlit",
) -> Iterator[AppServer]:
    """Serve the app with these variables beside the usual ones until the block ends; fails with the app's output.

    ``runner`` is the module that runs it: Streamlit, or ours with a moved clock.
    """
    chosen = port or free_port()
    folder = tempfile.TemporaryDirectory(prefix="grid-app-")
    log = Path(folder.name) / "app.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", runner, "run", script),
                *("--server.port", str(chosen), "--server.address", "127.0.0.1"),
            ],
            cwd=ROOT,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
    server = AppServer(f"http://127.0.0.1:{chosen}", process, log)
    try:
        if not wait_for(f"{server.url}/_stcore/health", seconds=START_SECONDS, process=process):
            raise AssertionError(f"The app does not answer on port {chosen}:\n{server.output[-4000:]}")
        yield server
    finally:
        stop_group(process)
        folder.cleanup()


def stop_group(process: subprocess.Popen[bytes], seconds: float = 5.0) -> None:
    """End a process that leads its own group, and all that it started: asked first, then forced."""
    for step in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, step)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    assert process.poll() is not None, "the app does not end"
