"""The situation of an area, of kinds, of days: its figures are those of the cases behind them, and parts add up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import pytest
from sqlalchemy import create_engine

from dashboard import live
from dashboard.live import questions
from dashboard.live.ask import Answers
from dashboard.live.past import picture
from dashboard.pages import situation
from dashboard.pages import situation_figures as figures
from dashboard.snapshot import Snapshot
from dashboard.text import text
from queries.asking import Words
from queries.filters import Filter
from tests.queries.town import Town

NOW: Final = datetime.fromisoformat("2024-03-18T04:00:00+00:00")
GRIDS: Final = ("east-1", "east-2", "west-1")
#: Cases of a day, numbered; those of the first week are all solved the same day.
A_DAY: Final = 6
EN = text("en")


def _is_solved(day: date, number: int) -> bool:
    return day < date(2024, 3, 11) or number % 3 > 0


def _grid(number: int) -> str:
    return GRIDS[number % len(GRIDS)]


def _days() -> list[date]:
    return [date(2024, 3, 4) + timedelta(days=number) for number in range(15)]


@pytest.fixture
def town_of_two_weeks(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Six appeals and a hazard a day for two weeks and a day, and a petition that is nobody's business."""
    for day in _days():
        for number in range(A_DAY):
            name = f"{day} {number}"
            town.case(name, f"{day} 08:00:00", area_code=_grid(number), due_at=f"{day} 20:00:00")
            if _is_solved(day, number) and day < date(2024, 3, 18):
                town.then(name, "resolved", f"{day} 10:00:00")
        town.case(f"hazard {day}", f"{day} 09:00:00", area_code="west-1", type_code="leak")
    town.case("petition", "2024-03-15 09:00:00", area_code="west-2", type_code="wages", party_key="p")
    town.settle()
    engine = create_engine(town.url)
    asked, past = Answers(engine), Answers(engine)
    monkeypatch.setattr(live, "answers", lambda: asked)
    monkeypatch.setattr(live, "past_answers", lambda: past)
    yield town
    for each in (asked, past):
        each.close()
    engine.dispose()


def _whole(town: Town) -> Snapshot:
    filter = Filter(town.subdistrict_id, NOW, "Asia/Shanghai")
    return live.answers().get("whole", lambda connection: picture(connection, filter, 1))


def _narrowed(town: Town, **words: object) -> Snapshot:
    whole = _whole(town)
    asked = questions.read(Words(as_of="2024-03-18T12:00", **words), whole, now=NOW)  # type: ignore[arg-type]  # words
    return questions.narrowed(whole, asked, is_past=True)


def test_the_rate_of_chosen_days_and_of_an_area_is_that_of_its_cases(town_of_two_weeks: Town) -> None:
    seen = _narrowed(town_of_two_weeks, area="east", first="2024-03-11", last="2024-03-17")
    of_it = [
        _is_solved(day, number)
        for day in _days()
        for number in range(A_DAY)
        if date(2024, 3, 11) <= day <= date(2024, 3, 17) and _grid(number).startswith("east")
    ]
    assert (seen.same_day.n, seen.same_day.resolved) == (len(of_it), sum(of_it))
    assert seen.increment.today == len(of_it)  # its hazards lie in the west
    assert seen.narrowing is not None and seen.narrowing.earlier is not None
    assert seen.narrowing.earlier.days == (date(2024, 3, 4), date(2024, 3, 10))
    assert seen.narrowing.earlier.rate == 1.0
    assert set(seen.latest["area_code"]) == {"east-1", "east-2"}


def test_areas_add_up_to_the_whole(town_of_two_weeks: Town) -> None:
    days = {"first": "2024-03-11", "last": "2024-03-17"}
    whole = _narrowed(town_of_two_weeks, **days)
    parts = [_narrowed(town_of_two_weeks, area=area, **days) for area in ("east", "west")]
    for of in ("same_day.n", "same_day.resolved", "increment.today", "stock.open", "stock.open_yesterday", "on_time.n"):
        subject, name = of.split(".")
        sums = sum(getattr(getattr(part, subject), name) for part in parts)
        assert sums == getattr(getattr(whole, subject), name), of
    for name in ("reported", "open", "due"):
        added = parts[0].days[name] + parts[1].days[name]
        assert added.tolist() == whole.days[name].tolist(), name


def test_the_sentence_says_what_the_figure_says_and_units_bring_all_of_the_change(town_of_two_weeks: Town) -> None:
    seen = _narrowed(town_of_two_weeks, area="east", first="2024-03-11", last="2024-03-17")
    brought = figures.contributors(seen)
    said = figures.headline(seen, EN, brought)
    assert (
        EN.percent(seen.same_day.rate) in said
        and "50.0% of 28 resolved the same day, 50.0 points below 4–10 Mar" in said
    )
    assert seen.narrowing is not None and seen.narrowing.earlier is not None
    assert seen.same_day.rate is not None and seen.narrowing.earlier.rate is not None
    assert np.isclose(brought["points"].sum() / 100, seen.same_day.rate - seen.narrowing.earlier.rate)
    assert set(brought["code"]) == {"east-1", "east-2"}


def test_a_unit_alone_is_set_beside_all_others(town_of_two_weeks: Town) -> None:
    seen = _narrowed(town_of_two_weeks, area="east-1", first="2024-03-11", last="2024-03-17")
    assert set(figures.compared(seen)["code"]) == set(GRIDS)
    assert seen.same_day.resolved == 0  # every third case is left open, and they all lie there


def test_today_alone_is_what_the_page_shows_anyway(town_of_two_weeks: Town) -> None:
    whole = _whole(town_of_two_weeks)
    today = _narrowed(town_of_two_weeks, first="2024-03-18", last="2024-03-18")
    assert today.narrowing is not None and today.narrowing.days is None
    for name in ("increment", "stock", "on_time"):
        assert getattr(today, name) == getattr(whole, name), name
    # six cases a day are a rate, but most of the like days before had none
    assert replace(today.same_day, like_days=whole.same_day.like_days) == whole.same_day


def test_kinds_narrow_figures_and_lists_but_not_the_map(town_of_two_weeks: Town) -> None:
    seen = _narrowed(town_of_two_weeks, kinds=("hazard",), first="2024-03-11", last="2024-03-18")
    assert seen.increment.today == 8
    assert set(seen.latest["kind"]) == {"hazard"}
    assert seen.grids is _whole(town_of_two_weeks).grids
    said, _ = situation.markup(
        _whole(town_of_two_weeks), {"kinds": "hazard", "as_of": "2024-03-18T12:00"}, language="en", theme="light"
    )
    assert "all kinds" in said


def test_what_is_never_shown_singly_is_no_narrowing(town_of_two_weeks: Town) -> None:
    seen = _narrowed(town_of_two_weeks, kinds=("petition",), area="west-2")
    assert seen.latest.empty and seen.escalations.empty
    assert seen.narrowing is not None and seen.narrowing.kinds == ()


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (
            "police_report",
            {"en": "Police report: not on this page; all kinds shown", "zh": "警情在本页不能单选"},
        ),
        ("appeal,petition", {"en": "Petition: not on this page; the others", "zh": "信访在本页不能单选"}),
    ],
)
def test_a_kind_the_page_cannot_be_narrowed_to_is_said(
    town_of_two_weeks: Town, kinds: str, said: dict[str, str]
) -> None:
    for language, sentence in said.items():
        for moment in ({}, {"as_of": "2024-03-18T12:00"}):
            asked = {"kinds": kinds, **moment}
            drawn, _ = situation.markup(_whole(town_of_two_weeks), asked, language=language, theme="light")
            assert sentence in drawn
