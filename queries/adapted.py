"""Figures whose question gives something other than rows by key, brought to the rows of queries/answering.py.

By the figure's id. A figure that comes to be grouped (its function takes ``by``) no longer needs its entry here.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from queries import cases, condition, escalations, findings, like_days, lists, risk, same_day, source_findings, sources
from queries.answering import Adapter, Call, Row, plain, rows_of, total, within
from queries.asking import AskingError
from queries.assessment import Assessment, assess
from queries.filters import Filter
from queries.privacy import SHOWN_SINGLY
from queries.statistics import risk as risks
from queries.statistics.configuration import finding_rules, risk_rules
from queries.statistics.findings import SILENT
from queries.vocabulary import Kind


def _today(call: Call) -> list[Row]:
    sources.require_times(call.connection, call.filter)
    found = same_day.today(call.connection, call.filter)
    return [total(call, {**found._asdict(), "best": found.best, "is_provisional": True})]


def _like_days(call: Call) -> list[Row]:
    sources.require_times(call.connection, call.filter)
    frame = like_days.at_this_clock(call.connection, call.filter, like_days.SAME_DAY_DAYS)
    kinds = [kind.value for kind in call.filter.kinds or (Kind.APPEAL,)]
    counted = frame[["n", "resolved"]].where(frame["kind"].isin(kinds), 0).astype("int64")
    return rows_of(call, counted.groupby(frame["day"], sort=False).sum().reset_index())


def _stock(call: Call) -> list[Row]:
    sources.require_times(call.connection, call.filter)
    held = lists.stock(call.connection, call.filter)._asdict()
    return [total(call, {"value": held.pop("open"), **held})]


def _overdue(call: Call) -> list[Row]:
    sources.require_times(call.connection, call.filter)
    sources.require_deadlines(call.connection, call.filter)
    found = lists.stock(call.connection, call.filter)
    return [total(call, {"value": found.overdue, "with_deadline": found.with_deadline})]


def _variable(call: Call) -> list[Row]:
    """The counts alone, as screens show them: single cases of some kinds are not for everybody."""
    held = lists.variable_counts(lists.variable(call.connection, call.filter))._asdict()
    return [total(call, {"value": held.pop("total"), **held})]


def _on_time(call: Call) -> list[Row]:
    sources.require_times(call.connection, call.filter)
    sources.require_deadlines(call.connection, call.filter)
    return plain(call)


def _pending(call: Call) -> list[Row]:
    """How many there are, and a row for each, named by case and number; of kinds whose single cases may be shown."""
    frame = escalations.pending(call.connection, _shown_singly(call))
    keys = frame["case_id"].astype(str) + "/" + frame["escalation_no"].astype(str)
    titled = frame.rename(columns={"title_zh": "label_zh", "title_en": "label_en"}).assign(key=keys)
    every = total(call, {"value": len(frame)})
    return [every, *rows_of(call, titled.drop(columns=["case_id", "escalation_no", "area_id"]))]


def _heat(call: Call) -> list[Row]:
    """One row per case, named by its place (latitude, longitude); the value is its weight."""
    frame = cases.heat(call.connection, _shown_singly(call))
    keys = [f"{lat:.6f},{lon:.6f}" for lat, lon in zip(frame["lat"], frame["lon"], strict=True)]
    return rows_of(call, frame.rename(columns={"weight": "value"}).assign(key=pd.Series(keys, dtype=object)))


def _shown_singly(call: Call) -> Filter:
    """The filter with kinds whose single cases may be shown. Raises AskingError where others are named."""
    hidden = [kind.value for kind in call.filter.kinds or () if kind not in SHOWN_SINGLY]
    if hidden:
        raise AskingError("not_shown_singly", figure=call.figure.id, kinds=", ".join(hidden))
    return replace(call.filter, kinds=call.filter.kinds or SHOWN_SINGLY)


def _assessed(call: Call) -> pd.DataFrame:
    """The risk of every unit. Made of the whole subdistrict, since units are judged beside each other."""
    whole = replace(call.filter, area_id=None)
    recent = risk.recent(call.connection, whole, call.unit_level)
    rules = risk_rules()
    past = risks.history(
        recent["area_id"].to_numpy(dtype="int64"),
        risk.daily(call.connection, whole, call.unit_level),
        risk.profile(call.connection, whole),
        whole.today,
        rules,
    )
    return within(call, risks.assess(past, recent, whole.as_of.astimezone(whole.zone), rules))


def _expected_load(call: Call) -> list[Row]:
    frame = _assessed(call)
    return rows_of(call, frame[["area_id", "grave_72_hours"]].assign(value=frame["expected_load"]))


def _unusual(call: Call) -> list[Row]:
    """Observed against expected; their quotient is no share and is left out."""
    frame = _assessed(call)
    columns = ["area_id", "observed", "expected", "observed_grave", "expected_grave", "p_unusual", "is_alarm"]
    return [_of(row, "observed", "expected") for row in rows_of(call, frame[columns])]


def _risk_level(call: Call) -> list[Row]:
    frame = _assessed(call)
    parts = [name for name in frame.columns if name.startswith("part_")]
    full = frame[["area_id", "score", "level", *parts]].assign(points=100)
    return [_of(row, "score", "points") for row in rows_of(call, full)]


def _ranked(call: Call) -> Assessment:
    """The assessment of the period asked about, or of the newest cycle's length; of a higher level than asked for where
    units are too small. Made of the whole subdistrict, since units are ranked beside each other.
    """
    return assess(call.connection, replace(call.filter, area_id=None), call.unit_level)


def _assessment(call: Call) -> list[Row]:
    """The numerator is the score."""
    columns = ["area_id", "kind", "score", "rank", "rank_low", "rank_high", "ranked_of", "tier", "n", "has_marks"]
    return _of_units(call, "score", columns)


def _tier(call: Call) -> list[Row]:
    """The numerator is the rank, the denominator how many are ranked."""
    columns = ["area_id", "kind", "rank", "rank_low", "rank_high", "ranked_of", "tier"]
    return _of_units(call, "rank", columns, "ranked_of")


def _change(call: Call) -> list[Row]:
    """The numerator is the change of the score against the period before."""
    columns = ["area_id", "kind", "change", "change_low", "change_high", "movement"]
    return _of_units(call, "change", columns)


def _of_units(call: Call, numerator: str, columns: list[str], denominator: str | None = None) -> list[Row]:
    found = _ranked(call)
    level = found.choice.level or call.unit_level
    frame = within(call, found.table, level)[columns].assign(level=level)
    return [_of(row, numerator, denominator) for row in rows_of(call, frame)]


def _lost(call: Call) -> list[Row]:
    """One row per unit and indicator; the numerator is the points it loses of the whole score."""
    found = _ranked(call)
    parts = within(call, found.parts, found.choice.level or call.unit_level)
    columns = ["area_id", "indicator", "lost", "earned", "short_of_target", "against_median", "rate", "n"]
    shown = parts[columns].rename(columns={"rate": "standardised_rate", "n": "cases"})
    return [_of(row, "lost") for row in rows_of(call, shown)]


def _condition(call: Call) -> list[Row]:
    """The numerator is the score. Made of the whole subdistrict, since communities are drawn towards each other."""
    found = condition.index(call.connection, replace(call.filter, area_id=None), call.unit_level)
    columns = ["area_id", "score", "low", "high", "state", "n", "per_thousand", "change", "change_low", "change_high"]
    frame = within(call, found.table, found.level)[columns].assign(level=found.level)
    return [_of(row, "score") for row in rows_of(call, frame)]


def _finding(call: Call) -> list[Row]:
    """One row per unit and cut-off: the acts shortly before it of all such acts, and what is to be said of that."""
    frame = within(call, findings.one(call.connection, call.filter, call.unit_level, call.figure.id))
    return [
        replace(row, rate=row.numerator / row.denominator if row.numerator is not None and row.denominator else None)
        for row in (_of(row, "observed") for row in rows_of(call, frame))
    ]


#: Of fewer reports n holds the past already.
_HELD_IN_N: Final = ["n_before", "observed_before"]


def _fewer_reports(call: Call) -> list[Row]:
    """One row per unit: the cases it reported itself of those expected, which are no part of them."""
    frame = within(call, findings.one(call.connection, call.filter, call.unit_level, call.figure.id))
    return [_of(row, "observed", "expected") for row in rows_of(call, frame.drop(columns=_HELD_IN_N))]


def _silent(call: Call) -> list[Row]:
    """One row per source: no case in its stretch, of those expected there."""
    frame = source_findings.silent_sources(call.connection, call.filter).assign(observed=0)
    told = frame.rename(columns={"reported": "reported_in_period"})  # not what the stretch is held against
    return [_of(row, "observed", "expected") for row in rows_of(call, told)]


def _of(row: Row, numerator: str, denominator: str | None = None) -> Row:
    """The row with these two of its extras as numerator and denominator, and no rate."""
    extras = dict(row.extras)
    value = extras.pop(numerator)
    counted = row.denominator if denominator is None else extras.pop(denominator)
    return replace(row, numerator=value, denominator=counted, rate=None, extras=extras)


ADAPTERS: Final[Mapping[str, Adapter]] = {
    "same_day_today": _today,
    "same_day_like_days": _like_days,
    "stock": _stock,
    "overdue": _overdue,
    "variable": _variable,
    "on_time": _on_time,
    "escalations_pending": _pending,
    "heat": _heat,
    "expected_load": _expected_load,
    "unusual": _unusual,
    "risk_level": _risk_level,
    "assessment": _assessment,
    "assessment_tier": _tier,
    "assessment_change": _change,
    "assessment_lost": _lost,
    "condition_index": _condition,
    **dict.fromkeys(finding_rules().findings, _finding),
    findings.REPORTS_FELL: _fewer_reports,
    SILENT: _silent,
}
