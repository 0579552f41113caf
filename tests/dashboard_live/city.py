"""A small living store for tests and measurements of the live path: some days of the demo city, and one more case."""

import itertools
import secrets
from datetime import UTC, datetime, timedelta

import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812

from seed import door
from seed.demo_load import load_demo
from tests.support.databases import Database

_NUMBERS = itertools.count(1)
_RUN = secrets.token_hex(3)  # numbers of one run do not meet those of another


def fill(database: Database, *, days: int = 10, scale: float = 0.3) -> None:
    """Load the demo city's last days up to this moment."""
    load_demo(database.owner_url, database.writer_url, "matian", now=datetime.now(UTC), days=days, scale=scale)


def name(number: int) -> str:
    """A word for a number: digits of a summary are masked at the door."""
    stems, branches = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
    return stems[number % 10] + branches[number // 10 % 12] + branches[number // 120 % 12]


class Writer:
    """Hands single cases in at the door, as a live source does."""

    def __init__(self, database: Database) -> None:
        self.connection: Connection = door.connect(database.writer_url)
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute("select subdistrict_id, version from app.subdistricts order by subdistrict_id limit 1")
            self.subdistrict_id = int(cursor.fetchone()[0])  # type: ignore[index]
            cursor.execute(
                "select code from app.areas where subdistrict_id = %s and level = 'grid' and valid_to = 'infinity'"
                " order by position, area_id",
                (self.subdistrict_id,),
            )
            self.grids = [str(row[0]) for row in cursor.fetchall()]
            cursor.execute(
                "select code, kind from app.case_types where parent_id is not null and kind = 'appeal' limit 1"
            )
            self.matter, self.kind = cursor.fetchone()  # type: ignore[misc]

    def report(self, *, grid: int = 0, risk: str = "red", summary: str = "燃气异味") -> str:
        """One case reported this second; returns its number. Committed when this returns."""
        number = f"test-{_RUN}-{next(_NUMBERS)}"
        self.say(
            number,
            "reported",
            area_code=self.grids[grid % len(self.grids)],
            kind=self.kind,
            type_code=self.matter,
            risk=risk,
            channel="patrol",
            summary=summary,
        )
        return number

    def say(self, number: str, event: str, **more: object) -> None:
        """One more event of a case, this second. Committed when this returns."""
        row = {"external_id": number, "event": event, "occurred_at": datetime.now(UTC) - timedelta(seconds=1), **more}
        result = door.send(self.connection, self.subdistrict_id, "patrol", pd.DataFrame([row]), "live")
        assert result.rows_new == 1, result

    def beat(self) -> None:
        """Say that the source is alive."""
        door.heartbeat(self.connection, self.subdistrict_id, ["patrol"])

    def close(self) -> None:
        self.connection.close()
