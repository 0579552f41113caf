"""The warnings of a period: each moment as the wall would have had it, and what they captured, by a plain reading."""

from collections import defaultdict
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from queries import foresight, risk
from queries.filters import Filter
from queries.statistics.captures import captured
from queries.statistics.configuration import risk_rules
from queries.statistics.risk import assess, expected_load, history
from tests.queries.town import Town, local

FIRST, LAST = date(2024, 3, 11), date(2024, 3, 17)
START = local("2024-02-01 00:00:00")
AREAS = ("east-1", "east-2", "west-1", "west-2")


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture
def told(town: Town) -> dict[tuple[str, date], float]:
    """Seven weeks of cases, some overdue, some handed up, a burst at west-2 on the Wednesday; load by area and day."""
    chance = np.random.default_rng(5)
    severity = risk_rules().severity
    loads: dict[tuple[str, date], float] = defaultdict(float)

    def tell(name: str, at: datetime, area: str, colour: str) -> None:
        town.case(name, _text(at), area_code=area, risk=colour, due_at=_text(at + timedelta(hours=8)))
        if colour in ("red", "orange"):
            loads[area, at.date()] += severity[colour]
        if chance.random() < 0.3:
            town.then(name, "escalated", _text(at + timedelta(minutes=30)), escalation_no=1, level="department",
                      department_code="water", due_at=_text(at + timedelta(hours=4)))  # fmt: skip
            if chance.random() < 0.5:
                town.then(name, "answered", _text(at + timedelta(hours=6)), escalation_no=1)
        if chance.random() < 0.8:
            town.then(name, "resolved", _text(at + timedelta(hours=float(chance.integers(1, 60)))))

    for number in range(700):
        at = START + timedelta(minutes=int(chance.integers(0, 47 * 1440)))
        area = AREAS[int(chance.choice(4, p=[0.4, 0.3, 0.2, 0.1]))]
        tell(f"c{number}", at, area, str(chance.choice(["red", "orange", "yellow", "blue"], p=[0.1, 0.2, 0.4, 0.3])))
    for number in range(25):
        at = local("2024-03-13 08:00:00") + timedelta(minutes=5 * number)
        tell(f"burst {number}", at, "west-2", "red" if number % 3 == 0 else "yellow")
    town.settle()
    return loads


def _asked(town: Town, at: str = "2024-03-25 09:00:00") -> Filter:
    return town.at(at, period_from=FIRST, period_to=LAST)


def test_each_moment_is_what_was_known_then_where_nothing_came_late(
    town: Town, told: dict[tuple[str, date], float]
) -> None:
    moments = [local(f"2024-03-{day:02d} {hour:02d}:00:00") for day in (11, 13, 14) for hour in (0, 12)]
    found = risk.course(town.connection, _asked(town), "grid", moments)
    for moment in moments:
        then = risk.recent(town.connection, town.at(_text(moment)), "grid")
        part = found[found["moment"] == moment].drop(columns="moment").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, then)
    assert found[["overdue", "escalated", "grave_6_hours"]].sum().gt(0).all()


