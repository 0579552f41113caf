"""What the demo city is drawn from: how many cases are to be expected in each unit and hour.

Nobody in the city knows it and no store ever holds it. Forecasts are measured against it: no method can do better than
the intensities themselves.
"""

from typing import Final

import numpy as np
import scipy

from seed.demo.chance import Floats
from seed.demo.city import City
from seed.demo.days import DAY, OFFSET
from seed.demo.history import daily_level
from seed.demo.incidents import DAILY, NEIGHBOURS_LATER, RISE, incidents, spread_weights
from seed.demo.matters import KINDS, RISK_BY_SEVERITY, RISKS, matters
from seed.demo.places import MOBILE
from seed.demo.rhythm import hour_shares

HOURS: Final = 24
_NIGHT: Final = np.array([hour >= 21 or hour < 6 for hour in range(HOURS)])
_FACTORS: Final = (("s", 9.0), ("n", 5.0), ("y", 1.7))


def _risks_by_place(kind: str, *, storm: bool, night: bool, feast: bool) -> Floats:
    """Share of a kind's cases by place class (3) and risk (4) in these circumstances; sums to 1."""
    known = matters()
    of_kind = np.flatnonzero(known.kind == KINDS.index(kind))
    weight = known.weight[of_kind].copy()
    for (tag, factor), holds in zip(_FACTORS, (storm, night, feast), strict=True):
        if holds:
            weight *= np.array([factor if tag in set(tags) else 1.0 for tags in known.tags[of_kind]])
    shares = np.zeros((3, len(RISKS)))
    risks = RISK_BY_SEVERITY[known.severity[of_kind]] * (weight / weight.sum())[:, None]
    np.add.at(shares, known.place[of_kind], risks)
    return shares


def _unit_shares(city: City, kind: str) -> Floats:
    """Share of a kind's cases by place class (3) and unit; each row sums to 1."""
    open_to = (city.places.era == city.places.era.max()) & ((city.places.kind != MOBILE) | (kind == "hazard"))
    load = city.people.load * open_to
    return np.asarray(load / load.sum(axis=1, keepdims=True))


def intensity(city: City, first: int, last: int) -> Floats:
    """Cases to be expected by day, local hour, unit and risk (days × 24 × units × 4), incidents left out.

    Of local days ``first`` to ``last`` as ``seed.demo.history.day_cases`` draws them; the day's own chance of being
    busier as a whole, which nothing announces, is averaged over. Units and risks in the city's own order.
    """
    numbers = np.arange(first, last + 1)
    at = city.days.at(numbers)
    storm, works = city.days.storm[at], city.days.is_working[at]
    is_feast = np.isin(city.days.month[at], (1, 2, 12))
    result = np.zeros((len(numbers), HOURS, len(city.places.code), len(RISKS)))
    for kind in KINDS:
        level = daily_level(city.profile, kind) * city.scale - (DAILY if kind == "appeal" else 0.0)
        daily = max(level, 0.0) * city.days.busyness(kind, numbers)
        hours = np.where(works[:, None], hour_shares(kind, is_working=True), hour_shares(kind, is_working=False))
        units = _unit_shares(city, kind)
        for is_night in (False, True):
            by_day = np.zeros((len(numbers), len(city.places.code), len(RISKS)))
            for feast in (False, True):
                dry = _risks_by_place(kind, storm=False, night=is_night, feast=feast)
                wet = _risks_by_place(kind, storm=True, night=is_night, feast=feast)
                mixed = (1 - storm)[:, None, None] * dry + storm[:, None, None] * wet
                by_day += (is_feast == feast)[:, None, None] * np.einsum("dpr,pu->dur", mixed, units)
            chosen = np.flatnonzero(is_night == _NIGHT)
            result[:, chosen] += (daily[:, None] * hours[:, chosen])[:, :, None, None] * by_day[:, None]
    return result


def incident_intensity(city: City, first: int, last: int, begun_by: int | None = None) -> Floats:
    """The same of incidents alone: what each adds to its unit and the neighbours, hour by hour.

    ``begun_by`` (seconds UTC): only of those begun by then, the only ones anybody can know of.
    """
    result = np.zeros((last - first + 1, HOURS, len(city.places.code), len(RISKS)))
    hourly = result.reshape(-1, len(city.places.code), len(RISKS))
    edges = first * DAY - OFFSET + 3600 * np.arange(len(hourly) + 1)
    for _, start, unit, matter, size, hours in incidents(city.seed, city.places, first, last).itertuples(index=False):
        if begun_by is not None and start > begun_by:
            continue
        risks = RISK_BY_SEVERITY[matters().severity[matter]]
        for where, weight in zip(*spread_weights(city.places, int(unit)), strict=True):
            later = 0.0 if where == unit else NEIGHBOURS_LATER
            passed = np.clip((edges - start) / (hours * 3600) - later, 0, 1)
            hourly[:, where] += size * weight * np.diff(scipy.special.betainc(*RISE, passed))[:, None] * risks
    return result
