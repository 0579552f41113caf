"""Places: the structure of each profile, and a map without gaps or overlaps."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from seed.demo import DemoCity, generate
from seed.reference import COLUMNS
from tests.seed.demo.conftest import TODAY


def test_matian_has_one_eight_eighty(matian: DemoCity) -> None:
    areas = matian.reference.areas
    assert areas["level"].value_counts()[["subdistrict", "community"]].to_list() == [1, 8]
    kinds = areas.loc[areas["level"] == "grid", "kind"].value_counts()
    assert (kinds["social"], kinds["enterprise"]) == (65, 15)
    assert kinds["mobile"] > 0
    largest = areas[areas["level"] == "community"].set_index("name_zh")["population"]
    assert largest.idxmax() == "合水口"
    assert largest.max() == 68_700


def test_the_map_is_a_clean_coverage(matian: DemoCity) -> None:
    areas = matian.reference.areas
    drawn = areas[(areas["level"] == "grid") & areas["boundary"].notna()]
    polygons = np.array([shapely.geometry.shape(boundary) for boundary in drawn["boundary"]])
    assert len(polygons) == 80
    assert shapely.coverage_is_valid(polygons)
    assert drawn["is_illustrative"].all()
    west, south, east, north = shapely.total_bounds(polygons)
    assert west > 113.85
    assert east < 113.90
    assert south > 22.75
    assert north < 22.81
    for _, part in drawn.groupby("parent_code"):
        shapes = [shapely.geometry.shape(boundary) for boundary in part["boundary"]]
        assert shapely.union_all(shapes).geom_type == "Polygon"
    labels = shapely.points(drawn[["lon", "lat"]].to_numpy(dtype=float))
    assert shapely.contains(polygons, labels).all()
    square_km = shapely.area(polygons) * 111.2**2 * np.cos(np.radians(22.78))
    assert square_km.mean() < 0.2


@pytest.mark.parametrize("frame", sorted(COLUMNS))
def test_reference_frames_have_their_columns(matian: DemoCity, frame: str) -> None:
    table: pd.DataFrame = getattr(matian.reference, frame)
    assert set(COLUMNS[frame]) <= set(table.columns)


def test_matters_are_seventeen_lines_and_208(matian: DemoCity) -> None:
    types = matian.reference.case_types
    assert (types["parent_code"] == "").sum() == 17
    assert (types["parent_code"] != "").sum() == 208
    assert not types["code"].duplicated().any()
    assert not types["name_en"].duplicated().any()


def test_calendar_moves_working_days(matian: DemoCity) -> None:
    calendar = matian.reference.calendar.set_index("day")["is_working_day"]
    assert not calendar[pd.Timestamp("2026-10-07").date()]
    assert calendar[pd.Timestamp("2026-10-10").date()]  # a Saturday worked for the National Day


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("name", "scale", "counts"),
    [
        ("guangming", 1.0, {"district": 1, "subdistrict": 6, "community": 31, "grid": 126}),
        ("xinhui", 1.0, {"district": 1, "subdistrict": 11, "community": 156, "grid": 817}),
        ("jinshan", 1.0, {"subdistrict": 1, "community": 23, "grid": 92, "micro_grid": 536, "street": 18}),
        ("chengdu", 0.01, {"city": 1, "district": 3, "subdistrict": 3, "community": 30, "micro_grid": 1_200}),
    ],
)
def test_other_profiles_have_their_structure(name: str, scale: float, counts: dict[str, int]) -> None:
    city = generate(name, 1, TODAY, days=3, scale=scale)
    areas = city.reference.areas
    assert areas["level"].value_counts()[list(counts)].to_dict() == counts
    assert not areas.duplicated(["subdistrict_code", "code"]).any()
    parents = set(areas["code"])
    assert set(areas["parent_code"]) <= {*parents, ""}
    rows = pd.concat(list(city.batches()))
    assert ("subdistrict_code" in rows.columns) == (counts["subdistrict"] > 1)
    assert set(rows["area_code"].dropna()) <= parents


@pytest.mark.timeout(120)
def test_redrawing_keeps_history_with_the_old_grids() -> None:
    city = generate("matian", 3, date(2025, 7, 20), days=60, redraw_2025=True)
    areas = city.reference.areas
    grids = areas[(areas["level"] == "grid") & (areas["kind"] != "mobile")]
    assert (grids["valid_to"].notna().sum(), grids["valid_from"].notna().sum()) == (80, 68)
    assert (areas.loc[areas["valid_from"].notna(), "level"] == "community").sum() == 10
    shares = city.reference.lineage.groupby("old_code")["share"].sum()
    assert len(shares) == 80
    assert np.allclose(shares, 1, atol=0.001)
    rows = pd.concat(list(city.batches()))
    named = rows[rows["area_code"].notna()]
    day = named["occurred_at"].dt.tz_convert("Asia/Shanghai").dt.date
    is_old = named["area_code"].map(areas.set_index("code")["valid_to"].notna())
    assert (is_old == (day < date(2025, 7, 1))).all()
    assert set(city.reference.staff_posts["area_code"]) <= set(grids.loc[grids["valid_to"].isna(), "code"])


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="there are matian"):
        generate("nowhere", 1, TODAY)
