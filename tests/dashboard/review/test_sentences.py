"""Sentences claim no more than the interval bears out, in both languages; their numbers are the document's."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.review.saying import counted, moved
from dashboard.review.sentences import sentences
from dashboard.text import text
from queries.review.document import Review, Section, table_of
from queries.review.headline import COUNT_COLUMNS, RATE_COLUMNS
from queries.review.period import Period, Span
from queries.review.sections import ANSWERS, CLOCKS, RANKING, STOCK, VARIABLE_COUNTS

ZH, EN = text("zh"), text("en")
RATE = {
    "figure": "same_day_resolution",
    "n": 200,
    "good": 160,
    "rate": 0.8,
    "is_provisional": False,
    "is_recorded": True,
}
BEFORE = {
    "n_before": 100,
    "good_before": 70,
    "rate_before": 0.7,
    "change_before": 0.1,
    "low_before": 0.02,
    "high_before": 0.18,
}


def _review(*sections: Section) -> Review:
    return Review(
        subdistrict="town",
        name={"zh": "镇", "en": "Town"},
        time_zone="Asia/Shanghai",
        period=Period(Span.WEEK, date(2024, 3, 11), date(2024, 3, 17)),
        as_of=datetime(2024, 3, 18, 1, tzinfo=UTC),
        definitions="0" * 12,
        sections=sections,
    )


def _of(columns: Any, *held: dict[str, Any]) -> list[list[Any]]:
    return [[row.get(name) for name in columns] for row in held]


def _headline(**changes: Any) -> Review:
    rate = table_of("rates", RATE_COLUMNS, _of(RATE_COLUMNS, RATE | changes))
    whole = {"kind": "", "name": {"zh": "全部事项", "en": "All cases"}, "n": 240, "is_provisional": False}
    ratio = {"n_before": 200, "ratio_before": 1.2, "low_before": 0.95, "high_before": 1.5}
    counts = table_of("counts", COUNT_COLUMNS, _of(COUNT_COLUMNS, whole | ratio))
    return _review(Section("headline", (rate, counts)))


def test_a_clear_change_is_said_with_its_interval_and_n() -> None:
    said = sentences(_headline(**BEFORE), EN)["headline"]
    assert said[1] == "Same-day resolution 80.0% (160 of 200), up 10.0 points on the period before (+2.0 to +18.0)."
    chinese = sentences(_headline(**BEFORE), ZH)["headline"]
    assert chinese[1] == "当日化解率 80.0%（200 件中 160 件），比上期上升 10.0 个百分点（+2.0 至 +18.0）。"


def test_an_interval_that_holds_nought_claims_nothing() -> None:
    said = sentences(_headline(**BEFORE | {"low_before": -0.01}), EN)["headline"]
    assert said[0] == "240 cases reported, no clear change on the period before (−5% to +50%)."
    assert "no clear change on the period before (−1.0 to +18.0 points)" in said[1] and "up" not in said[1]


def test_a_target_is_missed_only_where_the_interval_says_so() -> None:
    missed = {"target": 0.85, "low_to_target": -0.1, "high_to_target": -0.01}
    assert "below the target of 85%" in sentences(_headline(**missed), EN)["headline"][1]
    unsure = missed | {"high_to_target": 0.01}
    assert "not to be told from the target of 85%" in sentences(_headline(**unsure), EN)["headline"][1]


def test_what_is_not_recorded_or_empty_is_said_so() -> None:
    assert sentences(_headline(is_recorded=False), EN)["headline"][1].endswith("not recorded by these sources.")
    empty = sentences(_headline(n=0, good=0, rate=None), EN)["headline"][1]
    assert empty == "Same-day resolution: no case of it that has been followed long enough."
    assert sentences(_headline(is_provisional=True), ZH)["headline"][1].endswith("，暂计。")


SHARES = st.floats(-1, 1, allow_nan=False)


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
@given(change=SHARES, low=SHARES, high=SHARES)
def test_no_direction_without_an_interval_on_one_side(words: Any, change: float, low: float, high: float) -> None:
    row = {"change_before": change, "low_before": min(low, high), "high_before": max(low, high)}
    said = moved(row, "before", words)
    up, down = ("上升", "下降") if words is ZH else ("up ", "down ")
    assert (up in said) == (row["low_before"] > 0)
    assert (down in said) == (row["high_before"] < 0)
    ratio = {"ratio_before": 1 + change, "low_before": 1 + row["low_before"], "high_before": 1 + row["high_before"]}
    more, fewer = ("增加", "减少") if words is ZH else ("more", "fewer")
    told = counted(ratio, "before", words)
    assert (more in told) == (ratio["low_before"] > 1)
    assert (fewer in told) == (ratio["high_before"] < 1)


def _unit(name: str, tier: int, movement: int = 0) -> dict[str, Any]:
    return {
        "area": name, "name": {"zh": name, "en": name}, "kind": "social", "rank": 1, "rank_low": 1, "rank_high": 3,
        "ranked_of": 3, "tier": tier, "movement": movement, "score": 80.0, "n": 20,
    }  # fmt: skip


def test_only_those_told_apart_are_named() -> None:
    alike = _review(Section("ranking", (table_of("ranking", RANKING, _of(RANKING, _unit("a", 2), _unit("b", 2))),)))
    assert sentences(alike, EN)["ranking"] == ("No clear difference between any of the 2.",)
    apart = [_unit("a", 1), _unit("b", 2, -1), _unit("c", 3)]
    told = _review(Section("ranking", (table_of("ranking", RANKING, _of(RANKING, *apart)),)))
    assert sentences(told, EN)["ranking"] == (
        "Ahead: a.",
        "Behind: c.",
        "The others cannot be told apart.",
        "Fallen beyond chance: b.",
    )


def test_lists_departments_and_clocks_are_told_with_their_numbers() -> None:
    stock = {"key": "", "name": {"zh": "全部", "en": "All"}, "open_before": 50, "opened": 20, "closed": 30, "open": 40}
    counts = [["total", 7], ["near_deadline", 4], ["reopened", 0], ["repeated", 3], ["unanswered", 1]]
    answers = [
        {"department": "a", "name": {"zh": "甲", "en": "A"}, "n": 10, "good": 8, "waiting": 2, "overdue": 0},
        {"department": "b", "name": {"zh": "乙", "en": "B"}, "n": 10, "good": 4, "waiting": 3, "overdue": 3},
    ]
    clock = {"clock": "reported_dispatched", "n": 200, "reached": 190, "median_minutes": 3.0, "p90_minutes": None}
    said = sentences(
        _review(
            Section(
                "lists",
                (
                    table_of("stock", STOCK, _of(STOCK, stock)),
                    table_of("variable_counts", VARIABLE_COUNTS, counts),
                ),
            ),
            Section("departments", (table_of("departments", ANSWERS, _of(ANSWERS, *answers)),)),
            Section("stages", (table_of("clocks", CLOCKS, _of(CLOCKS, clock)),)),
        ),
        EN,
    )
    assert said["lists"] == (
        "40 open, 50 before: 20 came and 30 went, the stock was burned down.",
        (
            "7 likely to turn worse, 4 past most of their time, 3 the third at their place, "
            "1 with an unanswered escalation."
        ),
    )
    assert said["departments"] == (
        "Escalations answered in time: 60.0% (12 of 20).",
        "Overdue and unanswered: B 3.",
    )
    assert said["stages"] == ("Half were dispatched within 3 min 00 s, n = 200.",)
