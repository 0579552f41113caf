"""What the assembler keeps from picture to picture: answers that move more slowly than the store."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dashboard.live.counters import ERRORS

_LOG = logging.getLogger(__name__)
Answer = TypeVar("Answer")

#: How long a slow part that failed is left alone.
AFTER_FAILURE: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class _Kept:
    key: object
    until: datetime
    answer: Any


class Memory:
    """Answers by name. Used by the refresher's thread alone."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        #: What one picture leaves for the next.
        self.notes: dict[str, Any] = {}

    def forget(self) -> None:
        """Ask everything anew: another store stands behind the same address."""
        self._kept.clear()
        self.notes.clear()

    def slow(
        self,
        name: str,
        connection: Connection,
        ask: Callable[[], Answer],
        *,
        key: object,
        now: datetime,
        hold: timedelta,
        otherwise: Callable[[], Answer] | None = None,
    ) -> Answer:
        """The kept answer while `key` is the same and `hold` has not passed; otherwise asked, in a savepoint.

        When asking fails though the connection holds, the last answer stays for a minute, or what `otherwise` gives
        where there is none; without either it raises.
        """
        kept = self._kept.get(name)
        if kept is not None and kept.key == key and now < kept.until:
            return kept.answer  # type: ignore[no-any-return]  # put in below, by the same name
        try:
            with connection.begin_nested():
                answer = ask()
        except Exception as error:
            is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
            if is_lost or connection.invalidated or (kept is None and otherwise is None):
                raise
            ERRORS.labels(where=name).inc()
            _LOG.exception("%s could not be asked; its last answer stays", name)
            answer = kept.answer if kept is not None else otherwise()  # type: ignore[misc]  # one of them is there
            hold = AFTER_FAILURE
        self._kept[name] = _Kept(key, now + hold, answer)
        return answer
