"""The clocks between the six stages 六个第一时间, and how soon cases are dispatched. Definitions: catalogue."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.figure import CASE_GROUPINGS, RATE, By, NotRecordedError, parameters
from queries.filters import Filter
from queries.packed import Lookup
from queries.packed_days import Cases
from queries.runner import Shape, Type, framed, shape
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


_COLUMNS: Final = ("areas", "types", "traits", "stages")
#: Those that a source may not record.
_LATER_STAGES: Final = ("dispatched", "first_resolved", "fed_back", "evaluated")
_SECOND: Final = timedelta(seconds=1)


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


def _looked_at(filter: Filter) -> dict[str, datetime]:
    _, last = filter.period(LOOKED_BACK_DAYS)
    return {"told_from": filter.midnight(last - timedelta(days=LOOKED_BACK_DAYS - 1))}


def clocks(connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None) -> pd.DataFrame:
    """One row per key and clock with a case on it (CLOCKS), cases reported in the period or the last 28 local days.

    Median and 90th percentile by Kaplan and Meier (statistics.survival), in minutes; NaN where the estimate has not
    come down so far: then more than ``followed_minutes``, the longest time seen. Moments count in whole seconds. Cases
    of a source that does not record a clock's later stage (it told of none in the 28 days before the period's end) are
    not on it; a clock that no source records has no row.
    """
    asked = {**parameters(filter, by, unit_level=unit_level), **_looked_at(filter)}
    asked["reads_areas"] = packed_days.reads_areas(filter, by, unit_level)
    (areas, _, _, complete), cases, _ = packed_days.read(connection, "stages", "clocks", _COLUMNS, asked)
    had_cases, told = _told(cases, asked["told_from"].astimezone(filter.zone).date(), _LATER_STAGES)
    is_of_period = np.array([asked["period_from"] <= day for day in cases.days], dtype=bool)[cases.row]
    chosen, units = cases.chosen(filter.kinds, Lookup(areas) if asked["reads_areas"] else None, is_of_period)
    keys, key = cases.keys(by, chosen, units)
    # by key: what is counted of a key then lies in one piece
    in_order = packed_days.in_order(key)
    chosen, key = chosen[in_order], key[in_order]
    source = cases.word("source")[chosen]
    # without such cases nothing says that a source does not record a stage
    is_recorded = {stage: sources | ~had_cases for stage, sources in told.items()}
    is_told = {stage: np.True_ if sources.all() else sources[source] for stage, sources in is_recorded.items()}
    told_of = packed.Stages(*(stage[chosen] for stage in cases.stages))
    times = _times(told_of, is_told, packed.seconds(filter.as_of))
    found = survival.quantiles(
        np.concatenate([each for _, each in times.values()]),
        np.concatenate([np.bincount(key[places], minlength=len(keys)) for places, _ in times.values()]),
        (0.5, 0.9),
    )
    is_provisional = packed_days.running(keys, by, filter, asked["period_to"], complete)

    # by key, and of each key the clocks in order
    parts = np.arange(len(found.n)).reshape(len(Clock), len(keys)).T.ravel()
    parts = parts[found.n[parts] > 0]
    clock, number = np.divmod(parts, max(1, len(keys)))
    return framed(
        [
            np.array(keys, dtype=object)[number],
            np.array([clock.value for clock in times], dtype=object)[clock],
            found.n[parts],
            found.events[parts],
            *(column[parts] / 60 for column in (*found.values.T, found.followed)),
            is_provisional[number],
        ],
        CLOCKS,
    )


def _told(
    cases: Cases, told_from: date, stages: Iterable[str]
) -> tuple[npt.NDArray[np.bool_], dict[str, npt.NDArray[np.bool_]]]:
    """Which sources (by place in ``cases.words``) had cases reported since ``told_from``, and for each stage which of
    them told of it for any of these.
    """
    recent = np.flatnonzero(np.array([day >= told_from for day in cases.days], dtype=bool)[cases.row])
    source, sources = cases.word("source")[recent], len(cases.words)
    told = {stage: getattr(cases.stages, stage)[recent] != packed.NONE for stage in stages}
    answer = {stage: np.bincount(source[is_told], minlength=sources) > 0 for stage, is_told in told.items()}
    return np.bincount(source, minlength=sources) > 0, answer


def _times(
    cases: packed.Stages, is_told: Mapping[str, npt.NDArray[np.bool_] | np.bool_], as_of: int
) -> dict[Clock, tuple[npt.NDArray[np.intp], survival.Packed]]:
    """Which of the cases are on each clock, and their times on it.

    ``is_told``: of each stage whether the source of each case, or of all, records it. Censored where the later stage
    has not happened by as_of; a case withdrawn or handed over is censored at that moment. Left out are skipped stages
    (a later one came without it, or came first) and times that contradict. Feedback and evaluation are those of the
    resolution that stands.
    """
    none = packed.NONE
    at = np.full_like(cases.reported, as_of)
    until = np.where(cases.left == none, at, cases.left)
    # the first of what comes after the dispatch
    later = np.minimum.reduce(
        [np.where(each == none, packed.NEVER, each) for each in (cases.first_resolved, cases.fed_back, cases.evaluated)]
    )
    is_resolved, stands = cases.resolved != none, cases.resolved
    fed_back = np.where(is_resolved & (cases.fed_back >= stands), cases.fed_back, none)
    evaluated = np.where(is_resolved & (cases.evaluated >= stands), cases.evaluated, none)

    # each clock's beginning, end, how long a case without it is seen, and which cases are on it
    of_clock = {
        Clock.DISCOVERED_REPORTED: (cases.discovered, cases.reported, at, np.True_),
        Clock.REPORTED_DISPATCHED: (
            cases.reported,
            cases.dispatched,
            until,
            is_told["dispatched"]
            & ((later == packed.NEVER) | ((cases.dispatched != none) & (cases.dispatched <= later))),
        ),
        Clock.DISPATCHED_RESOLVED: (
            cases.dispatched,
            cases.first_resolved,
            until,
            is_told["first_resolved"] & ((cases.first_resolved != none) | (later == packed.NEVER)),
        ),
        Clock.RESOLVED_FED_BACK: (
            stands,
            fed_back,
            at,
            is_told["fed_back"] & ((fed_back != none) | (evaluated == none)),
        ),
        Clock.FED_BACK_EVALUATED: (
            fed_back,
            evaluated,
            at,
            is_told["evaluated"] & ((evaluated == none) | (evaluated >= fed_back)),
        ),
        Clock.REPORTED_RESOLVED: (cases.reported, cases.first_resolved, until, is_told["first_resolved"]),
    }
    answer = {}
    for clock, (begun, ended, seen_until, is_on_it) in of_clock.items():
        last = np.where(ended == none, seen_until, ended)
        places = np.flatnonzero(is_on_it & (begun != none) & (last >= begun))
        answer[clock] = places, survival.pack(last[places] - begun[places], ended[places] != none)
    return answer


def dispatch_share(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    is_urgent: bool | None = None,
) -> pd.DataFrame:
    """One row per key with a case (figure.RATE): reported in the period, past the limit of its colour by as_of, and
    dispatched within it (stages.toml). Moments count in whole seconds. Definition: catalogue, ``dispatch_share``.

    ``is_urgent``: the urgent cases alone (30 minutes), the ordinary ones alone (2 hours), or None, both. Provisional
    until the last day's limits have passed. Raises NotRecordedError where no source records dispatch.
    """
    limits = dispatch_limits()
    asked = {**parameters(filter, by, unit_level=unit_level, groupings=CASE_GROUPINGS), **_looked_at(filter)}
    asked["reads_areas"] = packed_days.reads_areas(filter, by, unit_level)
    (areas, _, _, complete), cases, _ = packed_days.read(connection, "stages", "dispatch_share", _COLUMNS, asked)
    had_cases, told = _told(cases, asked["told_from"].astimezone(filter.zone).date(), ("dispatched",))
    if had_cases.any() and not told["dispatched"].any():
        raise NotRecordedError("no_dispatch")
    is_of_urgent = cases.has("risk", [risk.value for risk in limits.urgent_risks])
    within = (limits.urgent // _SECOND, limits.ordinary // _SECOND)
    limit_at = cases.stages.reported + np.where(is_of_urgent, *within)
    counts = told["dispatched"][cases.word("source")] & _had_to_be_dispatched(cases.stages, limit_at)
    counts &= np.array([asked["period_from"] <= day for day in cases.days], dtype=bool)[cases.row]
    counts &= limit_at <= packed.exact_seconds(filter.as_of)
    if is_urgent is not None:
        counts &= is_of_urgent == is_urgent
    chosen, units = cases.chosen(filter.kinds, Lookup(areas) if asked["reads_areas"] else None, counts)
    keys, key = cases.keys(by, chosen, units)
    dispatched = cases.stages.dispatched[chosen]
    is_good = (dispatched != packed.NONE) & (dispatched <= limit_at[chosen])
    n, good = (np.bincount(key[among], minlength=len(keys)) for among in (slice(None), is_good))
    over_at = packed_days.ends(keys, by, filter, asked["period_to"])
    is_provisional = over_at + max(within) * 1_000_000 > packed.microseconds(filter.as_of)
    is_provisional |= over_at > packed_days.moment_in(complete)
    return framed([keys, n, good, is_provisional], RATE)


def _had_to_be_dispatched(cases: packed.Stages, limit_at: packed.Seconds) -> npt.NDArray[np.bool_]:
    """Which cases were neither resolved before or without a dispatch nor had left within their limits without one."""
    is_dispatched = cases.dispatched != packed.NONE
    is_skipped = (cases.first_resolved != packed.NONE) & ~(is_dispatched & (cases.dispatched <= cases.first_resolved))
    has_left = (cases.left != packed.NONE) & (cases.left <= limit_at)
    return np.asarray(~is_skipped & (is_dispatched | ~has_left))
