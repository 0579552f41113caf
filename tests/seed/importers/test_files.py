"""Readers and mappings on small files of our own."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from seed.importers import FileRows, ImportFileError, MappingError, import_into, load_mapping, plan
from seed.importers.formats.registry import reader_for
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

MAPPING = """
name = "small"
[file]
null_marks = ["-"]
[source]
code = "small"
name_zh = "小"
name_en = "Small"
records_times = true
[place]
code = "town"
name_zh = "镇"
name_en = "Town"
time_zone = "America/New_York"
country = "US"
[[place.levels]]
level = "community"
name = "district"
[[place.levels]]
level = "grid"
id = "area_id"
name = "area"
[case]
external_id = "number"
kind = "appeal"
risk = "blue"
level = "department"
summary = "{type} ({note})"
[times]
reported = "opened"
due = "due"
formats = ["%m/%d/%Y %I:%M:%S %p"]
[types]
matter = { name = "type" }
line_pattern = '^(?P<line>[^-]+)-(?P<matter>.+)$'
[channel]
column = "channel"
values = { Phone = "hotline" }
[department]
name = "office"
[status]
column = "status"
[status.values]
Open = {}
Closed = { event = "resolved", at = "closed" }
Duplicate = { event = "withdrawn", at = "closed" }
[coordinates]
lon = "lon"
lat = "lat"
box = [-77.0, 39.0, -76.0, 40.0]
default_points = [[-76.5, 39.25]]
[personal]
address = "address"
"""
HEADER = (
    *("number", "opened", "due", "closed", "status", "type", "note", "channel", "district", "area_id", "area"),
    *("office", "lon", "lat", "address"),
)
GOOD = {
    "number": "1",
    "opened": "07/04/2018 01:00:00 PM",
    "due": "07/05/2018 01:00:00 PM",
    "closed": "07/04/2018 02:00:00 PM",
    "status": "Closed",
    "type": "SW-Dirty Alley",
    "note": "",
    "channel": "Phone",
    "district": "North",
    "area_id": "7",
    "area": "Hill",
    "office": "Waste",
    "lon": "-76.6",
    "lat": "39.3",
    "address": "1 Main St",
}


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "small.toml"
    file.write_text(MAPPING, encoding="utf-8")
    return file


def write(folder: Path, *rows: dict[str, str], encoding: str = "utf-8", extra: str = "") -> Path:
    lines = [",".join(HEADER), *(",".join({**GOOD, **row}[name] for name in HEADER) for row in rows)]
    file = folder / "small.csv"
    file.write_bytes(("\n".join(lines) + "\n" + extra).encode(encoding))
    return file


def mapped(file: Path, mapping: Path) -> tuple[pd.DataFrame, dict[str, int], dict[int, str]]:
    with plan(file, load_mapping(mapping), last_year=2019) as planned:
        findings = {finding.code: finding.count for finding in planned.findings}
        return planned.rows, findings, {refusal.row: refusal.reason for refusal in planned.refused}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, mapping: Path, encoding: str) -> None:
    rows, _, _ = mapped(write(tmp_path, {"area": "六联社区"}, encoding=encoding), mapping)
    assert rows["area_code"].tolist()[:1] == ["North/7"]


def test_damaged_utf8_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    file = tmp_path / "damaged.csv"
    file.write_bytes("名称,数量,地点,时间,类别,来源\n".encode() + b"\xff\xfe\n")
    with pytest.raises(ImportFileError, match=r"UTF-8 but for the byte at \d+"):
        next(reader_for(file).chunks([]))


def test_workbook_with_text_and_true_dates(tmp_path: Path, mapping: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(HEADER))
    text = {**GOOD, "number": "1"}
    true = {**GOOD, "number": "2", "opened": pd.Timestamp("2018-07-04 13:00").to_pydatetime(), "lon": -77, "lat": 39}
    for row in (text, true):
        sheet.append([row[name] or None for name in HEADER])
    workbook.save(tmp_path / "small.xlsx")
    rows, findings, _ = mapped(tmp_path / "small.xlsx", mapping)
    opened = rows.loc[rows["event"] == "reported", "occurred_at"]
    assert opened.nunique() == 1
    assert str(opened.iloc[0]) == "2018-07-04 17:00:00+00:00"
    assert findings["coordinates_cut"] == 1


def test_rows_of_a_good_case(tmp_path: Path, mapping: Path) -> None:
    rows, _, refused = mapped(write(tmp_path, {}), mapping)
    assert not refused
    reported, resolved = rows.to_dict("records")
    assert reported["type_code"] == "small/SW/SW-Dirty Alley"
    assert (reported["area_code"], reported["channel"], reported["level"]) == ("North/7", "hotline", "department")
    assert (reported["summary"].strip(), reported["address"]) == ("SW-Dirty Alley", "1 Main St")
    assert (resolved["event"], str(resolved["occurred_at"])) == ("resolved", "2018-07-04 18:00:00+00:00")
    assert (reported["row_no"], resolved["row_no"]) == (40, 41)


def test_coordinates_by_rule(tmp_path: Path, mapping: Path) -> None:
    points = [("-77", "39"), ("-76.5", "39.25"), ("-70.1", "39.3"), ("", ""), ("-76.61", "39.31")]
    rows, findings, _ = mapped(write(tmp_path, *({"lon": lon, "lat": lat} for lon, lat in points)), mapping)
    kept = rows.loc[rows["event"] == "reported", "lon"]
    assert kept.notna().tolist() == [False, False, False, False, True]
    names = ("coordinates_cut", "coordinates_default", "coordinates_outside", "coordinates_missing")
    assert [findings[name] for name in names] == [1, 1, 1, 1]


def test_hours_that_do_not_exist_or_come_twice(tmp_path: Path, mapping: Path) -> None:
    file = write(
        tmp_path,
        {"opened": "03/11/2018 02:30:00 AM", "status": "Open"},
        {"opened": "11/04/2018 01:30:00 AM", "status": "Open"},
    )
    rows, findings, _ = mapped(file, mapping)
    assert [str(at) for at in rows["occurred_at"]] == ["2018-03-11 07:00:00+00:00", "2018-11-04 05:30:00+00:00"]
    assert (findings["time_skipped"], findings["time_repeated"]) == (1, 1)


def test_refused_rows_reach_the_door_and_are_kept_whole(
    tmp_path: Path, mapping: Path, empty_database: Database
) -> None:
    file = write(
        tmp_path,
        {"number": "1"},
        {"number": "2", "opened": "someday"},
        {"number": "3", "status": "Lost"},
        {"number": "4", "closed": ""},
        {"number": "5", "channel": "Pigeon"},
        {"number": "6", "closed": "07/03/2018 01:00:00 PM"},
        {"number": "7", "district": "-", "status": "Open"},
        extra="8,only,four,cells\n",
    )
    result = import_into(empty_database.owner_url, empty_database.writer_url, file, mapping, today=TODAY)
    assert {refusal.row: refusal.reason for refusal in result.refused} == {
        3: "unreadable_time",
        4: "unknown_status",
        5: "missing_time",
        6: "unknown_channel",
        7: "before_reported",
        9: "wrong_cell_count",
    }
    assert result.rows == FileRows(read=8, new=2, changed=0, unchanged=0, refused=6)
    # the case of a row whose closing is refused stands, open
    assert (result.batch.rows_new, result.batch.rows_parked) == (5, 0)
    with empty_database.owner.connect() as connection:
        assert connection.scalar(sa.text("select string_agg(external_id, '' order by 1) from app.cases")) == "1467"
        kept = connection.execute(
            sa.text("select file_row, reason, file_column, detail, cells from app.import_rejects order by file_row")
        ).all()
        header = connection.scalar(sa.text("select file_header from app.import_batches"))
        assert connection.scalar(sa.text("select count(*) from personal.parties where address = '1 Main St'")) == 4
    assert header == list(HEADER)
    assert [(row.file_row, row.reason, row.file_column) for row in kept] == [
        (3, "unreadable_time", "opened"),
        (4, "unknown_status", "status"),
        (5, "missing_time", "closed"),
        (6, "unknown_channel", "channel"),
        (7, "before_reported", "closed"),
        (9, "wrong_cell_count", ""),
    ]
    assert dict(zip(HEADER, kept[0].cells, strict=True)) == GOOD | {"number": "2", "opened": "someday"}
    assert kept[-1].cells == ["8", "only", "four", "cells"]
    again = import_into(empty_database.owner_url, empty_database.writer_url, file, mapping, today=TODAY)
    assert again.rows == FileRows(read=8, new=0, changed=0, unchanged=2, refused=6)
    assert (again.batch.rows_new, again.batch.rows_changed) == (0, 0)
    assert "8 rows = 0 new + 0 changed + 2 unchanged + 6 refused" in str(again)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('kind = "appeal"', 'kind = "wish"', r"small.toml, case.kind: .*'appeal'.*not 'wish'"),
        ('risk = "blue"', 'rsik = "blue"', r"case.rsik: there is no such key \(allowed: external_id, kind, risk"),
        ('"America/New_York"', '"Mars/Olympus"', r"place.time_zone: must be a time zone"),
        ('reported = "opened"', "", r"times.reported: is missing"),
        ('Phone = "hotline"', 'Phone = "horn"', r"channel.values.Phone: .*hotline"),
    ],
)
def test_a_wrong_mapping_says_file_key_and_what_is_allowed(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    file = tmp_path / "small.toml"
    file.write_text(MAPPING.replace(before, after), encoding="utf-8")
    with pytest.raises(MappingError, match=sentence):
        load_mapping(file)


def test_a_missing_column_and_an_unknown_file_are_named(tmp_path: Path, mapping: Path) -> None:
    file = tmp_path / "small.csv"
    file.write_text("number,opened\n1,2\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match="lacks the columns due"):
        mapped(file, mapping)
    with pytest.raises(ImportFileError, match="are not read"):
        reader_for(mapping)
    with pytest.raises(MappingError, match="there are baltimore, nyc311, open311, pingshan"):
        load_mapping("nowhere")
