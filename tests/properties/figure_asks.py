"""How each figure is asked for and its answer made a plain value, so that it can be compared with the oracle's."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries import (
    backlog,
    days,
    escalations,
    like_days,
    lists,
    petitions,
    same_day,
    satisfaction,
    sources,
    stages,
    volume,
    workload,
)
from queries.figure import By
from queries.filters import Filter
from queries.vocabulary import Kind
from tests.oracle.figures import precision as oracle_precision
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


#: The longest period the precision of the variable list is asked of: it asks for a list a day.
MOST_LISTS: Final = 10


def rate(question: Callable[..., Any], *extra: str, use_rollup: bool = True) -> Answer:
    """Asks for a rate: key -> n, good, is_provisional, and further columns."""

    def ask(connection: Connection, filter: Filter, asked: Asked) -> Any:
        options = {} if use_rollup else {"use_rollup": False}
        frame = question(connection, filter, By(asked.by), unit_level=asked.unit_level, **options)
        return by_key(frame[["key", "n", "good", "is_provisional", *extra]])

    return ask


def by_key(frame: pd.DataFrame) -> dict[str | None, tuple[Any, ...]]:
    """A frame's rows by key; the total has none."""
    rows = frame.astype(object).to_numpy().tolist()
    return {key if isinstance(key, str) else None: tuple(values) for key, *values in rows}


