"""Default locations: points where cases pile up without having happened there."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from queries import piles
from queries.vocabulary import Kind
from tests.queries.town import Town, local

NOW = "2024-03-14 12:00:00"
MATTERS = ("noise", "leak", "smoke")


def _pile(town: Town, name: str, count: int, *, lon: float, lat: float, areas: tuple[str, ...] = ("east-1",)) -> None:
    for number in range(count):
        town.case(
            f"{name} {number}", f"2024-03-{1 + number % 13:02d} 09:00:00", type_code=MATTERS[number % 3],
            area_code=areas[number % len(areas)], lon=lon, lat=lat,
        )  # fmt: skip


def _spread(town: Town, area: str, count: int) -> None:
    """So many cases of one area, each at a place of its own."""
    for number in range(count):
        town.case(f"{area} {number}", "2024-03-10 10:00:00", area_code=area, lon=113.801 + number * 1e-5, lat=22.805)


def _rows(town: Town, moment: str = NOW, **asked: Any) -> pd.DataFrame:
    return piles.piles(town.connection, town.at(moment, **asked))


def test_a_pile_is_reported_with_its_area_share_and_since_when(town: Town) -> None:
    _pile(town, "desk", 6, lon=113.85, lat=22.85)
    _spread(town, "east-1", 9)
    _spread(town, "west-1", 7)
    town.settle()
    frame = _rows(town)
    assert len(frame) == 1
    row = frame.iloc[0]
    assert (row["lon"], row["lat"], row["area_id"]) == (113.85, 22.85, town.area_ids["east-1"])
    assert (row["areas"], row["cases"], row["matters"], row["area_cases"]) == (1, 6, 3, 15)
    assert row["share"] == pytest.approx(0.4)
    assert row["since"] == local("2024-03-01 09:00:00")
    assert not row["is_label_point"]


def test_a_busy_house_is_no_default_location(town: Town) -> None:
    for number in range(8):  # one matter again and again: a real place
        town.case(f"again {number}", "2024-03-10 10:00:00", lon=113.86, lat=22.86)
    _pile(town, "house", 5, lon=113.87, lat=22.87)  # several matters, but a small part of a busy area
    _spread(town, "east-1", 100)
    _pile(town, "four", 4, lon=113.88, lat=22.88, areas=("west-1",))
    town.settle()
    assert _rows(town).empty


def test_a_point_shared_by_three_areas_is_one_however_small_its_share(town: Town) -> None:
    areas = ("east-1", "east-2", "west-1")
    _pile(town, "office", 6, lon=113.9, lat=22.9, areas=areas)
    for area in areas:
        _spread(town, area, 60)
    town.settle()
    frame = _rows(town)
    assert frame[["areas", "cases", "area_cases"]].to_numpy().tolist() == [[3, 6, 186]]


def test_a_label_point_is_one_from_three_cases_on(town: Town) -> None:
    for number in range(3):
        town.case(f"label {number}", "2024-03-10 10:00:00", lon=113.80, lat=22.80)
    town.case("once", "2024-03-10 10:00:00", area_code="west-1", lon=113.90, lat=22.80)
    town.settle()
    frame = _rows(town)
    assert frame[["cases", "matters", "is_label_point"]].to_numpy().tolist() == [[3, 1, True]]


def test_only_what_counts_and_may_be_shown_piles_up(town: Town) -> None:
    for number in range(4):
        town.case(f"theft {number}", "2024-03-10 10:00:00", type_code="theft", lon=113.80, lat=22.80)
    for number in range(3):
        town.case(f"mistake {number}", "2024-03-10 10:00:00", lon=113.80, lat=22.80)
    town.then("mistake 0", "withdrawn", "2024-03-12 10:00:00")
    town.settle()
    assert _rows(town).empty
    assert len(_rows(town, "2024-03-11 12:00:00")) == 1  # not yet withdrawn
    assert _rows(town, kinds=(Kind.POLICE_REPORT,)).empty


def test_the_period_and_the_area_asked_about_hold(town: Town) -> None:
    _pile(town, "desk", 6, lon=113.85, lat=22.85)
    town.settle()
    asked: dict[str, Any] = {"period_from": date(2024, 3, 3), "period_to": date(2024, 3, 13)}
    assert _rows(town, **asked).empty  # four of the six lie in it
    assert _rows(town, area_id=town.area_ids["west-1"]).empty
    assert len(_rows(town, area_id=town.area_ids["east"])) == 1
