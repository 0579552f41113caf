"""The live engine: goes on where history ends, whatever the steps, and keeps its level."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from seed.demo.live import LiveCity
from tests.seed.demo.conftest import UNTIL
from tests.seed.demo.test_history import STAGES, disorder

IDENTITY = ["source", "external_id", "event", "occurred_at", "escalation_no"]


def store_state(rows: pd.DataFrame, moment: datetime) -> pd.DataFrame:
    """Open and lately resolved cases as a store would know them at a moment."""
    known = rows[rows["occurred_at"] <= moment]
    known = known.assign(case=known["source"] + "/" + known["external_id"], stage=known["event"].map(STAGES))
    known = known.sort_values(["case", "occurred_at", "stage"])
    opening = ["source", "external_id", "kind", "type_code", "risk", "channel", "area_code", "occurred_at"]
    cases = known[known["event"] == "reported"].set_index("case")[opening]
    cases = cases.rename(columns={"occurred_at": "reported_at"})
    cases["area_code"] = known.groupby("case")["area_code"].last()
    turning = known[known["event"].isin(["reported", "resolved", "reopened", "withdrawn"])]
    states = {"reported": "open", "reopened": "open", "resolved": "resolved", "withdrawn": "withdrawn"}
    cases["state"] = turning.groupby("case")["event"].last().map(states)
    resolved = known[known["event"] == "resolved"].groupby("case")["occurred_at"].last()
    cases["escalation_no"] = known[known["event"] == "escalated"].groupby("case")["escalation_no"].max()
    answered = known[known["event"] == "answered"].groupby("case")["escalation_no"].max()
    cases["escalation_pending"] = (
        cases["escalation_no"].fillna(0) > answered.reindex(cases.index).fillna(0).astype(int)
    ) & (cases["state"] == "open")
    lately = resolved.reindex(cases.index) > pd.Timestamp(moment) - pd.Timedelta(days=12)
    return cases[(cases["state"] == "open") | ((cases["state"] == "resolved") & lately)].reset_index(drop=True)


@pytest.fixture(scope="module")
def week(rows: pd.DataFrame) -> pd.DataFrame:
    """A week in one step: filling a gap."""
    return LiveCity("matian", 5, store_state(rows, UNTIL)).advance(UNTIL, UNTIL + timedelta(days=7))


def test_history_and_live_feed_meet(rows: pd.DataFrame, week: pd.DataFrame) -> None:
    both = pd.concat([rows, week], ignore_index=True)
    assert disorder(both) == []
    assert not both.duplicated(IDENTITY).any()
    inside = week[week["event"] != "discovered"]
    assert (inside["occurred_at"] > UNTIL).all()
    assert (inside["occurred_at"] <= UNTIL + timedelta(days=7)).all()


def test_steps_of_any_length_and_restarts_give_the_same_rows(rows: pd.DataFrame, week: pd.DataFrame) -> None:
    random = np.random.default_rng(1)
    moment, end = UNTIL, UNTIL + timedelta(days=2)
    parts: list[pd.DataFrame] = []
    city = LiveCity("matian", 5, store_state(rows, moment))
    for step in range(10_000):
        if moment >= end:
            break
        until = min(moment + timedelta(seconds=float(random.choice([1, 2.5, 30, 700, 9_000]))), end)
        parts.append(city.advance(moment, until))
        moment = until
        if step % 25 == 24:  # the feed is stopped and started again from the store alone
            city = LiveCity("matian", 5, store_state(pd.concat([rows, *parts], ignore_index=True), moment))
    small = pd.concat(parts, ignore_index=True).sort_values(IDENTITY).reset_index(drop=True)
    opened = week.loc[week["event"] == "reported"].set_index(["source", "external_id"])["occurred_at"]
    case = pd.MultiIndex.from_frame(week[["source", "external_id"]])
    handed_out = np.where(week["event"] == "discovered", opened.reindex(case), week["occurred_at"])
    large = week[pd.Series(pd.to_datetime(handed_out, utc=True)) <= pd.Timestamp(end)]
    large = large.sort_values(IDENTITY).reset_index(drop=True)
    pd.testing.assert_frame_equal(small, large)


def test_the_level_is_kept(rows: pd.DataFrame, week: pd.DataFrame) -> None:
    opened = week[week["event"] == "reported"]
    assert 2_000 < len(opened) < 3_600
    both = pd.concat([rows, week], ignore_index=True)

    def stock(moment: datetime) -> int:
        return int((store_state(both, moment)["state"] == "open").sum())

    counts = [stock(UNTIL + timedelta(days=day)) for day in range(8)]
    assert min(counts) > 120
    assert max(counts) < 320
    pending = [int(store_state(both, UNTIL + timedelta(days=day))["escalation_pending"].sum()) for day in range(8)]
    assert max(pending) >= 6
    assert max(pending) < 40


def test_a_case_touched_by_others_is_still_closed(rows: pd.DataFrame) -> None:
    state = store_state(rows, UNTIL)
    stray = state[state["state"] == "open"].head(3).assign(type_code="unheard-of", escalation_pending=True)
    stray["escalation_no"] = pd.array([1, 1, 1], dtype="Int16")
    city = LiveCity("matian", 5, pd.concat([stray, state.iloc[[-1]]], ignore_index=True))
    later = city.advance(UNTIL, UNTIL + timedelta(days=30))
    own = later[later["external_id"].isin(stray["external_id"])]
    assert (
        own.sort_values("occurred_at").groupby("external_id")["event"].agg(list).to_list()
        == [["answered", "resolved"]] * 3
    )


def test_steps_go_forward() -> None:
    nothing = pd.DataFrame(
        columns=[
            *("source", "external_id", "kind", "type_code", "risk", "channel", "area_code", "state", "reported_at"),
            *("escalation_no", "escalation_pending"),
        ]
    )
    city = LiveCity("matian", 5, nothing)
    assert city.advance(UNTIL, UNTIL).empty
    with pytest.raises(ValueError, match="forward"):
        city.advance(UNTIL - timedelta(hours=1), UNTIL)
    with pytest.raises(ValueError, match="lacks the columns"):
        LiveCity("matian", 5, nothing.drop(columns="state"))
