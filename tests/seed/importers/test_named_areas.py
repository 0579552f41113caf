"""Rows that name their area by a code, a name in either language, a former name or an alias of one the store has."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from seed import store
from seed.areas.load import Centre, load
from seed.importers import FileRows, ImportResult, import_into
from tests.seed.areas.test_load import areas, box, everything, feature
from tests.seed.importers.test_files import MAPPING, write
from tests.seed.importers.test_points import areas_of_cases
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

BY_NAME = MAPPING.replace('id = "area_id"\n', "")
BY_ID = MAPPING
HILL, SHORE = box(-76.7, 39.2, -76.65, 39.4), box(-76.65, 39.2, -76.6, 39.4)
DALE, MOOR = box(-76.6, 39.2, -76.55, 39.4), box(-76.55, 39.2, -76.5, 39.4)


def community(code: str, name: str, name_en: str, geometry: Any) -> dict[str, Any]:
    return feature(code, geometry, level="community", name=name, name_en=name_en)


class Place:
    """A store with a tree of its own, and files of cases that name its areas."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self._folder = folder

    def draw(self, *grids: dict[str, Any], since: date | None = None) -> None:
        path = self._folder / "areas.json"
        path.write_text(json.dumps(grids, ensure_ascii=False), encoding="utf-8")
        fields = self._folder / "fields.toml"
        fields.write_text('[areas]\naliases = "aliases"\n', encoding="utf-8")
        load(self.database.owner_url, path, {}, centre=Centre("town", "镇"), since=since)

    def cases(self, *rows: dict[str, str], mapping: str = BY_NAME, **options: Any) -> ImportResult:
        rules = self._folder / "cases.toml"
        rules.write_text(mapping, encoding="utf-8")
        file = write(self._folder, *({"number": str(at), **row} for at, row in enumerate(rows, start=1)))
        return import_into(self.database.owner_url, None, file, rules, today=TODAY, **options)

    def areas_of_cases(self) -> dict[str, str]:
        return areas_of_cases(self.database)

    def refused(self) -> list[tuple[str, str, str]]:
        with self.database.owner.connect() as connection:
            rows = connection.execute(
                sa.text("select file_column, reason, detail from app.import_rejects order by batch_id, row_no")
            )
            return [tuple(row) for row in rows]


@pytest.fixture
def place(empty_database: Database, tmp_path: Path) -> Place:
    """Two communities of two grids; each has a 第三网格, and N-1 was called 旧山网格 once."""
    store.migrate(empty_database.owner_url, "America/New_York")
    made = Place(empty_database, tmp_path)
    made.draw(
        community("N", "北社区", "North Side", box(-76.7, 39.2, -76.6, 39.4)),
        community("S", "南社区", "South Side", box(-76.6, 39.2, -76.5, 39.4)),
        feature("N-1", HILL, name="旧山网格", name_en="Hill", parent="N", population=900),
        feature("N-3", SHORE, name="第三网格", name_en="Third", parent="N"),
        feature("S-1", DALE, name="谷网格", name_en="Dale", parent="S", aliases="Valley;D-001"),
        feature("S-3", MOOR, name="第三网格", name_en="Third", parent="S"),
    )
    made.draw(feature("N-1", HILL, name="山网格", name_en="Hill", parent="N"))
    return made


@pytest.mark.parametrize(
    ("district", "area", "code"),
    [
        ("N", "N-1", "N-1"),
        ("北社区", "山网格", "N-1"),
        ("North Side", "Hill", "N-1"),
        ("NORTH  side", "hill", "N-1"),
        ("北社区", "旧山网格", "N-1"),  # its former name
        ("南社区", "Valley", "S-1"),
        ("南社区", "d-001", "S-1"),
        ("北社区", "第三网格", "N-3"),  # one of two of the name, told apart by its community
        ("S", "Third", "S-3"),
        ("南社区", "", "S"),
    ],
)
def test_an_area_goes_by_its_code_its_names_and_its_aliases(place: Place, district: str, area: str, code: str) -> None:
    before = everything(place.database)
    told = place.cases({"district": district, "area": area})
    assert (told.rows.new, place.areas_of_cases()) == (1, {"1": code})
    assert {name: everything(place.database)[name] for name in before if name != "subdistricts"} == {
        name: rows for name, rows in before.items() if name != "subdistricts"
    }, "a tree that was loaded stays as it is"
    assert place.cases({"district": district, "area": area}).rows.unchanged == 1


def test_a_level_between_may_be_left_out(place: Place) -> None:
    grids_alone = BY_NAME.replace('[[place.levels]]\nlevel = "community"\nname = "district"\n', "")
    told = place.cases({"area": "山网格"}, {"area": "第三网格"}, mapping=grids_alone)
    assert told.rows == FileRows(read=2, new=1, changed=0, unchanged=0, refused=1)
    assert place.areas_of_cases() == {"1": "N-1"}
    assert place.refused() == [("area", "area_ambiguous", "第三网格 (第三网格 (N-3); 第三网格 (S-3)?)")]


def test_an_ambiguous_parent_is_settled_by_what_lies_below_it(place: Place) -> None:
    with place.database.owner.begin() as connection:
        connection.execute(
            sa.text("insert into app.area_aliases select area_id, '老社区' from app.areas where code = 'N'")
        )
        connection.execute(
            sa.text("insert into app.area_aliases select area_id, '老社区' from app.areas where code = 'S'")
        )
    told = place.cases(
        {"district": "老社区", "area": "谷网格"},
        {"district": "老社区", "area": "第三网格"},
        {"district": "老社区", "area": "新网格"},
    )
    assert (told.rows.new, told.rows.refused) == (1, 2)
    assert place.areas_of_cases() == {"1": "S-1"}
    assert [detail for _, _, detail in place.refused()] == [
        "老社区/第三网格 (第三网格 (N-3); 第三网格 (S-3)?)",
        "老社区/新网格 (北社区 (N); 南社区 (S)?)",
    ]


