"""Hands rows in while their file is still being read: COPY on a thread of its own, in the import's transaction.

That can be where nothing that is read later changes a row: what the store knows of the place then gives no area of the
file another code.
"""

import threading
from queue import Queue
from types import TracebackType
from typing import Any, Final

import pyarrow as arrow
import sqlalchemy as sa

from seed import door, reference
from seed.areas.known import Tree
from seed.importers.findings import Notes
from seed.importers.mapping import Mapping
from seed.importers.places import build_reference
from seed.importers.tally import Tally
from seed.importers.working_days import calendar

#: Portions that may wait for the one that is being handed in: memory is bounded, whichever side is slower.
_WAITING: Final = 2


class Ahead:
    """An open batch and the thread that fills its inbox; nobody else uses the connection until ``end``."""

    def __init__(self, cursor: Any, batch_id: int, *, is_live: bool) -> None:
        self.batch_id = batch_id
        self.is_live = is_live
        self._cursor = cursor
        self._portions: Queue[arrow.Table | None] = Queue(_WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._hand_in, name="handing in", daemon=True)

    def take(self, rows: arrow.Table) -> None:
        """Hand these in after those before. Raises what the handing in of an earlier portion has raised."""
        self._portions.put(rows)
        self._raise()

    def end(self) -> None:
        """Wait until all are handed in."""
        self._stop()
        self._raise()

    def __enter__(self) -> "Ahead":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._thread.is_alive():
            self._portions.put(None)
            self._thread.join()

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _hand_in(self) -> None:
        while (rows := self._portions.get()) is not None:
            if self._failure is not None:
                continue  # the reader is not to wait for ever
            try:
                write(self._cursor, self.batch_id, rows, is_live=self.is_live)
            except Exception as error:  # whatever it is, the reading side raises it
                self._failure = error


def write(cursor: Any, batch_id: int, rows: arrow.Table | arrow.RecordBatch, *, is_live: bool) -> None:
    """Hand rows in (columns: spool.SCHEMA): a live store dates what it learns by its own clock."""
    door.write_rows(cursor, batch_id, rows.drop_columns(["recorded_at"]) if is_live else rows)


def may_begin(connection: sa.Connection, mapping: Mapping, known: Tree) -> bool:
    """Whether rows can be handed in before all of them are read.

    In a store of no areas, and in one whose areas came from such files: where somebody has drawn them, the file's words
    mean others.
    """
    if mapping.place.point_level is not None:
        return False
    if not known.centres:
        return mapping.place.new_areas == "make"
    source = sa.text(
        "select exists (select 1 from app.sources join app.areas on areas.area_id = sources.subdistrict_id"
        " where areas.code = :place and sources.source = :source)"
    )
    named = {"place": mapping.place.code, "source": mapping.source.code}
    return all(area.boundary is None for area in known.areas.values()) and bool(connection.scalar(source, named))


def centre(connection: sa.Connection, mapping: Mapping, known: Tree, last_year: int) -> int:
    """The number of the command centre, which is made with its source and calendar in an empty store."""
    code = mapping.place.code
    for area in known.centres:
        if area.code == code:
            return area.area_id
    days = calendar(mapping.place.country, mapping.place.subdivision, last_year)
    return reference.load(connection, build_reference(mapping, Tally(), {}, days, Notes()))[code]


def is_live(connection: sa.Connection, subdistrict_id: int) -> bool:
    """Whether the store's clock says when something was learned."""
    return bool(
        connection.scalar(
            sa.text("select live_since is not null from app.subdistricts where subdistrict_id = :id"),
            {"id": subdistrict_id},
        )
    )


def open_batch(connection: sa.Connection, subdistrict_id: int, mapping: Mapping, file: str, *, is_live: bool) -> int:
    """A new batch of the door for the rows of a file."""
    batch_id = connection.scalar(
        sa.text("select app.open_batch(:subdistrict, :source, :mode, :file, null, :mapping)"),
        {
            "subdistrict": subdistrict_id,
            "source": mapping.source.code,
            "mode": "live" if is_live else "history",
            "file": file,
            "mapping": mapping.name,
        },
    )
    assert isinstance(batch_id, int)
    return batch_id
