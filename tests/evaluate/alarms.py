"""``unusual`` on incidents: how soon it says so and how often for nothing, beside EARS C2 and raw counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from queries.statistics.configuration import RiskRules
from queries.statistics.risk import History, unusual
from seed.demo.days import DAY, OFFSET, day_number
from seed.demo.incidents import RISE, incidents, spread_weights
from seed.demo.matters import KINDS, RISK_BY_SEVERITY, matters
from seed.demo.places import MOBILE
from tests.evaluate.counts import HOURS, Array, Counts

#: Sizes of the incidents put in, in turn, and hours between two of them: two a week.
SIZES: Final = (6, 8, 10, 15, 20, 40)
HOURS_BETWEEN: Final = 84
#: An alarm up to so many hours after the start finds an incident; up to so many after its end it is about it.
FOUND_WITHIN: Final = 24
LEAST_CASES: Final = 3
#: EARS C2: the seven days before the last two (Hutwagner and others 2003); least standard deviation of small counts.
BASELINE_DAYS: Final = (3, 10)
LEAST_DEVIATION: Final = 0.5


@dataclass(frozen=True)
class Incident:
    """Where and when something happened. ``start``: position of an hour; ``units``: those it reaches, its own first."""

    start: float
    hours: float
    size: int
    units: tuple[int, ...]


@dataclass(frozen=True)
class Alarm:
    """An alarm raised: the position of the hour before which it was, and the unit."""

    hour: int
    unit: int


def own_incidents(counts: Counts) -> list[Incident]:
    """The incidents the demo city brings itself."""
    first = day_number(counts.first_day)
    found = incidents(counts.city.seed, counts.city.places, first, first + counts.days)
    begins = first * DAY - OFFSET
    return [
        Incident((start - begins) / 3600, hours, size, tuple(spread_weights(counts.city.places, int(unit))[0].tolist()))
        for _, start, unit, _, size, hours in found.itertuples(index=False)
    ]


def inject(counts: Counts, first_day: int, seed: int) -> tuple[Counts, list[Incident]]:
    """Two incidents a week of known size from the day of this position on, shaped as the city's own are."""
    random = np.random.default_rng([seed, 77])
    known = matters()
    possible = np.flatnonzero((known.kind == KINDS.index("appeal")) & np.isin(known.severity, (1, 2)))
    where_possible = np.flatnonzero(counts.city.places.kind != MOBILE)
    more, put_in = counts, []
    last = len(counts.hourly) - 2 * HOURS
    for number, around in enumerate(range(first_day * HOURS + 24, last, HOURS_BETWEEN)):
        start, hours = around + int(random.integers(-8, 9)), int(random.integers(3, 9))
        size = SIZES[number % len(SIZES)]
        units, share = spread_weights(counts.city.places, int(random.choice(where_possible)))
        where = random.choice(units, size, p=share)
        later = np.where(where == units[0], 0.0, 0.2) + random.beta(*RISE, size)
        matter = int(random.choice(possible))
        risk = random.choice(4, size, p=RISK_BY_SEVERITY[known.severity[matter]])
        hour = start + (later * hours).astype(np.int64)
        more = more.with_more(hour, where, np.full(size, matter), risk)
        put_in.append(Incident(start, hours, size, tuple(units.tolist())))
    return more, put_in


def our_alarms(counts: Counts, past: Callable[[int], History], days: Sequence[int], rules: RiskRules) -> list[Alarm]:
    """Alarms of ``unusual`` on these days (positions), looked at every hour; an alarm that stays is one."""
    raised: list[Alarm] = []
    alarmed: frozenset[int] = frozenset()
    for day in days:
        fitted = past(day)
        for hour in range(day * HOURS + 1, (day + 1) * HOURS + 1):
            frame = unusual(fitted, counts.recent(hour), counts.moment(hour), rules, alarmed)
            now = frozenset(frame["area_id"][frame["is_alarm"]].tolist())
            raised += [Alarm(hour, unit - 1) for unit in sorted(now - alarmed)]
            alarmed = now
    return raised


def c2(counts: Counts, hours: int) -> Array:
    """EARS C2 at every hour: counts of so many hours, against the same hours of the days before, in standard
    deviations (hours + 1 × units). Minus infinity where there are no such days or fewer than three cases.
    """
    window = _windows(counts, hours)
    before = np.stack([np.roll(window, shift * HOURS, axis=0) for shift in range(*BASELINE_DAYS)])
    deviation = np.maximum(before.std(axis=0, ddof=1), LEAST_DEVIATION)
    statistic = (window - before.mean(axis=0)) / deviation
    statistic[: BASELINE_DAYS[1] * HOURS] = -np.inf
    statistic[window < LEAST_CASES] = -np.inf
    return np.asarray(statistic)


def raw(counts: Counts, hours: int) -> Array:
    """Counts of so many hours at every hour (hours + 1 × units)."""
    return _windows(counts, hours)


def _windows(counts: Counts, hours: int) -> Array:
    total = counts.running.sum(axis=2).astype(float)
    window = np.zeros_like(total)
    window[hours:] = total[hours:] - total[:-hours]
    return np.asarray(window)


def alarms_above(statistic: Array, threshold: float, days: Sequence[int]) -> list[Alarm]:
    """Alarms on these days where a statistic rises above a threshold."""
    first, last = days[0] * HOURS + 1, (days[-1] + 1) * HOURS + 1
    above = statistic[first:last] > threshold
    rises = above & ~np.concatenate([np.zeros_like(above[:1]), above[:-1]])
    return [Alarm(first + int(hour), int(unit)) for hour, unit in zip(*np.nonzero(rises), strict=True)]


def is_about(alarm: Alarm, incident: Incident) -> bool:
    """Whether an alarm is about an incident: raised where it is, from its start until its cases have left the day."""
    until = incident.start + 1.2 * incident.hours + timedelta(days=1) / timedelta(hours=1) + 1
    return alarm.unit in incident.units and incident.start <= alarm.hour <= until


def false_alarms(alarms: Sequence[Alarm], known: Sequence[Incident]) -> list[Alarm]:
    """Alarms about no incident."""
    return [alarm for alarm in alarms if not any(is_about(alarm, incident) for incident in known)]


def delays(alarms: Sequence[Alarm], known: Sequence[Incident]) -> list[float]:
    """Hours from each incident's start to the first alarm in its own unit; infinity where none came within a day."""
    found = []
    for incident in known:
        waited = [alarm.hour - incident.start for alarm in alarms if alarm.unit == incident.units[0]]
        found.append(min((wait for wait in waited if 0 <= wait <= FOUND_WITHIN), default=float("inf")))
    return found
