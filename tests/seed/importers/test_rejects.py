"""Refused rows afterwards: listed, exported whole, shown masked, tried again."""

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from seed.importers import FileRows, import_into
from seed.importers.rejects import Chosen, export, listed, retry
from tests.seed.importers.test_files import GOOD, HEADER, MAPPING, mapping, write
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database

__all__ = ["mapping"]
WRONG = (
    {"number": "1"},
    {"number": "2", "channel": "Pigeon", "note": "=1+1", "address": "7 Elm St"},
    {"number": "3", "channel": "Pigeon", "note": "call 0755-28345678"},
    {"number": "4", "opened": "someday"},
)


@pytest.fixture
def loaded(tmp_path: Path, mapping: Path, empty_database: Database) -> Database:
    file = write(tmp_path, *WRONG, extra="8,only,four,cells\n")
    import_into(empty_database.owner_url, None, file, mapping, today=TODAY)
    return empty_database


def test_refused_rows_are_listed_by_reason(loaded: Database) -> None:
    with loaded.owner.connect() as connection:
        rows = listed(connection, Chosen(), 10)
        assert [(row.file_name, row.reason, row.column_name, row.refused_rows, row.example) for row in rows] == [
            ("small.csv", "unknown_channel", "channel", 2, "Pigeon"),
            ("small.csv", "unreadable_time", "opened", 1, "someday"),
            ("small.csv", "wrong_cell_count", "", 1, "4 cells under a header of 15"),
        ]
        assert [row.refused_rows for row in listed(connection, Chosen(reason="unreadable_time"), 10)] == [1]
        assert not listed(connection, Chosen(source="another"), 10)


def test_they_are_exported_whole_and_no_cell_is_a_formula(loaded: Database, tmp_path: Path) -> None:
    file = tmp_path / "refused.xlsx"
    with loaded.owner.connect() as connection:
        assert export(connection, Chosen(), file) == 4
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    heads, second, *_, last = sheet.iter_rows(values_only=True)
    assert heads == ("batch", "file", "row", "reason", "column", "detail", *HEADER)
    assert second[1:5] == ("small.csv", "3", "unknown_channel", "channel")
    whole = {**GOOD, "number": "2", "channel": "Pigeon", "note": "=1+1", "address": "7 Elm St"}
    assert [cell or "" for cell in second[6:]] == [whole[name] for name in HEADER]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert last[6:10] == ("8", "only", "four", "cells")


def test_a_screen_sees_them_masked(loaded: Database) -> None:
    with loaded.reader.connect() as connection:
        rows = connection.execute(
            sa.text("select header, cells from app.refused_rows where file_row is not null order by row_no")
        ).all()
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.execute(sa.text("select cells from app.import_rejects"))
    third = dict(zip(rows[1].header, rows[1].cells, strict=True))
    assert (third["number"], third["channel"], third["address"]) == ("3", "Pigeon", "＊")
    assert "28345678" not in third["note"]
    assert set(rows[-1].cells) == {"＊"}


def test_they_are_tried_again_with_the_mended_mapping(loaded: Database, tmp_path: Path, mapping: Path) -> None:
    mapping.write_text(MAPPING.replace('Phone = "hotline"', 'Phone = "hotline", Pigeon = "app"'), encoding="utf-8")
    (trial,) = retry(loaded.owner_url, Chosen(), mapping, today=TODAY, dry_run=True)
    assert (trial.is_dry_run, trial.rows.new) == (True, 2)
    (result,) = retry(loaded.owner_url, Chosen(), mapping, today=TODAY)
    assert result.rows == FileRows(read=4, new=2, changed=0, unchanged=0, refused=2)
    with loaded.owner.connect() as connection:
        every = listed(connection, Chosen(batch_id=1, with_tried=True), 10)
        assert {row.reason: (row.refused_rows, row.got_in) for row in every} == {
            "unknown_channel": (2, 2),
            "unreadable_time": (1, 0),
            "wrong_cell_count": (1, 0),
        }
        # what was refused again is open in the batch that tried it, under its number in the file
        assert [row.batch_id for row in listed(connection, Chosen(), 10)] == [result.batch.batch_id] * 2
        numbers = connection.scalars(
            sa.text("select file_row from app.import_rejects where tried_batch_id is null order by 1")
        )
        assert list(numbers) == [5, 6]
        assert connection.scalar(sa.text("select string_agg(external_id, '' order by 1) from app.cases")) == "123"
    # the whole file once more: what got in stays as it is
    again = import_into(
        loaded.owner_url, None, write(tmp_path, *WRONG, extra="8,only,four,cells\n"), mapping, today=TODAY
    )
    assert again.rows == FileRows(read=5, new=0, changed=0, unchanged=3, refused=2)


@pytest.mark.runtime
def test_by_command(loaded: Database, tmp_path: Path, mapping: Path) -> None:
    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "seed", "rejects", *arguments],
            env=loaded.environment | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    shown = ran()
    assert "unknown_channel" in shown.stdout
    assert ran("--export", str(tmp_path / "refused.xlsx")).stdout.startswith("4 refused rows in")
    unnamed = ran("--retry")
    assert (unnamed.returncode, unnamed.stderr) == (
        1,
        "batch 1 was loaded by the mapping 'small': name its file by --mapping\n",
    )
    mapping.write_text(MAPPING.replace('Phone = "hotline"', 'Phone = "hotline", Pigeon = "app"'), encoding="utf-8")
    assert "2 of 4 refused rows got in" in ran("--retry", "--mapping", str(mapping)).stdout
