"""Writes a file into a store of its own: the place as the owner, the rows through the door with the writer's rights.

All of it is one transaction: a crash, however it comes, leaves the whole file or nothing of it, a second import of the
same place waits for the first, and a dry run is the same transaction taken back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import shapely
import sqlalchemy as sa

from seed import door, reference, store
from seed.areas.known import Tree, tree
from seed.importers import refused
from seed.importers.claim import claim, own_place
from seed.importers.coordinates import better_datum, shares
from seed.importers.findings import Finding
from seed.importers.formats.base import Reader
from seed.importers.handing import Ahead, begun, handed_in
from seed.importers.mapping import Mapping, load_mapping
from seed.importers.naming import Naming, naming
from seed.importers.plan import ImportPlan, plan
from seed.importers.points import Placer, placer
from seed.importers.progress import Step, Tell, silent
from seed.importers.result import FileRows, ImportResult
from seed.importers.watching import watched
from seed.settings import Settings, role_url

Look = Callable[[sa.Connection, int], object]


def unseen(connection: sa.Connection, batch_id: int) -> None:
    """Looks at nothing."""


def import_file(
    settings: Settings,
    path: Path,
    mapping: str | Path,
    *,
    live: bool = False,
    dry_run: bool = False,
    tell: Tell = silent,
    look: Look = unseen,
) -> ImportResult:
    """Load a file into the store that the settings name; see ``import_into``."""
    today = datetime.now(UTC).date()
    owner_url = role_url(settings, "owner")
    return import_into(owner_url, None, path, mapping, today=today, live=live, dry_run=dry_run, tell=tell, look=look)


def import_into(
    owner_url: str,
    writer_url: str | Callable[[], str] | None,
    path: Path,
    mapping: str | Path,
    *,
    today: date,
    live: bool = False,
    dry_run: bool = False,
    tell: Tell = silent,
    look: Look = unseen,
    reader: Reader | None = None,
    retries: int | None = None,
) -> ImportResult:
    """Load a file by a mapping (name or TOML file); the calendar reaches to the end of the year after ``today``.

    A store without a schema gets it, with the mapping's time zone. ``live``: what the file tells is known from now on,
    not since it happened; so are all later files of the store, and each is a sign of life of its source. ``dry_run``:
    all is done and taken back, so that the result says what would be. ``look`` is called before the end of the
    transaction, a dry run's too, with its connection and the batch. ``reader`` brings other rows than the file's,
    ``retries`` names the batch they were refused in. The rows go in with the writer's rights, in the owner's
    transaction: ``writer_url`` is not asked. Raises StoreError when the store holds another place or keeps its days in
    another zone, ImportFileError and MappingError for the file and the mapping.
    """
    started = time.monotonic()
    with store.engine(owner_url).connect() as connection:
        loaded = own_place(connection, load_mapping(mapping))
    schema = nullcontext() if dry_run else _schema(owner_url, loaded.place.time_zone)
    with schema, _one_transaction(owner_url, dry_run=dry_run) as connection, ExitStack() as held:
        if dry_run:
            store.migrate_within(connection, loaded.place.time_zone)
        claim(connection, loaded.place)
        known = tree(connection)
        ahead = begun(connection, loaded, Path(path), known, live=live)
        onward = None if ahead is None else held.enter_context(ahead).take
        planned = held.enter_context(
            plan(Path(path), loaded, last_year=today.year + 1, reader=reader, tell=tell, onward=onward)
        )
        if ahead is not None:
            ahead.end()
        if not dry_run:
            _prepare_months(owner_url, planned)
        result = _taken_in(connection, planned, known, ahead, live=live, retries=retries, tell=tell)
        look(connection, result[0].batch_id)
    if not dry_run:
        store.tidy(owner_url, packs=False)  # whoever loads a file waits for it
    batch, rows, refusals, reasons, found = result
    return ImportResult(
        file_name=planned.path.name,
        rows=rows,
        batch=batch,
        refused=refusals,
        reasons=reasons,
        findings=(*planned.findings, *found),
        outcomes=planned.outcomes,
        seconds=time.monotonic() - started,
        is_dry_run=dry_run,
    )


@contextmanager
def _schema(owner_url: str, time_zone: str) -> Iterator[None]:
    """The store's schema, before its rows; one that is made here gets its indexes with them, or if they fail."""
    store.migrate(owner_url, time_zone, to_be_filled=True)
    try:
        yield
    except BaseException:
        with suppress(sa.exc.SQLAlchemyError):
            store.migrate(owner_url)
        raise


@contextmanager
def _one_transaction(owner_url: str, *, dry_run: bool) -> Iterator[sa.Connection]:
    """The owner's transaction; a dry run is rolled back."""
    with store.engine(owner_url).connect() as connection, connection.begin() as transaction:
        # a file that takes long to read is no reason to end the session
        connection.execute(sa.text("set local idle_in_transaction_session_timeout = 0"))
        # one import of a store at a time: the next one sees what this one has loaded
        connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": store.FILLING_LOCK})
        yield connection
        if dry_run:
            transaction.rollback()


def _prepare_months(owner_url: str, planned: ImportPlan) -> None:
    """Make the months that the rows will need, apart, so that readers of the log never wait for the import."""
    if planned.span is None:
        return
    with store.engine(owner_url).begin() as connection:
        connection.execute(
            sa.text(
                "select app.prepare_months("
                "greatest(cast(:first as date), make_date(cast(app.setting_text('first_year') as integer), 1, 2)),"
                " least(cast(:last as date), make_date(cast(app.setting_text('last_year') as integer), 12, 31)))"
            ),
            dict(zip(("first", "last"), planned.span, strict=True)),
        )
        connection.execute(sa.text("select app.prepare_months(current_date, current_date)"))


