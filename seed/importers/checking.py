"""A mapping, and a file read by it, beside the store: what is not known, and what would be refused for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from seed.importers.claim import objection, own_place
from seed.importers.mapping import Mapping
from seed.importers.naming import Naming, naming
from seed.importers.nearest import nearest
from seed.importers.plan import ImportPlan, plan
from seed.importers.rows import ROWS_PER_FILE_ROW
from seed.importers.unknown import Topic, Unknown, Word, Words, find_unknown, lacking

#: What stands above unknown words, by what they are and whether their rows are refused.
_HEADS = {
    (Topic.COLUMN, True): "columns that the mapping names and the file lacks",
    (Topic.STATUS, True): "statuses not in the mapping: such rows are refused",
    (Topic.CHANNEL, True): "channels not in the mapping: such rows are refused",
    (Topic.CHANNEL, False): "channels not in the mapping: taken as its otherwise says",
    (Topic.HISTORY, False): "entries of the cases' own logs that no rule names: not taken",
    (Topic.TIME, True): "no times, in {}: such rows are refused",
    (Topic.TIME, False): "no times, in {}: left out",
    (Topic.AREA, True): "areas that nobody can tell, or that did not hold on the day: such rows are refused",
    (Topic.AREA, False): "areas that the store does not know: made new",
    (Topic.TYPE, False): "matters that the store does not know: made new",
    (Topic.DEPARTMENT, False): "departments that the store does not know: made new",
    (Topic.MATTER, False): "matters without a name in [names_zh] or [names_en]: shown as in the file",
}


@dataclass
class Checked:
    """What was found. ``objections``: why nothing of the file would be taken; ``remarks``: good to know."""

    objections: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unknown: Unknown = field(default_factory=Unknown)

    @property
    def is_sound(self) -> bool:
        """Whether no row would be refused for want of a word."""
        return not self.objections and self.unknown.is_complete

    def lines(self) -> list[str]:
        """For the terminal: sentences, then each unknown word with its rows, the first of them, and what is nearest."""
        said = [*self.objections, *self.remarks]
        for (topic, column, is_refused), words in groupby(
            self.unknown.words, key=lambda word: (word.topic, word.column, word.is_refused)
        ):
            said += [f"{_HEADS[topic, is_refused].format(column)}:", *map(_line, words)]
        if self.unknown.broken:
            said.append(f"{self.unknown.broken:,} rows cannot be read: such rows are refused")
        return said


def _line(word: Word) -> str:
    row = f" (row {word.row})" if word.row is not None else ""
    like = f"; nearest is {word.nearest}" if word.nearest else ""
    return f"  {word.rows:>9,}  {word.text[:100]}{row}{like}"


def check(mapping: Mapping, path: Path | None, connection: sa.Connection | None, *, today: date) -> Checked:
    """Compare. ``path``: None for the mapping alone; ``connection``: None where there is no store yet.

    Nothing is written. Raises ImportFileError for a file that cannot be read.
    """
    checked = Checked()
    if connection is None:
        checked.remarks.append("the store is empty: areas, matters and departments are made new")
    else:
        mapping = own_place(connection, mapping)
        against = objection(connection, mapping.place)
        checked.objections += [str(against)] if against is not None else list(_of_place(connection, mapping))
        checked.remarks += _remarks(connection, mapping)
        checked.unknown.words += _types_named(connection, mapping)
    if path is None:
        return checked
    checked.unknown.words += lacking(path, mapping)
    if any(word.topic is Topic.COLUMN for word in checked.unknown.words):
        return checked
    in_file = find_unknown(path, mapping)
    checked.unknown.rows, checked.unknown.broken = in_file.rows, in_file.broken
    checked.unknown.words += in_file.words
    if connection is not None and not checked.objections:
        with plan(path, mapping, last_year=today.year + 1) as planned:
            checked.unknown.words += _of_store(connection, planned)
    return checked


def _of_place(connection: sa.Connection, mapping: Mapping) -> Iterator[str]:
    """Levels of which the store has no area, where the mapping may make none."""
    known = _areas_by_level(connection)
    for level in mapping.place.levels:
        if mapping.place.new_areas == "refuse" and level.level not in known:
            yield f"the store has no area of the level {level.level}, and new_areas refuses what it does not know"


def _remarks(connection: sa.Connection, mapping: Mapping) -> Iterator[str]:
    known, place = _areas_by_level(connection), mapping.place
    if not known:
        yield "the store is empty: areas, matters and departments are made new"
        return
    for level in place.levels:
        yield f"areas of the level {level.level} in the store: {known.get(level.level, 0):,}"
    if place.point_level is not None:
        outlines = connection.scalar(
            sa.text("select count(*) from app.areas where level = :level and boundary is not null"),
            {"level": place.point_level},
        )
        yield f"outlines of the level {place.point_level}, in which points are looked for: {outlines:,}"
    if not connection.scalar(
        sa.text("select count(*) from app.sources where source = :source"), {"source": mapping.source.code}
    ):
        yield f"the source {mapping.source.code} is new to the store"


def _areas_by_level(connection: sa.Connection) -> dict[str, int]:
    rows = connection.execute(sa.text("select level, count(*) as areas from app.areas group by level"))
    return {row.level: row.areas for row in rows}


def _types_named(connection: sa.Connection, mapping: Mapping) -> Iterator[Word]:
    """Matters that the mapping itself names, as those by which petitions seek a decision."""
    known = {code.split("/", 2)[2] for code in _types(connection, mapping) if code.count("/") > 1}
    for matter in (*mapping.types.decision_sought, *mapping.types.capital_trips) if known else ():
        if matter not in known:
            yield Word(Topic.TYPE, matter, 0, None, nearest(matter, known), is_refused=False)


def _types(connection: sa.Connection, mapping: Mapping) -> dict[str, list[str]]:
    """The store's matters that come from this mapping: code → names."""
    rows = connection.execute(
        sa.text("select code, name_zh, name_en from app.case_types where starts_with(code, :prefix)"),
        {"prefix": f"{mapping.name}/"},
    )
    return {row.code: [row.name_zh, row.name_en] for row in rows}


