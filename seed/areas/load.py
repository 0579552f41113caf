"""``python -m seed areas``: a file of areas into a store, all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import shapely
import sqlalchemy as sa

from queries.datum import Datum
from seed import store
from seed.areas.known import Known, Tree, tree
from seed.areas.planned import Plan
from seed.areas.planning import plan
from seed.areas.reading import AreaFile, FileArea, read
from seed.areas.writing import write

_SHOWN: Final = 20
#: Another datum is believed where outlines that the store has agree better by so much.
_CLEARLY: Final = 0.02


@dataclass(frozen=True)
class Centre:
    """The command centre as the options name it; "" where they do not."""

    code: str = ""
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Loaded:
    """What became of a file, for the terminal."""

    file_name: str
    plan: Plan
    said: tuple[str, ...]
    is_dry: bool

    def __str__(self) -> str:
        counts = self.plan.counts()
        told = f"{counts['new']:,} new + {counts['changed']:,} changed + {counts['unchanged']:,} unchanged"
        ended = f"; {counts['ended']:,} end, with {len(self.plan.lineage):,} lines of what came of their ground"
        return "\n".join(
            [
                *self.said[:_SHOWN],
                *([f"… and {len(self.said) - _SHOWN:,} more"] if len(self.said) > _SHOWN else []),
                *(f"noticed: {each}" for each in self.plan.noticed[:_SHOWN]),
                f"{self.file_name}: {len(self.plan.areas):,} areas = {told}{ended if counts['ended'] else ''}",
                *(["nothing was written: a dry run"] if self.is_dry else []),
            ]
        )


class RefusedError(store.StoreError):
    """The file holds what cannot be taken; the text has a sentence for each."""


def load(
    owner_url: str,
    path: Path,
    fields: Mapping[str, str],
    *,
    today: date | None = None,
    datum: Datum | None = None,
    since: date | None = None,
    centre: Centre = Centre(),
    skip_refused: bool = False,
    dry_run: bool = False,
) -> Loaded:
    """Load a file of areas in one transaction; see docs/areas.md.

    ``since``: areas of the file's levels and parents are drawn anew from that local day. ``today``: the store's local
    day where not given. Raises StoreError (RefusedError with all sentences) for a file that cannot be taken.
    """
    file = read(path, fields)
    with store.engine(owner_url).connect() as connection, connection.begin() as transaction:
        connection.execute(sa.text("lock table app.areas in share row exclusive mode"))
        known = tree(connection)
        areas, said = _in_wgs84(file, known, datum)
        owner, areas = _centre(known, areas, centre)
        day = today or connection.scalar(sa.text("select cast(now() at time zone app.time_zone() as date)"))
        made = plan(known, areas, owner, today=day, since=since)
        if since is not None and not made.refused:
            made.refused += _cases_in_the_way(connection, made, since)
        refused = [*file.refused, *made.refused]
        if made.refused or (refused and not skip_refused):
            raise RefusedError("\n".join([*refused[:_SHOWN], f"{path.name} is not loaded: {len(refused)} refused"]))
        write(connection, made, owner, since)
        if dry_run:
            transaction.rollback()
    repairs = [f"put right: {each} in {_some(names)}" for each, names in file.repairs.items()]
    return Loaded(path.name, made, (*said, *repairs, *(f"refused: {each}" for each in refused)), dry_run)


def _some(names: list[str]) -> str:
    """A few of many names."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def _in_wgs84(file: AreaFile, known: Tree, datum: Datum | None) -> tuple[list[FileArea], list[str]]:
    """The file's areas in the datum that the option, the file, or the store's outlines say; and how it was found."""
    if datum is not None:
        return file.areas(datum), [*file.said]
    own = file.own_datum()
    read_as, why = own or (Datum.WGS84, "GeoJSON is, where nothing says otherwise")
    agreement = {each: _agreement(file.areas(each), known) for each in Datum}
    best = max(Datum, key=lambda each: agreement[each])
    if agreement[best] > agreement[read_as] + _CLEARLY:
        read_as, why = best, f"outlines that the store has agree by {agreement[best]:.0%}"
    areas = file.areas(read_as)
    guess = f"coordinates are read as {read_as.value}: {why} (--datum says otherwise)"
    return areas, [*file.said, *([guess] if any(each.shape is not None for each in areas) else [])]


def _agreement(areas: list[FileArea], known: Tree) -> float:
    """Ground shared with the store's surveyed outlines of the same code, of what either has; 0 where none is known."""
    shared = whole = 0.0
    surveyed = {each.code: each for each in known.areas.values() if each.shape is not None and not each.is_illustrative}
    for area in areas:
        other = surveyed.get(area.code)
        if area.shape is None or other is None or other.shape is None:
            continue
        shared += area.shape.intersection(other.shape).area
        whole += shapely.union(area.shape, other.shape).area
    return shared / whole if whole else 0.0


def _centre(known: Tree, areas: list[FileArea], told: Centre) -> tuple[Known | FileArea, list[FileArea]]:
    """The command centre that areas without a parent lie under, and the areas with it where it is new."""
    of_file = [each for each in areas if each.level == "subdistrict"]
    if told.code:
        for each in known.centres:
            if told.code in (each.code, each.name_zh, each.name_en):
                return each, areas
        for area in of_file:
            if told.code in (area.code, area.name_zh):
                return area, areas
        if not told.name_zh:
            raise store.StoreError(
                f"the store has no command centre {told.code}: name it with --centre-name to make it"
            )
        shapes = [each.shape for each in areas if each.shape is not None]
        outline = shapely.union_all(shapes) if shapes else None
        new = FileArea(
            *(0, told.code, told.name_zh, told.name_en or told.name_zh, "", "subdistrict", "", "", None, None, None),
            aliases=(),
            shape=outline if outline is not None and outline.geom_type in ("Polygon", "MultiPolygon") else None,
        )
        return new, [new, *(replace(each, parent=each.parent or told.code) for each in areas)]
    if len(known.centres) == 1:
        return known.centres[0], areas
    if not known.centres and len(of_file) == 1:
        return of_file[0], areas
    if any(not each.parent and each.level not in ("city", "district", "subdistrict") for each in areas):
        raise store.StoreError(
            "no command centre is known that areas without a parent could lie under: name it with --centre CODE, and"
            " with --centre-name where it is new"
        )
    return (known.centres or of_file)[0], areas


def _cases_in_the_way(connection: sa.Connection, made: Plan, since: date) -> list[str]:
    """A case stays with the area of its day: an area cannot end before its cases."""
    rows = connection.execute(
        sa.text(
            "select areas.name_zh, areas.code, count(*) as cases, max(cases.reported_day) as last_day"
            " from app.cases join app.areas on areas.area_id = cases.area_id"
            " where cases.area_id = any(cast(:ids as integer[])) and cases.reported_day >= :since"
            " group by 1, 2 order by 2"
        ),
        {"ids": [each.area_id for each in made.ended], "since": since},
    )
    return [
        f"{row.name_zh} ({row.code}) would end on {since}, and {row.cases:,} of its cases are as late as"
        f" {row.last_day}: draw it anew from a later day"
        for row in rows
    ]
