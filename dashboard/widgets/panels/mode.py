"""Owns how the mode is said: an inverse tag before every verdict, and beside it why and since when."""

from typing import Any

import pandas as pd

from dashboard.snapshot import Snapshot
from dashboard.text import Text


def when(moment: Any, snapshot: Snapshot, words: Text) -> str:
    """The time of day, with its day where that is not today."""
    zone = snapshot.place.time_zone
    local, now = moment.tz_convert(zone), pd.Timestamp(snapshot.moment).tz_convert(zone)
    clock = words.clock(moment, zone)
    return clock if local.date() == now.date() else f"{words.day(local.date())} {clock}"


def tag(snapshot: Snapshot, words: Text) -> list[dict[str, Any]]:
    """The first part of every verdict in an emergency; nothing in normal mode."""
    if snapshot.mode != "emergency":
        return []
    return [{"mode": True, "pieces": [{"tag": words("Emergency")}]}]


def crumbs(snapshot: Snapshot, words: Text) -> list[dict[str, Any]]:
    """The mode's name in normal mode; in an emergency why, since when, and whether a rule has set it."""
    if snapshot.mode != "emergency":
        return [{"t": words("Normal mode")}]
    state = snapshot.mode_since
    since = words("since {time}", time=when(pd.Timestamp(state.since), snapshot, words)) if state.since else ""
    by = words("set by rule") if state.is_by_rule else ""
    return [{"t": part} for part in (words.label(state, "reason"), since, by) if part]
