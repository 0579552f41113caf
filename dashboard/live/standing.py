"""Where units stand: the risk of each, made of what is usual there and of now; and the ranking, made once an hour."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from dashboard.live.asked import HOUR, QUARTER, Asked
from queries import assessment, place, ranking, risk
from queries.statistics import ranking as ranked
from queries.statistics import risk as risks
from queries.statistics.configuration import risk_rules

#: The level between the units and the subdistrict.
COMMUNITY: Final = "community"
#: Columns of a unit's risk that a picture carries.
RISK_COLUMNS: Final = (
    *("level", "score", "observed", "expected", "p_unusual", "is_alarm", "expected_load"),
    *("overdue", "escalated", "risk_points", "observed_6_hours", "expected_6_hours"),
    *("part_unusual", "part_load", "part_overdue", "part_escalated", "part_risk_points"),
)
#: Columns of the ranking that a picture carries.
RANKING_COLUMNS: Final = (*ranked.COLUMNS, "name_zh", "name_en")


@dataclass(frozen=True)
class Standing:
    """The ranking and the days it is about."""

    table: pd.DataFrame
    period: tuple[date, date]


def grids(asked: Asked, unit_level: str) -> pd.DataFrame:
    """One row per unit with its place, its risk and its colour, as `Snapshot.grids` has them."""
    units = _units(asked, unit_level)
    recent = risk.recent(asked.connection, asked.filter, unit_level)
    if len(recent) != len(units):  # an area began or ended since its shape was asked for
        asked.memory.forget()
        units = _units(asked, unit_level)
    rules = risk_rules()
    past = _past(asked, recent, unit_level)
    alarmed: frozenset[int] = asked.memory.notes.get("alarmed", frozenset())
    local = asked.filter.as_of.astimezone(asked.filter.zone)
    assessed = risks.assess(past, recent, local, rules, alarmed)
    asked.memory.notes["alarmed"] = frozenset(assessed["area_id"][assessed["is_alarm"]])
    order = pd.Index(assessed["area_id"]).get_indexer(units["area_id"])
    if (order < 0).any():  # other units of the same number: the next picture asks for them anew
        asked.memory.forget()
        raise LookupError("The units of the map and of the risk differ.")
    return units.assign(**{name: assessed[name].to_numpy()[order] for name in RISK_COLUMNS})


def assessed_at(asked: Asked, unit_level: str) -> tuple[tuple[int, str], ...] | None:
    """Units with a colour at the moment asked about, as known then, with what is usual by today; None where the units
    were others.

    Alarms are judged by that moment alone, without the one before it.
    """
    recent = risk.recent(asked.connection, asked.filter, unit_level)
    past: risks.History | None = asked.memory.notes.get("past")
    if past is None or list(past.area_ids) != recent["area_id"].tolist():
        return None
    local = asked.filter.as_of.astimezone(asked.filter.zone)
    assessed = risks.assess(past, recent, local, risk_rules())
    flagged = assessed[assessed["level"] != "normal"]
    return tuple(zip(flagged["area_id"].tolist(), flagged["level"].tolist(), strict=True))


def _past(asked: Asked, recent: pd.DataFrame, unit_level: str) -> risks.History:
    """What is usual in each unit; kept for an hour, and noted for moments before this one."""
    areas = recent["area_id"].to_numpy(dtype="int64")
    rules = risk_rules()
    past = asked.slow(
        "risk_history",
        HOUR,
        lambda: risks.history(
            areas,
            risk.daily(asked.connection, asked.filter, unit_level),
            risk.profile(asked.connection, asked.filter),
            asked.filter.today,
            rules,
        ),
        key=tuple(recent["area_id"]),
    )
    asked.memory.notes["past"] = past
    return past


def standing(asked: Asked, unit_level: str) -> Standing:
    """The ranking of the newest full cycle; of the next higher level where units have too few cases to be ranked."""
    today = asked.filter.today
    return asked.slow(
        "ranking",
        HOUR,
        lambda: _rank(asked, unit_level),
        key=unit_level,
        otherwise=lambda: Standing(pd.DataFrame(columns=list(RANKING_COLUMNS)), (today, today)),
    )


def communities_ranked(asked: Asked, unit_level: str, ranks: Standing) -> pd.DataFrame:
    """Communities ranked as the units below them are; none where the units are communities or ranked as such."""
    if unit_level == COMMUNITY or set(ranks.table["kind"]) <= {COMMUNITY}:
        return ranks.table.iloc[:0]

    def ask() -> pd.DataFrame:
        try:
            return _rank(asked, COMMUNITY).table
        except LookupError:  # no communities on those days
            return ranks.table.iloc[:0]

    # longer than the units' hour, so that one picture seldom has to wait for both
    return asked.slow("communities_ranked", HOUR + QUARTER, ask, otherwise=lambda: ranks.table.iloc[:0])


def _rank(asked: Asked, unit_level: str) -> Standing:
    made = assessment.assess(asked.connection, ranking.rolling_period(asked.filter), unit_level)
    return Standing(made.table[list(RANKING_COLUMNS)], made.period)


def _units(asked: Asked, unit_level: str) -> pd.DataFrame:
    return asked.slow(
        f"units {unit_level}", QUARTER, lambda: place.units(asked.connection, asked.filter, unit_level), key=unit_level
    )
