"""Views: a viewer to whom nothing new is shown is told so; one who sees a change is told of that."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.live import views
from dashboard.live.board import Board
from dashboard.live.views import View, Views
from dashboard.pages import situation, wall
from dashboard.snapshot import Snapshot
from tests.dashboard import samples
from tests.dashboard_live.pictures import snapshot, vitals


def _laptop(width: int = 1440, **words: str) -> View:
    return situation._view(situation._look(words, (width, 900), language="en", theme="light"))


WALL = wall.view(language="zh", theme_name="dark", geometry_base="/geometry")
LAPTOP = _laptop()
BUSY = samples.busy()


@pytest.mark.parametrize("view", [WALL, LAPTOP], ids=["wall", "situation"])
def test_what_cannot_be_seen_changes_no_stamp(view: View) -> None:
    """Half a minute in which only the clock moved: serial, times, beats, fading heat and digits no screen shows."""
    later = replace(
        BUSY,
        serial=BUSY.serial + 1,
        version=BUSY.version + 3,
        as_of=BUSY.as_of + timedelta(seconds=30),
        moment=BUSY.moment + timedelta(seconds=30),
        made_at=BUSY.made_at + timedelta(seconds=30),
        sources=BUSY.sources.assign(beat_at=BUSY.sources["beat_at"] + timedelta(seconds=30)),
        heat=BUSY.heat.assign(weight=BUSY.heat["weight"] * 0.5 ** (30 / 7200)),
        grids=BUSY.grids.assign(score=BUSY.grids["score"] + 1e-6, expected=BUSY.grids["expected"] + 1e-9),
    )
    assert view.stamp(later) == view.stamp(BUSY)


def _changed() -> dict[str, Snapshot]:
    grids = BUSY.grids
    return {
        "mode": replace(BUSY, mode="emergency"),
        "stock": replace(BUSY, stock=replace(BUSY.stock, open=BUSY.stock.open + 1)),
        "level": replace(BUSY, grids=grids.assign(level=["red", *grids["level"][1:]])),
        "escalation": replace(BUSY, escalations=BUSY.escalations.iloc[1:]),
        "case": replace(BUSY, latest=BUSY.latest.iloc[1:]),
        "source": replace(BUSY, sources=BUSY.sources.iloc[1:]),
        "deadline passed": replace(BUSY, moment=BUSY.moment + timedelta(hours=9)),
        "heat": replace(BUSY, heat=BUSY.heat.iloc[1:]),
    }


@pytest.mark.parametrize("change", _changed())
@pytest.mark.parametrize("view", [WALL, LAPTOP], ids=["wall", "situation"])
def test_each_change_on_the_screen_changes_the_stamp(view: View, change: str) -> None:
    assert view.stamp(_changed()[change]) != view.stamp(BUSY)


def test_a_view_of_its_own_is_drawn_again_when_something_is_recorded_but_not_at_each_second() -> None:
    def later(seconds: int) -> Snapshot:
        return replace(BUSY, as_of=BUSY.as_of.replace(second=0, microsecond=0) + timedelta(seconds=seconds))

    narrowed, wrong, past = _laptop(area="A1"), _laptop(as_of="soon"), _laptop(as_of="2024-03-01T09:00")
    for view in (narrowed, wrong):
        assert view.stamp(later(1)) == view.stamp(later(2)) != view.stamp(later(40))
    assert past.stamp(later(1)) == past.stamp(later(40))


def test_views_differ_by_what_is_asked_for() -> None:
    others = [
        wall.view(language="en", theme_name="dark", geometry_base="/geometry"),
        wall.view(language="zh", theme_name="light", geometry_base="/geometry"),
        wall.view(language="zh", theme_name="dark", overlays=("heat",), geometry_base="/geometry"),
        _laptop(area="A1"),
        _laptop(1280),
    ]
    assert len({view.key for view in (WALL, LAPTOP, *others)}) == 7


def test_a_notice_carries_the_stamp_of_each_view_looked_at() -> None:
    board = Board()
    board.publish(BUSY, vitals())
    assert board.notice.views == {}
    drawn = board.views.look(WALL, BUSY)
    board.publish(replace(BUSY, serial=BUSY.serial + 1), vitals())
    assert board.notice.views == {WALL.key: drawn}
    board.publish(replace(BUSY, serial=BUSY.serial + 2, mode="emergency"), vitals())
    assert board.notice.views[WALL.key] != drawn


def _view(name: str, *, is_wall: bool = False, cost: float = 0, clock: list[float] | None = None) -> View:
    def seen(_: Snapshot) -> Iterable[str]:
        if clock is not None:
            clock[0] += cost
        yield name

    return View((name,), seen, is_wall)


def test_a_view_nobody_draws_any_more_is_left_out() -> None:
    clock = [0.0]
    looked = Views(clock=lambda: clock[0])
    looked.look(_view("left"), snapshot())
    clock[0] += views.LEFT_AFTER
    looked.look(_view("kept"), snapshot())
    clock[0] += 1
    assert set(looked.stamps(snapshot())) == {_view("kept").key}


def test_walls_come_first_and_the_time_spent_ahead_is_bounded() -> None:
    clock = [0.0]
    looked = Views(clock=lambda: clock[0])
    wall_view = _view("wall", is_wall=True, cost=0.1, clock=clock)
    looked.look(wall_view, snapshot())
    laptops = [_view(f"laptop {number}", cost=0.1, clock=clock) for number in range(5)]
    for each in laptops:
        looked.look(each, snapshot())
    assert list(looked.stamps(snapshot())) == [wall_view.key, laptops[-1].key]


def test_a_view_that_fails_does_not_keep_the_picture_from_the_others() -> None:
    def fail(_: Snapshot) -> Iterable[str]:
        raise ZeroDivisionError

    looked = Views()
    looked.look(_view("good"), snapshot())
    looked._looked["bad"] = (View(("bad",), fail), looked.clock())
    assert set(looked.stamps(snapshot())) == {_view("good").key}
