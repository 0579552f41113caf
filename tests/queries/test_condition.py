"""The community condition index: what it counts, that it is fair to small communities, and that it adds up."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from queries import condition
from queries.review import make, read_period
from queries.review.document import records
from queries.statistics.condition import condition as worked_out
from queries.statistics.configuration import condition_rules
from queries.store import subdistricts
from tests.queries.town import Town

PERIOD = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 24)}
RULES = condition_rules(date(2024, 3, 11))


def _counts(**of: tuple[int, ...]) -> pd.DataFrame:
    """Counts of communities: those named, of 100 cases each where nothing is said."""
    size = len(next(iter(of.values())))
    held: dict[str, object] = {"area_id": range(1, size + 1), "population": [1000] * size}
    for indicator in RULES.indicators:
        held[indicator.id] = of.get(indicator.id, (100,) * size if indicator.id == "volume" else (0,) * size)
        held[f"{indicator.id}_n"] = of.get(f"{indicator.id}_n", (100,) * size)
    return pd.DataFrame(held)


def _scores(**of: tuple[int, ...]) -> list[float]:
    return list(worked_out(_counts(**of), None, RULES)[0]["score"])


def test_weights_are_a_whole_and_every_indicator_is_defined() -> None:
    assert sum(indicator.weight for indicator in RULES.indicators) == pytest.approx(1.0)
    assert all(indicator.zero > indicator.full for indicator in RULES.indicators), "less is better"
    assert RULES.steady > RULES.watch


@pytest.mark.parametrize("indicator", [indicator.id for indicator in RULES.indicators])
def test_more_of_an_indicator_is_worse(indicator: str) -> None:
    many = {"volume": 170, "grave": 35, "petitions": 9, "reopened": 14, "overdue": 14}[indicator]
    few = 100 if indicator == "volume" else 0
    better, worse = _scores(**{indicator: (few, many)})
    assert better > worse + 5


def test_a_small_community_is_drawn_towards_the_others_and_its_interval_is_wide() -> None:
    table, parts = worked_out(
        _counts(
            volume=(200, 200, 200, 4),
            volume_n=(200, 200, 200, 4),
            overdue=(10, 10, 10, 2),
            overdue_n=(200, 200, 200, 4),
        ),
        None,
        RULES,
    )
    widths = (table["high"] - table["low"]).tolist()
    assert widths[3] > 1.5 * widths[0]
    overdue = parts[parts["indicator"] == "overdue"]["value"].tolist()
    assert 0.05 < overdue[3] < 0.35, "half of its four cases are overdue, and it is not taken at that word"
    assert not table["is_clear"][3] or table["score"][3] > RULES.steady


def test_twice_as_much_as_usual_of_few_cases_says_little() -> None:
    _, parts = worked_out(_counts(volume=(200, 4), volume_n=(100, 2)), None, RULES)
    ratios = parts[parts["indicator"] == "volume"]["value"].tolist()
    assert ratios[0] > 1.7
    assert ratios[1] < 1.2


def test_parts_sum_to_the_score_and_the_same_counts_give_the_same_index() -> None:
    counts = _counts(overdue=(3, 9), grave=(10, 30), volume=(120, 90))
    table, parts = worked_out(counts, counts, RULES)
    again, _ = worked_out(counts, counts, RULES)
    assert parts.groupby("area_id")["earned"].sum().tolist() == pytest.approx(table["score"].tolist())
    pd.testing.assert_frame_equal(table, again)
    assert (table["change_low"] < 0).all() and (table["change_high"] > 0).all(), "nothing has changed"
    assert table["per_thousand"].tolist() == [120, 90]


def test_an_indicator_nobody_records_leaves_its_weight_to_the_others() -> None:
    counts = _counts(overdue_n=(0, 0), reopened_n=(0, 0))
    _, parts = worked_out(counts, None, RULES)
    assert set(parts["indicator"]) == {"volume", "grave", "petitions"}
    assert parts.groupby("area_id")["weight"].sum().tolist() == pytest.approx([1.0, 1.0])
    nothing = pd.DataFrame(0, index=range(2), columns=counts.columns).assign(area_id=[1, 2])
    table, none = worked_out(nothing, None, RULES)
    assert table["score"].isna().all() and none.empty and table["state"].tolist() == ["", ""]


@pytest.fixture
def fortnights(town: Town) -> Town:
    """Eight weeks of an appeal a day in each community; in the last two the east has a grave and late time."""
    for day in pd.date_range("2024-01-28", "2024-03-24"):
        is_bad = day >= pd.Timestamp("2024-03-11")
        for community in ("east", "west"):
            for number in range(3 if is_bad and community == "east" else 1):
                name, at = f"{day:%m-%d} {community} {number}", f"{day:%Y-%m-%d}"
                grave = {"risk": "red"} if is_bad and community == "east" and number else {}
                kind = {"type_code": "wages"} if is_bad and community == "east" and number == 2 else {}
                town.case(name, f"{at} 08:00:00", area_code=f"{community}-1", due_at=f"{at} 20:00:00", **grave, **kind)
                if not (is_bad and community == "east" and number):
                    town.then(name, "resolved", f"{at} 10:00:00")
    town.settle()
    return town


def test_the_index_of_a_place_is_of_its_own_cases(fortnights: Town) -> None:
    found = condition.index(fortnights.connection, fortnights.at("2024-03-25 09:00:00", **PERIOD), "grid")
    assert (found.level, found.before) == ("community", (date(2024, 2, 26), date(2024, 3, 10)))
    codes = {area_id: code for code, area_id in fortnights.area_ids.items()}
    parts = {(codes[row["area_id"]], row["indicator"]): row for row in records(found.parts)}
    east = {
        name: (parts["east", name]["counted"], parts["east", name]["n"]) for name in ("grave", "petitions", "overdue")
    }
    assert east == {"grave": (28, 42), "petitions": (14, 42), "overdue": (28, 42)}
    assert parts["west", "volume"]["counted"] == 14
    assert parts["west", "volume"]["n"] == pytest.approx(14)
    assert parts["west", "reopened"]["n"] == 14  # resolved 31 days before
    table = {codes[row["area_id"]]: row for row in records(found.table)}
    assert table["east"]["state"] == "strained"
    assert table["west"]["low"] > table["east"]["high"]  # for all that its few cases say
    assert table["east"]["change_high"] < 0
    assert table["west"]["change_low"] < 0 < table["west"]["change_high"], "its neighbour's fall is not its own"
    assert np.isnan(table["east"]["per_thousand"]), "nobody has counted the residents"


def test_a_running_period_is_held_against_as_many_days(fortnights: Town) -> None:
    found = condition.index(fortnights.connection, fortnights.at("2024-03-18 00:00:00", **PERIOD), "grid")
    volume = found.parts[found.parts["indicator"] == "volume"].set_index("area_id")
    west = volume.loc[fortnights.area_ids["west"]]
    assert (west["counted"], west["n"]) == (7, pytest.approx(7))


def test_without_a_period_before_there_is_no_change_and_no_usual_level(fortnights: Town) -> None:
    days = {"period_from": date(2024, 1, 29), "period_to": date(2024, 2, 11)}
    found = condition.index(fortnights.connection, fortnights.at("2024-02-12 09:00:00", **days), "grid")
    assert found.table["change"].isna().all()
    assert "volume" not in set(found.parts["indicator"])
    assert found.table["score"].between(0, 100).all()


def test_the_review_holds_it_with_its_rules_and_hides_few_petitions(fortnights: Town) -> None:
    fortnights.case("one petition", "2024-03-20 08:00:00", area_code="west-1", type_code="land")
    fortnights.settle()
    period = read_period("2024-03-11..2024-03-24", date(2024, 4, 1))
    review = make(
        fortnights.connection,
        subdistricts(fortnights.connection)[0],
        period,
        fortnights.at("2024-03-25 09:00:00").as_of,
    )
    assert [row["name"]["en"] for row in review.table("condition").records()] == ["east", "west"]
    codes = {str(area_id): code for code, area_id in fortnights.area_ids.items()}
    petitions = {
        codes[row["area"]]: row["counted"]
        for row in review.table("condition_parts").records()
        if row["indicator"] == "petitions"
    }
    assert petitions == {"east": 14, "west": None}
    rules = {row["indicator"]: row["weight"] for row in review.table("condition_rules").records()}
    assert rules == {indicator.id: indicator.weight for indicator in RULES.indicators}
    assert [row["indicator"] for row in review.table("rules").records()] == [
        "same_day",
        "on_time",
        "kept",
        "on_the_spot",
    ]
