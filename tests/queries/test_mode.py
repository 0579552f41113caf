"""The mode as known at a moment, what a rule judges by, and what came in since."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from queries import mode
from queries.mode import Standing, Surge
from queries.statistics.surge import chance_of, mode_rules, turn_of
from queries.vocabulary import Mode, Risk
from tests.queries.town import Town, local


def _set(town: Town, since: str, to: str, *, recorded: str | None = None, is_held: bool = False) -> None:
    town.connection.execute(
        text(
            "insert into app.operating_mode"
            " (subdistrict_id, since, mode, reason_zh, reason_en, recorded_at, is_held, is_by_rule)"
            " values (:id, :since, :mode, '台风', 'Typhoon', :recorded, :is_held, not :is_held)"
        ),
        {"id": town.subdistrict_id, "since": local(since), "mode": to, "recorded": local(recorded or since),
         "is_held": is_held},
    )  # fmt: skip


def test_the_mode_is_the_one_known_at_the_moment(town: Town) -> None:
    assert mode.standing(town.connection, town.at("2024-03-14 08:00:00")) == (
        Mode.NORMAL, None, "", "", False, False, None
    )  # fmt: skip
    _set(town, "2024-03-14 09:00:00", "emergency")
    _set(town, "2024-03-14 18:00:00", "normal", recorded="2024-03-14 12:00:00")  # planned at noon
    _set(town, "2024-03-14 10:00:00", "normal", recorded="2024-03-15 09:00:00")  # told a day late
    before = mode.standing(town.connection, town.at("2024-03-14 08:59:59"))
    at_eleven = mode.standing(town.connection, town.at("2024-03-14 11:00:00"))
    at_one = mode.standing(town.connection, town.at("2024-03-14 13:00:00"))
    in_the_evening = mode.standing(town.connection, town.at("2024-03-14 18:00:00"))
    assert before.mode is Mode.NORMAL
    assert (at_eleven.mode, at_eleven.since, at_eleven.reason_zh) == (
        Mode.EMERGENCY, local("2024-03-14 09:00:00"), "台风"
    )  # fmt: skip
    assert at_eleven.next_at is None
    assert (at_one.mode, at_one.next_at) == (Mode.EMERGENCY, local("2024-03-14 18:00:00"))
    assert (in_the_evening.mode, in_the_evening.since) == (Mode.NORMAL, local("2024-03-14 18:00:00"))


def test_a_surge_is_counted_against_the_same_minutes_of_days_before(town: Town) -> None:
    town.case("the store begins", "2024-03-09 10:00:00", risk="blue")
    for day in (11, 12):  # one in the window, one just outside it
        town.case(f"in {day}", f"2024-03-{day} 09:45:00", risk="red")
        town.case(f"out {day}", f"2024-03-{day} 09:30:00", risk="red")
    for number in range(4):
        town.case(f"now {number}", f"2024-03-14 09:{40 + number}:00", risk="red")
    town.case("orange", "2024-03-14 09:50:00", risk="orange")
    town.case("withdrawn", "2024-03-14 09:50:00", risk="red")
    town.then("withdrawn", "withdrawn", "2024-03-14 09:55:00")
    town.case("known late", "2024-03-14 09:50:00", risk="red", recorded="2024-03-14 11:00:00")
    town.settle()
    asked = town.at("2024-03-14 10:00:00")
    assert mode.surge(town.connection, asked, (Risk.RED,), 30, 28) == (4, 2, 5)
    assert mode.surge(town.connection, asked, (Risk.RED, Risk.ORANGE), 30, 28) == (5, 2, 5)
    assert mode.surge(town.connection, town.at("2024-03-14 11:00:00"), (Risk.RED,), 90, 28).reported == 5
    assert mode.surge(town.connection, asked, (Risk.RED,), 30, 2) == (4, 1, 2)


def test_what_came_in_by_five_minutes_and_since_a_moment(town: Town) -> None:
    town.case("before", "2024-03-14 08:59:00", risk="red")
    town.case("red", "2024-03-14 09:01:00", risk="red")
    town.case("orange", "2024-03-14 09:04:59", risk="orange")
    town.case("blue", "2024-03-14 09:05:00", risk="blue")
    town.then("red", "resolved", "2024-03-14 09:06:00")
    town.settle()
    asked = town.at("2024-03-14 09:12:00")
    slots = mode.inflow(town.connection, asked, local("2024-03-14 09:02:00"))
    assert slots["from_at"].dt.strftime("%H:%M").tolist() == ["01:00", "01:05", "01:10"]  # UTC
    assert slots[["reported", "red", "orange"]].to_numpy().tolist() == [[2, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert mode.reported_since(town.connection, asked, local("2024-03-14 09:00:00")) == (3, 1, 1, 2)


def test_usual_hours_are_those_of_whole_days_before(town: Town) -> None:
    town.case("yesterday", "2024-03-13 09:30:00")
    town.case("last week", "2024-03-07 09:10:00")
    town.case("today", "2024-03-14 09:10:00")
    town.case("long ago", "2024-02-01 09:10:00")
    town.settle()
    found = mode.usual_hours(town.connection, town.at("2024-03-14 12:00:00"))
    assert found.to_numpy().tolist() == [[9, 2]]


NORMAL = Standing(Mode.NORMAL, None, "", "", False, False, None)
NOON = local("2024-03-14 12:00:00")
QUIET = Surge(0, 0, 28)


def _turn(standing: Standing, red: Surge, quiet: Surge = QUIET) -> Mode | None:
    turn = turn_of(mode_rules(), standing, (red, QUIET), quiet, NOON)
    return None if turn is None else turn.mode


def test_a_surge_turns_the_mode_only_when_it_is_unusual() -> None:
    assert _turn(NORMAL, Surge(4, 2, 28)) is Mode.EMERGENCY
    assert _turn(NORMAL, Surge(3, 0, 28)) is None
    assert _turn(NORMAL, Surge(4, 60, 28)) is None  # two of them are usual
    assert _turn(NORMAL, Surge(5, 0, 0)) is Mode.EMERGENCY  # nothing is known of what is usual


def test_a_persons_mode_is_left_alone() -> None:
    held = NORMAL._replace(is_held=True, since=NOON - timedelta(days=1))
    assert _turn(held, Surge(40, 0, 28)) is None
    emergency = Standing(Mode.EMERGENCY, NOON - timedelta(days=1), "", "", False, False, None)
    assert _turn(emergency, QUIET) is None  # handed back, but no rule had set it
    assert _turn(emergency._replace(is_held=True, is_by_rule=False), QUIET) is None


@pytest.mark.parametrize(
    ("minutes", "reported", "expected"), [(59, 0, None), (60, 2, None), (60, 1, Mode.NORMAL), (600, 0, Mode.NORMAL)]
)
def test_a_rules_emergency_ends_after_a_time_of_quiet(minutes: int, reported: int, expected: Mode | None) -> None:
    emergency = Standing(Mode.EMERGENCY, NOON - timedelta(minutes=minutes), "", "", True, False, None)
    assert _turn(emergency, QUIET, Surge(reported, 0, 28)) is expected


def test_the_chance_of_a_count_is_that_of_a_gamma_poisson() -> None:
    assert chance_of(Surge(0, 5, 28)) == 1
    assert chance_of(Surge(1, 0, 1)) == pytest.approx(1 - 0.5**0.5)  # (D ÷ (D + 1)) ^ ½ is the chance of none
    assert chance_of(Surge(3, 28, 28)) == pytest.approx(0.0855, abs=0.002)  # Poisson with mean 1.02: 0.083
