"""From a snapshot and a language to plain JSON: every sentence chosen, every figure formatted, nothing drawn.

`panels(snapshot, language)` is worked out once per snapshot and language, whoever looks; components in the browser
turn it into markup and run the clocks.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Snapshot
from dashboard.text import text
from dashboard.widgets.panels import city_map, escalations, figures, lists, ranking, verdict

#: Handed over with a picture but no reason to draw it: moments, and ages that the browser counts by itself.
_BESIDE: Final = ("serial", "as_of", "made_at", "sources")


def panels(snapshot: Snapshot, language: str, city: Sequence[str] | None = None) -> dict[str, Any]:
    """Everything the wall says about the snapshot; moments as milliseconds since 1970.

    ``city``: the counts asked for by a wall with the map scene; None on one without, which is spared its data.
    """
    words = text(language)
    place = snapshot.place
    return {
        "serial": snapshot.serial,
        "zone": place.time_zone,
        "as_of": lists.milliseconds(snapshot.as_of),
        "made_at": lists.milliseconds(snapshot.made_at),
        "live": snapshot.is_live,
        "head": verdict.heads(snapshot, words),
        "known": verdict.known(snapshot, words),
        "figures": figures.figures(snapshot, words),
        "map": lists.map_words(snapshot, words),
        "reasons": lists.reasons(snapshot, words),
        "escalations": escalations.waiting(snapshot, words),
        "departments": escalations.departments(snapshot, words),
        "heroes": escalations.heroes(snapshot, words),
        "latest": lists.latest(snapshot, words),
        "sources": lists.sources(snapshot, words),
        "ranking": ranking.ranking(snapshot, words),
        **({} if city is None else {"city": city_map.city_map(snapshot, words, city)}),
    }


@once_per_snapshot(16)
def panels_json(snapshot: Snapshot, language: str, city: tuple[str, ...] | None = None) -> bytes:
    """The same as compact UTF-8 JSON, remembered."""
    shown, beside = _parts(snapshot, language, city)
    return shown[:-1] + b"," + beside[1:]


def shown_json(snapshot: Snapshot, language: str, city: tuple[str, ...] | None = None) -> bytes:
    """What of it can be told apart by eye; equal bytes draw equal walls."""
    return _parts(snapshot, language, city)[0]


@once_per_snapshot(16)
def _parts(snapshot: Snapshot, language: str, city: tuple[str, ...] | None) -> tuple[bytes, bytes]:
    whole = panels(snapshot, language, city)
    beside = {name: whole.pop(name) for name in _BESIDE}
    whole["heard_of"] = [source["name"] for source in beside["sources"]]
    return _compact(whole), _compact(beside)


def _compact(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
