from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from queries.statistics.configuration import assessment_rules
from queries.statistics.levels import LevelChoice, Reason, Refusal, cases_of, choose_level, refusal

RULES = assessment_rules(date(2024, 3, 14))


def _units(kind: str, cases: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"area_id": np.arange(len(cases)), "kind": kind, "n": cases})


def test_the_median_unit_needs_ten_cases() -> None:
    assert refusal("grid", "social", [0, 0, 10, 10, 90], RULES) is None
    assert refusal("grid", "social", [9, 9, 9, 90, 90], RULES) == Refusal("grid", "social", Reason.FEW_CASES, 5, 9.0)
    assert refusal("grid", "social", [90] * 4, RULES) == Refusal("grid", "social", Reason.FEW_UNITS, 4, 90.0)
    assert refusal("grid", "mobile", [90] * 9, RULES) == Refusal("grid", "mobile", Reason.UNRANKED_KIND, 9, 90.0)
    assert refusal("grid", "social", [], RULES) == Refusal("grid", "social", Reason.FEW_UNITS, 0, 0.0)


def test_below_that_the_next_higher_level_is_ranked() -> None:
    reached: list[str] = []

    def ladder() -> Iterator[tuple[str, pd.DataFrame]]:
        for level, cases in (("micro_grid", 0), ("grid", 6), ("community", 40), ("subdistrict", 900)):
            reached.append(level)
            yield level, _units("", [cases] * 6)

    choice = choose_level(ladder(), RULES)
    assert (choice.level, choice.kinds) == ("community", ("",))
    assert [(each.level, each.median_cases) for each in choice.refused] == [("micro_grid", 0.0), ("grid", 6.0)]
    assert reached == ["micro_grid", "grid", "community"]  # nothing is asked of levels above


def test_a_kind_that_is_too_small_is_named_beside_one_that_is_ranked() -> None:
    units = pd.concat([_units("social", [30] * 8), _units("enterprise", [3] * 8)])
    refused = Refusal("grid", "enterprise", Reason.FEW_CASES, 8, 3.0)
    assert choose_level([("grid", units)], RULES) == LevelChoice("grid", ("social",), (refused,))


def test_where_nothing_can_be_ranked_it_says_so() -> None:
    choice = choose_level([("grid", _units("", [1] * 6)), ("subdistrict", _units("", [6]))], RULES)
    assert (choice.level, choice.kinds) == (None, ())
    assert [each.reason for each in choice.refused] == [Reason.FEW_CASES, Reason.FEW_UNITS]


def test_cases_are_counted_once() -> None:
    outcomes = pd.DataFrame(
        {"area_id": [1, 1, 1, 1], "indicator": ["same_day", "on_time", "on_the_spot", "same_day"], "n": [2, 9, 4, 1]}
    )
    assert cases_of(_units("", [0, 0]), outcomes)["n"].tolist() == [0, 7]
