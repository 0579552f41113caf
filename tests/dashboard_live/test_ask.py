"""Answers to viewers' own questions: asked once, kept by what they depend on, and nothing of a failure is kept."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, create_engine, text

from dashboard.live import ask
from dashboard.live.ask import Answers, NoAnswerError
from queries.asking import AskingError
from tests.support.databases import Database


@pytest.fixture
def answers(database: Database) -> Answers:
    """Answers of an empty store."""
    return Answers(database.reader, most=3)


def test_who_asks_the_same_at_the_same_time_waits_for_one_asking(answers: Answers) -> None:
    asked = []
    gate = threading.Event()

    def ask(connection: Connection) -> int:
        gate.wait(10)
        asked.append(1)
        return int(connection.scalar(text("select 7")) or 0)

    with ThreadPoolExecutor(8) as viewers:
        waiting = [viewers.submit(answers.get, "same", ask) for _ in range(8)]
        gate.set()
        assert [each.result(10) for each in waiting] == [7] * 8
    assert len(asked) == 1


def test_the_oldest_answers_fall_out(answers: Answers) -> None:
    asked: list[int] = []

    def asking(number: int) -> int:
        def ask(_: Connection) -> int:
            asked.append(number)
            return number

        return answers.get(number, ask)

    for number in (1, 2, 3, 1, 4):  # 2 was looked at last longest ago
        assert asking(number) == number
    assert asked == [1, 2, 3, 4]
    assert [asking(number) for number in (1, 2)] == [1, 2]
    assert asked == [1, 2, 3, 4, 2]


def test_what_was_changed_from_here_is_asked_anew(answers: Answers) -> None:
    told = {"frozen": 1, "review": 1}

    def asking(kind: str) -> int:
        return answers.get((kind, 7), lambda _: told[kind])

    assert (asking("frozen"), asking("review")) == (1, 1)
    told |= {"frozen": 2, "review": 2}
    answers.forget("frozen")
    assert (asking("frozen"), asking("review")) == (2, 1)


def test_what_cannot_be_asked_is_said_and_asked_anew_next_time(answers: Answers) -> None:
    def refused(_: Connection) -> int:
        raise AskingError("unknown_kind", given="x", known="y")

    for _ in range(2):
        with pytest.raises(AskingError):
            answers.get("key", refused)
    assert answers.get("key", lambda _: 3) == 3


def test_a_failing_question_is_no_traceback(answers: Answers) -> None:
    with pytest.raises(NoAnswerError) as told:
        answers.get("key", lambda connection: connection.execute(text("select 1 / 0")))
    assert told.value.trouble == "failing"


def test_a_store_that_is_gone_is_said_to_be(database: Database) -> None:
    nowhere = create_engine(database.reader_url.replace("/test_", "/gone_"))
    with pytest.raises(NoAnswerError):
        Answers(nowhere).get("key", lambda connection: connection.scalar(text("select 1")))


def test_answers_change_nothing_in_the_store(database: Database) -> None:
    from dashboard.live.engine import answers_engine

    engine = answers_engine(database.reader_url)
    with pytest.raises(NoAnswerError):
        Answers(engine).get("key", lambda connection: connection.execute(text("create temp table t (a int)")))
    engine.dispose()


def test_an_answer_that_takes_long_comes_later_and_says_so(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, told = threading.Event(), []
    monkeypatch.setattr(answers, "_on_came", lambda: told.append(answers.came_later))

    def ask(_: Connection) -> int:
        gate.wait(10)
        return 7

    assert (answers.soon("slow", ask), answers.came_later) == (None, 0)
    gate.set()
    assert answers.get("slow", ask) == 7
    assert answers.soon("slow", ask) == 7
    give_up = time.monotonic() + 5
    while not answers.came_later and time.monotonic() < give_up:
        time.sleep(0.01)
    assert answers.came_later == 1
    assert told == [1]
    assert answers.soon("quick", lambda _: 8) == 8


def test_a_failure_of_what_comes_later_is_told_and_not_kept(answers: Answers) -> None:
    def refused(_: Connection) -> int:
        raise AskingError("unknown_kind", given="x", known="y")

    with pytest.raises(AskingError):
        answers.soon("key", refused)
    assert answers.soon("key", lambda _: 3) == 3


def test_a_failure_that_comes_later_is_told_for_a_while_and_then_asked_anew(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = threading.Event(), []

    def refused(_: Connection) -> int:
        asked.append(1)
        gate.wait(10)
        raise AskingError("unknown_kind", given="x", known="y")

    assert answers.soon("key", refused) is None
    gate.set()
    give_up = time.monotonic() + 5
    while not answers.came_later and time.monotonic() < give_up:
        time.sleep(0.01)
    for _ in range(2):
        with pytest.raises(AskingError):
            answers.soon("key", refused)
    assert len(asked) == 1 and not answers.there("key")
    monkeypatch.setattr(ask, "_FAILED", 0.0)
    assert answers.soon("key", lambda _: 3) == 3
    assert answers.there("key")


def test_what_nobody_waits_for_stands_back_for_whom_somebody_waits(answers: Answers) -> None:
    order: list[str] = []
    begun, gate = threading.Event(), threading.Event()

    def long(_: Connection) -> int:
        begun.set()
        gate.wait(10)
        answers.let_pass()
        order.append("long")
        return 1

    def wanted(_: Connection) -> int:
        answers.let_pass()  # a viewer's own question never stands back
        gate.set()
        time.sleep(0.2)
        order.append("wanted")
        return 2

    assert answers.soon("long", long) is None
    assert begun.wait(10) and answers.get("wanted", wanted) == 2
    assert answers.get("long", long) == 1
    assert order == ["wanted", "long"]


def test_what_is_asked_ahead_is_there_when_it_is_wanted(answers: Answers) -> None:
    asked: list[int] = []

    def ask(_: Connection) -> int:
        asked.append(1)
        return 7

    answers.ahead("key", ask)
    assert answers.get("key", ask) == 7
    answers.ahead("key", ask)
    assert (asked, answers.came_later) == ([1], 0)


def test_what_is_begun_is_asked_beside_and_once(answers: Answers) -> None:
    asked: list[int] = []
    gate = threading.Event()

    def slow(_: Connection) -> int:
        gate.wait(10)
        asked.append(1)
        return 7

    answers.begin("slow", slow)
    assert answers.get("other", lambda _: 3) == 3  # not behind what was begun
    gate.set()
    assert answers.get("slow", slow) == 7
    assert asked == [1]


def test_what_is_begun_and_fails_is_told_to_whoever_gets_it(answers: Answers) -> None:
    def refused(_: Connection) -> int:
        raise AskingError("unknown_kind", given="x", known="y")

    answers.begin("key", refused)
    with pytest.raises(AskingError):
        answers.get("key", refused)


def test_what_is_asked_ahead_is_asked_once_however_many_expect_it(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.live.ask._AFTER", 0.05)
    asked: list[int] = []
    done = threading.Event()
    for _ in range(20):
        answers.ahead("next", lambda _: asked.append(1))
    answers.ahead("last", lambda _: done.set())
    assert done.wait(5)
    assert asked == [1]
