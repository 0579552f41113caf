"""Days of cases are packed when they are over, so that questions about months read them at once. See
schema/objects/46_packed_days.sql; an answer is the same before and after.
"""

import logging
import threading
from typing import Final

from sqlalchemy.exc import DBAPIError

from seed import store
from seed.stopping import Stopped, stops_on_signals

_LOG = logging.getLogger(__name__)
#: Between two rounds. What is recorded of a day that was packed unpacks it until the next.
_SECONDS: Final = 60.0


def keep_packing(owner_url: str, stop: threading.Event) -> None:
    """Pack what waits, at once and every minute, until ``stop`` is set; a lost database is waited for."""
    while not stop.is_set():
        try:
            store.pack(owner_url, stop.is_set)
        except DBAPIError as error:
            _LOG.warning("days are not packed: %s", str(error.orig).strip().splitlines()[0])
        stop.wait(_SECONDS)


def run_packing(owner_url: str) -> None:
    """``keep_packing`` until SIGTERM or Ctrl-C; the transaction under way is taken back."""
    logging.basicConfig(format="%(message)s")
    try:
        with stops_on_signals():
            keep_packing(owner_url, threading.Event())
    except Stopped:
        return
