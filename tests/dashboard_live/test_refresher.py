"""The refresher coalesces bursts, wakes by the clock, keeps the last good picture and recovers by itself."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from dashboard.live.board import Board
from dashboard.live.refresher import NoPictureError, Picture, Refresher
from tests.dashboard_live.pictures import T0, picture


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Store:
    """Stands in for the assembler: hands out pictures of its version, or fails as told."""

    def __init__(self) -> None:
        self.version = 1
        self.deadlines: tuple[datetime, ...] = ()
        self.error: Exception | None = None
        self.asked: list[datetime] = []

    def __call__(self, serial: int, now: datetime) -> Picture:
        self.asked.append(now)
        if self.error is not None:
            raise self.error
        return picture(serial, now, version=self.version, deadlines=self.deadlines)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def refresher(board: Board, store: Store, clock: Clock) -> Refresher:
    return Refresher(board, store, longest=timedelta(seconds=30), clock=clock)


def lost() -> OperationalError:
    return OperationalError("select 1", {}, Exception("server closed the connection"), connection_invalidated=True)


def test_first_picture_without_any_news(refresher: Refresher, board: Board) -> None:
    assert board.snapshot is None
    assert refresher.step() == 30
    assert board.notice.serial == 1
    assert board.notice.trouble == ""


def test_a_burst_makes_one_picture(refresher: Refresher, store: Store) -> None:
    refresher.step()
    store.version = 9
    for version in range(2, 10):
        refresher.heard(version)
    assert refresher.step() == 30
    assert len(store.asked) == 2


def test_news_during_a_picture_make_exactly_one_more(board: Board, clock: Clock) -> None:
    store = Store()

    def make(serial: int, now: datetime) -> Picture:
        made = store(serial, now)
        if len(store.asked) == 1:  # three batches come in while the first picture is in the making
            for version in (2, 3, 4):
                made_by.heard(version)
            store.version = 4
        return made

    made_by = Refresher(board, make, clock=clock)
    assert made_by.step() == 0, "the next one starts at once"
    assert made_by.step() == 30
    assert len(store.asked) == 2
    assert board.snapshot is not None and board.snapshot.version == 4


def test_late_notification_is_no_news(refresher: Refresher, store: Store) -> None:
    store.version = 5
    refresher.step()
    refresher.heard(4)
    refresher.heard(5)
    refresher.seen(5)
    assert refresher.step() == 30
    assert len(store.asked) == 1


def test_a_restored_store_counts_from_less(refresher: Refresher, store: Store) -> None:
    store.version = 5
    refresher.step()
    store.version = 3
    refresher.seen(3)
    refresher.step()
    assert len(store.asked) == 2


def test_wakes_at_a_deadline_and_at_least_every_thirty_seconds(
    refresher: Refresher, store: Store, clock: Clock
) -> None:
    store.deadlines = (T0 + timedelta(seconds=7),)
    assert refresher.step() == 7
    clock.forward(6.5)
    assert refresher.step() == 0.5
    assert len(store.asked) == 1
    clock.forward(0.5)
    assert refresher.step() == 30
    assert len(store.asked) == 2


def test_failure_keeps_the_picture_and_pauses_grow_to_four_seconds(
    refresher: Refresher, store: Store, board: Board, clock: Clock
) -> None:
    refresher.step()
    kept = board.snapshot
    store.error = lost()
    refresher.heard(2)
    pauses = []
    for _ in range(6):
        pause = refresher.step()
        pauses.append(pause)
        clock.forward(pause)
    assert pauses == [0.5, 1, 2, 4, 4, 4]
    assert board.snapshot is kept
    assert board.notice.trouble == "unreachable"
    assert board.notice.serial == 1


def test_news_do_not_shorten_the_pause_but_a_connection_does(
    refresher: Refresher, store: Store, board: Board, clock: Clock
) -> None:
    store.error = lost()
    refresher.step()
    refresher.heard(7)
    assert refresher.step() == 0.5
    assert len(store.asked) == 1
    store.error = None
    refresher.retry()
    assert refresher.step() == 30
    assert board.notice.trouble == ""


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (NoPictureError("empty"), "empty"),
        (NoPictureError("outdated"), "outdated"),
        (ValueError("a column is missing"), "failing"),
        (lost(), "unreachable"),
    ],
)
def test_trouble_has_a_name(refresher: Refresher, store: Store, board: Board, error: Exception, trouble: str) -> None:
    store.error = error
    refresher.step()
    assert board.notice.trouble == trouble
    assert board.notice.stamp == f"no picture: {trouble}"


def test_the_thread_draws_soon_and_ends(board: Board) -> None:
    store = Store()
    refresher = Refresher(board, store)
    refresher.start()
    drawn = threading.Event()
    limit = time.monotonic() + 5
    while board.notice.serial < 1 and time.monotonic() < limit:
        drawn.wait(0.005)
    store.version = 2
    refresher.heard(2)
    while board.notice.serial < 2 and time.monotonic() < limit:
        drawn.wait(0.005)
    assert board.notice.serial == 2
    refresher.stop()
    assert not any(thread.name == "refresher" for thread in threading.enumerate())
