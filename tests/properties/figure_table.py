"""Every figure that is checked: how it is asked, and what the oracle says. One entry per question."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from queries import deadlines, hazards, levels, lists, petitions, reopenings, same_day, stages
from queries.figure import NotRecordedError
from queries.filters import Filter
from tests.oracle.figures import clocks as oracle_clocks
from tests.oracle.figures import days as oracle_days
from tests.oracle.figures import escalations as oracle_escalations
from tests.oracle.figures import lists as oracle_lists
from tests.oracle.figures import petitions as oracle_petitions
from tests.oracle.figures import rates as oracle_rates
from tests.oracle.figures import stock as oracle_stock
from tests.oracle.figures import workload as oracle_workload
from tests.oracle.figures.asked import Asked
from tests.properties import figure_asks as asks
from tests.properties.case_asks import CASES
from tests.properties.city_asks import CITY
from tests.properties.desk_asks import DESK
from tests.properties.fairness_asks import FAIRNESS
from tests.properties.figure_asks import Answer, Expected, expected_without, rate, without
from tests.properties.list_asks import LISTS
from tests.properties.place_asks import PLACES
from tests.properties.risk_asks import RISK
from tests.properties.source_asks import SOURCES
from tests.properties.standing_asks import STANDING as BESIDE
from tests.properties.unit_asks import UNITS

COMMON: Final = frozenset(("total", "day", "week", "month", "area", "kind", "type", "channel", "risk"))
MORE_HOUR: Final = COMMON | {"hour"}
MORE_DEPARTMENT: Final = COMMON | {"department"}
STANDING: Final = COMMON - {"day", "week", "month"}
STAFF: Final = frozenset(("total", "area"))
WORK: Final = frozenset(("total", "day", "week", "month", "area"))
#: Of a question that takes no grouping: whatever is asked for.
EVERY: Final = MORE_HOUR | MORE_DEPARTMENT
#: Of a question that takes no grouping and is slow: some of those asked for.
SELDOM: Final = frozenset(("total", "day", "kind"))


@dataclass(frozen=True)
class Checked:
    """One question, and the oracle's reading of it. Both give a plain value; equal ones are right."""

    ask: Answer
    expect: Expected
    groupings: frozenset[str] = frozenset(COMMON)


#: Entries that are known not to agree, and why; an entry goes when its question or definition is mended.
KNOWN: Final[Mapping[str, str]] = {}

NOT_RECORDED: Final = "not recorded"


def answer_of(figure: Checked, connection: Connection, filter: Filter, asked: Asked) -> Any:
    """The answer, or that it is not recorded."""
    try:
        return figure.ask(connection, filter, asked)
    except NotRecordedError:
        return NOT_RECORDED


def is_right(answer: Any, expected: Any) -> bool:
    """Equal; where there is nothing to count, "not recorded" may be said instead."""
    if answer == NOT_RECORDED:
        return isinstance(expected, dict) and all(value[0] == 0 for value in expected.values())
    return are_alike(answer, expected)


