"""Owns the map of a place without boundaries: one tile per unit, in order, a block per community.

Blocks run like text, left to right and down, in the order the store gives; inside a block the tiles do the same. The
tiles are as large as the box allows; where there are too many to be named, they are squares and the blocks stand in
columns, as in a newspaper.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from shapely import Polygon, box

from dashboard.maps.frame import BOX

_HEAD = 4.2  # room for a block's name above its tiles, u
_LINE = 5.8  # least height of a tile that holds a line of text, u
_GAP = 0.9  # between blocks, u
_GUTTER = 3.0  # between columns of blocks, u
_SQUARE = (9.0, 1.0)  # largest and smallest square, u
_MOST_COLUMNS = 4


@dataclass(frozen=True)
class Tiling:
    """Where everything is, u from the centre of the box, y upwards."""

    tiles: tuple[Polygon, ...]  # in the order of the units given
    blocks: dict[Hashable, tuple[float, float]]  # community -> left end and middle height of its name
    width: float  # of a tile


def lay(communities: Sequence[Hashable], *, room: float = 0.0) -> Tiling:
    """Tiles for units whose communities are given in order.

    As many columns as leave each tile ``room`` u for its name; where no number does, the widest tiles that are still
    high enough for a line of text, and for a great many units the largest squares with which all blocks fit the box.
    """
    sizes: dict[Hashable, int] = {}
    for community in communities:
        sizes[community] = sizes.get(community, 0) + 1
    tilings = [_attempt(sizes, columns) for columns in range(12, 0, -1)]
    legible = [tiling for tiling in tilings if _tile_height(tiling) >= _LINE]
    for tiling in legible:
        if tiling.width >= room > 0:
            return tiling
    if legible and room > 0:
        return legible[-1]
    if legible or not sizes:
        return max(tilings, key=lambda tiling: tiling.width * min(tiling.width, _tile_height(tiling)))
    return _squares(sizes, list(communities))


def _squares(sizes: dict[Hashable, int], communities: list[Hashable]) -> Tiling:
    """The largest squares with which all blocks fit in columns side by side; without names."""
    largest, smallest = _SQUARE
    for tenths in range(round(largest * 10), round(smallest * 10), -1):
        side = tenths / 10
        for columns in range(1, _MOST_COLUMNS + 1):
            width = (BOX[0] - (columns - 1) * _GUTTER) / columns
            per_line = floor(width / side)
            starts = _columns(sizes, side, per_line, columns)
            if starts is not None:
                return _place_squares(communities, starts, side, per_line, width)
    return _attempt(sizes, 12)


def _columns(
    sizes: dict[Hashable, int], side: float, per_line: int, columns: int
) -> dict[Hashable, tuple[int, float]] | None:
    """Column and upper edge (u below the box's) of each block; None where they do not fit."""
    if per_line < 1:
        return None
    column, used = 0, 0.0
    starts: dict[Hashable, tuple[int, float]] = {}
    for community, size in sizes.items():
        height = _HEAD + ceil(size / per_line) * side
        if used and used + height > BOX[1]:
            column, used = column + 1, 0.0
        if column >= columns or height > BOX[1]:
            return None
        starts[community] = (column, used)
        used += height + _GAP
    return starts


def _place_squares(
    communities: list[Hashable], starts: dict[Hashable, tuple[int, float]], side: float, per_line: int, width: float
) -> Tiling:
    tiles: list[Polygon] = []
    corners = {
        community: (column * (width + _GUTTER) - BOX[0] / 2, BOX[1] / 2 - top)
        for community, (column, top) in starts.items()
    }
    seen: dict[Hashable, int] = {}
    for community in communities:
        row, place = divmod(seen.get(community, 0), per_line)
        seen[community] = seen.get(community, 0) + 1
        left, top = corners[community]
        x, y = left + place * side, top - _HEAD - row * side
        tiles.append(box(x, y - side, x + side, y))
    blocks = {community: (left, top - _HEAD / 2) for community, (left, top) in corners.items()}
    return Tiling(tiles=tuple(tiles), blocks=blocks, width=side)


def _tile_height(tiling: Tiling) -> float:
    if not tiling.tiles:
        return 0.0
    _, south, _, north = tiling.tiles[0].bounds
    return float(north - south)


def _attempt(sizes: dict[Hashable, int], columns: int) -> Tiling:
    width = min(BOX[0] / columns, 46.0)
    lines = sum(ceil(size / columns) for size in sizes.values())
    room = BOX[1] - len(sizes) * (_HEAD + _GAP)
    height = min(max(room / max(lines, 1), 0.5), width * 0.7, 14.0)
    used = lines * height + len(sizes) * (_HEAD + _GAP) - _GAP
    left, top = -width * columns / 2, used / 2
    tiles: list[Polygon] = []
    blocks: dict[Hashable, tuple[float, float]] = {}
    for community, size in sizes.items():
        blocks[community] = (left, top - _HEAD / 2)
        top -= _HEAD
        for place in range(size):
            row, column = divmod(place, columns)
            x, y = left + column * width, top - row * height
            tiles.append(box(x, y - height, x + width, y))
        top -= ceil(size / columns) * height + _GAP
    return Tiling(tiles=tuple(tiles), blocks=blocks, width=width)
