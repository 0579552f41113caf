"""The wall: what a command centre's screen shows, drawn from one snapshot and nothing else.

`draw` is called inside a live fragment at each new picture; it emits the same four elements every time, so that
nothing is mounted anew: the style, the wall, its data and the map; a wall of the map scene alone has no fourth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import streamlit as st

from dashboard import live
from dashboard.live.views import View
from dashboard.maps.frame import BOX
from dashboard.maps.ground import ground
from dashboard.maps.plane import plane
from dashboard.maps.risk import OVERLAYS, risk_map
from dashboard.pages.address import Wishes, notes
from dashboard.pages.trouble import sentence
from dashboard.pulse import fragment
from dashboard.pulse.component import base_path
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import THEMES, css_variables
from dashboard.theme import theme as colours_of
from dashboard.widgets.panels import panels_json, shown_json
from dashboard.widgets.panels.city_map import COUNTS
from dashboard.widgets.wall.shell import mount_data, mount_shell

SCENES = ("overview", "ranking", "escalations", "map")
_EVERY = 20  # seconds a scene stays when there are several
_SHORTEST = 5


@dataclass(frozen=True)
class Programme:
    """Which scenes a wall shows and for how long each."""

    scenes: tuple[str, ...] = ("overview",)
    every: int = _EVERY  # seconds
    overlays: tuple[str, ...] = OVERLAYS
    counts: tuple[str, ...] = ()  # of the map scene: police reports, petitions by unit


def programme(parameters: Mapping[str, str]) -> Programme:
    """The programme an address asks for: ``scene=ranking``, or ``scenes=overview,ranking&every=20``; ``layers=points``.

    Unknown names are left out; without any that is known the overview stays.
    """
    wished = parameters.get("scenes") or parameters.get("scene") or ""
    scenes = tuple(name for name in wished.replace(" ", "").split(",") if name in SCENES)
    every = parameters.get("every", "")
    layers = parameters.get("layers")
    overlays = OVERLAYS if layers is None else tuple(name for name in OVERLAYS if name in layers.split(","))
    counts = tuple(name for name in COUNTS if layers is not None and name in layers.split(","))
    seconds = max(_SHORTEST, int(every)) if every.isdecimal() else _EVERY
    return Programme(scenes=scenes or ("overview",), every=seconds, overlays=overlays, counts=counts)


def show(*, language: str, theme: str) -> None:
    """Draw the page in a theme of THEMES, as its address asks; its one fragment is drawn again at each change."""
    parameters = st.query_params.to_dict()
    wished, wishes = programme(parameters), Wishes.of(parameters)
    shapes = f"{base_path()}/geometry"
    fragment.run(
        lambda snapshot: draw(
            snapshot,
            language=language,
            theme_name=theme,
            scenes=wished.scenes,
            every=wished.every,
            overlays=wished.overlays,
            counts=wished.counts,
            remarks=notes(wishes, snapshot, text(language), themes=THEMES, scenes=SCENES),
            geometry_base=shapes,
            tiles=_tiles(),
        ),
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=lambda: view(
            language=language,
            theme_name=theme,
            overlays=wished.overlays,
            geometry_base=shapes,
            city=_city(wished.scenes, wished.counts),
        ),
        page="wall",
        is_wall=True,
    )


def _has_overview_map(scenes: Sequence[str]) -> bool:
    """Whether a scene shows the overview's map; on three screens all but the map scene do. The map scene draws itself,
    so that a wall with it alone opens without the other map's code and shaders.
    """
    return any(scene != "map" for scene in scenes)


def _city(scenes: Sequence[str], counts: Sequence[str]) -> tuple[str, ...] | None:
    """The counts on the map scene; None where the wall has no such scene."""
    return tuple(counts) if "map" in scenes else None


def _tiles() -> Mapping[str, str] | None:
    """The base map inside the closed network, where one is set."""
    settings = live.live().settings
    return {"url": settings.map_tiles, "datum": settings.map_tiles_datum} if settings.map_tiles else None


def view(
    *,
    language: str,
    theme_name: str,
    overlays: Sequence[str] = OVERLAYS,
    geometry_base: str,
    city: tuple[str, ...] | None = None,
) -> View:
    """What a wall shows of a picture, whatever its size and its other scenes."""

    def seen(snapshot: Snapshot) -> Iterable[str | bytes]:
        yield shown_json(snapshot, language, city)
        yield risk_map(
            snapshot,
            language=language,
            theme_name=theme_name,
            geometry_url=_geometry_url(snapshot, geometry_base),
            overlays=tuple(overlays),
        ).to_json()

    return View(("wall", language, theme_name, *overlays, city), seen, is_wall=True)


def _geometry_url(snapshot: Snapshot, base: str | None) -> str | None:
    return f"{base}/{ground(snapshot).digest}.json" if base else None


def draw(
    snapshot: Snapshot,
    *,
    language: str,
    theme_name: str,
    scenes: Sequence[str] = ("overview",),
    every: int = _EVERY,
    overlays: Sequence[str] = OVERLAYS,
    counts: Sequence[str] = (),
    remarks: Sequence[str] = (),
    geometry_base: str | None = None,
    tiles: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> None:
    """Draw the wall.

    ``geometry_base`` is the path under which ``<digest>.json`` of the map's shapes is served; without it they travel
    with the map. ``remarks``: what the address asks for and cannot have; an address has them always or never, so the
    elements keep their places. ``tiles``: address and datum of a base map under the map scene. ``now`` is the server's
    clock (default: read here), from which the browser counts on.
    """
    moment = now or datetime.now(UTC)
    st.html(_style(theme_name))
    if remarks:
        st.html(f'<div class="wall-note" role="status">{escape(" · ".join(remarks))}</div>')
    with st.container(key="wall_shell_box"):
        unit = mount_shell(language=language, scenes=scenes, every=every, shapes=geometry_base, tiles=tiles)
    with st.container(key="wall_data_box"):
        city = _city(scenes, counts)
        mount_data(
            panels_json(snapshot, language, city),
            now_milliseconds=round(moment.timestamp() * 1000),
            unit=unit,
            plane=plane(snapshot).json if city is not None and geometry_base is None else None,
        )
    if not _has_overview_map(scenes):
        return
    with st.container(key="wall_map_box"):
        st.pydeck_chart(
            risk_map(
                snapshot,
                language=language,
                theme_name=theme_name,
                unit_pixels=unit,
                geometry_url=_geometry_url(snapshot, geometry_base),
                overlays=tuple(overlays),
            ),
            height="stretch",
            key="wall_map",
        )


def _style(theme_name: str) -> str:
    """The one style block: tokens as variables, Streamlit's chrome away, and the places of the elements."""
    ground_colour = colours_of(theme_name).surface["ground"]
    return f"""<style>
:root {{
  --u: calc(min(100vh / 135, 100vw / 240));
{css_variables(theme_name)}
  --base-map: grayscale(1) {"invert(1) contrast(0.85)" if theme_name == "dark" else "contrast(0.85)"};
}}
html, body, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {{
  background: {ground_colour}; overflow: hidden;
}}
[data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stStatusWidget"], [data-testid="stDecoration"],
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"], [data-testid="stElementToolbar"],
[data-testid="stConnectionStatus"] {{ display: none; }}
[data-testid="stMainBlockContainer"] {{ padding: 0; max-width: none; }}
[data-stale="true"], .stElementContainer {{ opacity: 1 !important; transition: none !important; }}
.st-key-wall_shell_box, .st-key-wall_data_box {{ position: fixed; inset: 0 auto auto 0; width: 0; height: 0; }}
.st-key-wall_shell_box {{ z-index: 2; }}
.st-key-wall_map_box {{
  position: fixed; z-index: 1; left: var(--map-left, calc(64 * var(--u))); top: calc(27 * var(--u));
  width: calc({BOX[0]} * var(--u)); height: calc({BOX[1]} * var(--u)); pointer-events: none;
}}
:root[data-wall-map] .st-key-wall_map_box {{ transition: opacity var(--motion-scene-change); }}
.st-key-wall_map_box .stElementContainer, .st-key-wall_map_box .stFullScreenFrame,
.st-key-wall_map_box .stDeckGlJsonChart {{ width: 100% !important; height: 100% !important; }}
.st-key-wall_map_box > div {{ height: 100%; }}
.wall-note {{
  position: fixed; z-index: 3; left: calc(5 * var(--u)); right: calc(5 * var(--u)); top: 0; pointer-events: none;
  font: 400 calc(3 * var(--u))/calc(3.4 * var(--u)) var(--font); color: var(--ink-quiet);
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}}
:root[data-wall-late="late"] .wall-note, :root[data-wall-late="dead"] .wall-note {{ display: none; }}
:root[data-wall-late="late"] .st-key-wall_map_box, :root[data-wall-late="dead"] .st-key-wall_map_box {{
  opacity: var(--state-held-opacity);
}}
:root[data-wall-map="hidden"] .st-key-wall_map_box {{ opacity: 0; }}
</style>"""
