"""Why a rate moved, against a plain reading of the same cases that replaces shares and rates in either order."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, NamedTuple

import pytest
from sqlalchemy import text

from queries import deadlines, like_days, same_day
from queries.asking import AskingError
from queries.comparison import Against
from queries.figure import By
from queries.why import RATES, Why, against_of, changed, groupings, why, with_period
from tests.queries.town import Town, local

NOW: Final = {"period_from": date(2024, 3, 11), "period_to": date(2024, 3, 17)}


class Told(NamedTuple):
    """A case of the history below, as it was told."""

    name: str
    day: str
    hour: int
    grid: str
    channel: str
    is_good: bool


def _history() -> list[Told]:
    """Two weeks; the hotline's cases of east become slower, and more come by app, which were never good."""
    told: list[Told] = []

    def some(count: int, good: int, week: str, grid: str, channel: str, hour: int) -> None:
        for number in range(count):
            told.append(Told(f"case {len(told)}", f"2024-03-{week}", hour, grid, channel, number < good))

    some(6, 5, "05", "east-1", "hotline", 8)
    some(4, 4, "06", "west-1", "hotline", 9)
    some(2, 0, "07", "west-2", "app", 20)
    some(5, 2, "12", "east-1", "hotline", 8)
    some(4, 4, "13", "west-1", "hotline", 9)
    some(5, 1, "14", "west-2", "app", 20)
    some(1, 1, "14", "east-2", "visit", 8)
    return told


@pytest.fixture
def history(town: Town) -> list[Told]:
    """The history, told to the town."""
    told = _history()
    for case in told:
        at = f"{case.day} {case.hour:02d}:00:00"
        due = f"{case.day} 23:00:00"
        town.case(case.name, at, area_code=case.grid, channel=case.channel, due_at=due)
        if case.is_good:
            town.then(case.name, "resolved", f"{case.day} {case.hour:02d}:30:00")
    town.settle()
    return told


def _expected(told: list[Told], part_of: Callable[[Told], str]) -> dict[str, tuple[float, float]]:
    """Mix and own of each part: its share and its rate are replaced one after the other, in both orders, and what each
    step changes is averaged. Only for parts with cases in both weeks or in one.
    """

    def of(week: str) -> tuple[dict[str, Fraction], dict[str, Fraction], Fraction]:
        cases = [case for case in told if (case.day >= "2024-03-11") == (week == "now")]
        parts = {part_of(case) for case in cases}
        held = {part: [case for case in cases if part_of(case) == part] for part in parts}
        shares = {part: Fraction(len(own), len(cases)) for part, own in held.items()}
        rates = {part: Fraction(sum(case.is_good for case in own), len(own)) for part, own in held.items()}
        return shares, rates, Fraction(sum(case.is_good for case in cases), len(cases))

    (shares, rates, rate), (shares_before, rates_before, rate_before) = of("now"), of("before")
    found = {}
    for part in shares.keys() | shares_before.keys():
        now, before = shares.get(part, Fraction(0)), shares_before.get(part, Fraction(0))
        own, own_before = rates.get(part, rates_before.get(part)), rates_before.get(part, rates.get(part))
        assert own is not None and own_before is not None

        def worth(share: Fraction, its: Fraction) -> Fraction:
            return share * (its - (rate + rate_before) / 2)

        by_mix = [worth(now, its) - worth(before, its) for its in (own, own_before)]
        by_rate = [worth(share, own) - worth(share, own_before) for share in (now, before)]
        found[part] = (float(sum(by_mix) / 2), float(sum(by_rate) / 2))
    return found


def _effects(answer: Why) -> dict[Any, tuple[float, float]]:
    keys = [key if isinstance(key, str) else None for key in answer.parts["key"]]
    return dict(zip(keys, zip(answer.parts["mix"], answer.parts["own"], strict=True), strict=True))


