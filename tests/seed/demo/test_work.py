"""What grids do and get besides cases."""

from types import SimpleNamespace
from typing import cast

from seed.demo.days import DAY, Days
from seed.demo.work import operating_mode


def test_typhoons_that_follow_upon_each_other_are_one_emergency() -> None:
    days = cast(Days, SimpleNamespace(typhoons=[(200, 1), (100, 2), (102, 3)]))
    modes = operating_mode(["MT"], days, first=90, until=300 * DAY)
    assert modes["mode"].to_list() == ["normal", "emergency", "normal", "emergency", "normal"]
    assert modes["since"].is_monotonic_increasing
    assert not modes.duplicated(["subdistrict_code", "since", "recorded_at"]).any()
