"""The live path of one process: a listener, a refresher and the board they fill. The only caller of queries here.

`start` once per process (the app's lifespan), `stop` at its end; everything drawn comes from `board()`.
"""

import logging
import threading
from datetime import timedelta
from typing import Final

from dashboard.live.ask import Answers, NoAnswerError
from dashboard.live.assemble import Assembler
from dashboard.live.board import Board, Notice, Vitals
from dashboard.live.commands import Commands
from dashboard.live.engine import answers_engine, command_engine, listener_engine, picture_engine
from dashboard.live.gate import Gate
from dashboard.live.listener import Listener
from dashboard.live.refresher import Refresher, utc_now
from dashboard.settings import DashboardSettings

__all__ = [
    "Answers",
    "Board",
    "Live",
    "NoAnswerError",
    "Notice",
    "Vitals",
    "answers",
    "board",
    "live",
    "past_answers",
    "start",
    "stop",
    "utc_now",
]

_LOG = logging.getLogger(__name__)


class Live:
    """One process's live path. Without an address of a store the board says so and nothing runs."""

    def __init__(self, settings: DashboardSettings) -> None:
        self.settings = settings
        self.board = Board()
        self._refresher: Refresher | None = None
        self._listener: Listener | None = None
        self.answers: Answers | None = None
        self.past: Answers | None = None  # pictures, which take more room
        self.commands = Commands(settings.command_url)
        self._seen_by = None if settings.command_url is None else command_engine(settings.command_url)
        self.gate = Gate(
            self._seen_by,
            lambda: None if settings.url is None else self.assembler.subdistrict_id,
            is_required=settings.wall_tokens == "required",
        )
        if settings.url is None:
            self.board.trouble("unreachable")
            return
        self._pictures = picture_engine(settings.url)
        self._asked = answers_engine(settings.url)
        self.answers = Answers(self._asked, on_came=self.board.again)
        self.past = Answers(self._asked, most=_PAST_PICTURES)
        self.assembler = Assembler(self._pictures, subdistrict=settings.subdistrict)
        self._refresher = Refresher(
            self.board, self.assembler.picture, longest=timedelta(seconds=settings.picture_seconds)
        )
        self._listener = Listener(
            listener_engine(settings.url),
            self.assembler.look,
            on_version=self._heard,
            on_vitals=self._seen,
            on_connected=self._refresher.retry,
            on_lost=lambda: self.board.trouble("unreachable"),
            poll_seconds=settings.poll_seconds,
        )

    def start(self) -> None:
        """Begin to listen and to refresh."""
        if self._refresher is not None and self._listener is not None:
            self._refresher.start()
            self._listener.start()
            self.gate.start()

    def stop(self) -> None:
        """End both threads and close the connections."""
        if self._refresher is not None and self._listener is not None:
            self._listener.stop()
            self._refresher.stop()
            self._pictures.dispose()
            if self.answers is not None:
                self.answers.close()
            self._asked.dispose()
        self.commands.close()
        self.gate.stop()
        if self._seen_by is not None:
            self._seen_by.dispose()

    def _heard(self, subdistrict_id: int, version: int) -> None:
        if self._refresher is not None and subdistrict_id == self.assembler.subdistrict_id:
            self._refresher.heard(version)

    def _seen(self, vitals: Vitals) -> None:
        self.board.sign_of_life(vitals)
        if self._refresher is not None:
            self._refresher.seen(vitals.version)


#: Pictures of past moments kept at most: about a megabyte each.
_PAST_PICTURES: Final = 24
_lock: Final = threading.Lock()
_running: Final[list[Live]] = []  # none or one


def start(settings: DashboardSettings | None = None) -> Live:
    """Start this process's live path, once; later calls return the one that runs."""
    with _lock:
        if not _running:
            begun = Live(settings or DashboardSettings())
            begun.start()
            _running.append(begun)
        return _running[0]


def stop() -> None:
    """Stop this process's live path, if it runs."""
    with _lock:
        if _running:
            _running.pop().stop()


def live() -> Live:
    """The live path; started on first use where no lifespan did (tests of single pages)."""
    return _running[0] if _running else start()


def answers() -> Answers:
    """Where the pages of this process ask their own questions. Raises NoAnswerError without an address of a store."""
    found = live().answers
    if found is None:
        raise NoAnswerError("unreachable")
    return found


def past_answers() -> Answers:
    """Where pictures of past moments are asked for. Raises NoAnswerError without an address of a store."""
    found = live().past
    if found is None:
        raise NoAnswerError("unreachable")
    return found


def board() -> Board:
    """The board all viewers of this process look at."""
    return live().board
