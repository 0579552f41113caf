"""The demo city: ``generate`` gives a place, its past as rows of the inbox, and the truth behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from seed.demo.arrivals import Cases
from seed.demo.chance import Draws, Integers
from seed.demo.days import DAY, OFFSET, Days, day_number, local_day
from seed.demo.history import draws_of, past_cases
from seed.demo.incidents import incidents
from seed.demo.life import plan
from seed.demo.matters import matters
from seed.demo.people import CHEATS, People, people
from seed.demo.places import Places, places
from seed.demo.profiles import profile_of
from seed.demo.rows import EVENTS, REPORTED, Events, events_of, frame
from seed.demo.stages import Life
from seed.demo.structure import Profile
from seed.reference import Reference

#: What is written down on paper reaches the store this much later at most.
LONGEST_DELAY: Final = timedelta(days=6, minutes=10)


@dataclass(frozen=True)
class Truth:
    """What nobody in the city knows. grids: area_code, skill (standard deviations), cheat, load. incidents:
    area_code, type_code, name_zh, started_at, hours, cases, lon, lat.
    """

    grids: pd.DataFrame
    incidents: pd.DataFrame


class City:
    """A profile with its places, people and days for one seed: what history and the live feed share."""

    def __init__(
        self, profile: Profile | str, seed: int, first: int, last: int, scale: float = 1.0, redraw_2025: bool = False
    ) -> None:
        self.profile = profile_of(profile, scale, redraw_2025) if isinstance(profile, str) else profile
        self.seed = seed
        self.scale = scale
        self.first, self.last = first, last
        self.places: Places = places(self.profile)
        self.people: People = people(self.places, seed)
        self.days = Days(seed, first, last)


class DemoCity:
    """One demo city up to a moment. ``until``: seconds since 1970 UTC, the last moment of its history."""

    def __init__(self, city: City, first: int, today: int, until: int) -> None:
        self._city = city
        self._first, self.today, self.until = first, today, until

    @property
    def profile(self) -> Profile:
        """The place's structure and counts."""
        return self._city.profile

    @cached_property
    def reference(self) -> Reference:
        """Places, matters, calendar, sources, sites, field work and marks."""
        from seed.demo.reference import reference_of

        return reference_of(self._city, self._first, self.today, self.until)

    @cached_property
    def truth(self) -> Truth:
        """True skills, who flatters, and the incidents."""
        place, who = self._city.places, self._city.people
        grids = pd.DataFrame(
            {
                "subdistrict_code": place.subdistrict,
                "area_code": place.code,
                "skill": who.skill,
                "cheat": np.array(CHEATS, dtype=object)[who.cheat],
                "load": who.load.mean(axis=0),
            }
        )
        found = incidents(self._city.seed, place, self._first, local_day(np.array([self.until]))[0])
        found = found[(found["start"] >= self._first * DAY - OFFSET) & (found["start"] <= self.until)]
        unit, kind = found["unit"].to_numpy(), found["type"].to_numpy()
        happened = pd.DataFrame(
            {
                "area_code": place.code[unit],
                "type_code": matters().code[kind],
                "name_zh": matters().name_zh[kind],
                "started_at": pd.to_datetime(found["start"].to_numpy(), unit="s", utc=True),
                "hours": found["hours"].to_numpy(),
                "cases": found["size"].to_numpy(),
                "lon": place.lon[unit, 0],
                "lat": place.lat[unit, 0],
            }
        )
        return Truth(grids, happened)

    def cases(self) -> Cases:
        """The cases of the whole span, in order of their years."""
        city = self._city
        last = int(local_day(np.array([self.until]))[0])
        span = (self._first, self.today, last if self.until >= self.today * DAY - OFFSET else self.today - 1)
        found = past_cases(city.profile, city.seed, city.scale, city.places, city.people, city.days, span)
        return found.take(found.reported <= self.until)

    def batches(self) -> Iterator[pd.DataFrame]:
        """Inbox rows by local month of recorded_at, in rising order of it; occurred_at ≤ recorded_at ≤ until.

        Made month by month of the cases, so that a large city needs no more memory than its months do.
        """
        cases = self.cases()
        city = self._city
        month = _months(cases.reported)
        waiting: dict[int, list[pd.DataFrame]] = {}
        for now in range(int(month.min()), int(_months(np.array([self.until]))[0]) + 1) if len(month) else ():
            part = cases.take(month == now)
            draws = draws_of(city.seed, part)
            life = plan(part, city.places, city.people, city.days, draws)
            events = events_of(life, draws, -(2**60), self.until)
            recorded = _recorded(life, events, draws, self.until)
            written = _months(recorded)
            for later in np.unique(written):
                chosen = np.flatnonzero(written == later)
                rows = frame(life, city.places, events.take(chosen), recorded[chosen])
                waiting.setdefault(int(later), []).append(rows)
            if now in waiting:
                yield _in_order(waiting.pop(now))