def test_red_days_and_alarms_are_those_of_the_looks(town: Town, told: dict[tuple[str, date], float]) -> None:
    asked = _asked(town)
    found = foresight.course(town.connection, asked, "grid")
    assert (found.looks, found.days, found.last) == (4, 7, local("2024-03-18 00:00:00"))
    units = found.units.set_index("area_id")
    red: dict[int, set[date]] = defaultdict(set)
    alarmed: frozenset[int] = frozenset()
    raised: dict[int, int] = defaultdict(int)
    for look in range(29):
        moment = local("2024-03-11 00:00:00") + timedelta(hours=6 * look)
        at = town.at(_text(moment))
        recent = risk.recent(town.connection, at, "grid")
        past = history(
            recent["area_id"].to_numpy(dtype=np.int64),
            risk.daily(town.connection, asked, "grid", date(2024, 3, 18), 7),
            risk.profile(town.connection, asked, FIRST),
            at.today,
            risk_rules(),
        )
        table = assess(past, recent, moment, risk_rules(), alarmed)
        rings = frozenset(table.loc[table["is_alarm"], "area_id"])
        for area_id in table.loc[table["level"] == "red", "area_id"] if look else ():
            red[area_id].add((moment - timedelta(seconds=1)).date())
        for area_id in rings - alarmed if look else ():
            raised[area_id] += 1
        alarmed = rings
    burst = town.area_ids["west-2"]
    assert units["red"].to_dict() == {area_id: len(red[area_id]) for area_id in units.index}
    assert units["alarms"].to_dict() == {area_id: raised[area_id] for area_id in units.index}
    assert raised[burst] >= 1
    assert len(red[burst]) >= 1
    assert set(units.index[units["is_alarm"]]) == set(alarmed)
    assert (found.alarms.raised, found.alarms.n) == (sum(raised.values()),) * 2
    assert 0 < found.alarms.good <= found.alarms.n
    assert found.alarms.chance is not None and 0 < found.alarms.chance < 1


def test_forecasts_captured_what_a_plain_reading_says(town: Town, told: dict[tuple[str, date], float]) -> None:
    asked = _asked(town)
    found = foresight.course(town.connection, asked, "grid").captures.set_index("forecast")
    codes = {area_id: code for code, area_id in town.area_ids.items()}
    days = [FIRST + timedelta(days=number) for number in range(7)]
    came: dict[str, float] = defaultdict(float)
    for day in days:
        recent = risk.recent(town.connection, town.at(f"{day} 00:00:00"), "grid")
        area_ids = recent["area_id"].to_numpy(dtype=np.int64)
        past = history(
            area_ids,
            risk.daily(town.connection, asked, "grid", date(2024, 3, 18), 7),
            risk.profile(town.connection, asked, FIRST),
            day,
            risk_rules(),
        )

        def load(of: date, area_ids: np.ndarray = area_ids) -> np.ndarray:
            return np.array([told[codes[int(area_id)], of] for area_id in area_ids])

        forecasts = {
            "expected_load": expected_load(past, recent, local(f"{day} 00:00:00"), risk_rules()),
            "yesterday": load(day - timedelta(days=1)),
            "mean_28_days": np.mean([load(day - timedelta(days=back)) for back in range(1, 29)], axis=0),
        }
        for name, forecast in forecasts.items():
            came[name] += captured(forecast, load(day), 1)
    whole = sum(told[area, day] for area in AREAS for day in days)
    assert (found["load"] == whole).all()
    assert (found["units"] == 1).all()
    for name, captures in came.items():
        assert found.loc[name, "captured"] == pytest.approx(captures), name
    assert found.loc["chance", "share"] == pytest.approx(0.25)


@pytest.mark.parametrize(("first", "looks"), [(date(2024, 3, 4), 2), (date(2024, 2, 26), 1)])
def test_a_long_period_is_looked_at_less_often_and_says_so(
    town: Town, told: dict[tuple[str, date], float], first: date, looks: int
) -> None:
    found = foresight.course(town.connection, town.at("2024-03-25 09:00:00", period_from=first, period_to=LAST), "grid")
    days = (LAST - first).days + 1
    assert (found.looks, found.days) == (looks, days)
    assert (found.units["days"] == days).all()
    assert found.captures.set_index("forecast").loc["chance", "share"] == pytest.approx(0.25)


def test_of_a_period_that_runs_the_days_that_have_ended(town: Town, told: dict[tuple[str, date], float]) -> None:
    found = foresight.course(town.connection, _asked(town, "2024-03-13 09:00:00"), "grid")
    assert (found.days, found.last) == (2, local("2024-03-13 00:00:00"))
    assert found.alarms.n <= found.alarms.raised  # those of the last hours are not followed yet
    nothing = foresight.course(town.connection, _asked(town, "2024-03-11 09:00:00"), "grid")
    assert (nothing.days, nothing.last, len(nothing.units), len(nothing.captures)) == (0, None, 0, 0)
