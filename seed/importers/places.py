"""What a file tells about its place: the tree of areas, matters, departments, its source. Built from a Tally."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pandas as pd

from queries.vocabulary import Level
from seed.importers.findings import Notes
from seed.importers.mapping import Mapping
from seed.importers.tally import Tally
from seed.reference import COLUMNS, Reference

#: Order of the level labels in app.labels.
_LEVEL_POSITION = {"street": 4, "community": 5, "grid": 6, "micro_grid": 7}
#: Words at the end of an area's name that a label on a map can do without.
_GENERIC_ENDINGS = ("街道", "社区", "村", "区")


@dataclass
class ToldArea:
    """An area as the file tells of it."""

    code: str  # the path of what tells it and those above it apart
    parent: str  # "" directly below the command centre
    level: str
    word: str  # what tells it apart within its parent: an id, or its name
    is_by_id: bool
    column: str  # of the file
    names: Counter[str] = field(default_factory=Counter)
    position: int = 0
    suffix: str = ""  # the parent's name, where areas of several parents share a name

    @property
    def name(self) -> str:
        """The most frequent of its names."""
        return self.names.most_common(1)[0][0]


def told_areas(mapping: Mapping, tally: Tally, notes: Notes) -> dict[str, ToldArea]:
    """The areas that the file names, by their paths, parents first."""
    areas = _collect_areas(mapping, tally, notes)
    _tell_apart(areas)
    _put_in_order(areas, tally.middles())
    return areas


def build_reference(
    mapping: Mapping, tally: Tally, areas: dict[str, ToldArea], calendar: pd.DataFrame, notes: Notes
) -> Reference:
    """Everything an empty store must know before the rows of the file can be taken in."""
    middles = tally.middles()
    place = mapping.place
    return Reference(
        labels=_labels(mapping),
        areas=_area_frame(mapping, areas, middles),
        aliases=pd.DataFrame(
            [
                {"subdistrict_code": place.code, "area_code": area.code, "alias": alias}
                for area in areas.values()
                for alias in sorted(area.names)
                if alias != area.name or area.suffix
            ],
            columns=list(COLUMNS["aliases"]),
        ),
        departments=_departments(mapping, tally, notes),
        case_types=_case_types(mapping, tally, notes),
        calendar=calendar,
        sources=pd.DataFrame(
            [
                {
                    "subdistrict_code": place.code,
                    "source": mapping.source.code,
                    "name_zh": mapping.source.name_zh,
                    "name_en": mapping.source.name_en,
                    "position": 1,
                    "expected_every_seconds": mapping.source.expected_every_seconds,
                    "records_times": mapping.source.records_times,
                }
            ]
        ),
    )


def _collect_areas(mapping: Mapping, tally: Tally, notes: Notes) -> dict[str, ToldArea]:
    areas: dict[str, ToldArea] = {}
    for key, cases in tally.areas.items():
        path = ""
        for place, level in enumerate(mapping.place.levels):
            identity, name = key[2 * place], key[2 * place + 1]
            if identity is None or name is None:
                break
            parent, path = path, f"{path}/{identity}" if path else str(identity)
            area = areas.setdefault(
                path, ToldArea(path, parent, level.level, str(identity), level.id is not None, level.key)
            )
            area.names[str(name)] += cases
    named_several = [area for area in areas.values() if len(area.names) > 1]
    notes.add("area_several_names", len(named_several), Counter({" / ".join(area.names): 1 for area in named_several}))
    by_name: dict[tuple[str, str], list[ToldArea]] = defaultdict(list)
    for area in areas.values():
        by_name[(area.parent, area.name)].append(area)
    shared = {name: len(group) for (_, name), group in by_name.items() if len(group) > 1}
    notes.add("area_several_ids", len(shared), Counter(shared))
    return areas


def _tell_apart(areas: dict[str, ToldArea]) -> None:
    """Areas of one level and name under different parents carry the parent's name as well."""
    by_name: dict[tuple[str, str], list[ToldArea]] = defaultdict(list)
    for area in areas.values():
        by_name[(area.level, area.name)].append(area)
    for group in by_name.values():
        if len({area.parent for area in group}) > 1:
            for area in group:
                area.suffix = areas[area.parent].name


