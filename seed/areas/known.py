"""The areas of a store, and which of them a code, a name or an alias means."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry


@dataclass
class Known:
    """One area for one period; ``valid_to`` is the first day it no longer holds (date.max: for ever)."""

    area_id: int
    subdistrict_id: int
    code: str
    level: str
    kind: str
    parent_id: int | None
    name_zh: str
    name_en: str
    short_name: str
    position: int
    population: int | None
    is_illustrative: bool
    valid_from: date
    valid_to: date
    boundary: dict[str, Any] | None
    aliases: set[str] = field(default_factory=set)

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on that local day."""
        return self.valid_from <= day < self.valid_to

    @cached_property
    def shape(self) -> BaseGeometry | None:
        """Its boundary, sound for reckoning."""
        return None if self.boundary is None else shapely.make_valid(shapely.from_geojson(json.dumps(self.boundary)))


class Tree:
    """All areas of a store. Changes of the plan are not seen here."""

    def __init__(self, areas: Iterable[Known], centres: Iterable[int]) -> None:
        self.areas = {area.area_id: area for area in areas}
        self.centres = [self.areas[each] for each in centres]
        self._named: dict[str, list[Known]] = defaultdict(list)
        for area in self.areas.values():
            for name in {area.name_zh, area.name_en, *area.aliases}:
                self._named[name].append(area)
        self._coded: dict[str, list[Known]] = defaultdict(list)
        for area in self.areas.values():
            self._coded[area.code].append(area)

    def meant(self, word: str, day: date, level: str = "", parent_id: int | None = None) -> list[Known]:
        """Areas that a code means on that day; where it is none, those that a name or an alias means."""
        for index in (self._coded, self._named):
            found = [
                area
                for area in index.get(word, [])
                if area.holds_on(day)
                and level in ("", area.level)
                and (parent_id is None or area.parent_id == parent_id)
            ]
            if found:
                return found
        return []

    def coded(self, code: str) -> list[Known]:
        """All areas of a code, whenever they hold."""
        return self._coded.get(code, [])

    def below(self, area_id: int, day: date) -> list[Known]:
        """Areas directly below one, valid on that day."""
        return [area for area in self.areas.values() if area.parent_id == area_id and area.holds_on(day)]


def tree(connection: sa.Connection) -> Tree:
    """Read the whole tree of the store."""
    rows = connection.execute(
        sa.text(
            "select area_id, subdistrict_id, code, level, kind, parent_id, name_zh, name_en, short_name, position,"
            " population, is_illustrative, valid_from, least(valid_to, date '9999-12-31') as valid_to, boundary"
            " from app.areas order by area_id"
        )
    )
    areas = {row.area_id: Known(**row._mapping) for row in rows}
    for area in areas.values():
        if area.valid_to == date(9999, 12, 31):
            area.valid_to = date.max
    for alias in connection.execute(sa.text("select area_id, alias from app.area_aliases")):
        areas[alias.area_id].aliases.add(alias.alias)
    centres = connection.scalars(sa.text("select subdistrict_id from app.subdistricts order by 1")).all()
    return Tree(areas.values(), centres)
