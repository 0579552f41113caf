"""A person is erased everywhere, nothing that is counted changes, and what is handed in again brings nobody back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from queries import petitions
from queries.filters import Filter
from queries.vocabulary import Kind
from seed import erasure
from seed.store import StoreError
from tests.concurrency.clients import connected
from tests.oracle.inbox import InboxRow
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, SOUTH, local
from tests.support.databases import Database

OPENED = local("2024-03-01 09:00")
PHONE, NAME, ADDRESS = "13912345678", "欧阳翠花", "下屯三排五号后座"
OTHER = "13800000001"


def visit(case: str, days: int, party: str, **values: Any) -> InboxRow:
    row = InboxRow(
        external_id=case, event="reported", occurred_at=OPENED + timedelta(days=days), area_code="n-1-1",
        kind="petition", type_code="wages", risk="blue", channel="visit", summary=f"{NAME}住{ADDRESS}，拖欠工资",
        party=party, party_name=NAME, party_phone=party, address=ADDRESS, original_text="原话",
    )  # fmt: skip
    return replace(row, **values)


def settled(case: str, days: int) -> InboxRow:
    return InboxRow(external_id=case, event="resolved", occurred_at=OPENED + timedelta(days=days, hours=1))


ROWS = [
    *(visit("one", 0, PHONE), settled("one", 0), visit("two", 5, PHONE), settled("two", 5)),
    *(visit("else", 2, OTHER, summary="工资"), settled("else", 2)),
    visit("refused", 3, PHONE, area_code="nowhere"),
    InboxRow(external_id="parked", event="resolved", occurred_at=OPENED, party=PHONE, party_phone=PHONE),
]


def send(database: Database, rows: list[InboxRow], subdistrict: str = NORTH) -> dict[str, int]:
    with connected(database.writer_url) as connection:
        sender = Sender(connection)
        handed = sender.send(sender.subdistrict(subdistrict), "hotline_12345", "live", rows)
        connection.commit()
        return handed.counts()


@pytest.fixture
def told(small_store: Database) -> Iterator[Database]:
    assert send(small_store, ROWS) == {"new": 6, "changed": 0, "unchanged": 0, "refused": 1, "parked": 1}
    send(small_store, [visit("south", 1, PHONE, area_code="s-1-2")], SOUTH)
    yield small_store


def texts(database: Database) -> str:
    """Everything that the store holds, the owner's tables included."""
    with database.owner.connect() as connection:
        tables = connection.execute(
            sa.text(
                "select table_schema, table_name from information_schema.tables"
                " where table_schema in ('app', 'personal') and table_type = 'BASE TABLE' and table_name <> 'keys'"
            )
        ).all()
        return "\n".join(
            str(row)
            for schema, table in tables
            for row in connection.scalars(sa.text(f'select cast(told as text) from {schema}."{table}" as told'))
        )


def figures(database: Database) -> tuple[Any, ...]:
    with database.owner.connect() as connection:
        root = connection.scalar(sa.text("select area_id from app.areas where code = 'n'"))
        asked = Filter(
            root,
            local("2035-01-01 00:00"),
            "Asia/Shanghai",
            kinds=(Kind.PETITION,),
            period_from=date(2024, 3, 1),
            period_to=date(2024, 3, 31),
        )
        first = petitions.first_visit_resolution(connection, asked).to_dict("records")
        assert first[0]["n"] == 2, "the second visit of one person is no first one"
        days = connection.execute(sa.text("select * from app.area_day order by 1, 2, 3, 4")).all()
        differs = connection.scalar(sa.text("select count(*) from app.verify(:id) where is_difference"), {"id": root})
        assert differs == 0
        return first, days


def keys(database: Database) -> dict[str, str]:
    with database.owner.connect() as connection:
        rows = connection.execute(sa.text("select external_id, party_key from app.cases"))
        return {row.external_id: row.party_key for row in rows}


def test_a_person_is_erased_everywhere_and_figures_stay(told: Database) -> None:
    before, known = figures(told), keys(told)
    assert known["one"] == known["two"] == known["south"] != known["else"]
    done = erasure.erase(told.owner_url, PHONE, "", "", "clerk", datetime.now(UTC))
    assert (done.occasion, done.erased_by, done.cases, done.parties, done.refused_rows, done.keys) == (
        *("party", "clerk"), 3, 3, 2, 1
    )  # fmt: skip
    held = texts(told)
    assert PHONE not in held
    assert known["one"] not in held, "the key that the number leads to is gone"
    assert OTHER in held and held.count(NAME) == 1, "the other one's are there"
    now = keys(told)
    assert now["one"] == now["two"] == now["south"] != known["one"]
    assert now["else"] == known["else"]
    assert figures(told) == before


def keep_a_row_of_a_file(database: Database) -> None:
    """A refused row as an import keeps it: of a file whose first and last columns are personal."""
    with database.owner.begin() as connection:
        connection.execute(
            sa.text(
                "update app.import_rejects set file_row = 2, cells = :cells where (batch_id, row_no) = ("
                "select batch_id, row_no from app.import_rejects order by 1, 2 limit 1)"
            ),
            {"cells": [PHONE, f"请回拨{PHONE}", "路灯不亮", NAME]},
        )
        connection.execute(
            sa.text("update app.import_batches set file_header = :header, shown_columns = :shown"),
            {"header": ["电话", "经过", "事由", "姓名"], "shown": ["经过", "事由"]},
        )


