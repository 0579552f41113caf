"""Every figure that is checked: how it is asked, and what the oracle says. One entry per question."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries import (
    backlog,
    days,
    deadlines,
    escalations,
    hazards,
    levels,
    like_days,
    lists,
    petitions,
    reopenings,
    same_day,
    satisfaction,
    sources,
    stages,
    volume,
    workload,
)
from queries.figure import By, NotRecordedError
from queries.filters import Filter
from queries.vocabulary import Kind
from tests.oracle.figures import clocks as oracle_clocks
from tests.oracle.figures import days as oracle_days
from tests.oracle.figures import escalations as oracle_escalations
from tests.oracle.figures import lists as oracle_lists
from tests.oracle.figures import petitions as oracle_petitions
from tests.oracle.figures import precision as oracle_precision
from tests.oracle.figures import rates as oracle_rates
from tests.oracle.figures import stock as oracle_stock
from tests.oracle.figures import workload as oracle_workload
from tests.oracle.figures.asked import Asked, Reading

ALL_RECORDED: Final = sources.Recording(records_times=True, records_deadlines=True, records_locations=True)


def filter_of(asked: Asked, time_zone: str) -> Filter:
    """The filter of a question."""
    first, last = asked.period or (None, None)
    return Filter(
        subdistrict_id=asked.subdistrict_id,
        as_of=asked.as_of,
        time_zone=time_zone,
        area_id=asked.area_id,
        kinds=None if asked.kinds is None else tuple(Kind(kind) for kind in asked.kinds),
        period_from=first,
        period_to=last,
    )


Answer = Callable[[Connection, Filter, Asked], Any]
Expected = Callable[[Reading, Asked], Any]


COMMON: Final = frozenset(("total", "day", "week", "month", "area", "kind", "type", "channel", "risk"))
MORE_HOUR: Final = COMMON | {"hour"}
MORE_DEPARTMENT: Final = COMMON | {"department"}
STANDING: Final = COMMON - {"day", "week", "month"}
STAFF: Final = frozenset(("total", "area"))
WORK: Final = frozenset(("total", "day", "week", "month", "area"))
#: Of a question that takes no grouping and is slow: some of those asked for.
SELDOM: Final = frozenset(("total", "day", "kind"))
#: The longest period the precision of the variable list is asked of: it asks for a list a day.
MOST_LISTS: Final = 10


@dataclass(frozen=True)
class Checked:
    """One question, and the oracle's reading of it. Both give a plain value; equal ones are right."""

    ask: Answer
    expect: Expected
    groupings: frozenset[str] = frozenset(COMMON)


def rate(question: Callable[..., Any], *extra: str, use_rollup: bool = True) -> Answer:
    """Asks for a rate: key -> n, good, is_provisional, and further columns."""

    def ask(connection: Connection, filter: Filter, asked: Asked) -> Any:
        options = {} if use_rollup else {"use_rollup": False}
        frame = question(connection, filter, By(asked.by), unit_level=asked.unit_level, **options)
        return _by_key(frame[["key", "n", "good", "is_provisional", *extra]])

    return ask


def _by_key(frame: pd.DataFrame) -> dict[str | None, tuple[Any, ...]]:
    rows = frame.astype(object).to_numpy().tolist()
    return {key if isinstance(key, str) else None: tuple(values) for key, *values in rows}


