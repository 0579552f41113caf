"""The cases listed behind a rate are those it does not count as good, to the case; and the narrowings of a list."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd
import pytest
from sqlalchemy import Connection

from dashboard.pages import scorecard_html
from queries import cases, deadlines, hazards, levels, ranking, reopenings, same_day
from queries.cases import Narrowed, Only
from queries.figure import By
from queries.filters import Filter
from queries.privacy import SHOWN_SINGLY
from queries.vocabulary import Kind, Risk
from tests.queries.town import Town

Rate = Callable[..., pd.DataFrame]
#: Each rate with the list behind it, the kinds it is of, and whether its good ones are those listed.
BEHIND: Final[dict[str, tuple[Rate, Only, tuple[Kind, ...], bool]]] = {
    "same_day": (same_day.resolution, Only.NOT_SAME_DAY, (Kind.APPEAL,), False),
    "on_time": (deadlines.on_time, Only.NOT_ON_TIME, SHOWN_SINGLY, False),
    "on_the_spot": (hazards.on_the_spot, Only.NOT_ON_THE_SPOT, (Kind.HAZARD,), False),
    "base": (levels.base_resolution, Only.NOT_AT_BASE, SHOWN_SINGLY, False),
    "reopened": (reopenings.reopened, Only.RETURNED, SHOWN_SINGLY, True),
}
DAYS: Final = {"period_from": date(2024, 3, 4), "period_to": date(2024, 3, 14)}


@pytest.fixture
def told(town: Town) -> Town:
    """Some of every fate: withdrawn, reopened soon and late, handed up, due in the period and resolved after it."""
    types = ("noise", "leak", "smoke", "noise", "leak")
    places = ("east-1", "east-2", "west-1", "west-2")
    for number in range(60):
        day, hour = 4 + number % 10, 1 + number % 21
        case, at = f"case {number}", f"2024-03-{day:02d} {hour:02d}:00:00"
        town.case(
            case, at, type_code=types[number % 5], area_code=places[number % 4], risk=tuple(Risk)[number % 4].value,
            channel="app" if number % 3 else "hotline", due_at=f"2024-03-{day + number % 3:02d} 23:30:00",
        )  # fmt: skip
        if number % 7 == 0:
            town.then(
                case, "escalated", f"2024-03-{day:02d} {hour:02d}:20:00", escalation_no=1, level="department",
                department_code="fire",
            )  # fmt: skip
        if number % 11 == 0:
            town.then(case, "withdrawn", f"2024-03-{day:02d} {hour:02d}:40:00")
        elif number % 5:
            on = day + number % 4
            town.then(case, "resolved", f"2024-03-{on:02d} {max(hour, 10) + 1:02d}:40:00")
            if number % 6 == 1:
                town.then(case, "reopened", f"2024-03-{on + number % 4 * 3:02d} 23:50:00")
    town.settle()
    return town


def _missed(rate: Rate, connection: Connection, filter: Filter, is_listed: bool, by: By = By.TOTAL) -> dict[Any, int]:
    frame = rate(connection, filter, by, unit_level="grid" if by is By.AREA else None)
    missed = frame["good"] if is_listed else frame["n"] - frame["good"]
    keys = [key if isinstance(key, str) else None for key in frame["key"]]
    return {key: int(count) for key, count in zip(keys, missed, strict=True) if count}


def _count(found: pd.DataFrame) -> int:
    return int(found["of_all"].iloc[0]) if len(found) else 0


@pytest.mark.parametrize("figure", BEHIND)
@pytest.mark.parametrize("moment", ["2024-03-14 15:00:00", "2024-03-19 09:00:00", "2024-05-20 09:00:00"])
def test_a_list_has_the_cases_its_rate_does_not_count(told: Town, figure: str, moment: str) -> None:
    rate, only, kinds, is_listed = BEHIND[figure]
    asked = told.at(moment, kinds=kinds, **DAYS)
    connection = told.connection
    whole = _missed(rate, connection, asked, is_listed)
    assert _count(cases.listed(connection, asked, only)) == whole.get(None, 0)
    types = connection.exec_driver_sql("select type_id, code from app.case_types")
    code_of = {str(row.type_id): row.code for row in types}
    for by, narrowed in (
        (By.TYPE, lambda key: {"type_code": code_of[key]}),
        (By.CHANNEL, lambda key: {"channel": key}),
        (By.RISK, lambda key: {"risk": Risk(key)}),
        (By.HOUR, lambda key: {"hour": int(key)}),
    ):
        parts = _missed(rate, connection, asked, is_listed, by)
        for key, missed in parts.items():
            assert _count(cases.listed(connection, asked, only, Narrowed(**narrowed(key)))) == missed
        assert sum(parts.values()) == whole.get(None, 0)
    for key, missed in _missed(rate, connection, asked, is_listed, By.AREA).items():
        assert _count(cases.listed(connection, replace(asked, area_id=int(key)), only)) == missed


def test_every_rate_misses_some_of_them(told: Town) -> None:
    for rate, _, kinds, is_listed in BEHIND.values():
        assert _missed(rate, told.connection, told.at("2024-05-20 09:00:00", kinds=kinds, **DAYS), is_listed)


def test_narrowings_go_together(told: Town) -> None:
    asked = told.at("2024-03-19 09:00:00", **DAYS)
    every = cases.listed(told.connection, asked, rows=100)
    assert len(every) == 60
    narrowed = cases.listed(told.connection, asked, narrowed=Narrowed("leak", "app", Risk.RED, 5), rows=100)
    hours = every["reported_at"].dt.tz_convert("Asia/Shanghai").dt.hour
    is_meant = (every["title_en"] == "Leak") & (every["channel"] == "app") & (every["risk"] == "red") & (hours == 5)
    expected = every.loc[is_meant, "case_id"].tolist()
    assert narrowed["case_id"].tolist() == expected != []
    assert cases.listed(told.connection, asked, narrowed=Narrowed(channel="nobody")).empty


@pytest.mark.parametrize(
    ("first", "moment"),
    [
        ("2024-03-04", "2024-03-10 15:00:00"),
        ("2024-03-04", "2024-05-20 09:00:00"),
        ("2024-04-06", "2024-04-14 09:00:00"),
        ("2024-04-06", "2024-05-20 09:00:00"),
    ],
)
def test_a_scorecard_leads_to_the_cases_that_count_against_its_indicators(told: Town, first: str, moment: str) -> None:
    """Unit by unit: as many as the ranking does not count as good, of the kinds that are shown singly."""
    begins = date.fromisoformat(first)
    period = told.at(moment, kinds=SHOWN_SINGLY, period_from=begins, period_to=begins + timedelta(days=10))
    strata = ranking.outcomes(told.connection, period, "grid")
    missed = (strata["n"] - strata["good"]).groupby([strata["indicator"], strata["area_id"]]).sum()
    for indicator in scorecard_html.BEHIND:
        led = scorecard_html.behind(indicator, period)
        kinds = SHOWN_SINGLY if led["kinds"] is None else (Kind(led["kinds"]),)
        asked = replace(period, kinds=kinds, period_from=led["from"], period_to=led["to"])
        for area in ("east-1", "east-2", "west-1", "west-2"):
            listed = cases.listed(told.connection, replace(asked, area_id=told.area_ids[area]), Only(led["behind"]))
            assert _count(listed) == missed.get((indicator, told.area_ids[area]), 0), (indicator, area)


def test_each_indicator_of_a_scorecard_has_missed_some(told: Town) -> None:
    """So that the test above compares something."""
    counts: dict[Any, int] = {}
    for begins in (date(2024, 3, 4), date(2024, 4, 6)):
        period = told.at("2024-05-20 09:00:00", period_from=begins, period_to=begins + timedelta(days=10))
        strata = ranking.outcomes(told.connection, period, "grid")
        for indicator, missed in (strata["n"] - strata["good"]).groupby(strata["indicator"]).sum().items():
            counts[indicator] = counts.get(indicator, 0) + missed
    assert {*scorecard_html.BEHIND} == {indicator for indicator, missed in counts.items() if missed}
