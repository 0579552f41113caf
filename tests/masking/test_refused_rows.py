"""Refused rows: whole for the owner, masked for the app."""

import pytest
import sqlalchemy as sa

from queries import batches
from queries.filters import Filter
from tests.concurrency.test_roles import refuses
from tests.masking.test_door import NAME, PHONE, told
from tests.properties.small_world import local
from tests.support.databases import Database

__all__ = ["told"]


def test_the_app_sees_refused_rows_masked(told: Database) -> None:
    with told.owner.begin() as connection:
        connection.execute(
            sa.text(
                "update app.import_rejects set file_row = 7, cells = :cells,"
                " raw = raw || jsonb_build_object('original_text', cast(:text as text))"
            ),
            {"cells": [PHONE, f"请回拨{PHONE}", NAME], "text": NAME},
        )
        connection.execute(
            sa.text(
                "update app.import_batches set file_header = array['电话', '内容', '备注'],"
                " shown_columns = array['内容']"
            )
        )
        root = connection.scalar(sa.text("select area_id from app.areas where code = 'n'"))
    with told.reader.connect() as connection:
        found = batches.refused_rows(connection, Filter(root, local("2030-01-01 00:00"), "Asia/Shanghai"), None)
    assert list(found["reason"]) == ["unknown_area"]
    assert (found["header"].iloc[0], found["cells"].iloc[0]) == (["电话", "内容", "备注"], ["＊", "请回拨＊", "＊"])
    told_row = found["told"].iloc[0]
    assert (told_row["party_name"], told_row["area_code"], told_row["kind"]) == ("＊", "＊", "appeal")
    assert told_row["original_text"] == "＊"
    assert found["detail"].iloc[0] == "＊"


@pytest.mark.parametrize("columns", ["raw", "detail", "cells", "*"])
def test_no_role_of_the_app_reads_them_whole(told: Database, columns: str) -> None:
    assert refuses(told.reader_url, f"select {columns} from app.import_rejects")
    assert refuses(told.operator_url, f"select {columns} from app.import_rejects")
    assert refuses(told.writer_url, f"select {columns} from app.import_rejects")
    assert not refuses(told.reader_url, "select detail, cells, told from app.refused_rows")


def test_nobody_but_the_owner_erases(told: Database) -> None:
    for url in (told.reader_url, told.operator_url, told.writer_url):
        assert refuses(url, "select app.erase_person('me', '13800000000', null, null, null)")
        assert refuses(url, "select app.erase_expired('2030-01-01', 'me')")
        assert refuses(url, "select app.set_retention(1)")
        assert refuses(url, "select * from personal.erased_cases")
