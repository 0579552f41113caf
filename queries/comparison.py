"""A figure beside itself: against the equal period before, the same period last year, or its target.

Works for every figure of the shape figure.RATE or figure.COUNT. Definitions: catalogue, ``comparison``.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final, Protocol

import pandas as pd
from sqlalchemy import Connection

from queries import calendar, place
from queries.figure import By
from queries.filters import Filter
from queries.ranking import period_before
from queries.statistics.configuration import assessment_rules
from queries.statistics.differences import Array, newcombe, ratio_of_counts, wilson

#: Groupings whose keys mean the same in two periods; a day's key is that day alone.
LASTING: Final = frozenset(By) - {By.DAY, By.WEEK, By.MONTH}

RATE_COLUMNS: Final = (
    *("key", "n", "good", "rate", "n_before", "good_before", "rate_before", "difference", "low", "high"),
    *("has_before", "is_provisional", "is_provisional_now", "is_provisional_before"),
)
COUNT_COLUMNS: Final = (
    *("key", "n", "n_before", "difference", "ratio", "low", "high"),
    *("has_before", "is_provisional", "is_provisional_now", "is_provisional_before"),
)
TARGET_COLUMNS: Final = ("key", "n", "good", "rate", "target", "difference", "low", "high", "is_provisional")


class Against(StrEnum):
    """What a period is compared with."""

    PERIOD_BEFORE = "period_before"
    WEEK_BEFORE = "week_before"
    LAST_YEAR = "last_year"


class Figure(Protocol):
    """A figure's question: figure.RATE or figure.COUNT, perhaps with more columns."""

    def __call__(
        self, connection: Connection, filter: Filter, by: By = ..., *, unit_level: str | None = ...
    ) -> pd.DataFrame:
        """One row per key."""


@dataclass(frozen=True)
class Comparison:
    """``frame``: RATE_COLUMNS or COUNT_COLUMNS, one row per key with a case in either period."""

    frame: pd.DataFrame
    now: Filter
    before: Filter
    last_year: calendar.LastYear | None  # how the calendar aligned it


def compare(
    figure: Figure,
    connection: Connection,
    filter: Filter,
    against: Against = Against.PERIOD_BEFORE,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
) -> Comparison:
    """The figure of the filter's period and of an earlier one, at equal follow-up: the earlier one is asked as it was
    known the same time after its end.

    ``difference`` is now less before; ``low`` and ``high`` bound, at 90 %, the difference of two rates or the ratio of
    two counts (statistics.differences). An area that did not hold from the earlier period's first day to this one's
    last (a grid redrawn in between) has no period before: ``has_before`` is False, and what would compare is missing.
    ``is_provisional`` of either period; ``is_provisional_now`` and ``is_provisional_before`` of each, missing where it
    has no case. Raises ValueError without a period, or where keys are days.
    """
    before, aligned = earlier(connection, filter, against)
    return Comparison(beside(figure, connection, filter, before, by, unit_level=unit_level), filter, before, aligned)


def was_recorded(period: Filter, first_record: datetime | None) -> bool:
    """Whether all of the filter's days lie in what is recorded: before the first record (aware; None: there is none)
    nobody had counted, and beside such days everything has risen.
    """
    if first_record is None or period.period_from is None:
        return False
    return period.period_from >= first_record.astimezone(period.zone).date()


def beside(
    figure: Figure,
    connection: Connection,
    filter: Filter,
    before: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
) -> pd.DataFrame:
    """The frame of ``compare`` with any earlier period (``moved_back``). Raises ValueError as it does."""
    if by not in LASTING:
        raise ValueError(f"Two periods have no {by.value} in common: group them by something that lasts.")
    now_frame, before_frame = (
        _keyed(figure(connection, asked, by, unit_level=unit_level)) for asked in (filter, before)
    )
    keys = now_frame.index.union(before_frame.index, sort=True)
    now, then = now_frame.reindex(keys), before_frame.reindex(keys)
    held = _held(connection, filter, before, by, unit_level, keys)
    counts = {"n": now["n"].fillna(0), "n_before": then["n"].fillna(0).where(held)}
    sides = {
        "is_provisional_now": now["is_provisional"].astype("boolean"),
        "is_provisional_before": then["is_provisional"].astype("boolean").where(held),
    }
    provisional = now["is_provisional"].eq(True) | then["is_provisional"].eq(True)
    frame = pd.DataFrame(counts | sides | {"has_before": held, "is_provisional": provisional}, index=keys)
    if "good" in now_frame.columns:
        frame["good"], frame["good_before"] = now["good"].fillna(0), then["good"].fillna(0).where(held)
        frame["rate"] = frame["good"] / frame["n"].where(frame["n"] > 0)
        frame["rate_before"] = frame["good_before"] / frame["n_before"].where(frame["n_before"] > 0)
        good, n, good_before, n_before = (_numbers(frame[name]) for name in ("good", "n", "good_before", "n_before"))
        found = newcombe(good, n, good_before, n_before)
        frame["difference"], frame["low"], frame["high"] = found
    else:
        frame["difference"] = frame["n"] - frame["n_before"]
        found = ratio_of_counts(_numbers(frame["n"]), _numbers(frame["n_before"]))
        frame["ratio"], frame["low"], frame["high"] = found
    whole = [name for name in ("n", "good", "n_before", "good_before") if name in frame.columns]
    frame = frame.astype(dict.fromkeys(whole, "Int64")).reset_index(names="key")
    frame["key"] = frame["key"].where(frame["key"] != _TOTAL)
    columns = RATE_COLUMNS if "good" in frame.columns else COUNT_COLUMNS
    return frame[list(columns)]


