"""Processes that the supervisor starts: each leads a group of its own, ends with it, and is started again a few times.

Times here are seconds of the machine's monotonic clock, given by the caller.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seed.parent_death import die_with_parent

#: A life shorter than this counts as a failure to start; a longer one clears the count.
SHORT_LIFE = 60.0
#: Failures in a row after which a child is left alone.
MOST_FAILURES = 6
LONGEST_WAIT = 30.0


@dataclass
class Child:
    """A Python module, with its arguments, that is to run for as long as the supervisor does."""

    name: str
    arguments: Sequence[str]
    environment: dict[str, str]
    folder: Path
    is_quiet: bool = False  # what it says on standard output is not shown; its complaints are
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    start_again_at: float | None = field(default=None)
    is_waiting: bool = False

    def make_ready(self, modules: str) -> None:
        """Have it read its code (modules by name, commas between them) and wait for the start."""
        self.process = self._begun([sys.executable, "-m", "seed.warm", modules, *self.arguments], subprocess.PIPE)
        self.is_waiting = True

    def start(self) -> None:
        """Start it, or tell it to begin where it was made ready."""
        self.start_again_at = None
        self.started_at = time.monotonic()
        if not (self.is_waiting and self._told()):
            self.process = self._begun([sys.executable, "-m", *self.arguments], subprocess.DEVNULL)
        self.is_waiting = False

    def _told(self) -> bool:
        """Tell it to begin; whether it was there to hear it."""
        if not self.is_alive() or self.process is None or self.process.stdin is None:
            return False
        try:
            with self.process.stdin as told:
                told.write(b"begin\n")
        except BrokenPipeError:
            return False
        return True

    def _begun(self, command: Sequence[str], stdin: int) -> subprocess.Popen[bytes]:
        """The process, in a session of its own, so that a Ctrl-C at the terminal reaches the supervisor alone."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=stdin,
            stdout=subprocess.DEVNULL if self.is_quiet else None,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def is_alive(self) -> bool:
        """Tell whether the program runs."""
        return self.process is not None and self.process.poll() is None

    def watch(self, now: float) -> str | None:
        """Start it again when it has ended, after a pause that doubles; return a sentence when something changed.

        A program that ends with status 0 has nothing more to do and stays ended, one that fails six times in a row too.
        """
        if self.process is None or self.is_alive():
            return None
        if self.start_again_at is not None:
            if now >= self.start_again_at:
                self.start()
            return None
        status = self.process.returncode
        if status == 0 or self.failures >= MOST_FAILURES:
            return None
        self.failures = 1 if now - self.started_at > SHORT_LIFE else self.failures + 1
        if self.failures >= MOST_FAILURES:
            return f"The {self.name} ended {self.failures} times in a row (last with status {status}) and stays ended."
        wait = min(LONGEST_WAIT, 2.0 ** (self.failures - 1))
        self.start_again_at = now + wait
        return f"The {self.name} ended with status {status}; it starts again in {wait:.0f} s."

    def has_given_up(self) -> bool:
        """Tell whether it ended for good after failing."""
        return self.process is not None and not self.is_alive() and self.failures >= MOST_FAILURES

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone, which passes on to its own children what they should know."""
        if self.is_alive() and self.process is not None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """End whatever is left of the program and of what it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def stop_all(children: Sequence[Child]) -> None:
    """Stop all at once, within 5 s: asked; asked again after 2 s; then killed with everything they started.

    The second request is an interrupt: a web server that waits for open event streams takes it as "now".
    """
    begun = time.monotonic()
    for child in children:
        child.signal(signal.SIGTERM)
    _wait(children, begun + 2.0)
    for child in children:
        child.signal(signal.SIGINT)
    _wait(children, begun + 5.0)
    for child in children:
        child.kill_group()
        if child.process is not None:
            child.process.wait()


def _wait(children: Sequence[Child], until: float) -> None:
    while any(child.is_alive() for child in children) and time.monotonic() < until:
        time.sleep(0.05)
