"""The day of a moment looked up among midnights is the day it is converted to, where clocks change at midnight too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from queries import packed
from queries.filters import Filter
from queries.packed_days import days_from

FIRST, LAST = date(2017, 1, 1), date(2019, 12, 31)
QUARTER = 900_000_000  # of an hour, in microseconds


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
def test_it_is_the_day_it_is_converted_to(zone: str) -> None:
    asked = Filter(1, datetime(2020, 1, 1, tzinfo=UTC), zone)
    start, end = (packed.microseconds(asked.midnight(day)) for day in (FIRST, LAST + timedelta(days=1)))
    moments = np.arange(start - QUARTER, end + QUARTER, QUARTER)
    known = [packed.moment(int(each)).astimezone(ZoneInfo(zone)).date() for each in moments]
    expected = [(day - FIRST).days if FIRST <= day <= LAST else -1 for day in known]
    assert len(moments) > 100_000
    assert days_from(asked, moments, FIRST, LAST).tolist() == expected
