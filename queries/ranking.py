"""What the ranking is made of: outcomes by stratum, the subdistrict's marks, and the ranking itself for a screen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.filters import Filter
from queries.packed_days import Sign
from queries.runner import DTYPES, Shape, Type, ask, framed, shape
from queries.statistics.configuration import AssessmentRules, assessment_rules, cycle_back
from queries.vocabulary import Kind, Risk, State

FOLLOW_UP_DAYS: Final = 30
_COLUMNS: Final = ("areas", "types", "traits", "firsts", "case_ids")

OUTCOMES: Final[Shape] = shape(
    area_id=Type.INTEGER,
    indicator=Type.TEXT,
    line_id=Type.INTEGER,
    type_id=Type.INTEGER,
    risk_number=(Type.INTEGER, "red 1 … blue 4"),
    channel_number=(Type.INTEGER, "position of the channel's label"),
    reported_hour=(Type.INTEGER, "local hour, 0 … 23"),
    n=(Type.INTEGER, "cases"),
    good=(Type.INTEGER, "cases"),
)

MARKS: Final[Shape] = shape(
    area_id=Type.INTEGER,
    period_start=Type.DAY,
    period_end=Type.DAY,
    marks=(Type.NUMBER, "marks"),
    full_marks=(Type.NUMBER, "marks"),
)


LEVELS: Final[Shape] = shape(level=Type.TEXT, units=(Type.INTEGER, "areas"))

UNITS: Final[Shape] = shape(
    area_id=Type.INTEGER,
    kind=Type.TEXT,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    has_before=Type.FLAG,
)


def rolling_period(filter: Filter, rules: AssessmentRules | None = None) -> Filter:
    """The filter with the newest period of a full cycle's length that ends today: what a live wall ranks by."""
    held = rules or assessment_rules(filter.today)
    return replace(filter, period_from=filter.today - timedelta(days=held.cycle_days - 1), period_to=filter.today)


def cycle_period(filter: Filter, back: int = 1) -> Filter:
    """The filter with the assessed cycle, counted from the anchor, that lies ``back`` before the one that runs: what a
    review is about. 0 is the running one.
    """
    first, last = cycle_back(filter.today, back)
    return replace(filter, period_from=first, period_to=last)


def period_before(filter: Filter) -> Filter:
    """The equal period before, as it was known the same time after its end: both have the same follow-up."""
    if filter.period_from is None or filter.period_to is None:
        raise ValueError("The period before needs a period.")
    length = filter.period_to - filter.period_from + timedelta(days=1)
    as_of = filter.as_of.astimezone(filter.zone) - length  # by the local clock, whatever summer time did between
    return replace(filter, as_of=as_of, period_from=filter.period_from - length, period_to=filter.period_to - length)


