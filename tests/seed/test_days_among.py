"""The day of a moment looked up among midnights is the day it is converted to, where clocks change at midnight too."""

import pytest
import sqlalchemy as sa

from tests.support.databases import Database

ASKED = sa.text(
    """
    select
        count(*) as asked,
        count(*) filter (
            where app.day_among(moments.at, '2017-01-01', midnights.held)
                <> cast(moments.at at time zone :zone as date)
        ) as other
    from generate_series(
            cast('2017-01-01' as timestamp) at time zone :zone,
            cast('2019-12-31' as timestamp) at time zone :zone,
            interval '15 minutes'
        ) as moments (at)
    cross join (select app.midnights('2017-01-01', '2019-12-31', :zone) as held) as midnights
    """
)


@pytest.mark.parametrize(
    "zone",
    [
        "Asia/Shanghai",
        "America/Chicago",
        "America/Havana",  # back from one o'clock to midnight
        "America/Sao_Paulo",  # on from midnight to one, and back from midnight to eleven
        "Asia/Beirut",
        "Atlantic/Azores",  # back from one o'clock to midnight
        "Australia/Lord_Howe",  # by half an hour
    ],
)
def test_it_is_the_day_it_is_converted_to(database: Database, zone: str) -> None:
    with database.owner.connect() as connection:
        asked, other = connection.execute(ASKED, {"zone": zone}).one()
    assert asked > 100_000
    assert other == 0
