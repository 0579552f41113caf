"""A figure's page leads to just the cases behind the figure, by whatever it is asked: to the case."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest

from dashboard.pages.behind import BEHIND, cases_behind, cases_counted
from dashboard.pages.laptop.going import split
from dashboard.pages.laptop.state import Address
from queries import answering, cases, escalations
from queries.answering import Answer, Row
from queries.asking import Asked, AskingError
from queries.cases import Only
from queries.catalogue import figures
from queries.escalations import Cut
from queries.figure import By
from queries.filters import Filter
from queries.vocabulary import Kind, Risk
from tests.queries.town import Town

HERE: Final = Address.of("figures", {}, language="en", theme="light")
#: How many cases a figure's list has; the others have those of its denominator that are not in its numerator.
COUNTED: Final[dict[str, Callable[[Any], int]]] = {
    "reopened": lambda row: row.numerator,
    "stock": lambda row: row.numerator,
    "overdue": lambda row: row.numerator,
    "backlog_movement": lambda row: row.extras["open"],
    "escalations_waiting": lambda row: row.numerator,
    "escalations_pending": lambda row: row.numerator,
}
#: Of one key or of a flag: nothing to count beside the list.
OF_OTHER: Final = {"same_day_like_days", "same_day_units", "backlog_growing"}
MOMENTS: Final = ("2024-03-12 23:00:00", "2024-03-14 15:00:00", "2024-03-19 09:00:00", "2024-04-22 09:00:00")
PERIODS: Final = ((None, None), (date(2024, 3, 5), date(2024, 3, 12)))


@pytest.fixture
def told(town: Town) -> Town:
    """Some of every fate, some of them long ago: what stands open is older than any usual period."""
    types = ("noise", "leak", "smoke", "noise", "leak")
    places = ("east-1", "east-2", "west-1", "west-2")
    for number in range(80):
        month, day, hour = (3, 4 + number % 10, 1 + number % 21) if number < 60 else (1, number - 57, 9)
        case, at = f"case {number}", f"2024-{month:02d}-{day:02d} {hour:02d}:00:00"
        town.case(
            case, at, type_code=types[number % 5], area_code=places[number % 4], risk=tuple(Risk)[number % 4].value,
            due_at=f"2024-{month:02d}-{day + number % 3:02d} 23:30:00",
        )  # fmt: skip
        if number % 4 == 0:
            town.then(
                case, "escalated", f"2024-{month:02d}-{day:02d} {hour:02d}:20:00", escalation_no=1,
                level="department", department_code="fire",
                due_at=f"2024-{month:02d}-{day:02d} {hour:02d}:50:00",
            )  # fmt: skip
            if number % 8 == 0:
                town.then(
                    case, "answered", f"2024-{month:02d}-{day:02d} {hour:02d}:{30 + number % 16 * 3:02d}:00",
                    escalation_no=1,
                )  # fmt: skip
        if number % 11 == 0:
            town.then(case, "withdrawn", f"2024-{month:02d}-{day:02d} {hour:02d}:55:00")
        elif number % 3:
            on = day + number % 4
            town.then(case, "resolved", f"2024-{month:02d}-{on:02d} {max(hour, 10) + 1:02d}:40:00")
            if number % 6 == 1:
                town.then(case, "reopened", f"2024-{month:02d}-{on + number % 4 * 2:02d} 23:50:00")
    town.settle()
    return town


def _answer(told: Town, name: str, filter: Filter, by: By | None = None) -> Answer:
    level = None if by is None else "grid"
    return answering.answer(told.connection, figures()[name], Asked(filter, by, level, "town", "", ""), "en")


def _count(told: Town, filter: Filter, address: str) -> int:
    """How many are listed where a link leads."""
    page, words = split(address)
    days = [date.fromisoformat(words[name]) for name in ("from", "to") if name in words]
    asked = Filter(
        filter.subdistrict_id, filter.as_of, filter.time_zone,
        area_id=told.area_ids[words["area"]] if "area" in words else None,
        kinds=tuple(map(Kind, words["kinds"].split(","))) if "kinds" in words else None,
        **dict(zip(("period_from", "period_to"), days, strict=False)),
    )  # fmt: skip
    if page == "escalations":
        found = escalations.listed(told.connection, asked, Cut(words["state"]), rows=1)
    else:
        found = cases.listed(told.connection, asked, Only(words.get("behind", "all")), rows=1)
    return int(found["of_all"].iloc[0]) if len(found) else 0


def _expected(name: str, row: Row) -> int:
    if name in COUNTED:
        return int(COUNTED[name](row))
    assert row.denominator is not None and row.numerator is not None
    return int(row.denominator - row.numerator)


def _followed(told: Town, name: str, filter: Filter) -> int | None:
    """How many cases are listed where a figure's link leads, as many as it says; None without one or an answer."""
    try:
        answer = _answer(told, name, filter)
    except AskingError:
        return None  # about its moment alone
    totals = [row for row in answer.rows if row.key is None]
    if not totals:
        return None  # nothing of its kind in those days
    link = cases_behind(answer, HERE)
    if link is None:
        assert name == "backlog_movement" and filter.period_to is not None
        return None
    (total,) = totals
    expected = _expected(name, total)
    assert _count(told, filter, link) == expected, (name, filter)
    everyone = cases_counted(answer, HERE)
    assert everyone is None or _count(told, filter, everyone) >= (total.denominator or 0), (name, filter)
    return expected


def test_a_figure_leads_to_the_cases_behind_it(told: Town) -> None:
    asked = [told.at(moment, period_from=first, period_to=last) for moment in MOMENTS for first, last in PERIODS]
    for name in BEHIND:
        if name not in OF_OTHER:
            assert sum(_followed(told, name, filter) or 0 for filter in asked) > 0, name


def test_a_row_of_a_grid_leads_to_the_cases_behind_it(told: Town) -> None:
    filter = told.at("2024-03-14 15:00:00")
    for name in BEHIND:
        if By.AREA not in answering.groupings(figures()[name]):
            continue
        answer = _answer(told, name, filter, By.AREA)
        assert answer.rows, name
        for row in answer.rows:
            link = cases_behind(answer, HERE, area=row.extras["code"])
            assert link is not None, name
            assert name in OF_OTHER or _count(told, filter, link) == _expected(name, row), (name, row)


def test_what_stands_open_is_listed_whenever_it_was_reported(told: Town) -> None:
    filter = told.at("2024-04-22 09:00:00")
    listed = cases.listed(told.connection, filter, Only.OPEN, rows=100)
    months = set(listed["reported_at"].dt.month)
    assert months == {1, 3}
    chosen = told.at("2024-04-22 09:00:00", period_from=date(2024, 3, 1), period_to=date(2024, 3, 31))
    assert set(cases.listed(told.connection, chosen, Only.OPEN, rows=100)["reported_at"].dt.month) == {3}
    assert cases.listed(told.connection, filter).empty  # none of the last four weeks
