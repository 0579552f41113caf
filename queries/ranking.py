"""What the ranking is made of: outcomes by stratum, the subdistrict's marks, and the ranking itself for a screen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Row

from queries import packed
from queries.filters import Filter
from queries.runner import DTYPES, Shape, Type, ask, execute, shape
from queries.statistics.configuration import AssessmentRules, assessment_rules, cycle_back
from queries.vocabulary import Risk

FOLLOW_UP_DAYS: Final = 30
_CHANNELS: Final = 4096  # more than there are

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
    parameters = {
        **filter.parameters(),
        "unit_level": unit_level,
        "period_from": first,
        "period_to": last,
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
        "followed_start": filter.midnight(first - timedelta(days=FOLLOW_UP_DAYS + 1)),
        "followed_end": filter.midnight(last - timedelta(days=FOLLOW_UP_DAYS)),
    }
    return _unpacked(execute(connection, "ranking", "outcomes", parameters))


def _unpacked(rows: Sequence[Row[Any]]) -> pd.DataFrame:
    """The strata (OUTCOMES) of cases that came packed: a frame of ten thousand rows takes longer to hand over than to
    count.
    """
    lookups = {row.part: packed.Lookup(row.packed) for row in rows if row.part in ("below", "lines")}
    told = [row for row in rows if row.part not in lookups and row.packed]
    held = [np.frombuffer(row.packed, dtype=">i4").reshape(-1, 3) for row in told]
    area, type_id, code = np.concatenate(held or [np.empty((0, 3))]).astype(np.int64).T
    sizes = [len(each) for each in held]
    indicators = sorted({row.part for row in told})
    indicator = np.repeat(np.array([indicators.index(row.part) for row in told], dtype=np.intp), sizes)
    channel = np.repeat(np.array([row.channel_number for row in told], dtype=np.int64), sizes)
    code, good = np.divmod(code, 2)

    is_below, unit = lookups["below"].of(area)
    cases = pd.DataFrame(
        {
            "area_id": unit,
            "indicator": indicator[is_below],
            "line_id": lookups["lines"].of(type_id[is_below])[1],
            "type_id": type_id[is_below],
            "code": code[is_below] * _CHANNELS + channel[is_below],
            "good": good[is_below],
        }
    )
    strata = cases.groupby(["area_id", "indicator", "type_id", "line_id", "code"], as_index=False, sort=False)["good"]
    counted = pd.DataFrame(strata.agg(n="size", good="sum"))
    counted = counted.sort_values(["area_id", "indicator"], kind="stable", ignore_index=True)
    code, counted["channel_number"] = np.divmod(counted["code"], _CHANNELS)
    letter, counted["reported_hour"] = np.divmod(code, 24)
    counted["risk_number"] = sum(number * (letter == packed.letter(risk.value)) for number, risk in enumerate(Risk, 1))
    counted["indicator"] = pd.array(indicators, dtype=DTYPES[Type.TEXT])[counted["indicator"].to_numpy()]
    return counted[list(OUTCOMES.names)].astype({"risk_number": "int64"})


def marks(connection: Connection, filter: Filter, *, with_earlier: bool = True) -> pd.DataFrame:
    """One row per area (MARKS): of all assessed periods that ended in the filter's period.

    ``with_earlier``: where none did, of the newest one that ended in the equal period before; its days are in the
    answer, so that the screen can say so. Without, such marks are missing.
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
