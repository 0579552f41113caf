"""Delivers a frozen review 分发: its files into a folder and by mail, each attempt recorded, nobody served twice."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from mimetypes import guess_type
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from queries.freezes import Frozen
from seed import store
from seed.mailing import LOST, MailError, Sent, Server, connected, send

_LOG = logging.getLogger(__name__)
#: What makes the files: `… FREEZE --to FOLDER --lang zh,en --format pptx,pdf --subdistrict CODE`, a process of its own.
MAKER: Final = (sys.executable, "-m", "dashboard.review.files")
#: Seconds for all files.
_MAKING: Final = 600.0
#: Attempts after which a failed delivery is not tried again by itself.
MOST_ATTEMPTS: Final = 24

Way = Literal["folder", "mail"]


class FilesError(Exception):
    """The files cannot be made or written; the text says why."""


@dataclass(frozen=True)
class Delivering:
    """How reviews are delivered. ``mail`` None: into the folder alone. ``reader_url``: the store, for the maker."""

    folder: Path
    languages: Sequence[str]
    formats: Sequence[str]
    mail: Server | None
    to: Sequence[str]
    maker: Sequence[str] = MAKER
    reader_url: str = ""


@dataclass(frozen=True)
class Delivered:
    """What came of a way. ``recipients``: who have it by this attempt."""

    way: Way
    is_done: bool
    reason: str  # what stands in the way, one of queries.deliveries.REASONS; "": nothing
    outcome: str
    recipients: int = 0


def deliver(url: str, frozen: Frozen, how: Delivering, now: datetime) -> list[Delivered]:
    """Put a frozen review's files into the folder and mail them, and record what came of each way.

    ``url``: the operator's address. A way that is done already is not gone again and not recorded. No failure raises:
    it is in the answer.
    """
    with store.engine(url).connect() as held:  # until it is closed nobody else delivers this review
        asked = {"key": "app.deliveries", "id": frozen.freeze_id}
        if not held.scalar(sa.text("select pg_try_advisory_lock(hashtext(:key), cast(:id as integer))"), asked):
            return [Delivered("folder", True, "", "another delivers it just now")]
        held.commit()
        return _deliver(url, frozen, how, now)


def _deliver(url: str, frozen: Frozen, how: Delivering, now: datetime) -> list[Delivered]:
    told = []
    try:
        files, is_new = _files(frozen, how)
    except FilesError as error:
        told.append(_note(url, frozen, Delivered("folder", False, "files", str(error))))
        return told
    if is_new:
        said = f"{len(files)} files in {files[0].parent.name}"
        told.append(_note(url, frozen, Delivered("folder", True, "", said)))
    if how.mail is not None and how.to:
        mailed = _mail(url, frozen, how.mail, how.to, files, now)
        if mailed is not None:
            told.append(_note(url, frozen, mailed))
    return told


def _note(url: str, frozen: Frozen, done: Delivered) -> Delivered:
    asked = {
        "id": frozen.freeze_id,
        "way": done.way,
        "to": done.recipients,
        "done": done.is_done,
        "reason": done.reason,
        "said": done.outcome,
    }
    with store.engine(url).begin() as connection:
        connection.execute(sa.text("select app.note_delivery(:id, :way, :to, :done, :reason, :said)"), asked)
    if not done.is_done:
        _LOG.warning("review %s is not delivered (%s): %s", frozen.review.period.name, done.way, done.outcome)
    return done


def folder_of(frozen: Frozen, how: Delivering) -> Path:
    """Where the files of a frozen review lie: a folder of its own, named by its checksum too."""
    return how.folder / f"{frozen.review.subdistrict}-{frozen.review.period.name}-{frozen.checksum[:12]}"


def _files(frozen: Frozen, how: Delivering) -> tuple[list[Path], bool]:
    """The files of a frozen review, and whether they were made now. The folder is there whole or not at all."""
    folder = folder_of(frozen, how)
    if folder.is_dir():
        return _listed(folder), False
    making = folder.with_name(f".{folder.name}.making")
    try:
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        _make(how, frozen, making)
        if not _listed(making):
            raise FilesError("no file was made")
        making.rename(folder)
    except OSError as error:
        raise FilesError(f"the folder of deliveries cannot be written to: {error.strerror or error}") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return _listed(folder), True


def _listed(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _make(how: Delivering, frozen: Frozen, folder: Path) -> None:
    asked = [*how.maker, str(frozen.freeze_id), "--to", str(folder), "--lang", ",".join(how.languages)]
    asked += ["--format", ",".join(how.formats), "--subdistrict", frozen.review.subdistrict]
    try:
        done = subprocess.run(
            asked,
            env={**os.environ, **({"READER_URL": how.reader_url} if how.reader_url else {})},
            capture_output=True,
            text=True,
            timeout=_MAKING,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FilesError(f"the files were not made in {_MAKING:g} seconds") from error
    except OSError as error:
        raise FilesError(f"the files cannot be made: {error.strerror or error}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise FilesError(f"the files were not made: {lines[-1][:200] if lines else f'exit {done.returncode}'}")


def _mail(
    url: str, frozen: Frozen, server: Server, to: Sequence[str], files: Sequence[Path], now: datetime
) -> Delivered | None:
    """Send to everybody who has not been sent it; None where there is nobody left.

    An address is claimed before the message is handed over: whoever else sends, and whatever breaks, it goes out once.
    """
    became: list[tuple[Sent, str]] = []
    states = {address: _call(url, "app.mail_state(:checksum, :address)", frozen.checksum, address) for address in to}
    waiting = [address for address, state in states.items() if state is None]
    if not waiting:
        return None
    unknown = sum(state == Sent.UNKNOWN for state in states.values())
    try:
        with connected(server) as line:
            for address in waiting:
                if _call(url, "app.claim_mail(:checksum, :address)", frozen.checksum, address) != "claimed":
                    continue  # another is sending it just now
                became.append(send(line, server.sender, address, message(frozen, server.sender, address, files, now)))
                if became[-1][0] is not Sent.UNKNOWN:
                    is_sent = "true" if became[-1][0] is Sent.SENT else "false"
                    _call(url, f"app.settle_mail(:checksum, :address, {is_sent})", frozen.checksum, address)
                if became[-1][1] == LOST:
                    break
    except MailError as error:
        return Delivered("mail", False, "server", str(error))
    return _said(became, len(waiting), unknown)


def _said(became: Sequence[tuple[Sent, str]], waiting: int, unknown_before: int) -> Delivered:
    """What came of the messages, in a sentence without addresses."""
    sent, lost = (sum(each is state for each, _ in became) for state in (Sent.SENT, Sent.UNKNOWN))
    unknown = unknown_before + lost
    refused = [why for each, why in became if each is Sent.REFUSED]
    said = [f"sent to {sent} of {waiting}"]
    if refused:
        said.append(f"{len(refused)} refused ({', '.join(sorted(set(refused)))})")
    if unknown:
        said.append(f"whether it came to {unknown} is not known, so it is not sent there again")
    is_done = sent + lost == waiting
    reason = "refused" if refused else "unknown" if unknown else "" if is_done else "server"
    return Delivered("mail", is_done, reason, "; ".join(said), sent)


def _call(url: str, call: str, checksum: str, address: str) -> object:
    with store.engine(url).begin() as connection:
        return connection.scalar(sa.text(f"select {call}"), {"checksum": checksum, "address": address})


def message(frozen: Frozen, sender: str, to: str, files: Sequence[Path], now: datetime) -> EmailMessage:
    """The mail: what it is about in both languages, the files attached."""
    review = frozen.review
    made = EmailMessage()
    made["Subject"] = f"{review.name['zh']} {review.period.name} 例会材料 / {review.name['en']}, review"
    made["From"], made["To"], made["Date"] = sender, to, format_datetime(now)
    made["Message-ID"] = make_msgid(frozen.checksum[:12], domain=sender.rpartition("@")[2] or "localhost")
    at = f"{frozen.frozen_at.astimezone(ZoneInfo(review.time_zone)):%Y-%m-%d %H:%M}"
    days = f"{review.period.first} – {review.period.last}"
    provisional = (
        ("", "") if review.is_over else ("时段尚未结束，全部为暂定。", " The period runs: all of it is provisional.")
    )
    made.set_content(
        f"附件为 {review.name['zh']} {days} 的例会材料，定格于 {at}。{provisional[0]}\n"
        f"校验和 {frozen.checksum}\n\n"
        f"Attached is the review of {review.name['en']}, {days}, frozen on {at}."
        f"{provisional[1]}\nChecksum {frozen.checksum}\n"
    )
    for path in files:
        kind, _, subkind = (guess_type(path.name)[0] or "application/octet-stream").partition("/")
        made.add_attachment(path.read_bytes(), maintype=kind, subtype=subkind, filename=path.name)
    return made
