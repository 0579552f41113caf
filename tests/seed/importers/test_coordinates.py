"""Coordinates are put right by the mapping's datum, and an import says when another one fits the areas better."""

import json
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from shapely import box
from shapely.geometry import mapping as geojson

from queries.datum import Datum, from_wgs84
from seed.importers import MappingError, import_into, load_mapping
from tests.seed.importers.test_files import MAPPING, mapped, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

IN_CHINA = (
    MAPPING.replace("America/New_York", "Asia/Shanghai")
    .replace('"US"', '"CN"')
    .replace("box = [-77.0, 39.0, -76.0, 40.0]\ndefault_points = [[-76.5, 39.25]]", "box = [113.0, 22.0, 115.0, 23.5]")
)
#: Where the cases of our file happened: a grid of places a few hundred metres wide.
PLACES = [(113.871 + 0.0005 * column, 22.781 + 0.0005 * row) for column in range(8) for row in range(8)]


def _mapping(folder: Path, datum: str | None) -> Path:
    file = folder / f"{datum}.toml"
    file.write_text(
        IN_CHINA.replace("[coordinates]", f'[coordinates]\ndatum = "{datum}"' if datum else "[coordinates]")
    )
    return file


def _file(folder: Path, datum: Datum) -> Path:
    lon, lat = from_wgs84(np.array(PLACES)[:, 0], np.array(PLACES)[:, 1], datum)
    rows = [
        {"number": str(number), "lon": repr(float(east)), "lat": repr(float(north))}
        for number, (east, north) in enumerate(zip(lon, lat, strict=True))
    ]
    return write(folder, *rows)


@pytest.mark.parametrize("datum", Datum)
def test_coordinates_are_put_right(tmp_path: Path, datum: Datum) -> None:
    rows, _, _ = mapped(_file(tmp_path, datum), _mapping(tmp_path, datum))
    reported = rows[rows["event"] == "reported"]
    assert np.allclose(reported[["lon", "lat"]].to_numpy(dtype=float), PLACES, atol=1e-7)


def test_without_a_datum_they_are_taken_as_wgs84(tmp_path: Path) -> None:
    rows, _, _ = mapped(_file(tmp_path, Datum.GCJ02), _mapping(tmp_path, None))
    assert rows["lon"].dropna().iloc[0] == pytest.approx(from_wgs84(*PLACES[0], Datum.GCJ02)[0], abs=1e-9)


def test_an_unknown_datum_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"coordinates\.datum.*wgs84.*gcj02.*bd09"):
        load_mapping(_mapping(tmp_path, "mars"))


@pytest.mark.parametrize(("named", "is_told"), [("wgs84", True), ("gcj02", False)])
def test_an_import_tells_when_another_datum_fits_the_areas_better(
    empty_database: Database, tmp_path: Path, named: str, is_told: bool
) -> None:
    file, mapping = _file(tmp_path, Datum.GCJ02), _mapping(tmp_path, named)
    urls = (empty_database.owner_url, lambda: empty_database.writer_url)
    first = import_into(*urls, file, mapping, today=TODAY)
    assert "coordinates_datum" not in {finding.code for finding in first.findings}, "there are no outlines yet"
    outline = json.dumps(geojson(box(113.8705, 22.7805, 113.8755, 22.7855)))
    with empty_database.owner.begin() as connection:
        connection.execute(
            sa.text("update app.areas set boundary = cast(:outline as jsonb) where level = 'grid'"),
            {"outline": outline},
        )
    again = import_into(*urls, file, mapping, today=TODAY)
    told = [finding for finding in again.findings if finding.code == "coordinates_datum"]
    assert bool(told) == is_told
    if told:
        assert "100% lie in their area as gcj02, 0% as wgs84" in told[0].sentence
    with empty_database.owner.connect() as connection:
        kept = connection.scalar(sa.text("select count(*) from app.areas where boundary is not null"))
    assert kept == 1, "a file of cases takes no outline away"
