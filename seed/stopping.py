"""How a long-running command is told to stop: Ctrl-C, SIGTERM, and the terminal going away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """Somebody asked the command to stop. Carries the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def ignore_signals() -> None:
    """From here on nothing interrupts: call it before cleaning up that is bounded in time by itself."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def stops_on_signals() -> Iterator[None]:
    """Within the block the first request to stop raises Stopped in the main thread, and later ones are ignored.

    Handlers are set whatever was inherited: a child of a background shell starts with SIGINT ignored. Only SIGHUP stays
    ignored where it is, which is what nohup asks for. What ends the block must be bounded in time by itself.
    """
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}

    def stop(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
