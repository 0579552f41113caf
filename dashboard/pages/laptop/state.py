"""The state of a laptop page: all of it stands in its address, so that a link shows someone else the same.

``Address`` is what stands there; ``read`` makes a question of it, the nearest that can be asked, with a note for each
word that had to be passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from dashboard.live import questions
from dashboard.live.asked import as_of_fault
from dashboard.live.questions import Asked, AskingError, Kind, Words
from dashboard.snapshot import Snapshot
from dashboard.text import Text

#: What every page's address may hold beside its own words.
_SHARED: Final = ("area", "kinds", "from", "to", "as_of")
#: Which word of an address an error is about.
_CULPRITS: Final[Mapping[str, tuple[str, ...]]] = {
    "unknown_area": ("area",),
    "ambiguous_area": ("area",),
    "unknown_kind": ("kinds",),
    "malformed_date": ("from", "to"),
    "half_period": ("to",),
    "unlikely_year": ("from", "to"),
    "period_too_long": ("from", "to"),
    "period_reversed": ("from", "to"),
    "period_in_future": ("from", "to"),
    "malformed_moment": ("as_of",),
    "as_of_in_future": ("as_of",),
    "as_of_before_first_record": ("as_of",),
}
_LONGEST: Final = 24


@dataclass(frozen=True)
class Address:
    """Where a viewer is. Hashable; ``own``: the page's own words."""

    page: str
    language: str
    theme: str
    shared: tuple[tuple[str, str], ...] = ()
    own: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(
        cls, page: str, parameters: Mapping[str, str], *, language: str, theme: str, own: tuple[str, ...] = ()
    ) -> "Address":
        """The address of a page that has these words of its own; others are passed over."""

        def given(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
            return tuple((name, parameters[name].strip()) for name in names if parameters.get(name, "").strip())

        return cls(page, language, theme, given(_SHARED), given(own))

    def get(self, name: str) -> str | None:
        """A word of it; None where it is not there."""
        return dict((*self.shared, *self.own)).get(name)

    def to(self, page: str | None = None, /, **changes: object) -> str:
        """The address of a page from here: what all pages share is kept, ``changes`` are put in; None takes a word out.

        Without a page it is this one, whose own words are kept as well.
        """
        words: dict[str, Any] = dict(self.shared if page not in (None, self.page) else (*self.shared, *self.own))
        words |= {"lang": self.language, "theme": self.theme} | changes
        return f"{page or self.page}?{urlencode({name: value for name, value in words.items() if value is not None})}"

    def without(self, names: tuple[str, ...]) -> "Address":
        """The same without these words."""
        return replace(
            self,
            shared=tuple(pair for pair in self.shared if pair[0] not in names),
            own=tuple(pair for pair in self.own if pair[0] not in names),
        )


@dataclass(frozen=True)
class Question:
    """What an address asks, as far as it can be asked."""

    address: Address  # without the words that were passed over
    asked: Asked
    notes: tuple[str, ...] = field(default=())


def read(address: Address, snapshot: Snapshot, words: Text, *, now: datetime) -> Question:
    """The nearest question to an address, as of the newest record unless it names a moment.

    Raises NoAnswerError where the store does not answer, and AskingError where it holds nothing at all.
    """
    notes: list[str] = []
    while True:
        try:
            asked = questions.read(_words(address), snapshot, now=now)
            return Question(address, asked, tuple(notes))
        except AskingError as error:
            culprits = tuple(name for name in _CULPRITS.get(error.id, ()) if address.get(name) is not None)
            if not culprits:
                raise
            notes.append(note(error, words))
            address = address.without(culprits)


def looks_back(address: Address, snapshot: Snapshot) -> bool:
    """Whether the address names a moment that can be had, whose page never changes; the store is not asked."""
    given = address.get("as_of")
    now = max(snapshot.made_at, snapshot.as_of)
    return given is not None and as_of_fault(given, snapshot.place.time_zone, now=now) is None


def _words(address: Address) -> Words:
    return Words(
        area=address.get("area"),
        kinds=tuple((address.get("kinds") or "").split(",")),
        first=address.get("from"),
        last=address.get("to"),
        as_of=address.get("as_of"),
    )


def note(error: AskingError, words: Text) -> str:
    """One sentence on a word that cannot be had, in the viewer's language, and what is shown instead."""
    given = {name: short(str(value)) for name, value in error.values.items()}
    named = {
        "unknown_area": words("There is no area {given}; the whole subdistrict is shown"),
        "ambiguous_area": words("Several areas are called {given}; the whole subdistrict is shown"),
        "unknown_kind": words("There is no kind {given}; all kinds are shown"),
        "malformed_date": words("{given} is no date, as 2026-03-14 is; the usual days are shown"),
        "half_period": words("The days have an end, {last}, and no beginning; the usual days are shown"),
        "unlikely_year": words("{given} is no day of the years {first} to {last}; the usual days are shown"),
        "period_too_long": words("{first} to {last} is more than ten years; the usual days are shown"),
        "period_reversed": words("The days end on {last}, before they begin on {first}; the usual days are shown"),
        "period_in_future": words("The days begin on {first}, after {today}; the usual days are shown"),
        "malformed_moment": words("{given} is no moment, as 2026-03-14T18:00 is; shown as of now"),
        "as_of_in_future": words("The moment {as_of} lies in the future; shown as of now"),
        "as_of_before_first_record": words("Nothing was known at {as_of}: records begin {first}; shown as of now"),
    }
    return named[error.id].format(**given)


def short(given: str) -> str:
    """As much of a word of an address as a note has room for."""
    return given if len(given) <= _LONGEST else given[: _LONGEST - 1] + "…"


def kinds_of(address: Address) -> frozenset[str]:
    """The kinds an address names."""
    return frozenset((address.get("kinds") or "").split(",")) & set(Kind)