def cells(database: Database) -> list[str]:
    with database.owner.connect() as connection:
        found = connection.scalar(sa.text("select cells from app.import_rejects where file_row = 2"))
        assert isinstance(found, list)
        return found


def test_what_is_kept_of_a_file_loses_the_person_and_keeps_the_rest(told: Database) -> None:
    keep_a_row_of_a_file(told)
    erasure.erase(told.owner_url, PHONE, "", "", "clerk", datetime.now(UTC))
    assert cells(told) == ["＊", "请回拨＊", "路灯不亮", "＊"]
    assert PHONE not in texts(told)


def test_what_is_kept_of_a_file_loses_all_persons_when_its_time_is_over(told: Database) -> None:
    keep_a_row_of_a_file(told)
    with told.owner.begin() as connection:
        connection.execute(sa.text("update app.import_rejects set refused_at = now() - interval '20 years'"))
    erasure.erase(told.owner_url, "", "", "", "clerk", datetime.now(UTC))
    assert cells(told) == ["＊", "请回拨＊", "路灯不亮", "＊"]


def test_the_person_of_a_case_is_erased_in_all_their_cases(told: Database) -> None:
    done = erasure.erase(told.owner_url, "", "two", "", "clerk", datetime.now(UTC))
    assert (done.occasion, done.cases) == ("case", 3)
    assert PHONE not in texts(told)


def test_what_is_handed_in_again_brings_nobody_back(told: Database) -> None:
    erasure.erase(told.owner_url, PHONE, "", "", "clerk", datetime.now(UTC))
    assert send(told, ROWS[:6]) == {"new": 0, "changed": 0, "unchanged": 6, "refused": 0, "parked": 0}
    # of the same case, and refused: kept without the person
    changed = replace(visit("one", 0, PHONE), risk="red")
    assert send(told, [changed])["refused"] == 1
    held = texts(told)
    assert PHONE not in held and held.count(NAME) == 1


def test_words_about_a_person_go_from_objections_and_marks(told: Database) -> None:
    with told.owner.begin() as connection:
        ids = connection.execute(
            sa.text("select subdistrict_id, area_id, case_id from app.cases where external_id = 'one'")
        ).one()
        days = {"id": ids.subdistrict_id, "unit": ids.area_id, "case": ids.case_id, "words": f"该户{ADDRESS}，非本格"}
        number = connection.scalar(
            sa.text(
                "select app.object_to(:id, :unit, '2024-02-26', '2024-03-10', :case, 'leave_out', null, 'other_area',"
                " :words, 'lead')"
            ),
            days,
        )
        decide = sa.text("select app.decide_objection(:id, :number, false, 'office', :words)")
        connection.execute(decide, days | {"number": number})
        mark = sa.text("select app.give_marks(:id, '2024-02-26', '2024-03-10', cast(:marks as jsonb), 'office')")
        marks = json.dumps([{"area_id": ids.area_id, "points": 80, "remark": days["words"]}])
        connection.execute(mark, {"id": ids.subdistrict_id, "marks": marks})
    assert texts(told).count("非本格") == 3
    erasure.erase(told.owner_url, PHONE, "", "", "clerk", datetime.now(UTC))
    held = texts(told)
    assert (held.count("非本格"), ADDRESS in held) == (3, True), "the other one lives there too"
    assert held.count(f"该户{ADDRESS}") == 0


@pytest.mark.parametrize(
    ("party", "case", "why"),
    [("", "nobody", "there is no case"), ("1", "", "at least four"), (PHONE, "one", "not both")],
)
def test_who_is_not_there_is_said(told: Database, party: str, case: str, why: str) -> None:
    with pytest.raises(StoreError, match=why):
        erasure.erase(told.owner_url, party, case, "", "clerk", datetime.now(UTC))


def test_what_is_past_its_time_is_erased_and_figures_stay(told: Database) -> None:
    before, known = figures(told), keys(told)
    with told.owner.begin() as connection:
        assert erasure.retention_days(connection) == 1095
        assert erasure.retention_days(connection, 30) == 30
    then = datetime(2024, 3, 31, 4, tzinfo=UTC)  # 30 days back: the first of March, the day of the first visit
    assert erasure.erase(told.owner_url, "", "", "", "clerk", then).erasure_id is None, "it is kept for all of 30 days"
    assert erasure.erase(told.owner_url, "", "", "", "clerk", then + timedelta(days=1)).parties == 1
    assert keys(told) == known, "the person has come later too, and is still known by the key"
    done = erasure.erase(told.owner_url, "", "", "", "clerk", then + timedelta(days=3000))
    assert (done.occasion, done.parties, done.keys) == ("retention", 3, 2)
    assert PHONE not in texts(told) and OTHER not in texts(told)
    assert len(set(keys(told).values())) == 2 and not set(keys(told).values()) & set(known.values())
    assert figures(told) == before
    with told.reader.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from app.erasures")) == 2
