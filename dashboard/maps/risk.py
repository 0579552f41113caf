"""Owns the risk map: a snapshot's grids by level, as a deck.gl spec made with pydeck.

Layers from below: grids and community outlines (a URL, fetched once), heat of the last hours in greys, levels with
their marks, open risk points, names, plates. There are three kinds of layer and no strokes, since each further kind is
a shader to build when a wall opens. Every layer has an id and a constant place in the list, so
that a redraw updates in place; sizes are in metres, so that only the zoom depends on the screen.
"""

import json
from collections import OrderedDict
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import pydeck
from shapely import Point, box
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from dashboard.frames import rows
from dashboard.maps import labels
from dashboard.maps.forms import RINGS, SOLID, mark, ring
from dashboard.maps.frame import Frame
from dashboard.maps.ground import Ground, ground
from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import LEVELS, Theme, font_family, rgba, theme

#: What may be switched off by a screen.
OVERLAYS = ("heat", "points")

_ZOOM, _HEAT_PIXELS = "@zoom@", "@heat_pixels@"
_HEAT_RADIUS = 7.0  # u
_POINT = 1.2  # size of the ring of a risk point, u
_TILE_MARK = 3.2  # from a tile's left edge to the middle of its mark, u
_NAMED_TILE = 12.0  # width from which a tile bears a name, u


