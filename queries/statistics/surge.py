"""When the mode turns by itself: a surge of grave cases that chance does not explain, and the quiet after it.

The number of cases in a window is Poisson with a rate that the same window of D days before tells: with a Gamma prior
of shape 1/2 (Jeffreys), what is to be expected today is negative binomial with shape (cases before + 1/2) and
probability D ÷ (D + 1). Nothing here reads a clock or a store.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

import scipy

from queries.mode import Standing, Surge
from queries.vocabulary import Mode, Risk


@dataclass(frozen=True)
class SurgeRule:
    """A surge: at least so many cases of these risks in so many minutes, that unusual."""

    risks: tuple[Risk, ...]
    minutes: int
    at_least: int
    chance: float  # so many or more may happen by chance no oftener than this


@dataclass(frozen=True)
class QuietRule:
    """The quiet: no more than so many cases of these risks in so many minutes, and the mode has lasted so long."""

    risks: tuple[Risk, ...]
    minutes: int
    at_most: int
    shortest_minutes: int


@dataclass(frozen=True)
class ModeRules:
    """The rules in mode.toml."""

    past_days: int
    surges: tuple[SurgeRule, ...]
    quiet: QuietRule


@dataclass(frozen=True)
class Turn:
    """What a rule turns the mode to, and why, in both languages."""

    mode: Mode
    reason_zh: str
    reason_en: str


@cache
def mode_rules() -> ModeRules:
    """The rules in mode.toml. Raises ValueError where what ends an emergency could begin one at once."""
    held = tomllib.loads(resources.files("queries").joinpath("mode.toml").read_text(encoding="utf-8"))
    surges = tuple(SurgeRule(**{**each, "risks": _risks(each["risks"])}) for each in held["surge"])
    quiet = QuietRule(**{**held["quiet"], "risks": _risks(held["quiet"]["risks"])})
    for rule in surges:
        if rule.risks == quiet.risks and (quiet.at_most >= rule.at_least or quiet.minutes < rule.minutes):
            raise ValueError("mode.toml: the quiet must be longer and lower than the surge of the same risks.")
    return ModeRules(held["past_days"], surges, quiet)


def chance_of(surge: Surge) -> float:
    """How often so many cases or more come in these minutes by chance; 0 where nothing is known of what is usual."""
    if surge.days == 0:
        return 0.0
    return float(scipy.stats.nbinom.sf(surge.reported - 1, surge.before + 0.5, surge.days / (surge.days + 1)))


def turn_of(
    rules: ModeRules, standing: Standing, surges: tuple[Surge, ...], quiet: Surge, now: datetime
) -> Turn | None:
    """What the mode turns to now; None where it stays. ``surges`` answer the rules in their order."""
    if standing.is_held:
        return None
    if standing.mode is Mode.NORMAL:
        for rule, surge in zip(rules.surges, surges, strict=True):
            if surge.reported >= rule.at_least and chance_of(surge) <= rule.chance:
                return Turn(Mode.EMERGENCY, *_surge_reasons(rule, surge))
        return None
    if not standing.is_by_rule or standing.since is None:
        return None
    has_lasted = now - standing.since >= timedelta(minutes=rules.quiet.shortest_minutes)
    if has_lasted and quiet.reported <= rules.quiet.at_most:
        return Turn(Mode.NORMAL, *_quiet_reasons(rules.quiet, quiet))
    return None


def _risks(names: list[str]) -> tuple[Risk, ...]:
    return tuple(Risk(name) for name in names)


_ZH = {Risk.RED: "红", Risk.ORANGE: "橙", Risk.YELLOW: "黄", Risk.BLUE: "蓝"}


def _surge_reasons(rule: SurgeRule, surge: Surge) -> tuple[str, str]:
    colours_zh = "".join(_ZH[risk] for risk in rule.risks) + "色"
    colours_en = " and ".join(risk.value for risk in rule.risks)
    usual = f"{surge.before / surge.days:.1f}" if surge.days else ""
    zh = f"{rule.minutes} 分钟内{colours_zh}事件 {surge.reported} 件" + (f"，常态 {usual} 件" if usual else "")
    en = f"{surge.reported} {colours_en} cases in {rule.minutes} min" + (f", usually {usual}" if usual else "")
    return zh, en


def _quiet_reasons(rule: QuietRule, quiet: Surge) -> tuple[str, str]:
    colours_zh = "".join(_ZH[risk] for risk in rule.risks) + "色"
    colours_en = " and ".join(risk.value for risk in rule.risks)
    cases = "case" if quiet.reported == 1 else "cases"
    return (
        f"{rule.minutes} 分钟内{colours_zh}事件 {quiet.reported} 件，已趋平稳",
        f"{quiet.reported} {colours_en} {cases} in {rule.minutes} min: quiet again",
    )
