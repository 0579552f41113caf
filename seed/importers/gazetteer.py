"""Which areas of the store the words of a file mean: by code, name or alias, within the area named before them.

An area made by an import has the path of the file's words as its code, so that code is looked for first. Then, below
the areas that the word before it means and on its own level, a word is a code, a name in either language, or an alias,
such as a former name. An id is a code or an alias and no name: two areas of one name are told apart by their ids.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from seed.areas.known import Known, Tree
from seed.importers.nearest import folded
from seed.importers.places import ToldArea

_FIRST_DAY = date(1900, 1, 1)


class Gazetteer:
    """The areas of a command centre and what the words of a file mean by them; the tree is not changed."""

    def __init__(
        self, tree: Tree, centre_id: int, told: Mapping[str, ToldArea], words: Mapping[str, list[str]]
    ) -> None:
        """``told``: the file's areas by their paths; ``words``: other names of its names, as the mapping gives them."""
        self._told = told
        self._words = words
        self._areas = tree.areas
        self.centre = tree.areas[centre_id]
        self._coded: dict[str, list[Known]] = defaultdict(list)
        self._named: dict[str, list[Known]] = defaultdict(list)
        self._called: dict[str, list[Known]] = defaultdict(list)
        self.areas = [each for each in tree.areas.values() if each.subdistrict_id == centre_id]
        for area in self.areas:
            self._coded[area.code].append(area)
            for name in {folded(area.name_zh), folded(area.name_en)}:
                self._named[name].append(area)
            for alias in {folded(alias) for alias in area.aliases}:
                self._called[alias].append(area)
        ends = {day for area in self.areas for day in (area.valid_from, area.valid_to)} - {date.max}
        #: The first day of each span of days in which the same areas hold, in their order.
        self.spans: list[date] = sorted({_FIRST_DAY, *ends})
        self._found: dict[tuple[str, date], list[Known]] = {}

    def meant(self, path: str, day: date) -> list[Known]:
        """The areas that the words of a path mean on the first day of a span: one, none, or several."""
        if (path, day) not in self._found:
            self._found[path, day] = list(self._look_up(path, day))
        return self._found[path, day]

    def newest(self, path: str) -> list[Known]:
        """What they mean in the last span in which they mean anything."""
        return next((found for day in reversed(self.spans) if (found := self.meant(path, day))), [])

    def _look_up(self, path: str, day: date) -> list[Known]:
        own = [area for area in self._coded.get(path, ()) if area.holds_on(day)]
        if own:
            return own
        told = self._told[path]
        below = self.meant(told.parent, day) if told.parent else [self.centre]
        for found in self._candidates(told):
            fitting = {
                area.area_id: area
                for area in found
                if area.level == told.level and area.holds_on(day) and self._lies_in(area, below)
            }
            if fitting:
                return list(fitting.values())
        return []

    def _candidates(self, told: ToldArea) -> Iterator[list[Known]]:
        """Areas of a code, of a name, of an alias, whenever and wherever they are."""
        yield self._coded.get(told.word, [])
        names = [] if told.is_by_id else [told.word, *self._words.get(told.word, ())]
        yield [area for name in names for area in self._named.get(folded(name), ())]
        yield [area for name in names or [told.word] for area in self._called.get(folded(name), ())]

    def _lies_in(self, area: Known, above: list[Known]) -> bool:
        """Whether an area lies below one of others, however far."""
        ids = {each.area_id for each in above}
        at = area.parent_id
        while at is not None and at not in ids:
            at = self._areas[at].parent_id
        return at is not None
