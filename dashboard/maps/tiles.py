"""Owns the map of a place without boundaries: one tile per unit, in order, a block per community.

Blocks run like text, left to right and down, in the order the store gives; inside a block the tiles do the same. The
tiles are as large as the box allows.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil

from shapely import Polygon, box

from dashboard.maps.frame import BOX

_HEAD = 4.6  # room for a block's name above its tiles, u
_GAP = 1.2  # between blocks, u


@dataclass(frozen=True)
class Tiling:
    """Where everything is, u from the centre of the box, y upwards."""

    tiles: tuple[Polygon, ...]  # in the order of the units given
    blocks: dict[Hashable, tuple[float, float]]  # community -> left end and middle height of its name
    width: float  # of a tile


def lay(communities: Sequence[Hashable]) -> Tiling:
    """Tiles for units whose communities are given in order; the largest size at which all blocks fit the box."""
    sizes: dict[Hashable, int] = {}
    for community in communities:
        sizes[community] = sizes.get(community, 0) + 1
    best = _attempt(sizes, 1)
    for columns in range(1, 13):
        candidate = _attempt(sizes, columns)
        if candidate.width * min(candidate.width, _tile_height(candidate)) > best.width * min(
            best.width, _tile_height(best)
        ):
            best = candidate
    return best


def _tile_height(tiling: Tiling) -> float:
    if not tiling.tiles:
        return 0.0
    _, south, _, north = tiling.tiles[0].bounds
    return float(north - south)


def _attempt(sizes: dict[Hashable, int], columns: int) -> Tiling:
    width = min(BOX[0] / columns, 24.0)
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