def _capital_trips(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return _by_key(petitions.capital_trips(connection, filter, By(asked.by), unit_level=asked.unit_level))


def _satisfied(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = satisfaction.satisfied(connection, filter, By(asked.by), unit_level=asked.unit_level)
    return _by_key(frame.assign(mean=(frame["mean"] * frame["n"]).round(6)))


def _plain(value: Any) -> Any:
    """None for what is missing, plain numbers."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return None
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


def _today(connection: Connection, filter: Filter, _: Asked) -> Any:
    found = same_day.today(connection, filter)
    return found.n, found.resolved, found.winnable, found.lost


def _increment(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = lists.increment(connection, filter)
    return dict(zip(frame["kind"].astype(str), frame["reported"].tolist(), strict=True))


def _stock(question: Callable[[Connection, Filter], lists.Stock]) -> Answer:
    def ask(connection: Connection, filter: Filter, _: Asked) -> Any:
        found = question(connection, filter)
        return found.open, found.by_age, found.overdue, found.with_deadline

    return ask


def _variable(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = lists.variable(connection, filter)
    parts = frame[["is_near_deadline", "is_reopened", "is_repeated", "is_unanswered"]].to_numpy().tolist()
    return {case_id: tuple(flags) for case_id, flags in zip(frame["case_id"].tolist(), parts, strict=True)}


def _pending(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = escalations.pending(connection, filter)
    names = ["case_id", "escalation_no", "raised_at", "deadline_at", "supervised_count"]
    return {
        (case_id, number): (_plain(raised_at), _plain(deadline_at), count)
        for case_id, number, raised_at, deadline_at, count in frame[names].astype(object).to_numpy().tolist()
    }


def _answers(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = escalations.answers(connection, filter)
    names = ["department_id", "n", "on_time", "lapsed"]
    return {row[0]: tuple(row[1:]) for row in frame[names].to_numpy().tolist()}


def _at_this_clock(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = like_days.at_this_clock(connection, filter)
    return {
        (day, str(kind), *counts)
        for day, kind, *counts in frame[["day", "kind", "reported", "n", "resolved"]].astype(object).to_numpy().tolist()
    }


def _course(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = days.course(connection, filter, ALL_RECORDED)
    past = frame[frame["day"] <= filter.today]  # of days to come there is nothing to say
    return [tuple(row) for row in past.astype(object).to_numpy().tolist()]


def _volume(use_rollup: bool) -> Answer:
    def ask(connection: Connection, filter: Filter, asked: Asked) -> Any:
        by = By(asked.by)
        return _by_key(volume.reported(connection, filter, by, unit_level=asked.unit_level, use_rollup=use_rollup))

    return ask


def _stock_by(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return _by_key(lists.stock_by(connection, filter, By(asked.by), unit_level=asked.unit_level))


def _movement(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = backlog.movement(connection, filter, By(asked.by), unit_level=asked.unit_level)
    names = ["key", "open_before", "opened", "closed", "open", "median_age_before", "median_age"]
    rounded = frame.assign(
        median_age_before=frame["median_age_before"].round(6), median_age=frame["median_age"].round(6)
    )
    return {key: tuple(_plain(value) for value in row) for key, row in _by_key(rounded[names]).items()}


def _answered(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = escalations.answered(connection, filter, By(asked.by), unit_level=asked.unit_level)
    return _by_key(frame[["key", "n", "good", "lapsed", "is_provisional"]])


def _waiting(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = escalations.waiting(connection, filter, By(asked.by), unit_level=asked.unit_level)
    names = ["key", "n", "overdue", "without_deadline", "supervised", "longest_waited_minutes"]
    return _by_key(frame.assign(longest_waited_minutes=frame["longest_waited_minutes"].round(4))[names])


def _clocks(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = stages.clocks(connection, filter, By(asked.by), unit_level=asked.unit_level)
    rows = frame.astype(object).to_numpy().tolist()
    return {
        (key if isinstance(key, str) else None, clock): tuple(_plain(value) for value in values)
        for key, clock, *values in rows
    }


def _two_weeks(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = backlog.two_weeks(connection, filter, By(asked.by), unit_level=asked.unit_level)
    flags = backlog.growing(frame)
    rounded = frame.assign(
        median_age_before=frame["median_age_before"].round(6), median_age=frame["median_age"].round(6)
    )
    weeks = {
        (key if isinstance(key, str) else None, span): (_plain(start), _plain(end), tuple(map(_plain, moved)))
        for key, span, start, end, *moved in rounded.astype(object).to_numpy().tolist()
    }
    return weeks, {key: flag for key, (flag,) in _by_key(flags).items()}


def _expected_two_weeks(reading: Reading, asked: Asked) -> Any:
    weeks = oracle_stock.two_weeks(reading, asked)
    return weeks, oracle_stock.growing(weeks)


def _units_compared(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = same_day.units_compared(connection, filter, asked.unit_level or "")
    return {unit: tuple(counts) for unit, *counts in frame.to_numpy().tolist()}


def _few_lists(asked: Asked) -> Asked:
    """The same question of at most MOST_LISTS days."""
    if asked.period is None:
        return asked
    first, last = asked.period
    return replace(asked, period=(first, min(last, first + timedelta(days=MOST_LISTS - 1))))


def _precision(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return _by_key(lists.precision(connection, filter_of(_few_lists(asked), filter.time_zone)))


def _expected_precision(reading: Reading, asked: Asked) -> Any:
    return oracle_precision.precision(reading, _few_lists(asked))


def _per_member(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = workload.per_member(connection, filter, By(asked.by), unit_level=asked.unit_level)
    return {key: (n, days, flag, round(load, 6)) for key, (n, days, flag, load) in _by_key(frame).items()}


def _expected_per_member(reading: Reading, asked: Asked) -> Any:
    found = oracle_workload.per_member(reading, asked)
    return {key: (n, days, flag, round(n / days, 6)) for key, (n, days, flag) in found.items()}


def _field_work(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = workload.field_work(connection, filter, By(asked.by), unit_level=asked.unit_level)
    names = ["key", "activity", "times", "people"]
    done: dict[str | None, list[tuple[Any, ...]]] = {}
    for key, *counts in frame[names].astype(object).to_numpy().tolist():
        done.setdefault(key if isinstance(key, str) else None, []).append(tuple(counts))
    return done


def _dropped(place: int, answer: Any) -> Any:
    return {key: (*values[:place], *values[place + 1 :]) for key, values in answer.items()}


def without(place: int, ask: Answer) -> Answer:
    """The answer without one of its columns."""
    return lambda connection, filter, asked: _dropped(place, ask(connection, filter, asked))


def expected_without(place: int, expect: Expected) -> Expected:
    """What is expected without one of its columns."""
    return lambda reading, asked: _dropped(place, expect(reading, asked))


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
    return bool(answer == expected)


FIGURES: Final[Mapping[str, Checked]] = {
    "same_day/resolution": Checked(rate(same_day.resolution), oracle_rates.same_day_resolution),
    "same_day/resolution n and good": Checked(
        without(2, rate(same_day.resolution)), expected_without(2, oracle_rates.same_day_resolution)
    ),
    "same_day/resolution counted": Checked(
        without(2, rate(same_day.resolution, use_rollup=False)), expected_without(2, oracle_rates.same_day_resolution)
    ),
    "deadlines/on_time n and good": Checked(
        without(3, rate(deadlines.on_time, "extended")), expected_without(3, oracle_rates.on_time)
    ),
    "volume/reported n": Checked(without(1, _volume(True)), expected_without(1, oracle_stock.volume), MORE_HOUR),
    "deadlines/on_time": Checked(rate(deadlines.on_time, "extended"), oracle_rates.on_time),
    "deadlines/on_time counted": Checked(
        without(3, rate(deadlines.on_time, "extended", use_rollup=False)), expected_without(3, oracle_rates.on_time)
    ),
    "hazards/on_the_spot": Checked(rate(hazards.on_the_spot), oracle_rates.on_the_spot),
    "hazards/on_the_spot counted": Checked(rate(hazards.on_the_spot, use_rollup=False), oracle_rates.on_the_spot),
    "levels/base_resolution": Checked(
        rate(levels.base_resolution, "open_above", "open_base"), oracle_rates.base_resolution
    ),
    "reopenings/reopened": Checked(rate(reopenings.reopened, "following", "reopened_so_far"), oracle_rates.reopened),
    "satisfaction/satisfied": Checked(_satisfied, oracle_rates.satisfaction),
    "petitions/first_visit_resolution": Checked(
        rate(petitions.first_visit_resolution, "unknown"), oracle_petitions.first_visit_resolution
    ),
    "petitions/capital_trips": Checked(_capital_trips, oracle_petitions.capital_trips),
    "volume/reported": Checked(_volume(True), oracle_stock.volume, MORE_HOUR),
    "volume/reported counted": Checked(without(1, _volume(False)), expected_without(1, oracle_stock.volume), MORE_HOUR),
    "stages/dispatch_share": Checked(rate(stages.dispatch_share), oracle_clocks.dispatch_share),
    "stages/clocks": Checked(_clocks, oracle_clocks.clocks),
    "lists/stock_by": Checked(_stock_by, oracle_stock.stock_by, MORE_DEPARTMENT),
    "backlog/movement": Checked(_movement, oracle_stock.movement, STANDING),
    "escalations/answered": Checked(_answered, oracle_escalations.answered, MORE_DEPARTMENT),
    "escalations/waiting": Checked(_waiting, oracle_escalations.waiting, MORE_DEPARTMENT),
    "same_day/today": Checked(_today, oracle_days.today),
    "like_days/at_this_clock": Checked(_at_this_clock, oracle_days.at_this_clock),
    "days/course": Checked(_course, oracle_days.course),
    "lists/increment": Checked(_increment, oracle_lists.increment),
    "lists/stock": Checked(_stock(lists.stock), oracle_lists.stock),
    "lists/stock a day before": Checked(_stock(lists.stock_a_day_before), oracle_lists.stock_a_day_before),
    "lists/variable": Checked(_variable, oracle_lists.variable),
    "escalations/pending": Checked(_pending, oracle_escalations.pending),
    "escalations/answers": Checked(_answers, oracle_escalations.answers),
    "same_day/units_compared": Checked(_units_compared, oracle_days.units_compared, frozenset(("area",))),
    "lists/precision": Checked(_precision, _expected_precision, SELDOM),
    "workload/per_member": Checked(_per_member, _expected_per_member, STAFF),
    "workload/field_work": Checked(_field_work, oracle_workload.field_work, WORK),
    "backlog/two_weeks": Checked(_two_weeks, _expected_two_weeks, STANDING),
}