class ReadyMap(pydeck.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck whose JSON is already written, so that a further viewer costs no serialisation."""

    def __init__(self, spec: str) -> None:
        self.layers: list[Any] = []
        self.spec = spec
        self._tooltip = None
        self.mapbox_key = None

    def to_json(self) -> str:
        """The JSON as it was written."""
        return self.spec


def risk_map(
    snapshot: Snapshot,
    *,
    language: str,
    theme_name: str,
    unit_pixels: float = 8.0,
    geometry_url: str | None = None,
    overlays: Collection[str] = OVERLAYS,
) -> ReadyMap:
    """The map for a screen on which one u is ``unit_pixels`` CSS pixels (its height / 135).

    ``geometry_url`` serves ``geometry(snapshot)``; without it the shapes travel inside the spec.
    """
    base = _spec(snapshot, language, theme_name, geometry_url, tuple(sorted(overlays)))
    zoom = round(ground(snapshot).frame.zoom(unit_pixels), 4)
    spec = base.replace(f'"{_ZOOM}"', str(zoom)).replace(f'"{_HEAT_PIXELS}"', str(round(_HEAT_RADIUS * unit_pixels)))
    return ReadyMap(spec)


@once_per_snapshot(16)
def _spec(
    snapshot: Snapshot, language: str, theme_name: str, geometry_url: str | None, overlays: tuple[str, ...]
) -> str:
    base = ground(snapshot)
    spec = _skeleton(base.frame, theme_name, geometry_url)
    if geometry_url is None:
        spec = spec.replace(_slot("ground"), base.geojson.decode())
    for name, data in {**_marked(snapshot, base, language, theme_name), **_overlaid(snapshot, base, overlays)}.items():
        spec = spec.replace(_slot(name), data)
    return spec


_MARKED: Final[OrderedDict[Any, dict[str, str]]] = OrderedDict()
_KEPT: Final = 16  # sets of marks: places, languages, themes, the last levels of each; used under the lock of `_spec`


def _marked(snapshot: Snapshot, base: Ground, language: str, theme_name: str) -> dict[str, str]:
    """Levels, marks and names as JSON by layer: placed anew only when a level or a name has changed."""
    drawing = _Drawing(snapshot, base, theme(theme_name), language)
    key = (base.digest, language, theme_name, drawing.is_named_by, *(_said(row) for row in drawing.flagged))
    made = _MARKED.get(key)
    if made is None:
        made = _MARKED[key] = {name: _json(data) for name, data in drawing.data().items()}
        while len(_MARKED) > _KEPT:
            _MARKED.popitem(last=False)
    return made


def _said(row: Any) -> tuple[Any, ...]:
    return row.area_id, row.level, row.name_zh, row.name_en, _short(row)


def _overlaid(snapshot: Snapshot, base: Ground, overlays: Collection[str]) -> dict[str, str]:
    return {
        "heat": _json(_heat_points(snapshot, base, "heat" in overlays)),
        "points": _json(_open_points(snapshot, base, "points" in overlays)),
    }


def _heat_points(snapshot: Snapshot, base: Ground, is_shown: bool) -> list[dict[str, Any]]:
    """Where cases of the last hours lie, with their weight as a share of the largest.

    All fade at the same pace and the layer scales by the largest, so shares draw the same and stay the same until
    a case comes or goes.
    """
    frame = snapshot.heat if is_shown and not base.is_tiled else snapshot.heat.iloc[:0]
    largest = max((row.weight for row in rows(frame)), default=1.0)
    return [
        {"at": [round(row.lon, 5), round(row.lat, 5)], "weight": round(row.weight / largest, 3)} for row in rows(frame)
    ]


def _open_points(snapshot: Snapshot, base: Ground, is_shown: bool) -> list[dict[str, Any]]:
    """Open risk points: small hollow rings without colour, set as letters, since there may be hundreds."""
    frame = snapshot.risk_points
    if not is_shown or base.is_tiled:
        frame = frame.iloc[:0]
    return [{"at": [round(row.lon, 5), round(row.lat, 5)], "text": "○"} for row in rows(frame)]


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _slot(name: str) -> str:
    """Where a layer's data go in the skeleton."""
    return f'"@data {name}@"'


@lru_cache(maxsize=32)
def _skeleton(frame: Frame, theme_name: str, geometry_url: str | None) -> str:
    """The deck without its data, which alone differ from picture to picture: pydeck writes it once per place."""
    colours = theme(theme_name)
    normal, outline = (rgba(colours.surface[name]) for name in ("normal", "community"))
    ring_of_point = {
        "get_color": rgba(colours.ink["mark"]),
        "get_text_anchor": pydeck.types.String("middle"),
        "get_size": round(_POINT * frame.metres, 2),
    }
    deck = pydeck.Deck(
        layers=[
            _polygons("ground", geometry_url, f"properties.part === 'grid' ? {normal} : {outline}"),
            _heat(colours),
            _polygons("levels"),
            _text("points", frame, "normal", **ring_of_point),
            _text("names", frame, "normal"),
            _text("numbers", frame, "bold"),
            _polygons("plates"),
            _text("plate_names", frame, "bold"),
        ],
        views=[pydeck.View(type="MapView", controller=False)],
        initial_view_state=pydeck.ViewState(longitude=frame.lon, latitude=frame.lat, zoom=_ZOOM, pitch=0, bearing=0),
        map_provider=None,
        tooltip=False,
    )
    return json.dumps(json.loads(deck.to_json()), ensure_ascii=False, separators=(",", ":"))


def _polygons(name: str, url: str | None = None, fill: str = "properties.fill") -> pydeck.Layer:
    """Filled shapes without strokes: lines are shapes too, so that one shader draws everything."""
    return pydeck.Layer(
        "GeoJsonLayer",
        id=name,
        data=url or _slot(name).strip('"'),
        pickable=False,
        filled=True,
        stroked=False,
        get_fill_color=fill,
    )


def _heat(colours: Theme) -> pydeck.Layer:
    """Cases of the last hours as a grey glow; colour is for levels alone."""
    return pydeck.Layer(
        "HeatmapLayer",
        id="heat",
        data=_slot("heat").strip('"'),
        get_position="at",
        get_weight="weight",
        radius_pixels=pydeck.types.String(_HEAT_PIXELS),
        color_range=[rgba(colours.ink["mark"], alpha) for alpha in (0.06, 0.18, 0.32, 0.46, 0.6, 0.72)],
        threshold=0.05,
        intensity=1,
        weights_texture_size=512,
    )


def _text(name: str, frame: Frame, weight: str, **changes: Any) -> pydeck.Layer:
    settings: dict[str, Any] = {
        "get_color": "colour",
        "get_text_anchor": "anchor",
        "get_size": round(labels.SIZE * frame.metres, 2),
    }
    return pydeck.Layer(
        "TextLayer",
        id=name,
        data=_slot(name).strip('"'),
        get_position="at",
        get_text="text",
        size_units=pydeck.types.String("meters"),
        font_family=pydeck.types.String(font_family()),
        font_weight=pydeck.types.String(weight),
        font_settings={"fontSize": 48, "buffer": 6},
        character_set=pydeck.types.String("auto"),
        **(settings | changes),
    )


@once_per_snapshot(16)
def red_plates(snapshot: Snapshot, language: str) -> tuple[labels.Plate, ...]:
    """Name plates of the red units that have a place on the map, worst first."""
    base, words = ground(snapshot), text(language)
    reds = [row for row in rows(snapshot.grids) if row.level == "red" and row.area_id in base.shapes]
    return labels.plates(
        [
            (int(row.area_id), *base.centres[int(row.area_id)], words.label(row), _short(row))
            for row in sorted(reds, key=lambda row: -row.score)
        ]
    )


class _Drawing:
    """What the layers of one snapshot's map are fed with."""

    def __init__(self, snapshot: Snapshot, base: Ground, colours: Theme, language: str) -> None:
        self.snapshot, self.base, self.colours, self.words = snapshot, base, colours, text(language)
        self.shown = [row for row in rows(snapshot.grids) if row.area_id in base.shapes]
        self.flagged = sorted((row for row in self.shown if row.level in LEVELS), key=lambda row: -row.score)
        self.red_plates = red_plates(snapshot, language)
        self.name_grounds: list[BaseGeometry] = []

    @property
    def is_named_by(self) -> tuple[Any, ...]:
        """What stands on the map in letters whatever the levels: names of communities, and of tiles."""
        blocks = tuple(self.words.label(block) for block in self.base.blocks)
        return (blocks, *(self.words.label(row) for row in self.shown)) if self.base.is_tiled else blocks

    def data(self) -> dict[str, Any]:
        """Each layer's data by its id; the ground and the overlays have their own."""
        plain, bold = self._tile_texts() if self.base.is_tiled else self._map_texts()
        return {
            "levels": self.levels(),
            "names": plain,
            "numbers": bold,
            "plates": self.plates(),
            "plate_names": self.plate_texts(),
        }

    def feature(self, shape: BaseGeometry, **properties: Any) -> dict[str, Any]:
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
            x, y = self._mark_place(area, level, _short(row), plate_of.get(area))
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
            if level == "orange" and _short(row):
                half = labels.text_width(_short(row)) / 2
                taken.append(box(x - half - 2.0, y - 2, x + half + 2.0, y + 2))
                at = self.base.frame.degrees(x + 1.3, y)
                if not any(plate.intersects(taken[-1]) for plate in plates):
                    bold.append(_line(_short(row), at, rgba(self.colours.ink["on_level"])))
            else:
                taken.append(Point(x, y).buffer(1.9))
            soft.append(ring(self.base.shapes[area], level) if level in RINGS else self.base.shapes[area])
        names = [
            (block.area_id, self.words.label(block), block.shape)
            for block in self.base.blocks
            if block.shape is not None
        ]
        colour = rgba(self.colours.ink["text"])
        placed = labels.place_names(names, taken, soft)
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
                name = _short(row) or labels.shorten(name, east - left - 1.4)
            at = self.base.frame.degrees(left, (south + north) / 2)
            ink = self.colours.ink["on_level" if row.level == "orange" else "text"]
            plain.append(_line(name, at, rgba(ink), anchor="start"))
        return plain, []


def _is_named(tile: BaseGeometry) -> bool:
    west, _, east, _ = tile.bounds
    return bool(east - west >= _NAMED_TILE)


def _short(row: Any) -> str:
    return row.short_name if isinstance(row.short_name, str) else ""


def _line(words: str, at: tuple[float, float], colour: list[int], anchor: str = "middle") -> dict[str, Any]:
    return {"text": words, "at": list(at), "colour": colour, "anchor": anchor}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def level_counts(grids: pd.DataFrame) -> dict[str, int]:
    """How many units have each level, ``normal`` included, zeros too."""
    counts = grids["level"].value_counts()
    return {level: int(counts.get(level, 0)) for level in (*LEVELS, "normal")}
