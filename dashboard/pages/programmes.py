"""Programmes from a file: which scenes a wall shows and for how long each, by mode and name.

A wall hangs for years and its file is written by hand: what cannot be used is left out and named, never fatal.
"""

import logging
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_LOG = logging.getLogger(__name__)

#: The file that comes with the product.
OWN_FILE: Final = Path(__file__).parent.parent / "programmes.toml"
#: The modes of the store, which are the sections of a file; the first is the one that holds where nothing is said.
MODES: Final = ("normal", "emergency")
#: The name of the programme of an address that names none.
USUAL: Final = "usual"
#: Seconds of a scene where nothing is said, and at least.
EVERY: Final = 20
SHORTEST: Final = 5


@dataclass(frozen=True)
class Turn:
    """One scene of a programme."""

    scene: str
    seconds: int


@dataclass(frozen=True)
class Programmes:
    """What a file holds: turns by mode and name, and a sentence for each thing that could not be used."""

    turns: Mapping[str, Mapping[str, tuple[Turn, ...]]]
    faults: tuple[str, ...] = ()

    def names(self) -> frozenset[str]:
        """The names an address can give."""
        return frozenset(name for named in self.turns.values() for name in named)

    def find(self, name: str, mode: str) -> tuple[Turn, ...]:
        """The turns of that programme in that mode, else of the mode's usual one; none where it has neither."""
        named = self.turns.get(mode, {})
        return named.get(name) or named.get(USUAL) or ()


def programmes(file: Path | None, scenes: Collection[str]) -> Programmes:
    """The programmes of a file, or of the product's own where none is named or it cannot be read. ``scenes``: those
    the wall has. Read again when the file has changed.
    """
    chosen = file or OWN_FILE
    try:
        changed = chosen.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _read(chosen, changed, tuple(scenes))


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int, scenes: tuple[str, ...]) -> Programmes:
    try:
        held = parse(tomllib.loads(file.read_text(encoding="utf-8")), scenes)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        usual = parse(tomllib.loads(OWN_FILE.read_text(encoding="utf-8")), scenes)
        held = Programmes(usual.turns, (f"it cannot be read ({error}); the product's own programmes are used",))
    for fault in held.faults:
        _LOG.warning("programmes of the wall, %s: %s", file, fault)
    return held


def parse(held: Mapping[str, Any], scenes: Collection[str]) -> Programmes:
    """The programmes of a file's content."""
    faults: list[str] = []
    turns: dict[str, dict[str, tuple[Turn, ...]]] = {}
    for mode, named in held.items():
        if mode not in MODES or not isinstance(named, Mapping):
            faults.append(f"[{mode}] is not a mode; the modes are {', '.join(MODES)}")
            continue
        for name, wanted in named.items():
            found = tuple(_turns(f"[{mode}.{name}]", wanted, scenes, faults))
            if found:
                turns.setdefault(mode, {})[name] = found
            else:
                faults.append(f"[{mode}.{name}] has no scene and is left out")
    return Programmes(turns, tuple(faults))


def _turns(where: str, wanted: Any, scenes: Collection[str], faults: list[str]) -> Iterable[Turn]:
    listed = wanted.get("scenes") if isinstance(wanted, Mapping) else None
    if not isinstance(listed, list):
        faults.append(f'{where} needs scenes = ["overview", …]')
        return
    every = _seconds(where, "every", wanted.get("every", EVERY), EVERY, faults)
    single = wanted.get("seconds", {})
    if not isinstance(single, Mapping):
        faults.append(f"{where}: seconds is a table, as in {{ overview = 40 }}")
        single = {}
    for scene in listed:
        if scene in scenes:
            yield Turn(scene, _seconds(where, scene, single.get(scene, every), every, faults))
        else:
            faults.append(f"{where}: {scene!r} is not a scene; the scenes are {', '.join(scenes)}")


def _seconds(where: str, name: str, given: Any, otherwise: int, faults: list[str]) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        faults.append(f"{where}: {name} = {given!r} is no number of seconds; {otherwise} is used")
        return otherwise
    return max(SHORTEST, given)
