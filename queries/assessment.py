"""The assessment of a period: the level worth ranking, its ranking, what scores are made of, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import ranking
from queries.filters import Filter
from queries.runner import frame_of
from queries.statistics.configuration import AssessmentRules, assessment_rules
from queries.statistics.levels import LEAST_UNITS, LevelChoice, cases_of, choose_level
from queries.statistics.ranking import rank


class Marks(StrEnum):
    """What is known of the subdistrict's half. Only where every unit of a kind has it does it count, and the table's
    ``has_marks`` says for which kinds it does; otherwise the grid's own figures are the whole score.
    """

    GIVEN = "given"  # of assessed periods that ended in this one, for every unit
    EARLIER = "earlier"  # none ended in this period yet: the newest before it stand in
    PARTIAL = "partial"  # some units have none
    MISSING = "missing"


@dataclass(frozen=True)
class Assessment:
    """The assessment of a period. ``table`` and ``parts``: statistics.ranking COLUMNS and contributions PART_COLUMNS,
    the table with name_zh and name_en; ``moves`` and ``moves_parts``: statistics.movement MOVE_COLUMNS and
    MOVE_PART_COLUMNS.
    """

    period: tuple[date, date]
    before: tuple[date, date]
    rules: AssessmentRules
    choice: LevelChoice
    table: pd.DataFrame
    parts: pd.DataFrame
    moves: pd.DataFrame
    moves_parts: pd.DataFrame
    marks: Marks
    marks_period: tuple[date, date] | None  # the days the marks are about; None where there are none
    without_marks: tuple[int, ...]  # ranked units that have none, where others have


def ladder(connection: Connection, filter: Filter, unit_level: str) -> tuple[str, ...]:
    """The levels from ``unit_level`` up to the subdistrict's own. Raises LookupError for an unknown level."""
    found = list(ranking.levels(connection, filter)["level"])
    if unit_level not in found:
        raise LookupError(f"There are no areas of level {unit_level!r} on the last day of the period.")
    return tuple(found[found.index(unit_level) :])


def assess(
    connection: Connection,
    filter: Filter,
    unit_level: str,
    *,
    with_earlier_marks: bool = True,
    with_before: bool = True,
) -> Assessment:
    """The assessment of the filter's period (without one, of the newest full cycle's length): of units of
    ``unit_level``, or of the next higher level whose units have enough cases; ``choice`` says which and why.

    ``with_earlier_marks``: `ranking.marks`; a review of a cycle asks without. ``with_before`` False leaves out what has
    changed since the period before. Raises LookupError for an unknown level.
    """
    first, last = ranking.days_of(filter)
    filter = replace(filter, period_from=first, period_to=last)
    before = ranking.period_before(filter)
    rules = assessment_rules(first)
    asked: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}

    def rungs() -> Iterator[tuple[str, pd.DataFrame]]:
        for level in ladder(connection, filter, unit_level):
            units = ranking.units(connection, filter, level)
            is_open = len(units) >= LEAST_UNITS  # fewer are refused whatever their cases
            outcomes = ranking.outcomes(connection, filter, level) if is_open else frame_of([], ranking.OUTCOMES)
            asked[level] = units, outcomes
            yield level, cases_of(*asked[level])

    choice = choose_level(rungs(), rules)
    level = choice.level or unit_level
    units, outcomes = asked[level]
    given = ranking.marks(connection, filter, with_earlier=with_earlier_marks)
    is_compared = with_before and choice.level is not None
    made = rank(
        units,
        outcomes,
        given,
        rules,
        outcomes_before=ranking.outcomes(connection, before, level) if is_compared else None,
        level=level,
    )
    ranked = made.table["area_id"].to_numpy(dtype=np.int64)
    lacking = ranked[~np.isin(ranked, given["area_id"].to_numpy(dtype=np.int64))]
    period = None if given.empty else (min(given["period_start"]), max(given["period_end"]))
    return Assessment(
        period=(first, last),
        before=(before.period(0)[0], before.period(0)[1]),
        rules=rules,
        choice=choice,
        table=made.table.merge(units[["area_id", "name_zh", "name_en"]], on="area_id", how="left"),
        parts=made.parts,
        moves=made.moves,
        moves_parts=made.moves_parts,
        marks=_marks(first, period, len(ranked), len(lacking)),
        marks_period=period if len(lacking) < len(ranked) else None,
        without_marks=tuple(int(area_id) for area_id in lacking) if len(lacking) < len(ranked) else (),
    )


#: Same-day resolution is final by then, and the subdistrict's marks have come.
COURSE_FOLLOW_UP: Final = timedelta(days=7)
#: One row per cycle and ranked unit: first and last day (date objects), and of statistics.ranking.COLUMNS the rest.
COURSE_COLUMNS: Final = (
    *("first", "last", "area_id", "kind", "rank", "rank_low", "rank_high", "ranked_of", "tier", "score", "n"),
    "has_marks",
)


def cycle_followed(filter: Filter, back: int) -> Filter:
    """The filter of the assessed cycle ``back`` before the running one (1: the last), as known when its last day had
    been followed for COURSE_FOLLOW_UP, or at as_of where it has not yet. So cycles have the same follow-up and, once
    followed, never change again.
    """
    cycle = ranking.cycle_period(filter, back)
    followed = filter.midnight(cycle.period(0)[1] + timedelta(days=1) + COURSE_FOLLOW_UP)
    return cycle if filter.as_of < followed else replace(cycle, as_of=followed)


def course(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """How the filter's period, a cycle as `cycle_followed`, was ranked at ``unit_level`` (COURSE_COLUMNS).

    Empty where units had too few cases then, or there were none. Marks of another period do not stand in.
    """
    first, last = ranking.days_of(filter)
    try:
        made = assess(connection, filter, unit_level, with_earlier_marks=False, with_before=False)
    except LookupError:
        return pd.DataFrame(columns=list(COURSE_COLUMNS))
    table = made.table if made.choice.level == unit_level else made.table.iloc[:0]
    days = {"first": np.full(len(table), first, dtype=object), "last": np.full(len(table), last, dtype=object)}
    return table.assign(**days)[list(COURSE_COLUMNS)]


def _marks(first: date, period: tuple[date, date] | None, ranked: int, lacking: int) -> Marks:
    if period is None or lacking == ranked:
        return Marks.MISSING
    if lacking:
        return Marks.PARTIAL
    return Marks.EARLIER if period[1] < first else Marks.GIVEN
