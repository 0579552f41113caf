"""Reads queries/risk.toml, queries/assessment.toml and queries/findings.toml into frozen, checked settings."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from queries.vocabulary import Risk


@dataclass(frozen=True)
class RiskRules:
    """How the indices become a colour; the meaning of each number stands in risk.toml."""

    history_days: int
    severity: dict[str, float]
    half_life_days: float
    excess_prior: float
    excess_limit: float
    false_discovery: float
    keep_until: float
    least_cases: int
    weights: dict[str, float]
    scales: dict[str, float]
    levels: dict[str, float]  # least points of a colour, worst first
    alarm_at_least: str


@dataclass(frozen=True)
class Indicator:
    """One rate of the assessment: 0 points at ``zero``, 100 at ``full``."""

    id: str
    weight: float
    zero: float
    full: float
    target: float


@dataclass(frozen=True)
class AssessmentRules:
    """The rules of the assessment for periods that begin on or after ``valid_from`` and before ``valid_until`` (None:
    no later rules are known).
    """

    valid_from: date
    valid_until: date | None
    anchor: date
    cycle_days: int
    marks_share: float
    least_median_cases: int
    unranked_kinds: tuple[str, ...]
    draws: int
    seed: int
    indicators: tuple[Indicator, ...]

    def cycle(self, day: date) -> tuple[date, date]:
        """First and last day of the cycle a day belongs to. Cycles of other rules do not reach into it: where a new
        anchor falls into a running cycle, that one ends, or the new first one begins, on the day the rules change.
        """
        first = day - timedelta(days=(day - self.anchor).days % self.cycle_days)
        last = first + timedelta(days=self.cycle_days - 1)
        if self.valid_until is not None:
            last = min(last, self.valid_until - timedelta(days=1))
        return max(first, self.valid_from), last


@dataclass(frozen=True)
class ConditionIndicator:
    """One indicator of the condition index: 0 points at ``zero``, 100 at ``full``; less is better."""

    id: str
    weight: float
    zero: float
    full: float


@dataclass(frozen=True)
class ConditionRules:
    """The rules of the condition index for periods that begin on or after ``valid_from``."""

    valid_from: date
    level: str
    usual_periods: int
    prior_cases: float
    draws: int
    seed: int
    steady: float
    watch: float
    indicators: tuple[ConditionIndicator, ...]

    def state(self, score: float) -> str:
        """steady, watch or strained; nothing where there is no score."""
        if score != score:
            return ""
        return "steady" if score >= self.steady else "watch" if score >= self.watch else "strained"


@dataclass(frozen=True)
class FindingRule:
    """When one finding is worth a question; the meaning of each number stands in findings.toml."""

    id: str
    figures: dict[str, str]  # by cut-off, the id of the figure that is flattered
    least_n: int
    least_observed: int
    ratio: float
    excess: float
    gain: float
    change: str | None = None
    usual: float | None = None  # None: nothing can be said without peers


@dataclass(frozen=True)
class SourceRule:
    """When a source is worth a question."""

    least_expected: float
    least_observed: int
    ratio: float
    excess: float


@dataclass(frozen=True)
class FindingRules:
    """What is looked for, and how the units asked about are compared."""

    false_discovery: float
    least_peers: int
    outlier: float
    usual_weight: float
    past_days: int
    sources: SourceRule
    findings: dict[str, FindingRule]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("queries").joinpath(name).read_text(encoding="utf-8"))


@cache
def risk_rules() -> RiskRules:
    """The rules in risk.toml. Raises ValueError where a colour's least points do not fall from red to blue."""
    held = _read("risk.toml")
    levels = {risk.value: float(held["levels"][risk.value]) for risk in Risk}
    if list(levels.values()) != sorted(levels.values(), reverse=True):
        raise ValueError("risk.toml: the least points of the levels must fall from red to blue.")
    return RiskRules(
        history_days=held["history_days"],
        severity={risk.value: float(held["severity"][risk.value]) for risk in Risk},
        half_life_days=held["expected_load"]["half_life_days"],
        excess_prior=held["expected_load"]["excess_prior"],
        excess_limit=held["expected_load"]["excess_limit"],
        false_discovery=held["unusual"]["false_discovery"],
        keep_until=held["unusual"]["keep_until"],
        least_cases=held["unusual"]["least_cases"],
        weights={name: float(value) for name, value in held["weights"].items()},
        scales={name: float(value) for name, value in held["scales"].items()},
        levels=levels,
        alarm_at_least=Risk(held["levels"]["alarm_at_least"]).value,
    )


@cache
def assessment_rules(day: date) -> AssessmentRules:
    """The rules in force for a period that begins on ``day``. Raises LookupError where none is."""
    held, until = _in_force(_read("assessment.toml")["rules"], day)
    return AssessmentRules(
        **{name: held[name] for name in ("valid_from", "anchor", "cycle_days", "marks_share", "draws", "seed")},
        valid_until=until,
        least_median_cases=held["least_median_cases"],
        unranked_kinds=tuple(held["unranked_kinds"]),
        indicators=tuple(Indicator(**indicator) for indicator in held["indicators"]),
    )


@cache
def condition_rules(day: date) -> ConditionRules:
    """The rules of the condition index for a period that begins on ``day``. Raises LookupError where none are."""
    held, _ = _in_force(_read("assessment.toml")["condition"], day)
    names = ("valid_from", "level", "usual_periods", "prior_cases", "draws", "seed", "steady", "watch")
    return ConditionRules(
        **{name: held[name] for name in names},
        indicators=tuple(ConditionIndicator(**indicator) for indicator in held["indicators"]),
    )


def cycle_back(day: date, back: int) -> tuple[date, date]:
    """First and last day of the assessed cycle ``back`` before the one of ``day``, each by the rules of its own time.

    Raises LookupError before the first rules.
    """
    cycle = assessment_rules(day).cycle(day)
    for _ in range(back):
        day = cycle[0] - timedelta(days=1)
        cycle = assessment_rules(day).cycle(day)
    return cycle


def _in_force(sections: list[dict[str, Any]], day: date) -> tuple[dict[str, Any], date | None]:
    """The section in force on a day, and the day from which on a later one is."""
    valid = [rules for rules in sections if rules["valid_from"] <= day]
    if not valid:
        raise LookupError(f"assessment.toml has no rules for {day}.")
    later = [rules["valid_from"] for rules in sections if rules["valid_from"] > day]
    return max(valid, key=lambda rules: rules["valid_from"]), min(later, default=None)


@cache
def finding_rules() -> FindingRules:
    """The rules in findings.toml, findings in the file's order."""
    held = _read("findings.toml")
    return FindingRules(
        **{name: held[name] for name in ("false_discovery", "least_peers", "outlier", "usual_weight", "past_days")},
        sources=SourceRule(**held["sources"]),
        findings={each["id"]: FindingRule(**each) for each in held["findings"]},
    )
