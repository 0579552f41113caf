"""What the pages of the assessment ask: rankings, courses, funnels, and what there is to say of one unit.

A ranking is of the whole subdistrict and takes a few tenths of a second: without a moment named, it is asked as of the
hour's beginning, once for all viewers.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd
from sqlalchemy import Connection

from dashboard import live
from queries import assessment, findings, lists, place, ranking, risk
from queries import objections as told
from queries.asking import first_record
from queries.assessment import Assessment, Marks
from queries.cases import Only, listed
from queries.filters import Filter
from queries.findings import Findings
from queries.lists import Stock
from queries.ranking import followed_days_of
from queries.sources import Recording, recording
from queries.statistics.configuration import AssessmentRules, assessment_rules, risk_rules
from queries.statistics.contributions import MARKS
from queries.statistics.funnel import Funnel, funnel
from queries.statistics.levels import Reason, Refusal
from queries.statistics.movement import worse
from queries.statistics.risk import assess as assess_risk
from queries.statistics.risk import history

__all__ = [
    "CYCLES",
    "FIGURES",
    "MARKS",
    "Assessment",
    "Findings",
    "Funnel",
    "Marks",
    "Reason",
    "Recording",
    "Refusal",
    "Stock",
    "assessed",
    "course",
    "cycle_period",
    "expect",
    "fallen",
    "findings_of",
    "followed_days_of",
    "funnel_of",
    "held",
    "objections",
    "overdue",
    "recorded",
    "risks",
    "rolling_period",
    "rules",
    "shown_cases",
    "stock",
    "units",
]

#: Cycles that have ended, shown as a course.
CYCLES: Final = 6
#: The figure of the catalogue an indicator is made of.
FIGURES: Final = {
    "same_day": "same_day_resolution",
    "on_time": "on_time",
    "kept": "reopened",
    "on_the_spot": "on_the_spot",
    MARKS: "assessment_marks",
}
#: What is asked for ahead: the running cycle and those before it, and periods up to today, in days.
_AHEAD: Final = 4
_PERIODS: Final = (28, 7, 90, 1)
COMMUNITY: Final = "community"
_OVERDUE_ROWS: Final = 8


def rules(day: date) -> AssessmentRules:
    """The rules in force for a period that begins on ``day``."""
    return assessment_rules(day)


def rolling_period(filter: Filter) -> Filter:
    """The filter with the newest full cycle's length that ends today."""
    return ranking.rolling_period(filter)


def cycle_period(filter: Filter, back: int) -> Filter:
    """The filter with the assessed cycle ``back`` before the running one."""
    return ranking.cycle_period(filter, back)


def held(filter: Filter, *, is_named: bool, is_live: bool) -> Filter:
    """The filter as of the hour's beginning, where no moment is named and the store lives; of the whole subdistrict."""
    whole = replace(filter, area_id=None)
    if is_named or not is_live:
        return whole
    hour = filter.as_of.replace(minute=0, second=0, microsecond=0)
    first = _first_record(filter)
    return whole if first is None or hour < first else replace(whole, as_of=hour)


def assessed(filter: Filter, unit_level: str) -> Assessment | None:
    """The assessment of the filter's period; None where the level had no areas then."""
    return live.answers().get(*_assessed(filter, unit_level))


def _assessed(filter: Filter, unit_level: str) -> tuple[Hashable, Callable[[Connection], Assessment | None]]:
    def ask(connection: Connection) -> Assessment | None:
        try:
            return assessment.assess(connection, filter, unit_level)
        except LookupError:
            return None

    return ("assessed", filter, unit_level), ask


def expect(filter: Filter, unit_level: str, *, is_named: bool) -> None:
    """Ask ahead for what the next click may want: communities, other days, and what a scorecard adds.

    Not where a moment is named: a day that is played back would leave a queue behind it.
    """
    if is_named:
        return
    answers = live.answers()
    answers.ahead(*_assessed(filter, COMMUNITY))
    for back in range(_AHEAD):
        answers.ahead(*_assessed(ranking.cycle_period(filter, back), unit_level))
    for days in _PERIODS:
        begin = filter.today - timedelta(days=days - 1)
        answers.ahead(*_assessed(replace(filter, period_from=begin, period_to=filter.today), unit_level))
    answers.ahead(*_course(filter, unit_level))
    answers.ahead(*_findings(filter, unit_level))


def fallen(made: Assessment, kind: str) -> pd.DataFrame:
    """Units of a kind that fell since the period before, the surest first (statistics.movement.worse)."""
    return worse(made.table[made.table["kind"] == kind], made.moves)


