"""A file and a mapping become a plan: what the store must know, the rows for the door, and what was noticed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from seed.importers.findings import Finding, Notes, Refusal
from seed.importers.formats.registry import reader_for
from seed.importers.mapping import Mapping
from seed.importers.places import build_reference
from seed.importers.rows import RowMapper
from seed.importers.spool import Spool
from seed.importers.tally import Tally
from seed.importers.working_days import calendar
from seed.reference import Reference

#: A point is piled upon when it holds more cases than this, and more than this share of those with coordinates.
_POINTS = 5_000
_PILE_CASES = 20
_PILE_SHARE = 0.002
#: So large a share of reports at 00:00 UTC is no chance (one second of a day would be 0.001 %).
_MIDNIGHT_SHARE = 0.005


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do. Holds a temporary file: close it, or use it in a ``with``."""

    path: Path
    sha256: str
    mapping: Mapping
    reference: Reference
    file_rows: int  # read, those refused included
    findings: tuple[Finding, ...]
    refused: tuple[Refusal, ...]  # by the reader; the door refuses them, and may refuse more
    outcomes: dict[str, int]  # how many rows carry each outcome flag of the mapping
    spool: Spool
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
        """Remove the temporary file."""
        self.spool.close()

    def __enter__(self) -> "ImportPlan":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def plan(path: Path, mapping: Mapping, *, last_year: int) -> ImportPlan:
    """Read and map the whole file. ``last_year``: the calendar reaches to its end.

    Raises ImportFileError when the file cannot be read or lacks a column, MappingError for an unknown country.
    """
    days = calendar(mapping.place.country, mapping.place.subdivision, last_year)
    mapper = RowMapper(mapping)
    spool = Spool()
    try:
        for chunk in reader_for(path, mapping.file.options).chunks(mapping.columns()):
            spool.write(mapper.inbox_rows(chunk))
        reference = build_reference(mapping, mapper.tally, days, mapper.notes)
    except BaseException:
        spool.close()
        raise
    mapper.notes.add("rows_refused", len(mapper.refusals))
    _note_piles(mapper.tally, mapper.notes)
    if mapper.midnights > _MIDNIGHT_SHARE * mapper.tally.rows:
        mapper.notes.add("time_utc_midnight", mapper.midnights)
    return ImportPlan(
        path=path,
        sha256=_sha256(path),
        mapping=mapping,
        reference=reference,
        file_rows=mapper.tally.rows,
        findings=mapper.notes.findings(),
        refused=tuple(sorted(mapper.refusals, key=lambda refusal: refusal.row)),
        outcomes=dict(mapper.tally.outcomes),
        spool=spool,
        points=mapper.tally.sample(_POINTS),
    )


def _note_piles(tally: Tally, notes: Notes) -> None:
    least = max(_PILE_CASES, _PILE_SHARE * tally.points.total())
    for (lon, lat), cases in tally.points.items():
        if cases > least:
            notes.add("coordinates_piled", cases)
            notes.examples["coordinates_piled"][f"{lon} {lat}"] += cases


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
