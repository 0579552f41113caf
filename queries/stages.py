"""The clocks between the six stages 六个第一时间, and how soon cases are dispatched. Definitions: catalogue."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, RATE, By, NotRecordedError, parameters
from queries.filters import Filter
from queries.runner import Shape, Type, ask, execute, frame_of, shape
from queries.statistics import survival
from queries.vocabulary import Risk

#: Days before a period's end in which a source must have told of a stage to count as recording it.
LOOKED_BACK_DAYS: Final = 28


class Clock(StrEnum):
    """From one stage to the next, and the total handling time."""

    DISCOVERED_REPORTED = "discovered_reported"
    REPORTED_DISPATCHED = "reported_dispatched"
    DISPATCHED_RESOLVED = "dispatched_resolved"
    RESOLVED_FED_BACK = "resolved_fed_back"
    FED_BACK_EVALUATED = "fed_back_evaluated"
    REPORTED_RESOLVED = "reported_resolved"  # total: from reported to first resolved


RECORDED: Final[Shape] = shape(
    source=Type.TEXT,
    discovered=Type.FLAG,
    dispatched=Type.FLAG,
    resolved=Type.FLAG,
    fed_back=Type.FLAG,
    evaluated=Type.FLAG,
)

CLOCKS: Final[Shape] = shape(
    key=Type.TEXT,
    clock=Type.TEXT,
    n=(Type.INTEGER, "cases on the clock"),
    reached=(Type.INTEGER, "cases that reached the later stage"),
    median_minutes=(Type.NUMBER, "minutes"),
    p90_minutes=(Type.NUMBER, "minutes"),
    followed_minutes=(Type.NUMBER, "minutes"),
    is_provisional=Type.FLAG,
)


@dataclass(frozen=True)
class DispatchLimits:
    """Within what time a case must be dispatched (stages.toml)."""

    urgent_risks: tuple[Risk, ...]
    urgent: timedelta
    ordinary: timedelta


@cache
def dispatch_limits() -> DispatchLimits:
    """The limits in stages.toml. Raises ValueError where it names a colour that is none."""
    held = tomllib.loads(resources.files("queries").joinpath("stages.toml").read_text(encoding="utf-8"))["dispatch"]
    return DispatchLimits(
        tuple(Risk(risk) for risk in held["urgent_risks"]),
        timedelta(minutes=held["urgent_minutes"]),
        timedelta(minutes=held["ordinary_minutes"]),
    )


def recorded(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source with a case in the 28 days before the end of the filter's period (RECORDED).

    A source whose cases of those days never had a stage does not record it. Asked of the whole subdistrict and of all
    kinds: that a grid's three cases were never evaluated does not say that evaluation is not recorded.
    """
    _, last = filter.period(LOOKED_BACK_DAYS)
    first = last - timedelta(days=LOOKED_BACK_DAYS - 1)
    asked = {
        **filter.parameters(),
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
    }
    return ask(connection, "stages", "recorded", RECORDED, asked)


def clocks(connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None) -> pd.DataFrame:
    """One row per key and clock with a case on it (CLOCKS), cases reported in the period or the last 28 local days.

    Median and 90th percentile by Kaplan and Meier (statistics.survival), in minutes; NaN where the estimate has not
    come down so far: then more than ``followed_minutes``, the longest time seen. Cases of a source that does not record
    a clock's later stage (``recorded``) are not on it; a clock that no source records has no row.
    """
    told = recorded(connection, filter)
    asked = {
        **parameters(filter, by, unit_level=unit_level),
        **{f"without_{stage}": told.loc[~told[stage], "source"].tolist() for stage in RECORDED.names[1:]},
    }
    rows = sorted(execute(connection, "stages", "clocks", asked), key=lambda row: row.key or "")
    timed = [(row, clock, getattr(row, clock)) for row in rows for clock in Clock if getattr(row, clock) is not None]
    found = survival.quantiles_of([survival.unpack(packed) for _, _, packed in timed], (0.5, 0.9))
    answer = []
    for (row, clock, _), each in zip(timed, found, strict=True):
        minutes = (None if value is None else value / 60 for value in (*each.values, each.followed))
        answer.append((row.key, clock.value, each.n, each.events, *minutes, row.is_provisional))
    return frame_of(answer, CLOCKS)


def dispatch_share(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    is_urgent: bool | None = None,
) -> pd.DataFrame:
    """One row per key with a case (figure.RATE): dispatched within the limit of its colour (stages.toml).

    ``is_urgent``: the urgent cases alone (30 minutes), the ordinary ones alone (2 hours), or None, both. Provisional
    until the last day's limits have passed. Raises NotRecordedError where no source records dispatch.
    """
    limits = dispatch_limits()
    told = recorded(connection, filter)
    sources = told.loc[told["dispatched"], "source"].tolist()
    if not sources and not told.empty:
        raise NotRecordedError("No source records when a case was dispatched, so this figure is not recorded.")
    asked: dict[str, Any] = {
        **parameters(filter, by, unit_level=unit_level, groupings=CASE_GROUPINGS),
        "sources": sources,
        "is_urgent": is_urgent,
        "urgent_risks": [risk.value for risk in limits.urgent_risks],
        "urgent_within": limits.urgent,
        "ordinary_within": limits.ordinary,
        "longest_within": max(limits.urgent, limits.ordinary),
    }
    return ask(connection, "stages", "dispatch_share", RATE, asked)
