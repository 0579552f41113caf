"""What the ranking is made of: outcomes by stratum, the subdistrict's marks, and the ranking itself for a screen."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape
from queries.statistics.configuration import AssessmentRules, assessment_rules

FOLLOW_UP_DAYS: Final = 30

OUTCOMES: Final[Shape] = shape(
    area_id=Type.INTEGER,
    indicator=Type.TEXT,
    line_id=Type.INTEGER,
    risk_number=(Type.INTEGER, "red 1 … blue 4"),
    channel_number=(Type.INTEGER, "position of the channel's label"),
    part_of_day=(Type.INTEGER, "before 8, 12, 18, 24 o'clock: 0 … 3"),
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


def rolling_period(filter: Filter, rules: AssessmentRules | None = None) -> Filter:
    """The filter with the newest period of a full cycle's length that ends today: what a live wall ranks by."""
    held = rules or assessment_rules(filter.today)
    return replace(filter, period_from=filter.today - timedelta(days=held.cycle_days - 1), period_to=filter.today)


def period_before(filter: Filter) -> Filter:
    """The equal period before, as it was known the same time after its end: both have the same follow-up."""
    if filter.period_from is None or filter.period_to is None:
        raise ValueError("The period before needs a period.")
    length = filter.period_to - filter.period_from + timedelta(days=1)
    as_of = filter.as_of.astimezone(filter.zone) - length  # by the local clock, whatever summer time did between
    return replace(filter, as_of=as_of, period_from=filter.period_from - length, period_to=filter.period_to - length)


def outcomes(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit, indicator and stratum (OUTCOMES) of the filter's period, as known at as_of."""
    first, last = filter.period(assessment_rules(filter.today).cycle_days)
    parameters = {
        **filter.parameters(),
        "unit_level": unit_level,
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
        "followed_start": filter.midnight(first - timedelta(days=FOLLOW_UP_DAYS + 1)),
        "followed_end": filter.midnight(last - timedelta(days=FOLLOW_UP_DAYS)),
    }
    return ask(connection, "ranking", "outcomes", OUTCOMES, parameters)


def marks(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per area (MARKS): of the newest assessed period that ended in the filter's period or one cycle before."""
    first, last = filter.period(assessment_rules(filter.today).cycle_days)
    length = last - first + timedelta(days=1)
    parameters: dict[str, object] = {**filter.parameters(), "marks_from": first - length, "marks_to": last}
    return ask(connection, "ranking", "marks", MARKS, parameters)


def days_of(filter: Filter) -> tuple[date, date]:
    """First and last day of the filter's period, or of the newest full cycle's length."""
    return filter.period(assessment_rules(filter.today).cycle_days)
