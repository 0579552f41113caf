"""A file and a mapping become a plan: what the store must know, the rows for the door, and what was noticed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as arrow

from seed.importers.findings import Finding, Notes, Refusal
from seed.importers.formats.base import Reader
from seed.importers.formats.registry import reader_for
from seed.importers.mapping import Mapping
from seed.importers.places import ToldArea, build_reference, told_areas
from seed.importers.progress import Step, Tell, silent
from seed.importers.raw import RawRows
from seed.importers.rows import RowMapper
from seed.importers.spool import Spool
from seed.importers.tally import Tally
from seed.importers.working_days import calendar
from seed.reference import Reference

#: A point is piled upon when it holds more cases than this, and more than this share of those with coordinates.
_POINTS = 5_000
#: Rows in memory at a time.
_CHUNK_ROWS = 20_000
_PILE_CASES = 20
_PILE_SHARE = 0.002
#: So large a share of reports at 00:00 UTC is no chance (one second of a day would be 0.001 %).
_MIDNIGHT_SHARE = 0.005


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do. Holds temporary files: close it, or use it in a ``with``."""

    path: Path
    sha256: str | None  # None where the rows came from no file
    mapping: Mapping
    reference: Reference
    areas: dict[str, ToldArea]  # that the file names, by the codes that the rows have of them
    file_rows: int  # read, those refused included
    findings: tuple[Finding, ...]
    refused: tuple[Refusal, ...]  # the first by the reader; the door refuses them, and may refuse more
    outcomes: dict[str, int]  # how many rows carry each outcome flag of the mapping
    spool: Spool
    raw: RawRows
    span: tuple[datetime, datetime] | None  # earliest and latest moment that the door may take
    points: pd.DataFrame  # places of some cases: code of the area, lon, lat (WGS84)

    @property
    def subdistrict_code(self) -> str:
        """The command centre that all rows belong to."""
        return self.mapping.place.code

    def chunks(self) -> Iterator[pd.DataFrame]:
        """The inbox rows in portions, columns as in spool.SCHEMA; recorded_at is for history batches only."""
        return self.spool.frames()

    @property
    def rows(self) -> pd.DataFrame:
        """All inbox rows at once, with subdistrict_code."""
        frames = list(self.chunks())
        whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        return whole.assign(subdistrict_code=self.subdistrict_code)

    def close(self) -> None:
        """Remove the temporary files."""
        self.spool.close()
        self.raw.close()

    def __enter__(self) -> "ImportPlan":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def plan(
    path: Path,
    mapping: Mapping,
    *,
    last_year: int,
    reader: Reader | None = None,
    tell: Tell = silent,
    onward: Callable[[arrow.Table], None] | None = None,
) -> ImportPlan:
    """Read and map the whole file. ``last_year``: the calendar reaches to its end. ``reader``: another than the file's.

    ``onward`` is given each portion of the inbox rows (columns: spool.SCHEMA) as it is mapped.
    Raises ImportFileError when the file cannot be read or lacks a column, MappingError for an unknown country.
    """
    days = calendar(mapping.place.country, mapping.place.subdivision, last_year)
    mapper = RowMapper(mapping)
    sha256, of = _looked_over(path) if reader is None else (None, None)
    reader = reader or reader_for(path, mapping.file.options)
    spool, raw = Spool(), RawRows()
    try:
        for chunk in reader.chunks(mapping.columns(), _CHUNK_ROWS):
            rows = spool.write(mapper.inbox_rows(chunk))
            if onward is not None:
                onward(rows)
            raw.write(chunk)
            tell(Step("reading", mapper.tally.rows, of and max(of, mapper.tally.rows)))
        tell(Step("reading", mapper.tally.rows, mapper.tally.rows))
        areas = told_areas(mapping, mapper.tally, mapper.notes)
        reference = build_reference(mapping, mapper.tally, areas, days, mapper.notes)
    except BaseException:
        spool.close()
        raw.close()
        raise
    mapper.notes.add("rows_refused", mapper.refused)
    twice, alike = mapper.likeness.found()
    mapper.notes.add("id_twice", twice)
    mapper.notes.add("rows_alike", alike)
    _note_piles(mapper.tally, mapper.notes)
    if mapper.midnights > _MIDNIGHT_SHARE * mapper.tally.rows:
        mapper.notes.add("time_utc_midnight", mapper.midnights)
    return ImportPlan(
        path=path,
        sha256=sha256,
        mapping=mapping,
        reference=reference,
        areas=areas,
        file_rows=mapper.tally.rows,
        findings=mapper.notes.findings(),
        refused=tuple(sorted(mapper.refusals, key=lambda refusal: refusal.row)),
        outcomes=dict(mapper.tally.outcomes),
        spool=spool,
        raw=raw,
        span=mapper.span,
        points=mapper.tally.sample(_POINTS),
    )


def _note_piles(tally: Tally, notes: Notes) -> None:
    points, cases = tally.piles()
    least = max(_PILE_CASES, _PILE_SHARE * tally.located)
    for (lon, lat), count in zip(points[cases > least], cases[cases > least], strict=True):
        notes.add("coordinates_piled", int(count))
        notes.examples["coordinates_piled"][f"{lon} {lat}"] += int(count)


#: Forms in which a line is about a row, so that the number of rows is known beforehand.
_LINES = (".csv", ".txt", ".tsv", ".jsonl", ".ndjson")


def _looked_over(path: Path) -> tuple[str, int | None]:
    """SHA-256 of the file, and about how many rows it holds where its form tells."""
    digest = hashlib.sha256()
    lines = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            lines += block.count(b"\n")
    return digest.hexdigest(), lines or None if path.suffix.lower() in _LINES else None
