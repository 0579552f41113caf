"""What a file of areas would change in a store: which areas are new, which are known better, which end and what of
their ground goes where. Nothing is written here.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from seed.areas.known import Known, Tree
from seed.areas.reading import FileArea
from seed.areas.rings import geojson
from seed.importers.places import shortened

FIRST_DAY: Final = date(1900, 1, 1)
#: Two outlines of one ground: so small a share of it lies in one of them alone.
_SAME: Final = 0.002
#: A smaller share of a redrawn area's ground is a line drawn twice, no lineage.
_LEAST_SHARE: Final = 0.005
#: Neighbours whose outlines share more than this of the smaller one's ground are said to overlap.
_OVERLAP: Final = 0.01
#: Levels above the command centres: owned by none of them.
_ABOVE: Final = ("city", "district")


@dataclass
class Planned:
    """An area as it shall stand. ``known``: the row that it is; None: a new one."""

    file: FileArea
    known: Known | None
    values: dict[str, Any]  # columns of app.areas but its keys and parent
    parent: "Planned | Known | None"
    aliases: set[str]
    valid_from: date

    @property
    def shape(self) -> BaseGeometry | None:
        """Its ground."""
        return self.file.shape if self.file.shape is not None else (self.known.shape if self.known else None)

    @property
    def is_changed(self) -> bool:
        """Whether the store's row says something else."""
        return self.known is not None and (
            any(getattr(self.known, name) != value for name, value in self.values.items())
            or not self.aliases <= self.known.aliases
        )


@dataclass
class Plan:
    """Everything that a file would change."""

    areas: list[Planned] = field(default_factory=list)  # parents first
    ended: list[Known] = field(default_factory=list)
    lineage: list[tuple[Known, Planned, float]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """How many areas are new, changed, unchanged, ended."""
        told = Counter(
            "new" if each.known is None else "changed" if each.is_changed else "unchanged" for each in self.areas
        )
        told["ended"] = len(self.ended)
        return told


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
        _end(tree, made, since)
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
    parent_id = _stored(parent)
    is_dated = area.valid_from is not None and since is None
    if is_dated:
        found = [each for each in tree.meant(area.code, area.valid_from or day) if each.valid_from == area.valid_from]
    else:
        found = tree.meant(area.code, day, area.level)
        found = (
            found
            if any(each.code == area.code for each in found)
            else tree.meant(area.code, day, area.level, parent_id)
        )
        found = found or tree.meant(area.name_zh, day, area.level, parent_id)
    if len(found) > 1:
        made.refused.append(f"row {area.row}: {area.label} could be {len(found)} areas of the store: give its code")
    known = found[0] if found else None
    if known is not None and since is None and area.parent and parent_id != known.parent_id and known.parent_id:
        before = tree.areas[known.parent_id].name_zh
        made.refused.append(
            f"row {area.row}: {area.label} lies in {before} and would move: an area moves by a redraw (--from DAY)"
        )
    if known is not None and since is not None and _is_redrawn(known, area, parent_id):
        known = None
    values = _values(area, known)
    if known is None:
        values["position"] = area.row
    aliases = {*area.aliases}
    if known is not None:
        aliases |= {each for each in (area.code, area.name_zh, known.name_zh) if each}
        aliases -= {known.code, values["name_zh"]}
    valid_from = known.valid_from if known else (since or area.valid_from or FIRST_DAY)
    values["valid_to"] = area.valid_to or (known.valid_to if known else date.max)
    return Planned(area, known, values, parent, aliases, valid_from)


def _is_redrawn(known: Known, area: FileArea, parent_id: int | None) -> bool:
    """Whether the file's area is another one than the store's of that code: other ground, or elsewhere in the tree."""
    if area.parent and parent_id != known.parent_id:
        return True
    if area.shape is None or known.shape is None:
        return False
    return bool(area.shape.symmetric_difference(known.shape).area > _SAME * known.shape.area)


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


def _end(tree: Tree, made: Plan, since: date) -> None:
    """Areas of the same level and parents as the file's that it does not have end; their ground goes to its areas."""
    kept = {each.known.area_id for each in made.areas if each.known is not None}
    parents = {(each.file.level, _stored(each.parent)) for each in made.areas}
    made.ended = [
        area
        for area in tree.areas.values()
        if area.parent_id is not None
        and (area.level, area.parent_id) in parents
        and area.area_id not in kept
        and area.holds_on(since)
    ]
    ended = {area.area_id for area in made.ended}
    for area in made.ended:
        left = [each for each in tree.below(area.area_id, since) if each.area_id not in ended]
        if left:
            made.refused.append(
                f"{area.name_zh} ({area.code}) would end with {len(left)} areas below it, such as {left[0].name_zh}:"
                " the file has to draw those anew too"
            )
        if area.valid_from >= since:
            made.refused.append(f"{area.name_zh} ({area.code}) begins on {area.valid_from}: it cannot end on {since}")
        made.lineage += _heirs(area, made)


def _stored(area: Planned | Known | None) -> int | None:
    """The number of an area that the store has."""
    if isinstance(area, Planned):
        return None if area.known is None else area.known.area_id
    return None if area is None else area.area_id


def _heirs(area: Known, made: Plan) -> list[tuple[Known, Planned, float]]:
    """What share of an ended area's ground went to which; by its code where grounds are not known."""
    candidates = [each for each in made.areas if each.file.level == area.level]
    same_code = [(area, each, 1.0) for each in candidates if each.known is None and each.file.code == area.code]
    if area.shape is None or area.shape.area == 0:
        return same_code
    shares = [
        (each, area.shape.intersection(each.shape).area / area.shape.area)
        for each in candidates
        if each.shape is not None and area.shape.intersects(each.shape)
    ]
    told = [(each, share) for each, share in shares if share > _LEAST_SHARE]
    total = sum(share for _, share in told)
    if not told:
        return same_code
    if total < 1 - 5 * _LEAST_SHARE:
        made.noticed.append(
            f"{1 - total:.0%} of the ground of {area.name_zh} ({area.code}) goes to no area of the file"
        )
    return [(area, each, min(1.0, round(share / max(total, 1.0), 4))) for each, share in told]


def _overlaps(made: Plan) -> None:
    """Say which areas of one level share ground."""
    shaped = [each for each in made.areas if each.file.shape is not None]
    grounds = [each.file.shape for each in shaped if each.file.shape is not None]
    for place, other in zip(*shapely.STRtree(grounds).query(grounds, predicate="intersects").tolist(), strict=True):
        first, second = shaped[place], shaped[other]
        if place >= other or first.file.level != second.file.level or first.shape is None or second.shape is None:
            continue
        share = first.shape.intersection(second.shape).area / min(first.shape.area, second.shape.area)
        if share > _OVERLAP:
            made.noticed.append(f"{first.file.label} and {second.file.label} overlap by {share:.0%}")
