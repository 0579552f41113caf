"""Cases as they come in: when, where, what, how grave, by which channel. One draw for history and live feed alike."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pandas as pd

from seed.demo.chance import Flags, Floats, Integers, Words
from seed.demo.days import Days, local_day, midnight
from seed.demo.matters import KINDS, RISK_BY_SEVERITY, matters
from seed.demo.people import People
from seed.demo.places import MOBILE, Places
from seed.demo.rhythm import seconds_of_day

SOURCES: Final = ("patrol", "hotline", "qr_code", "sensor", "department")
PREFIXES: Final = ("PA", "HL", "QR", "SN", "DP")
CHANNELS: Final = ("patrol", "hotline", "qr_code", "app", "visit", "sensor", "department")
#: The source that hands in what comes by a channel.
SOURCE_OF_CHANNEL: Final = np.array([0, 1, 2, 2, 4, 3, 4])
#: Shares of the channels, in the order of CHANNELS.
_CHANNELS_OF: Final = {
    "appeal": (0, 62, 24, 6, 4, 0, 4),
    "hazard": (96.5, 0, 1, 1, 0, 0, 1.5),
    "warning": (0, 0, 0, 0, 0, 100, 0),
    "petition": (0, 0, 0, 0, 78, 0, 22),
    "police_report": (0, 0, 0, 0, 0, 0, 100),
}
_PARTIES: Final = 90_000


@dataclass(frozen=True)
class Cases:
    """Parallel arrays, one entry per case. Small integers are positions: ``kind`` in KINDS, ``type`` in matters(),
    ``risk`` in RISKS, ``channel`` in CHANNELS, ``source`` in SOURCES, ``unit`` in the places' units, ``summary`` in
    matters().summaries. ``reported``: seconds since 1970 UTC. ``party``: number of the person, -1 for nobody.
    """

    external_id: Words
    source: Integers
    kind: Integers
    type: Integers
    risk: Integers
    channel: Integers
    unit: Integers
    reported: Integers
    lon: Floats
    lat: Floats
    summary: Integers
    party: Integers

    def __len__(self) -> int:
        return len(self.reported)

    def take(self, where: Integers | Flags) -> "Cases":
        """The cases at these positions, or where true."""
        return Cases(**{item.name: getattr(self, item.name)[where] for item in fields(Cases)})


def joined(groups: list[Cases]) -> Cases:
    """All groups, one after the other."""
    return Cases(
        **{item.name: np.concatenate([getattr(group, item.name) for group in groups]) for item in fields(Cases)}
    )


def _types(kind: str, random: np.random.Generator, days: Days, on_days: Integers, seconds: Integers) -> Integers:
    """What the cases are about: more water in storms, more noise at night, more wages before the Spring Festival."""
    all_matters = matters()
    of_kind = np.flatnonzero(all_matters.kind == KINDS.index(kind))
    tags = [set(tag) for tag in all_matters.tags[of_kind]]
    at = days.at(on_days)
    is_night = (seconds >= 21 * 3600) | (seconds < 6 * 3600)
    is_before_feast = np.isin(days.month[at], (1, 2, 12))
    is_storm = random.random(len(on_days)) < days.storm[at]
    combination = is_storm * 1 + is_night * 2 + is_before_feast * 4
    result = np.empty(len(on_days), dtype=np.int64)
    uniform = random.random(len(on_days))
    for number in np.unique(combination):
        weight = all_matters.weight[of_kind].copy()
        for bit, (tag, factor) in enumerate((("s", 9.0), ("n", 5.0), ("y", 1.7))):
            if number >> bit & 1:
                weight *= np.array([factor if tag in tag_set else 1.0 for tag_set in tags])
        where = combination == number
        result[where] = of_kind[np.searchsorted(np.cumsum(weight) / weight.sum(), uniform[where], side="right")]
    return result


def _units(
    places: Places, people: People, kind: str, types: Integers, on_days: Integers, random: np.random.Generator
) -> Integers:
    place = matters().place[types] + 3 * places.era_of(on_days)
    uniform = random.random(len(types))
    result = np.empty(len(types), dtype=np.int64)
    for number in np.unique(place):
        weight = (
            people.load[number % 3]
            * (places.era == number // 3)
            * (1.0 if kind == "hazard" else (places.kind != MOBILE))
        )
        where = place == number
        result[where] = np.searchsorted(np.cumsum(weight) / weight.sum(), uniform[where], side="right")
    return result


def draw(
    random: np.random.Generator, places: Places, people: People, days: Days, kind: str, on_days: Integers
) -> Cases:
    """One case for each entry of ``on_days`` (local day numbers), without numbers yet."""
    count = len(on_days)
    seconds = seconds_of_day(kind, days.is_working[days.at(on_days)], random.random(count))
    types = _types(kind, random, days, on_days, seconds)
    units = _units(places, people, kind, types, on_days, random)
    return described(random, places, kind, types, units, midnight(on_days) + seconds)


def described(
    random: np.random.Generator, places: Places, kind: str, types: Integers, units: Integers, reported: Integers
) -> Cases:
    """Cases whose matter, unit and time are known, with all the rest drawn."""
    count = len(types)
    all_matters = matters()
    edges = RISK_BY_SEVERITY.cumsum(axis=1)[all_matters.severity[types]]
    share = np.array(_CHANNELS_OF[kind], dtype=float)
    channel = np.searchsorted(share.cumsum() / share.sum(), random.random(count), side="right")
    # A few are put down at their unit's usual point, some nowhere: as in the systems that report them.
    spot = np.where(random.random(count) < 0.06, 0, random.integers(0, places.lon.shape[1], count))
    is_nowhere = random.random(count) < 0.07
    chosen = (random.random(count) * all_matters.summary_count[types]).astype(np.int64)
    is_personal = kind in ("appeal", "petition")
    party = (_PARTIES * random.random(count) ** 1.5).astype(np.int64) if is_personal else np.full(count, -1)
    return Cases(
        external_id=np.full(count, "", dtype=object),
        source=SOURCE_OF_CHANNEL[channel],
        kind=np.full(count, KINDS.index(kind)),
        type=types,
        risk=(random.random(count)[:, None] > edges).sum(axis=1).clip(0, 3),
        channel=channel,
        unit=units,
        reported=reported,
        lon=np.where(is_nowhere, np.nan, np.round(places.lon[units, spot], 6)),
        lat=np.where(is_nowhere, np.nan, np.round(places.lat[units, spot], 6)),
        summary=all_matters.summary_start[types] + chosen,
        party=party,
    )


def numbered(cases: Cases) -> Cases:
    """The cases in order of time, each with its source's running number of the day, such as HL20261123-00042."""
    order = np.lexsort((cases.type, cases.unit, cases.source, cases.reported))
    cases = cases.take(order)
    day = local_day(cases.reported)
    key = pd.Series(day * len(SOURCES) + cases.source)
    number = key.groupby(key, sort=False).cumcount().to_numpy() + 1
    names = pd.to_datetime(np.unique(day), unit="D").strftime("%Y%m%d").to_numpy(dtype=object)
    name = names[np.searchsorted(np.unique(day), day)]
    prefix = np.array(PREFIXES, dtype=object)[cases.source]
    cases.external_id[:] = [f"{a}{b}-{c:05d}" for a, b, c in zip(prefix, name, number.tolist(), strict=True)]
    return cases