def funnel_of(made: Assessment, kind: str, indicator: str) -> Funnel | None:
    """The funnel of an indicator; None where no unit of the kind has a case of it."""
    parts = made.parts[(made.parts["kind"] == kind) & (made.parts["indicator"] == indicator)]
    return funnel(parts) if (parts["n"] > 0).any() else None


def units(filter: Filter, unit_level: str) -> pd.DataFrame:
    """Units of a level on the local day of as_of (place.UNITS), asked once a day."""
    day = replace(filter, area_id=None, kinds=None, period_from=None, period_to=None)
    key = ("units", filter.subdistrict_id, filter.today, unit_level)
    return live.answers().get(key, lambda connection: place.units(connection, day, unit_level))


def course(filter: Filter, unit_level: str) -> pd.DataFrame | None:
    """The last CYCLES cycles that had ended (assessment.COURSE_COLUMNS), oldest first, followed alike.

    None while they are still asked for.
    """
    return live.answers().soon(*_course(filter, unit_level))


def _course(filter: Filter, unit_level: str) -> tuple[Hashable, Callable[[Connection], pd.DataFrame]]:
    whole = replace(filter, area_id=None)
    cycles = [assessment.cycle_followed(whole, back) for back in range(CYCLES, 0, -1)]
    first = _first_record(filter)
    # one in which records begin is no cycle like the others
    full = [cycle for cycle in cycles if first is not None and cycle.midnight(cycle.period(0)[0]) >= first]

    def ask(connection: Connection) -> pd.DataFrame:
        parts = [assessment.course(connection, cycle, unit_level) for cycle in full]
        told = [part for part in parts if not part.empty]
        return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=list(assessment.COURSE_COLUMNS))

    return ("course", tuple(full), unit_level), ask


def _first_record(filter: Filter) -> datetime | None:
    return live.answers().get(
        ("first record", filter.subdistrict_id),
        lambda connection: first_record(connection, filter.subdistrict_id),
    )


def findings_of(filter: Filter, unit_level: str) -> Findings | None:
    """What is to be looked at in the filter's period; None while it is still asked for."""
    return live.answers().soon(*_findings(filter, unit_level))


def _findings(filter: Filter, unit_level: str) -> tuple[Hashable, Callable[[Connection], Findings]]:
    return ("findings", filter, unit_level), lambda connection: findings.to_be_looked_at(connection, filter, unit_level)


def objections(filter: Filter, area_id: int) -> pd.DataFrame:
    """What a unit has objected to in the filter's period, and what became of it (queries.objections.LISTED)."""
    own = replace(filter, area_id=area_id, kinds=None)
    return live.answers().get(("objections", own), lambda connection: told.listed(connection, own))


def shown_cases(filter: Filter, case_ids: tuple[int, ...]) -> tuple[int, ...]:
    """Those of a finding's cases that may be shown singly."""
    found = live.answers().get(
        ("finding cases", filter, case_ids), lambda connection: findings.cases(connection, filter, case_ids)
    )
    return tuple(int(case_id) for case_id in found["case_id"])


def recorded(filter: Filter) -> Recording:
    """Which times the sources record."""
    return live.answers().get(
        ("recording", filter.subdistrict_id, filter.today), lambda connection: recording(connection, filter)
    )


def stock(filter: Filter) -> Stock:
    """Open cases of the filter's area by age."""
    return live.answers().get(("stock", filter), lambda connection: lists.stock(connection, filter))


def overdue(filter: Filter) -> pd.DataFrame:
    """The newest open cases of the area past their deadline (cases.LISTED)."""
    whenever = replace(filter, period_from=None, period_to=None)
    return live.answers().get(
        ("overdue", whenever), lambda connection: listed(connection, whenever, Only.OVERDUE, rows=_OVERDUE_ROWS)
    )


def risks(filter: Filter, unit_level: str) -> pd.DataFrame:
    """The risk of each unit at a past moment (statistics.risk.assess), judged by that moment alone."""
    day = replace(filter, area_id=None, kinds=None, period_from=None, period_to=None)

    def ask(connection: Connection) -> pd.DataFrame:
        recent, held_rules = risk.recent(connection, day, unit_level), risk_rules()
        areas = recent["area_id"].to_numpy(dtype="int64")
        daily, profile = risk.daily(connection, day, unit_level), risk.profile(connection, day)
        past = history(areas, daily, profile, day.today, held_rules)
        return assess_risk(past, recent, day.as_of.astimezone(day.zone), held_rules)

    return live.answers().get(("risks", day, unit_level), ask)