@pytest.mark.parametrize(
    ("by", "part_of"),
    [
        (By.CHANNEL, lambda case: case.channel),
        (By.HOUR, lambda case: f"{case.hour:02d}"),
        (By.RISK, lambda _: "yellow"),
    ],
)
def test_parts_are_what_a_plain_reading_says(
    town: Town, history: list[Told], by: By, part_of: Callable[[Told], str]
) -> None:
    answer = why(town.connection, "same_day_resolution", town.at("2024-03-18 12:00:00", **NOW), by)
    assert (answer.change.now.n, answer.change.now.good) == (15, 8)
    assert answer.change.before is not None
    assert (answer.change.before.n, answer.change.before.good) == (12, 9)
    found, expected = _effects(answer), _expected(history, part_of)
    assert found.keys() == expected.keys()
    for part, effect in expected.items():
        assert found[part] == pytest.approx(effect)
    assert answer.parts["change"].sum() == pytest.approx(8 / 15 - 9 / 12)
    assert answer.parts[["mix_shown", "own_shown"]].to_numpy(dtype=float).sum() == pytest.approx(-21.7)
    assert (answer.parts["mix_shown"] + answer.parts["own_shown"]).abs().round(1).is_monotonic_decreasing


def test_communities_and_the_grids_inside_one(town: Town, history: list[Told]) -> None:
    asked = town.at("2024-03-18 12:00:00", **NOW)
    answer = why(town.connection, "same_day_resolution", asked, By.AREA, unit_level="community")
    expected = _expected(history, lambda case: case.grid.partition("-")[0])
    assert _effects(answer) == {str(town.area_ids[name]): pytest.approx(effect) for name, effect in expected.items()}
    inside = town.at("2024-03-18 12:00:00", **NOW, area_id=town.area_ids["west"])
    grids = why(town.connection, "same_day_resolution", inside, By.AREA, unit_level="grid")
    west = [case for case in history if case.grid.startswith("west")]
    expected = _expected(west, lambda case: case.grid)
    assert _effects(grids) == {str(town.area_ids[name]): pytest.approx(effect) for name, effect in expected.items()}


def test_a_redrawn_grid_and_cases_of_no_grid_are_one_part(town: Town, history: list[Told]) -> None:
    town.case("above", "2024-03-13 10:00:00", area_code="west")
    town.settle()
    town.connection.execute(text("update app.areas set valid_from = '2024-03-12' where code = 'east-1'"))
    asked = town.at("2024-03-18 12:00:00", **NOW)
    answer = why(town.connection, "same_day_resolution", asked, By.AREA, unit_level="grid")
    elsewhere = answer.parts[answer.parts["key"].isna()]
    assert elsewhere[["n", "good", "n_before", "good_before"]].to_numpy().tolist() == [[5 + 1, 2, 6, 5]]
    assert str(town.area_ids["east-1"]) not in set(answer.parts["key"])
    assert answer.parts["change"].sum() == pytest.approx(8 / 16 - 9 / 12)
    alone = town.at("2024-03-18 12:00:00", **NOW, area_id=town.area_ids["east-1"])
    nothing = why(town.connection, "same_day_resolution", alone, By.CHANNEL)
    assert nothing.change.before is None and nothing.change.change is None
    assert nothing.parts["change"].isna().all()
    assert nothing.parts["n"].sum() == 5


def test_a_period_without_cases_has_no_change(town: Town, history: list[Told]) -> None:
    later = town.at("2024-03-25 12:00:00", period_from=date(2024, 3, 18), period_to=date(2024, 3, 24))
    answer = why(town.connection, "same_day_resolution", later, By.CHANNEL)
    assert (answer.change.now.n, answer.change.now.rate, answer.change.change) == (0, None, None)
    assert answer.parts["n_before"].sum() == 15
    empty = town.at("2024-05-25 12:00:00", period_from=date(2024, 5, 18), period_to=date(2024, 5, 24))
    answer = why(town.connection, "same_day_resolution", empty, By.CHANNEL)
    assert (answer.change.now.n, answer.change.change, answer.parts.empty) == (0, None, True)


