"""What could not be drawn: counted each time, logged once per cause: a fault that lasts must not fill a disk."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import Counter

_LOG = logging.getLogger(__name__)

#: Registered with the others by dashboard.live.counters.
FAILURES: Final = Counter(
    "dashboard_scene_failures",
    "Parts of the wall that could not be drawn, by where it was noticed",
    ["part", "where"],
    registry=None,
)
#: A cause that goes on is named again after so long.
AGAIN_AFTER: Final = 3600.0
_MOST_CAUSES: Final = 200


@dataclass
class Causes:
    """Causes named lately. Safe to use from any thread."""

    clock: Callable[[], float] = time.monotonic
    _named: OrderedDict[object, float] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_new(self, cause: object) -> bool:
        """True the first time, and again after an hour."""
        now = self.clock()
        with self._lock:
            known = self._named.get(cause)
            if known is not None and now - known < AGAIN_AFTER:
                return False
            self._named[cause] = now
            self._named.move_to_end(cause)
            while len(self._named) > _MOST_CAUSES:
                self._named.popitem(last=False)
            return True


_causes: Final = Causes()


def of_the_server(part: str, error: Exception) -> None:
    """A part of the wall that could not be made here. Call it while the error is being handled."""
    FAILURES.labels(part=part, where="server").inc()
    if _causes.is_new((part, *_place(error))):
        _LOG.error("%s cannot be made and is left out of the wall", part, exc_info=error)


def of_a_browser(scene: str, reason: str) -> None:
    """A scene that a browser could not draw and skips."""
    FAILURES.labels(part=scene, where="browser").inc()
    if _causes.is_new((scene, reason)):
        _LOG.error("scene %s cannot be drawn and is skipped: %s", scene, reason)


def _place(error: Exception) -> tuple[object, ...]:
    """Where it was raised: texts of errors vary with the data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = () if trace is None else (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
    return (type(error).__name__, *at)
