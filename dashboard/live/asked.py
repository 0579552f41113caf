"""One picture in the making: its connection, what it is asked about, and how long kept answers hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import Connection

from dashboard.live.memory import Memory
from queries import asking
from queries.filters import Filter

Answer = TypeVar("Answer")

#: How long answers hold that change with the clock but not with each case.
MOMENT: Final = timedelta(seconds=25)
MINUTES: Final = timedelta(minutes=5)
QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """One picture in the making: a connection in its transaction, what was kept, what is asked about."""

    connection: Connection
    memory: Memory
    filter: Filter
    now: datetime
    has_cases: bool  # a store without any batch yet is looked at anew when the first one comes
    leaves_out: frozenset[str] = frozenset()  # slow parts that this picture does without

    def slow(
        self,
        name: str,
        hold: timedelta,
        ask: Callable[[], Answer],
        *,
        key: object = None,
        otherwise: Callable[[], Answer] | None = None,
    ) -> Answer:
        """The kept answer of that name; asked anew after `hold`, on another day, or for another `key`.

        A part a picture can do without names in `otherwise` what stands for it when asking fails.
        """
        if name in self.leaves_out and otherwise is not None:
            return otherwise()
        whole_key = (self.filter.today, self.has_cases, key)
        return self.memory.slow(name, self.connection, ask, key=whole_key, now=self.now, hold=hold, otherwise=otherwise)


def as_of_fault(given: str, time_zone: str, *, now: datetime) -> str | None:
    """The id of what is wrong with a moment in an address (queries.asking.ERRORS); None where nothing is."""
    try:
        asking.past_moment(given, time_zone, now=now)
    except asking.AskingError as error:
        return error.id
    return None
