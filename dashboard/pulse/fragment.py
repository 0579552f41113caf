"""The live fragment: the one part of a page that is drawn again when something shown has changed."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Final

import streamlit as st

from dashboard import live
from dashboard.live.counters import ERRORS, REDRAWS
from dashboard.live.views import View
from dashboard.pulse import component
from dashboard.snapshot import Snapshot

_LOG = logging.getLogger(__name__)

#: A timer makes Streamlit's page run the whole script by itself when its socket is there again, on a server started
#: anew too: the wall is drawn in place and need not be loaded afresh. The timer's own runs are of no use, hence seldom.
_TIMER: Final = 3600.0
#: Seconds a page waits for the first picture of a server just started; what it showed before stays meanwhile.
_FIRST_PICTURE: Final = 10.0
#: Walls are drawn one after the other: a hundred that draw at once all wait for the last, one after the other they wait
#: half as long in the middle. They draw from memory alone, so that none holds up another. Laptops ask the store.
_WALLS: Final = threading.Lock()


def run(
    draw: Callable[[Snapshot], None],
    *,
    without: Callable[[str], None],
    view: Callable[[], View],
    page: str,
    is_wall: bool = False,
) -> None:
    """Draw the picture on the board now and at each change of what this viewer sees of it, from memory alone.

    `draw` gets the picture; `without` gets the code of the trouble while there has been no picture yet, or "refused"
    where the gate does not let this viewer see it. Both must emit the same sequence of elements every time, or maps and
    charts are mounted anew. `view` says at each redraw what is looked at.
    """
    seconds = REDRAWS.labels(page=page)

    @st.fragment(run_every=_TIMER)
    def body() -> None:
        board = live.board()
        _wait_for_the_first(board)
        with _WALLS if is_wall else nullcontext():
            redraw(board)

    def redraw(board: live.Board) -> None:
        started = time.thread_time()
        notice = board.notice  # before the picture: a picture newer than its notice is only drawn once more
        is_admitted = live.live().gate.admits(st.context.cookies)
        snapshot = board.snapshot if is_admitted else None
        looked_at = view()
        component.mount(
            notice,
            page=page,
            view=looked_at.key,
            stamp=None if snapshot is None else board.views.look(looked_at, snapshot),
            time_zone=snapshot.place.time_zone if snapshot is not None else "UTC",
            is_wall=is_wall,
            is_refused=is_admitted is False,
        )
        if snapshot is None:
            without("refused" if is_admitted is False else notice.trouble or "starting")
        else:
            try:
                draw(snapshot)
            except Exception:  # nothing of it may reach a screen; the next change draws anew
                ERRORS.labels(where="page").inc()
                _LOG.exception("page %s could not be drawn", page)
                without("failing")
        seconds.observe(time.thread_time() - started)

    body()


def _wait_for_the_first(board: live.Board) -> None:
    give_up = time.monotonic() + _FIRST_PICTURE
    while board.snapshot is None and board.notice.trouble == "starting" and time.monotonic() < give_up:
        time.sleep(0.1)


def current() -> Snapshot | None:
    """The picture on the board, for callbacks of widgets in a fragment."""
    return live.board().snapshot
