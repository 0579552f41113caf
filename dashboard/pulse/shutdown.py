"""An orderly end of the server: event streams first, then everything else, and never longer than a few seconds.

The server waits for open responses before it runs the app's shutdown hooks, and an event stream is a response that
never ends by itself. So the streams are ended by the signal itself. The handlers found here are the server's own;
they are called after ours and put back at the end.
"""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final

#: Seconds after the first signal: no longer wait for connections; then: leave, whatever still runs.
FORCE_AFTER: Final = 3.0
LEAVE_AFTER: Final = 5.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def streams_end_first(
    end: Callable[[], None], *, force_after: float = FORCE_AFTER, leave_after: float = LEAVE_AFTER
) -> Iterator[None]:
    """While this holds, SIGINT and SIGTERM call `end` on the running event loop before the server's own handler.

    Outside the main thread (tests, servers embedded elsewhere) signals cannot be taken over and nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    found = {number: signal.getsignal(number) for number in _SIGNALS}
    timers: list[threading.Timer] = []

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end)
        if not timers:
            timers.extend(_deadlines(force_after, leave_after))
        server = found[signal.Signals(number)]
        if callable(server):
            server(number, frame)

    for number in _SIGNALS:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, server in found.items():
            signal.signal(number, server)
        if timers:  # the hooks have run: only the last way out stays armed, for threads that would not end
            timers[0].cancel()


def _deadlines(force_after: float, leave_after: float) -> list[threading.Timer]:
    """A second SIGINT tells the server to stop waiting; leaving at once is for what does not hear even that."""
    timers = [
        threading.Timer(force_after, lambda: os.kill(os.getpid(), signal.SIGINT)),
        threading.Timer(leave_after, lambda: os._exit(0)),
    ]
    for timer in timers:
        timer.daemon = True
        timer.start()
    return timers
