"""Writes a plan into a store of its own: the place as the owner, the rows through the door as the writer.

All rows of a file are one batch, so a crash leaves either the whole file or nothing of it.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import shapely
import sqlalchemy as sa

from seed import door, reference, store
from seed.importers.coordinates import better_datum, shares
from seed.importers.findings import Finding, Refusal
from seed.importers.mapping import Mapping, load_mapping
from seed.importers.plan import ImportPlan, plan
from seed.importers.points import Placer, placer
from seed.importers.rows import ROWS_PER_FILE_ROW
from seed.settings import Settings, role_url

_SHOWN_REFUSALS = 10


@dataclass(frozen=True)
class ImportResult:
    """What became of a file."""

    file_name: str
    file_rows: int
    batch: door.BatchResult  # in rows of the log: what happened to cases, one or more per file row
    refused: tuple[Refusal, ...]  # every refused row, by row of the file
    findings: tuple[Finding, ...]
    outcomes: dict[str, int]  # rows that carry an outcome flag of the mapping
    seconds: float

    def __str__(self) -> str:
        batch = self.batch
        counts = (
            f"{batch.rows_read:,} events read = {batch.rows_new:,} new + {batch.rows_changed:,} changed"
            f" + {batch.rows_unchanged:,} unchanged + {batch.rows_refused:,} refused"
        )
        parked = f" + {batch.rows_parked:,} waiting for their case" if batch.rows_parked else ""
        lines = [
            f"{self.file_name}: {self.file_rows:,} rows in {self.seconds:.1f} s",
            f"batch {batch.batch_id}: {counts}{parked}",
            *(
                f"  refused: {count:,} {reason}"
                for reason, count in Counter(row.reason for row in self.refused).items()
            ),
            *(f"    row {row.row}, {row.column}: {row.reason} {row.detail}" for row in self.refused[:_SHOWN_REFUSALS]),
            *(f"  noticed: {finding.sentence}" for finding in self.findings),
            *(f"  outcome by the source's own flag, without a time: {name} {n:,}" for name, n in self.outcomes.items()),
        ]
        return "\n".join(lines)


def import_file(settings: Settings, path: Path, mapping: str | Path) -> ImportResult:
    """Load a file into the store that the settings name; see ``import_into``."""
    today = datetime.now(UTC).date()
    return import_into(role_url(settings, "owner"), lambda: role_url(settings, "writer"), path, mapping, today=today)


def import_into(
    owner_url: str, writer_url: str | Callable[[], str], path: Path, mapping: str | Path, *, today: date
) -> ImportResult:
    """Load a file by a mapping (name or TOML file); the calendar reaches to the end of the year after ``today``.

    A store without a schema gets it, with the mapping's time zone. ``writer_url``: an address, or a function that gives
    it once the schema (and with it the writer's role) is there. Raises StoreError when the store holds another place
    or keeps its days in another zone, ImportFileError and MappingError for the file and the mapping.
    """
    started = time.monotonic()
    loaded = load_mapping(mapping)
    with plan(Path(path), loaded, last_year=today.year + 1) as planned:
        store.migrate(owner_url, loaded.place.time_zone)
        _claim(owner_url, loaded)
        with store.engine(owner_url).begin() as connection:
            found = _datum_finding(connection, planned)
            subdistrict_id = reference.load(connection, planned.reference)[loaded.place.code]
            placing = _placing(connection, subdistrict_id, planned)
            store.remember(connection, f"shown_columns/{loaded.source.code}", shown_columns(loaded))
        batch = _send(writer_url() if callable(writer_url) else writer_url, owner_url, subdistrict_id, planned, placing)
        refused = _refused(owner_url, batch.batch_id, planned.refused)
        with store.engine(owner_url).begin() as connection:
            store.remember(connection, f"import/{loaded.source.code}", _remembered(planned, batch))
        store.tidy(owner_url)
    return ImportResult(
        file_name=planned.path.name,
        file_rows=planned.file_rows,
        batch=batch,
        refused=refused,
        findings=(*planned.findings, *found, *(placing.notes.findings() if placing else ())),
        outcomes=planned.outcomes,
        seconds=time.monotonic() - started,
    )


def _claim(owner_url: str, mapping: Mapping) -> None:
    """Make sure that the store is this place's, and set its zone while it is empty."""
    place = mapping.place
    with store.engine(owner_url).begin() as connection:
        codes = set(
            connection.scalars(
                sa.text("select code from app.areas where area_id in (select subdistrict_id from app.subdistricts)")
            )
        )
        if not codes:
            store.remember(connection, "time_zone", place.time_zone)
            return
        if codes != {place.code}:
            raise store.StoreError(
                f"the store holds {', '.join(sorted(codes))}: {place.name_en} needs a store of its own (set DATA_DIR or"
                " DATABASE_URL to another)"
            )
        zone = connection.scalar(sa.text("select app.time_zone()"))
        if zone != place.time_zone:
            raise store.StoreError(f"the store counts days in {zone}, the mapping in {place.time_zone}")


def _datum_finding(connection: sa.Connection, planned: ImportPlan) -> tuple[Finding, ...]:
    """Whether the file's coordinates fit the outlines that the store has better when read in another datum."""
    rules = planned.mapping.coordinates
    if rules is None:
        return ()
    rows = connection.execute(
        sa.text("select code, cast(boundary as text) as boundary from app.areas where boundary is not null")
    )
    outlines = {row.code: shapely.from_geojson(row.boundary) for row in rows}
    found = shares(planned.points, outlines, rules.datum)
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


def shown_columns(mapping: Mapping) -> list[str]:
    """Columns of a refused row that the app may show, masked: those that the mapping reads as nothing personal."""
    hidden = {*mapping.personal.columns().values()}
    return [column for column in mapping.columns() if column not in hidden]


def _send(
    writer_url: str, owner_url: str, subdistrict_id: int, planned: ImportPlan, placing: Placer | None
) -> door.BatchResult:
    with store.engine(owner_url).connect() as owner:
        is_live = owner.scalar(
            sa.text("select live_since is not null from app.subdistricts where subdistrict_id = :id"),
            {"id": subdistrict_id},
        )
    with contextlib.closing(door.connect(writer_url)) as connection:
        batch_id = door.open_batch(
            connection,
            subdistrict_id,
            planned.mapping.source.code,
            "live" if is_live else "history",
            file_name=planned.path.name,
            file_sha256=planned.sha256,
            mapping=planned.mapping.name,
        )
        for rows in map(placing.place, planned.chunks()) if placing else planned.chunks():
            # a live store dates what it learns by its own clock
            door.copy_rows(connection, batch_id, rows.drop(columns="recorded_at") if is_live else rows)
        door.seal(connection, batch_id)
        return door.absorb(connection, batch_id)


def _refused(owner_url: str, batch_id: int, by_reader: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """What the door refused, by row of the file, with the reader's reason where it had one."""
    known = {refusal.row: refusal for refusal in by_reader}
    with store.engine(owner_url).connect() as connection:
        rows = connection.execute(
            sa.text(
                "select row_no, column_name, reason, detail from app.import_rejects"
                " where batch_id = :id order by row_no"
            ),
            {"id": batch_id},
        ).all()
    return tuple(
        known.get(row.row_no // ROWS_PER_FILE_ROW)
        or Refusal(row.row_no // ROWS_PER_FILE_ROW, row.column_name, row.reason, row.detail)
        for row in rows
    )


def _remembered(planned: ImportPlan, batch: door.BatchResult) -> dict[str, object]:
    """What the pages about the data's health show of the last import of a source."""
    return {
        "file": planned.path.name,
        "batch_id": batch.batch_id,
        "file_rows": planned.file_rows,
        "findings": {finding.code: finding.count for finding in planned.findings},
        "outcomes": planned.outcomes,
    }
