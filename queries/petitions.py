"""Petitions 信访: settled at the first visit, and carried to the capital.

Which matters ask for a decision, and which stand for a trip to the capital, is data (app.case_types).
"""

from datetime import timedelta
from typing import Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from queries.figure import CASE_GROUPINGS, COUNT, By, NotRecordedError, followed, parameters, rate_with
from queries.filters import Filter
from queries.runner import Shape, Type, ask, ask_one
from queries.sources import require_times
from queries.vocabulary import Kind

FOLLOW_UP_DAYS: Final = 90
#: Petitions are few: a rate of a month would be one of a handful.
FIRST_VISIT_DAYS: Final = 365

#: ``unknown``: petitions for a decision whose party no source names, not in n.
FIRST_VISIT_RESOLUTION: Final[Shape] = rate_with(unknown=(Type.INTEGER, "petitions"))


class Marked(NamedTuple):
    """Whether any matter of the store is marked as what a figure asks for."""

    has_decision_sought: bool
    has_capital_trip: bool


def marked(connection: Connection) -> Marked:
    """What the matters are marked as; changes only with the reference data."""
    return Marked(**ask_one(connection, "petitions", "marked", {}))


def first_visit_resolution(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with a first petition for a decision (FIRST_VISIT_RESOLUTION) handed in on the filter's period,
    or on the newest 365 local days that have been followed for 90 days each.

    n is 0 where nobody knows the parties of a key's petitions. Provisional until every day of the key has been
    followed for 90 days and every source has handed these in. Raises NotRecordedError where no matter is marked as one
    that asks for a decision, no source records closing times, or none of the period's petitions names its party.
    Definition: catalogue, ``first_visit_resolution``.
    """
    if not marked(connection).has_decision_sought:
        raise NotRecordedError("no_decisions_asked")
    require_times(connection, filter)
    chosen = followed(filter, FIRST_VISIT_DAYS, FOLLOW_UP_DAYS)
    asked = parameters(chosen, by, kinds=(Kind.PETITION,), unit_level=unit_level, groupings=CASE_GROUPINGS)
    around = timedelta(days=FOLLOW_UP_DAYS)
    asked |= {
        "follow_up_days": FOLLOW_UP_DAYS,
        "looked_from": filter.midnight(asked["period_from"] - around),
        "looked_to": filter.midnight(asked["period_to"] + around + timedelta(days=1)),
    }
    frame = ask(connection, "petitions", "first_visit_resolution", FIRST_VISIT_RESOLUTION, asked)
    if not frame.empty and not frame["n"].any():
        raise NotRecordedError("no_petitioners")
    return frame


def capital_trips(
    connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
) -> pd.DataFrame:
    """One row per key with a trip (figure.COUNT) reported in the filter's period, or on the last 28 local days; the
    total has its row where there were none, too.

    Provisional until the key's last day has ended and every source has handed it in. Raises NotRecordedError where no
    matter is marked as a trip to the capital. Definition: catalogue, ``capital_trips``.
    """
    if not marked(connection).has_capital_trip:
        raise NotRecordedError("no_trips")
    asked = parameters(filter, by, kinds=(Kind.PETITION,), unit_level=unit_level)
    return ask(connection, "petitions", "capital_trips", COUNT, asked)
