"""The live fragment: the one part of a page that is drawn again when something shown has changed."""

import time
from collections.abc import Callable

import streamlit as st

from dashboard import live
from dashboard.live.counters import REDRAWS
from dashboard.live.views import View
from dashboard.pulse import component
from dashboard.snapshot import Snapshot


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

    @st.fragment
    def body() -> None:
        started = time.thread_time()
        board = live.board()
        notice = board.notice  # before the picture: a picture newer than its notice is only drawn once more
        is_admitted = live.live().gate.admits(st.context.cookies)
        snapshot = board.snapshot if is_admitted else None
        looked_at = view()
        component.mount(
            notice,
            view=looked_at.key,
            stamp=None if snapshot is None else board.views.look(looked_at, snapshot),
            time_zone=snapshot.place.time_zone if snapshot is not None else "UTC",
            is_wall=is_wall,
            is_refused=is_admitted is False,
        )
        if snapshot is None:
            without("refused" if is_admitted is False else notice.trouble or "starting")
        else:
            draw(snapshot)
        seconds.observe(time.thread_time() - started)

    body()


def current() -> Snapshot | None:
    """The picture on the board, for callbacks of widgets in a fragment."""
    return live.board().snapshot
