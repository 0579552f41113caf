"""Gives the rows of a file the areas that the store knows by their words, and the store the areas that it lacks."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow
import sqlalchemy as sa

from seed.areas.known import Known, Tree, tree
from seed.importers.findings import Notes
from seed.importers.gazetteer import Gazetteer
from seed.importers.mapping import Mapping
from seed.importers.nearest import folded, nearest
from seed.importers.places import ToldArea
from seed.importers.rows import LONGEST_DETAIL
from seed.importers.times import local_days
from seed.reference import COLUMNS, Reference
from seed.store import StoreError


@dataclass(frozen=True)
class Placed:
    """What becomes of the rows that name an area: the code they get, or why they are refused."""

    code: str
    reason: str = ""  # "" where they are not refused here
    detail: str = ""


class Naming:
    """The file's areas beside the store's."""

    def __init__(self, mapping: Mapping, told: dict[str, ToldArea], known: Gazetteer | None, notes: Notes) -> None:
        """``known``: None where the store has no areas yet."""
        self._mapping = mapping
        self._told = told
        self._known = known
        self.notes = notes
        self._zone = mapping.place.zone
        self._placed = {} if known is None else self._by_span(known)
        self._others = [path for path, spans in self._placed.items() if any(each != Placed(path) for each in spans)]

    @property
    def is_needed(self) -> bool:
        """Whether some rows get another code than the file's, or are refused for their area."""
        return bool(self._others)

    def place(self, batch: arrow.RecordBatch) -> arrow.RecordBatch:
        """Inbox rows with the codes of the store's areas; those whose words mean none or several say so and why."""
        if not self._others or self._known is None:
            return batch
        rows = batch.select(["event", "area_code", "occurred_at", "field", "value"]).to_pandas()
        asked = rows["area_code"].isin(self._others) & (rows["event"] == "reported") & rows["occurred_at"].notna()
        if not asked.any():
            return batch
        days = local_days(rows.loc[asked, "occurred_at"], self._zone)
        starts = np.array(self._known.spans, dtype="datetime64[D]")
        spans = np.searchsorted(starts, days.to_numpy().astype("datetime64[D]"), side="right") - 1
        pairs = zip(rows.loc[asked, "area_code"], spans.clip(min=0).tolist(), strict=True)
        placed = [self._placed[path][span] for path, span in pairs]
        rows.loc[asked, "area_code"] = [each.code for each in placed]
        refused = np.array([bool(each.reason) for each in placed])
        if refused.any():
            numbers = rows.index[asked][refused]
            columns = self._columns()
            paths = batch.column("area_code").take(arrow.array(numbers)).to_pylist()
            rows["field"] = rows["field"].astype("object")
            rows["value"] = rows["value"].astype("object")
            rows.loc[numbers, "field"] = [columns[path] for path in paths]
            rows.loc[numbers, "value"] = [f"{each.reason}: {each.detail}" for each in placed if each.reason]
        for name in ("area_code", "field", "value"):
            column = batch.schema.get_field_index(name)
            batch = batch.set_column(column, name, arrow.array(rows[name], type=arrow.string(), from_pandas=True))
        return batch

    def reference(self, told: Reference) -> Reference:
        """What the file tells the store of its place, with what the store knows of it already left as it is."""
        if self._known is None:
            return told
        rows, aliases = [self._centre(told.areas.iloc[0].to_dict())], list[dict[str, str]]()
        for row in told.areas.iloc[1:].to_dict("records"):
            path = row["code"]
            found = self._known.newest(path)
            if path == self._known.centre.code or len(found) > 1:
                continue
            if found:
                rows.append(self._standing(row, found[0], aliases))
            elif not self._placed[path][-1].reason:
                parent = self._known.newest(self._told[path].parent) if self._told[path].parent else []
                rows.append({**row, "parent_code": parent[0].code if parent else row["parent_code"]})
        new = {row["code"] for row in rows if self._is_new(self._known, row["code"])}
        kept = [alias for alias in told.aliases.to_dict("records") if alias["area_code"] in new]
        made = [{"subdistrict_code": self._mapping.place.code, **alias} for alias in aliases]
        return replace(
            told,
            areas=pd.DataFrame(rows).drop_duplicates("code").reindex(columns=told.areas.columns),
            aliases=pd.DataFrame([*kept, *made], columns=list(COLUMNS["aliases"])).drop_duplicates(),
        )

    def codes(self) -> dict[str, str]:
        """Path of each of the file's areas → the code by which the store has it, or will have it."""
        found = {} if self._known is None else {path: self._known.newest(path) for path in self._told}
        return {path: areas[0].code if len(areas := found.get(path, [])) == 1 else path for path in self._told}

    def _by_span(self, known: Gazetteer) -> dict[str, list[Placed]]:
        placed = {path: [self._placed_on(known, path, day) for day in known.spans] for path in self._told}
        levels = {area.level for area in known.areas}
        new = [path for path in self._told if self._is_new(known, path) and self._told[path].level in levels]
        new = [path for path in new if not placed[path][-1].reason]
        self.notes.add("area_new", len(new), Counter({self._told[path].name: 1 for path in new}))
        return placed

    def new(self) -> list[str]:
        """Those that the store does not know and will have."""
        known = self._known
        return [] if known is None else [path for path in self._told if self._is_new(known, path)]

    def _is_new(self, known: Gazetteer, path: str) -> bool:
        return path in self._told and not known.newest(path)

    def _placed_on(self, known: Gazetteer, path: str, day: date) -> Placed:
        told = self._told[path]
        found = known.meant(path, day)
        if len(found) == 1:
            return Placed(found[0].code)
        if found:
            return _ambiguous(told, found)
        elsewhen = known.newest(path)
        if elsewhen:
            area = elsewhen[0]
            ended = "" if area.valid_to == date.max else area.valid_to
            held = f"{area.name_zh} ({area.code}): {area.valid_from} – {ended}"
            return Placed(area.code, "area_not_valid_then", _detail(told, held))
        above = known.meant(told.parent, day) if told.parent else []
        if len(above) > 1:  # nobody can say below which of them it would be new
            return _ambiguous(told, above)
        if self._mapping.place.new_areas == "refuse":
            like = nearest(told.word, self.names(told.level))
            return Placed(path, "unknown_area", _detail(told, f"{like}?" if like else ""))
        return Placed(path)

    def names(self, level: str) -> list[str]:
        """The names by which areas of a level can be meant."""
        areas = [] if self._known is None else [area for area in self._known.areas if area.level == level]
        return [name for area in areas for name in (area.name_zh, area.name_en, area.code, *area.aliases)]

    def _columns(self) -> dict[str, str]:
        return {path: told.column for path, told in self._told.items()}

    def _centre(self, row: dict[Any, Any]) -> dict[Any, Any]:
        assert self._known is not None
        centre = self._known.centre
        return row | (_validity(centre) if centre.boundary is None else _as_it_stands(centre))

    def _standing(self, row: dict[Any, Any], area: Known, aliases: list[dict[str, str]]) -> dict[Any, Any]:
        """The row of an area that the store has. What an import has made goes by the newest file; what was loaded as a
        tree of areas stays as it is, and is called by the file's name as well.
        """
        told = self._told[row["code"]]
        known = {folded(name) for name in (area.code, area.name_zh, area.name_en, *area.aliases)}
        unknown = [name for name in told.names if folded(name) not in known]
        names = self._mapping.names_zh, self._mapping.names_en
        is_mine = area.code == told.code and area.boundary is None
        is_called_otherwise = told.name in unknown or any(told.name in each for each in names)
        is_to_be_told_apart = bool(told.suffix) and area.name_zh == names[0].get(told.name, told.name)
        row = row | {"parent_code": ""}  # it keeps its parent
        if is_mine and (is_called_otherwise or is_to_be_told_apart):
            former = [area.name_zh] if row["name_zh"] != area.name_zh else []
            aliases += [{"area_code": area.code, "alias": name} for name in dict.fromkeys([*unknown, *former])]
            return row | _validity(area)
        aliases += [{"area_code": area.code, "alias": name} for name in unknown]
        return row | _as_it_stands(area)


