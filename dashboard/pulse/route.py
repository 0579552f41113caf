"""GET /pulse: the board's notices as server-sent events, until the browser leaves or the server goes down.

GET /pulse?once answers with the newest notice alone: what a page asks while its stream is silent.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from dashboard.live.board import Board, Notice
from dashboard.live.refresher import utc_now
from dashboard.pulse.release import release

#: Names this process to its browsers: another one behind the same address means the server was started anew.
BOOT: Final = secrets.token_hex(4)
#: Seconds between two events when nothing changes. A page marks an outage after 3.5 s without one (pulse.js).
KEEP_ALIVE: Final = 1.5
#: Streams one process keeps open at most.
MOST_STREAMS: Final = 2000
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back
    "X-Content-Type-Options": "nosniff",
}


class Pulse:
    """The event streams of one process, on one event loop."""

    def __init__(
        self,
        board: Callable[[], Board],
        *,
        keep_alive: float = KEEP_ALIVE,
        admits: Callable[[Request], bool | None] = lambda _: True,
    ) -> None:
        self._board = board
        self._keep_alive = keep_alive
        self._admits = admits
        self._ending = asyncio.Event()
        self._open: set[asyncio.Event] = set()

    def end(self) -> None:
        """End every open stream and take no new one. Call it on the event loop, before the server waits for them."""
        self._ending.set()
        for wake in self._open:
            wake.set()

    async def endpoint(self, request: Request) -> Response:
        """Answer with the stream; 503 when the server is going down or has too many, 403 to whom nothing is shown."""
        if self._ending.is_set() or len(self._open) >= MOST_STREAMS:
            return PlainTextResponse("no stream now", status_code=503, headers={"Retry-After": "5"})
        is_admitted = self._admits(request)
        if is_admitted is None:  # nobody can say yet: the screen keeps what it has
            return PlainTextResponse("not yet known", status_code=503, headers={"Retry-After": "2"})
        if not is_admitted:
            return PlainTextResponse("this screen's address does not hold", status_code=403, headers=_HEADERS)
        if "once" in request.query_params:
            return JSONResponse(facts(self._board().notice, now=utc_now(), streams=len(self._open)), headers=_HEADERS)
        return StreamingResponse(self._events(request), media_type="text/event-stream", headers=_HEADERS)

    async def _events(self, request: Request) -> AsyncIterator[str]:
        board = self._board()
        wake = asyncio.Event()
        unsubscribe = board.subscribe(asyncio.get_running_loop(), wake)
        self._open.add(wake)
        try:
            yield "retry: 1000\n\n"
            while not self._ending.is_set():
                wake.clear()
                if self._admits(request) is False:  # since when its token was revoked
                    yield "event: refused\ndata: {}\n\n"
                    return
                yield event(board.notice, now=utc_now(), streams=len(self._open))
                try:
                    await asyncio.wait_for(wake.wait(), self._keep_alive)
                except TimeoutError:
                    continue
            yield "event: bye\ndata: {}\n\n"
        finally:
            self._open.discard(wake)
            unsubscribe()


def event(notice: Notice, *, now: datetime, streams: int = 0) -> str:
    """One server-sent event. Times are milliseconds since 1970; ages are seconds by the server's clock."""
    told = json.dumps(facts(notice, now=now, streams=streams), separators=(",", ":"))
    return f"id: {notice.serial}\ndata: {told}\n\n"


def facts(notice: Notice, *, now: datetime, streams: int = 0) -> dict[str, object]:
    """What a browser is told, ready for JSON; each redraw of its own fragment tells a page the same.

    ``streams``: how many are open, over whom a reload of all is spread.
    """
    return {
        "boot": BOOT,
        "release": release(),
        "streams": streams,
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
