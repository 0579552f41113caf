"""The cases of the past: whole years with exact totals, then single days exactly as the live feed draws them."""

from collections.abc import Callable, Iterator

import numpy as np

from seed.demo.arrivals import SOURCES, Cases, draw, joined, numbered
from seed.demo.chance import Draws, Floats, Integers, Words, generator
from seed.demo.days import DAY, Days, local_day
from seed.demo.incidents import DAILY, incident_cases
from seed.demo.matters import KINDS, matters
from seed.demo.people import People
from seed.demo.places import Places
from seed.demo.structure import Profile, Volume

YEAR = 365
#: Local days for a number of cases of a kind, drawn by how busy the days are.
Spread = Callable[[str, int], Integers]
#: The appeal service opened so many days before the last year, and took so many to be known to all.
OPENED_BEFORE, RAMP = 120, 60
_POLICE = {
    "fraud": "诈骗警情",
    "wilful_damage": "故意损毁警情",
    "gang": "涉黑恶团伙警情",
    "theft": "盗窃警情",
    "brawl": "斗殴警情",
    "group_incident": "群体性警情",
}


def growth(days_into_last_year: Integers) -> Floats:
    """How much of its later volume the appeal service has, by the day counted from the last year's first."""
    rise = np.where(
        days_into_last_year < 0,
        0.5 * (days_into_last_year + OPENED_BEFORE) / OPENED_BEFORE,
        0.5 + 0.5 * days_into_last_year / RAMP,
    )
    return np.asarray(np.clip(rise, 0.0, 1.0))


def _growth(profile: Profile, days_into_last_year: Integers) -> Floats:
    return growth(days_into_last_year) if profile.is_new_service else np.ones(len(days_into_last_year))


def daily_level(profile: Profile, kind: str) -> float:
    """Cases a day that the live feed goes on with, incidents included."""
    year = profile.years[0]
    if kind == "appeal":
        return year.appeals / float(_growth(profile, np.arange(YEAR)).sum())
    if kind == "petition":
        return (year.petitions_first + year.petitions_again + year.petitions_other) / YEAR
    if kind == "police_report":
        return float(sum(getattr(year, name) for name in _POLICE) / YEAR)
    return (year.hazards if kind == "hazard" else year.warnings) / YEAR


def day_cases(profile: Profile, seed: int, scale: float, places: Places, people: People, days: Days, day: int) -> Cases:
    """All cases reported on one local day, numbered; the same whoever asks."""
    groups = []
    for kind in KINDS:
        random = generator(seed, "day", day, kind)
        busy = float(days.busyness(kind, np.array([day]))[0])
        level = daily_level(profile, kind) * scale - (DAILY if kind == "appeal" else 0.0)
        mean = max(level, 0.0) * busy * random.gamma(90.0, 1 / 90.0)
        groups.append(draw(random, places, people, days, kind, np.full(random.poisson(mean), day)))
    return numbered(joined([*groups, incident_cases(seed, places, day, day)]))


def _spread(random: np.random.Generator, total: int, first: int, weight: Floats) -> Integers:
    """``total`` local days, drawn by weight, first day ``first``."""
    noisy = weight * random.gamma(90.0, 1 / 90.0, len(weight))
    return np.repeat(first + np.arange(len(weight)), random.multinomial(total, noisy / noisy.sum()))


def year_cases(
    profile: Profile, seed: int, scale: float, places: Places, people: People, days: Days, first: int, back: int
) -> Cases:
    """Cases of the 365 days from local day ``first``, ``back`` years before the last, with the profile's totals."""
    year = profile.years[min(back, 1)]
    random = generator(seed, "year", first)
    numbers = first + np.arange(YEAR)

    def spread(kind: str, total: int) -> Integers:
        return _spread(random, total, first, days.busyness(kind, numbers) * (known if kind == "appeal" else 1.0))

    known = _growth(profile, np.arange(YEAR) - YEAR * back)

    groups = [
        draw(random, places, people, days, kind, spread(kind, round(total * scale)))
        for kind, total in (("hazard", year.hazards), ("warning", year.warnings))
    ]
    if known.sum() > 0:
        incidents = incident_cases(seed, places, first, first + YEAR - 1)
        open_then = random.random(len(incidents)) < known[local_day(incidents.reported) - first]
        incidents = incidents.take(np.flatnonzero(open_then)[: round(year.appeals * scale)])
        total = round(year.appeals * scale) - len(incidents)
        groups += [incidents, draw(random, places, people, days, "appeal", spread("appeal", total))]
    groups.append(_police(random, places, people, days, year, scale, spread))
    groups.append(_petitions(random, places, people, days, year, scale, spread))
    return joined(groups)