def _put_in_order(areas: dict[str, ToldArea], middles: dict[str, tuple[float, float]]) -> None:
    """Positions among siblings: as one reads a map where places are known, by code where they are not.

    Reading order: the northernmost in a first row from west to east, and so on, as many rows as columns.
    """
    children: dict[str, list[ToldArea]] = defaultdict(list)
    for area in areas.values():
        children[area.parent].append(area)
    for siblings in children.values():
        placed = [area for area in siblings if area.code in middles]
        others = sorted((area for area in siblings if area.code not in middles), key=lambda area: area.code)
        placed.sort(key=lambda area: (-middles[area.code][1], area.code))
        width = math.ceil(math.sqrt(len(placed))) or 1
        rows = [placed[start : start + width] for start in range(0, len(placed), width)]
        ordered = [area for row in rows for area in sorted(row, key=lambda area: middles[area.code])]
        for position, area in enumerate([*ordered, *others], start=1):
            area.position = position


def _area_frame(mapping: Mapping, areas: dict[str, ToldArea], middles: dict[str, tuple[float, float]]) -> pd.DataFrame:
    place = mapping.place
    root = {
        "code": place.code,
        "parent_code": "",
        "level": str(Level.SUBDISTRICT),
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "short_name": shortened(place.name_zh),
        "position": 1,
    }
    rows = [
        {
            "code": area.code,
            "parent_code": area.parent or place.code,
            "level": area.level,
            "name_zh": _named(area, mapping.names_zh, "（{}）"),
            "name_en": _named(area, mapping.names_en, " ({})"),
            "short_name": shortened(area.name),
            "position": area.position,
            "lon": middles[area.code][0] if area.code in middles else None,
            "lat": middles[area.code][1] if area.code in middles else None,
        }
        for area in sorted(areas.values(), key=lambda area: (area.code.count("/"), area.parent, area.position))
        if area.code != place.code  # a word for the command centre itself
    ]
    frame = pd.DataFrame([root, *rows]).reindex(columns=list(COLUMNS["areas"]))
    return frame.assign(subdistrict_code=place.code, kind="", is_illustrative=False)


def _named(area: ToldArea, names: dict[str, str], form: str) -> str:
    name = names.get(area.name, area.name)
    return name + form.format(names.get(area.suffix, area.suffix)) if area.suffix else name


def shortened(name: str) -> str:
    """A name without the word of its level, as it stands on a map."""
    for ending in _GENERIC_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _case_types(mapping: Mapping, tally: Tally, notes: Notes) -> pd.DataFrame:
    names: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    decision_sought, capital_trips = set[str](), set[str]()
    for (line, line_name, matter, matter_name), cases in tally.types.items():
        if line is None or matter is None:
            continue
        line_code = f"{mapping.name}/{line}"
        if matter in mapping.types.decision_sought:
            decision_sought.add(f"{line_code}/{matter}")
        if matter in mapping.types.capital_trips:
            capital_trips.add(f"{line_code}/{matter}")
        names[(line_code, "")][str(line_name or line)] += cases
        names[(f"{line_code}/{matter}", line_code)][str(matter_name or matter)] += cases
    several = [named for named in names.values() if len(named) > 1]
    notes.add("type_several_names", len(several), Counter({" / ".join(named): 1 for named in several}))
    return pd.DataFrame(
        [
            {
                "code": code,
                "parent_code": parent,
                "kind": str(mapping.case.kind),
                "name_zh": mapping.names_zh.get(name := named.most_common(1)[0][0], name),
                "name_en": mapping.names_en.get(name, name),
                "handling": "patrol_then_dispatch",
                "is_decision_sought": code in decision_sought,
                "is_capital_trip": code in capital_trips,
            }
            for (code, parent), named in sorted(names.items())
        ],
        columns=list(COLUMNS["case_types"]),
    )


def _departments(mapping: Mapping, tally: Tally, notes: Notes) -> pd.DataFrame:
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for (code, name), cases in tally.departments.items():
        names[str(code)][str(name or code)] += cases
    several = [named for named in names.values() if len(named) > 1]
    notes.add("department_several_names", len(several), Counter({" / ".join(named): 1 for named in several}))
    usual = {code: named.most_common(1)[0][0] for code, named in names.items()}
    shared = {name for name, times in Counter(usual.values()).items() if times > 1}
    # offices of one name are told apart by the longer name that some of their rows carry
    shown = {code: max(names[code], key=len) if name in shared else name for code, name in usual.items()}
    return pd.DataFrame(
        [
            {
                "subdistrict_code": mapping.place.code,
                "code": code,
                "name_zh": mapping.names_zh.get(name, name),
                "name_en": mapping.names_en.get(name, name),
            }
            for code, name in sorted(shown.items())
        ],
        columns=list(COLUMNS["departments"]),
    )


def _labels(mapping: Mapping) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "topic": "level",
                "code": level.level,
                "position": _LEVEL_POSITION[level.level],
                "name_zh": level.label_zh,
                "name_en": level.label_en,
            }
            for level in mapping.place.levels
            if level.label_zh and level.label_en
        ],
        columns=list(COLUMNS["labels"]),
    )
