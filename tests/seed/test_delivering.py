"""A frozen review goes into a folder and out by mail: attempts recorded, failures tried again, nobody served twice."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from queries import deliveries, freezes
from queries.freezes import Frozen
from queries.review import read_period
from seed.delivering import Delivered, Delivering, deliver, folder_of
from seed.freezing import freeze
from seed.mailing import Server
from tests.queries.conftest import town
from tests.queries.town import Town
from tests.support.databases import Database
from tests.support.mail_server import CERTIFICATE, Post, serving

__all__ = ["town"]
NOW = datetime(2024, 3, 27, 4, tzinfo=UTC)
WEEK = read_period("2024-W11", date(2024, 3, 27))
PEOPLE = ("secretary@street.example", "director@street.example", "clerk@street.example")
#: A small program in the place of the one that makes the files.
MAKER = """
import os, pathlib, sys
if "--from-the-store" in sys.argv and "grid_reader" not in os.environ["READER_URL"]:
    sys.exit("it is not told where the store is")
sys.argv = [each for each in sys.argv if each != "--from-the-store"]
freeze, _, folder, _, languages, _, formats = sys.argv[1:8]
if pathlib.Path(__file__).with_name("broken").exists():
    sys.exit("Traceback of some kind\\nthe fonts are not there")
for language in languages.split(","):
    for form in formats.split(","):
        (pathlib.Path(folder) / f"{freeze}-{language}.{form}").write_text(f"{freeze} {language} {form}")
