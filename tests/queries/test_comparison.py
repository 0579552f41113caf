from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from queries import calendar, comparison, same_day, stages, volume
from queries.comparison import Against, compare
from queries.figure import By
from tests.queries.town import Town, local

MARCH = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}


def _rows(answer: comparison.Comparison, *columns: str) -> dict[Any, tuple[Any, ...]]:
    frame = answer.frame.astype(object).where(answer.frame.notna(), None)
    return {row["key"]: tuple(row[column] for column in columns) for row in frame.to_dict("records")}


def _tell(town: Town, case: str, day: str, resolved: str | None = None, **values: Any) -> None:
    town.case(case, f"{day} 08:00:00", **values)
    if resolved:
        town.then(case, "resolved", resolved)


def test_the_period_before_is_seen_as_long_after_its_end(town: Town) -> None:
    _tell(town, "before", "2024-03-05", "2024-03-05 09:00:00")
    town.then("before", "reopened", "2024-03-12 07:00:00")  # as late as this week's cannot be known yet
    _tell(town, "now 1", "2024-03-12", "2024-03-12 09:00:00", area_code="west-1")
    _tell(town, "now 2", "2024-03-12")
    town.settle()
    asked = town.at("2024-03-18 12:00:00", **MARCH)
    answer = compare(same_day.resolution, town.connection, asked)
    assert (answer.before.as_of, answer.before.period_to) == (local("2024-03-11 12:00:00"), date(2024, 3, 10))
    assert _rows(answer, "n", "good", "n_before", "good_before", "difference", "has_before", "is_provisional") == {
        None: (2, 1, 1, 1, -0.5, True, True)
    }
    assert -1 <= answer.frame["low"][0] < -0.5 < answer.frame["high"][0] <= 1
    by_area = compare(same_day.resolution, town.connection, asked, by=By.AREA, unit_level="grid")
    assert _rows(by_area, "n", "n_before", "rate", "rate_before", "difference") == {
        str(town.area_ids["east-1"]): (1, 1, 0.0, 1.0, -1.0),
        str(town.area_ids["west-1"]): (1, 0, 1.0, None, None),
    }
    counts = compare(volume.reported, town.connection, asked, by=By.HOUR)
    assert _rows(counts, "n", "n_before", "difference", "ratio") == {"08": (2, 1, 1, 2.0)}
    with pytest.raises(ValueError, match="no day in common"):
        compare(volume.reported, town.connection, asked, by=By.DAY)
    with pytest.raises(ValueError, match="needs a period"):
        compare(volume.reported, town.connection, town.at("2024-03-18 12:00:00"))


def test_nothing_in_either_period_is_no_row(town: Town) -> None:
    for against in Against:
        assert compare(volume.reported, town.connection, town.at("2024-03-18 12:00:00", **MARCH), against).frame.empty
        assert compare(
            same_day.resolution, town.connection, town.at("2024-03-18 12:00:00", **MARCH), against
        ).frame.empty


def test_a_redrawn_grid_has_no_period_before(town: Town) -> None:
    _tell(town, "before", "2024-03-05", "2024-03-05 09:00:00")
    _tell(town, "elsewhere", "2024-03-05", "2024-03-05 09:00:00", area_code="west-1")
    _tell(town, "now", "2024-03-12", "2024-03-12 09:00:00")
    _tell(town, "elsewhere now", "2024-03-12", "2024-03-12 09:00:00", area_code="west-1")
    town.settle()
    # as if east-1 had been drawn on the second day of the period before
    town.connection.execute(text("update app.areas set valid_from = '2024-03-05' where code = 'east-1'"))
    asked = town.at("2024-03-18 12:00:00", **MARCH)
    answer = compare(same_day.resolution, town.connection, asked, by=By.AREA, unit_level="grid")
    assert _rows(answer, "n", "n_before", "rate_before", "difference", "low", "has_before")[
        str(town.area_ids["east-1"])
    ] == (1, None, None, None, None, False)
    assert _rows(answer, "n_before", "has_before")[str(town.area_ids["west-1"])] == (1, True)
    alone = town.at("2024-03-18 12:00:00", **MARCH, area_id=town.area_ids["east-1"])
    assert _rows(compare(volume.reported, town.connection, alone), "n", "n_before", "ratio", "has_before") == {
        None: (1, None, None, False)
    }
    # a community of redrawn grids is the same community
    whole = compare(same_day.resolution, town.connection, asked, by=By.AREA, unit_level="community")
    assert _rows(whole, "n_before", "has_before")[str(town.area_ids["east"])] == (1, True)