def _taken_in(
    connection: sa.Connection,
    planned: ImportPlan,
    known: Tree,
    ahead: Ahead | None,
    *,
    live: bool,
    retries: int | None,
    tell: Tell,
) -> Any:
    mapping = planned.mapping
    connection.execute(sa.text("reset role"))
    # what the store knew before the file was read; of its areas, what it knows now
    named = naming(connection, mapping, planned.areas, None if known.centres else known)
    found = (*named.notes.findings(), *_datum_finding(connection, planned, named))
    subdistrict_id = reference.load(connection, named.reference(planned.reference))[mapping.place.code]
    placing = _placing(connection, subdistrict_id, planned)
    cursor = connection.connection.cursor()
    batch_id, is_live = handed_in(
        connection, cursor, subdistrict_id, planned, named, placing, ahead, live=live, tell=tell
    )
    batch = _absorbed(connection, subdistrict_id, planned, batch_id, is_live=is_live, tell=tell)
    found = (*found, *(placing.notes.findings() if placing is not None else ()))
    connection.execute(sa.text("reset role"))
    store.make_indexes(connection)
    connection.execute(
        sa.text(
            "update app.import_batches set file_sha256 = :sha256, retries_batch_id = :retried where batch_id = :id"
        ),
        {"id": batch.batch_id, "sha256": planned.sha256, "retried": retries},
    )
    # nothing is known yet of how many were refused: whatever the planner guesses, it must not go row by row
    connection.execute(sa.text("set local enable_nestloop = off"))
    refused.mark_tried(connection, batch.batch_id)
    refused.keep_whole(connection, cursor, batch.batch_id, mapping, planned.raw)
    rows = _file_rows(connection, batch.batch_id)
    reasons = refused.reasons(connection, batch.batch_id)
    if retries is None:
        store.remember(connection, f"import/{mapping.source.code}", _remembered(planned, batch, rows, reasons, found))
    return batch, rows, refused.first(connection, batch.batch_id), reasons, found


def _absorbed(
    connection: sa.Connection,
    subdistrict_id: int,
    planned: ImportPlan,
    batch_id: int,
    *,
    is_live: bool,
    tell: Tell,
) -> door.BatchResult:
    """Have the rows taken in, as the door wants it of any writer."""
    with watched(connection, planned.file_rows, tell):
        connection.execute(sa.text("select app.seal(:id)"), {"id": batch_id})
        connection.execute(
            sa.text("select app.compare_export(:id, :rows, :says_status)"),
            {"id": batch_id, "rows": planned.file_rows, "says_status": _says_status(planned.mapping)},
        )
        tell(Step("taking in", 0, None))
        row = connection.execute(
            sa.text(
                "select batch_id, rows_read, rows_new, rows_changed, rows_unchanged, rows_refused, rows_parked"
                " from app.absorb(:id)"
            ),
            {"id": batch_id},
        ).one()
    if is_live:
        # a file that tells nothing new has come all the same
        connection.execute(
            sa.text("select app.heartbeat(:subdistrict, :source)"),
            {"subdistrict": subdistrict_id, "source": planned.mapping.source.code},
        )
    tell(Step("taking in", planned.file_rows, planned.file_rows))
    return door.BatchResult(*row)


def _says_status(mapping: Mapping) -> bool:
    """Whether the status alone says how a case stands; where a case's own log is read, that one does."""
    return mapping.status is not None and mapping.history is None


def _file_rows(connection: sa.Connection, batch_id: int) -> FileRows:
    row = connection.execute(
        sa.text(
            "select file_rows, file_rows_new, file_rows_changed, file_rows_unchanged, file_rows_refused"
            " from app.import_batches where batch_id = :id"
        ),
        {"id": batch_id},
    ).one()
    return FileRows(*row)


def _datum_finding(connection: sa.Connection, planned: ImportPlan, named: Naming) -> tuple[Finding, ...]:
    """Whether the file's coordinates fit the outlines that the store has better when read in another datum."""
    rules = planned.mapping.coordinates
    if rules is None:
        return ()
    rows = connection.execute(
        sa.text("select code, cast(boundary as text) as boundary from app.areas where boundary is not null")
    )
    outlines = {row.code: shapely.from_geojson(row.boundary) for row in rows}
    points = planned.points.assign(code=planned.points["code"].replace(named.codes()))
    found = shares(points, outlines, rules.datum)
    better = better_datum(found, rules.datum)
    if better is None:
        return ()
    said = f"{found[better]:.0%} lie in their area as {better}, {found[rules.datum]:.0%} as {rules.datum}"
    return (Finding("coordinates_datum", len(planned.points), (said,)),)


def _placing(connection: sa.Connection, subdistrict_id: int, planned: ImportPlan) -> Placer | None:
    """What finds the area of a case by its point, where the mapping wants it."""
    place = planned.mapping.place
    if place.point_level is None:
        return None
    return placer(connection, subdistrict_id, place.code, place.point_level, place.zone)


def _remembered(
    planned: ImportPlan,
    batch: door.BatchResult,
    rows: FileRows,
    reasons: dict[str, int],
    found: tuple[Finding, ...],
) -> dict[str, object]:
    """What the pages about the data's health show of the last import of a source."""
    return {
        "file": planned.path.name,
        "batch_id": batch.batch_id,
        "file_rows": rows.read,
        "rows": {"new": rows.new, "changed": rows.changed, "unchanged": rows.unchanged, "refused": rows.refused},
        "refused": reasons,
        "findings": {finding.code: finding.count for finding in (*planned.findings, *found)},
        "examples": {finding.code: finding.examples for finding in (*planned.findings, *found) if finding.examples},
        "outcomes": planned.outcomes,
    }
