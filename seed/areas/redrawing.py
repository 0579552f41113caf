"""Areas drawn anew from a day on: which are others than before, which end, and where their ground goes."""

from datetime import date
from typing import Final

from seed.areas.known import Known, Tree
from seed.areas.planned import Plan, Planned, stored
from seed.areas.reading import FileArea

#: Two outlines of one ground: so small a share of it lies in one of them alone.
_SAME: Final = 0.002
#: A smaller share of a redrawn area's ground is a line drawn twice, no lineage.
_LEAST_SHARE: Final = 0.005


def is_redrawn(known: Known, area: FileArea, parent_id: int | None) -> bool:
    """Whether the file's area is another one than the store's of that code: other ground, or elsewhere in the tree."""
    if area.parent and parent_id != known.parent_id:
        return True
    if area.shape is None or known.shape is None:
        return False
    return bool(area.shape.symmetric_difference(known.shape).area > _SAME * known.shape.area)


def standing_on_its_ground(tree: Tree, area: FileArea, day: date) -> Known | None:
    """The parent of the area of its level that stands on most of its ground."""
    ground = area.shape
    if ground is None:
        return None
    shares = [
        (ground.intersection(each.shape).area, each.parent_id)
        for each in tree.areas.values()
        if each.level == area.level
        and each.parent_id is not None
        and each.holds_on(day)
        and each.shape is not None
        and each.shape.intersects(ground)
    ]
    return tree.areas[max(shares)[1]] if shares else None


def end(tree: Tree, made: Plan, since: date) -> None:
    """Areas of the same level and parents as the file's that it does not have end; their ground goes to its areas."""
    kept = {each.known.area_id for each in made.areas if each.known is not None}
    parents = {(each.file.level, stored(each.parent)) for each in made.areas}
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
