"""The units of systemd in deploy/: sound, and their commands do what the pages about them say, run word for word."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from queries.statistics.configuration import cycle_back
from seed import store
from seed.settings import Settings
from tests.dashboard_live.city import fill
from tests.seed.importers.test_files import MAPPING, write
from tests.seed.importers.test_open311 import request
from tests.support.databases import Database
from tests.support.open311_server import City, serving

pytestmark = [pytest.mark.runtime]
ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PYTHON = "/opt/grid/.venv/bin/python"
TIMED = ("grid-import", "grid-erase", "grid-freeze", "grid-freeze-cycle", "grid-deliver")


def unit(name: str) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(DEPLOY / name, encoding="utf-8")
    return parsed


def words(command: str, variables: dict[str, str]) -> list[str]:
    """A command as systemd takes it: ${X} within a word, $X alone for any number of words."""
    found: list[str] = []
    for word in shlex.split(command):
        if re.fullmatch(r"\$\w+", word):
            found += variables.get(word[1:], "").split()
        else:
            found.append(re.sub(r"\$\{(\w+)\}", lambda name: variables.get(name[1], ""), word))
    return found


def run(service: str, database: Database, **variables: str) -> subprocess.CompletedProcess[str]:
    """What the service starts, with the variables of its files."""
    command = words(unit(service)["Service"]["ExecStart"], variables)
    assert command[0] == PYTHON
    return subprocess.run(
        [sys.executable, *command[1:]],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": database.owner_url, "COLUMNS": "200"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", [path.name for path in sorted(DEPLOY.glob("grid-*.*"))])
def test_units_are_read_and_what_is_timed_has_its_service(name: str) -> None:
    sections = unit(name)
    assert sections["Unit"]["Description"]
    if name.endswith(".timer"):
        assert (DEPLOY / name).with_suffix(".service").is_file()
        assert sections["Install"]["WantedBy"] == "timers.target"
        timed = unit(name.replace(".timer", ".service"))
        assert timed["Service"]["Type"] == "oneshot"
        assert "Install" not in timed, "the timer alone is enabled"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    for name in TIMED:
        for path in DEPLOY.glob(f"{name}.*"):
            text = path.read_text(encoding="utf-8").replace(PYTHON, sys.executable)
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name in TIMED:
        for at in re.findall(
            r"^OnCalendar=(.+)$", (DEPLOY / f"{name}.timer").read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert subprocess.run(["systemd-analyze", "calendar", at], capture_output=True, check=False).returncode == 0


def told_by(page: str) -> dict[str, str]:
    """The variables that a page says to write, with the values it gives as an example."""
    return dict(re.findall(r"`([A-Z_]+)=([^`]+)`", (ROOT / "docs" / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", ["import.md", "import.zh.md"])
def test_a_folder_is_loaded_as_the_guide_says(tmp_path: Path, empty_database: Database, page: str) -> None:
    told = told_by(page)
    assert {"SOURCE", "MAPPING"} <= set(told)
    service = (DEPLOY / "grid-import.service").read_text(encoding="utf-8")
    assert f"ReadWritePaths=-{told['SOURCE']}" in service.splitlines(), "where files are moved may be written to"
    spool = tmp_path / "spool"
    spool.mkdir()
    rules = tmp_path / "mapping.toml"
    rules.write_text(MAPPING, encoding="utf-8")
    given = {"SOURCE": str(spool), "MAPPING": str(rules)}
    write(spool, {"number": "1"}, {"number": "2"})
    first = run("grid-import.service", empty_database, **given)
    assert (first.returncode, "1 files: 1 loaded, 0 refused" in first.stdout) == (0, True), first.stderr
    nothing = run("grid-import.service", empty_database, **given)
    assert (nothing.returncode, "0 files" in nothing.stdout) == (0, True)
    (spool / "wrong.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    refused = run("grid-import.service", empty_database, **given, OPTIONS="--live")
    assert refused.returncode == 1, "systemd takes it for failed"
    assert "lacks the columns" in refused.stdout
    with empty_database.owner.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from app.cases")) == 2


def test_an_address_is_loaded_as_the_guide_says(tmp_path: Path, empty_database: Database) -> None:
    at = datetime.now(UTC) - timedelta(days=3)
    first_day = at.date() - timedelta(days=1)  # counted in the city, where the day of UTC may not have begun
    rules = tmp_path / "mapping.toml"
    ready = (ROOT / "seed" / "importers" / "mappings" / "open311.toml").read_text(encoding="utf-8")
    rules.write_text(
        re.sub(r"^first_day = \S+", f"first_day = {first_day}", ready, flags=re.MULTILINE), encoding="utf-8"
    )
    with serving(City([request(1, at), request(2, at)])) as address:
        told = run("grid-import.service", empty_database, SOURCE=address, MAPPING=str(rules))
    assert (told.returncode, "2 rows = 2 new" in told.stdout) == (0, True), told.stderr


def test_expired_persons_are_erased_as_the_page_says(tmp_path: Path, empty_database: Database) -> None:
    page = (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8")
    assert "`systemctl enable --now grid-erase.timer`" in page
    rules = tmp_path / "mapping.toml"
    rules.write_text(MAPPING, encoding="utf-8")
    spool = tmp_path / "spool"
    spool.mkdir()
    write(spool, {"address": "1 Main St"})
    run("grid-import.service", empty_database, SOURCE=str(spool), MAPPING=str(rules))
    persons = sa.text("select count(*) from personal.parties")
    with empty_database.owner.connect() as connection:
        assert connection.scalar(persons) == 1, "of 2018, so past the period"
    first, again = (run("grid-erase.service", empty_database) for _ in range(2))
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert "erased by daily erasure: persons of 1 cases" in first.stdout
    assert "nothing has expired" in again.stdout
    with empty_database.owner.connect() as connection:
        assert connection.scalar(persons) == 0
        assert connection.scalar(sa.text("select erased_by from app.erasures")) == "daily erasure"


def test_the_week_and_the_cycle_are_frozen_as_the_page_says(empty_database: Database) -> None:
    text, chinese = ((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("review.md", "review.zh.md"))
    asked = re.compile(r"python -m seed (freezes?[^`\n]*)")
    assert asked.findall(text.replace("duty office", "值班室")) == asked.findall(chinese)
    assert "`systemctl enable --now grid-freeze.timer`" in text
    assert "`systemctl enable --now grid-freeze.timer`" in chinese
    nothing = run("grid-freeze.service", empty_database)
    assert nothing.returncode == 1
    assert nothing.stderr.strip().count("\n") == 0, "one sentence"
    store.migrate(empty_database.owner_url)
    fill(empty_database, days=40, scale=0.1)
    said = []
    for unit in ("grid-freeze.service", "grid-freeze-cycle.service"):
        first, again = (run(unit, empty_database) for _ in range(2))
        assert (first.returncode, again.returncode) == (0, 0), first.stderr
        assert first.stdout.count("frozen as number") == 1
        assert again.stdout.count("frozen before") == 1
        said += re.findall(r"checksum ([0-9a-f]{64})", first.stdout)
    with empty_database.owner.connect() as connection:
        kept = connection.execute(
            sa.text("select checksum, frozen_by from app.review_freezes order by freeze_id")
        ).all()
    assert [tuple(row) for row in kept] == list(zip(said, ("weekly freeze", "freeze of the cycle"), strict=True))
    for command in re.findall(r"python -m seed (freezes[^`\n]*)", text):
        listed = subprocess.run(
            [sys.executable, "-m", "seed", *shlex.split(command.replace("2026-W47", "last-week"))],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": empty_database.owner_url, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert listed.returncode == 0, listed.stderr
        assert said[0][:12] in listed.stdout or "nothing of" in listed.stdout


def test_reviews_are_delivered_as_the_page_says(empty_database: Database) -> None:
    text, chinese = ((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("review.md", "review.zh.md"))
    asked = re.compile(r"python -m seed (deliver[^`\n]*)")
    assert asked.findall(text) == asked.findall(chinese)
    variables = re.compile(r"^\| (`[A-Z_]+`.*?) \|", re.MULTILINE)
    named = [set(re.findall(r"[A-Z_]{5,}", each)) for page in (text, chinese) for each in variables.findall(page)]
    assert named[: len(named) // 2] == named[len(named) // 2 :]
    fields = {name.upper() for name in Settings.model_fields}
    assert set().union(*named) <= fields
    for page in (text, chinese):
        assert "`systemctl enable --now grid-deliver.timer`" in page
        assert told_by("review.md")["DELIVER_DIR"] == "/srv/grid/reviews"
    service = (DEPLOY / "grid-deliver.service").read_text(encoding="utf-8")
    assert "ReadWritePaths=-/srv/grid/reviews" in service.splitlines()
    store.migrate(empty_database.owner_url)
    fill(empty_database, days=10, scale=0.05)
    never = run("grid-deliver.service", empty_database)
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    week, (first, last) = today - timedelta(days=7), cycle_back(today, 1)
    assert never.returncode == 0, never.stderr
    assert re.findall(r"MT (\S+): not frozen yet", never.stdout) == [f"{week:%G-W%V}", f"{first}..{last}"]
    assert "nothing is left to be delivered" in never.stdout
