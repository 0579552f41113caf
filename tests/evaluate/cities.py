"""Demo cities of many seeds, each loaded through the door into a throwaway store, and the truth behind them."""

import contextlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from seed import door, reference, store
from seed.demo import generate
from tests.support.databases import TEMPLATE, Database, Databases, throwaway_server

TIME_ZONE: Final = "Asia/Shanghai"
#: The day the cities are looked at, in the morning; their history goes on for an hour, which nobody may see.
TODAY: Final = date(2025, 12, 1)
MORNING: Final = time(8)
END: Final = time(9)


@dataclass(frozen=True)
class LoadedCity:
    """A city in its store, read as the reader. ``truth``: generate(...).truth.grids, which the store never sees."""

    connection: Connection
    subdistrict_id: int
    truth: pd.DataFrame

    def period(self, weeks: int, back: int) -> Filter:
        """Whole weeks that end ``back`` such periods before TODAY, asked about on the morning after their last day."""
        after = TODAY - timedelta(weeks=weeks * back)
        return Filter(
            self.subdistrict_id,
            datetime.combine(after, MORNING, tzinfo=ZoneInfo(TIME_ZONE)),
            TIME_ZONE,
            period_from=after - timedelta(weeks=weeks),
            period_to=after - timedelta(days=1),
        )


@contextlib.contextmanager
def stores() -> Iterator[Databases]:
    """Makes migrated stores in a throwaway folder, gone after the block."""
    with throwaway_server() as server:
        made = Databases(server)
        template = made.make_template(TEMPLATE)
        store.migrate(template.owner_url)
        template.close()
        yield made


@contextlib.contextmanager
def loaded(databases: Databases, seed: int, days: int, profile: str = "matian") -> Iterator[LoadedCity]:
    """A city's last days up to TODAY at END. Raises RuntimeError where the door refuses a row."""
    until = datetime.combine(TODAY, END, tzinfo=ZoneInfo(TIME_ZONE))
    city = generate(profile, seed, TODAY, days=days, until=until)
    with databases.copy() as database:
        with database.owner.begin() as connection:
            (subdistrict_id,) = reference.load(connection, city.reference).values()
        _hand_in(database, subdistrict_id, city.batches())
        store.tidy(database.owner_url)
        with database.reader.connect() as connection:
            yield LoadedCity(connection, subdistrict_id, city.truth.grids)


def _hand_in(database: Database, subdistrict_id: int, months: Iterator[pd.DataFrame]) -> None:
    """One month after the other: a study wants no speed that could change what it is about."""
    with closing(door.connect(database.writer_url)) as writer:
        for month in months:
            result = door.send(writer, subdistrict_id, str(month["source"].iloc[0]), month, "history")
            if result.rows_refused or result.rows_parked:
                raise RuntimeError(f"The door refused {result.rows_refused} rows and parked {result.rows_parked}.")
