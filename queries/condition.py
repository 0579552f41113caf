"""The community condition index 社情指数: what it counts, and the index itself (catalogue, ``condition_index``)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import ranking
from queries.asking import first_record
from queries.filters import Filter
from queries.runner import Shape, Type, ask, shape
from queries.statistics.condition import VOLUME, condition
from queries.statistics.configuration import ConditionRules, condition_rules

COUNTED: Final[Shape] = shape(
    area_id=Type.INTEGER,
    name_zh=Type.TEXT,
    name_en=Type.TEXT,
    population=(Type.INTEGER_OR_NONE, "residents"),
    n=(Type.INTEGER, "cases"),
    grave=(Type.INTEGER, "cases"),
    petitions=(Type.INTEGER, "cases"),
    n_usual=(Type.INTEGER, "cases of the days before"),
)
#: Indicators that are what a rate of the assessment leaves.
_LEFT_OF: Final = {"reopened": "kept", "overdue": "on_time"}


@dataclass(frozen=True)
class Condition:
    """The index of a period. ``table``: statistics.condition COLUMNS with name_zh and name_en, in the areas' order;
    ``parts``: its PART_COLUMNS.
    """

    period: tuple[date, date]
    before: tuple[date, date]
    level: str
    rules: ConditionRules
    table: pd.DataFrame
    parts: pd.DataFrame


def counted(connection: Connection, filter: Filter, unit_level: str, usual_from: date) -> pd.DataFrame:
    """One row per unit (COUNTED): the filter's period, and the days before it since ``usual_from``.

    Of the whole subdistrict, whatever area or kinds the filter names.
    """
    first, last = ranking.days_of(filter)
    asked = {
        **filter.parameters(),
        "unit_level": unit_level,
        "period_to": last,
        "usual_start": filter.midnight(min(usual_from, first)),
        "period_from": first,
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
    }
    return ask(connection, "condition", "counted", COUNTED, asked)


def index(connection: Connection, filter: Filter, unit_level: str) -> Condition:
    """The index of the filter's period (without one, of the newest full cycle's length) by community; where there are
    none, by ``unit_level``. Areas are those of the period's last day.
    """
    first, last = ranking.days_of(filter)
    whole = replace(filter, area_id=None, kinds=None, period_from=first, period_to=last)
    rules = condition_rules(first)
    levels = set(ranking.levels(connection, whole)["level"])
    level = rules.level if rules.level in levels else unit_level
    before = ranking.period_before(whole)
    began = first_record(connection, filter.subdistrict_id)
    counts = _counts(connection, whole, level, rules, began)
    earlier = None
    if began is not None and before.midnight(before.period(0)[0]) >= began:
        earlier = _counts(connection, before, level, rules, began)
        earlier = counts[["area_id"]].merge(earlier, on="area_id", how="left").fillna({"population": 0}).fillna(0)
    table, parts = condition(counts, earlier, rules)
    named = table.merge(counts[["area_id", "name_zh", "name_en"]], on="area_id", how="left")
    return Condition((first, last), (before.period(0)[0], before.period(0)[1]), level, rules, named, parts)


def _counts(
    connection: Connection, filter: Filter, level: str, rules: ConditionRules, began: datetime | None
) -> pd.DataFrame:
    """What each indicator counts and of how many, as statistics.condition takes it."""
    first, last = filter.period(0)
    days = (last - first).days + 1
    usual_from = first - timedelta(days=days * rules.usual_periods)
    if began is not None:  # the first day may be half a day
        usual_from = max(usual_from, began.astimezone(filter.zone).date() + timedelta(days=1))
    frame = counted(connection, filter, level, usual_from)
    past, seen = (first - usual_from).days, _seen_days(filter)
    outcomes = ranking.outcomes(connection, filter, level).groupby(["indicator", "area_id"])[["n", "good"]].sum()
    usual = frame["n_usual"] * (seen / past) if past >= days else 0.0 * frame["n_usual"]
    held = frame.assign(**{VOLUME: frame["n"], f"{VOLUME}_n": usual, "grave_n": frame["n"], "petitions_n": frame["n"]})
    for indicator, rate in _LEFT_OF.items():
        known = rate in outcomes.index.get_level_values("indicator")
        rows = outcomes.loc[rate] if known else pd.DataFrame({"n": [], "good": []})
        own = rows.reindex(frame["area_id"]).fillna(0).to_numpy(dtype=np.int64)
        held = held.assign(**{indicator: own[:, 0] - own[:, 1], f"{indicator}_n": own[:, 0]})
    return held


def _seen_days(filter: Filter) -> float:
    """How many of the period's days had passed at as_of; of one that runs a part."""
    first, last = filter.period(0)
    begin, end = filter.midnight(first), filter.midnight(last + timedelta(days=1))
    return (min(end, filter.as_of) - begin) / timedelta(days=1)
