"""Findings on sources: those that fell silent, and those that say again what they had said. See findings.py."""

import json
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.figure import DEFAULT_DAYS, By, parameters
from queries.filters import Filter
from queries.packed_days import Cases
from queries.runner import Shape, Type, frame_of, shape
from queries.statistics.configuration import finding_rules

SILENT: Final[Shape] = shape(
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    since=Type.MOMENT,
    until=Type.MOMENT,
    is_running=Type.FLAG,
    expected=(Type.NUMBER, "cases in that stretch"),
    reported=(Type.INTEGER, "cases of the period"),
    daily_mean=(Type.NUMBER, "cases a day"),
    daily_variance=(Type.NUMBER, "cases squared"),
)

REPEATING: Final[Shape] = shape(
    source=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    n=(Type.INTEGER, "cases"),
    observed=(Type.INTEGER, "cases"),
    n_before=(Type.INTEGER, "cases"),
    observed_before=(Type.INTEGER, "cases"),
    batches=Type.INTEGER,
    batches_observed=Type.INTEGER,
    batches_before=Type.INTEGER,
    batches_observed_before=Type.INTEGER,
    case_ids=Type.JSON,
)

_HOUR: Final = 3_600_000_000  # microseconds
_SATURDAY: Final = 6
#: Stretches of each source that are looked at: the longest.
_LONGEST: Final = 5
_REPEATING_COLUMNS: Final = ("reported", "traits", "likeness", "case_ids")

Numbers = npt.NDArray[np.int64]


def with_past(filter: Filter, unit_level: str) -> dict[str, Any]:
    """What findings are asked with: figure.parameters, and the past before the period (past_from, past_start,
    past_days: findings.toml, or as long as the period where that is longer).
    """
    first, last = filter.period(DEFAULT_DAYS)
    days = max(finding_rules().past_days, (last - first).days + 1)
    past_from = first - timedelta(days=days)
    past = {"past_from": past_from, "past_start": filter.midnight(past_from), "past_days": days}
    return {**parameters(filter, By.AREA, unit_level=unit_level), **past}