"""


@pytest.fixture
def frozen(town: Town) -> Frozen:
    town.case("a", "2024-03-12 08:00:00")
    town.settle()
    freeze(town.connection, WEEK.name, now=NOW, as_of="2024-03-18T09:00", by="office")
    town.connection.commit()
    held = freezes.one(town.connection, town.subdistrict_id, WEEK)
    town.connection.commit()
    assert held is not None
    return held


@pytest.fixture
def post() -> Iterator[Post]:
    with serving(Post()) as running:
        yield running


@pytest.fixture
def maker(tmp_path: Path) -> Path:
    path = tmp_path / "maker.py"
    path.write_text(MAKER, encoding="utf-8")
    return path


def _how(tmp_path: Path, maker: Path, post: Post | None, to: Sequence[str] = PEOPLE) -> Delivering:
    mail = None if post is None else Server("127.0.0.1", post.port, "none", "office@street.example", timeout=10)
    return Delivering(tmp_path / "out", ("zh", "en"), ("pptx", "pdf"), mail, to, (sys.executable, str(maker)))


def _kept(town: Town) -> list[tuple[str, int, int, bool]]:
    """Way, attempt, recipients, done: all that was recorded."""
    rows = town.connection.execute(
        text("select way, attempt, recipients, is_done from app.deliveries order by delivery_id")
    ).all()
    town.connection.commit()
    return [tuple(row) for row in rows]


def test_files_go_into_a_folder_of_their_own_and_to_everybody_once(
    town: Town, database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    done = deliver(database.operator_url, frozen, how, NOW)
    assert [(each.way, each.is_done, each.recipients) for each in done] == [("folder", True, 0), ("mail", True, 3)]
    names = [f"{frozen.freeze_id}-{language}.{form}" for language in ("en", "zh") for form in ("pdf", "pptx")]
    assert sorted(path.name for path in folder_of(frozen, how).iterdir()) == names
    assert [to for to, _ in post.taken] == list(PEOPLE)
    for to, message in post.taken:
        assert message["To"] == to, "nobody sees who else has it"
        assert "2024-W11" in message["Subject"]
        body = message.get_body(("plain",))
        assert body is not None and frozen.checksum in body.get_content()
        assert [part.get_filename() for part in message.iter_attachments()] == names
    assert deliver(database.operator_url, frozen, how, NOW) == []
    assert len(post.taken) == 3
    assert _kept(town) == [("folder", 1, 0, True), ("mail", 1, 3, True)]


def test_who_was_refused_is_tried_again_and_the_others_are_not(
    town: Town, database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    post.refused.add(PEOPLE[1])
    mailed = deliver(database.operator_url, frozen, how, NOW)[1]
    assert mailed == Delivered("mail", False, "refused", "sent to 2 of 3; 1 refused (550)", 2)
    post.refused.clear()
    [again] = deliver(database.operator_url, frozen, how, NOW)
    assert (again.is_done, again.recipients) == (True, 1)
    assert sorted(to for to, _ in post.taken) == sorted(PEOPLE)
    assert _kept(town)[1:] == [("mail", 1, 2, False), ("mail", 2, 1, True)]
    newest = deliveries.newest(town.connection, town.at("2035-01-01 00:00:00"))
    assert newest[["way", "attempt", "recipients", "is_done"]].to_numpy().tolist() == [
        ["mail", 2, 3, True], ["folder", 1, 0, True],
    ]  # fmt: skip


def test_a_message_that_may_have_come_is_not_sent_again(
    town: Town, database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    post.loses.add(PEOPLE[0])
    mailed = deliver(database.operator_url, frozen, how, NOW)[1]
    assert (mailed.is_done, mailed.recipients) == (False, 0)
    assert "whether it came to 1 is not known" in mailed.outcome
    post.loses.clear()
    [again] = deliver(database.operator_url, frozen, how, NOW)
    assert (again.is_done, again.recipients) == (True, 2)
    assert "whether it came to 1 is not known" in again.outcome
    assert [to for to, _ in post.taken] == list(PEOPLE[1:])
    assert deliver(database.operator_url, frozen, how, NOW) == []


def test_two_at_once_send_each_message_once(
    town: Town, database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: deliver(database.operator_url, frozen, how, NOW), range(4)))
    assert sorted(to for to, _ in post.taken) == sorted(PEOPLE)
    assert [row for row in _kept(town) if row[0] == "mail"] == [("mail", 1, 3, True)]


def test_a_newer_freeze_is_another_document(
    town: Town, database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    deliver(database.operator_url, frozen, how, NOW)
    town.case("late", "2024-03-13 08:00:00", recorded="2024-03-19 08:00:00")
    town.settle()
    freeze(town.connection, WEEK.name, now=NOW)
    town.connection.commit()
    later = freezes.one(town.connection, town.subdistrict_id, WEEK)
    assert later is not None and later.checksum != frozen.checksum
    town.connection.commit()
    deliver(database.operator_url, later, how, NOW)
    assert len(post.taken) == 6


def test_files_that_cannot_be_made_are_told_and_leave_nothing_half_done(
    town: Town, database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    (tmp_path / "broken").touch()
    [failed] = deliver(database.operator_url, frozen, how, NOW)
    assert failed == Delivered("folder", False, "files", "the files were not made: the fonts are not there")
    assert list((tmp_path / "out").iterdir()) == [] and post.taken == []
    (tmp_path / "broken").unlink()
    assert all(each.is_done for each in deliver(database.operator_url, frozen, how, NOW))
    assert len(post.taken) == 3


def test_a_server_that_does_not_answer_and_a_message_too_big_are_told_without_addresses(
    town: Town, database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    assert how.mail is not None
    away = replace(how, mail=replace(how.mail, port=19299))
    mailed = deliver(database.operator_url, frozen, away, NOW)[1]
    assert mailed.outcome == "the mail server 127.0.0.1:19299 does not answer: connection refused"
    post.is_full = True
    [full] = deliver(database.operator_url, frozen, how, NOW)
    assert full == Delivered("mail", False, "refused", "sent to 0 of 3; 3 refused (552)", 0)
    dump = str(town.connection.execute(text("select * from app.deliveries")).all())
    dump += str(town.connection.execute(text("select * from personal.mailed")).all())
    town.connection.commit()
    assert not any(address in dump for address in PEOPLE)


def test_mail_goes_encrypted_or_not_at_all(
    database: Database, frozen: Frozen, post: Post, maker: Path, tmp_path: Path
) -> None:
    how = _how(tmp_path, maker, post)
    assert how.mail is not None
    wanted = replace(how, mail=replace(how.mail, security="starttls", certificates=str(CERTIFICATE)))
    plain = deliver(database.operator_url, frozen, wanted, NOW)[1]
    assert (plain.is_done, "it offers no such encryption" in plain.outcome) == (False, True)
    post.has_tls = True
    stranger = replace(how, mail=replace(how.mail, security="starttls"))
    [distrusted] = deliver(database.operator_url, frozen, stranger, NOW)
    assert (distrusted.is_done, "no trusted encryption" in distrusted.outcome) == (False, True)
    [sent] = deliver(database.operator_url, frozen, wanted, NOW)
    assert (sent.is_done, sent.recipients, post.in_the_clear) == (True, 3, 0)


def _run(database: Database, tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    given = ["deliver", *arguments, "--maker", f"{sys.executable} {tmp_path / 'maker.py'} --from-the-store"]
    return subprocess.run(
        [sys.executable, "-m", "seed", *given],
        env={"PATH": os.environ["PATH"], **database.environment, "DELIVER_DIR": str(tmp_path / "out")} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.runtime
@pytest.mark.usefixtures("maker", "frozen")
def test_the_command_retries_what_failed_and_says_what_came_of_it(
    town: Town, database: Database, post: Post, tmp_path: Path
) -> None:
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(post.port), "SMTP_SECURITY": "none",
            "SMTP_FROM": "office@street.example", "DELIVER_TO": ", ".join(PEOPLE)}  # fmt: skip
    nothing = _run(database, tmp_path, "--retry", **mail)
    assert (nothing.returncode, nothing.stdout.strip()) == (0, "nothing is left to be delivered"), nothing.stderr
    post.refused.add(PEOPLE[2])
    first = _run(database, tmp_path, "--period", WEEK.name, **mail)
    assert (first.returncode, "mail: sent to 2 of 3; 1 refused (550)" in first.stdout) == (1, True), first.stderr
    post.refused.clear()
    again = _run(database, tmp_path, "--retry", **mail)
    assert (again.returncode, "mail: sent to 1 of 1" in again.stdout) == (0, True), again.stderr
    assert "nothing is left" in _run(database, tmp_path, "--retry", **mail).stdout
    assert "delivered before" in _run(database, tmp_path, "--period", WEEK.name, **mail).stdout
    assert len(post.taken) == 3
    never = _run(database, tmp_path, "--period", "2024-W10")
    assert (never.returncode, never.stderr.strip()) == (
        1, "2024-W10 is not frozen: python -m seed freeze --period 2024-W10"
    )  # fmt: skip
    wrong = _run(database, tmp_path, **mail | {"DELIVER_TO": "nobody"})
    assert (wrong.returncode, "DELIVER_TO" in wrong.stderr, "Traceback" in wrong.stderr) == (1, True, False)
