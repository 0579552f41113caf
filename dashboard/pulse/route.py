"""GET /pulse: the board's notices as server-sent events, until the browser leaves or the server goes down."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from dashboard.live.board import Board, Notice
from dashboard.live.refresher import utc_now

#: Names this process to its browsers: another one behind the same address means the server was started anew.
BOOT: Final = secrets.token_hex(4)
#: Seconds between two events when nothing changes; the page takes three times as much for silence.
KEEP_ALIVE: Final = 10.0
#: Streams one process keeps open at most.
MOST_STREAMS: Final = 2000
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back
    "X-Content-Type-Options": "nosniff",
}


class Pulse:
    """The event streams of one process, on one event loop."""

    def __init__(self, board: Callable[[], Board], *, keep_alive: float = KEEP_ALIVE) -> None:
        self._board = board
        self._keep_alive = keep_alive
        self._ending = asyncio.Event()
        self._open: set[asyncio.Event] = set()

    def end(self) -> None:
        """End every open stream and take no new one. Call it on the event loop, before the server waits for them."""
        self._ending.set()
        for wake in self._open:
            wake.set()

    async def endpoint(self, _: Request) -> Response:
        """Answer with the stream; 503 when the server is going down or has too many."""
        if self._ending.is_set() or len(self._open) >= MOST_STREAMS:
            return PlainTextResponse("no stream now", status_code=503, headers={"Retry-After": "5"})
        return StreamingResponse(self._events(), media_type="text/event-stream", headers=_HEADERS)

    async def _events(self) -> AsyncIterator[str]:
        board = self._board()
        wake = asyncio.Event()
        unsubscribe = board.subscribe(asyncio.get_running_loop(), wake)
        self._open.add(wake)
        try:
            yield "retry: 2000\n\n"
            while not self._ending.is_set():
                wake.clear()
                yield event(board.notice, now=utc_now())
                try:
                    await asyncio.wait_for(wake.wait(), self._keep_alive)
                except TimeoutError:
                    continue
            yield "event: bye\ndata: {}\n\n"
        finally:
            self._open.discard(wake)
            unsubscribe()


def event(notice: Notice, *, now: datetime) -> str:
    """One server-sent event. Times are milliseconds since 1970; ages are seconds by the server's clock."""
    return f"id: {notice.serial}\ndata: {json.dumps(facts(notice, now=now), separators=(',', ':'))}\n\n"


def facts(notice: Notice, *, now: datetime) -> dict[str, object]:
    """What a browser is told, ready for JSON; the page gets the same by its own fragment while a stream is silent."""
    return {
        "boot": BOOT,
        "serial": notice.serial,
        "stamp": notice.stamp,
        "views": dict(notice.views),
        "serverNow": _ms(now),
        "dataAt": _ms(notice.data_at),
        "madeAt": _ms(notice.made_at),
        "ageSeconds": age_seconds(notice, now=now),
        "isLive": notice.is_live,
        "trouble": notice.trouble,
        "sources": {source: _ms(beat_at) for source, beat_at in notice.beats},
    }


def age_seconds(notice: Notice, *, now: datetime) -> float | None:
    """Age of the data on the board; None while there are none. A feed that runs ahead of the clock is 0 s old."""
    if notice.data_at is None:
        return None
    return max(0.0, round((now - notice.data_at).total_seconds(), 3))


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