def _police(
    random: np.random.Generator, places: Places, people: People, days: Days, year: Volume, scale: float, spread: Spread
) -> Cases:
    counts = [round(getattr(year, name) * scale) for name in _POLICE]
    cases = draw(random, places, people, days, "police_report", spread("police_report", sum(counts)))
    return _retyped(cases, random, tuple(_POLICE.values()), counts)


def _retyped(cases: Cases, random: np.random.Generator, names: tuple[str, ...], counts: list[int]) -> Cases:
    """The same cases with exactly these matters."""
    types = np.repeat([int(np.flatnonzero(matters().name_zh == name)[0]) for name in names], counts)
    cases.type[:] = random.permutation(types)
    chosen = (random.random(len(cases)) * matters().summary_count[cases.type]).astype(np.int64)
    cases.summary[:] = matters().summary_start[cases.type] + chosen
    return cases


def _petitions(
    random: np.random.Generator, places: Places, people: People, days: Days, year: Volume, scale: float, spread: Spread
) -> Cases:
    """First visits, second visits of some of them within 90 days, others; parties are all different people."""
    is_decision, names = matters().is_decision_sought, matters().name_zh
    decision = tuple(str(name) for name in names[is_decision])
    capital = tuple(str(name) for name in names[matters().is_capital_trip])
    other = ("意见建议", "检举控告", "政策咨询", "申诉求助")
    firsts = round(year.petitions_first * scale)
    others = round(year.petitions_other * scale)
    trips = round(year.capital_trips * scale)
    agains = round(year.petitions_again * scale)
    cases = draw(random, places, people, days, "petition", spread("petition", firsts + others + trips))
    order = random.permutation(len(cases))
    cases = cases.take(order)
    shares = np.array([22, 20, 16, 12, 10]) / 80
    firsts_by_name = [int(count) for count in random.multinomial(firsts, shares)]
    others_by_name = [int(count) for count in random.multinomial(others, np.array([8, 7, 6, 6]) / 27)]
    _retyped(cases, random, (*decision, *other, *capital), [*firsts_by_name, *others_by_name, trips])
    cases.party[:] = 95_000 + random.permutation(5_000 + 10 * len(cases))[: len(cases)]
    is_first = is_decision[cases.type]
    early = np.flatnonzero(is_first & (local_day(cases.reported) < local_day(cases.reported).min() + YEAR - 100))
    again = cases.take(random.choice(early, min(agains, len(early)), replace=False))
    later = random.integers(12, 80, len(again)) * DAY
    again.reported[:] = again.reported + later
    gone = places.era[again.unit] != places.era_of(local_day(again.reported))
    again.unit[gone] = random.choice(np.flatnonzero(places.era == places.era.max()), int(gone.sum()))
    return joined([cases, again])


def past_cases(
    profile: Profile, seed: int, scale: float, places: Places, people: People, days: Days, span: tuple[int, int, int]
) -> Cases:
    """All cases from local day span[0] up to, not including, span[1] (exact years), and on to span[2] (single days)."""
    first, today, last = span
    groups = []
    back = 0
    while today - YEAR * back > first:
        start = today - YEAR * (back + 1)
        cases = year_cases(profile, seed, scale, places, people, days, start, back)
        groups.append(cases.take(local_day(cases.reported) >= first))
        back += 1
    past = [numbered(joined(groups))] if groups else []
    return joined([*past, *_single_days(profile, seed, scale, places, people, days, today, last)])


def _single_days(
    profile: Profile, seed: int, scale: float, places: Places, people: People, days: Days, first: int, last: int
) -> Iterator[Cases]:
    for day in range(first, last + 1):
        yield day_cases(profile, seed, scale, places, people, days, day)


def draws_of(seed: int, cases: Cases) -> Draws:
    """The random numbers of these cases."""
    source: Words = np.array(SOURCES, dtype=object)[cases.source]
    return Draws(seed, source, cases.external_id)