def capital_trips(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return by_key(petitions.capital_trips(connection, filter, By(asked.by), unit_level=asked.unit_level))


def satisfied(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = satisfaction.satisfied(connection, filter, By(asked.by), unit_level=asked.unit_level)
    return by_key(frame.assign(mean=(frame["mean"] * frame["n"]).round(6)))


def plain(value: Any) -> Any:
    """None for what is missing, plain numbers."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return None
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value


def today(connection: Connection, filter: Filter, _: Asked) -> Any:
    found = same_day.today(connection, filter)
    return found.n, found.resolved, found.winnable, found.lost


def increment(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = lists.increment(connection, filter)
    return dict(zip(frame["kind"].astype(str), frame["reported"].tolist(), strict=True))


def stock(question: Callable[[Connection, Filter], lists.Stock]) -> Answer:
    def ask(connection: Connection, filter: Filter, _: Asked) -> Any:
        found = question(connection, filter)
        return found.open, found.by_age, found.overdue, found.with_deadline

    return ask


def variable(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = lists.variable(connection, filter)
    parts = frame[["is_near_deadline", "is_reopened", "is_repeated", "is_unanswered"]].to_numpy().tolist()
    return {case_id: tuple(flags) for case_id, flags in zip(frame["case_id"].tolist(), parts, strict=True)}


def pending(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = escalations.pending(connection, filter)
    names = ["case_id", "escalation_no", "raised_at", "deadline_at", "supervised_count"]
    return {
        (case_id, number): (plain(raised_at), plain(deadline_at), count)
        for case_id, number, raised_at, deadline_at, count in frame[names].astype(object).to_numpy().tolist()
    }


def answers(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = escalations.answers(connection, filter)
    names = ["department_id", "n", "on_time", "lapsed"]
    return {row[0]: tuple(row[1:]) for row in frame[names].to_numpy().tolist()}


def at_this_clock(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = like_days.at_this_clock(connection, filter)
    return {
        (day, str(kind), *counts)
        for day, kind, *counts in frame[["day", "kind", "reported", "n", "resolved"]].astype(object).to_numpy().tolist()
    }


def course(connection: Connection, filter: Filter, _: Asked) -> Any:
    frame = days.course(connection, filter, ALL_RECORDED)
    past = frame[frame["day"] <= filter.today]  # of days to come there is nothing to say
    return [tuple(row) for row in past.astype(object).to_numpy().tolist()]


def reported(use_rollup: bool) -> Answer:
    def ask(connection: Connection, filter: Filter, asked: Asked) -> Any:
        by = By(asked.by)
        return by_key(volume.reported(connection, filter, by, unit_level=asked.unit_level, use_rollup=use_rollup))

    return ask


def stock_by(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return by_key(lists.stock_by(connection, filter, By(asked.by), unit_level=asked.unit_level))


def movement(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = backlog.movement(connection, filter, By(asked.by), unit_level=asked.unit_level)
    names = ["key", "open_before", "opened", "closed", "open", "median_age_before", "median_age"]
    rounded = frame.assign(
        median_age_before=frame["median_age_before"].round(6), median_age=frame["median_age"].round(6)
    )
    return {key: tuple(plain(value) for value in row) for key, row in by_key(rounded[names]).items()}


def answered(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = escalations.answered(connection, filter, By(asked.by), unit_level=asked.unit_level)
    return by_key(frame[["key", "n", "good", "lapsed", "is_provisional"]])


def waiting(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = escalations.waiting(connection, filter, By(asked.by), unit_level=asked.unit_level)
    names = ["key", "n", "overdue", "without_deadline", "supervised", "longest_waited_minutes"]
    return by_key(frame.assign(longest_waited_minutes=frame["longest_waited_minutes"].round(4))[names])


def clocks(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = stages.clocks(connection, filter, By(asked.by), unit_level=asked.unit_level)
    rows = frame.astype(object).to_numpy().tolist()
    return {
        (key if isinstance(key, str) else None, clock): tuple(plain(value) for value in values)
        for key, clock, *values in rows
    }


def two_weeks(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = backlog.two_weeks(connection, filter, By(asked.by), unit_level=asked.unit_level)
    flags = backlog.growing(frame)
    rounded = frame.assign(
        median_age_before=frame["median_age_before"].round(6), median_age=frame["median_age"].round(6)
    )
    weeks = {
        (key if isinstance(key, str) else None, span): (plain(start), plain(end), tuple(map(plain, moved)))
        for key, span, start, end, *moved in rounded.astype(object).to_numpy().tolist()
    }
    return weeks, {key: flag for key, (flag,) in by_key(flags).items()}


def expected_two_weeks(reading: Reading, asked: Asked) -> Any:
    weeks = oracle_stock.two_weeks(reading, asked)
    return weeks, oracle_stock.growing(weeks)


def units_compared(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = same_day.units_compared(connection, filter, asked.unit_level or "")
    return {unit: tuple(counts) for unit, *counts in frame.to_numpy().tolist()}


def few_lists(asked: Asked) -> Asked:
    """The same question of at most MOST_LISTS days."""
    if asked.period is None:
        return asked
    first, last = asked.period
    return replace(asked, period=(first, min(last, first + timedelta(days=MOST_LISTS - 1))))


def precision(connection: Connection, filter: Filter, asked: Asked) -> Any:
    return by_key(lists.precision(connection, filter_of(few_lists(asked), filter.time_zone)))


def expected_precision(reading: Reading, asked: Asked) -> Any:
    return oracle_precision.precision(reading, few_lists(asked))


def per_member(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = workload.per_member(connection, filter, By(asked.by), unit_level=asked.unit_level)
    return {key: (n, days, flag, round(load, 6)) for key, (n, days, flag, load) in by_key(frame).items()}


def expected_per_member(reading: Reading, asked: Asked) -> Any:
    found = oracle_workload.per_member(reading, asked)
    return {key: (n, days, flag, round(n / days, 6)) for key, (n, days, flag) in found.items()}


def field_work(connection: Connection, filter: Filter, asked: Asked) -> Any:
    frame = workload.field_work(connection, filter, By(asked.by), unit_level=asked.unit_level)
    names = ["key", "activity", "times", "people"]
    done: dict[str | None, list[tuple[Any, ...]]] = {}
    for key, *counts in frame[names].astype(object).to_numpy().tolist():
        done.setdefault(key if isinstance(key, str) else None, []).append(tuple(counts))
    return done


def dropped(place: int, answer: Any) -> Any:
    return {key: (*values[:place], *values[place + 1 :]) for key, values in answer.items()}


def without(place: int, ask: Answer) -> Answer:
    """The answer without one of its columns."""
    return lambda connection, filter, asked: dropped(place, ask(connection, filter, asked))


def expected_without(place: int, expect: Expected) -> Expected:
    """What is expected without one of its columns."""
    return lambda reading, asked: dropped(place, expect(reading, asked))
