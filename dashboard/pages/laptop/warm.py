"""Draws the laptop's pages once after the start and once an hour, so that no viewer is the first.

The first drawing of a page in a process reads its code, and a ranking is asked as of the hour's beginning: both take
longer than a leader who opens a link is to wait.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from dashboard.live.ask import NoAnswerError
from dashboard.live.questions import AskingError

_LOG = logging.getLogger(__name__)

_HOUR: Final = 3600
#: Seconds after the start, or after an hour's beginning, in which pictures and viewers go first.
_SETTLED: Final = 20.0
#: Seconds between two pages, and between two looks for the first picture.
_BREATH: Final = 0.5


class Warmth:
    """A thread that calls ``draw`` with each page's name. ``is_ready``: there is a picture to draw beside."""

    def __init__(
        self,
        draw: Callable[[str], object],
        pages: Sequence[str],
        *,
        is_ready: Callable[[], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._draw, self._pages, self._is_ready, self._now = draw, pages, is_ready, now
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="laptop pages kept warm", daemon=True)

    def start(self) -> None:
        """Begin; the first round follows the first picture."""
        self._thread.start()

    def stop(self) -> None:
        """End after the page that is being drawn."""
        self._is_over.set()

    def round(self) -> None:
        """Draw every page once. A page that cannot be drawn now is no trouble: whoever opens it is told why."""
        for page in self._pages:
            if self._is_over.wait(_BREATH):
                return
            try:
                self._draw(page)
            except (NoAnswerError, AskingError) as error:
                _LOG.info("page %s was not drawn ahead: %s", page, error)

    def _run(self) -> None:
        while not self._is_ready():
            if self._is_over.wait(_BREATH):
                return
        wait = _SETTLED
        while not self._is_over.wait(wait):
            self.round()
            wait = _HOUR - self._now().timestamp() % _HOUR + _SETTLED
