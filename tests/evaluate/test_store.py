"""The study's frames say what a store's questions say, and the indices come out the same."""

from contextlib import closing
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from queries import risk
from queries.filters import Filter
from queries.statistics.configuration import risk_rules
from queries.statistics.risk import assess, history
from seed import door, reference
from seed.demo import generate
from seed.demo.arrivals import CHANNELS, SOURCES
from seed.demo.matters import KINDS, RISKS, matters
from tests.evaluate.counts import HOURS, cases_of, city_of, counts_of
from tests.support.databases import Database

FIRST = date(2026, 3, 2)
DAYS = 12
SEED = 11
NOW = 10 * HOURS + 16  # 15:59:59 of the 11th day


@pytest.fixture
def subdistrict_id(database: Database) -> int:
    """A store with the places of the demo city and its cases, each as reported and recorded at once."""
    city = generate("matian", SEED, FIRST, days=0)
    with database.owner.begin() as connection:
        ids = reference.load(connection, city.reference)
    cases = cases_of(SEED, FIRST, DAYS)
    reported = pd.to_datetime(cases.reported, unit="s", utc=True)
    rows = pd.DataFrame(
        {
            "source": np.array(SOURCES, dtype=object)[cases.source],
            "external_id": cases.external_id,
            "event": "reported",
            "occurred_at": reported,
            "recorded_at": reported,
            "area_code": city_of(SEED, FIRST, DAYS).places.code[cases.unit],
            "kind": np.array(KINDS, dtype=object)[cases.kind],
            "type_code": matters().code[cases.type],
            "risk": np.array(RISKS, dtype=object)[cases.risk],
            "channel": np.array(CHANNELS, dtype=object)[cases.channel],
        }
    ).sort_values("recorded_at", kind="stable", ignore_index=True)
    with closing(door.connect(database.writer_url)) as writer:
        result = door.send(writer, ids["MT"], "patrol", rows, "history")
    assert (result.rows_new, result.rows_refused, result.rows_parked) == (len(rows), 0, 0)
    return ids["MT"]


def test_a_days_risk_is_the_same_from_the_store_and_from_the_frames(database: Database, subdistrict_id: int) -> None:
    counts = counts_of(SEED, FIRST, DAYS)
    rules = risk_rules()
    asked = Filter(subdistrict_id, counts.moment(NOW), "Asia/Shanghai")
    with database.reader.connect() as connection:
        recent = risk.recent(connection, asked, "grid")
        daily, profile = risk.daily(connection, asked, "grid"), risk.profile(connection, asked)
        rows = connection.execute(text("select area_id, code from app.areas where level = 'grid'"))
        code: dict[int, str] = {row.area_id: row.code for row in rows}
    place = pd.Series(counts.area_ids, index=counts.city.places.code)

    def numbered(frame: pd.DataFrame) -> pd.DataFrame:
        """The store's answer with the study's numbers of units, in their order."""
        frame = frame.assign(area_id=place[frame["area_id"].map(code)].to_numpy())
        return frame.sort_values([name for name in ("area_id", "day") if name in frame], ignore_index=True)

    # the city's sites and deadlines are no part of the study
    others = [name for name in recent.columns if name.startswith(("overdue", "risk_points"))]
    expected = counts.recent(NOW)
    expected[others] = numbered(recent)[others]
    pd.testing.assert_frame_equal(numbered(recent), expected)
    today = NOW // HOURS
    pd.testing.assert_frame_equal(numbered(daily), counts.daily(today, rules.history_days))
    pd.testing.assert_frame_equal(profile, counts.profile(today, rules.history_days))
    assert recent[["grave_6_hours", "slight_6_hours", "grave_72_hours"]].sum().gt(0).all()

    from_frames = assess(
        history(counts.area_ids, counts.daily(today, 84), counts.profile(today, 84), asked.today, rules),
        expected, counts.moment(NOW), rules,
    )  # fmt: skip
    local = asked.as_of.astimezone(asked.zone)
    store_ids = recent["area_id"].to_numpy(dtype=np.int64)
    from_store = assess(history(store_ids, daily, profile, asked.today, rules), recent, local, rules)
    pd.testing.assert_frame_equal(numbered(from_store), from_frames)