def _of_store(connection: sa.Connection, planned: ImportPlan) -> Iterator[Word]:
    """Areas, matters and departments of the file that the store does not know."""
    named = naming(connection, planned.mapping, planned.areas)
    types = _types(connection, planned.mapping)
    rows = connection.execute(sa.text("select code, name_zh, name_en from app.departments"))
    departments = {row.code: [row.name_zh, row.name_en] for row in rows}
    new_types = Words(Topic.TYPE, False, tuple(word for code in types for word in (code, *types[code])))
    new_departments = Words(
        Topic.DEPARTMENT, False, tuple(word for code in departments for word in (code, *departments[code]))
    )
    new_areas, refused_areas = Words(Topic.AREA, False), Words(Topic.AREA, True)
    for batch in planned.spool.batches():
        before, after = _reports(batch.to_pandas()), _reports(named.place(batch).to_pandas())
        is_refused = before["field"].isna() & after["field"].notna()
        refused_areas.add(after.loc[is_refused, "value"].str.split(": ", n=1).str[1])
        new_areas.add(before.loc[~is_refused & before["area_code"].isin(list(named.new())), "area_code"])
        if types:
            new_types.add(before.loc[~before["type_code"].isin(list(types)), "type_code"].dropna())
        if departments:
            new_departments.add(
                before.loc[~before["department_code"].isin(list(departments)), "department_code"].dropna()
            )
    yield from refused_areas.found()
    yield from (_near(word, named, planned) for word in new_areas.found())
    yield from (*new_types.found(), *new_departments.found())


def _reports(rows: pd.DataFrame) -> pd.DataFrame:
    """The reports of inbox rows under the numbers of their rows in the file."""
    reports = rows[rows["event"] == "reported"]
    return reports.set_index(reports["row_no"] // ROWS_PER_FILE_ROW)


def _near(word: Word, named: Naming, planned: ImportPlan) -> Word:
    told = planned.areas[word.text]
    return Word(word.topic, word.text, word.rows, word.row, nearest(told.name, named.names(told.level)), False)
