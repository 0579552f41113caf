"""The last 24 hours of the map: the level every unit had at each half hour, as it was known then.

A step is assessed once and kept, so that a new half hour costs one question. A server that starts works backwards from
now, a few steps with each picture.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from dashboard.live.asked import Asked
from dashboard.live.standing import assessed_at
from dashboard.snapshot import Replay, Step
from queries import cases

EVERY: Final = timedelta(minutes=30)
STEPS: Final = 48
#: Seconds a picture may spend on steps that are missing, after the first of them.
BUDGET: Final = 0.06

Levels = tuple[tuple[int, str], ...]


def replay(asked: Asked, unit_level: str) -> Replay:
    """The cases of the last day, and the steps that are known without a gap up to now, oldest first."""
    kept: dict[datetime, Levels] = asked.memory.notes.setdefault("steps", {})
    moments = half_hours(asked.filter.as_of.astimezone(asked.filter.zone))
    for moment in [moment for moment in kept if moment < moments[0]]:
        del kept[moment]
    began = time.monotonic()
    for moment in reversed([moment for moment in moments if moment not in kept]):
        then = replace(asked, filter=replace(asked.filter, as_of=moment))
        levels = assessed_at(then, unit_level)
        if levels is None:
            break
        kept[moment] = levels
        if time.monotonic() - began > BUDGET:
            break
    known: list[Step] = []
    for moment in reversed(moments):
        if moment not in kept:
            break
        known.append(Step(moment, kept[moment]))
    return Replay(tuple(moments), tuple(reversed(known)), cases.replay(asked.connection, asked.filter))


def half_hours(local: datetime) -> list[datetime]:
    """The last 48 whole half hours of the clock up to this moment, oldest first."""
    past = timedelta(minutes=local.minute % (EVERY.seconds // 60), seconds=local.second, microseconds=local.microsecond)
    newest = local.astimezone(UTC) - past
    return [newest - EVERY * number for number in range(STEPS - 1, -1, -1)]
