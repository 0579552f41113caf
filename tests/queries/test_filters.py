from datetime import UTC, date, datetime

import pytest

from queries.filters import Filter
from queries.vocabulary import Kind


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="as_of needs a time zone"):
        Filter(1, datetime(2024, 3, 14), "Asia/Shanghai")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"time_zone": "Asia/Nowhere"}, "Unknown time zone"),
        ({"period_from": date(2024, 3, 2)}, "both its first and its last day"),
        ({"period_from": date(2024, 3, 2), "period_to": date(2024, 3, 1)}, "before it begins"),
        ({"kinds": ()}, "No kind of case"),
        ({"kinds": ("rumour",)}, "rumour"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Filter(**({"subdistrict_id": 1, "as_of": datetime(2024, 3, 14, tzinfo=UTC), "time_zone": "UTC"} | values))  # type: ignore[arg-type]


def test_today_is_the_stores_day_not_utcs() -> None:
    asked = Filter(1, datetime(2024, 3, 14, 16, 0, tzinfo=UTC), "Asia/Shanghai")
    assert asked.today == date(2024, 3, 15)
    assert asked.midnight(asked.today) == datetime(2024, 3, 14, 16, 0, tzinfo=UTC)


def test_a_day_of_25_hours_is_bounded_by_its_own_midnights() -> None:
    asked = Filter(1, datetime(2024, 10, 27, 12, 0, tzinfo=UTC), "Europe/Berlin").parameters()
    assert asked["day_end"].astimezone(UTC) - asked["day_start"].astimezone(UTC) == datetime(
        2024, 1, 2, 1, tzinfo=UTC
    ) - datetime(2024, 1, 1, tzinfo=UTC)


def test_filters_are_keys_and_kinds_are_a_set_in_order() -> None:
    moment = datetime(2024, 3, 14, tzinfo=UTC)
    one = Filter(1, moment, "UTC", kinds=(Kind.APPEAL, Kind.APPEAL))
    assert {one: 1}[Filter(1, moment, "UTC", kinds=(Kind.APPEAL,))] == 1
