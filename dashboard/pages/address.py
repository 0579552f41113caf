"""What a page's address asks for and cannot have: a small note for each, beside the usual picture."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.live.asked import as_of_fault
from dashboard.maps.risk import OVERLAYS
from dashboard.pages.programmes import Programmes
from dashboard.snapshot import Snapshot
from dashboard.text import LOCALES, Text
from dashboard.widgets.panels.city_map import COUNTS

#: Longest part of a wrong value that a note repeats.
_LONGEST: Final = 16
_SCENES: Final = "scenes"
_PROGRAMME: Final = "programme"


_OF_ALL_PAGES: Final = ("area", "kinds", "from", "to", "as_of", "lang", "theme")
#: What a wall can be told on or off.
_SWITCHES: Final = ("turn", "sound")
_OF_WALLS: Final = ("scene", _SCENES, "layers", "every", _PROGRAMME, *_SWITCHES)
_KNOWN: Final = (*_OF_ALL_PAGES, *_OF_WALLS)


@dataclass(frozen=True)
class Wishes:
    """The parts of an address that a note may be about, as they stand there."""

    parts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Wishes":
        """The wishes in an address's parameters; empty ones are none."""
        return cls(tuple((name, parameters[name]) for name in _KNOWN if parameters.get(name, "").strip()))


#: An address that asks for nothing.
NONE: Final = Wishes()


def notes(
    wishes: Wishes,
    snapshot: Snapshot,
    words: Text,
    *,
    themes: Collection[str],
    scenes: Collection[str] | None = None,
    programmes: Programmes | None = None,
    shows_past: bool = False,
) -> tuple[str, ...]:
    """One sentence for each wish that is not met. ``scenes``: those of a wall; None on other pages. ``programmes``:
    those its address can name. ``shows_past``: the page says by itself what is wrong with a moment.
    """
    wished = dict(wishes.parts)
    return (
        *_programme(wished, words, programmes),
        *_place(wished, snapshot, words, is_wall=scenes is not None),
        *(() if shows_past else _moment(wished, snapshot, words)),
        *_choices(wished, words, themes, scenes),
    )


def _place(wished: Mapping[str, str], snapshot: Snapshot, words: Text, *, is_wall: bool) -> Iterable[str]:
    area = wished.get("area")
    if area is None:
        return
    if is_wall:
        yield words("The wall shows the whole subdistrict, not an area alone")
    elif area not in set(snapshot.grids["code"] if "code" in snapshot.grids.columns else ()):
        yield words("There is no unit {given} on this map; the usual one is shown", given=_short(area))


def _programme(wished: Mapping[str, str], words: Text, programmes: Programmes | None) -> Iterable[str]:
    if programmes is None:
        return
    given = wished.get(_PROGRAMME)
    if given is not None and given not in programmes.names():
        yield words("{name}={given} is not known here; the usual is shown", name=_PROGRAMME, given=_short(given))
    if programmes.faults:
        yield words("The file of programmes has faults; the log names them")


def _moment(wished: Mapping[str, str], snapshot: Snapshot, words: Text) -> Iterable[str]:
    """A page shows the present. Judged by the time the picture was made, so that equal pictures have equal notes."""
    given = wished.get("as_of")
    if given is None:
        return
    fault = as_of_fault(given, snapshot.place.time_zone, now=max(snapshot.made_at, snapshot.as_of))
    if fault == "as_of_in_future":
        yield words("The moment {given} lies in the future; shown as of now", given=_short(given))
    elif fault is not None:
        yield words("{given} is no moment, as 2026-03-14T18:00 is; shown as of now", given=_short(given))
    else:
        yield words("This page shows the present, not as of {given}", given=_short(given))


def _choices(
    wished: Mapping[str, str], words: Text, themes: Collection[str], scenes: Collection[str] | None
) -> Iterable[str]:
    """Names out of a list, of which the page takes those it knows."""
    languages = {name.lower() for name in LOCALES}
    unknown = [
        *(("lang", lang) for lang in (wished.get("lang"),) if lang and _language(lang) not in languages),
        *(("theme", theme) for theme in (wished.get("theme"),) if theme and theme not in themes),
    ]
    if scenes is not None:
        unknown += [
            (name, part)
            for name, known in (("scene", scenes), (_SCENES, scenes), ("layers", (*OVERLAYS, *COUNTS)))
            for part in wished.get(name, "").replace(" ", "").split(",")
            if part and part not in known
        ]
        every = wished.get("every", "")
        unknown += [("every", every)] if every and not every.isdecimal() else []
        unknown += [(name, wished[name]) for name in _SWITCHES if wished.get(name, "on") not in {"on", "off"}]
    for name, given in unknown:
        yield words("{name}={given} is not known here; the usual is shown", name=name, given=_short(given))


def _language(given: str) -> str:
    return given.replace("_", "-").split("-")[0].lower()


def _short(given: str) -> str:
    """As much of a wrong value as a note has room for."""
    return given if len(given) <= _LONGEST else given[: _LONGEST - 1] + "…"
