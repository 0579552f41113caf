"""Hands the rows of a file in, where that can be while it is still being read: by COPY on a thread of its own.

All of it is in the import's transaction, with the writer's rights.
"""

import threading
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any, Final

import pandas as pd
import pyarrow as arrow
import sqlalchemy as sa

from seed import door, reference
from seed.areas.known import Tree
from seed.importers.findings import Notes
from seed.importers.mapping import Mapping
from seed.importers.naming import Naming
from seed.importers.places import build_reference
from seed.importers.plan import ImportPlan
from seed.importers.points import Placer
from seed.importers.progress import Step, Tell
from seed.importers.tally import Tally

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
                _write(self._cursor, self.batch_id, rows, is_live=self.is_live)
            except Exception as error:  # whatever it is, the reading side raises it
                self._failure = error


def begun(connection: sa.Connection, mapping: Mapping, path: Path, known: Tree, *, live: bool) -> Ahead | None:
    """An open batch whose rows can be handed in while the file is read; None where they have to wait for all of it.

    They need not in a store without areas, nor in one whose areas came from such files: where somebody has drawn them,
    the file's words mean others. An empty store is given the command centre and its source.
    """
    if not _may_begin(connection, mapping, known):
        return None
    subdistrict_id = _centre(connection, mapping, known)
    is_live = live or _is_live(connection, subdistrict_id)
    connection.execute(sa.text("set local role grid_writer"))
    batch_id = _open_batch(connection, subdistrict_id, mapping, path, is_live=is_live)
    return Ahead(connection.connection.cursor(), batch_id, is_live=is_live)


def handed_in(
    connection: sa.Connection,
    cursor: Any,
    subdistrict_id: int,
    planned: ImportPlan,
    named: Naming,
    placing: Placer | None,
    ahead: Ahead | None,
    *,
    live: bool,
    tell: Tell,
) -> tuple[int, bool]:
    """The open batch that holds the rows of the file, and whether it is a live one; the session is the writer's then.

    What was handed in ahead counts where it is what would be handed in now; else it is taken back.
    """
    is_live = live or _is_live(connection, subdistrict_id)
    if ahead is not None and not named.is_needed and ahead.is_live == is_live:
        connection.execute(sa.text("set local role grid_writer"))
        tell(Step("handing in", planned.file_rows, planned.file_rows))
        return ahead.batch_id, is_live
    if ahead is not None:
        connection.execute(sa.text("delete from app.inbox where batch_id = :id"), {"id": ahead.batch_id})
        connection.execute(sa.text("delete from app.import_batches where batch_id = :id"), {"id": ahead.batch_id})
    connection.execute(sa.text("set local role grid_writer"))
    batch_id = _open_batch(connection, subdistrict_id, planned.mapping, planned.path, is_live=is_live)
    of, done = planned.spool.rows, 0
    for read in planned.spool.batches():
        rows = named.place(read)
        _write(cursor, batch_id, rows if placing is None else placing.place(rows), is_live=is_live)
        done += len(rows)
        tell(Step("handing in", planned.file_rows * done // of, planned.file_rows))
    return batch_id, is_live


def _write(cursor: Any, batch_id: int, rows: arrow.Table | arrow.RecordBatch, *, is_live: bool) -> None:
    """Hand rows in (columns: spool.SCHEMA): a live store dates what it learns by its own clock."""
    door.write_rows(cursor, batch_id, rows.drop_columns(["recorded_at"]) if is_live else rows)


def _may_begin(connection: sa.Connection, mapping: Mapping, known: Tree) -> bool:
    """Whether nothing that is read later changes a row."""
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


def _centre(connection: sa.Connection, mapping: Mapping, known: Tree) -> int:
    """The number of the command centre, which is made with its source in an empty store."""
    code = mapping.place.code
    for area in known.centres:
        if area.code == code:
            return area.area_id
    no_days = pd.DataFrame(columns=list(reference.COLUMNS["calendar"]))
    return reference.load(connection, build_reference(mapping, Tally(), {}, no_days, Notes()))[code]


def _is_live(connection: sa.Connection, subdistrict_id: int) -> bool:
    """Whether the store's clock says when something was learned."""
    return bool(
        connection.scalar(
            sa.text("select live_since is not null from app.subdistricts where subdistrict_id = :id"),
            {"id": subdistrict_id},
        )
    )


def _open_batch(connection: sa.Connection, subdistrict_id: int, mapping: Mapping, path: Path, *, is_live: bool) -> int:
    """A new batch of the door for the rows of a file."""
    batch_id = connection.scalar(
        sa.text("select app.open_batch(:subdistrict, :source, :mode, :file, null, :mapping)"),
        {
            "subdistrict": subdistrict_id,
            "source": mapping.source.code,
            "mode": "live" if is_live else "history",
            "file": path.name,
            "mapping": mapping.name,
        },
    )
    assert isinstance(batch_id, int)
    return batch_id
