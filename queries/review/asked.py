"""Where the sections of a review are asked, of what, and what several of them need."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import Connection

from queries.asking import first_record
from queries.compared import COMPARED
from queries.comparison import Figure
from queries.figure import By
from queries.filters import Filter
from queries.review.document import Review
from queries.review.names import Names
from queries.review.period import Period

Found = TypeVar("Found")


@dataclass(frozen=True)
class Earlier:
    """The last meeting's frozen document, and what it would say today. ``remade`` has the sections of figures alone."""

    review: Review
    remade: Callable[[], Review]


@dataclass(frozen=True)
class Asking:
    """What a section is asked with. ``first_record``: of the store, before which nothing can be compared."""

    connection: Connection
    filter: Filter
    names: Names
    unit_level: str
    period: Period
    first_record: datetime | None
    earlier: Earlier | None = None
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False)

    def once(self, what: Hashable, ask: Callable[[], Found]) -> Found:
        """An answer that several sections need, asked by the first of them."""
        if what not in self.kept:
            self.kept[what] = ask()
        found: Found = self.kept[what]
        return found

    def figure(self, id: str) -> Figure:
        """A figure of COMPARED that asks each question once, however often it is set beside another one."""

        def asked(
            connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
        ) -> pd.DataFrame:
            def ask() -> pd.DataFrame:
                return COMPARED[id](connection, filter, by, unit_level=unit_level)

            return self.once((id, filter, by, unit_level), ask).copy()

        return asked

    @property
    def last(self) -> date:
        """The last day of the period that has begun at as_of."""
        return min(self.period.last, self.filter.today)


def asking(
    connection: Connection,
    filter: Filter,
    names: Names,
    unit_level: str,
    period: Period,
    earlier: Earlier | None = None,
) -> Asking:
    """The same, with the store's first record."""
    first = first_record(connection, filter.subdistrict_id)
    return Asking(connection, filter, names, unit_level, period, first, earlier)
