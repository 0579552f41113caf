"""Sources: when they fell silent, whether they repeat themselves, how late their records come."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import isclose
from statistics import fmean, variance
from typing import Any

from tests.oracle.cases import Case
from tests.oracle.figures.asked import Asked, BatchRecord, Reading
from tests.oracle.figures.days import days_between, is_working_day

PAST_DAYS = 56
HOUR = timedelta(hours=1)
ZERO = timedelta(0)


@dataclass(frozen=True)
class Span:
    """The days of the period, and of the past that it is seen against."""

    past_from: date
    first: date
    last: date

    @classmethod
    def of(cls, reading: Reading, asked: Asked) -> "Span":
        """The past has 56 days, or as many as the period where that is longer."""
        first, last = reading.period(asked)
        return cls(first - timedelta(days=max(PAST_DAYS, (last - first).days + 1)), first, last)

    def is_now(self, day: date) -> bool:
        """Whether a day is one of the period."""
        return self.first <= day <= self.last

    def is_past(self, day: date) -> bool:
        """Whether it is one of the past."""
        return self.past_from <= day < self.first


def _cases_of_sources(reading: Reading, asked: Asked) -> dict[str, list[Case]]:
    """All cases of the subdistrict by source, in the order they came in."""
    found: dict[str, list[Case]] = {}
    for item in reading.known(asked.subdistrict_id, asked.as_of):
        found.setdefault(item.case.source or "", []).append(item.case)
    return {source: sorted(cases, key=lambda case: (case.reported_at, case.case_id)) for source, cases in found.items()}


def _hours(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The whole hours from a moment to another, those at the ends cut."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    while start < end:
        after = min(end, start.replace(minute=0, second=0, microsecond=0) + HOUR)
        yield start, after
        start = after


HourKind = tuple[bool, int]


def _kind_of(reading: Reading, moment: datetime) -> HourKind:
    """A working day or not, and the local hour."""
    return is_working_day(reading, reading.day(moment)), reading.world.local_hour(moment)


def _hourly(reading: Reading, span: Span, cases: list[Case]) -> dict[HourKind, float]:
    """How many cases of the past came in an hour of each kind."""
    came = Counter(_kind_of(reading, case.reported_at) for case in cases if span.is_past(case.reported_day))
    there: Counter[HourKind] = Counter()
    for start, _ in _hours(reading.midnight(span.past_from), reading.midnight(span.first)):
        there[_kind_of(reading, start)] += 1
    return {kind: came[kind] / hours for kind, hours in there.items()}


Silence = tuple[Any, ...]


def silent_sources(reading: Reading, asked: Asked) -> dict[str, Silence]:
    """Source with cases in the past -> its most surprising stretches without a case: since, until, whether it still
    runs; cases expected in one; cases of the period; mean and variance (of a sample) of its cases on a day of the past.

    Of its five longest stretches between two cases, or from the last one on, that end in the period, the one in which
    most would have been expected: hour by hour, working days and rest days apart. Several where as many would.
    """
    span = Span.of(reading, asked)
    start, end = reading.midnight(span.first), min(reading.end_of(span.last), asked.as_of)
    found = {}
    for source, everything in _cases_of_sources(reading, asked).items():
        cases = [case for case in everything if span.past_from <= case.reported_day <= span.last]
        past = Counter(case.reported_day for case in cases if span.is_past(case.reported_day))
        if not past:
            continue
        hourly = _hourly(reading, span, cases)
        moments = [case.reported_at for case in cases]
        ended = [(*pair, False) for pair in pairwise(moments) if pair[1] >= start]
        stretches = [*ended, (moments[-1], end, True)]
        longest = sorted(stretches, key=lambda each: each[0] - each[1])[:5]
        expected = {stretch: _expected(reading, hourly, *stretch[:2]) for stretch in longest}
        most = max(expected.values())
        chosen = {stretch for stretch, cases_due in expected.items() if isclose(cases_due, most, rel_tol=1e-9)}
        daily = [past[day] for day in days_between(span.past_from, span.first - timedelta(days=1))]
        now = sum(span.is_now(case.reported_day) for case in cases)
        found[source] = (chosen, round(most, 6), now, round(fmean(daily), 6), round(variance(daily), 6))
    return found


def _expected(reading: Reading, hourly: dict[HourKind, float], since: datetime, until: datetime) -> float:
    hours = _hours(since, until)
    return sum(hourly.get(_kind_of(reading, start), 0.0) * ((after - start) / HOUR) for start, after in hours)


def _same_again(one: Case, other: Case) -> bool:
    """Whether a case says what another of its source said up to an hour before."""
    if not ZERO <= one.reported_at - other.reported_at <= HOUR:
        return False
    if one.lon is None and one.party_key is None:
        return False  # neither place nor party: nobody can tell
    names = ("area_id", "type_id", "lon", "lat", "party_key", "summary")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def repeating_sources(reading: Reading, asked: Asked) -> dict[str, tuple[Any, ...]]:
    """Source with a case or a batch in the period -> its cases, those that repeat another, both of the past; its
    batches, those that brought nothing new, both of the past; the numbers of the period's cases that repeat.

    Of two that came in at one moment the later one repeats. Whatever became of them.
    """
    span = Span.of(reading, asked)
    by_source = _cases_of_sources(reading, asked)
    batches: dict[str, list[BatchRecord]] = {}
    for batch in reading.ground.batches:
        is_here = batch.subdistrict_id == asked.subdistrict_id and batch.recorded_at <= asked.as_of
        if is_here and (batch.revoked_at is None or batch.revoked_at > asked.as_of):
            batches.setdefault(batch.source, []).append(batch)
    found = {}
    for source in by_source.keys() | batches.keys():
        cases, told = by_source.get(source, []), batches.get(source, [])
        again = {case.case_id for place, case in enumerate(cases) if any(_same_again(case, o) for o in cases[:place])}
        now = [case.case_id for case in cases if span.is_now(case.reported_day)]
        past = [case.case_id for case in cases if span.is_past(case.reported_day)]
        told_now = [batch.is_new for batch in told if span.is_now(reading.day(batch.recorded_at))]
        told_past = [batch.is_new for batch in told if span.is_past(reading.day(batch.recorded_at))]
        if now or told_now:
            repeated = sorted(again.intersection(now))
            found[source] = (
                *(len(now), len(repeated), len(past), len(again.intersection(past))),
                *(len(told_now), told_now.count(False), len(told_past), told_past.count(False)),
                repeated,
            )
    return found


def late(reading: Reading, asked: Asked) -> dict[str, tuple[int, int, int, float]]:
    """Source -> rows of the log recorded in the 7 × 24 hours up to as_of, those of them recorded more than an hour and
    more than a day after what they tell happened, the longest delay in seconds. Corrections are none.
    """
    since = asked.as_of.astimezone(UTC) - timedelta(days=7)
    source_of = {row.case_id: row.source for row in reading.log if row.source is not None}
    found: dict[str, list[timedelta]] = {}
    for row in reading.log:
        is_asked = row.subdistrict_id == asked.subdistrict_id and since < row.recorded_at <= asked.as_of
        if is_asked and row.event != "corrected":
            found.setdefault(source_of[row.case_id] or "", []).append(row.recorded_at - row.occurred_at)
    return {
        source: (
            *(len(delays), sum(delay > HOUR for delay in delays), sum(delay > timedelta(days=1) for delay in delays)),
            round(max(delays).total_seconds(), 6),
        )
        for source, delays in found.items()
    }


def came_late(reading: Reading, asked: Asked, period: tuple[date, date], since: datetime) -> tuple[int, int]:
    """Rows of the log about what happened on the period's days and before a moment, recorded after it and by as_of;
    the cases they are about. Corrections are none. Of the whole subdistrict and all kinds, whatever is asked about.
    """
    first, last = period
    found = [
        row.case_id
        for row in reading.log
        if row.subdistrict_id == asked.subdistrict_id
        and row.event != "corrected"
        and first <= reading.day(row.occurred_at) <= last
        and row.occurred_at <= since < row.recorded_at <= asked.as_of
    ]
    return len(found), len(set(found))