def against_target(
    figure: Figure,
    figure_id: str,
    connection: Connection,
    filter: Filter,
    by: By = By.TOTAL,
    *,
    unit_level: str | None = None,
) -> pd.DataFrame:
    """One row per key with a case (TARGET_COLUMNS): the rate less the target of the period's first day.

    ``low`` and ``high``: Wilson's 90 % interval of the rate, less the target. Raises LookupError without a target.
    """
    aim = target(figure_id, filter.period(1)[0])
    frame = figure(connection, filter, by, unit_level=unit_level)
    low, high = wilson(frame["good"], frame["n"])
    rate = frame["good"] / frame["n"]
    frame = frame.assign(rate=rate, target=aim, difference=rate - aim, low=low - aim, high=high - aim)
    return frame[list(TARGET_COLUMNS)]


def target(figure_id: str, day: date) -> float:
    """The target of a figure for a period that begins on ``day``: targets.toml, or assessment.toml where that says so.

    Raises LookupError where there is none.
    """
    given = [entry for entry in _targets() if entry["figure"] == figure_id]
    for entry in given:
        if "indicator" in entry:
            rules = assessment_rules(day)
            return next(each.target for each in rules.indicators if each.id == entry["indicator"])
    valid = [entry for entry in given if entry["valid_from"] <= day]
    if not valid:
        raise LookupError(f"The figure {figure_id!r} has no target for {day}.")
    return float(max(valid, key=lambda entry: entry["valid_from"])["value"])


#: Stands for the missing key of a total while rows are joined by their keys.
_TOTAL: Final = "\0total"


def with_target() -> tuple[str, ...]:
    """The figures that have a target, in the order of targets.toml."""
    return tuple(dict.fromkeys(str(entry["figure"]) for entry in _targets()))


@cache
def _targets() -> tuple[dict[str, Any], ...]:
    held = tomllib.loads(resources.files("queries").joinpath("targets.toml").read_text(encoding="utf-8"))
    return tuple(held["targets"])


def earlier(connection: Connection, filter: Filter, against: Against) -> tuple[Filter, calendar.LastYear | None]:
    """The filter of the earlier period and, of last year's, how the calendar found it.

    Raises ValueError without a period, and where a week before would still lie in it.
    """
    if against is Against.PERIOD_BEFORE:
        return period_before(filter), None
    if against is Against.WEEK_BEFORE:
        return moved_back(filter, timedelta(weeks=1)), None
    if filter.period_from is None or filter.period_to is None:
        raise ValueError("The same period last year needs a period.")
    known = calendar.days(connection, filter.period_from - timedelta(weeks=60), filter.period_to)
    aligned = calendar.last_year(filter.period_from, filter.period_to, known)
    back = filter.period_from - aligned.first
    as_of = filter.as_of.astimezone(filter.zone) - back  # by the local clock, whatever summer time did between
    return replace(filter, as_of=as_of, period_from=aligned.first, period_to=aligned.last), aligned


def moved_back(filter: Filter, back: timedelta) -> Filter:
    """The equal period so many whole days before, as it was known the same time after its end: of a day that runs, the
    other one at the same clock time.

    Raises ValueError without a period, and where the two would overlap.
    """
    if filter.period_from is None or filter.period_to is None:
        raise ValueError("An earlier period needs a period.")
    if back <= filter.period_to - filter.period_from:
        raise ValueError("The earlier period must end before the period begins.")
    as_of = filter.as_of.astimezone(filter.zone) - back  # by the local clock, whatever summer time did between
    return replace(filter, as_of=as_of, period_from=filter.period_from - back, period_to=filter.period_to - back)


def _numbers(column: pd.Series) -> Array:
    return column.to_numpy(dtype=float)


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(key=frame["key"].astype(object).where(frame["key"].notna(), _TOTAL)).set_index("key")


def _held(
    connection: Connection, filter: Filter, before: Filter, by: By, unit_level: str | None, keys: pd.Index
) -> "pd.Series[bool]":
    """Whether what a key stands for held from the earlier period's first day to this one's last."""
    if filter.area_id is None and by is not By.AREA:
        return pd.Series(True, index=keys)
    first, last = before.period(1)[0], min(filter.period(1)[1], filter.today)
    whole = place.standing(connection, filter, first, last)
    if filter.area_id is not None and filter.area_id not in whole:
        return pd.Series(False, index=keys)
    if by is not By.AREA:
        return pd.Series(True, index=keys)
    units = {str(area_id) for area_id in place.standing(connection, filter, first, last, unit_level)}
    return pd.Series([key in units for key in keys], index=keys, dtype=bool)
