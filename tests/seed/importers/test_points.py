"""Cases of a file that names no areas lie where their points are, in the areas of their day."""

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed import store
from seed.areas.load import Centre, load
from seed.importers import import_into
from seed.importers.mapping import MappingError, load_mapping
from tests.seed.areas.test_load import box, feature
from tests.seed.importers.test_files import GOOD, MAPPING, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

LEVELS = MAPPING[MAPPING.index("[[place.levels]]") : MAPPING.index("[case]")]
BY_POINT = MAPPING.replace(LEVELS, 'point_level = "grid"\n')
HILL, SHORE = box(-76.7, 39.2, -76.6, 39.4), box(-76.6, 39.2, -76.5, 39.4)


def areas_of_cases(database: Database) -> dict[str, str]:
    with database.owner.connect() as connection:
        rows = connection.execute(
            sa.text("select external_id, code from app.cases join app.areas using (area_id) order by 1")
        )
        return {row.external_id: row.code for row in rows}


@pytest.fixture
def drawn(empty_database: Database, tmp_path: Path) -> Database:
    """A store whose two grids became one on 1 August 2018."""
    store.migrate(empty_database.owner_url, "America/New_York")

    def put(name: str, *grids: object, since: date | None = None) -> None:
        path = tmp_path / name
        path.write_text(json.dumps(grids), encoding="utf-8")
        load(empty_database.owner_url, path, {}, centre=Centre("town", "镇"), since=since)

    put("two.json", feature("hill", HILL, population=900), feature("shore", SHORE))
    put("one.json", feature("whole", box(-76.7, 39.2, -76.5, 39.4)), since=date(2018, 8, 1))
    return empty_database


def test_cases_lie_in_the_area_of_their_day(drawn: Database, tmp_path: Path) -> None:
    mapping = tmp_path / "points.toml"
    mapping.write_text(BY_POINT, encoding="utf-8")
    august = {"opened": "08/01/2018 12:00:01 AM", "due": "", "closed": "08/02/2018 01:00:00 PM"}
    july = {"opened": "07/31/2018 11:59:59 PM", "due": "", "closed": "08/02/2018 01:00:00 PM"}
    file = write(
        tmp_path,
        {"number": "hill", "lon": "-76.65"}, {"number": "shore", "lon": "-76.55"}, {"number": "far", "lon": "-76.95"},
        {"number": "none", "lon": "", "lat": ""}, {"number": "july", "lon": "-76.55"} | july,
        {"number": "august", "lon": "-76.55"} | august,
    )  # fmt: skip
    result = import_into(drawn.owner_url, drawn.writer_url, file, mapping, today=TODAY)
    assert areas_of_cases(drawn) == {
        "hill": "hill", "shore": "shore", "far": "town", "none": "town", "july": "shore", "august": "whole"
    }  # fmt: skip
    found = {finding.code: finding.count for finding in result.findings}
    assert (found["area_by_point"], found["area_not_by_point"]) == (4, 1)
    again = import_into(drawn.owner_url, drawn.writer_url, file, mapping, today=TODAY)
    assert again.batch.rows_unchanged == again.batch.rows_read
    with drawn.owner.connect() as connection:
        known = connection.execute(
            sa.text("select population, boundary from app.areas where code in ('hill', 'town') order by code")
        )
        assert [(row.population, row.boundary is not None) for row in known] == [(900, True), (None, True)]


def test_a_row_that_names_its_area_keeps_it(drawn: Database, tmp_path: Path) -> None:
    mapping = tmp_path / "both.toml"
    mapping.write_text(
        MAPPING.replace("[[place.levels]]", 'point_level = "grid"\n[[place.levels]]', 1), encoding="utf-8"
    )
    nowhere = {"district": "", "area_id": "", "area": ""}
    file = write(tmp_path, {"number": "named"}, {"number": "by point"} | nowhere)
    import_into(drawn.owner_url, drawn.writer_url, file, mapping, today=TODAY)
    assert areas_of_cases(drawn) == {"named": f"{GOOD['district']}/{GOOD['area_id']}", "by point": "hill"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (MAPPING.replace(LEVELS, ""), "needs levels, or a point_level"),
        (BY_POINT[: BY_POINT.index("[coordinates]")], r"point_level needs \[coordinates\]"),
    ],
)
def test_a_mapping_that_cannot_place_its_cases_is_refused(tmp_path: Path, text: str, why: str) -> None:
    mapping = tmp_path / "bad.toml"
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match=why):
        load_mapping(mapping)