def test_what_is_not_known_is_made_below_what_is(place: Place) -> None:
    told = place.cases({"district": "北社区", "area": "湖网格"}, {"district": "东社区", "area": "林网格"})
    assert {finding.code: finding.examples for finding in told.findings}["area_new"] == ("湖网格", "东社区", "林网格")
    known = {code: row.parent_code for (code, _), row in areas(place.database).items()}
    assert {code: known[code] for code in known if "/" in code or code == "东社区"} == {
        "北社区/湖网格": "N", "东社区": "town", "东社区/林网格": "东社区"
    }  # fmt: skip
    again = place.cases({"district": "North Side", "area": "湖网格"}, {"district": "东社区", "area": "林网格"})
    assert (again.rows.unchanged, len(areas(place.database))) == (2, len(known))


def test_what_is_not_known_is_refused_where_the_mapping_says_so(place: Place) -> None:
    strict = BY_NAME.replace("[[place.levels]]", 'new_areas = "refuse"\n[[place.levels]]', 1)
    before = areas(place.database)
    told = place.cases(
        {"district": "北社区", "area": "山网"}, {"district": "北社区", "area": "山网格"},
        {"district": "zzz", "area": "?"},
        mapping=strict,
    )  # fmt: skip
    assert (told.rows.new, told.rows.refused, areas(place.database)) == (1, 2, before)
    assert place.refused() == [
        ("area", "unknown_area", "北社区/山网 (山网格?)"),
        ("area", "unknown_area", "zzz/?"),
    ]
    # once its name is an alias, the refused row gets in
    place.draw(feature("N-1", HILL, name="山网", name_en="Hill", parent="N"))
    assert place.cases({"district": "北社区", "area": "山网"}, mapping=strict).rows.new == 1


def test_a_store_without_areas_says_that_they_come_first(empty_database: Database, tmp_path: Path) -> None:
    strict = BY_NAME.replace("[[place.levels]]", 'new_areas = "refuse"\n[[place.levels]]', 1)
    with pytest.raises(store.StoreError, match="the store has no areas yet: load them first"):
        Place(empty_database, tmp_path).cases({}, mapping=strict)


def test_a_name_means_the_area_of_its_day(place: Place) -> None:
    place.draw(
        feature("N-9", box(-76.7, 39.2, -76.6, 39.4), name="山网格", name_en="Hill", parent="N"), since=date(2018, 8, 1)
    )
    july, august = (
        {"opened": f"0{month}/31/2018 11:59:59 PM", "due": "", "closed": "09/02/2018 01:00:00 PM"} for month in (7, 8)
    )
    hill, third = {"district": "北社区", "area": "山网格"}, {"district": "北社区", "area": "第三网格"}
    told = place.cases(hill | july, hill | august, third | july, third | august)
    assert place.areas_of_cases() == {"1": "N-1", "2": "N-9", "3": "N-3"}
    assert (told.rows.refused, told.reasons) == (1, {"area_not_valid_then": 1})
    with place.database.owner.connect() as connection:
        ended = connection.scalars(sa.text("select code from app.areas where valid_to < 'infinity' order by 1")).all()
    assert ended == ["N-1", "N-3"], "what has ended does not hold again because a file names it"


def test_an_id_is_a_code_or_an_alias_and_never_a_name(place: Place) -> None:
    told = place.cases(
        {"district": "南社区", "area_id": "S-1", "area": "Glen"},
        {"district": "南社区", "area_id": "D-001", "area": "谷网格"},
        {"district": "南社区", "area_id": "44", "area": "谷网格"},
        mapping=BY_ID,
    )  # fmt: skip
    assert told.rows.new == 3
    assert place.areas_of_cases() == {"1": "S-1", "2": "S-1", "3": "南社区/44"}
    dale = areas(place.database)["S-1", date(1900, 1, 1)]
    assert (dale.name_zh, dale.name_en, dale.boundary is not None) == ("谷网格", "Dale", True)
    assert place.cases({"district": "南社区", "area": "Glen"}).rows.unchanged == 1, "the file's name is an alias now"


def test_the_place_goes_by_its_name_too(place: Place) -> None:
    told = place.cases({"district": "N", "area": ""}, mapping=BY_NAME.replace('code = "town"', 'code = "镇"'))
    assert (told.rows.new, place.areas_of_cases()) == (1, {"1": "N"})
    with pytest.raises(store.StoreError, match="the store holds town"):
        place.cases({}, mapping=BY_NAME.replace('code = "town"', 'code = "村"'))


def test_refused_rows_of_a_dry_run_are_the_real_ones(place: Place) -> None:
    rows = ({"district": "老", "area": "第三网格"}, {"district": "N", "area": "Third"})
    before = everything(place.database)
    dry = place.cases(*rows, dry_run=True)
    assert everything(place.database) == before
    assert place.cases(*rows).rows == dry.rows


def test_a_place_stays_in_its_district(place: Place) -> None:
    with place.database.owner.begin() as connection:
        connection.execute(
            sa.text(
                "with district as (insert into app.areas (subdistrict_id, code, level, name_zh, name_en)"
                " values (0, 'D', 'district', '区', 'District') returning area_id)"
                " update app.areas set parent_id = district.area_id from district where code = 'town'"
            )
        )
    assert place.cases({}).rows.new == 1
    assert areas(place.database)["town", date(1900, 1, 1)].parent_code == "D"
