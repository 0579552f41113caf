"""The risk of a unit: two indices, and the colour they are combined to.

``expected_load`` says where grave cases are to be expected; ``unusual`` says where more happens than is usual there.
Gamma-Poisson: a unit's level is drawn towards the other units' the more, the less it has been observed (Clayton and
Kaldor 1987). False discoveries: Benjamini and Hochberg 1995.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from queries.statistics.configuration import RiskRules
from queries.statistics.rhythm import hour_shares, share_between
from queries.vocabulary import Risk

Array = npt.NDArray[np.float64]

GRAVE: Final = (Risk.RED.value, Risk.ORANGE.value)
SLIGHT: Final = (Risk.YELLOW.value, Risk.BLUE.value)
NORMAL: Final = "normal"
DAY: Final = timedelta(hours=24)
#: Cases' worth of trust in "the whole place is as busy as usual".
POOLED_PRIOR: Final = 40.0


@dataclass(frozen=True)
class Level:
    """Units' weekly levels of one class of cases: gamma posteriors, and how much days vary beyond chance."""

    a: Array
    b: Array  # mean a / b cases a week
    variation: float  # squared coefficient of variation of days around their expectation


def levels(counts: Array, age_days: Array, day_shares: Array, half_life_days: float) -> Level:
    """Fits levels. ``counts``: units × days; ``age_days``: of each day; ``day_shares``: share of a week's cases that
    falls on each day's weekday. Older days count less; the prior is fitted to the units by moments.
    """
    weight = np.exp2(-age_days / half_life_days)
    exposure = float((weight * day_shares).sum())
    if exposure <= 0 or len(counts) == 0:
        return Level(np.full(len(counts), 0.5), np.full(len(counts), 1.0), 0.0)
    y = counts @ weight
    rate = y / exposure
    mean = max(float(rate.mean()), 1e-3)
    chance = mean * float((weight**2 * day_shares).sum()) / exposure**2
    between = max(float(rate.var()) - chance, 0.01 * mean**2)
    b = mean / between
    a = mean * b
    expected = np.outer((a + y) / (b + exposure), day_shares)
    excess = float(((counts - expected) ** 2 - expected).sum() / max(float((expected**2).sum()), 1e-9))
    return Level(a + y, np.full(len(counts), b + exposure), float(np.clip(excess, 0.0, 2.0)))


def mid_p(observed: Array, expected: Array, level: Level) -> Array:
    """P(more) + ½ P(as many) under the predictive negative binomial: chance, days' variation, the level's own doubt."""
    size = 1.0 / (level.variation + 1.0 / level.a)
    share = size / (size + expected)
    return np.asarray(stats.nbinom.sf(observed, size, share) + 0.5 * stats.nbinom.pmf(observed, size, share))


def discoveries(p: Array, rate: float) -> npt.NDArray[np.bool_]:
    """Benjamini and Hochberg: which p-values are called, so that a share ``rate`` of the calls is false at most."""
    if len(p) == 0:
        return np.zeros(0, dtype=bool)
    order = np.argsort(p)
    passed = np.nonzero(p[order] <= rate * np.arange(1, len(p) + 1) / len(p))[0]
    called = np.zeros(len(p), dtype=bool)
    if len(passed):
        called[order[: passed[-1] + 1]] = True
    return called


@dataclass(frozen=True)
class History:
    """What the past says of each unit, made once an hour and used by every picture until the next."""

    area_ids: npt.NDArray[np.int64]
    grave: Level
    slight: Level
    grave_shares: Array  # 7 × 24
    all_shares: Array
    severity: float  # mean severity of a grave case


