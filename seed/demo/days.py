"""Days of the demo city: working days and holidays, weather, and how busy a day is.

A day is a number here: days since 1970-01-01, local. The city keeps Shanghai time, which has no summer time.
"""

from datetime import date
from functools import cache
from typing import Final

import holidays
import numpy as np
import pandas as pd

from seed.demo.chance import Flags, Floats, Integers, generator

OFFSET: Final = 8 * 3600  # seconds Shanghai is ahead of UTC
DAY: Final = 86_400
EPOCH: Final = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def local_day(seconds: Integers) -> Integers:
    """The local day of a moment, in seconds since 1970 UTC."""
    return (seconds + OFFSET) // DAY


def midnight(days: Integers) -> Integers:
    """The moment a local day begins."""
    return days * DAY - OFFSET


@cache
def _holidays(year: int, language: str) -> tuple[dict[date, str], frozenset[date]]:
    china = holidays.country_holidays("CN", years=year, language=language)
    return dict(china), frozenset(day for day in china.weekend_workdays if day.year == year)


@cache
def calendar(first: int, last: int) -> pd.DataFrame:
    """One row per day from first to last: day, is_working_day, holiday_zh, holiday_en.

    Moved working days come from the library's published arrangements; a year without them falls back to weekends.
    """
    rows = []
    for number in range(first, last + 1):
        day = date.fromordinal(EPOCH + number)
        off, moved_in = _holidays(day.year, "zh_CN")
        works = (day.weekday() < 5 and day not in off) or day in moved_in
        english = _holidays(day.year, "en_US")[0].get(day, "")
        rows.append((day, works, off.get(day, ""), english))
    return pd.DataFrame(rows, columns=["day", "is_working_day", "holiday_zh", "holiday_en"])


class Days:
    """What is known of each day of a span, for one seed; weather depends on the seed and the year alone."""

    def __init__(self, seed: int, first: int, last: int) -> None:
        self.first = first
        table = calendar(first, last)
        self.is_working: Flags = table["is_working_day"].to_numpy(dtype=bool)
        self.working_number: Integers = self.is_working.cumsum()
        self._working_days: Integers = first + np.flatnonzero(self.is_working)
        years = range(table["day"].iloc[0].year, table["day"].iloc[-1].year + 1)
        self.typhoons = [spell for year in years for spell in typhoons(seed, year) if first <= spell[0] <= last]
        self.storm: Floats = np.zeros(last - first + 1)
        for start, length in self.typhoons:
            self.storm[start - first : start - first + length] = 1.0
        for year in years:
            wet = _rainstorms(seed, year) - first
            inside = wet[(wet >= 0) & (wet < len(self.storm))]
            self.storm[inside] = np.maximum(self.storm[inside], 0.55)
        numbers = first + np.arange(last - first + 1)
        self.weekday: Integers = (numbers + 3) % 7
        months = pd.to_datetime(numbers, unit="D")
        self.month: Integers = months.month.to_numpy().astype(np.int64)
        self.is_feast: Flags = (table["holiday_zh"].str.contains("春节|除夕")).to_numpy(dtype=bool)

    def at(self, days: Integers) -> Integers:
        """Positions of day numbers in this span's arrays."""
        return np.clip(days - self.first, 0, len(self.storm) - 1)

    def add_working_days(self, days: Integers, amount: Integers) -> Integers:
        """The day by which so many working days have passed, as the store's calendar counts them."""
        wanted = self.working_number[self.at(days)] + amount
        return np.asarray(self._working_days[np.clip(wanted - 1, 0, len(self._working_days) - 1)])

    def busyness(self, kind: str, days: Integers) -> Floats:
        """How busy a day is for a kind, about 1 on average over a year."""
        at = self.at(days)
        works = self.is_working[at]
        season = 1 + 0.07 * np.cos(2 * np.pi * (self.month[at] - 8) / 12)
        week = np.array(_WEEK[kind])[self.weekday[at]]
        rest = np.where(works, 1.0, _REST[kind])
        rest = np.where(works & (self.weekday[at] >= 5), 0.95 / week, rest)  # a moved working day is a working day
        feast = np.where(self.is_feast[at], 0.55, 1.0)
        return np.asarray(season * week * rest * feast * (1 + _STORM[kind] * self.storm[at]))


#: Monday to Sunday; the rest day's factor comes on top of its weekday's.
_WEEK: Final = {
    "appeal": (1.16, 1.06, 1.02, 1.0, 1.02, 1.0, 0.98),
    "hazard": (1.08, 1.1, 1.08, 1.06, 1.04, 1.0, 0.98),
    "warning": (1.02, 1.0, 1.0, 1.0, 1.02, 1.03, 1.0),
    "police_report": (0.96, 0.96, 0.98, 1.0, 1.08, 1.1, 1.02),
    "petition": (1.5, 1.3, 1.2, 1.2, 1.1, 1.0, 1.0),
}
_REST: Final = {"appeal": 0.84, "hazard": 0.75, "warning": 0.97, "police_report": 1.0, "petition": 0.05}
_STORM: Final = {"appeal": 0.4, "hazard": 0.8, "warning": 1.2, "police_report": -0.2, "petition": -0.3}


@cache
def typhoons(seed: int, year: int) -> tuple[tuple[int, int], ...]:
    """Typhoons of a year: (first day, days), two or three between July and early October."""
    random = generator(seed, "typhoon", year)
    start = day_number(date(year, 7, 5))
    count = int(random.integers(2, 4))
    return tuple(sorted((start + int(day), int(random.integers(2, 4))) for day in random.choice(90, count, False)))


@cache
def _rainstorms(seed: int, year: int) -> Integers:
    random = generator(seed, "rainstorm", year)
    start = day_number(date(year, 4, 10))
    return np.sort(start + random.choice(160, 16, replace=False)).astype(np.int64)
