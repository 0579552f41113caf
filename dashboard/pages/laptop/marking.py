"""What is done from a laptop: asking for an answer 督办, noting that a hand-up was seen 知悉, freezing a review.

Only where LAPTOP_COMMANDS is "paired", and only on a device that was paired (dashboard/pair.py keeps its token in a
cookie that no script reads). What is done is told to the server by the words of a button: ``supervise:17:1:0``.
"""

import time
from typing import Final

import streamlit as st

from dashboard import live
from dashboard.live.ask import NoAnswerError
from dashboard.live.commands import COOKIE, CommandError, Device, Outcome
from dashboard.live.questions import AskingError
from dashboard.live.reviewed import PeriodError, look_again, to_be_frozen
from dashboard.text import Text

_SAID: Final = "gg_marked"
#: Seconds for which it is said what came of a button.
_SAID_FOR: Final = 10.0
#: Seconds a mark waits to be in the picture, so that what is drawn next shows it.
_SHOWN_WITHIN: Final = 1.5
_STEP: Final = 0.05


def device(subdistrict_id: int) -> Device | None:
    """The paired device this is; None where marks are not set from laptops, or not from this one."""
    token = _token()
    if not token:
        return None
    try:
        found = live.live().commands.device(token)
    except CommandError:
        return None
    return found if found is not None and found.subdistrict_id == subdistrict_id else None


def act(told: str) -> None:
    """Callback of a button: do what it says; what came of it is said at the next drawing."""
    word, *numbers = told.split(":")
    token, commands = _token(), live.live().commands
    if not token or not all(number.isdecimal() and len(number) < 18 for number in numbers):
        return
    before = live.board().snapshot
    try:
        if word == "supervise" and len(numbers) == 3:
            outcome = commands.supervise(token, *(int(number) for number in numbers))
        elif word == "acknowledge" and len(numbers) == 2:
            outcome = commands.acknowledge_escalation(token, *(int(number) for number in numbers))
        elif word == "freeze" and len(numbers) == 2 and before is not None:
            outcome = commands.freeze(token, to_be_frozen(before, *numbers))
            look_again()
        else:
            return
    except NoAnswerError:
        _say("unreachable")
        return
    except (PeriodError, AskingError):
        return
    except CommandError as error:
        _say(error.code)
        return
    _say(outcome.value)
    if outcome is Outcome.DONE and word != "freeze" and before is not None:
        _wait_for_newer(before.version)


def _say(code: str) -> None:
    st.session_state[_SAID] = code, time.monotonic()


def said(words: Text) -> tuple[str, ...]:
    """What came of the last button, for some seconds: a page is drawn anew as soon as the mark is in the picture."""
    if not _are_set_here():
        return ()
    code, at = st.session_state.get(_SAID, ("", 0.0))
    if time.monotonic() - at > _SAID_FOR:
        return ()
    named = {
        Outcome.DONE: words("Noted."),
        Outcome.ALREADY: words("Nothing was noted: someone has just done so already."),
        Outcome.CLOSED: words("Nothing was noted: it was answered or closed in the meantime."),
        "unpaired": words("Nothing was done: this device is not paired any more."),
        "unreachable": words("Nothing was done: the database does not answer. Try again."),
    }
    return (named[code],) if code in named else ()


def _token() -> str:
    return st.context.cookies.get(COOKIE, "") if _are_set_here() else ""


def _are_set_here() -> bool:
    return live.live().settings.laptop_commands == "paired"


def _wait_for_newer(version: int) -> None:
    give_up = time.monotonic() + _SHOWN_WITHIN
    while time.monotonic() < give_up:
        newest = live.board().snapshot
        if newest is not None and newest.version > version:
            return
        time.sleep(_STEP)
