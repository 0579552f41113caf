"""Honest numbers: questions to ask about the figures, each with its evidence beside the rate it flatters.

A finding is a question, never a verdict: cases "to be looked at". Each function gives the counts by unit (EVIDENCE);
``statistics.findings`` says which units stand out; ``cases`` lists the cases behind one of them. Definitions stand in
the catalogue by the id of the finding, thresholds in findings.toml.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.evidence import EVIDENCE, unit_kinds
from queries.figure import DEFAULT_DAYS, By, NotRecordedError, parameters
from queries.filters import Filter
from queries.packed_days import Sign
from queries.privacy import SHOWN_SINGLY
from queries.ranking import period_before
from queries.reopening_findings import opened_again, reopened_after_cutoff
from queries.runner import Shape, Type, ask, framed, shape
from queries.source_findings import repeating_sources, silent_sources, with_past
from queries.sources import Recording, recording, require_times
from queries.statistics.configuration import FindingRule, assessment_rules, finding_rules
from queries.statistics.findings import decide, decide_sources
from queries.vocabulary import Channel, Kind

REPORTS: Final[Shape] = shape(
    area_id=Type.INTEGER,
    kind=Type.TEXT,
    cutoff=Type.TEXT,
    n=(Type.INTEGER, "cases, period and past together"),
    observed=(Type.INTEGER, "cases of the period"),
)

CASES: Final[Shape] = shape(
    case_id=Type.INTEGER,
    external_id=Type.TEXT,
    kind=Type.TEXT,
    risk=Type.TEXT,
    state=Type.TEXT,
    area_id=Type.INTEGER,
    title_zh=Type.TEXT,
    title_en=Type.TEXT,
    reported_at=Type.MOMENT,
    accepted_at=Type.MOMENT,
    first_resolved_at=Type.MOMENT,
    withdrawn_at=Type.MOMENT,
    last_reopened_at=Type.MOMENT,
    first_due_at=Type.MOMENT,
    due_at=Type.MOMENT,
)

_APPEALS: Final = (Kind.APPEAL,)
#: The finding of counts and not of shares; what it needs every source records.
REPORTS_FELL: Final = "fewer_reports"
_SAID: Final = ("n_before", "observed_before", "p", "value", "value_without")


def _asked(filter: Filter, unit_level: str, kinds: tuple[Kind, ...] | None = None) -> dict[str, Any]:
    return parameters(filter, By.AREA, unit_level=unit_level, kinds=kinds)


def closed_before_midnight(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit (EVIDENCE): of the cases closed on their day from 20:00 on, those of its last ten minutes."""
    asked = _asked(filter, unit_level, _APPEALS)
    return ask(connection, "findings", "closed_before_midnight", EVIDENCE, asked)


