"""Files of areas into a store: a tree from nothing, more known of it, drawn anew from a day, and nothing by halves."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from queries import place
from queries.datum import Datum, from_wgs84
from seed import store
from seed.areas.load import Centre, Loaded, load
from seed.store import StoreError
from tests.queries.town import Town
from tests.support.databases import Database

TODAY = date(2024, 3, 14)
TOWN = Centre("town", "镇")
SAMPLES = Path(__file__).parents[3].parent / "shared" / "data"


def box(west: float, south: float, east: float, north: float, datum: Datum = Datum.WGS84) -> dict[str, Any]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    lon, lat = from_wgs84([x for x, _ in corners], [y for _, y in corners], datum)
    return {"type": "Polygon", "coordinates": [[[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]]}


def feature(code: str, geometry: Any = None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": code, "level": "grid"} | properties, "geometry": geometry}


GRIDS = [
    feature("a", box(113.80, 22.80, 113.81, 22.81), name="甲格", population=3000),
    feature("b", box(113.81, 22.80, 113.82, 22.81), name="乙格", kind="enterprise"),
]


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(features: Any, name: str = "areas.geojson") -> Path:
        path = tmp_path / name
        whole = {"type": "FeatureCollection", "features": features} if isinstance(features, list) else features
        path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def put(database: Database, path: Path, centre: Centre = TOWN, **options: Any) -> Loaded:
    return load(database.owner_url, path, options.pop("fields", {}), today=TODAY, centre=centre, **options)


TABLES = ("areas", "area_aliases", "area_closure", "area_lineage", "subdistricts")


def everything(database: Database) -> dict[str, list[str]]:
    with database.owner.connect() as connection:
        return {
            table: sorted(connection.scalars(sa.text(f"select cast(told as text) from app.{table} as told")))
            for table in TABLES
        }


def areas(database: Database) -> dict[tuple[str, date], Any]:
    with database.owner.connect() as connection:
        rows = connection.execute(
            sa.text(
                "select areas.*, parent.code as parent_code from app.areas"
                " left join app.areas as parent on parent.area_id = areas.parent_id"
            )
        )
        return {(row.code, row.valid_from): row for row in rows}


EVER = date(1900, 1, 1)


def test_a_tree_from_nothing(database: Database, written: Any) -> None:
    done = put(database, written(GRIDS))
    assert done.plan.counts() == {"new": 3, "ended": 0}
    found = areas(database)
    assert found["a", EVER].parent_code == "town"
    assert (found["a", EVER].name_zh, found["a", EVER].population, found["b", EVER].kind) == (
        "甲格",
        3000,
        "enterprise",
    )
    assert found["a", EVER].boundary == GRIDS[0]["geometry"]
    assert found["town", EVER].boundary["coordinates"], "the outline of what it holds"
    assert not found["a", EVER].is_illustrative


@pytest.mark.parametrize("top", [GRIDS[0], GRIDS, [{"type": "FeatureCollection", "features": GRIDS}]])
def test_the_same_file_twice_changes_nothing(database: Database, tmp_path: Path, top: Any) -> None:
    path = tmp_path / "areas.json"
    path.write_text(json.dumps(top), encoding="utf-8")
    assert put(database, path).plan.counts()["new"] == (2 if top is GRIDS[0] else 3)
    before = everything(database)
    again = put(database, path)
    assert set(again.plan.counts().elements()) == {"unchanged"}
    assert everything(database) == before


def test_a_dry_run_writes_nothing(database: Database, written: Any) -> None:
    before = everything(database)
    assert put(database, written(GRIDS), dry_run=True).plan.counts()["new"] == 3
    assert everything(database) == before


def test_one_bad_ring_refuses_the_whole_file_unless_it_is_to_be_skipped(database: Database, written: Any) -> None:
    bad = feature("c", {"type": "Point", "coordinates": [113.8, 22.8]}, name="丙格")
    before = everything(database)
    with pytest.raises(StoreError, match="row 3: 丙格 is a Point"):
        put(database, written([*GRIDS, bad]))
    assert everything(database) == before
    assert put(database, written([*GRIDS, bad]), skip_refused=True).plan.counts()["new"] == 3


def test_csv_with_parents_by_name_and_boundaries_in_wkt(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(
        "编码,名称,层级,上级,人口,边界\n"
        'c1,东社区,community,,"12,000",\n'
        'g1,一格,grid,东社区,,"POLYGON ((113.8 22.8, 113.81 22.8, 113.81 22.81, 113.8 22.8))"\n',
        encoding="gb18030",
    )
    put(database, path)
    found = areas(database)
    assert (found["g1", EVER].parent_code, found["c1", EVER].population) == ("c1", 12000)
    assert found["g1", EVER].boundary["type"] == "Polygon"


def test_areas_are_known_by_name_and_alias_and_keep_what_the_file_does_not_say(
    town: Town, database: Database, written: Any
) -> None:
    with database.owner.begin() as connection:
        connection.execute(
            sa.text("insert into app.area_aliases select area_id, '西一号' from app.areas where code = 'west-1'")
        )
        connection.execute(sa.text("update app.areas set population = 77 where code = 'west-1'"))
    ground = box(113.80, 22.80, 113.81, 22.81)
    put(database, written([feature("x9", ground, name="西一号")]), Centre())
    found = areas(database)
    row = found["west-1", EVER]
    assert (row.boundary, row.population, row.is_illustrative) == (ground, 77, False)
    assert "x9" not in {code for code, _ in found}
    with database.reader.connect() as connection:
        [known] = [
            each
            for each in place.units(connection, town.at("2024-03-14 12:00:00"), "grid").itertuples()
            if each.code == "west-1"
        ]
    assert known.boundary == ground, "the wall and the map draw what was loaded"


def test_the_datum_is_guessed_by_outlines_that_are_known(database: Database, written: Any) -> None:
    put(database, written(GRIDS))
    moved = [feature("a", box(113.80, 22.80, 113.81, 22.81, Datum.GCJ02))]
    done = put(database, written(moved, "again.geojson"))
    assert any("read as gcj02" in each for each in done.said)
    west = areas(database)["a", EVER].boundary["coordinates"][0][0][0]
    assert west == pytest.approx(113.80, abs=1e-6)
    told = put(database, written(moved, "again.geojson"), datum=Datum.WGS84, dry_run=True)
    assert not any("read as" in each for each in told.said)


SINCE = date(2024, 4, 1)
REDRAWN = [
    GRIDS[0],
    feature("b", box(113.81, 22.80, 113.816, 22.81), name="乙格"),
    feature("c", box(113.816, 22.80, 113.82, 22.81), name="丙格"),
]


def test_grids_are_drawn_anew_from_a_day_and_history_stays(database: Database, written: Any) -> None:
    put(database, written(GRIDS))
    before = areas(database)
    done = put(database, written(REDRAWN), since=SINCE)
    assert done.plan.counts() == {"new": 2, "unchanged": 1, "ended": 1}
    found = areas(database)
    assert found["b", EVER].valid_to == SINCE
    assert (
        found["b", EVER].area_id == before["b", EVER].area_id
        and found["b", EVER].boundary == before["b", EVER].boundary
    )
    assert found["a", EVER] == before["a", EVER], "what is drawn as before goes on"
    with database.owner.connect() as connection:
        shares = connection.execute(
            sa.text("select new_id, share from app.area_lineage where old_id = :id order by share"),
            {"id": found["b", EVER].area_id},
        ).all()
    assert [row.new_id for row in shares] == [found["c", SINCE].area_id, found["b", SINCE].area_id]
    assert [row.share for row in shares] == pytest.approx([0.4, 0.6], abs=0.001)
    stands = everything(database)
    put(database, written(REDRAWN), since=SINCE)
    assert everything(database) == stands, "the same redraw twice changes nothing"


def test_an_area_does_not_end_before_its_cases(town: Town, database: Database, written: Any) -> None:
    town.case("late", "2024-03-14 09:00:00", area_code="west-1")
    town.settle()
    file = written([feature("new", box(113.8, 22.8, 113.82, 22.82), name="新格", parent="west")])
    before = everything(database)
    with pytest.raises(StoreError, match="as late as 2024-03-14"):
        put(database, file, Centre(), since=date(2024, 3, 14))
    assert everything(database) == before
    put(database, file, Centre(), since=date(2024, 3, 15))
    with database.owner.connect() as connection:
        area = connection.scalar(
            sa.text("select code from app.cases join app.areas using (area_id) where external_id = 'late'")
        )
    assert area == "west-1"


@pytest.mark.parametrize(
    ("features", "options", "why"),
    [
        ([feature("a", level="hamlet")], {}, "the level 'hamlet'"),
        ([feature("a"), feature("a")], {}, "comes twice"),
        ([feature("a", parent="nobody")], {}, "which nothing is called"),
        ([feature("a", parent="b"), feature("b", parent="a")], {}, "lies in itself"),
        ([feature("")], {}, "has no code"),
        ([feature("a", population="many")], {}, "no number"),
        ([feature("a")], {"centre": Centre("other")}, "no command centre other"),
        ([feature("a")], {"centre": Centre()}, "no command centre is known"),
        ([], {}, "holds no areas"),
        ({"type": "Topology"}, {}, "neither features nor a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_in_a_sentence(
    database: Database, written: Any, features: Any, options: dict[str, Any], why: str
) -> None:
    with pytest.raises(StoreError, match=why):
        put(database, written(features), **options)
    with database.owner.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from app.areas")) == 0


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples (../shared/data) are not here")
def test_the_real_samples(database: Database) -> None:
    zones, outline = SAMPLES / "guangming_29_zones_wgs84.geojson", SAMPLES / "guangming_outline_gcj02.geojson"
    centre = Centre("guangming", "光明区")
    put(database, zones, centre, fields={"code": "TAZID", "level": "=grid"})
    from_zones = areas(database)["guangming", EVER].boundary
    done = put(database, outline, Centre(), fields={"code": "=guangming", "level": "=subdistrict"})
    assert done.plan.counts() == {"changed": 1, "ended": 0}
    assert sum(area.level == "grid" and area.boundary is not None for area in areas(database).values()) == 29
    assert areas(database)["guangming", EVER].boundary != from_zones
    assert store.schema_state(database.owner_url) == "current"
