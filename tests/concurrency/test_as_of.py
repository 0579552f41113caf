"""Figures asked while writers run, kept, and asked again about the same moments afterwards: the answers are the same.

A figure that reads a roll-up for the present and the log for the past would show here where the two do not meet.
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from seed import door
from seed import store as seed_store
from tests.concurrency.clients import connected
from tests.oracle.figures import store
from tests.oracle.figures.asked import Asked
from tests.oracle.inbox import InboxRow
from tests.properties.figure_asks import filter_of
from tests.properties.figure_table import EVERY, FIGURES, KNOWN, NOT_RECORDED, Checked, answer_of, are_alike
from tests.properties.sender import Sender
from tests.properties.small_world import MATTERS, NORTH, STEADY_AREAS
from tests.support.databases import Database

pytestmark = [pytest.mark.runtime, pytest.mark.timeout(600)]

ZONE = "Asia/Shanghai"
#: Moments each reader asks about while writers run, and the longest it may take, in seconds.
ROUNDS, LONGEST = 4, 300
NEWEST = text("select last_recorded_at from app.subdistricts where subdistrict_id = :subdistrict_id")

#: What a writer does to a case it opened before.
STEPS = (
    *("resolved", "resolved", "resolved", "reopened", "withdrawn", "dispatched", "evaluated", "reassigned"),
    *("escalated", "answered", "deadline_changed", "corrected"),
)


@dataclass
class Writer:
    """Opens cases of the last days and has things happen to them, one small batch after the other."""

    prefix: str
    chance: random.Random
    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    opened: list[InboxRow] = field(default_factory=list)

    def opening(self) -> InboxRow:
        """A new case of the last nine days, most of them of today."""
        matter = self.chance.choice(sorted(MATTERS))
        ago = timedelta(days=self.chance.choice((0, 0, 0, 1, 8, 9)), minutes=self.chance.randint(5, 300))
        moment = self.began - ago
        row = InboxRow(
            external_id=f"{self.prefix}{len(self.opened)}", event="reported", occurred_at=moment, kind=MATTERS[matter],
            type_code=matter, area_code=self.chance.choice(STEADY_AREAS[NORTH]),
            risk=self.chance.choice(("red", "yellow")), channel=self.chance.choice(("app", "patrol")),
            due_at=moment + timedelta(hours=self.chance.choice((1, 30))), party="13800000001",
        )  # fmt: skip
        self.opened.append(row)
        return row

    def step(self) -> InboxRow:
        """Something happens to one of the cases, some time between its opening and now."""
        case, event = self.chance.choice(self.opened), self.chance.choice(STEPS)
        assert case.occurred_at is not None
        moment = case.occurred_at + timedelta(seconds=self.chance.randint(1, int(self._age(case).total_seconds())))
        carried: dict[str, dict[str, Any]] = {
            "escalated": {"level": "department", "department_code": "water", "due_at": moment + timedelta(hours=1)},
            "reassigned": {"area_code": self.chance.choice(STEADY_AREAS[NORTH])},
            "deadline_changed": {"due_at": moment + timedelta(days=1)},
            "evaluated": {"satisfaction": self.chance.randint(1, 5)},
            "corrected": {
                "ref_event": "reported", "ref_occurred_at": case.occurred_at, "field": "risk", "value": "blue",
            },
        }  # fmt: skip
        values = carried.get(event, {})
        if event in ("escalated", "answered"):
            values["escalation_no"] = 1
        return InboxRow(external_id=case.external_id, event=event, occurred_at=moment, **values)

    def _age(self, case: InboxRow) -> timedelta:
        assert case.occurred_at is not None
        return self.began - case.occurred_at

    def batches(self) -> Iterator[list[InboxRow]]:
        """Small batches without end: some cases, some steps."""
        while True:
            rows = [self.opening() for _ in range(self.chance.randint(1, 4))]
            yield rows + [self.step() for _ in range(self.chance.randint(1, 8))]

    def run(self, url: str, is_over: threading.Event, failures: list[BaseException]) -> None:
        """Sends batches, each committed by itself, and takes one back now and then, until it is over."""
        try:
            with connected(url) as connection:
                sender = Sender(connection)
                subdistrict_id = sender.subdistrict(NORTH)
                for rows in self.batches():
                    if is_over.is_set():
                        return
                    batch_id = sender.fill(subdistrict_id, "hotline_12345", "live", rows)
                    connection.commit()
                    sender.absorb(batch_id)
                    connection.commit()
                    if self.chance.random() < 0.1:
                        sender.revoke(batch_id)
                        connection.commit()
                    time.sleep(self.chance.random() / 10)
        except BaseException as error:
            failures.append(error)


def beat(url: str, is_over: threading.Event, failures: list[BaseException]) -> None:
    """Says through when the hotline has handed in what it knows: a day more each time."""
    through = datetime.now(UTC) - timedelta(days=12)
    try:
        with closing(door.connect(url)) as connection:
            with connection.cursor() as cursor:
                cursor.execute("select area_id from app.areas where code = 'n'")
                subdistrict_id = int((cursor.fetchone() or (0,))[0])
            connection.rollback()
            while not is_over.is_set():
                door.heartbeat(connection, subdistrict_id, ["hotline_12345"], through)
                through += timedelta(hours=8)
                time.sleep(0.5)
    except BaseException as error:
        failures.append(error)


def questions(subdistrict_id: int, as_of: datetime) -> list[Asked]:
    """Today and the last days, as a whole and by parts."""
    today = as_of.astimezone(UTC).date()
    period = (today - timedelta(days=12), today + timedelta(days=1))
    return [
        Asked(subdistrict_id=subdistrict_id, as_of=as_of),
        Asked(subdistrict_id=subdistrict_id, as_of=as_of, period=period, by="day"),
        Asked(subdistrict_id=subdistrict_id, as_of=as_of, period=period, by="area", unit_level="grid"),
    ]


Kept = dict[tuple[str, int], Any]


def ways(subdistrict_id: int, as_of: datetime) -> Iterator[tuple[str, int, Checked, Asked]]:
    """Every figure, but for those that are known not to agree, with the questions it is asked: what no grouping changes
    one of them, another from figure to figure.
    """
    for number, asked in enumerate(questions(subdistrict_id, as_of)):
        for place, (name, figure) in enumerate(FIGURES.items()):
            is_its_turn = figure.groupings != EVERY or place % 3 == number
            if name not in KNOWN and asked.by in figure.groupings and is_its_turn:
                yield name, number, figure, asked


def ask_all(connection: Connection, subdistrict_id: int, as_of: datetime) -> Kept:
    """Every figure at one moment."""
    return {
        (name, number): answer_of(figure, connection, filter_of(asked, ZONE), asked)
        for name, number, figure, asked in ways(subdistrict_id, as_of)
    }


def watch(
    url: str, isolation: str, is_over: threading.Event, kept: dict[datetime, Kept], failures: list[BaseException]
) -> None:
    """Asks everything about the newest moment it sees, again and again."""
    try:
        engine = sqlalchemy.create_engine(url, isolation_level=isolation, poolclass=NullPool)
        with engine.connect() as connection:
            subdistrict_id = connection.scalar(text("select area_id from app.areas where code = 'n'"))
            connection.rollback()
            while not is_over.is_set():
                newest = connection.scalar(NEWEST, {"subdistrict_id": subdistrict_id})
                if newest is not None and newest != float("-inf") and newest not in kept:
                    kept[newest] = ask_all(connection, int(subdistrict_id), newest)
                connection.rollback()
                time.sleep(0.005)
    except BaseException as error:
        failures.append(error)


def pack(url: str, is_over: threading.Event, failures: list[BaseException]) -> None:
    """Packs days, over and over, while they are written and read."""
    try:
        while not is_over.is_set():
            seed_store.pack(url, is_over.is_set)
            time.sleep(0.02)
    except BaseException as error:
        failures.append(error)


def first_difference(one: Kept, other: Kept) -> str:
    """The first figure whose two answers differ; nothing where none does."""
    for name, answer in one.items():
        if not are_alike(answer, other[name]) and NOT_RECORDED not in (answer, other[name]):
            return f"{name}: {answer}, then {other[name]}"
    return ""


def test_what_was_shown_live_is_what_is_answered_later(small_store: Database) -> None:
    failures: list[BaseException] = []
    is_over = threading.Event()
    kept: dict[str, dict[datetime, Kept]] = {"AUTOCOMMIT": {}, "REPEATABLE READ": {}}
    watchers = [
        threading.Thread(
            target=watch, args=(small_store.reader_url, isolation, is_over, answers, failures), daemon=True
        )
        for isolation, answers in kept.items()
    ]
    first = Writer("first-", random.Random(1))
    with connected(small_store.owner_url) as connection:  # so that every reader finds a moment
        sender = Sender(connection)
        sender.send(sender.subdistrict(NORTH), "hotline_12345", "live", [first.opening()])
        connection.commit()
    writers = [
        threading.Thread(target=writer.run, args=(small_store.owner_url, is_over, failures), daemon=True)
        for writer in (first, Writer("second-", random.Random(2)))
    ]
    beater = threading.Thread(target=beat, args=(small_store.writer_url, is_over, failures), daemon=True)
    packer = threading.Thread(target=pack, args=(small_store.owner_url, is_over, failures), daemon=True)
    writers += [beater, packer]
    for thread in (*watchers, *writers):
        thread.start()
    end = time.monotonic() + LONGEST
    while min(len(answers) for answers in kept.values()) < ROUNDS and not failures and time.monotonic() < end:
        time.sleep(0.05)
    is_over.set()
    for thread in (*writers, *watchers):
        thread.join(120)
    assert failures == []
    assert min(len(answers) for answers in kept.values()) >= ROUNDS
    with small_store.reader.connect() as reader:
        subdistrict_id = int(reader.scalar(text("select area_id from app.areas where code = 'n'")) or 0)
        for isolation, answers in kept.items():
            for as_of, shown in answers.items():
                assert first_difference(shown, ask_all(reader, subdistrict_id, as_of)) == "", f"{isolation} {as_of}"
    with connected(small_store.owner_url) as owner:
        reading = store.read(owner)
    for as_of, shown in list(kept["AUTOCOMMIT"].items())[:: max(1, len(kept["AUTOCOMMIT"]) // 3)]:
        expected = {
            (name, number): figure.expect(reading, asked) for name, number, figure, asked in ways(subdistrict_id, as_of)
        }
        assert first_difference(shown, expected) == "", f"the oracle, {as_of}"
