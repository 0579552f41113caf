"""Owns how long times are put on the wall: one number and one unit, to be read from across the room."""

import math
from typing import Any

import pandas as pd

from dashboard.frames import rows
from dashboard.text import Text

_HOUR, _DAY = 60.0, 1440.0  # minutes
#: Between two stages; total handling time is none of them.
TOTAL = "reported_resolved"


def span(minutes: float, words: Text) -> tuple[str, str]:
    """A length of time as digits and unit: 45 s, 38 min, 2.6 h, 12 h, 5.9 d."""
    seconds = round(minutes * 60)
    if seconds < 60:
        return str(seconds), words("s")
    if round(minutes) < 100:
        return str(round(minutes)), words("min")
    size, unit = (minutes / _HOUR, words("h")) if minutes < 2 * _DAY else (minutes / _DAY, words("d"))
    return words.number(size, 1 if round(size, 1) < 10 else 0), unit


def is_reached(minutes: float | None) -> bool:
    """False where a quantile was not reached: a number that is none."""
    return minutes is not None and not math.isnan(minutes)


def span_text(minutes: float, followed: float, words: Text) -> str:
    """The same in one piece; more than the longest time followed where it was not reached."""
    reached = is_reached(minutes)
    digits, unit = span(minutes if reached else followed, words)
    said = words("{digits} {unit}", digits=digits, unit=unit)
    return said if reached else words("> {span}", span=said)


def slowest(clocks: pd.DataFrame) -> Any:
    """The interval with the longest median; one whose median was not reached comes first. None where there is none."""
    between = [row for row in rows(clocks) if row.clock != TOTAL]
    return max(between, key=_length, default=None)


def _length(row: Any) -> tuple[bool, float]:
    reached = is_reached(row.median_minutes)
    return not reached, row.median_minutes if reached else row.followed_minutes
