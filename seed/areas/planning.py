"""Compares a file of areas with the store's: which are new, which are known better. Nothing is written here."""

from datetime import date
from typing import Any, Final

import shapely

from seed.areas.known import Known, Tree
from seed.areas.planned import Plan, Planned, owner, stored
from seed.areas.reading import FileArea
from seed.areas.redrawing import end, is_redrawn, standing_on_its_ground
from seed.areas.rings import geojson
from seed.importers.places import shortened

FIRST_DAY: Final = date(1900, 1, 1)
#: Neighbours whose outlines share more than this of the smaller one's ground are said to overlap.
_OVERLAP: Final = 0.01
#: Levels above the command centres: owned by none of them.
_ABOVE: Final = ("city", "district")


def plan(tree: Tree, areas: list[FileArea], centre: Known | FileArea, *, today: date, since: date | None) -> Plan:
    """Compare the areas of a file with the store's. ``since``: the day from which they are drawn anew.

    ``centre``: the command centre that areas without a parent lie under.
    """
    made = Plan()
    day = since or today
    of_file: dict[str, list[Planned]] = {}
    for area in _parents_first(areas, made):
        parent = _parent(tree, area, centre, of_file, day, made)
        if parent is None and area.parent and not made.refused:
            made.refused.append(f"row {area.row}: {area.label} lies in {area.parent!r}, which nothing is called")
        planned = _planned(tree, area, parent, day, since, made)
        made.areas.append(planned)
        for word in {area.code, area.name_zh, *area.aliases}:
            of_file.setdefault(word, []).append(planned)
    if since is not None and not made.refused:
        end(tree, made, since)
    _overlaps(made)
    return made


def _parents_first(areas: list[FileArea], made: Plan) -> list[FileArea]:
    named: dict[str, FileArea] = {}
    for area in areas:
        for word in (*area.aliases, area.name_zh, area.code):
            named.setdefault(word, area)

    def depth(area: FileArea) -> int:
        steps, at = 0, area
        while at.parent in named and named[at.parent] is not at:
            at, steps = named[at.parent], steps + 1
            if steps > len(areas):
                made.refused.append(f"row {area.row}: {area.label} lies in itself")
                return 0
        return steps

    return sorted(areas, key=depth)


def _parent(
    tree: Tree, area: FileArea, centre: Known | FileArea, of_file: dict[str, list[Planned]], day: date, made: Plan
) -> Planned | Known | None:
    if area.parent:
        inside = [each for each in of_file.get(area.parent, []) if each.file is not area]
        by_code = [each for each in inside if each.file.code == area.parent]
        found: list[Planned] | list[Known] = by_code or inside or tree.meant(area.parent, day)
        if len(found) > 1:
            made.refused.append(
                f"row {area.row}: {area.label} lies in {area.parent!r}, of which there are {len(found)}"
            )
        return found[0] if found else None
    if area.level in (*_ABOVE, "subdistrict"):
        return None
    if isinstance(centre, Known):
        return centre
    return next(each for each in of_file[centre.code] if each.file is centre)


def _planned(
    tree: Tree, area: FileArea, parent: Planned | Known | None, day: date, since: date | None, made: Plan
) -> Planned:
    known = _known(tree, area, parent, day, since, made)
    if not area.parent and since is not None and known is None:
        parent = standing_on_its_ground(tree, area, since) or parent
    if not area.parent and known is not None and known.parent_id is not None:
        parent = tree.areas[known.parent_id]
    if known is not None and since is None and area.parent and known.parent_id not in (None, stored(parent)):
        before = tree.areas[known.parent_id or 0].name_zh
        made.refused.append(
            f"row {area.row}: {area.label} lies in {before} and would move: an area moves by a redraw (--from DAY)"
        )
    if known is not None and since is not None and is_redrawn(known, area, stored(parent)):
        known = None
    valid_from = known.valid_from if known else (since or area.valid_from or FIRST_DAY)
    if known is None:
        _refuse_taken(tree, area, parent, valid_from, made)
    values = _values(area, known)
    if known is None:
        values["position"] = area.row
    aliases = {*area.aliases}
    if known is not None:
        aliases |= {each for each in (area.code, area.name_zh, known.name_zh) if each}
        aliases -= {known.code, values["name_zh"]}
    values["valid_to"] = area.valid_to or (known.valid_to if known else date.max)
    return Planned(area, known, values, parent, aliases, valid_from)


def _known(
    tree: Tree, area: FileArea, parent: Planned | Known | None, day: date, since: date | None, made: Plan
) -> Known | None:
    """The store's area that a row means: by its code, else by its name or alias; only below the parent it names."""
    owned_by, below = owner(parent), stored(parent) if area.parent else None
    if area.valid_from is not None and since is None:
        found = [each for each in tree.meant(area.code, area.valid_from) if each.valid_from == area.valid_from]
    else:
        found = [each for each in tree.meant(area.code, day, area.level) if each.code == area.code]
        found = found or tree.meant(area.code, day, area.level, below)
        found = found or tree.meant(area.name_zh, day, area.level, below)
    found = [each for each in found if owned_by in (0, each.subdistrict_id)]
    if len(found) > 1:
        made.refused.append(f"row {area.row}: {area.label} could be {len(found)} areas of the store: give its code")
    return found[0] if found else None


def _refuse_taken(tree: Tree, area: FileArea, parent: Planned | Known | None, valid_from: date, made: Plan) -> None:
    """Refuse a new area whose code another one has from the same day."""
    for each in tree.coded(area.code):
        if each.valid_from == valid_from and owner(parent) in (0, each.subdistrict_id):
            why = f"it is a {each.level} there" if each.level != area.level else f"that one ended on {each.valid_to}"
            made.refused.append(f"row {area.row}: the store has the code {area.code} from the same day, and {why}")


def _values(area: FileArea, known: Known | None) -> dict[str, Any]:
    """Columns as they shall be: what the file says, else what the store has."""
    has_name = area.name_zh != area.code
    name_zh = area.name_zh if has_name or known is None else known.name_zh
    name_en = known.name_en if known and (not has_name or area.name_en == area.name_zh) else area.name_en
    boundary = geojson(area.shape) if area.shape is not None else (known.boundary if known else None)
    return {
        "name_zh": name_zh,
        "name_en": name_en,
        "short_name": area.short_name or (known.short_name if known else shortened(name_zh)),
        "kind": area.kind or (known.kind if known else ""),
        "population": area.population if area.population is not None else (known.population if known else None),
        "boundary": boundary,
        "is_illustrative": known.is_illustrative if known is not None and area.shape is None else False,
    }


def _overlaps(made: Plan) -> None:
    """Say which areas of one level share ground."""
    shaped = [each for each in made.areas if each.file.shape is not None]
    grounds = [each.file.shape for each in shaped if each.file.shape is not None]
    if len(grounds) < 2:
        return
    for place, other in zip(*shapely.STRtree(grounds).query(grounds, predicate="intersects").tolist(), strict=True):
        first, second = shaped[place], shaped[other]
        if place >= other or first.file.level != second.file.level or first.shape is None or second.shape is None:
            continue
        share = first.shape.intersection(second.shape).area / min(first.shape.area, second.shape.area)
        if share > _OVERLAP:
            made.noticed.append(f"{first.file.label} and {second.file.label} overlap by {share:.0%}")
