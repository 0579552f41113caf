"""The duty desk: the mode and why, open grave cases, what comes in against the usual, the shift."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from dashboard.live.asked import HOUR, MOMENT, Asked
from dashboard.snapshot import Duty, Inflow, ModeSince
from queries import duty, mode, privacy
from queries.vocabulary import Mode

#: How far the inflow looks back at least, and at most in slots of five minutes.
AT_LEAST: Final = timedelta(hours=1)
LONGEST_SLOTS: Final = timedelta(hours=3)
_SLOTS_AN_HOUR: Final = 12


@dataclass(frozen=True)
class Desk:
    """What the duty desk adds to a picture."""

    mode: str
    mode_since: ModeSince
    grave: pd.DataFrame
    inflow: Inflow | None
    duty: Duty
    next_mode: pd.Series  # when a planned mode begins


def desk(asked: Asked) -> Desk:
    """All of it, asked anew at each picture but for what is usual."""
    standing = mode.standing(asked.connection, asked.filter)
    handovers = duty.handovers(asked.connection, asked.filter)
    return Desk(
        mode=standing.mode.value,
        mode_since=ModeSince(standing.since, standing.reason_zh, standing.reason_en, standing.is_by_rule),
        grave=_grave(asked),
        inflow=_inflow(asked, standing),
        duty=Duty(None if handovers.empty else str(handovers["to_officer"].iloc[0]), handovers),
        next_mode=pd.Series([standing.next_at], dtype="datetime64[us, UTC]"),
    )


def _grave(asked: Asked) -> pd.DataFrame:
    found = duty.grave(asked.connection, asked.filter)
    shown = [kind.value for kind in privacy.SHOWN_SINGLY]
    return found.assign(
        is_unacknowledged=(found["risk"] == "red") & found["acknowledged_at"].isna(),
        is_shown=found["kind"].isin(shown),
    )


def _inflow(asked: Asked, standing: mode.Standing) -> Inflow:
    """Asked anew at each picture of an emergency; otherwise nobody but a rehearsal looks at it."""
    if standing.mode is Mode.EMERGENCY:
        return _came_in(asked, standing)
    return asked.slow("inflow", MOMENT, lambda: _came_in(asked, standing))


def _came_in(asked: Asked, standing: mode.Standing) -> Inflow:
    now = asked.filter.as_of
    is_emergency = standing.mode is Mode.EMERGENCY and standing.since is not None
    # what a rule has turned by came before it turned: an emergency of less than an hour is seen in its hour
    since = min(standing.since or now, now - AT_LEAST) if is_emergency else now - AT_LEAST
    total = mode.reported_since(asked.connection, asked.filter, since)
    hours = asked.slow("usual_hours", HOUR, lambda: _hours(asked))
    slots = mode.inflow(asked.connection, asked.filter, max(since, now - LONGEST_SLOTS))
    zone = asked.filter.zone
    a_slot = [np.nan if hours is None else hours[at.astimezone(zone).hour] / _SLOTS_AN_HOUR for at in slots["from_at"]]
    usual = None if hours is None else expected(hours, since, now, asked)
    return Inflow(
        since, total.reported, total.red, total.orange, total.open, usual, slots.assign(usual=np.array(a_slot, float))
    )


def _hours(asked: Asked) -> list[float] | None:
    """Mean cases of each hour of the day; None where the store holds none of the days that would tell."""
    found = mode.usual_hours(asked.connection, asked.filter)
    if found.empty:
        return None
    by_hour = dict(zip(found["hour"], found["reported"], strict=True))
    return [by_hour.get(hour, 0) / mode.USUAL_DAYS for hour in range(24)]


def expected(hours: list[float], since: datetime, until: datetime, asked: Asked) -> float:
    """Cases usual between two moments: whole hours of the local clock by their mean, parts of one by their share."""
    total, at = 0.0, since
    while at < until:
        local = at.astimezone(asked.filter.zone)
        end = min(until, at + timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second,
                                                             microseconds=local.microsecond))  # fmt: skip
        total += hours[local.hour] * ((end - at) / timedelta(hours=1))
        at = end
    return total
