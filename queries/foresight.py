"""How the warnings of a period did: which units stood red, what its forecasts captured, what came of its alarms.

Asked of the whole subdistrict once, as known at as_of, and judged moment by moment from what happened before each:
asking each moment as it was known then takes a second for every ten (late records are the difference). Each day is
forecast at its beginning and looked at every six hours in a week; a longer period has no more looks than LOOKS, but one
a day at least. Definitions: catalogue, ``risk_capture``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import risk
from queries.figure import DEFAULT_DAYS
from queries.filters import Filter
from queries.statistics.captures import captured, count_of
from queries.statistics.configuration import risk_rules
from queries.statistics.risk import GRAVE, assess, expected_load, history

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Looks at a period in all, and at a day at most.
LOOKS: Final = 28
LOOKS_A_DAY: Final = 4
MEAN_DAYS: Final = 28
DAY: Final = timedelta(hours=24)

#: One row per unit: days looked at; on how many it stood red, and at worst orange; alarms raised; how it stood at the
#: last look.
UNITS: Final = ("area_id", "days", "red", "orange", "alarms", "is_red", "is_alarm")
#: One row per forecast: days, units in its first tenth, the load that came in them, all that came, their quotient.
CAPTURES: Final = ("forecast", "days", "units", "captured", "load", "share")
CHANCE: Final = "chance"
FORECASTS: Final = ("expected_load", "yesterday", "mean_28_days", CHANCE)


@dataclass(frozen=True)
class Alarms:
    """Alarms raised in the period: of those followed for 24 hours, how many saw a red or orange case in their unit
    within these; and how often any unit does from any look on (chance).
    """

    raised: int
    n: int  # followed for 24 hours by as_of
    good: int
    chance: float | None


@dataclass(frozen=True)
class Foresight:
    """``looks``: a day; ``days``: that have ended and were looked at; ``last``: the last look, None without any."""

    units: pd.DataFrame
    captures: pd.DataFrame
    alarms: Alarms
    looks: int
    days: int
    last: datetime | None


def course(connection: Connection, filter: Filter, unit_level: str, days: int = DEFAULT_DAYS) -> Foresight:
    """Of the filter's period (or the last ``days`` local days), as far as its days have ended."""
    first, last = filter.period(days)
    whole = replace(filter, area_id=None, period_from=None, period_to=None)
    ended = min(last, filter.today - timedelta(days=1))
    number = (ended - first).days + 1
    looks = max(1, min(LOOKS_A_DAY, LOOKS // ((last - first).days + 1)))
    if number <= 0:
        return _nothing(looks)
    moments = list(_moments(whole, first, ended, looks))
    later = [moment + DAY for moment in moments[-looks:] if moment + DAY <= filter.as_of]
    frame = risk.course(connection, whole, unit_level, [*moments, *later])
    daily = risk.daily(connection, whole, unit_level, ended + timedelta(days=1), number)
    profile = risk.profile(connection, whole, first)
    if frame.empty:
        return _nothing(looks)
    return _Course(whole, (frame, daily, profile), moments, (first, number), looks).judged()


def _moments(filter: Filter, first: date, last: date, looks: int) -> Iterator[datetime]:
    """The beginning of the first day, and the looks of each day up to its end."""
    yield filter.midnight(first).astimezone(UTC)
    for number in range((last - first).days + 1):
        begin = filter.midnight(first + timedelta(days=number)).astimezone(UTC)
        for look in range(1, looks):
            yield begin + look * DAY / looks
        yield filter.midnight(first + timedelta(days=number + 1)).astimezone(UTC)


def _nothing(looks: int) -> Foresight:
    nothing = pd.DataFrame(columns=list(UNITS)), pd.DataFrame(columns=list(CAPTURES))
    return Foresight(*nothing, Alarms(0, 0, 0, None), looks, 0, None)


@dataclass(frozen=True)
class _Look:
    """What a look saw of every unit. ``is_new``: an alarm that did not stand at the look before."""

    moment: datetime
    is_red: Flags
    is_orange: Flags
    is_alarm: Flags
    is_new: Flags


class _Course:
    """The answers of a period, and the judging of them."""

    def __init__(
        self,
        filter: Filter,
        frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
        moments: list[datetime],
        days: tuple[date, int],
        looks: int,
    ) -> None:
        """``frames``: risk.COURSE, DAILY and PROFILE; ``days``: the first one, and how many."""
        course, self.daily, profile = frames
        self.filter, self.moments, self.looks, self.rules = filter, moments, looks, risk_rules()
        self.first, self.number = days
        self.at = {moment: part.drop(columns="moment") for moment, part in course.groupby("moment")}
        self.area_ids = self.recent(moments[0])["area_id"].to_numpy(dtype=np.int64)
        self.pasts = [
            history(self.area_ids, self.daily, profile, self.first + timedelta(days=day), self.rules)
            for day in range(self.number + 1)
        ]

    def judged(self) -> Foresight:
        """All of it."""
        seen = list(self._seen())
        return Foresight(
            self._units(seen), self._captures(), self._alarms(seen), self.looks, self.number, self.moments[-1]
        )

    def recent(self, moment: datetime) -> pd.DataFrame:
        """RECENT of a moment."""
        return self.at[pd.Timestamp(moment)]

    def _seen(self) -> Iterator[_Look]:
        """The looks after the first moment: what stood when the period began was not raised in it."""
        alarmed: frozenset[int] = frozenset()
        for position, moment in enumerate(self.moments):
            now, past = moment.astimezone(self.filter.zone), self.pasts[position // self.looks]
            found = assess(past, self.recent(moment), now, self.rules, alarmed)
            rings, level = found["is_alarm"].to_numpy(dtype=bool), found["level"].to_numpy(dtype=object)
            is_new = rings & ~np.isin(self.area_ids, list(alarmed))
            alarmed = frozenset(int(area_id) for area_id in self.area_ids[rings])
            if position > 0:
                yield _Look(moment, np.asarray(level == "red"), np.asarray(level == "orange"), rings, is_new)

    def _units(self, seen: list[_Look]) -> pd.DataFrame:
        """Each day by the worst of its looks."""
        red = np.array([look.is_red for look in seen]).reshape(self.number, self.looks, -1).any(axis=1)
        orange = np.array([look.is_orange for look in seen]).reshape(self.number, self.looks, -1).any(axis=1) & ~red
        raised = np.array([look.is_new for look in seen]).sum(axis=0)
        days = np.full(len(self.area_ids), self.number)
        last = seen[-1]
        columns = (self.area_ids, days, red.sum(axis=0), orange.sum(axis=0), raised, last.is_red, last.is_alarm)
        return pd.DataFrame(dict(zip(UNITS, columns, strict=True)))

    def _alarms(self, seen: list[_Look]) -> Alarms:
        raised = n = good = looked = came = 0
        for look in seen:
            raised += int(look.is_new.sum())
            after = self.at.get(pd.Timestamp(look.moment + DAY))
            if after is None:
                continue
            is_grave = after[list(GRAVE)].to_numpy().sum(axis=1) > 0
            n, good = n + int(look.is_new.sum()), good + int((look.is_new & is_grave).sum())
            looked, came = looked + len(is_grave), came + int(is_grave.sum())
        return Alarms(raised, n, good, came / looked if looked else None)

    def _captures(self) -> pd.DataFrame:
        """What the units that each forecast puts first had of each day's load, of all days together."""
        loads, count = self._loads(), count_of(len(self.area_ids))
        came = dict.fromkeys(FORECASTS, 0.0)
        for day in range(self.number):
            moment, position = self.moments[day * self.looks], MEAN_DAYS + day
            now = moment.astimezone(self.filter.zone)
            forecasts = {
                "expected_load": expected_load(self.pasts[day], self.recent(moment), now, self.rules),
                "yesterday": loads[:, position - 1],
                "mean_28_days": loads[:, day:position].mean(axis=1),
            }
            for name, forecast in forecasts.items():
                came[name] += captured(forecast, loads[:, position], count)
        load = float(loads[:, MEAN_DAYS:].sum())
        came[CHANCE] = load * count / len(self.area_ids)
        rows = [(name, self.number, count, came[name], load, came[name] / load if load else np.nan) for name in came]
        return pd.DataFrame(rows, columns=list(CAPTURES))

    def _loads(self) -> Array:
        """Severity-weighted red and orange cases by unit and day: MEAN_DAYS days before the period, and its own."""
        begin = self.first - timedelta(days=MEAN_DAYS)
        place = {int(area_id): row for row, area_id in enumerate(self.area_ids)}
        table = np.zeros((len(self.area_ids), MEAN_DAYS + self.number))
        held = self.daily[(self.daily["day"] >= begin) & self.daily["area_id"].isin(self.area_ids)]
        weights = np.sum([held[colour].to_numpy(dtype=float) * self.rules.severity[colour] for colour in GRAVE], axis=0)
        for area_id, day, weight in zip(held["area_id"], held["day"], weights, strict=True):
            table[place[area_id], (day - begin).days] = weight
        return table
