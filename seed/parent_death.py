"""Children that end with their parent, even when the parent is killed outright (Linux; elsewhere they stay)."""

import ctypes
import os
import sys
import threading
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> Callable[[], None] | None:
    """Give the `preexec_fn` of a child that is sent signal `number` when the thread that starts it ends.

    None where the system has no such thing, and outside the main thread, whose end is the process's end. The library is
    loaded here, before the fork; after it the child makes one system call. It must be made after the child has changed
    its user, which clears the setting: subprocess runs `preexec_fn` last.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    set_option = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arm() -> None:
        set_option(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the call
            os._exit(1)

    return arm
