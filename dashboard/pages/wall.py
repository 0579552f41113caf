"""The wall: what a command centre's screen shows, drawn from one snapshot and nothing else.

`draw` is called inside a live fragment at each new picture; it emits the same four elements every time, so that
nothing is mounted anew: the style, the wall, its data and the map; a wall of the map scene alone has no fourth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

import pydeck as pdk
import streamlit as st

from dashboard import failures, live
from dashboard.live.views import View
from dashboard.maps.frame import BOX
from dashboard.maps.ground import ground
from dashboard.maps.plane import plane
from dashboard.maps.risk import OVERLAYS, risk_map
from dashboard.pages.address import Wishes, notes
from dashboard.pages.programmes import EVERY, MODES, SHORTEST, Programmes, Turn, programmes
from dashboard.pages.trouble import sentence
from dashboard.pulse import fragment
from dashboard.pulse.component import base_path
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.theme import THEMES, css_variables
from dashboard.theme import theme as colours_of
from dashboard.widgets.panels import panels_json, shown_json
from dashboard.widgets.panels.city_map import COUNTS
from dashboard.widgets.wall.shell import USUAL_UNIT, mount_data, mount_shell

SCENES = ("overview", "map", "ranking", "escalations", "stages", "emergency")


@dataclass(frozen=True)
class Programme:
    """Which scenes a wall shows and for how many seconds each."""

    scenes: tuple[str, ...] = ("overview",)
    seconds: tuple[int, ...] = (EVERY,)
    overlays: tuple[str, ...] = OVERLAYS
    counts: tuple[str, ...] = ()  # of the map scene: police reports, petitions by unit
    sound: bool = False  # a tone for each new red case


def programme(parameters: Mapping[str, str], mode: str = MODES[0], held: Programmes | None = None) -> Programme:
    """The programme an address asks for: ``scene=ranking``; ``scenes=overview,ranking&every=20``; ``programme=round``,
    one of ``held`` (default: the product's own); and ``layers=points``.

    Unknown names are left out; without any that is known the usual programme stays. In another mode than the first
    the mode's programme is shown, but for a wall that names one scene alone, or says ``turn=off``. ``sound=on``: a tone
    for each new red case.
    """
    mode = MODES[0] if parameters.get("turn") == "off" else mode
    named = held or programmes(None, SCENES)
    every = parameters.get("every", "")
    # of an endless number its first digits are enough
    seconds = max(SHORTEST, int(every[:6])) if every.isdecimal() else None
    alone = _known(parameters.get("scene", ""))
    wished = _known(parameters.get("scenes", "")) or alone
    turns = named.find(parameters.get("programme", ""), mode)
    if wished and (mode == MODES[0] or alone or not turns):
        turns = tuple(Turn(name, EVERY) for name in wished)
    turns = turns or named.find("", MODES[0]) or (Turn(SCENES[0], EVERY),)
    return Programme(
        scenes=tuple(turn.scene for turn in turns),
        seconds=tuple(seconds or turn.seconds for turn in turns),
        overlays=_layers(parameters, OVERLAYS) if "layers" in parameters else OVERLAYS,
        counts=_layers(parameters, COUNTS),
        sound=parameters.get("sound") == "on",
    )


def _known(given: str) -> tuple[str, ...]:
    return tuple(name for name in given.replace(" ", "").split(",") if name in SCENES)


def _layers(parameters: Mapping[str, str], known: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in known if name in parameters.get("layers", "").split(","))


def show(*, language: str, theme: str) -> None:
    """Draw the page in a theme of THEMES, as its address asks; its one fragment is drawn again at each change."""
    parameters = st.query_params.to_dict()
    wishes = Wishes.of(parameters)
    shapes = f"{base_path()}/geometry"

    def held() -> Programmes:
        return programmes(live.live().settings.wall_programmes, SCENES)

    def seen() -> View:
        snapshot = fragment.current()
        chosen = programme(parameters, snapshot.mode if snapshot else MODES[0], held())
        return view(
            language=language,
            theme_name=theme,
            overlays=chosen.overlays,
            geometry_base=shapes,
            city=city_of(chosen),
        )

    def draw_as_asked(snapshot: Snapshot) -> None:
        chosen = programme(parameters, snapshot.mode, held())
        draw(
            snapshot,
            language=language,
            theme_name=theme,
            scenes=chosen.scenes,
            seconds=chosen.seconds,
            overlays=chosen.overlays,
            counts=chosen.counts,
            sound=chosen.sound,
            remarks=notes(wishes, snapshot, text(language), themes=THEMES, scenes=SCENES, programmes=held()),
            geometry_base=shapes,
            tiles=base_map(),
        )

    fragment.run(
        draw_as_asked,
        without=lambda trouble: sentence(trouble, language=language, theme=theme),
        view=seen,
        page="wall",
        is_wall=True,
    )


def _has_overview_map(scenes: Sequence[str]) -> bool:
    """Whether a scene shows the overview's map; on three screens all but the map scene do. The map scene draws itself,
    so that a wall with it alone opens without the other map's code and shaders.
    """
    return any(scene != "map" for scene in scenes)


def city_of(chosen: Programme) -> tuple[str, ...] | None:
    """The counts on the map scene; None where the wall has no such scene."""
    return chosen.counts if "map" in chosen.scenes else None


def base_map() -> Mapping[str, str] | None:
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
        yield _map(snapshot, language, theme_name, overlays, geometry_base, USUAL_UNIT).to_json()

    return View(("wall", language, theme_name, *overlays, city), seen, is_wall=True)


def _map(
    snapshot: Snapshot, language: str, theme_name: str, overlays: Sequence[str], geometry_base: str | None, unit: float
) -> pdk.Deck:
    """The map; where it cannot be made, nothing, so that the rest of the picture stays."""
    try:
        return risk_map(
            snapshot,
            language=language,
            theme_name=theme_name,
            unit_pixels=unit,
            geometry_url=_geometry_url(snapshot, geometry_base),
            overlays=tuple(overlays),
        )
    except Exception as error:
        failures.of_the_server("map", error)
        return pdk.Deck(layers=[], map_provider=None, map_style=None)


def _hear_of_failures(failed: tuple[tuple[str, str], ...]) -> None:
    """Note the scenes this viewer's browser skips, once as long as they stay the same ones."""
    before = st.session_state.get("wall_failed", ())
    for scene, reason in failed:
        if scene in SCENES and (scene, reason) not in before:
            failures.of_a_browser(scene, reason)
    st.session_state["wall_failed"] = failed


def _geometry_url(snapshot: Snapshot, base: str | None) -> str | None:
    return f"{base}/{ground(snapshot).digest}.json" if base else None


def draw(
    snapshot: Snapshot,
    *,
    language: str,
    theme_name: str,
    scenes: Sequence[str] = ("overview",),
    seconds: Sequence[int] = (EVERY,),
    overlays: Sequence[str] = OVERLAYS,
    counts: Sequence[str] = (),
    sound: bool = False,
    remarks: Sequence[str] = (),
    geometry_base: str | None = None,
    tiles: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> None:
    """Draw the wall.

    ``geometry_base`` is the path under which ``<digest>.json`` of the map's shapes is served; without it they travel
    with the map. ``seconds`` are those of each scene. ``remarks``: what the address asks for and cannot have.
    ``tiles``: address and datum of a base map under the map scene. ``now`` is the server's clock (default: read here),
    from which the browser counts on.
    """
    moment = now or live.utc_now()
    note = f'<div class="wall-note" role="status">{escape(" · ".join(remarks))}</div>' if remarks else ""
    st.html(style(theme_name) + note)
    with st.container(key="wall_shell_box"):
        told = mount_shell(
            language=language, scenes=scenes, seconds=seconds, shapes=geometry_base, tiles=tiles, sound=sound
        )
    _hear_of_failures(told.failed)
    with st.container(key="wall_data_box"):
        city = tuple(counts) if "map" in scenes else None
        mount_data(
            panels_json(snapshot, language, city),
            now_milliseconds=round(moment.timestamp() * 1000),
            unit=told.unit,
            plane=plane(snapshot).json if city is not None and geometry_base is None else None,
        )
    if not _has_overview_map(scenes):
        return
    with st.container(key="wall_map_box"):
        st.pydeck_chart(
            _map(snapshot, language, theme_name, overlays, geometry_base, told.unit),
            height="stretch",
            key="wall_map",
        )


def style(theme_name: str) -> str:
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
/* Streamlit's own word about a lost connection; the wall has one, and keeps its picture */
[data-testid="stDialog"], [data-testid="stModal"], [data-baseweb="modal"], [data-testid="stToastContainer"] {{
  display: none !important;
}}
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
#wall-first {{ position: fixed; inset: 0; z-index: 4; background: {ground_colour}; }}
#wall-first.under {{ z-index: 0; background: none; pointer-events: none; }}
.first-map {{
  position: absolute; left: var(--map-left, calc(64 * var(--u))); top: calc(27 * var(--u));
  width: calc({BOX[0]} * var(--u)); height: calc({BOX[1]} * var(--u)); font-family: var(--font);
}}
.first-map svg {{ width: 100%; height: 100%; overflow: visible; }}
:root[data-wall-map="hidden"] .first-map {{ display: none; }}
:root[data-wall-late="late"] .first-map, :root[data-wall-late="dead"] .first-map {{
  opacity: var(--state-held-opacity);
}}
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