def _months(seconds: Integers) -> Integers:
    """The local month of each moment, counted from the year 1970."""
    return (seconds + OFFSET).view("M8[s]").astype("M8[M]").astype(np.int64)


def _in_order(frames: list[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(frames, ignore_index=True)
    stage = rows["event"].map({event: position for position, event in enumerate(EVENTS)})
    order = np.lexsort((stage, rows["occurred_at"].astype("int64"), rows["recorded_at"].astype("int64")))
    return rows.iloc[order].reset_index(drop=True)


def _recorded(life: Life, events: Events, draws: Draws, until: int) -> Integers:
    """When each row is written down: seconds later, for one in fifty hours or days later, never before its case."""
    prompt = 2 + (draws.uniform("recorded") * 25).astype(np.int64)
    longest = int(LONGEST_DELAY.total_seconds()) - 600
    paper = np.minimum(draws.lognormal("paper", 5 * 3600.0, 1.3), longest).astype(np.int64) + 600
    is_paper = np.isin(life.cases.source, (0, 4)) & draws.happens("is paper", 0.018)
    tail = draws.happens("late tail", 0.02)
    opens = events.event == REPORTED
    late = np.where(opens, is_paper[events.case], (is_paper | tail)[events.case])
    recorded = events.at + np.where(late, paper[events.case], prompt[events.case])
    # Nothing is still on its way when history ends: the live feed goes on from the store alone.
    # What would be is written down at once, but not before what happened to its case earlier.
    is_ahead = recorded > until
    earlier = np.zeros(len(life.cases), dtype=np.int64)
    np.maximum.at(earlier, events.case[~is_ahead], recorded[~is_ahead])
    at_once = np.minimum(np.maximum(events.at + prompt[events.case], earlier[events.case]), until)
    recorded = np.where(is_ahead, at_once, recorded)
    opened = np.zeros(len(life.cases), dtype=np.int64)
    opened[events.case[opens]] = recorded[opens]
    return np.maximum(recorded, opened[events.case])


def generate(
    profile: Profile | str,
    seed: int,
    today: date,
    *,
    days: int = 730,
    scale: float = 1.0,
    redraw_2025: bool = False,
    until: datetime | None = None,
) -> DemoCity:
    """The demo city of a profile. The same arguments give the same rows.

    The ``days`` before ``today`` carry the profile's yearly totals, counted back from ``today``. ``until`` (aware)
    ends history at that moment: days from ``today`` on are drawn as the live feed draws them, open cases stay open.
    Without it history ends as ``today`` begins in Shanghai. ``scale`` multiplies the number of cases.
    """
    if until is not None and until.tzinfo is None:
        raise ValueError("until must be an aware datetime")
    now = day_number(today)
    end = now * DAY - OFFSET - 1 if until is None else int(until.timestamp())
    last = max(int(local_day(np.array([end]))[0]), now)
    city = City(profile, seed, now - max(4 * 366, days + 370), last + 380, scale, redraw_2025)
    return DemoCity(city, now - days, now, end)