def closed_within_a_minute(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit with such a case (EVIDENCE): of the cases closed that are not of a patrol-and-resolve matter,
    those first closed within a minute of being taken on (accepted, else dispatched, else reported, before it).

    Beside same-day resolution with and without them. Cases count by the day reported; those of sources that give no
    closing times take no part.
    """
    asked = _asked(filter, unit_level, _APPEALS)
    (areas, on_patrol, untimed, kinds, _), cases, _ = packed_days.read(
        connection, "findings", "closed_within_a_minute", ("areas", "types", "traits", "firsts", "case_ids"), asked
    )
    is_timed = ~cases.has("source", packed_days.words_in(untimed))
    chosen, units = cases.chosen(asked["kinds"], packed.Lookup(areas), is_timed)
    assert units is not None
    patrolled = np.frombuffer(on_patrol or b"", dtype=">i4")
    is_other = ~np.isin(cases.number("types")[chosen], patrolled.astype(np.int64))
    is_closed = is_other & (cases.number("firsts", "resolved")[chosen] != packed_days.NO_MOMENT)
    is_suspect = is_closed & cases.shows(Sign.WITHIN_A_MINUTE)[chosen]
    is_counted = cases.shows(Sign.SAME_DAY_COUNTED)[chosen]
    is_good = is_counted & cases.shows(Sign.SAME_DAY_KEPT)[chosen]
    unit, place = np.unique(units, return_inverse=True)
    counts = [
        np.bincount(place[among], minlength=len(unit))
        for among in (is_closed, is_suspect, is_counted, is_good, is_counted | is_suspect, is_good & ~is_suspect)
    ]
    kept = np.flatnonzero(counts[0])
    case_ids = cases.number("case_ids")[chosen]
    evidence = [sorted(case_ids[is_suspect & (place == each)].tolist()) for each in kept]
    columns = [count[kept] for count in counts]
    return framed([unit[kept], unit_kinds(kinds, unit[kept]), ["minute"] * len(kept), *columns, evidence], EVIDENCE)


def changed_before_cutoff(
    connection: Connection, filter: Filter, unit_level: str, change: str, cutoff: str
) -> pd.DataFrame:
    """One row per unit (EVIDENCE): of the changes made before a cut-off, those made shortly before it.

    ``change``: withdrawn, downgraded, retyped, reassigned, extended; ``cutoff``: midnight (appeals, unless the filter
    names kinds), deadline, cycle. One question for all of them: they differ in nothing but these two words.
    """
    rules = assessment_rules(filter.today)
    asked = {
        **_asked(filter, unit_level, _APPEALS if cutoff == "midnight" else None),
        "change": change,
        "cutoff": cutoff,
        "anchor": rules.anchor,
        "cycle_days": rules.cycle_days,
    }
    return ask(connection, "findings", "changed_before_cutoff", EVIDENCE, asked)


def fewer_reports(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit that holds since the past began and has such a case (REPORTS): cases it reported itself (channel
    patrol) in the period and in the past before it. Withdrawn ones count: they were reported.
    """
    asked = with_past(filter, unit_level)
    (areas, kinds), cases, _ = packed_days.read(connection, "findings", "fewer_reports", ("areas", "traits"), asked)
    chosen, units = cases.chosen(filter.kinds, packed.Lookup(areas), cases.has("channel", (Channel.PATROL,)))
    assert units is not None
    is_of_period = np.array([day >= asked["period_from"] for day in cases.days], dtype=bool)[cases.row[chosen]]
    unit, place, n = np.unique(units, return_inverse=True, return_counts=True)
    observed = np.bincount(place[is_of_period], minlength=len(unit))
    return framed([unit, unit_kinds(kinds, unit), ["reports"] * len(unit), n, observed], REPORTS)


def cases(connection: Connection, filter: Filter, case_ids: Iterable[int]) -> pd.DataFrame:
    """One row per case (CASES) of a finding's ``case_ids``, oldest first; kinds not shown singly are left out."""
    asked = {
        **filter.parameters(),
        "case_ids": sorted(case_ids),
        "shown_singly": [kind.value for kind in SHOWN_SINGLY],
    }
    return ask(connection, "findings", "cases", CASES, asked)


def evidence(connection: Connection, filter: Filter, unit_level: str, rule: FindingRule) -> pd.DataFrame:
    """The evidence of one finding, of all its cut-offs together (EVIDENCE; of fewer_reports: REPORTS)."""
    if rule.change is not None:
        parts = [changed_before_cutoff(connection, filter, unit_level, rule.change, each) for each in rule.figures]
        return pd.concat(parts, ignore_index=True)
    if rule.id == "reopened_after_cutoff":
        parts = [reopened_after_cutoff(connection, filter, unit_level, each) for each in rule.figures]
        return pd.concat(parts, ignore_index=True)
    ask_one_cutoff = {
        "closed_before_midnight": closed_before_midnight,
        "closed_within_a_minute": closed_within_a_minute,
        "opened_again": opened_again,
        "fewer_reports": fewer_reports,
    }
    return ask_one_cutoff[rule.id](connection, filter, unit_level)


def recorded_part(rule: FindingRule, recorded: Recording) -> FindingRule | None:
    """The rule with the cut-offs that can be told from what is recorded; None where none can."""
    cutoffs = [cutoff for cutoff in rule.figures if recorded.records_deadlines or cutoff != "deadline"]
    if not cutoffs or not (rule.id == REPORTS_FELL or recorded.records_times):
        return None
    return replace(rule, figures={cutoff: rule.figures[cutoff] for cutoff in cutoffs})


def _judged(
    connection: Connection, filter: Filter, unit_level: str, rule: FindingRule
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The evidence of a finding, and what is to be said of its rows (statistics.findings.UNIT_COLUMNS)."""
    now = evidence(connection, filter, unit_level, rule)
    before = None if rule.id == REPORTS_FELL else evidence(connection, period_before(filter), unit_level, rule)
    return now, decide(now, rule, finding_rules(), before)


def one(connection: Connection, filter: Filter, unit_level: str, finding: str) -> pd.DataFrame:
    """Everything there is to one finding: one row per unit and cut-off with such an act in the period (or the last 28
    days), the most surprising first.

    EVIDENCE (of fewer_reports REPORTS), and ``flattered``, the id of the figure it bears on; expected, n_before,
    observed_before, p, value and value_without as statistics.findings.decide says, missing where the unit has too few
    cases to be asked about; is_called. Of the whole subdistrict, whatever area the filter names: units are held against
    each other. ``case_ids`` are of cases that may be shown singly. Raises NotRecordedError.
    """
    rule = recorded_part(finding_rules().findings[finding], recording(connection, filter))
    if rule is None:
        require_times(connection, filter)
        raise NotRecordedError("no_deadlines")
    first, last = filter.period(DEFAULT_DAYS)
    now, decided = _judged(
        connection, replace(filter, area_id=None, period_from=first, period_to=last), unit_level, rule
    )
    verdict = decided[["area_id", "cutoff", "expected", *_SAID, "is_called"]]
    frame = now.merge(verdict, on=["area_id", "cutoff"], how="left")
    frame = frame.astype({"n_before": "Int64", "observed_before": "Int64"})
    frame["is_called"] = frame["is_called"].eq(True)
    frame["flattered"] = [rule.figures[cutoff] for cutoff in frame["cutoff"]]
    if "case_ids" in frame.columns:
        told = {case_id for case_ids in frame["case_ids"] for case_id in case_ids}
        shown = set(cases(connection, filter, told)["case_id"]) if told else set()
        frame["case_ids"] = pd.Series(
            [[case_id for case_id in case_ids if case_id in shown] for case_ids in frame["case_ids"]],
            index=frame.index,
            dtype=object,
        )
    return frame.sort_values(["p", "area_id", "cutoff"], ignore_index=True)


class Findings(NamedTuple):
    """All that is to be looked at: units (statistics.findings.UNIT_COLUMNS), sources (SOURCE_COLUMNS), and the findings
    that cannot be asked because no source records what they need.
    """

    units: pd.DataFrame
    sources: pd.DataFrame
    not_recorded: tuple[str, ...]


def to_be_looked_at(connection: Connection, filter: Filter, unit_level: str) -> Findings:
    """Every finding of the period (or the last 28 days) that stands out, most surprising first within each.

    The period before is asked as well, at equal follow-up, so that a habit can be told from something new.
    """
    rules = finding_rules()
    recorded = recording(connection, filter)
    first, last = filter.period(DEFAULT_DAYS)
    asked = replace(filter, period_from=first, period_to=last)
    found, not_recorded = [], []
    for rule in rules.findings.values():
        held = recorded_part(rule, recorded)
        if held is None:
            not_recorded.append(rule.id)
            continue
        found.append(_judged(connection, asked, unit_level, held)[1])
    units = pd.concat(found, ignore_index=True)
    sources = decide_sources(silent_sources(connection, asked), repeating_sources(connection, asked), rules)
    return Findings(
        units[units["is_called"].to_numpy(dtype=bool)].reset_index(drop=True),
        sources[sources["is_called"].to_numpy(dtype=bool)].reset_index(drop=True),
        tuple(not_recorded),
    )