def test_against_the_target(town: Town) -> None:
    _tell(town, "good", "2024-03-12", "2024-03-12 09:00:00")
    _tell(town, "late", "2024-03-12")
    town.settle()
    asked = town.at("2024-03-18 12:00:00", **MARCH)
    frame = comparison.against_target(same_day.resolution, "same_day_resolution", town.connection, asked)
    assert frame[["n", "rate", "target"]].to_numpy().tolist() == [[2, 0.5, 0.81]]
    low, difference, high = frame[["low", "difference", "high"]].to_numpy(dtype=float)[0].tolist()
    assert difference == pytest.approx(-0.31)
    assert low < difference < high
    assert comparison.target("dispatch_share", date(2024, 3, 11)) == 0.98
    with pytest.raises(LookupError, match="no target"):
        comparison.against_target(stages.dispatch_share, "volume", town.connection, asked)


def _calendar(first: date, last: date, holidays: dict[date, str]) -> pd.DataFrame:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return pd.DataFrame(
        {
            "day": days,
            "is_working_day": [day.weekday() < 5 and day not in holidays for day in days],
            "holiday_zh": [holidays.get(day, "") for day in days],
        }
    )


def _days(first: date, count: int, name: str) -> dict[date, str]:
    return {first + timedelta(days=number): name for number in range(count)}


def test_the_same_iso_week_last_year() -> None:
    assert calendar.week_before_a_year(date(2024, 3, 11)) == date(2023, 3, 13)  # Monday of week 11
    assert calendar.week_before_a_year(date(2021, 1, 4)) == date(2019, 12, 30)  # a year of 53 weeks between
    assert calendar.week_before_a_year(date(2020, 12, 31)) == date(2019, 12, 26)  # week 53, of which 2019 has none
    nothing = _calendar(date(2024, 1, 1), date(2024, 1, 1), {})
    assert calendar.last_year(date(2024, 3, 11), date(2024, 3, 17), nothing) == (
        date(2023, 3, 13), date(2023, 3, 19), None, None, True,
    )  # fmt: skip


def test_a_moved_holiday_is_followed() -> None:
    spring = _days(date(2023, 1, 21), 7, "春节") | _days(date(2024, 2, 10), 8, "春节")
    known = _calendar(date(2022, 12, 1), date(2024, 3, 31), spring)
    ordinary = calendar.last_year(date(2024, 3, 11), date(2024, 3, 17), known)
    assert ordinary == (date(2023, 3, 13), date(2023, 3, 19), 5, 5, True)
    # eight days of holiday now and seven then: nearest, but not alike
    festive = calendar.last_year(date(2024, 2, 5), date(2024, 2, 18), known)
    assert festive.first <= date(2023, 1, 21) <= date(2023, 1, 27) <= festive.last
    assert (festive.first.weekday(), festive.is_alike) == (0, False)
    # a period without holidays where last year had them moves away from them
    plain = calendar.last_year(date(2024, 1, 22), date(2024, 1, 28), known)
    assert (plain.is_alike, plain.working_days, plain.working_days_then) == (True, 5, 5)
    assert plain.first in (date(2023, 1, 9), date(2023, 1, 30))
    spring[date(2023, 1, 28)] = "春节"
    known = _calendar(date(2022, 12, 1), date(2024, 3, 31), spring)
    assert calendar.last_year(date(2024, 2, 5), date(2024, 2, 18), known).is_alike


def test_last_year_is_asked_as_it_was_known_then(town: Town) -> None:
    _tell(town, "then", "2024-01-09", area_code="west-1")
    _tell(town, "now 1", "2025-01-07")
    _tell(town, "now 2", "2025-01-08")
    town.settle()
    asked = town.at("2025-01-13 12:00:00", period_from=date(2025, 1, 6), period_to=date(2025, 1, 12))
    answer = compare(volume.reported, town.connection, asked, Against.LAST_YEAR)
    assert answer.last_year == (date(2024, 1, 8), date(2024, 1, 14), 5, 5, True)
    assert answer.before.as_of == local("2024-01-15 12:00:00")
    assert _rows(answer, "n", "n_before", "difference") == {None: (2, 1, 1)}
