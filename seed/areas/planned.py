"""What a file of areas would change: areas as they shall stand, those that end, and what becomes of their ground."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from seed.areas.known import Known
from seed.areas.reading import FileArea


@dataclass
class Planned:
    """An area as it shall stand. ``known``: the row that it is; None: a new one."""

    file: FileArea
    known: Known | None
    values: dict[str, Any]  # columns of app.areas but its keys and parent
    parent: "Planned | Known | None"
    aliases: set[str]
    valid_from: date

    @property
    def shape(self) -> BaseGeometry | None:
        """Its ground."""
        return self.file.shape if self.file.shape is not None else (self.known.shape if self.known else None)

    @property
    def is_changed(self) -> bool:
        """Whether the store's row says something else."""
        return self.known is not None and (
            any(getattr(self.known, name) != value for name, value in self.values.items())
            or not self.aliases <= self.known.aliases
        )


@dataclass
class Plan:
    """Everything that a file would change."""

    areas: list[Planned] = field(default_factory=list)  # parents first
    ended: list[Known] = field(default_factory=list)
    lineage: list[tuple[Known, Planned, float]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """How many areas are new, changed, unchanged, ended."""
        told = Counter(
            "new" if each.known is None else "changed" if each.is_changed else "unchanged" for each in self.areas
        )
        told["ended"] = len(self.ended)
        return told


def stored(area: Planned | Known | None) -> int | None:
    """The number of an area that the store has."""
    if isinstance(area, Planned):
        return None if area.known is None else area.known.area_id
    return None if area is None else area.area_id


def owner(area: Planned | Known | None) -> int | None:
    """The command centre that owns an area: 0 for one above them, None for a new one."""
    while isinstance(area, Planned):
        if area.known is None and area.file.level == "subdistrict":
            return None
        area = area.known or area.parent
    return 0 if area is None else area.subdistrict_id
