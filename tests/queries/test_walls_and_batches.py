"""What the data-health page asks: walls and when they were seen, what came in, what was refused and why."""

from datetime import UTC, datetime

import pandas as pd
import psycopg2
import pytest
import sqlalchemy as sa

from queries import batches, walls
from seed import door
from tests.queries.town import Town
from tests.support.databases import Database

AT = "2024-03-14 12:00:00"


def test_walls_are_listed_newest_first_without_their_hashes(town: Town, database: Database) -> None:
    with database.operator.begin() as connection:
        for label in ("左屏", "右屏"):
            call = sa.text("select app.make_wall_token(:id, :label, 30)")
            connection.execute(call, {"id": town.subdistrict_id, "label": label})
        admitted = walls.admitted_walls(connection, town.subdistrict_id)
        assert {len(each.token_hash) for each in admitted} == {64}
        seen_at = datetime(2024, 3, 14, 4, tzinfo=UTC)
        walls.walls_seen(connection, town.subdistrict_id, {admitted[0].wall_id: seen_at})
        walls.walls_seen(connection, town.subdistrict_id, {admitted[0].wall_id: datetime(2024, 3, 13, tzinfo=UTC)})
    with database.reader.connect() as connection:
        listed = walls.listed(connection, town.at(AT))
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.execute(sa.text("select token_hash from app.wall_tokens"))
    assert list(listed["label"]) == ["右屏", "左屏"]
    seen = listed.set_index("wall_id")["last_seen_at"]
    assert seen[admitted[0].wall_id] == pd.Timestamp(seen_at), "a sight never goes back"
    assert seen.isna().sum() == 1


def test_the_reader_asks_for_no_walls_tokens(town: Town, database: Database) -> None:
    with database.reader.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        walls.admitted_walls(connection, town.subdistrict_id)


def test_batches_tell_what_came_of_their_rows_and_why_some_were_refused(town: Town, database: Database) -> None:
    town.case("a", "2024-03-14 08:00:00")
    town.settle()
    row = {"external_id": "b", "event": "reported", "occurred_at": "2024-03-14 09:00:00+08", "area_code": "nowhere"}
    row |= {"recorded_at": "2024-03-14 09:00:00+08", "kind": "appeal", "type_code": "noise", "risk": "blue"}
    writer = door.connect(database.writer_url)
    door.send(writer, town.subdistrict_id, "hotline", pd.DataFrame([row | {"channel": "hotline"}]), "history")
    writer.close()
    with database.reader.connect() as connection:
        newest = batches.newest(connection, town.at(AT))
        refused = batches.refused(connection, town.at(AT))
        later = batches.refused(connection, town.at("2024-03-22 12:00:00"))
    assert newest["rows_refused"].iloc[0] == 1
    assert newest["rows_new"].iloc[1] >= 1
    assert (newest["recorded_at"] <= pd.Timestamp(town.at(AT).as_of)).all()
    assert list(refused["column_name"]) == ["area_code"]
    assert list(refused["refused_rows"]) == [1]
    assert later.empty


def test_readers_see_why_rows_were_refused_and_not_what_stood_in_them(town: Town, database: Database) -> None:
    connection = psycopg2.connect(database.reader_url.replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("select raw from app.import_rejects")
    connection.close()
