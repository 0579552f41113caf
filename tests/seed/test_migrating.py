"""A store of an earlier release is brought up to date with what it holds."""

from alembic import command
from sqlalchemy import text

from seed import store
from tests.queries.town import build as build_town
from tests.support.databases import Database

# What told the spells of a case until migration 0018, as far as these cases need it: their log without corrections.
SPELLS_BEFORE = """
create function app.open_spells(p_subdistrict_id integer, p_case_ids bigint[], timestamptz, timestamptz)
returns table (case_id bigint, from_at timestamptz, until_at timestamptz)
language sql stable
as $$
    select told.case_id, told.occurred_at, told.next_at
    from (
        select
            case_log.case_id, case_log.occurred_at, case_log.event in ('reported', 'reopened') as is_open,
            lead(case_log.occurred_at) over (partition by case_log.case_id order by case_log.log_id) as next_at
        from app.case_log
        where case_log.subdistrict_id = p_subdistrict_id and case_log.case_id = any(p_case_ids)
            and case_log.event in ('reported', 'reopened', 'resolved', 'withdrawn')
    ) as told
    where told.is_open
$$
"""


def test_the_packed_moments_of_cases_that_stand(database: Database) -> None:
    with database.owner.connect() as connection:
        town = build_town(connection, database.owner_url)
        town.case("open", "2024-03-01 08:00:00")
        town.case("resolved", "2024-03-01 08:00:00")
        for event, at in (("dispatched", "08:05:00"), ("resolved", "09:00:00"), ("fed_back", "09:30:00")):
            town.then("resolved", event, f"2024-03-01 {at}")
        town.case("withdrawn", "2024-03-01 08:00:00")
        town.then("withdrawn", "withdrawn", "2024-03-02 08:00:00")
        town.case("reopened", "2024-03-01 08:00:00")
        for event, day in (("resolved", 2), ("reopened", 3), ("resolved", 4), ("reopened", 5)):
            town.then("reopened", event, f"2024-03-0{day} 08:00:00")
        town.settle()

    with database.owner.begin() as connection:
        before = connection.execute(text("select case_id, stage_times, open_spells from app.cases order by 1")).all()
        assert [row.open_spells is None for row in before] == [True, True, True, False]
        config = store._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0017")
        connection.exec_driver_sql(SPELLS_BEFORE)
        assert store.migrate_within(connection) == "outdated"
        after = connection.execute(text("select case_id, stage_times, open_spells from app.cases order by 1")).all()
        assert [tuple(map(_bytes, row)) for row in after] == [tuple(map(_bytes, row)) for row in before]
        assert connection.execute(text("select * from app.verify(1)")).all() == []


def _bytes(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
