"""`make run` erases what has expired of the persons in its store, and ends as quickly as without that."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed.importers import import_into
from tests.seed.importers.test_files import mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.app import free_port, status_of
from tests.support.databases import Database

__all__ = ["mapping"]
pytestmark = [pytest.mark.runtime, pytest.mark.timeout(150)]
ROOT = Path(__file__).resolve().parents[2]


def test_a_run_erases_what_has_expired(tmp_path: Path, mapping: Path, empty_database: Database) -> None:
    import_into(empty_database.owner_url, None, write(tmp_path, {"address": "1 Main St"}), mapping, today=TODAY)
    port, log = free_port(), tmp_path / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "seed", "run"],
            cwd=ROOT,
            env={
                **os.environ,
                **empty_database.environment,
                "PORT": str(port),
                "DATA_DIR": str(tmp_path / "data"),
                "PYTHONFAULTHANDLER": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        give_up = time.monotonic() + 100
        while status_of(f"http://127.0.0.1:{port}/readyz") != 200 or "daily erasure" not in log.read_text("utf-8"):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < give_up, log.read_text("utf-8")
            time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # it writes where each thread stands
            process.wait(5)
            pytest.fail(log.read_text("utf-8"))
        assert time.monotonic() - began < 15
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert "erased by daily erasure: persons of 1 cases" in " ".join(log.read_text("utf-8").split())
    with empty_database.owner.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from personal.parties")) == 0
        assert connection.scalar(sa.text("select count(*) from app.erasures where erased_by = 'daily erasure'")) == 1
