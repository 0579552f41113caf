"""The board: what counts as something new to see, how old the data are, and who hears of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from dashboard.live.board import Board
from dashboard.live.views import View
from dashboard.pulse.route import age_seconds
from tests.dashboard_live.pictures import T0, snapshot, vitals


def test_a_beat_keeps_the_data_young_without_a_new_picture() -> None:
    board = Board()
    board.publish(snapshot(), vitals())
    assert age_seconds(board.notice, now=T0) == 1
    board.sign_of_life(replace(vitals(), beats=(("patrol", T0 + timedelta(seconds=20)),)))
    assert age_seconds(board.notice, now=T0 + timedelta(seconds=21)) == 1
    assert board.notice.serial == 1


def test_a_beat_does_not_rejuvenate_a_picture_that_lags_behind() -> None:
    board = Board()
    board.publish(snapshot(), vitals(version=1))
    board.sign_of_life(replace(vitals(version=2), beats=(("patrol", T0 + timedelta(seconds=20)),)))
    assert age_seconds(board.notice, now=T0 + timedelta(seconds=21)) == 22


def test_trouble_keeps_the_picture_and_its_stamp() -> None:
    board = Board()
    board.publish(snapshot(), vitals())
    stamp = board.notice.stamp
    board.trouble("unreachable")
    assert board.snapshot is not None
    assert board.notice.stamp == stamp
    assert board.notice.trouble == "unreachable"


def test_a_feed_ahead_of_the_clock_is_not_younger_than_now() -> None:
    board = Board()
    board.publish(snapshot(), replace(vitals(), beats=(("patrol", T0 + timedelta(hours=1)),)))
    assert age_seconds(board.notice, now=T0) == 0


def test_what_a_view_waited_for_changes_its_stamp_on_the_picture_that_hangs() -> None:
    board, come = Board(), ["nothing yet"]
    board.again()  # before the first picture there is nothing to see
    board.publish(snapshot(), vitals())
    view = View(("page",), lambda _: tuple(come))
    board.views.look(view, snapshot())
    board.again()
    before = board.notice
    come.append("the answer")
    board.again()
    assert board.notice.views[view.key] != before.views[view.key]
    assert (board.notice.serial, board.notice.data_at) == (before.serial, before.data_at)


def test_subscribers_hear_from_another_thread_and_can_leave() -> None:
    async def watch() -> tuple[bool, int]:
        board = Board()
        wake = asyncio.Event()
        leave = board.subscribe(asyncio.get_running_loop(), wake)
        await asyncio.to_thread(board.publish, snapshot(), vitals())
        await asyncio.wait_for(wake.wait(), 2)
        leave()
        wake.clear()
        await asyncio.to_thread(board.publish, snapshot(serial=2), vitals())
        await asyncio.sleep(0.05)
        return wake.is_set(), board.watchers()

    assert asyncio.run(watch()) == (False, 0)


def test_a_closed_event_loop_is_forgotten() -> None:
    board = Board()

    async def subscribe() -> None:
        board.subscribe(asyncio.get_running_loop(), asyncio.Event())

    asyncio.run(subscribe())
    board.publish(snapshot(), vitals())
    assert board.watchers() == 0
