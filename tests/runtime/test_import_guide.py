"""docs/import.md followed literally: its files written, its marks filled in, its commands run, its words expected."""

import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.app import free_port, status_of
from tests.support.databases import throwaway_folder

pytestmark = [pytest.mark.runtime, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What the guide says that a command says.
_SAID = re.compile(r"`([^`]*(?:places to fill in|rows = |refused rows got in)[^`]*)`")


class Follower:
    """Someone who does what stands in the guide."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(self.port), "COLUMNS": "200"}
        self.environment.pop("DATABASE_URL", None)
        self.told = ""
        self.running: subprocess.Popen[bytes] | None = None

    def do(self, language: str, name: str, body: str) -> None:
        if language == "csv":
            (self.folder / name).write_text(body, encoding="utf-8")
        elif language == "toml":
            self._fill(self.folder / name, body.splitlines())
        else:
            for line in body.splitlines():
                self._run(shlex.split(line))

    def _fill(self, file: Path, lines: list[str]) -> None:
        text = file.read_text(encoding="utf-8")
        for line in lines:
            key = line.partition(" = ")[0]
            text, found = re.subn(rf"^{re.escape(key)} = .*$", line, text, flags=re.MULTILINE)
            assert found, f"the draft has no line for {key}"
        file.write_text(text, encoding="utf-8")

    def _run(self, words: list[str]) -> None:
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            self.environment[name] = str(self.folder / value)
            return
        assert words[0] == ".venv/bin/python"
        command = [sys.executable, *words[1:]]
        if words[-1] == "run":
            self.running = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            self._until(lambda: status_of(f"{self.url}/readyz") == 200)
            return
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=90, check=False
        )
        assert done.returncode == 0, done.stderr
        self.told += " ".join(done.stdout.split()) + "\n"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, name: str) -> str:
        asked = urllib.request.Request(f"{self.url}/{name}", headers={"Accept": "text/html"})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return str(answer.read().decode())

    def shows(self, name: str, words: str) -> None:
        self._until(lambda: words in self.page(name))

    def _until(self, is_so: Callable[[], bool]) -> None:
        give_up = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < give_up, "it did not come within a minute"
            time.sleep(0.3)

    def end(self) -> None:
        if self.running is not None:
            self.running.terminate()
            self.running.wait(30)


@pytest.fixture
def follower() -> Iterator[Follower]:
    with throwaway_folder() as folder:
        made = Follower(folder)
        yield made
        made.end()


def test_the_guide_leads_from_an_unknown_export_to_a_wall(follower: Follower) -> None:
    guide = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    began = time.monotonic()
    blocks = [(*each.groups(),) for each in _BLOCK.finditer(guide)]
    at_the_wall = next(number for number, block in enumerate(blocks) if "-m seed run" in block[2])
    for block in blocks[: at_the_wall + 1]:
        follower.do(*block)
    follower.shows("situation?lang=zh", "某街道")
    follower.shows("situation?lang=zh", "2026年11月25日")
    follower.shows("data-health?lang=zh", "年份不合理")
    assert time.monotonic() - began < 600
    for block in blocks[at_the_wall + 1 :]:
        follower.do(*block)
    follower.shows("situation?lang=zh", "2026年11月26日")
    said = _SAID.findall(guide)
    assert len(said) == 4
    for each in said:
        assert " ".join(each.split()) in follower.told, follower.told
