"""No writer can bring what tells of a person to where a screen reads: all that the roles can read is looked through."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.concurrency.clients import connected
from tests.oracle.inbox import InboxRow
from tests.properties.sender import Sender
from tests.properties.small_world import NORTH, local
from tests.support.databases import Database

OPENED = local("2024-03-10 09:00")
PHONE, IDENTITY, NAME, PLATE = "13912345678", "11010519491231002X", "欧阳建国", "粤B8K6T2"
TOLD = f"居民{NAME}反映，电话{PHONE}，身份证{IDENTITY}，车牌{PLATE}"
SECRETS = (PHONE, IDENTITY, NAME, PLATE)
OPENING = InboxRow(
    external_id="told", event="reported", occurred_at=OPENED, area_code="n-1-1", kind="appeal", type_code="noise",
    risk="blue", channel="app", summary=TOLD, party=PHONE, party_name=NAME, party_phone=PHONE, address=TOLD,
    original_text=TOLD,
)  # fmt: skip


def later(event: str, minutes: int, **values: object) -> InboxRow:
    row = InboxRow(external_id="told", event=event, occurred_at=OPENED + timedelta(minutes=minutes))
    return replace(row, **values)  # type: ignore[arg-type]  # names of columns


ROWS = [
    OPENING,
    later("dispatched", 5, value=TOLD, field=TOLD),
    later("resolved", 20, value=TOLD, actor=PHONE),
    later("corrected", 30, ref_event="reported", ref_occurred_at=OPENED, field="summary", value=f"更正：{TOLD}"),
    replace(OPENING, external_id="refused", area_code=PHONE, value=TOLD),  # no such area
    later("resolved", 40, external_id="parked", value=TOLD),  # its case has not come
    replace(OPENING, external_id="moved"),
    later("reassigned", 45, external_id="moved", area_code="s-1-2", value=TOLD),
]


@pytest.fixture
def told(small_store: Database) -> Iterator[Database]:
    with connected(small_store.writer_url) as connection:
        sender = Sender(connection)
        handed = sender.send(sender.subdistrict(NORTH), "hotline_12345", "live", ROWS)
        connection.commit()
    assert handed.counts() == {"new": 5, "changed": 1, "unchanged": 0, "refused": 1, "parked": 1}
    yield small_store


def readable(engine: sa.Engine) -> Iterator[tuple[str, str]]:
    """Every value that a role can read, with the table and column it stands in."""
    with engine.connect() as connection:
        columns = connection.execute(
            sa.text(
                "select table_schema, table_name, column_name from information_schema.column_privileges"
                " where privilege_type = 'SELECT' and table_schema not in ('pg_catalog', 'information_schema')"
                " and table_name !~ '^case_log_'"
            )
        ).all()
        assert len(columns) > 200
        for schema, table, column in columns:
            for value in connection.scalars(
                sa.text(f'select distinct cast("{column}" as text) from {schema}."{table}"')
            ):
                yield f"{table}.{column}", value or ""


@pytest.mark.parametrize("role", ["reader", "operator"])
def test_no_role_of_the_app_reads_what_tells_of_a_person(told: Database, role: str) -> None:
    engine: sa.Engine = getattr(told, role)
    seen = list(readable(engine))
    assert [where for where, value in seen if any(secret in value for secret in SECRETS)] == []
    assert any("反映" in value for _, value in seen), "the rest of the sentences is there to be read"


def test_the_owner_has_all_of_it(told: Database) -> None:
    with told.owner.connect() as connection:
        [raw] = connection.scalars(sa.text("select raw from app.import_rejects"))
        assert raw["original_text"] == TOLD, "refused rows are kept whole"
        kept = connection.execute(sa.text("select party_name, original_text from personal.parties order by case_id"))
        assert kept.first() == (NAME, TOLD)


def test_a_correction_handed_in_twice_changes_nothing(told: Database) -> None:
    with connected(told.writer_url) as connection:
        sender = Sender(connection)
        again = sender.send(sender.subdistrict(NORTH), "hotline_12345", "live", ROWS[:4])
    assert again.counts()["unchanged"] == 4


def test_a_parked_row_is_masked_when_its_case_comes(told: Database) -> None:
    with connected(told.writer_url) as connection:
        sender = Sender(connection)
        sender.send(sender.subdistrict(NORTH), "hotline_12345", "live", [replace(OPENING, external_id="parked")])
        connection.commit()
    with told.owner.connect() as connection:
        values = connection.scalars(sa.text("select value from app.case_log where event = 'resolved'")).all()
    assert len(values) == 2
    assert not any(secret in value for value in values for secret in SECRETS)


def test_what_an_earlier_release_let_through_is_masked_again(told: Database) -> None:
    of_north = "from app.areas where areas.code = 'n' and areas.area_id = {}.subdistrict_id and summary is not null"
    with told.owner.begin() as connection:
        root = connection.scalar(sa.text("select area_id from app.areas where code = 'n'"))
        for table in ("case_log", "cases"):
            connection.execute(
                sa.text(f"update app.{table} set summary = :told {of_north.format(table)}"), {"told": TOLD}
            )
        assert connection.scalar(sa.text("select app.mask_again(:id)"), {"id": root}) == 3, "two openings, a correction"
        assert connection.scalar(sa.text("select app.mask_again(:id)"), {"id": root}) == 0
    assert [where for where, value in readable(told.reader) if PHONE in value] == []
