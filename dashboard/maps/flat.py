"""Owns the risk map as SVG, the same layers as the deck's, flat: for laptops, whose map stands still and is clicked,
and for the moment before the wall's deck can draw.

It is made from the deck's own spec, so that the two cannot come apart: filled shapes, lines of text, and the glow of
the last hours as soft discs.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from shapely.geometry import mapping

from dashboard.maps.frame import BOX
from dashboard.maps.ground import Ground, box_position, box_positions, ground
from dashboard.maps.risk import OVERLAYS, risk_map
from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Snapshot
from dashboard.theme import Theme, rgba, theme

_ANCHORS: Final = {"start": "start", "middle": "middle", "end": "end"}
_GLOW: Final = 4.5  # radius of the glow of one case, u
#: Where the outline of a chosen unit goes: over all shapes, under all that is written.
_UNDER_NAMES: Final = '<g class="chosen"/>'


def flat_map(snapshot: Snapshot, *, language: str, theme_name: str, overlays: Collection[str] = OVERLAYS) -> str:
    """The map as one ``<svg>`` that fills its box; lengths are in u."""
    return _flat(snapshot, language, theme_name, tuple(sorted(overlays)))


@dataclass(frozen=True)
class Spot:
    """A unit that can be clicked. ``attributes`` of its link, escaped; ``title`` is what a pointer on it is told."""

    attributes: str
    title: str


def clickable_map(
    snapshot: Snapshot, *, language: str, theme_name: str, spots: Mapping[int, Spot], chosen: int | None, label: str
) -> str:
    """The map with a link over each unit of ``spots`` (by area_id) and an outline around the chosen one.

    ``label``: a sentence that says what it shows.
    """
    flat = _flat(snapshot, language, theme_name, tuple(sorted(OVERLAYS)))
    base, figure = ground(snapshot), theme(theme_name).ink["figure"]
    links = []
    for area, path in _outlines(base).items():
        spot = spots.get(area)
        if spot is None:
            continue
        links.append(
            f'<a {spot.attributes}><title>{escape(spot.title)}</title><path fill="transparent" d="{path}"/></a>'
        )
        if area == chosen:
            flat = flat.replace(
                _UNDER_NAMES, f'<path class="chosen" fill="none" stroke="{figure}" stroke-width="0.7" d="{path}"/>', 1
            )
    drawn = flat.removesuffix("</svg>").replace('aria-hidden="true"', f'role="group" aria-label="{escape(label)}"', 1)
    return f'{drawn}<g class="spots">{"".join(links)}</g></svg>'


@once_per_snapshot(8)
def _outlines(base: Ground) -> Mapping[int, str]:
    """The outline of each unit as a path, by area_id."""
    return {
        area: "".join(_ring(ring, base) for ring in _rings(mapping(base.frame.to_degrees(shape))))
        for area, shape in base.shapes.items()
    }


@once_per_snapshot(8)
def _flat(snapshot: Snapshot, language: str, theme_name: str, overlays: tuple[str, ...]) -> str:
    made = risk_map(snapshot, language=language, theme_name=theme_name, overlays=overlays)
    base, colours = ground(snapshot), theme(theme_name)
    body = "".join(
        part
        for layer in json.loads(made.to_json())["layers"]
        for part in (_UNDER_NAMES if layer["id"] == "points" else "", *_layer(layer, base, colours))
    )
    glow = f'<stop stop-color="{colours.ink["mark"]}" stop-opacity=".5"/>'
    glow += f'<stop offset="1" stop-color="{colours.ink["mark"]}" stop-opacity="0"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BOX[0]:g} {BOX[1]:g}" aria-hidden="true">'
        f'<defs><radialGradient id="glow">{glow}</radialGradient></defs>{body}</svg>'
    )


def _layer(layer: Mapping[str, Any], base: Ground, colours: Theme) -> Iterator[str]:
    kind, data = layer["@@type"], layer["data"]
    if kind == "GeoJsonLayer":
        for feature in data["features"]:
            yield _shape(feature, base, colours)
    elif kind == "TextLayer":
        size = layer["getSize"] / base.frame.metres
        bold = ' font-weight="700"' if layer.get("fontWeight") == "bold" else ""
        yield f'<g font-size="{size:.2f}"{bold} dominant-baseline="central">'
        yield from (_words(line, layer, base) for line in data)
        yield "</g>"
    elif kind == "HeatmapLayer":
        for place in data:
            x, y = box_position(base, *place["at"])
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_GLOW}" fill="url(#glow)" opacity="{place["weight"]:.2f}"/>'


def _shape(feature: Mapping[str, Any], base: Ground, colours: Theme) -> str:
    part = feature["properties"].get("part")
    ground_of = {"grid": colours.surface["normal"], "community": colours.surface["community"]}
    fill = feature["properties"]["fill"] if part is None else rgba(ground_of[part])
    path = "".join(_ring(ring, base) for ring in _rings(feature["geometry"]))
    return f'<path fill-rule="evenodd" d="{path}"{_ink(fill)}/>'


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    kind = geometry["type"]
    if kind == "Polygon":
        yield from geometry["coordinates"]
    elif kind == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon
    elif kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _rings(part)


def _ring(ring: Sequence[Sequence[float]], base: Ground) -> str:
    points = box_positions(base, [place[:2] for place in ring])
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points.tolist()) + "Z"


def _words(line: Mapping[str, Any], layer: Mapping[str, Any], base: Ground) -> str:
    x, y = box_position(base, *line["at"])
    colour = line.get("colour", layer["getColor"])
    anchor = _ANCHORS[line.get("anchor", "middle")]
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}"{_ink(colour)}>{escape(line["text"])}</text>'


def _ink(colour: Sequence[int]) -> str:
    red, green, blue, *rest = colour
    alpha = f' fill-opacity="{rest[0] / 255:.2f}"' if rest and rest[0] < 255 else ""
    return f' fill="#{red:02x}{green:02x}{blue:02x}"{alpha}'
