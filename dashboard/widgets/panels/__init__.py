"""From a snapshot and a language to plain JSON: every sentence chosen, every figure formatted, nothing drawn.

`panels(snapshot, language)` is worked out once per snapshot and language, whoever looks; components in the browser
turn it into markup and run the clocks.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from dashboard import failures
from dashboard.frames import rows
from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Snapshot
from dashboard.text import Text, text
from dashboard.widgets.panels import city_map, emergency, escalations, figures, lists, ranking, stages, verdict

#: Handed over with a picture but no reason to draw it: moments, and ages that the browser counts by itself.
_BESIDE: Final = ("serial", "as_of", "made_at", "sources")


#: What the wall says, by name. One that cannot be made is left out; the browser then skips the scenes that need it.
_MAKERS: Final[Mapping[str, Callable[[Snapshot, Text], Any]]] = {
    "known": verdict.known,
    "figures": figures.figures,
    "map": lists.map_words,
    "reasons": lists.reasons,
    "escalations": escalations.waiting,
    "departments": escalations.departments,
    "heroes": escalations.heroes,
    "latest": lists.latest,
    "sources": lists.sources,
    "ranking": ranking.ranking,
    "stages": stages.stages,
    "emergency": emergency.emergency,
    "reds": lambda snapshot, _: emergency.open_reds(snapshot),
}


#: The counts that the map scene of a wall shows; None: the wall has no such scene and is spared its data.
City = tuple[str, ...] | None


def panels(snapshot: Snapshot, language: str, city: City = None) -> dict[str, Any]:
    """Everything the wall says about the snapshot; moments as milliseconds since 1970."""
    return {name: json.loads(made) for name, made in _made(snapshot, language, city).items()}


def _made(snapshot: Snapshot, language: str, city: City) -> dict[str, bytes]:
    """Each panel as JSON by its name; ``failed`` names those that could not be made."""
    words = text(language)
    place = snapshot.place
    beginning = {
        "serial": snapshot.serial,
        "zone": place.time_zone,
        "as_of": lists.milliseconds(snapshot.as_of),
        "made_at": lists.milliseconds(snapshot.made_at),
        "live": snapshot.is_live,
        "day": snapshot.same_day.day.isoformat(),
        "day_name": words.day(snapshot.same_day.day),
    }
    made = {name: _compact(value) for name, value in beginning.items()}
    failed: list[str] = []

    def attempt(name: str, make: Callable[[], Any]) -> None:
        try:
            made[name] = _compact(make())
        except Exception as error:
            failures.of_the_server(name, error)
            failed.append(name)

    for name, make in _MAKERS.items():
        attempt(name, partial(make, snapshot, words))
    if city is not None:
        attempt("city", lambda: city_map.city_map(snapshot, words, city))
    heads: dict[str, Any] = {}
    for scene, head in verdict.heads(snapshot, words).items():
        attempt(f"head of {scene}", head)
        heads[scene] = made.pop(f"head of {scene}", b"null")
    attempt("heard_of", lambda: [words.label(row) for row in rows(snapshot.sources)])
    return made | {"head": _joined(heads), "failed": _compact(failed)}


@once_per_snapshot(16)
def panels_json(snapshot: Snapshot, language: str, city: City = None) -> bytes:
    """The same as compact UTF-8 JSON, remembered."""
    shown, beside = _parts(snapshot, language, city)
    return shown[:-1] + b"," + beside[1:]


def shown_json(snapshot: Snapshot, language: str, city: City = None) -> bytes:
    """What of it can be told apart by eye; equal bytes draw equal walls."""
    return _parts(snapshot, language, city)[0]


@once_per_snapshot(16)
def _parts(snapshot: Snapshot, language: str, city: City) -> tuple[bytes, bytes]:
    made = _made(snapshot, language, city)
    beside: dict[str, bytes] = {name: made.pop(name) for name in _BESIDE if name in made}
    return _joined(made), _joined(beside)


def _joined(made: Mapping[str, bytes]) -> bytes:
    return b"{" + b",".join(_compact(name) + b":" + value for name, value in made.items()) + b"}"


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
