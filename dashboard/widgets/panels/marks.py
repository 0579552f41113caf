"""Owns where the numbered marks of open cases stand on the map: near their place, hiding neither names nor each other.

Rectangles are (west, south, east, north) in u from the map's middle.
"""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

import pandas as pd

from dashboard.frames import rows
from dashboard.maps.drawing import Drawing
from dashboard.maps.frame import BOX
from dashboard.maps.ground import box_position, ground
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import theme

Rectangle = tuple[float, float, float, float]

SIZE: Final = (6.4, 4.0)
MOST: Final = 12
_STEPS: Final = sorted(
    ((i, j) for i in range(-2, 3) for j in range(-2, 3)), key=lambda step: step[0] ** 2 + step[1] ** 2
)
#: Plates and names of the last few maps: where they stand follows from the levels alone, and placing them takes long.
_KEPT: Final = 8
_letters: Final[OrderedDict[Any, tuple[list[Rectangle], list[Rectangle]]]] = OrderedDict()
_lock: Final = Lock()


def placed(shown: Iterable[Any], snapshot: Snapshot, language: str) -> list[tuple[int, float, float]]:
    """Case and place (u from the map box's upper left corner) of the first cases with a free spot; none on tiles."""
    base = ground(snapshot)
    if base.is_tiled:
        return []
    plates, names = letters(snapshot, language)
    taken = list(plates)
    found: list[tuple[int, float, float]] = []
    for row in shown:
        if len(found) == MOST:
            break
        if pd.isna(row.lon) or pd.isna(row.lat):
            continue
        x, y = box_position(base, float(row.lon), float(row.lat))
        if not (0 <= x <= BOX[0] and 0 <= y <= BOX[1]):
            continue
        at = (x - BOX[0] / 2, BOX[1] / 2 - y)
        spot = _free_spot(at, [*taken, *names]) or _free_spot(at, taken)
        if spot is not None:
            taken.append(around(spot))
            found.append((int(row.case_id), round(spot[0] + BOX[0] / 2, 2), round(BOX[1] / 2 - spot[1], 2)))
    return found


def letters(snapshot: Snapshot, language: str) -> tuple[list[Rectangle], list[Rectangle]]:
    """The grounds of the red units' plates, and of the communities' names."""
    base = ground(snapshot)
    words = text(language)
    levels = tuple(
        (row.area_id, row.level, *((row.score, words.label(row)) if row.level == "red" else ()))
        for row in rows(snapshot.grids)
    )
    key = (language, base.digest, levels, tuple(words.label(row) for row in rows(snapshot.communities)))
    with _lock:
        if key not in _letters:
            drawing = Drawing(snapshot, base, theme("dark"), language)
            drawing.data()  # places the names
            plates = [plate.box().bounds for plate in drawing.red_plates]
            _letters[key] = (plates, [each.bounds for each in drawing.name_grounds])
            while len(_letters) > _KEPT:
                _letters.popitem(last=False)
        _letters.move_to_end(key)
        return _letters[key]


def around(spot: tuple[float, float]) -> Rectangle:
    """The ground of a mark."""
    x, y = spot
    return (x - SIZE[0] / 2, y - SIZE[1] / 2, x + SIZE[0] / 2, y + SIZE[1] / 2)


def touch(one: Rectangle, other: Rectangle) -> bool:
    """Whether two grounds have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _free_spot(at: tuple[float, float], taken: list[Rectangle]) -> tuple[float, float] | None:
    """The nearest place within a mark's width that touches nothing taken."""
    for i, j in _STEPS:
        spot = (at[0] + i * SIZE[0] / 2, at[1] + j * SIZE[1] / 2)
        ground_there = around(spot)
        if not any(touch(ground_there, other) for other in taken):
            return spot
    return None
