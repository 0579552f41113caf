"""A file of years: the cases of each month are folded by themselves, and all follows from the log as ever."""

from pathlib import Path

import sqlalchemy as sa

from seed.importers import FileRows, import_into
from tests.bench.imports import MAPPING, write_export
from tests.seed.importers.test_real_samples import TODAY
from tests.support.databases import Database


def test_two_years_in_one_file_and_a_newer_export_of_it(tmp_path: Path, empty_database: Database) -> None:
    rules = tmp_path / "hotline.toml"
    rules.write_text(MAPPING, encoding="utf-8")
    first, newer = tmp_path / "first.csv", tmp_path / "newer.csv"
    write_export(first, 6_000)
    write_export(newer, 6_000, open_share=0.05)
    loaded = import_into(empty_database.owner_url, None, first, rules, today=TODAY)
    assert loaded.rows == FileRows(read=6_000, new=6_000, changed=0, unchanged=0, refused=0)
    assert differences(empty_database) == []
    changed = import_into(empty_database.owner_url, None, newer, rules, today=TODAY)
    assert changed.rows.changed > 200
    assert changed.rows.changed + changed.rows.unchanged == 6_000
    assert differences(empty_database) == []


def differences(database: Database) -> list[str]:
    with database.owner.connect() as connection:
        return list(
            connection.scalars(
                sa.text(
                    "select told.finding || ' ' || told.subject from app.subdistricts"
                    " cross join app.verify(subdistrict_id) as told where told.is_difference limit 5"
                )
            )
        )