def outcomes(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit, indicator and stratum (OUTCOMES) of the filter's period, as known at as_of.

    Of the whole subdistrict, whatever area the filter names: a unit is measured by its kind in the subdistrict.
    """
    first, last = days_of(filter)
    followed = followed_days_of(filter)
    parameters = {
        **filter.parameters(),
        "unit_level": unit_level,
        "period_from": first,
        "period_to": last,
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
        "followed_start": filter.midnight(followed[0]),
        "followed_end": filter.midnight(followed[1] + timedelta(days=1)),
    }
    ground, cases, _ = packed_days.read(connection, "ranking", "outcomes", _COLUMNS, parameters)
    counted = _counting(cases, filter, parameters, packed_days.words_in(ground[3]))
    below, lines = packed.Lookup(ground[0]), packed.Lookup(ground[1])
    numbers = dict(line.split(" ") for line in packed_days.words_in(ground[2]))
    channel_numbers = np.array([int(numbers.get(word, 0)) for word in cases.words], dtype=np.int64)
    return _strata(cases, counted, below, lines, channel_numbers, _moved(cases, ground[4]))


def _counting(
    cases: packed_days.Cases, filter: Filter, asked: Mapping[str, Any], untimed: Sequence[str]
) -> dict[str, tuple[npt.NDArray[np.bool_], Sign]]:
    """Of each indicator which cases count for it, and the sign of those that went well.

    same_day: appeals of the period's whole local days, kept resolved. on_time: first due in the period. on_the_spot:
    hazards of the period. kept: resolved 30 days before the period's days that have come, and not reopened within those
    30 days. Cases of sources that give no closing times take no part: nobody knows how they went.
    """
    takes_part = ~cases.has("source", untimed)
    if filter.kinds is not None:
        takes_part &= cases.has("kind", filter.kinds)
    is_of_day = [asked["period_from"] <= day <= asked["period_to"] for day in cases.days]
    is_over = [day < filter.today for day in cases.days]
    reported, whole_days = (np.array(each, dtype=bool)[cases.row] for each in (is_of_day, is_over))
    due, resolved = cases.number("firsts", "due"), cases.number("firsts", "resolved")

    def within(moment: npt.NDArray[np.int64], start: str, end: str) -> npt.NDArray[np.bool_]:
        return (moment >= packed.microseconds(asked[start])) & (moment < packed.microseconds(asked[end]))

    counts = {
        "same_day": reported & whole_days & cases.has("kind", [Kind.APPEAL]) & cases.shows(Sign.SAME_DAY_COUNTED),
        "on_time": within(due, "period_start", "period_end")
        & (due <= packed.microseconds(filter.as_of))
        & ~cases.shows(Sign.LEFT_BEFORE_DUE),
        "on_the_spot": reported & cases.has("kind", [Kind.HAZARD]) & cases.has("state", [State.RESOLVED, State.OPEN]),
        "kept": within(resolved, "followed_start", "followed_end"),
    }
    signs = {
        "same_day": Sign.SAME_DAY_KEPT,
        "on_time": Sign.ON_TIME,
        "on_the_spot": Sign.ON_THE_SPOT,
        "kept": Sign.NOT_REOPENED,
    }
    return {indicator: (counts[indicator] & takes_part, signs[indicator]) for indicator in sorted(counts)}


def _moved(cases: packed_days.Cases, held: bytes | None) -> npt.NDArray[np.int64]:
    """The area of each case; of those that an upheld objection has moved the unit it names, or none."""
    areas = cases.number("areas").astype(np.int64)
    if held is not None:
        case_ids, to_areas = np.frombuffer(held, dtype=">i8").reshape(-1, 2).T.astype(np.int64)
        in_order = np.argsort(case_ids)
        case_ids, to_areas = case_ids[in_order], to_areas[in_order]
        ids = cases.number("case_ids")
        place = np.minimum(np.searchsorted(case_ids, ids), len(case_ids) - 1)
        areas = np.where(case_ids[place] == ids, to_areas[place], areas)
    return areas


def _strata(
    cases: packed_days.Cases,
    counted: Mapping[str, tuple[npt.NDArray[np.bool_], Sign]],
    below: packed.Lookup,
    lines: packed.Lookup,
    channel_numbers: npt.NDArray[np.int64],
    areas: npt.NDArray[np.int64],
) -> pd.DataFrame:
    """The strata (OUTCOMES) of the cases that count, of units' areas alone."""
    places = [np.flatnonzero(counts) for counts, _ in counted.values()]
    place = np.concatenate(places)
    is_below, unit = below.places(areas[place])
    place = place[is_below]
    indicator = np.repeat(np.arange(len(places)), [len(each) for each in places])[is_below]
    signs = np.array([int(sign) for _, sign in counted.values()])
    good = cases.signs[place] & signs[indicator] > 0

    colours = {risk.value: number for number, risk in enumerate(Risk, 1)}
    risks = np.array([colours.get(word, 0) for word in cases.words], dtype=np.int64)
    types = cases.number("types")[place].astype(np.int64)
    # one number to count by: unit, indicator, matter, colour, hour and channel, and how the case went
    channels = int(channel_numbers.max(initial=0)) + 1
    sizes = (len(places), int(types.max(initial=0)) + 1, len(colours) + 1, 24, channels, 2)
    traits = (risks[cases.word("risk")[place]], cases.hour[place], channel_numbers[cases.word("channel")[place]])
    fits = len(below.values) * math.prod(sizes) <= np.iinfo(np.int32).max
    width: Any = np.int32 if fits else np.int64  # the narrower is sorted in half the time
    number: npt.NDArray[np.int64] = unit.astype(width)
    for size, part in zip(sizes, (indicator, types, *traits, good), strict=True):
        number *= size
        number += part.astype(width)
    number.sort()
    begins = np.flatnonzero(np.diff(number >> 1, prepend=-1))
    code, *parts = _taken_apart(number[begins] >> 1, sizes[:-1])
    indicator, type_id, risk, hour, channel = parts
    return framed(
        [
            below.values[code],
            pd.array(list(counted), dtype=DTYPES[Type.TEXT])[indicator],
            lines.of(type_id)[1],
            *(type_id, risk, channel, hour),
            np.diff(begins, append=len(number)),
            np.add.reduceat(number & 1, begins),
        ],
        OUTCOMES,
    )


def _taken_apart(code: npt.NDArray[np.int64], sizes: Sequence[int]) -> list[npt.NDArray[np.int64]]:
    """The parts of numbers made of parts of these sizes, each below its size; before them what is left."""
    parts: list[npt.NDArray[np.int64]] = []
    for size in reversed(sizes):
        code, part = np.divmod(code, size)
        parts.insert(0, part)
    return [code, *parts]


def marks(connection: Connection, filter: Filter, *, with_earlier: bool = True) -> pd.DataFrame:
    """One row per area (MARKS): of all assessed periods that ended in the filter's period. Of the whole subdistrict,
    whatever area the filter names: a unit is measured against all of its kind.

    ``with_earlier``: where none did anywhere, of the newest one that ended in the equal period before, the same for all
    areas; its days are in the answer, so that the screen can say so. Without, such marks are missing.
    """
    first, last = days_of(filter)
    reach = last - first + timedelta(days=1) if with_earlier else timedelta()
    parameters = {**filter.parameters(), "period_from": first, "period_to": last, "marks_from": first - reach}
    return ask(connection, "ranking", "marks", MARKS, parameters)


def levels(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per level of the subdistrict on the period's last day (LEVELS), deepest first, its own last."""
    return ask(connection, "ranking", "levels", LEVELS, {**filter.parameters(), "period_to": days_of(filter)[1]})


def units(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per area of the level on the period's last day (UNITS), with whether it has a period before."""
    first, last = days_of(filter)
    before_from = first - (last - first + timedelta(days=1))
    parameters = {**filter.parameters(), "unit_level": unit_level, "period_to": last, "before_from": before_from}
    return ask(connection, "ranking", "units", UNITS, parameters)


def days_of(filter: Filter) -> tuple[date, date]:
    """First and last day of the filter's period, or of the newest full cycle's length."""
    return filter.period(assessment_rules(filter.today).cycle_days)


def followed_days_of(filter: Filter) -> tuple[date, date]:
    """First and last day of the first resolutions that ``kept`` judges: those whose follow-up of 30 days ended in the
    filter's period, or of a period that runs, on its days that have come.
    """
    first, last = days_of(filter)
    ended = timedelta(days=FOLLOW_UP_DAYS + 1)
    return first - ended, min(last, filter.today) - ended
