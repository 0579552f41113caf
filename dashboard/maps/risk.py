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

from dashboard.frames import rows
from dashboard.maps import labels
from dashboard.maps.drawing import Drawing
from dashboard.maps.frame import Frame
from dashboard.maps.ground import Ground, ground
from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Snapshot
from dashboard.theme import LEVELS, Theme, font_family, rgba, theme

#: What may be switched off by a screen.
OVERLAYS = ("heat", "points")

_ZOOM, _HEAT_PIXELS = "@zoom@", "@heat_pixels@"
_HEAT_RADIUS = 7.0  # u
_POINT = 1.2  # size of the ring of a risk point, u


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
    drawing = Drawing(snapshot, base, theme(theme_name), language)
    key = (base.digest, language, theme_name, drawing.is_named_by, drawing.said)
    made = _MARKED.get(key)
    if made is None:
        made = _MARKED[key] = {name: _json(data) for name, data in drawing.data().items()}
        while len(_MARKED) > _KEPT:
            _MARKED.popitem(last=False)
    return made


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


def level_counts(grids: pd.DataFrame) -> dict[str, int]:
    """How many units have each level, ``normal`` included, zeros too."""
    counts = grids["level"].value_counts()
    return {level: int(counts.get(level, 0)) for level in (*LEVELS, "normal")}
