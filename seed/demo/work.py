"""What grids do and get besides cases: field work, the subdistrict's fortnightly marks, the operating mode."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from seed.demo.chance import Floats, Integers, Words, generator
from seed.demo.days import DAY, EPOCH, OFFSET, Days
from seed.demo.history import YEAR
from seed.demo.people import People
from seed.demo.places import MOBILE, Places
from seed.demo.structure import Profile

#: The subdistrict's half of the assessment: items and their full marks.
ITEMS: Final = (("party", 10.0), ("safety", 15.0), ("appearance", 15.0), ("service", 10.0))
#: A Monday from which the fortnights of the assessment are counted.
ANCHOR: Final = date(2024, 1, 1)
_FORTNIGHT: Final = 14


def _dates(numbers: np.ndarray) -> pd.Series:
    known = {number: date.fromordinal(EPOCH + number) for number in np.unique(numbers).tolist()}
    return pd.Series([known[number] for number in numbers.tolist()], dtype=object)


def _units_on(places: Places, days: Integers, share: Floats) -> Integers:
    """A unit for each day, of those that hold on it."""
    eras = [np.flatnonzero((places.kind != MOBILE) & (places.era == era)) for era in range(2)]
    unit = eras[0][(share * len(eras[0])).astype(np.int64)]
    if len(eras[1]):
        unit = np.where(places.era_of(days) == 1, eras[1][(share * len(eras[1])).astype(np.int64)], unit)
    return unit


def field_work(profile: Profile, places: Places, days: Days, seed: int, first: int, today: int) -> pd.DataFrame:
    """One row per unit, day and activity; the last year's sums are the profile's, the year before had a fifth less."""
    frames = []
    for number, each in enumerate(profile.field_work):
        for back in range(-(-(today - first) // YEAR)):
            random = generator(seed, "field work", each.activity, back)
            start = today - YEAR * (back + 1)
            times = round(each.times * (1.0 if back == 0 else 0.8))
            people = round(each.people * (1.0 if back == 0 else 0.8))
            works = days.is_working[days.at(start + np.arange(YEAR))] * 1.0 + 0.15
            day = start + random.choice(YEAR, times, p=works / works.sum())
            unit = _units_on(places, day, random.random(times))
            table = pd.DataFrame({"unit": unit, "day": day, "times": 1}).groupby(["unit", "day"], as_index=False).sum()
            share = table["times"] / table["times"].sum()
            frames.append(table.assign(people=random.multinomial(people, share), activity=number))
    if not frames:
        return pd.DataFrame(columns=["subdistrict_code", "area_code", "day", "activity", "times", "people"])
    table = pd.concat(frames, ignore_index=True)
    table = table[table["day"] >= first].reset_index(drop=True)
    unit = table.pop("unit").to_numpy()
    activity = np.array([each.activity for each in profile.field_work], dtype=object)[table["activity"]]
    return table.assign(
        subdistrict_code=places.subdistrict[unit],
        area_code=places.code[unit],
        day=_dates(table["day"].to_numpy()),
        activity=activity,
    )


def _assessed(places: Places, who: People, level: str) -> tuple[Words, Words, Integers, Floats]:
    """Subdistrict, code, era and skill of what is given marks: the units, or the areas of a level above them, whose
    skill is the mean of their units'.
    """
    if not level:
        units = np.flatnonzero(places.kind != MOBILE)
        return places.subdistrict[units], places.code[units], places.era[units], who.skill[units]
    areas = places.areas
    parent = dict(zip(areas["code"], areas["parent_code"], strict=True))
    is_assessed = dict(zip(areas["code"], areas["level"] == level, strict=True))

    def above(code: str) -> str:
        while not is_assessed[code]:
            code = parent[code]
        return code

    below = pd.DataFrame(
        {"owner": places.subdistrict, "code": [above(code) for code in places.code], "era": places.era}
    )
    means = below.assign(skill=who.skill).groupby(["owner", "code", "era"], as_index=False).mean()
    return (
        means["owner"].to_numpy(dtype=object),
        means["code"].to_numpy(dtype=object),
        means["era"].to_numpy(),
        means["skill"].to_numpy(),
    )


def assessment_marks(places: Places, who: People, seed: int, first: int, until: int, level: str = "") -> pd.DataFrame:
    """One row per unit (or area of ``level``), fortnight and item; given the morning after the fortnight ends."""
    anchor = ANCHOR.toordinal() - EPOCH
    owners, codes, era, skill = _assessed(places, who, level)
    starts = np.arange(anchor + -(-(first - anchor) // _FORTNIGHT) * _FORTNIGHT, until // DAY, _FORTNIGHT)
    given = (starts + _FORTNIGHT) * DAY - OFFSET + 10 * 3600
    starts, given = starts[given <= until], given[given <= until]
    random = generator(seed, "marks")
    shape = (len(starts), len(codes), len(ITEMS))
    full = np.array([marks for _, marks in ITEMS])
    slow = np.cumsum(random.normal(0, 0.25, (len(starts), len(codes))), axis=0)
    quality = 1.9 + 0.45 * skill[None, :, None] + 0.3 * slow[:, :, None] + random.normal(0, 0.5, shape)
    marks = np.round(full / (1 + np.exp(-quality)) * 2) / 2
    holds = era[None, :] == places.era_of(starts)[:, None]
    period, unit, item = (axis[holds].ravel() for axis in np.indices(shape))
    marks = marks[holds]
    return pd.DataFrame(
        {
            "subdistrict_code": owners[unit],
            "area_code": codes[unit],
            "period_start": _dates(starts[period]),
            "period_end": _dates(starts[period] + _FORTNIGHT - 1),
            "item": np.array([name for name, _ in ITEMS], dtype=object)[item],
            "marks": marks.ravel(),
            "full_marks": full[item],
            "recorded_at": pd.to_datetime(given[period], unit="s", utc=True),
        }
    )


def operating_mode(owners: list[str], days: Days, first: int, until: int) -> pd.DataFrame:
    """One row per change of mode: emergency in typhoons, normal otherwise; a planned end lies in the future.

    Typhoons that follow upon each other are one emergency.
    """
    spells: list[tuple[int, int]] = []
    for start, length in sorted(days.typhoons):
        begins = start * DAY - OFFSET - 6 * 3600
        ends = begins + length * DAY + 12 * 3600
        if spells and begins <= spells[-1][1]:
            begins, ends = spells[-1][0], max(ends, spells.pop()[1])
        spells.append((begins, ends))
    rows: list[tuple[int, str, str, str]] = [(first * DAY - OFFSET, "normal", "", "")]
    for begins, ends in spells:
        if first * DAY - OFFSET < begins <= until:
            rows.append((begins, "emergency", "防御台风", "Typhoon"))
            rows.append((ends, "normal", "台风过境", "Typhoon passed"))
    table = pd.DataFrame(sorted(rows), columns=["since", "mode", "reason_zh", "reason_en"])
    table["recorded_at"] = pd.to_datetime(table["since"].clip(upper=until), unit="s", utc=True)
    table["since"] = pd.to_datetime(table["since"], unit="s", utc=True)
    return pd.concat([table.assign(subdistrict_code=owner) for owner in owners], ignore_index=True)
