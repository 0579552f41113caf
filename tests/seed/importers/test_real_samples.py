"""The real samples through the door: the store's counts are those an independent script counts in the files."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from seed.importers import import_into
from tests.seed.importers import independent_counts
from tests.support.databases import Database

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data"
PINGSHAN = SAMPLES / "pingshan_2018_until_october.csv"
BALTIMORE = SAMPLES / "baltimore_311.xlsx"
NYC = SAMPLES / "nyc_311_20260212.json"
CHICAGO = SAMPLES / "open311" / "chicago_open311_extended_50.json"
TODAY = date(2026, 11, 23)

pytestmark = [
    pytest.mark.runtime,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples (../shared/data) are not here"),
]

STATES = "select state, count(*) from app.cases group by 1"
TYPES = "select code, count(*) from app.cases join app.case_types using (type_id) group by 1"
DAYS = "select reported_day, count(*) from app.cases group by 1"
MONTHS = "select to_char(reported_day, 'YYYY-MM'), count(*) from app.cases group by 1"
EVENTS = "select event, count(*) from app.case_log group by 1"
LOCATED = "select lon is not null, count(*) from app.cases group by 1"
CHANNELS = "select case channel when 'hotline' then channel else 'other' end, count(*) from app.cases group by 1"
AREAS = (
    "select case when areas.level = 'subdistrict' then '' else regexp_replace(areas.name_{}, :suffix, '') end,"
    " count(*) from app.cases join app.areas using (area_id) group by 1"
)
AREA_DAYS = (
    "select areas.code, sum(area_day.reported) from app.area_day join app.areas using (area_id)"
    " where areas.level = cast(:level as text) group by 1"
)


def counted(engine: sa.Engine, sql: str, **values: str) -> Counter[object]:
    with engine.connect() as connection:
        return Counter({key: int(number) for key, number in connection.execute(sa.text(sql), values)})


def test_pingshan(empty_database: Database) -> None:
    expected = independent_counts.pingshan(PINGSHAN)
    result = import_into(empty_database.owner_url, empty_database.writer_url, PINGSHAN, "pingshan", today=TODAY)
    assert (result.file_rows, result.batch.rows_read, result.batch.rows_new) == (6952, 6952, 6952)
    assert result.outcomes == dict(expected["outcome"])
    owner = empty_database.owner
    assert counted(owner, STATES) == expected["state"]
    assert counted(owner, TYPES) == expected["type"]
    assert counted(owner, DAYS) == expected["day"]
    assert counted(owner, MONTHS) == expected["month"]
    assert counted(owner, AREAS.format("zh"), suffix="^$") == expected["area"]
    assert sum(counted(owner, AREA_DAYS, level="community").values()) == 6945
    assert counted(owner, AREA_DAYS, level="subdistrict") == {"pingshan": 6952}
    with owner.connect() as connection:
        assert connection.scalar(sa.text("select bool_or(records_times) from app.sources")) is False
        assert connection.scalar(sa.text("select count(*) from app.areas where level = 'community'")) == 23

    again = import_into(empty_database.owner_url, empty_database.writer_url, PINGSHAN, "pingshan", today=TODAY)
    assert (again.batch.rows_new, again.batch.rows_unchanged, again.batch.rows_refused) == (0, 6952, 0)
    with owner.connect() as connection:
        root = connection.scalar(sa.text("select subdistrict_id from app.subdistricts"))
        differences = sa.text("select count(*) from app.verify(:id) where is_difference")
        assert connection.scalar(differences, {"id": root}) == 0


def test_baltimore(empty_database: Database) -> None:
    expected = independent_counts.baltimore(BALTIMORE)
    result = import_into(empty_database.owner_url, empty_database.writer_url, BALTIMORE, "baltimore", today=TODAY)
    assert result.file_rows == 10_000
    assert (result.batch.rows_read, result.batch.rows_refused, result.batch.rows_parked) == (19_802, 0, 0)
    owner = empty_database.owner
    assert counted(owner, STATES) == expected["state"]
    types = counted(owner, TYPES)
    assert Counter({str(code).split("/", 2)[2]: number for code, number in types.items()}) == expected["type"]
    assert counted(owner, DAYS) == expected["day"]
    assert counted(owner, MONTHS) == expected["month"]
    assert counted(owner, AREAS.format("en"), suffix=r" \([A-Z][a-z]+\)$") == expected["area"]
    districts = {name: number for name, number in expected["district"].items() if name}
    assert counted(owner, AREA_DAYS, level="community") == districts
    assert counted(owner, AREA_DAYS, level="subdistrict") == {"baltimore": 10_000}
    with owner.connect() as connection:
        sums = connection.execute(
            sa.text(
                "select sum(same_day_counted) as counted, sum(same_day_resolved) as resolved, sum(due) as due,"
                " sum(due_on_time) as on_time from app.area_day join app.areas using (area_id)"
                " where areas.level = 'subdistrict'"
            )
        ).one()
        assert {"counted": sums.counted, "resolved": sums.resolved} == dict(expected["same_day"])
        assert {"due": sums.due, "on_time": sums.on_time} == dict(expected["on_time"])
        located = connection.scalar(sa.text("select count(*) from app.cases where lon is not null"))
        assert located == expected["coordinates"][True]
        assert connection.scalar(sa.text("select app.time_zone()")) == "America/New_York"
        root = connection.scalar(sa.text("select subdistrict_id from app.subdistricts"))
        differences = sa.text("select count(*) from app.verify(:id) where is_difference")
        assert connection.scalar(differences, {"id": root}) == 0


def test_new_york(empty_database: Database) -> None:
    expected = independent_counts.nyc(NYC)
    urls = (empty_database.owner_url, empty_database.writer_url)
    result = import_into(*urls, NYC, "nyc311", today=TODAY)
    assert (result.file_rows, result.batch.rows_refused, result.batch.rows_parked) == (1000, 0, 0)
    owner = empty_database.owner
    assert counted(owner, STATES) == expected["state"]
    assert counted(owner, DAYS) == expected["day"]
    assert counted(owner, EVENTS) == expected["events"]
    assert counted(owner, CHANNELS) == expected["channel"]
    assert counted(owner, LOCATED) == expected["located"]
    assert counted(owner, AREAS.format("en"), suffix="^$") == expected["area"]
    districts = {name.title(): number for name, number in expected["district"].items() if isinstance(name, str)}
    assert counted(owner, AREA_DAYS.replace("areas.code", "areas.name_en"), level="community") == districts
    again = import_into(*urls, NYC, "nyc311", today=TODAY)
    assert (again.batch.rows_new, again.batch.rows_refused) == (0, 0)
    _verified(owner)


def test_chicago_with_the_log_of_each_case(empty_database: Database) -> None:
    expected = independent_counts.chicago(CHICAGO)
    urls = (empty_database.owner_url, empty_database.writer_url)
    result = import_into(*urls, CHICAGO, "open311", today=TODAY)
    assert (result.file_rows, result.batch.rows_refused, result.batch.rows_parked) == (50, 0, 0)
    assert "history_unknown" not in {finding.code for finding in result.findings}
    owner = empty_database.owner
    assert counted(owner, STATES) == expected["state"]
    assert counted(owner, DAYS) == expected["day"]
    assert counted(owner, EVENTS) == expected["events"]
    assert counted(owner, AREAS.format("en"), suffix="^$") == expected["area"]
    again = import_into(*urls, CHICAGO, "open311", today=TODAY)
    assert (again.batch.rows_new, again.batch.rows_refused) == (0, 0)
    _verified(owner)


def _verified(owner: sa.Engine) -> None:
    with owner.connect() as connection:
        root = connection.scalar(sa.text("select subdistrict_id from app.subdistricts"))
        differences = sa.text("select count(*) from app.verify(:id) where is_difference")
        assert connection.scalar(differences, {"id": root}) == 0
