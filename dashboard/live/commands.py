"""What a paired device may do, called as the operator; whose device it is, remembered for a short while."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.live.counters import ERRORS
from dashboard.live.engine import command_engine
from queries.commands import duty, marks, review
from queries.commands.marks import Outcome

__all__ = ["BELIEVED", "COOKIE", "CommandError", "Commands", "Device", "Outcome"]

_LOG = logging.getLogger(__name__)
Answer = TypeVar("Answer")

#: Where a paired laptop keeps its token; a phone has it in its address.
COOKIE: Final = "grid_device"
#: Seconds for which a pairing once looked up is believed; a command always asks anew.
BELIEVED: Final = 15.0
_MOST: Final = 256


class CommandError(Exception):
    """The command was not carried out; `code` is unreachable or unpaired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Device:
    """A paired device."""

    subdistrict_id: int
    officer: str
    expires_at: datetime


class Commands:
    """Calls of named database functions. Safe to use from any thread; without an address every call fails."""

    def __init__(self, url: str | None) -> None:
        self._engine: Engine | None = None if url is None else command_engine(url)
        self._known: OrderedDict[str, tuple[float, Device | None]] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    def device(self, token: str) -> Device | None:
        """Whose device it is; None without a valid pairing. Raises CommandError where the store does not answer."""
        now = time.monotonic()
        with self._lock:
            asked = self._known.get(token)
        if asked is not None and now - asked[0] < BELIEVED:
            return self.known(token)
        found = self._call(lambda connection: duty.paired(connection, token))
        device = None if found is None else Device(*found)
        with self._lock:
            self._known[token] = (now, device)
            self._known.move_to_end(token)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return device

    def known(self, token: str) -> Device | None:
        """The same as last heard, without asking; a pairing ends by its time all the same."""
        with self._lock:
            _, device = self._known.get(token, (0.0, None))
        return device if device is not None and device.expires_at > datetime.now(UTC) else None

    def acknowledge(self, token: str, case_id: int) -> None:
        """The device's officer acknowledges a case. Raises CommandError where that was not done."""
        self._need(token, self._call(lambda connection: duty.acknowledge(connection, token, case_id)))

    def hand_over(self, token: str, from_officer: str, to_officer: str, note: str) -> None:
        """The shift is handed over. Raises CommandError where that was not done."""
        self._need(
            token, self._call(lambda connection: duty.hand_over(connection, token, from_officer, to_officer, note))
        )

    def supervise(self, token: str, case_id: int, escalation_no: int, seen: int) -> Outcome:
        """The device's officer asks for an answer. Raises CommandError where nothing was decided."""
        given = case_id, escalation_no, seen
        return self._need(token, self._call(lambda connection: marks.supervise(connection, token, *given)))

    def acknowledge_escalation(self, token: str, case_id: int, escalation_no: int) -> Outcome:
        """The device's officer has seen a hand-up. Raises CommandError where nothing was decided."""
        given = case_id, escalation_no
        return self._need(token, self._call(lambda connection: marks.acknowledge_escalation(connection, token, *given)))

    def freeze(self, token: str, document: str) -> Outcome:
        """The device's officer freezes a review. Raises CommandError where that was not done."""
        return self._need(token, self._call(lambda connection: review.freeze(connection, token, document)))

    def _need(self, token: str, found: Answer | None) -> Answer:
        if found is None:
            with self._lock:
                self._known.pop(token, None)
            raise CommandError("unpaired")
        return found

    def _call(self, ask: Callable[[Connection], Answer]) -> Answer:
        if self._engine is None:
            raise CommandError("unreachable")
        try:
            with self._engine.begin() as connection:
                return ask(connection)
        except SQLAlchemyError as error:
            ERRORS.labels(where="command").inc()
            _LOG.warning("a command was not carried out: %s", type(error).__name__)  # its text may hold a token
            raise CommandError("unreachable") from error