def silent_sources(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source with a case in the past (SILENT): its most surprising stretch without a case, of the whole
    subdistrict.

    That is the stretch, ended in the period or still running, in which most cases would have been expected by the
    source's own past: hour by hour, working days and rest days apart; of its five longest. ``daily_mean`` and
    ``daily_variance``: of its cases on the past's days, those without a case included.
    """
    asked = with_past(filter, "")
    (told, named), cases, _ = packed_days.read(
        connection, "source_findings", "silent_sources", ("reported", "traits"), asked
    )
    hours = _Hours.of(asked, filter, json.loads(bytes(named)) if named else {})
    rows = []
    for source, *names in json.loads(bytes(told)) if told else []:
        found = _silence(cases, source, filter, asked, hours)
        if found is not None:
            rows.append((source, *names, *found))
    return frame_of(rows, SILENT)


class _Hours(NamedTuple):
    """The whole hours (UTC) of the past and the period, and the local days on which they lie."""

    first: int  # the beginning of the first, in microseconds
    days: dict[date, int]  # the places of the local days
    is_working: npt.NDArray[np.bool_]  # of each day
    day: Numbers  # of each hour the place of its day, -1 of none
    kind: Numbers  # of each hour the local one, of a working day 24 more

    @classmethod
    def of(cls, asked: dict[str, Any], filter: Filter, calendar: dict[str, bool]) -> "_Hours":
        """``calendar``: days that are named, and whether work is done on them."""
        span = (asked["period_to"] - asked["past_from"]).days + 1
        days = [asked["past_from"] + timedelta(days=number) for number in range(span)]
        is_working = np.array([calendar.get(day.isoformat(), day.isoweekday() < _SATURDAY) for day in days], dtype=bool)
        number = {day: place for place, day in enumerate(days)}
        begin = packed.microseconds(asked["past_start"])
        first = begin - begin % _HOUR
        starts = np.arange(first, packed.microseconds(asked["period_end"]), _HOUR)
        local = pd.DatetimeIndex(packed.BEGINNING + pd.to_timedelta(starts, unit="us")).tz_convert(filter.zone)
        day = np.array([number.get(each, -1) for each in local.date], dtype=np.int64)
        return cls(first, number, is_working, day, is_working[day] * 24 + np.asarray(local.hour, dtype=np.int64))

    def expected(self, since: int, until: int, hourly: npt.NDArray[np.float64]) -> float | None:
        """How many cases a stretch would have brought, by the hour's kind; None where it lies on none of the days."""
        within = slice((since - self.first) // _HOUR, (until - self.first) // _HOUR + 1)
        is_of_days = self.day[within] >= 0
        if not is_of_days.any():
            return None
        starts = self.first + np.arange(within.start, within.start + len(is_of_days)) * _HOUR
        share = (np.minimum(until, starts + _HOUR) - np.maximum(since, starts)) / _HOUR
        return float(np.sum((hourly[self.kind[within]] * share)[is_of_days]))


def _silence(cases: Cases, source: str, filter: Filter, asked: dict[str, Any], hours: _Hours) -> tuple[Any, ...] | None:
    """A source's row (SILENT) without its names; None where it has no case in the past."""
    start = packed.microseconds(asked["period_start"])
    chosen = np.flatnonzero(cases.word("source") == cases.place_of(source))
    reported = cases.number("reported")[chosen]
    is_past = reported < start
    past, recent = chosen[is_past], np.sort(reported[~is_past])
    if not len(past):
        return None
    day = np.array([hours.days.get(each, -1) for each in cases.days], dtype=np.int64)
    day = day[cases.row[past]]

    # what an hour of a working day and one of a rest day brought
    past_days = asked["past_days"]
    working = np.count_nonzero(hours.is_working[:past_days])
    cell = hours.is_working[day] * 24 + cases.hour[past]
    hourly = np.bincount(cell, minlength=48) / np.maximum(1, np.repeat([past_days - working, working], 24))

    daily = np.bincount(day, minlength=past_days).astype(float)
    mean = daily.sum() / past_days
    variance = max((np.square(daily).sum() - daily.sum() ** 2 / past_days) / (past_days - 1), 0.0)

    now = packed.microseconds(min(asked["period_end"], filter.as_of))
    moments = np.concatenate(([reported[is_past].max()], recent, [now]))
    since, until = moments[:-1], moments[1:]
    ended = np.flatnonzero(until >= start)
    longest = ended[np.argsort(since[ended] - until[ended], kind="stable")[:_LONGEST]]
    judged = [(hours.expected(int(since[each]), int(until[each]), hourly), each) for each in longest]
    told = [(expected, each) for expected, each in judged if expected is not None]
    if not told:
        return None
    expected, worst = max(told, key=lambda one: (one[0], -since[one[1]]))
    moment = (packed.moment(int(each[worst])) for each in (since, until))
    return (*moment, worst == len(until) - 1, expected, len(recent), mean, variance)


def repeating_sources(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per source with a case or a batch in the period (REPEATING): cases that repeat another of the source, and
    batches that brought nothing new; now and in the past before.

    A case repeats one of the same matter, place, party and words within an hour before; where neither place nor party
    is known nobody can tell.
    """
    asked = with_past(filter, "")
    (told, *_), cases, _ = packed_days.read(
        connection, "source_findings", "repeating_sources", _REPEATING_COLUMNS, asked
    )
    is_of_period = cases.number("reported") >= packed.microseconds(asked["period_start"])
    source, is_repeated = cases.word("source"), _repeated(cases)
    ids = cases.number("case_ids")
    rows = []
    for name, name_zh, name_en, batches, *of_batches in json.loads(bytes(told)) if told else []:
        is_own = source == cases.place_of(name)
        n, observed, n_before, observed_before = (
            int(np.count_nonzero(is_own & is_of & is_chosen))
            for is_of in (is_of_period, ~is_of_period)
            for is_chosen in (np.True_, is_repeated)
        )
        if n + batches:
            found = sorted(ids[is_own & is_of_period & is_repeated].tolist())
            counts = (n, observed, n_before, observed_before, batches, *of_batches)
            rows.append((name, name_zh, name_en, *counts, found))
    return frame_of(rows, REPEATING)


def _repeated(cases: Cases) -> npt.NDArray[np.bool_]:
    """Which cases repeat another of their source within an hour."""
    reported, alike = cases.number("reported"), cases.number("likeness")
    order = np.flatnonzero(alike)  # neither place nor party: nobody can tell
    if np.any(np.diff(reported) < 0):
        order = order[np.lexsort((cases.number("case_ids")[order], reported[order]))]
    order = order[packed_days.in_order(pd.factorize(alike[order])[0])]
    is_repeated = (np.diff(alike[order]) == 0) & (np.diff(reported[order]) <= _HOUR)
    answer = np.zeros(len(cases), dtype=bool)
    answer[order[1:][is_repeated]] = True
    return answer
