"""Owns what stands on the risk map: levels with their marks, names, numbers and plates, none hiding another.

Shapes in the map's own units (u), features out in degrees; the layers that show them are in ``risk``.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

from shapely import Point, box
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from dashboard.frames import rows
from dashboard.maps import labels
from dashboard.maps.forms import RINGS, SOLID, mark, ring
from dashboard.maps.frame import BOX
from dashboard.maps.ground import Ground, ground
from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import LEVELS, Theme, rgba, theme

_TILE_MARK = 3.2  # from a tile's left edge to the middle of its mark, u
_BESIDE = ((0, -3.4), (0, 3.4), (3.6, 0), (-3.6, 0), (2.8, -2.8), (-2.8, -2.8), (0, 0), (0, -5.2), (0, 5.2))  # u
_NAMED_TILE = 12.0  # width from which a tile bears a name, u


@once_per_snapshot(16)
def red_plates(snapshot: Snapshot, language: str) -> tuple[labels.Plate, ...]:
    """Name plates of the red units that have a place on the map, worst first."""
    base, words = ground(snapshot), text(language)
    reds = [row for row in rows(snapshot.grids) if row.level == "red" and row.area_id in base.shapes]
    return labels.plates(
        [
            (int(row.area_id), *base.centres[int(row.area_id)], words.label(row), short(row))
            for row in sorted(reds, key=lambda row: -row.score)
        ]
    )


_NAMES: Final[OrderedDict[Any, dict[int, tuple[float, float, str]]]] = OrderedDict()
_LOCK: Final = Lock()
_KEPT: Final = 16


def _placed(
    drawing: "Drawing", place: Callable[[], dict[int, tuple[float, float, str]]]
) -> dict[int, tuple[float, float, str]]:
    """Where names of communities stand: worked out anew only when a level or a name has changed."""
    key = (drawing.base.digest, drawing.words.language, drawing.is_named_by, drawing.said)
    with _LOCK:
        if key not in _NAMES:
            _NAMES[key] = place()
            while len(_NAMES) > _KEPT:
                _NAMES.popitem(last=False)
        _NAMES.move_to_end(key)
        return _NAMES[key]


@once_per_snapshot(16)
def waiting_marks(snapshot: Snapshot, language: str) -> Mapping[int, tuple[float, float]]:
    """Where the mark of waiting escalations stands beside each unit that has some: in it or near, on nothing else."""
    base = ground(snapshot)
    drawing = Drawing(snapshot, base, theme("dark"), language)
    if base.is_tiled or "area_id" not in snapshot.escalations.columns:
        return {}
    drawing.data_of_names()
    taken: list[BaseGeometry] = (
        [plate.box() for plate in drawing.red_plates] + drawing.name_grounds + drawing.mark_grounds
    )
    found: dict[int, tuple[float, float]] = {}
    for area in dict.fromkeys(snapshot.escalations["area_id"].tolist()):
        for right, up in _BESIDE if area in base.centres else ():
            x, y = base.centres[area][0] + right, base.centres[area][1] + up
            place = box(x - 1.6, y - 1.7, x + 1.6, y + 1.7)
            is_inside = abs(x) < BOX[0] / 2 - 1.6 and abs(y) < BOX[1] / 2 - 1.7
            if is_inside and not any(place.intersects(other) for other in taken):
                taken.append(place)
                found[area] = (x, y)
                break
    return found


class Drawing:
    """What the layers of one snapshot's map are fed with."""

    def __init__(self, snapshot: Snapshot, base: Ground, colours: Theme, language: str) -> None:
        self.snapshot, self.base, self.colours, self.words = snapshot, base, colours, text(language)
        self.shown = [row for row in rows(snapshot.grids) if row.area_id in base.shapes]
        self.flagged = sorted((row for row in self.shown if row.level in LEVELS), key=lambda row: -row.score)
        self.red_plates = red_plates(snapshot, language)
        self.name_grounds: list[BaseGeometry] = []
        self.mark_grounds: list[BaseGeometry] = []

    @property
    def said(self) -> tuple[Any, ...]:
        """What decides where marks and names stand: the units with a level and their names."""
        return tuple((row.area_id, row.level, row.name_zh, row.name_en, short(row)) for row in self.flagged)

    def data_of_names(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Lines of plain and of bold text; notes the grounds of names and marks."""
        return self._tile_texts() if self.base.is_tiled else self._map_texts()

    @property
    def is_named_by(self) -> tuple[Any, ...]:
        """What stands on the map in letters whatever the levels: names of communities, and of tiles."""
        blocks = tuple(self.words.label(block) for block in self.base.blocks)
        return (blocks, *(self.words.label(row) for row in self.shown)) if self.base.is_tiled else blocks

    def data(self) -> dict[str, Any]:
        """Each layer's data by its id; the ground and the overlays have their own."""
        plain, bold = self.data_of_names()
        return {
            "levels": self.levels(),
            "names": plain,
            "numbers": bold,
            "plates": self.plates(),
            "plate_names": self.plate_texts(),
        }

    def feature(self, shape: BaseGeometry, **properties: Any) -> dict[str, Any]:
        """One GeoJSON feature of a shape in map units."""
        return {
            "type": "Feature",
            "geometry": mapping(self.base.frame.to_degrees(shape)),
            "properties": properties,
        }

    def levels(self) -> dict[str, Any]:
        """Solid orange and red with its edge, rings of yellow and blue, marks, and a ground under each name."""
        features: list[dict[str, Any]] = []
        edges: list[dict[str, Any]] = []
        for row in self.flagged:
            shape, level = self.base.shapes[int(row.area_id)], str(row.level)
            form = shape.buffer(-0.12) if level in SOLID else ring(shape, level)
            features += self._inked(form, level, rgba(self.colours.level[level]))
            if level == "red":
                bright = shape.buffer(0.22).difference(shape.buffer(-0.22))
                edges.append(self.feature(bright, fill=rgba(self.colours.ink["figure"])))
        backing = rgba(self.colours.surface["normal"], 0.7)
        grounds = [self.feature(each, fill=backing) for each in self.name_grounds]
        return _collection([*features, *edges, *self._marks(is_plated=False), *grounds])

    def _inked(self, form: BaseGeometry, level: str, fill: list[int]) -> list[dict[str, Any]]:
        """The form in its colour; yellow on paper with an outline under it."""
        drawn = [self.feature(form, fill=fill)]
        if level == "yellow" and "yellow_edge" in self.colours.level:
            drawn.insert(0, self.feature(form.buffer(0.14), fill=rgba(self.colours.level["yellow_edge"])))
        return drawn

    def plates(self) -> dict[str, Any]:
        """Name plates on red grids, with their marks."""
        edge, inside = rgba(self.colours.ink["figure"]), rgba(self.colours.surface["ground"])
        features = []
        for plate in self.red_plates:
            features += [self.feature(plate.box(), fill=edge), self.feature(plate.box().buffer(-0.22), fill=inside)]
        return _collection([*features, *self._marks(is_plated=True)])

    def _marks(self, *, is_plated: bool) -> list[dict[str, Any]]:
        """The shape of each level: on the plates, or beside the number, or alone in the middle."""
        features: list[dict[str, Any]] = []
        plate_of = {plate.area_id: plate for plate in self.red_plates}
        for row in self.flagged:
            level, area = str(row.level), int(row.area_id)
            if (area in plate_of) != is_plated:
                continue
            x, y = self._mark_place(area, level, short(row), plate_of.get(area))
            fill = self.colours.ink["on_level"] if level == "orange" else self.colours.level[level]
            features += self._inked(mark(level, x, y), level, rgba(fill))
        return features

    def _mark_place(self, area: int, level: str, short: str, plate: labels.Plate | None) -> tuple[float, float]:
        if plate is not None:
            return plate.x - plate.half + 2.1, plate.y
        x, y = self.base.centres[area]
        if self.base.is_tiled:
            west, south, east, north = self.base.shapes[area].bounds
            is_named = _is_named(self.base.shapes[area])
            return west + _TILE_MARK if is_named else (west + east) / 2, (south + north) / 2
        if level == "orange" and short:
            return x - labels.text_width(short) / 2 - 0.1, y
        return x, y

    def plate_texts(self) -> list[dict[str, Any]]:
        """Names on the plates, beside their marks."""
        ink = rgba(self.colours.ink["figure"])
        return [
            _line(
                plate.text,
                self.base.frame.degrees(plate.x - plate.half + labels.PLATE_TEXT, plate.y),
                ink,
                anchor="start",
            )
            for plate in self.red_plates
        ]

    def _map_texts(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        bold: list[dict[str, Any]] = []
        plates = [plate.box().buffer(0.4) for plate in self.red_plates]
        taken: list[BaseGeometry] = list(plates)
        soft: list[BaseGeometry] = []
        for row in self.flagged:
            area, level = int(row.area_id), str(row.level)
            x, y = self.base.centres[area]
            if level == "orange" and short(row):
                half = labels.text_width(short(row)) / 2
                taken.append(box(x - half - 2.0, y - 2, x + half + 2.0, y + 2))
                at = self.base.frame.degrees(x + 1.3, y)
                if not any(plate.intersects(taken[-1]) for plate in plates):
                    bold.append(_line(short(row), at, rgba(self.colours.ink["on_level"])))
            else:
                taken.append(Point(x, y).buffer(1.9))
            soft.append(ring(self.base.shapes[area], level) if level in RINGS else self.base.shapes[area])
        self.mark_grounds = taken[len(plates) :]
        names = [
            (block.area_id, self.words.label(block), block.shape)
            for block in self.base.blocks
            if block.shape is not None
        ]
        colour = rgba(self.colours.ink["text"])
        placed = _placed(self, lambda: labels.place_names(names, taken, soft))
        plain = [_line(name, self.base.frame.degrees(x, y), colour) for x, y, name in placed.values()]
        for x, y, name in placed.values():
            half = labels.text_width(name) / 2
            self.name_grounds.append(box(x - half, y - 1.7, x + half, y + 1.7))
        return plain, bold

    def _tile_texts(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        plain: list[dict[str, Any]] = []
        is_plated = {plate.area_id for plate in self.red_plates}
        for block in self.base.blocks:
            if block.anchor is not None:
                at = self.base.frame.degrees(*block.anchor)
                plain.append(_line(self.words.label(block), at, rgba(self.colours.ink["quiet"]), anchor="start"))
        for row in self.shown:
            area = int(row.area_id)
            if area in is_plated or not _is_named(self.base.shapes[area]):
                continue
            west, south, east, north = self.base.shapes[area].bounds
            left = west + (_TILE_MARK + 2.2 if row.level in LEVELS else 1.6)
            name = self.words.label(row)
            if labels.text_width(name) > east - left - 1.4:
                name = short(row) or labels.shorten(name, east - left - 1.4)
            at = self.base.frame.degrees(left, (south + north) / 2)
            ink = self.colours.ink["on_level" if row.level == "orange" else "text"]
            plain.append(_line(name, at, rgba(ink), anchor="start"))
        return plain, []


def _is_named(tile: BaseGeometry) -> bool:
    west, _, east, _ = tile.bounds
    return bool(east - west >= _NAMED_TILE)


def short(row: Any) -> str:
    """The unit's short name, empty where it has none."""
    return row.short_name if isinstance(row.short_name, str) else ""


def _line(words: str, at: tuple[float, float], colour: list[int], anchor: str = "middle") -> dict[str, Any]:
    return {"text": words, "at": list(at), "colour": colour, "anchor": anchor}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
