"""Owns where names stand on the map: plates on red grids, numbers on orange ones, community names clear of both.

Widths are estimated, since Python does not measure fonts: a Chinese character is one em wide, Latin letters have four
classes of width. A community's name keeps its place as long as it can: places are tried in a fixed order of merit, and
only a plate or a mark in the way makes it move.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree, box
from shapely.geometry.base import BaseGeometry

from dashboard.maps.frame import BOX

SIZE = 3.0  # of all text on the map, u: the smallest on the wall
PLATE = 4.4  # height of a plate, u
PLATE_ROOM = 5.6  # of a plate's width for its mark and edges, u
PLATE_TEXT = 4.0  # from a plate's left edge to its text, u
_BLOCKED = 1000.0  # cost of a place where something stands that must be seen
_STEP = 1.5  # between the places tried for a name, u


@dataclass(frozen=True)
class Plate:
    """A name plate: its middle, half its width and the text."""

    area_id: int
    x: float
    y: float
    half: float
    text: str

    def box(self) -> BaseGeometry:
        """The plate's ground."""
        return box(self.x - self.half, self.y - PLATE / 2, self.x + self.half, self.y + PLATE / 2)


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide a line is set at that size, in the unit of ``size``."""
    return sum(_em(letter) for letter in text) * size


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "ijlI.,:;'|! ":
        return 0.28
    if letter in "mwMW@%—":
        return 0.88
    return 0.66 if letter.isupper() else 0.42 if letter in "frt()-" else 0.57


def shorten(text: str, width: float, size: float = SIZE) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def plates(reds: Sequence[tuple[int, float, float, str, str]], longest: float = 34.0) -> tuple[Plate, ...]:
    """Plates for red grids, worst first, none over another.

    ``reds``: area_id, x, y of the middle, full name, short name. A full name that finds no room, or is longer than
    ``longest`` u, gives way to the short one.
    """
    placed: list[Plate] = []
    for area_id, x, y, name, short in reds:
        wanted = [name] if text_width(name) <= longest else []
        wanted.append(short or shorten(name, longest))
        placed.append(_free_plate(placed, area_id, x, y, wanted))
    return tuple(placed)


def _free_plate(placed: list[Plate], area_id: int, x: float, y: float, wanted: list[str]) -> Plate:
    for text in wanted:
        half = (text_width(text) + PLATE_ROOM) / 2
        inside = min(max(x, half - BOX[0] / 2), BOX[0] / 2 - half)
        for shift in (0.0, PLATE * 0.7, -PLATE * 0.7, PLATE * 1.2, -PLATE * 1.2):
            plate = Plate(area_id, inside, y + shift, half, text)
            if not any(plate.box().intersects(other.box()) for other in placed):
                return plate
    return Plate(area_id, x, y, (text_width(wanted[-1]) + PLATE_ROOM) / 2, wanted[-1])


@lru_cache(maxsize=256)
def candidates(outline: BaseGeometry, width: float, room: tuple[float, float] = BOX) -> NDArray[np.float64]:
    """Places for the middle of a name in a community, best first: inside it, near its middle; whole within ``room``."""
    west, south, east, north = outline.bounds
    xs, ys = np.arange(west, east + _STEP, _STEP), np.arange(south, north + _STEP, _STEP)
    grid = np.array([(x, y) for x in xs for y in ys])
    shapely.prepare(outline)
    boxes = shapely.box(
        grid[:, 0] - width / 2, grid[:, 1] - SIZE * 0.65, grid[:, 0] + width / 2, grid[:, 1] + SIZE * 0.65
    )
    outside = np.ones(len(boxes))
    outside[shapely.covers(outline, boxes)] = 0.0
    is_cut_through = (outside > 0) & shapely.intersects(outline, boxes)
    cut_through = boxes[is_cut_through]
    inside = shapely.area(shapely.intersection(cut_through, outline)) / shapely.area(cut_through)
    outside[is_cut_through] = 1 - inside
    centre = outline.centroid
    distance = np.hypot(grid[:, 0] - centre.x, grid[:, 1] - centre.y)
    is_cut = (np.abs(grid[:, 0]) + width / 2 > room[0] / 2) | (np.abs(grid[:, 1]) + SIZE * 0.6 > room[1] / 2)
    order = np.argsort(distance + 60 * outside + 1000 * is_cut, kind="stable")
    return grid[order][:400]


def place_names(
    names: Sequence[tuple[int, str, BaseGeometry]], taken: Sequence[BaseGeometry], soft: Sequence[BaseGeometry]
) -> dict[int, tuple[float, float, str]]:
    """Middle and text of each community's name: area_id -> x, y, text.

    ``taken`` (plates, marks, numbers) must not be touched: a name without such a place is left out. ``soft`` (rings)
    better not.
    """
    hard = list(taken)
    tree = STRtree(list(soft))
    placed: dict[int, tuple[float, float, str]] = {}
    for area_id, name, outline in names:
        west, _, east, _ = outline.bounds
        text = shorten(name, max(east - west + 8, 22))
        width = text_width(text)
        spots = candidates(outline, width)
        boxes = shapely.box(
            spots[:, 0] - width / 2, spots[:, 1] - SIZE * 0.6, spots[:, 0] + width / 2, spots[:, 1] + SIZE * 0.6
        )
        cost = np.arange(len(spots)) / 12.0
        for other in hard:
            cost += np.where(shapely.intersects(boxes, other), _BLOCKED, 0.0)
        touched, _ = tree.query(boxes, predicate="intersects")
        cost += 6.0 * np.bincount(touched, minlength=len(spots))
        best = int(np.argmin(cost))
        if cost[best] >= _BLOCKED:
            continue
        x, y = float(spots[best, 0]), float(spots[best, 1])
        hard.append(boxes[best])
        placed[area_id] = (x, y, text)
    return placed
