"""The course of the backlog 存量: open before and after, opened and closed, and whether it grows older."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.figure import By, parameters
from queries.filters import Filter
from queries.packed import Lookup
from queries.packed_days import Cases
from queries.runner import Shape, Type, frame_of, framed, shape
from queries.sources import require_times

GROUPINGS: Final = frozenset({By.TOTAL, By.AREA, By.KIND, By.TYPE, By.CHANNEL, By.RISK})
WEEKS: Final = 2
_DAY: Final = 86_400  # seconds

MOVEMENT: Final[Shape] = shape(
    key=Type.TEXT,
    span=(Type.INTEGER, "1, 2, … in order"),
    from_at=Type.MOMENT,
    to_at=Type.MOMENT,
    open_before=(Type.INTEGER, "cases"),
    opened=(Type.INTEGER, "times"),
    closed=(Type.INTEGER, "times"),
    open=(Type.INTEGER, "cases"),
    median_age_before=(Type.NUMBER, "days since reported"),
    median_age=(Type.NUMBER, "days since reported"),
)


GROWN: Final[Shape] = shape(
    key=Type.TEXT,
    value=(Type.INTEGER, "1: it grows"),
    opened_first=(Type.INTEGER, "times in the first week"),
    closed_first=(Type.INTEGER, "times in the first week"),
    opened_last=(Type.INTEGER, "times in the last week"),
    closed_last=(Type.INTEGER, "times in the last week"),
    median_age_before=(Type.NUMBER, "days since reported"),
    median_age_between=(Type.NUMBER, "days since reported"),
    median_age=(Type.NUMBER, "days since reported"),
    is_growing=Type.FLAG,
)

_COLUMNS: Final = ("areas", "types", "traits", "stages", "spell_counts", "spells")


def movement(
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
    bounds: Sequence[datetime] | None = None,
) -> pd.DataFrame:
    """One row per key and span with a case that was open in it or at its ends (MOVEMENT), all as known at as_of.

    ``bounds``: the spans' ends, rising, none after as_of; without, the filter's period (or the last 28 local days) up
    to as_of is one span, and a period that has not begun has none. The stock was burned down where ``open`` <
    ``open_before``. An age is NaN where nothing was open. Moments count in whole seconds. Cases of sources without
    closing times take no part.
    Raises NotRecordedError where no source records closing times.
    """
    require_times(connection, filter)
    asked = parameters(filter, by, unit_level=unit_level, groupings=GROUPINGS)
    if bounds is None and asked["period_start"] >= filter.as_of:
        return frame_of([], MOVEMENT)  # the period has not begun
    if bounds is None:
        # what happened at as_of itself has happened
        bounds = (asked["period_start"], min(asked["period_end"], filter.as_of + timedelta(microseconds=1)))
    if len(bounds) < 2 or any(late <= early for early, late in itertools.pairwise(bounds)):
        raise ValueError("The bounds of spans must be at least two and rise.")
    if bounds[-1] > filter.as_of + timedelta(microseconds=1):
        raise ValueError("A span ends after as_of: nothing is known of it yet.")
    # days are read whole: what was over when the first span begins counts in none
    asked["from_at"] = filter.midnight(bounds[0].astimezone(filter.zone).date())
    asked["to_at"] = bounds[-1]
    held = open_cases(connection, filter, asked, by, unit_level)
    keys = sorted({key for each in held for key in each.keys}, key=lambda key: key or "")
    number = {key: place for place, key in enumerate(keys)}
    group = np.concatenate(
        [np.array([number[key] for key in each.keys], dtype=np.intp)[each.key_of_spell] for each in held]
    )
    spells = packed.Spells(*(np.concatenate(column) for column in zip(*(each.spells for each in held), strict=True)))
    return _counted(keys, group, spells, bounds)


class OpenCases(NamedTuple):
    """Cases that are asked about, and the spells in which those of them were open of which anybody knows."""

    cases: Cases
    chosen: npt.NDArray[np.intp]  # their places
    is_timed: npt.NDArray[np.bool_]  # of each of ``cases``: of a source that gives closing times
    keys: list[str | None]
    spells: packed.Spells
    key_of_spell: npt.NDArray[np.intp]  # the place in ``keys``


def open_cases(
    connection: Connection, filter: Filter, asked: Mapping[str, Any], by: By = By.TOTAL, unit_level: str | None = None
) -> tuple[OpenCases, OpenCases]:
    """Those reported from ``from_at`` on and before ``to_at``, by whole days, and those before that may be open at it.

    ``asked``: both moments beside what ``figure.parameters`` gives.
    """
    reads_areas = packed_days.reads_areas(filter, by, unit_level)
    asked = {**asked, "reads_areas": reads_areas}
    ground, *held = packed_days.read(connection, "backlog", "movement", _COLUMNS, asked)
    areas = Lookup(ground[0]) if reads_areas else None
    untimed = packed_days.words_in(ground[2])

    def of(cases: Cases) -> OpenCases:
        chosen, units = cases.chosen(filter.kinds, areas)
        keys, key = cases.keys(by, chosen, units)
        key_of, is_timed = np.full(len(cases), -1), ~cases.has("source", untimed)
        key_of[chosen] = key
        spells, case = cases.spells(is_timed & (key_of >= 0))
        return OpenCases(cases, chosen, is_timed, keys, spells, key_of[case])

    reported, before = map(of, held)
    return reported, before


def _counted(
    keys: Sequence[str | None], group: npt.NDArray[np.intp], spells: packed.Spells, bounds: Sequence[datetime]
) -> pd.DataFrame:
    """The answer of ``movement``, from the spells in which the cases of each group (a place in ``keys``) were open.

    What happens at a bound belongs to the span that begins there; span k begins at bound k.
    """
    at = np.array([packed.exact_seconds(bound) for bound in bounds])
    spans, groups, width = len(bounds) - 1, len(keys), len(bounds) + 1
    # the span each began and ended in: 0 before all, beyond all of them in the future
    opened_in = np.searchsorted(at, spells.begun, side="right")
    closed_in = np.where(spells.ended == packed.NONE, len(at), np.searchsorted(at, spells.ended, side="right"))

    def counts(span: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        return np.bincount(group * width + span, minlength=groups * width).reshape(groups, width)

    opened, closed = counts(opened_in), counts(closed_in)
    open_at = np.cumsum(opened - closed, axis=1)  # after each span: at the bound that ends it
    age_at = _median_ages(group, spells.reported, opened_in, closed_in, at, groups)
    before, after = open_at[:, :spans], open_at[:, 1 : spans + 1]
    opened, closed = opened[:, 1 : spans + 1], closed[:, 1 : spans + 1]
    of_key, span = np.nonzero((before != 0) | (after != 0) | (opened != 0) | (closed != 0))
    told = (column[of_key, span] for column in (before, opened, closed, after))
    ages = (age_at[of_key, span], age_at[of_key, span + 1])
    moments = np.array(bounds, dtype=object)
    key = np.array(keys, dtype=object)[of_key]
    return framed([key, span + 1, moments[span], moments[span + 1], *told, *ages], MOVEMENT)


def _median_ages(
    group: npt.NDArray[np.intp],
    reported: packed.Seconds,
    opened_in: npt.NDArray[np.intp],
    closed_in: npt.NDArray[np.intp],
    at: npt.NDArray[np.float64],
    groups: int,
) -> npt.NDArray[np.float64]:
    """The median age in days since the report of what is open at each bound, by group and bound; NaN where nothing is.

    Most spells end in the span they began in; the others were open at one bound or more.
    """
    ages = np.full((groups, len(at)), np.nan)
    long = np.flatnonzero(opened_in < closed_in)
    times = (closed_in - opened_in)[long]
    case = np.repeat(long, times)
    # the bounds that each spell outlasts, one after the other
    bound = opened_in[case] + np.arange(len(case)) - np.repeat(np.cumsum(times) - times, times)
    age = (at[bound] - reported[case]) / _DAY
    cell = group[case] * len(at) + bound
    in_order = np.lexsort((age, cell))
    cell, age = cell[in_order], age[in_order]
    present, first, count = np.unique(cell, return_index=True, return_counts=True)
    ages.ravel()[present] = (age[first + (count - 1) // 2] + age[first + count // 2]) / 2
    return ages


def two_weeks(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """``movement`` over the last two times seven whole local days before as_of, or before the end of a past period."""
    end = filter.today
    if filter.period_to is not None:
        end = min(end, filter.period_to + timedelta(days=1))
    bounds = [filter.midnight(end - timedelta(days=7 * back)) for back in range(WEEKS, -1, -1)]
    asked = replace(filter, period_from=end - timedelta(days=7 * WEEKS), period_to=end - timedelta(days=1))
    return movement(connection, asked, by, unit_level=unit_level, bounds=bounds)


def grown(connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None) -> pd.DataFrame:
    """One row per key with a case in the two weeks (GROWN): whether the backlog grows, and what says so.

    Raises ValueError where ``by`` is none of GROUPINGS, and as ``movement`` does.
    """
    if by not in GROUPINGS:
        raise ValueError(f"Whether the backlog grows is not told by {by.value}.")
    weeks = two_weeks(connection, filter, by, unit_level=unit_level)
    if weeks.empty:
        return frame_of([], GROWN)
    weeks = weeks.assign(of=pd.factorize(weeks["key"], use_na_sentinel=False)[0])
    every = pd.MultiIndex.from_product([weeks["of"].unique(), range(1, WEEKS + 1)])
    told = weeks.set_index(["of", "span"]).reindex(every)
    first, last = told.xs(1, level=1), told.xs(WEEKS, level=1)
    counts = (side[name].fillna(0).to_numpy() for side in (first, last) for name in ("opened", "closed"))
    flags = growing(weeks)
    return framed(
        [
            flags["key"],
            flags["is_growing"].astype("int64"),
            *counts,
            first["median_age_before"].to_numpy(),
            *(side["median_age"].to_numpy() for side in (first, last)),
            flags["is_growing"],
        ],
        GROWN,
    )


def growing(weeks: pd.DataFrame) -> pd.DataFrame:
    """One row per key: key, is_growing: in both weeks more was opened than closed and the median age rose.

    ``weeks``: the answer of ``two_weeks``. Where nothing was open at a week's beginning no age can have risen.
    """
    is_worse = (weeks["opened"] > weeks["closed"]) & (weeks["median_age"] > weeks["median_age_before"])
    times = is_worse.groupby(weeks["key"], dropna=False, sort=False).sum()
    return pd.DataFrame(
        {"key": weeks["key"].drop_duplicates().reset_index(drop=True), "is_growing": np.asarray(times == WEEKS)}
    )
