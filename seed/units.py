"""Finds the unit that a person means, by code, name in either language or alias, among those of one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from queries import labels
from queries.review.document import records
from seed.importers.nearest import folded, nearest


@dataclass(frozen=True)
class Unit:
    """A unit of a subdistrict."""

    area_id: int
    code: str
    level: str
    name_zh: str
    name_en: str

    def __str__(self) -> str:
        return f"{self.code} ({self.name_zh})"


class UnitError(ValueError):
    """Nothing, or more than one unit, is called so; the text says what is near."""


@dataclass(frozen=True)
class Units:
    """The units of a subdistrict on a day."""

    day: date
    units: tuple[Unit, ...]
    by_word: Mapping[str, tuple[Unit, ...]]  # folded code, names and aliases; a code comes before a name

    def find(self, word: str) -> Unit:
        """The unit of a word. Raises UnitError."""
        found = self.by_word.get(folded(word), ())
        if len(found) > 1:
            raise UnitError(
                f"several units are called {word!r}: {', '.join(unit.code for unit in found)}; use the code"
            )
        if not found:
            names = [name for unit in self.units for name in (unit.code, unit.name_zh, unit.name_en)]
            near = nearest(word, names)
            raise UnitError(f"there is no unit {word!r} on {self.day}" + (f"; {near} is near" if near else ""))
        return found[0]

    def of_level(self, level: str) -> tuple[Unit, ...]:
        """The units of one level, in order."""
        return tuple(unit for unit in self.units if unit.level == level)


def units_on(connection: sa.Connection, subdistrict_id: int, day: date) -> Units:
    """All areas within a subdistrict that hold on a local day, the subdistrict's own left out."""
    frame = labels.areas(connection, subdistrict_id)
    units, words = [], {}
    for row in records(frame[frame["area_id"] != subdistrict_id]):
        if row["valid_from"] > day or (row["valid_to"] is not None and row["valid_to"] <= day):
            continue
        unit = Unit(int(row["area_id"]), row["code"], row["level"], row["name_zh"], row["name_en"])
        units.append(unit)
        words[unit] = [unit.name_zh, unit.name_en, *row["aliases"]]
    named: dict[str, tuple[Unit, ...]] = {}
    for unit, names in words.items():
        for word in dict.fromkeys(folded(name) for name in names):
            named[word] = (*named.get(word, ()), unit)
    return Units(day, tuple(units), named | {folded(unit.code): (unit,) for unit in units})
