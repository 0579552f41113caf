"""Rows of the past: the same every time, whole, in order, and ending where they are told to."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from queries.vocabulary import STAGE_ORDER
from seed.demo import DemoCity, generate
from tests.seed.demo.conftest import TODAY, UNTIL, rows_of

STAGES = {event.value: position for event, position in STAGE_ORDER.items()}
#: What each state lets happen; the new state, or None where it stays.
AFTER: dict[str, dict[str, str | None]] = {
    "new": {"discovered": None, "reported": "open"},
    "open": {
        **dict.fromkeys(("dispatched", "accepted", "escalated", "answered", "supervised", "acknowledged"), None),
        **dict.fromkeys(("reassigned", "deadline_changed", "corrected"), None),
        "resolved": "resolved",
        "withdrawn": "withdrawn",
    },
    "resolved": {"fed_back": None, "evaluated": None, "corrected": None, "acknowledged": None, "reopened": "open"},
    "withdrawn": {"corrected": None},
}


def disorder(rows: pd.DataFrame) -> list[str]:
    """Events that the life of their case does not allow."""
    case = rows["source"] + "/" + rows["external_id"]
    ordered = rows.assign(case=case, stage=rows["event"].map(STAGES)).sort_values(["case", "occurred_at", "stage"])
    wrong: list[str] = []
    state, last = "new", ""
    for name, event in zip(ordered["case"], ordered["event"], strict=True):
        if name != last:
            state, last = "new", name
        if event not in AFTER[state]:
            wrong.append(f"{name}: {event} while {state}")
        state = AFTER[state].get(event) or state
    return wrong


def test_the_same_arguments_give_the_same_rows(rows: pd.DataFrame) -> None:
    again = rows_of(generate("matian", 5, TODAY, days=60, until=UNTIL))
    pd.testing.assert_frame_equal(rows, again)


def test_another_seed_gives_other_rows(rows: pd.DataFrame) -> None:
    other = rows_of(generate("matian", 6, TODAY, days=60, until=UNTIL))
    assert not rows["area_code"].head(500).equals(other["area_code"].head(500))


def test_cases_live_in_order(rows: pd.DataFrame) -> None:
    assert disorder(rows) == []


def test_times_end_at_until_and_rise(matian: DemoCity) -> None:
    latest = pd.Timestamp(0, tz="UTC")
    for batch in matian.batches():
        assert (batch["occurred_at"] <= batch["recorded_at"]).all()
        assert batch["recorded_at"].is_monotonic_increasing
        assert batch["recorded_at"].iloc[0] >= latest
        assert batch["recorded_at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%Y%m").nunique() == 1
        latest = batch["recorded_at"].iloc[-1]
    assert latest <= pd.Timestamp(UNTIL)
    assert latest > pd.Timestamp(UNTIL) - timedelta(minutes=15)


def test_an_answer_is_not_written_down_before_what_it_answers() -> None:
    """Rows that come late and rows that history's end hurries keep their case's order."""
    end = datetime(2025, 12, 1, 1, 0, tzinfo=UTC)
    told = rows_of(generate("matian", 5, date(2025, 12, 1), days=4, until=end))
    key = ["source", "external_id", "escalation_no"]
    answers = told[told["event"] == "answered"].merge(told[told["event"] == "escalated"], on=key)
    assert len(answers) > 50
    assert (answers["recorded_at_x"] >= answers["recorded_at_y"]).all()


def test_numbers_are_unique_and_readable(rows: pd.DataFrame) -> None:
    opened = rows[rows["event"] == "reported"]
    assert not opened.duplicated(["source", "external_id"]).any()
    assert opened["external_id"].str.fullmatch(r"(PA|HL|QR|SN|DP)\d{8}-\d{5}").all()
    identity = ["source", "external_id", "event", "occurred_at", "escalation_no"]
    assert not rows.duplicated(identity).any()


def test_rows_carry_what_the_door_asks_for(rows: pd.DataFrame) -> None:
    opened = rows[rows["event"] == "reported"]
    assert opened[["area_code", "kind", "type_code", "risk", "channel"]].notna().all().all()
    ladder = rows[rows["event"].isin(["escalated", "answered", "supervised"])]
    assert ladder["escalation_no"].notna().all()
    raised = rows[rows["event"] == "escalated"]
    assert (raised["due_at"] > raised["occurred_at"]).all()
    assert raised["level"].isin(["community", "subdistrict", "department"]).all()
    assert (raised["department_code"].notna() == (raised["level"] == "department")).all()
    assert rows.loc[rows["event"] == "evaluated", "satisfaction"].between(1, 5).all()
    corrected = rows[rows["event"] == "corrected"]
    assert corrected[["ref_event", "ref_occurred_at", "field", "value"]].notna().all().all()


def test_some_rows_are_late(rows: pd.DataFrame) -> None:
    delay = rows["recorded_at"] - rows["occurred_at"]
    assert 0.005 < (delay > pd.Timedelta(hours=1)).mean() < 0.05


def test_a_case_has_three_to_five_rows(rows: pd.DataFrame) -> None:
    assert 3.0 < len(rows) / (rows["event"] == "reported").sum() < 4.5


def test_the_stock_left_open_looks_like_the_walls(rows: pd.DataFrame) -> None:
    opened = (rows["event"] == "reported").sum() + (rows["event"] == "reopened").sum()
    closed = rows["event"].isin(["resolved", "withdrawn"]).sum()
    assert 120 <= opened - closed <= 320


def test_until_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        generate("matian", 1, TODAY, until=UNTIL.replace(tzinfo=None))


def test_truth_names_skills_cheats_and_incidents(matian: DemoCity) -> None:
    truth = matian.truth
    assert set(truth.grids["cheat"]) >= {"none", "midnight", "minute", "cutoff", "extension"}
    assert np.isclose(truth.grids["skill"].mean(), 0, atol=0.3)
    assert len(truth.incidents) > 5
    assert truth.incidents["started_at"].max() <= pd.Timestamp(UNTIL)