def are_alike(one: Any, other: Any) -> bool:
    """Equal; numbers rounded to six places may differ by one in the last: what lies half way falls to either side."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1.5e-6)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(are_alike, one, other))
    return bool(one == other)


FIGURES: Final[Mapping[str, Checked]] = {
    "same_day/resolution": Checked(rate(same_day.resolution), oracle_rates.same_day_resolution, MORE_HOUR),
    "same_day/resolution n and good": Checked(
        without(2, rate(same_day.resolution)), expected_without(2, oracle_rates.same_day_resolution), MORE_HOUR
    ),
    "same_day/resolution counted": Checked(
        without(2, rate(same_day.resolution, use_rollup=False)),
        expected_without(2, oracle_rates.same_day_resolution),
        MORE_HOUR,
    ),
    "deadlines/on_time n and good": Checked(
        without(3, rate(deadlines.on_time, "extended")), expected_without(3, oracle_rates.on_time), MORE_HOUR
    ),
    "volume/reported n": Checked(without(1, asks.reported(True)), expected_without(1, oracle_stock.volume), MORE_HOUR),
    "deadlines/on_time": Checked(rate(deadlines.on_time, "extended"), oracle_rates.on_time, MORE_HOUR),
    "deadlines/on_time counted": Checked(
        without(3, rate(deadlines.on_time, "extended", use_rollup=False)),
        expected_without(3, oracle_rates.on_time),
        MORE_HOUR,
    ),
    "hazards/on_the_spot": Checked(rate(hazards.on_the_spot), oracle_rates.on_the_spot, MORE_HOUR),
    "hazards/on_the_spot counted": Checked(
        rate(hazards.on_the_spot, use_rollup=False), oracle_rates.on_the_spot, MORE_HOUR
    ),
    "levels/base_resolution": Checked(
        rate(levels.base_resolution, "open_above", "open_base"), oracle_rates.base_resolution, MORE_HOUR
    ),
    "reopenings/reopened": Checked(
        rate(reopenings.reopened, "following", "reopened_so_far"), oracle_rates.reopened, MORE_HOUR
    ),
    "satisfaction/satisfied": Checked(asks.satisfied, oracle_rates.satisfaction, MORE_HOUR),
    "petitions/first_visit_resolution": Checked(
        rate(petitions.first_visit_resolution, "unknown"), oracle_petitions.first_visit_resolution, MORE_HOUR
    ),
    "petitions/capital_trips": Checked(asks.capital_trips, oracle_petitions.capital_trips),
    "volume/reported": Checked(asks.reported(True), oracle_stock.volume, MORE_HOUR),
    "volume/reported counted": Checked(
        without(1, asks.reported(False)), expected_without(1, oracle_stock.volume), MORE_HOUR
    ),
    "stages/dispatch_share": Checked(rate(stages.dispatch_share), oracle_clocks.dispatch_share, MORE_HOUR),
    "stages/clocks": Checked(asks.clocks, oracle_clocks.clocks),
    "lists/stock_by": Checked(asks.stock_by, oracle_stock.stock_by, MORE_DEPARTMENT),
    "backlog/movement": Checked(asks.movement, oracle_stock.movement, STANDING),
    "escalations/answered": Checked(asks.answered, oracle_escalations.answered, MORE_DEPARTMENT),
    "escalations/waiting": Checked(asks.waiting, oracle_escalations.waiting, MORE_DEPARTMENT),
    "same_day/today": Checked(asks.today, oracle_days.today),
    "like_days/at_this_clock": Checked(asks.at_this_clock, oracle_days.at_this_clock),
    "days/course": Checked(asks.course, oracle_days.course),
    "lists/increment": Checked(asks.increment, oracle_lists.increment),
    "lists/stock": Checked(asks.stock(lists.stock), oracle_lists.stock),
    "lists/stock a day before": Checked(asks.stock(lists.stock_a_day_before), oracle_lists.stock_a_day_before),
    "lists/variable": Checked(asks.variable, oracle_lists.variable),
    "escalations/pending": Checked(asks.pending, oracle_escalations.pending),
    "escalations/answers": Checked(asks.answers, oracle_escalations.answers),
    "same_day/units_compared": Checked(asks.units_compared, oracle_days.units_compared, frozenset(("area",))),
    "lists/precision": Checked(asks.precision, asks.expected_precision, SELDOM),
    "workload/per_member": Checked(asks.per_member, asks.expected_per_member, STAFF),
    "workload/field_work": Checked(asks.field_work, oracle_workload.field_work, WORK),
    "backlog/two_weeks": Checked(asks.two_weeks, asks.expected_two_weeks, STANDING),
    **{name: Checked(*entry) for name, entry in FAIRNESS.items()},
    **{
        name: Checked(ask, expect, EVERY)
        for name, (ask, expect) in {**RISK, **PLACES, **CITY, **DESK, **SOURCES, **LISTS, **CASES, **UNITS}.items()
    },
    **{name: Checked(*entry) for name, entry in BESIDE.items()},
}
