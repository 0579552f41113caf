"""Incidents: many appeals about one thing in one unit within hours, spilling over to its neighbours.

Known by the seed and the week alone, so that history and the live feed see the same ones.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from seed.demo.arrivals import Cases, described, joined
from seed.demo.chance import Floats, Integers, generator
from seed.demo.days import local_day
from seed.demo.matters import matters
from seed.demo.places import MOBILE, Places

_NAMES: Final = ("停水", "片区停电", "工厂异味", "污水外溢", "燃气异味", "夜间施工噪声", "欠薪", "噪声扰民")
SMALL_A_WEEK: Final = 2
WEEKS_BETWEEN_LARGE: Final = 23
#: Appeals a day that come from incidents, on average.
DAILY: Final = (SMALL_A_WEEK * 7.5 + 46 / WEEKS_BETWEEN_LARGE) / 7
#: How cases spread over an incident's hours (beta distribution), and the share of them by which neighbours hear later.
RISE: Final = (1.3, 2.4)
NEIGHBOURS_LATER: Final = 0.2


@lru_cache(maxsize=512)
def _week(seed: int, week: int) -> tuple[tuple[int, float, int, int, int], ...]:
    """Incidents of a week (from Monday): start (seconds UTC), unit (0 to 1), matter, cases, hours."""
    random = generator(seed, "incident", week)
    is_large = [week % WEEKS_BETWEEN_LARGE == seed % WEEKS_BETWEEN_LARGE, *[False] * SMALL_A_WEEK]
    codes = [int(np.flatnonzero(matters().name_zh == name)[0]) for name in _NAMES]
    found = []
    for large in is_large[(0 if is_large[0] else 1) :]:
        hour = float(np.clip(random.normal(13, 4), 5, 21))
        start = (week * 7 - 3) * 86_400 - 8 * 3600 + int(random.integers(0, 7)) * 86_400 + int(hour * 3600)
        size = int(random.integers(36, 57)) if large else int(random.integers(5, 11))
        hours = int(random.integers(9, 15)) if large else int(random.integers(2, 7))
        found.append((start, float(random.random()), codes[int(random.integers(0, len(codes)))], size, hours))
    return tuple(found)


def incidents(seed: int, places: Places, first: int, last: int) -> pd.DataFrame:
    """One row per incident starting in the weeks of these days: number, start, unit, type, size, hours."""
    eligible = [np.flatnonzero((places.kind != MOBILE) & (places.era == era)) for era in range(2)]
    rows = []
    for week in range((first + 3) // 7 - 1, (last + 3) // 7 + 1):
        for number, (start, share, matter, size, hours) in enumerate(_week(seed, week)):
            here = eligible[int(places.era_of(local_day(np.array([start])))[0])]
            rows.append((week * 10 + number, start, int(here[int(share * len(here))]), matter, size, hours))
    return pd.DataFrame(rows, columns=["number", "start", "unit", "type", "size", "hours"])


def spread_weights(places: Places, unit: int) -> tuple[Integers, Floats]:
    """The units an incident reaches, its own first, and the share of its cases in each (sums to 1)."""
    near = places.neighbours[unit]
    weight = np.array([3.2, *[0.9 / max(len(near), 1)] * len(near)])
    return np.concatenate([[unit], near]), weight / weight.sum()


def incident_cases(seed: int, places: Places, first: int, last: int) -> Cases:
    """The appeals of all incidents, without numbers, reported from local day ``first`` to ``last``."""
    groups = []
    for number, start, unit, matter, size, hours in incidents(seed, places, first, last).itertuples(index=False):
        random = generator(seed, "incident cases", int(number))
        units, share = spread_weights(places, unit)
        where = units[np.searchsorted(share.cumsum(), random.random(size), side="right").clip(0, len(units) - 1)]
        delay = np.where(where == unit, 0.0, NEIGHBOURS_LATER) + random.beta(*RISE, size)
        reported = start + (delay * hours * 3600).astype(np.int64)
        groups.append(described(random, places, "appeal", np.full(size, matter), where, reported))
    cases = joined(groups)
    day = local_day(cases.reported)
    holds = places.era[cases.unit] == places.era_of(day)
    return cases.take((day >= first) & (day <= last) & holds)
