"""Hourly counts of a demo city, and the frames the store's questions would give of them.

Cases are taken as reported: recorded at once, none withdrawn, handed over or moved. Moments lie at the last second of
an hour, so that whole hours are what the questions count.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.risk import RECENT, RECENT_HOURS
from seed.demo import generate
from seed.demo.arrivals import Cases
from seed.demo.city import City
from seed.demo.days import DAY, OFFSET, day_number
from seed.demo.matters import matters
from seed.demo.truth import incident_intensity, intensity

ZONE: Final = ZoneInfo("Asia/Shanghai")
COLOURS: Final = ("red", "orange", "yellow", "blue")
HOURS: Final = 24
SHORT_HOURS: Final = 6
TRUST: Final = 10  # cases' worth of trust that a matter is as grave as all are, as in risk/daily
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Counts:
    """Cases by hour, unit and colour (hours × units × 4) from the local day ``first_day`` on, whole days.

    ``matters``: by day, unit and matter; ``grave_matters``: red and orange ones by day and matter. Units are numbered
    from 1, in the city's order.
    """

    hourly: Array
    matters: Array
    grave_matters: Array
    first_day: date
    city: City

    @cached_property
    def days(self) -> int:
        """Whole days held."""
        return len(self.hourly) // HOURS

    @cached_property
    def area_ids(self) -> Array:
        """Numbers of the units."""
        return np.arange(1, self.hourly.shape[1] + 1)

    @cached_property
    def by_day(self) -> Array:
        """Days × units × 4."""
        return np.asarray(self.hourly.reshape(self.days, HOURS, -1, 4).sum(axis=1))

    @cached_property
    def by_hour(self) -> Array:
        """Days × 24 × 4, of all units."""
        return np.asarray(self.hourly.sum(axis=1).reshape(self.days, HOURS, 4))

    @cached_property
    def running(self) -> Array:
        """Cases before each hour begins: (hours + 1) × units × 4."""
        return np.concatenate([np.zeros_like(self.hourly[:1]), self.hourly.cumsum(axis=0)])

    def day(self, number: int) -> date:
        """The local day of a day's position."""
        return self.first_day + timedelta(days=number)

    def moment(self, hour: int) -> datetime:
        """The last second before the hour of this position (local)."""
        begins = datetime.combine(self.first_day, datetime.min.time(), tzinfo=ZONE)
        return begins + timedelta(hours=hour) - timedelta(seconds=1)

    def last(self, hour: int, hours: int) -> Array:
        """Cases of the hours before a position (units × 4)."""
        return np.asarray(self.running[hour] - self.running[hour - hours])

    def recent(self, hour: int) -> pd.DataFrame:
        """What risk/recent answers at ``moment(hour)``; nothing overdue, no risk points."""
        day, short = self.last(hour, HOURS), self.last(hour, SHORT_HOURS)
        known = {
            "area_id": self.area_ids,
            **{colour: day[:, number] for number, colour in enumerate(COLOURS)},
            "grave_6_hours": short[:, :2].sum(axis=1),
            "slight_6_hours": short[:, 2:].sum(axis=1),
            "grave_72_hours": self.last(hour, RECENT_HOURS)[:, :2].sum(axis=1),
        }
        table = np.zeros((len(self.area_ids), len(RECENT.names)), dtype=np.int64)
        for name, values in known.items():
            table[:, RECENT.names.index(name)] = values
        return pd.DataFrame(table, columns=list(RECENT.names))  # one block: made for every hour of a study

    def daily(self, today: int, days: int) -> pd.DataFrame:
        """What risk/daily answers on the day of this position, of so many days before it."""
        span = slice(max(today - days, 0), today)
        part = self.by_day[span].transpose(1, 0, 2)
        cases, grave = self.matters[span].sum(axis=(0, 1)), self.grave_matters[span].sum(axis=0)
        share = (grave + TRUST * grave.sum() / max(cases.sum(), 1)) / (cases + TRUST)
        due = (self.matters[span] @ share).T
        unit, day = np.nonzero(part.sum(axis=2))
        names = np.array([self.day(number) for number in range(max(today - days, 0), today)], dtype=object)
        counted = dict(zip(COLOURS, part[unit, day].T, strict=True))
        return pd.DataFrame({"area_id": self.area_ids[unit], "day": names[day], **counted, "grave_due": due[unit, day]})

    def profile(self, today: int, days: int) -> pd.DataFrame:
        """What risk/profile answers on the day of this position, of so many days before it."""
        first = max(today - days, 0)
        weekday = np.array([self.day(number).weekday() for number in range(first, today)])
        table = np.zeros((7, HOURS, 4), dtype=np.int64)
        np.add.at(table, weekday, self.by_hour[first:today])
        day, hour = np.nonzero(table.sum(axis=2))
        cells = table[day, hour]
        counted = {"reported": cells.sum(axis=1), "grave": cells[:, :2].sum(axis=1)}
        return pd.DataFrame({"weekday": day + 1, "hour": hour, **counted})

    def with_more(self, hour: Array, unit: Array, matter: Array, risk: Array) -> "Counts":
        """The same days with more cases, one for each entry."""
        made = replace(
            self, hourly=self.hourly.copy(), matters=self.matters.copy(), grave_matters=self.grave_matters.copy()
        )
        np.add.at(made.hourly, (hour, unit, risk), 1)
        np.add.at(made.matters, (hour // HOURS, unit, matter), 1)
        np.add.at(made.grave_matters, (hour // HOURS, matter), (risk < 2).astype(np.int64))
        return made


def city_of(seed: int, first_day: date, days: int) -> City:
    """The demo city whose days these are."""
    first = day_number(first_day)
    return City("matian", seed, first - 4 * 366, first + days + 380)


def cases_of(seed: int, first_day: date, days: int) -> Cases:
    """All cases of these days, drawn as the live feed draws them."""
    end = datetime.combine(first_day + timedelta(days=days), datetime.min.time(), tzinfo=ZONE) - timedelta(seconds=1)
    return generate("matian", seed, first_day, days=0, until=end.astimezone(UTC)).cases()


def counts_of(seed: int, first_day: date, days: int) -> Counts:
    """Hourly counts of a demo city's days."""
    cases = cases_of(seed, first_day, days)
    city = city_of(seed, first_day, days)
    hour = (cases.reported + OFFSET - day_number(first_day) * DAY) // 3600
    return empty(first_day, days, city).with_more(hour, cases.unit, cases.type, cases.risk)


def empty(first_day: date, days: int, city: City) -> Counts:
    """Days on which nothing happens."""
    units, types = len(city.places.code), len(matters().code)
    shapes = ((days * HOURS, units, len(COLOURS)), (days, units, types), (days, types))
    hourly, by_matter, grave = (np.zeros(shape, dtype=np.int64) for shape in shapes)
    return Counts(hourly, by_matter, grave, first_day, city)


def truth_of(counts: Counts, *, with_incidents: bool = True) -> Array:
    """Expected cases by hour, unit and colour behind the counts."""
    first = day_number(counts.first_day)
    last = first + counts.days - 1
    total = intensity(counts.city, first, last)
    if with_incidents:
        total = total + incident_intensity(counts.city, first, last)
    return np.asarray(total.reshape(counts.hourly.shape))


def begun_ahead(counts: Counts, hour: int) -> Array:
    """Cases (units × 4) that incidents begun before this hour are still to bring in the 24 hours from it on."""
    day = day_number(counts.first_day) + hour // HOURS
    moment = int(counts.moment(hour).timestamp())
    hourly = incident_intensity(counts.city, day, day + 1, begun_by=moment).reshape(2 * HOURS, -1, len(COLOURS))
    return np.asarray(hourly[hour % HOURS : hour % HOURS + HOURS].sum(axis=0))