def _ambiguous(told: ToldArea, meant: list[Known]) -> Placed:
    candidates = "; ".join(f"{each.name_zh} ({each.code})" for each in meant)
    return Placed(told.code, "area_ambiguous", _detail(told, f"{candidates}?"))


def _detail(told: ToldArea, meant: str) -> str:
    return f"{told.code} ({meant})"[:LONGEST_DETAIL] if meant else told.code[:LONGEST_DETAIL]


def _validity(area: Known) -> dict[str, Any]:
    return {"valid_from": area.valid_from, "valid_to": None if area.valid_to == date.max else area.valid_to}


def _as_it_stands(area: Known) -> dict[str, Any]:
    """Columns of reference.COLUMNS["areas"] that change nothing; an area keeps its parent where none is named."""
    kept = ("code", "level", "kind", "name_zh", "name_en", "short_name", "position", "population", "is_illustrative")
    values = {name: getattr(area, name) for name in kept}
    return {**values, "parent_code": "", "lon": None, "lat": None, **_validity(area)}


def naming(connection: sa.Connection, mapping: Mapping, told: dict[str, ToldArea], whole: Tree | None = None) -> Naming:
    """What the store has of the file's areas, or had of them when ``whole`` was read.

    Raises StoreError where it has none and the file may make none.
    """
    known = None
    whole = whole or tree(connection)
    own = [each for each in whole.centres if each.code == mapping.place.code]
    if not own and mapping.place.new_areas == "refuse":
        raise StoreError(
            "the store has no areas yet: load them first (python -m seed areas FILE), or leave new_areas out of the"
            " mapping"
        )
    if own:
        words = {
            name: [other[name] for other in (mapping.names_zh, mapping.names_en) if name in other]
            for name in {*mapping.names_zh, *mapping.names_en}
        }
        known = Gazetteer(whole, own[0].area_id, told, words)
    return Naming(mapping, told, known, Notes())