def history(
    area_ids: npt.NDArray[np.int64],
    daily: pd.DataFrame,
    profile: pd.DataFrame,
    today: date,
    rules: RiskRules,
    first_day: date | None = None,
) -> History:
    """Fits the past. ``daily``: queries.risk.DAILY; ``profile``: queries.risk.PROFILE.

    ``first_day``: the first day the store was fed, if younger than the history; without it, the first day with a case.
    """
    days = [today - timedelta(days=age) for age in range(1, rules.history_days + 1)]
    known_from = first_day or (min(daily["day"]) if len(daily) else today)
    days = [day for day in days if day >= known_from]
    age = np.array([(today - day).days for day in days], dtype=float)
    weekday = np.array([day.weekday() for day in days], dtype=np.int64)
    place = pd.Series(np.arange(len(area_ids)), index=area_ids)
    column = {day: number for number, day in enumerate(days)}
    held = daily[daily["area_id"].isin(area_ids) & daily["day"].isin(column)]
    rows = place.reindex(held["area_id"]).to_numpy(dtype=np.int64)
    columns = held["day"].map(column).to_numpy(dtype=np.int64)

    def table(colours: tuple[str, ...]) -> Array:
        counts = np.zeros((len(area_ids), len(days)))
        counts[rows, columns] = held[list(colours)].sum(axis=1).to_numpy(dtype=float)
        return counts

    grave_shares, all_shares = hour_shares(profile, "grave"), hour_shares(profile, "reported")
    totals = daily[list(GRAVE)].sum().to_numpy(dtype=float) + np.array([0.5, 1.0])
    severity = np.array([rules.severity[colour] for colour in GRAVE])
    return History(
        area_ids,
        levels(table(GRAVE), age, grave_shares.sum(axis=1)[weekday], rules.half_life_days),
        levels(table(SLIGHT), age, all_shares.sum(axis=1)[weekday], rules.half_life_days),
        grave_shares,
        all_shares,
        float((totals * severity).sum() / totals.sum()),
    )


def expected_load(past: History, recent: pd.DataFrame, now: datetime, rules: RiskRules) -> Array:
    """Severity-weighted red and orange cases expected in the 24 hours after ``now`` (local), by unit.

    Level × the rhythm of those hours × short-term excess (the last 72 hours against what was expected of them, drawn
    towards 1 and limited) × mean severity.
    """
    weekly = past.grave.a / past.grave.b
    usual = weekly * share_between(past.grave_shares, now - timedelta(hours=72), now)
    excess = (rules.excess_prior + recent["grave_72_hours"].to_numpy(dtype=float)) / (rules.excess_prior + usual)
    ahead = share_between(past.grave_shares, now, now + DAY)
    return np.asarray(weekly * ahead * np.clip(excess, 0.5, rules.excess_limit) * past.severity)


def unusual(
    past: History, recent: pd.DataFrame, now: datetime, rules: RiskRules, alarmed: frozenset[int] = frozenset()
) -> pd.DataFrame:
    """Observed against expected of the 24 hours before ``now``, one row per unit: area_id, observed, expected,
    observed_grave, expected_grave, p_unusual, is_alarm.

    Unweighted counts, grave and slight apart, since a case's colour must not count as several cases. What makes the
    whole place busy (a storm, a holiday) raises no unit above the others: expectations are scaled by the day's own
    total, drawn towards the usual. p_unusual is twice the smaller mid-p (Bonferroni over the two classes). An alarm
    survives Benjamini-Hochberg at the configured rate; one raised before (``alarmed``) stays until it would not survive
    at ``keep_until``.
    """
    observed, expected, p = [], [], []
    for level, shares, colours in (
        (past.grave, past.grave_shares, GRAVE),
        (past.slight, past.all_shares, SLIGHT),
    ):
        seen = recent[list(colours)].sum(axis=1).to_numpy(dtype=float)
        usual = level.a / level.b * share_between(shares, now - DAY, now)
        usual = usual * (POOLED_PRIOR + seen.sum()) / (POOLED_PRIOR + usual.sum())
        observed.append(seen)
        expected.append(usual)
        p.append(mid_p(seen, np.maximum(usual, 1e-6), level))
    combined = np.minimum(1.0, 2 * np.minimum(p[0], p[1]))
    is_enough = observed[0] + observed[1] >= rules.least_cases
    was_alarmed = np.isin(past.area_ids, list(alarmed))
    is_alarm = is_enough & (
        discoveries(combined, rules.false_discovery) | (was_alarmed & discoveries(combined, rules.keep_until))
    )
    return pd.DataFrame(
        {
            "area_id": past.area_ids,
            "observed": (observed[0] + observed[1]).astype(np.int64),
            "expected": expected[0] + expected[1],
            "observed_grave": observed[0].astype(np.int64),
            "expected_grave": expected[0],
            "p_unusual": combined,
            "is_alarm": is_alarm,
        }
    )


