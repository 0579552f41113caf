"""`python -m seed wall-token`: an address shown once, a list without tokens, a revocation that is told."""

import hashlib
import re

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from seed.store import StoreError
from seed.wall_tokens import commands
from tests.queries.town import build
from tests.support.databases import Database


@pytest.fixture
def runner(database: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    with database.owner.connect() as connection:
        build(connection, database.owner_url)
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "160")
    return CliRunner()


def test_the_address_is_printed_once_and_only_its_hash_is_kept(runner: CliRunner, database: Database) -> None:
    arguments = [
        "new",
        "--label",
        "指挥大厅左屏",
        "--host",
        "http://10.0.0.5:8501/",
        "--query",
        "scenes=overview&every=20",
    ]
    made = runner.invoke(commands, arguments, catch_exceptions=False)
    assert made.exit_code == 0
    address = made.stdout.split()[0]
    found = re.fullmatch(r"http://10\.0\.0\.5:8501/enter\?scenes=overview&every=20#([0-9a-f]{64})", address)
    assert found
    with database.owner.connect() as connection:
        row = connection.execute(sa.text("select * from app.wall_tokens")).mappings().one()
    assert row["token_hash"] == hashlib.sha256(found[1].encode()).hexdigest()
    assert found[1] not in str(dict(row))
    listed = runner.invoke(commands, ["list"], catch_exceptions=False)
    assert "指挥大厅左屏" in listed.stdout
    assert found[1] not in listed.stdout


def test_revoking_is_told_and_not_done_twice(runner: CliRunner) -> None:
    runner.invoke(commands, ["new", "--label", "左屏"], catch_exceptions=False)
    assert runner.invoke(commands, ["revoke", "1"], catch_exceptions=False).exit_code == 0
    assert "revoked" in runner.invoke(commands, ["list"], catch_exceptions=False).stdout
    with pytest.raises(StoreError, match="no wall 1"):
        runner.invoke(commands, ["revoke", "1"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["new", "--label", "  "], "label"), (["new", "--label", "x", "--area", "nowhere"], "nowhere")],
)
def test_what_cannot_be_made_is_one_sentence(runner: CliRunner, arguments: list[str], said: str) -> None:
    with pytest.raises(StoreError, match=said):
        runner.invoke(commands, arguments, catch_exceptions=False)
