"""Hands rows to the door of a store with plain SQL, as any client may, and reads back what became of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import extensions
from psycopg2.extras import execute_values

from tests.oracle import store
from tests.oracle.door import RowId
from tests.oracle.inbox import INBOX_COLUMNS, InboxRow

COUNTS = ("rows_new", "rows_changed", "rows_unchanged", "rows_refused", "rows_parked")


@dataclass(frozen=True)
class Handed:
    """A batch as the store has recorded it."""

    batch_id: int
    record: dict[str, Any]

    @property
    def recorded_at(self) -> datetime | None:
        """The largest recorded_at it gave its rows."""
        moment: datetime | None = self.record["recorded_at"]
        return moment

    def counts(self) -> dict[str, int]:
        """How many rows of each outcome."""
        return {name.removeprefix("rows_"): self.record[name] for name in COUNTS}


@dataclass
class Sender:
    """A writer on one connection. It neither commits nor rolls back: the test decides."""

    connection: extensions.connection

    def call(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        """The one value of a select."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
            assert row is not None
            return row[0]

    def subdistrict(self, code: str) -> int:
        """The id of a subdistrict."""
        return int(self.call("select area_id from app.areas where code = %s and level = 'subdistrict'", (code,)))

    def fill(self, subdistrict_id: int, source: str, mode: str, rows: Iterable[InboxRow]) -> int:
        """Opens a batch, inserts its rows in order and seals it."""
        batch_id = int(self.call("select app.open_batch(%s, %s, %s)", (subdistrict_id, source, mode)))
        values = [
            (batch_id, number, *(getattr(row, name) for name in INBOX_COLUMNS)) for number, row in _numbered(rows)
        ]
        with self.connection.cursor() as cursor:
            columns = f"batch_id, row_no, {', '.join(INBOX_COLUMNS)}"
            execute_values(cursor, f"insert into app.inbox ({columns}) values %s", values)
        self.call("select app.seal(%s)", (batch_id,))
        return batch_id

    def absorb(self, batch_id: int) -> Handed:
        """Has a sealed batch taken in; after every other one an owner packs days, so that what follows meets both."""
        self.call("select batch_id from app.absorb(%s)", (batch_id,))
        handed = self.handed(batch_id)
        if batch_id % 2 and self.call("select has_function_privilege('app.pack_days(integer, integer)', 'execute')"):
            self.call("select app.pack_days(%s, 1000)", (handed.record["subdistrict_id"],))
        return handed

    def send(self, subdistrict_id: int, source: str, mode: str, rows: Iterable[InboxRow]) -> Handed:
        """A whole batch."""
        return self.absorb(self.fill(subdistrict_id, source, mode, rows))

    def revoke(self, batch_id: int) -> int:
        """Takes a batch back; the number of the batch that does."""
        return int(self.call("select app.revoke(%s)", (batch_id,)))

    def handed(self, batch_id: int) -> Handed:
        """A batch as it stands now."""
        found = store.select(self.connection, "select * from app.import_batches where batch_id = %s", (batch_id,))
        return Handed(batch_id, found[0])

    def reasons(self) -> dict[RowId, str]:
        """Every refused row and why."""
        rows = store.select(self.connection, "select batch_id, row_no, reason from app.import_rejects")
        return {RowId(row["batch_id"], row["row_no"]): row["reason"] for row in rows}

    def outcomes(self, batch_id: int, rows: int) -> dict[RowId, str]:
        """What became of each row of a batch, seen from the tables alone: new, unchanged, parked or refused."""
        found = {RowId(batch_id, number): "unchanged" for number in range(1, rows + 1)}
        for table, what in (("case_log", "new"), ("inbox_parked", "parked"), ("import_rejects", "refused")):
            for row in store.select(
                self.connection, f"select row_no from app.{table} where batch_id = %s", (batch_id,)
            ):
                found[RowId(batch_id, row["row_no"])] = what
        return found

    def findings(self, subdistrict_id: int) -> list[dict[str, Any]]:
        """Differences of derivation that the store's own check reports."""
        statement = "select finding, subject, detail from app.verify(%s) where is_difference"
        return store.select(self.connection, statement, (subdistrict_id,))


def _numbered(rows: Iterable[InboxRow]) -> Iterable[tuple[int, InboxRow]]:
    return enumerate(rows, start=1)