def _parts(frame: pd.DataFrame, rules: RiskRules) -> dict[str, Array]:
    """Points of each part: its share of 1 by its scale, times its weight."""
    scales, severity = rules.scales, rules.severity
    p = np.maximum(frame["p_unusual"].to_numpy(dtype=float), 1e-12)
    span = np.log(scales["unusual_start"]) - np.log(scales["unusual_full"])
    load = frame["expected_load"].to_numpy(dtype=float)
    middle, high = np.quantile(load, [0.5, 0.9]) if len(load) else (0.0, 0.0)
    slight = frame["overdue"] - frame["overdue_red"] - frame["overdue_orange"]
    overdue = (
        frame["overdue_red"] * severity["red"]
        + frame["overdue_orange"] * severity["orange"]
        + slight * severity["blue"]
    )
    points = frame["risk_points_red"] * severity["red"] + frame["risk_points_orange"] * severity["orange"]
    shares = {
        "unusual": (np.log(scales["unusual_start"]) - np.log(p)) / span,
        "load": (load - middle) / max(2 * high - middle, 1e-9),
        "overdue": overdue.to_numpy(dtype=float) / scales["overdue_full"],
        "escalated": frame["escalated"].to_numpy(dtype=float) / scales["escalated_full"],
        "risk_points": points.to_numpy(dtype=float) / scales["risk_points_full"],
    }
    return {name: rules.weights[name] * np.clip(share, 0.0, 1.0) for name, share in shares.items()}


def combine(frame: pd.DataFrame, rules: RiskRules) -> pd.DataFrame:
    """Adds part_unusual … part_risk_points (points), score (their sum) and level (a colour or "normal").

    ``frame``: RECENT with the columns of ``unusual`` and expected_load. An alarm is at least ``alarm_at_least``.
    """
    parts = _parts(frame, rules)
    score = np.sum(list(parts.values()), axis=0) if len(frame) else np.zeros(0)
    level = np.full(len(frame), NORMAL, dtype=object)
    for colour, least in reversed(rules.levels.items()):
        level[score >= least] = colour
        if colour == rules.alarm_at_least:
            level[frame["is_alarm"].to_numpy(dtype=bool)] = colour
    return frame.assign(**{f"part_{name}": points for name, points in parts.items()}, score=score, level=level)


def assess(
    past: History, recent: pd.DataFrame, now: datetime, rules: RiskRules, alarmed: frozenset[int] = frozenset()
) -> pd.DataFrame:
    """The risk of every unit, one row each in the order of ``recent`` (queries.risk.RECENT; the units of ``past``).

    RECENT, the columns of ``unusual``, expected_load, part_*, score and level. ``now``: as_of in the store's time zone.
    Raises ValueError where the units differ.
    """
    if not np.array_equal(past.area_ids, recent["area_id"].to_numpy(dtype=np.int64)):
        raise ValueError("The units of the history and of the last day differ.")
    signs = unusual(past, recent, now, rules, alarmed).drop(columns="area_id")
    frame = pd.concat([recent.reset_index(drop=True), signs], axis=1)
    return combine(frame.assign(expected_load=expected_load(past, recent, now, rules)), rules)
