"""Who works in the units: what they can do, how much comes their way, and who flatters the figures."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from seed.demo.chance import Floats, Integers, generator
from seed.demo.places import ENTERPRISE, MOBILE, Places

#: Ways to flatter: close in bulk before midnight, close within a minute, let a case come back just after the
#: seven days, move deadlines just before they pass.
CHEATS: Final = ("none", "midnight", "minute", "cutoff", "extension")
NONE, MIDNIGHT, MINUTE, CUTOFF, EXTENSION = range(5)


@dataclass(frozen=True)
class People:
    """Arrays over the units. ``skill``: standard deviations above the average; ``load``: weights of what comes in,
    one row per place class of a matter (where people live, where they work, anywhere).
    """

    skill: Floats
    cheat: Integers
    load: Floats


def people(places: Places, seed: int) -> People:
    """Drawn once per seed; skills average zero weighted by load, so that every seed is calibrated alike."""
    random = generator(seed, "people")
    count = len(places.code)
    now = places.era == places.era.max()
    usual = np.maximum(places.population, 400).astype(float) * np.exp(random.normal(0, 0.25, count))
    enterprise = places.kind == ENTERPRISE
    mobile = places.kind == MOBILE
    live = usual * np.where(enterprise, 0.3, 1.0) * np.where(mobile, 0.4, 1.0)
    work = usual * np.where(enterprise, 5.0, 0.45) * np.where(mobile, 0.4, 1.0)
    load = np.vstack([each / each[now].sum() for each in (live, work, usual)])
    skill = random.normal(0, 1, count)
    for era in np.unique(places.era):
        weight = load.mean(axis=0) * (places.era == era)
        skill = skill - np.where(places.era == era, (skill * weight).sum() / weight.sum(), 0.0)
        skill = np.where(places.era == era, skill / np.sqrt((skill**2 * weight).sum() / weight.sum()), skill)
    cheat = np.zeros(count, dtype=np.int64)
    grids = np.flatnonzero(~mobile & now)
    ways = [MIDNIGHT, MINUTE, CUTOFF, EXTENSION]
    if count > 60:
        cheat[random.choice(grids, len(ways), replace=False)] = ways
    return People(skill=np.clip(skill, -2.4, 2.4), cheat=cheat, load=load)