def test_a_running_day_is_compared_at_its_clock_time(town: Town) -> None:
    for day in ("2024-03-11", "2024-03-18"):  # Mondays
        for number in range(4):
            town.case(f"{day} {number}", f"{day} 09:00:00")
    town.then("2024-03-11 0", "resolved", "2024-03-11 10:00:00")
    town.then("2024-03-11 1", "resolved", "2024-03-11 11:00:00")
    town.then("2024-03-11 2", "resolved", "2024-03-11 18:00:00")  # after the hour that is asked about
    town.then("2024-03-18 0", "resolved", "2024-03-18 10:00:00")
    town.settle()
    asked = town.at("2024-03-18 14:00:00", period_from=date(2024, 3, 18), period_to=date(2024, 3, 18))
    against = against_of(None, asked)
    assert against is Against.WEEK_BEFORE
    change = changed(town.connection, "same_day_resolution", asked, against)
    assert change.before is not None
    assert (change.now.good, change.now.n, change.before.good, change.before.n) == (1, 4, 2, 4)
    assert change.before_filter.as_of == local("2024-03-11 14:00:00")
    assert change.now.is_provisional and change.before.is_provisional and not change.is_clear
    # the same as the screens of the running day say
    today = same_day.today(town.connection, asked)
    assert (today.resolved, today.n) == (1, 4)
    rates = dict(like_days.same_day_rates(like_days.at_this_clock(town.connection, asked)))
    assert rates[date(2024, 3, 11)] == change.before.rate


def test_what_it_is_compared_with(town: Town, history: list[Told]) -> None:
    day = town.at("2024-03-14 12:00:00", period_from=date(2024, 3, 14), period_to=date(2024, 3, 14))
    week = town.at("2024-03-18 12:00:00", **NOW)
    assert against_of(None, week) is Against.PERIOD_BEFORE
    assert against_of("last_year", week) is Against.LAST_YEAR
    assert against_of("2024-03-11", day) == timedelta(days=3)
    for given, filter, error in (
        ("yesterday", day, "unknown_earlier"),
        ("2024-03-15", day, "earlier_overlaps"),
        ("2024-03-14", day, "earlier_overlaps"),
        ("2024-03-08", week, "earlier_overlaps"),
        ("week_before", town.at("2024-03-18 12:00:00", **NOW | {"period_from": date(2024, 3, 10)}), "earlier_overlaps"),
    ):
        with pytest.raises(AskingError) as caught:
            against_of(given, filter)
        assert caught.value.id == error
    for asked, is_whole in ((week, False), (day, True)):  # records begin on 5 March, the week before on 4 March
        change = changed(town.connection, "same_day_resolution", asked, timedelta(weeks=1))
        assert (change.records_begin, change.is_whole) == (date(2024, 3, 5), is_whole)
    early = why(town.connection, "same_day_resolution", week, By.AREA, timedelta(weeks=30), unit_level="grid")
    assert (early.change.before, early.change.change, early.change.is_whole) == (None, None, False)
    assert early.parts["n"].sum() == 15 and early.parts["key"].notna().all()


def test_every_rate_is_told_by_everything_it_knows(town: Town, history: list[Told]) -> None:
    for figure in RATES:
        assert {By.AREA, By.TYPE, By.CHANNEL, By.KIND, By.RISK} <= set(groupings(figure))
        asked = with_period(figure, town.at("2024-03-18 12:00:00"))
        assert asked.period_from is not None
    week = town.at("2024-03-18 12:00:00", **NOW)
    for by in groupings("on_time"):
        answer = why(town.connection, "on_time", week, by, unit_level="grid" if by is By.AREA else None)
        whole = deadlines.on_time(town.connection, week)
        assert (answer.parts["n"].sum(), answer.parts["good"].sum()) == (whole["n"][0], whole["good"][0])
        assert answer.change.change == pytest.approx(answer.parts["change"].sum())
