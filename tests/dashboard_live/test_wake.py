"""The clock alone changes the picture: at the next deadline, hour, midnight, and at least every 30 s."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.live.wake import next_wake

LONGEST = timedelta(seconds=30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "deadlines", "expected"),
    [
        pytest.param("2026-03-05 06:30:00", [], "2026-03-05 06:30:30", id="nothing to come: after 30 s"),
        pytest.param("2026-03-05 06:30:00", ["2026-03-05 06:30:07"], "2026-03-05 06:30:07", id="a deadline"),
        pytest.param("2026-03-05 06:30:00", ["2026-03-05 06:29:59"], "2026-03-05 06:30:30", id="a deadline past"),
        pytest.param("2026-03-05 06:30:00", ["2026-03-05 06:30:00"], "2026-03-05 06:30:30", id="a deadline just now"),
        pytest.param("2026-03-05 06:59:45", [], "2026-03-05 07:00:00", id="the hour"),
        pytest.param("2026-03-05 15:59:59", [], "2026-03-05 16:00:00", id="midnight in Shanghai"),
    ],
)
def test_next_wake(now: str, deadlines: list[str], expected: str) -> None:
    moments = [at(moment) for moment in deadlines]
    assert next_wake(at(now), deadlines=moments, time_zone="Asia/Shanghai", longest=LONGEST) == at(expected)


def test_midnight_of_a_zone_off_the_hour() -> None:
    """Kathmandu is 5:45 ahead: its midnight is no full hour of UTC."""
    wake = next_wake(at("2026-03-05 18:14:50"), deadlines=[], time_zone="Asia/Kathmandu", longest=LONGEST)
    assert wake == at("2026-03-05 18:15:00")


def test_the_night_clocks_go_back() -> None:
    """New York, 1 November 2026: 01:59:50 EDT is followed by 01:00 EST, one minute's wait, not an hour's."""
    wake = next_wake(at("2026-11-01 05:59:50"), deadlines=[], time_zone="America/New_York", longest=LONGEST)
    assert at("2026-11-01 05:59:50") < wake <= at("2026-11-01 06:00:20")
