"""Answers to viewers' own questions: of a chosen area, period or moment, of one case. The picture's are made elsewhere.

An answer is kept by its question, which names the moment it is asked as of; so it never grows old, it only falls out
when there are too many. Whoever asks the same at the same time waits for one asking.
"""

import contextlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dashboard.live.counters import ERRORS
from dashboard.live.refresher import is_connection_lost

Answer = TypeVar("Answer")

_LOG = logging.getLogger(__name__)

#: Seconds a viewer waits for an answer that may come later.
PATIENCE: Final = 0.2
#: Seconds for which a question that failed while nobody waited is not asked again: its failure is told instead.
_FAILED: Final = 5.0
#: Seconds before what may be wanted next is asked for: the page that makes it likely is drawn first.
_AFTER: Final = 3.0

#: Seconds that a question nobody waits for stands back at most, each time it is asked to.
LONGEST: Final = 1.0
#: Answers kept at most, by one process for all its viewers.
MOST: Final = 256


class NoAnswerError(Exception):
    """The store did not answer; ``trouble``: unreachable or failing, as pages name it."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Answers:
    """Asked of a small pool of its own, so that a click never waits for the picture. Safe to use from any thread."""

    def __init__(self, engine: Engine, *, most: int = MOST, on_came: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._most = most
        self._on_came = on_came
        self._kept: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._own = threading.local()  # of the threads that nobody waits for
        self._beside = ThreadPoolExecutor(2, "answers", self._is_own)
        self._at_once = ThreadPoolExecutor(1, thread_name_prefix="answers at once")
        self._before = ThreadPoolExecutor(1, "answers ahead", self._is_own)
        self._waiting = 0  # viewers whose answer is being asked while they wait
        self._has_passed = threading.Condition()
        self._expected: set[Hashable] = set()  # asked ahead and not there yet
        self._failed: dict[Hashable, tuple[float, Future[Any]]] = {}  # and when, in seconds of the monotonic clock
        self._is_over = threading.Event()
        self.came_later = 0  # answers that a viewer did not wait for and that have come since

    def soon(
        self, key: Hashable, ask: Callable[[Connection], Answer], *, patience: float | None = None
    ) -> Answer | None:
        """What `get` gives, where it is there or comes within ``patience`` seconds; else None, and it is asked.

        For what a page can show a little later: when it comes `came_later` changes and `on_came` is called. Raises as
        `get` does, for some seconds also what it raised when nobody waited any more.
        """
        with self._lock:
            since, failed = self._failed.get(key, (0.0, None))
            if failed is not None and time.monotonic() - since > _FAILED:
                del self._failed[key]
                failed = None
            kept = failed or self._kept.get(key)
        if kept is None:
            kept = self._beside.submit(self.get, key, ask)
        if not wait_for([kept], PATIENCE if patience is None else patience).done:
            kept.add_done_callback(partial(self._comes, key))
            return None
        answer: Answer = kept.result()
        return answer

    def there(self, key: Hashable) -> bool:
        """Whether `get` would give an answer without asking."""
        with self._lock:
            kept = self._kept.get(key)
        return kept is not None and kept.done() and kept.exception() is None

    def forget(self, *kinds: str) -> None:
        """Ask anew for what is kept under a key that begins with one of these words: it was changed from here."""
        with self._lock:
            for key in [key for key in self._kept if isinstance(key, tuple) and key[0] in kinds]:
                del self._kept[key]

    def begin(self, key: Hashable, ask: Callable[[Connection], Any]) -> None:
        """Ask on a connection beside what the page itself asks meanwhile; a failure is told to whoever gets it."""
        with self._lock:
            is_kept = key in self._kept
        if not is_kept:
            self._at_once.submit(self.get, key, ask)

    def ahead(self, key: Hashable, ask: Callable[[Connection], Any]) -> None:
        """Ask a little later, for whoever may want it; nobody waits, and a failure is told to whoever asks again."""
        with self._lock:
            if key in self._kept or key in self._expected:
                return
            self._expected.add(key)
        self._before.submit(self._ask_ahead, key, ask)

    def _ask_ahead(self, key: Hashable, ask: Callable[[Connection], Any]) -> None:
        is_over = self._is_over.wait(_AFTER)
        with self._lock:
            self._expected.discard(key)
        if not is_over:
            self.get(key, ask)

    def let_pass(self) -> None:
        """Between the parts of a long question that nobody waits for: let those be asked first that somebody waits for.

        Returns at once in a thread of a viewer, else when nobody waits or after LONGEST.
        """
        if getattr(self._own, "is_own", False):
            with self._has_passed:
                self._has_passed.wait_for(lambda: not self._waiting or self._is_over.is_set(), LONGEST)

    def _is_own(self) -> None:
        self._own.is_own = True

    @contextlib.contextmanager
    def _waited_for(self) -> Iterator[None]:
        """Counts a viewer who waits for what is asked in the block."""
        step = 0 if getattr(self._own, "is_own", False) else 1
        with self._has_passed:
            self._waiting += step
        try:
            yield
        finally:
            with self._has_passed:
                self._waiting -= step
                self._has_passed.notify_all()

    def close(self) -> None:
        """Ask for nothing more beside."""
        self._is_over.set()
        for pool in (self._beside, self._at_once, self._before):
            pool.shutdown(wait=False, cancel_futures=True)

    def _comes(self, key: Hashable, answer: "Future[Any]") -> None:
        has_failed = not answer.cancelled() and answer.exception() is not None
        with self._lock:
            self.came_later += 1
            if has_failed:
                self._failed[key] = time.monotonic(), answer
                while len(self._failed) > self._most:
                    del self._failed[next(iter(self._failed))]
        self._on_came()

    def once(self, ask: Callable[[Connection], Answer]) -> Answer:
        """An answer that is not kept: too large, or wanted once. Raises NoAnswerError."""
        try:
            with self._waited_for(), self._engine.connect() as connection, connection.begin():
                return ask(connection)
        except BaseException as error:
            raise self._told(error) from error

    def get(self, key: Hashable, ask: Callable[[Connection], Answer]) -> Answer:
        """The answer kept under ``key``, which holds everything it depends on; asked where there is none.

        Raises NoAnswerError, and AskingError as ``ask`` does; neither is kept.
        """
        with self._lock:
            kept = self._kept.get(key)
            is_ours = kept is None
            if kept is None:
                kept = self._kept[key] = Future()
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
        if is_ours:
            self._ask(key, kept, ask)
        answer: Answer = kept.result()
        return answer

    def _ask(self, key: Hashable, kept: "Future[Any]", ask: Callable[[Connection], Any]) -> None:
        try:
            with self._waited_for(), self._engine.connect() as connection, connection.begin():
                kept.set_result(ask(connection))
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is kept:
                    del self._kept[key]
            kept.set_exception(self._told(error))

    @staticmethod
    def _told(error: BaseException) -> BaseException:
        if isinstance(error, DBAPIError | OSError) and is_connection_lost(error):
            return NoAnswerError("unreachable")
        if isinstance(error, SQLAlchemyError):
            ERRORS.labels(where="answer").inc()
            _LOG.exception("a question of a page failed")
            return NoAnswerError("failing")
        return error
