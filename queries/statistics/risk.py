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
import scipy

from queries.statistics.configuration import RiskRules
from queries.statistics.rhythm import hour_shares, share_between
from queries.vocabulary import Risk

Array = npt.NDArray[np.float64]

GRAVE: Final = (Risk.RED.value, Risk.ORANGE.value)
SLIGHT: Final = (Risk.YELLOW.value, Risk.BLUE.value)
GRAVE_DUE: Final = "grave_due"
NORMAL: Final = "normal"
DAY: Final = timedelta(hours=24)
SHORT: Final = timedelta(hours=6)
#: Windows of a day that have no hour in common.
LOOKS: Final = DAY // SHORT
#: Cases' worth of trust in "the whole place is as busy as usual".
POOLED_PRIOR: Final = 40.0
#: Units differ at least so much from what is thought of them beforehand (squared coefficient of variation).
LEAST_SPREAD: Final = 0.01


@dataclass(frozen=True)
class Level:
    """Units' weekly levels of one class of cases: gamma posteriors, and how much days vary beyond chance."""

    a: Array
    b: Array  # mean a / b cases a week
    variation: float  # squared coefficient of variation of days around their expectation

    @property
    def mean(self) -> Array:
        """Cases a week."""
        return self.a / self.b


def levels(
    counts: Array, age_days: Array, day_shares: Array, half_life_days: float, like: Array | None = None
) -> Level:
    """Fits levels. ``counts``: units × days; ``age_days``: of each day; ``day_shares``: share of a week's cases that
    falls on each day's weekday. Older days count less.

    ``like``: what the units' levels are thought to be proportional to before any is counted, alike where not given.
    How far units lie from that is fitted by moments (Marshall 1991), at least ``LEAST_SPREAD``.
    """
    prior = np.ones(len(counts)) if like is None else like
    weight = np.exp2(-age_days / half_life_days)
    exposure = float((weight * day_shares).sum())
    if exposure <= 0 or len(counts) == 0:
        return Level(np.full(len(counts), 0.5), np.full(len(counts), 1.0), 0.0)
    y = counts @ weight
    rate = y / exposure
    mean = prior * (max(float(rate.mean()), 1e-3) / float(prior.mean()))
    chance = mean * float((weight**2 * day_shares).sum()) / exposure**2
    spread = max(float(((rate - mean) ** 2 - chance).sum() / (mean**2).sum()), LEAST_SPREAD)
    a, b = 1.0 / spread + y, 1.0 / (spread * mean) + exposure
    expected = np.outer(a / b, day_shares)
    excess = float(((counts - expected) ** 2 - expected).sum() / max(float((expected**2).sum()), 1e-9))
    return Level(a, b, float(np.clip(excess, 0.0, 2.0)))


def persistence(counts: Array, expected: Array) -> float:
    """How far one day's surplus tells the next day's: squared coefficient of variation of what two days in a row have
    in common, beyond chance (counts, expected: units × days). Chance of one day and of the next are independent, so
    their products average to what lasts (moments of lag one; Diggle 1990); 0 where nothing does.
    """
    surplus = counts - expected
    lasting = float((surplus[:, 1:] * surplus[:, :-1]).sum())
    return max(lasting / max(float((expected[:, 1:] * expected[:, :-1]).sum()), 1e-9), 0.0)


def surplus(observed: Array, expected: Array, spread: float, trust: float) -> Array:
    """How many times the expected is going on: a gamma-Poisson estimate around 1, worth at least ``trust`` cases."""
    prior = max(1.0 / max(spread, 1e-9), trust)
    return (prior + observed) / (prior + expected)


def mid_p(observed: Array, expected: Array, level: Level) -> Array:
    """P(more) + ½ P(as many) under the predictive negative binomial: chance, days' variation, the level's own doubt.

    Its tail is the regularised incomplete beta function (Johnson, Kemp and Kotz 2005, section 5.6).
    """
    size = 1.0 / (level.variation + 1.0 / level.a)
    share = expected / (size + expected)
    as_many = np.where(observed > 0, scipy.special.betainc(np.maximum(observed, 1.0), size, share), 1.0)
    return np.asarray(0.5 * (as_many + scipy.special.betainc(observed + 1.0, size, share)))


def discoveries(p: Array, rate: float, looks: int = 1) -> npt.NDArray[np.bool_]:
    """Benjamini and Hochberg: which p-values are called, so that a share ``rate`` of the calls is false at most.

    ``looks``: how many such sets of p-values belong to the same family, of which this one is seen; the others count as
    not called.
    """
    if len(p) == 0:
        return np.zeros(0, dtype=bool)
    order = np.argsort(p)
    passed = np.nonzero(p[order] <= rate * np.arange(1, len(p) + 1) / (len(p) * looks))[0]
    called = np.zeros(len(p), dtype=bool)
    if len(passed):
        called[order[: passed[-1] + 1]] = True
    return called


def _dispersion(sums: Array) -> float:
    """Variance ÷ mean of daily sums (units × days): what to divide by for them to vary as counts do."""
    varies = float(((sums - sums.mean(axis=1, keepdims=True)) ** 2).sum()) if sums.size else 0.0
    return varies / float(sums.sum()) if varies > 0 else 1.0


@dataclass(frozen=True)
class History:
    """What the past says of each unit, made once an hour and used by every picture until the next."""

    area_ids: npt.NDArray[np.int64]
    grave: Level
    slight: Level
    grave_shares: Array  # 7 × 24
    all_shares: Array
    severity: float  # mean severity of a grave case
    lasting: float  # persistence of a unit's surplus over the whole place's
    lasting_together: float  # persistence of the whole place's surplus


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

    def table(names: tuple[str, ...]) -> Array:
        counts = np.zeros((len(area_ids), len(days)))
        counts[rows, columns] = held[list(names)].sum(axis=1).to_numpy(dtype=float)
        return counts

    grave_shares, all_shares = hour_shares(profile, "grave"), hour_shares(profile, "reported")
    totals = daily[list(GRAVE)].sum().to_numpy(dtype=float) + np.array([0.5, 1.0])
    severity = np.array([rules.severity[colour] for colour in GRAVE])
    by_grave_day, by_day = grave_shares.sum(axis=1)[weekday], all_shares.sum(axis=1)[weekday]
    # Grave cases are few: their level is drawn towards what the matters of all cases, of which there are more, say.
    due = table((GRAVE_DUE,))
    mix = levels(due / _dispersion(due), age, by_grave_day, rules.half_life_days)
    grave = levels(table(GRAVE), age, by_grave_day, rules.half_life_days, like=mix.mean)
    slight = levels(table(SLIGHT), age, by_day, rules.half_life_days)
    counts, together = table(GRAVE + SLIGHT), grave.mean + slight.mean
    totals_by_day = counts.sum(axis=0, keepdims=True)
    return History(
        area_ids,
        grave,
        slight,
        grave_shares,
        all_shares,
        float((totals * severity).sum() / totals.sum()),
        persistence(counts, np.outer(together / max(float(together.sum()), 1e-9), totals_by_day)),
        persistence(totals_by_day, float(together.sum()) * by_day[None, :]),
    )


def expected_load(past: History, recent: pd.DataFrame, now: datetime, rules: RiskRules) -> Array:
    """Severity-weighted red and orange cases expected in the 24 hours after ``now`` (local), by unit.

    Level × the rhythm of those hours × short-term excess × mean severity. The excess is the last 72 hours against what
    was expected of them, of the whole place and then of the unit within it, each drawn towards 1 the more, the less
    such a surplus has lasted in the past, and limited.
    """
    weekly, seen = past.grave.mean, recent["grave_72_hours"].to_numpy(dtype=float)
    usual = weekly * share_between(past.grave_shares, now - timedelta(hours=72), now)
    together = surplus(seen.sum(), usual.sum(), past.lasting_together, rules.excess_prior)
    own = surplus(seen, usual * together, past.lasting, rules.excess_prior)
    ahead = share_between(past.grave_shares, now, now + DAY)
    excess = np.clip(together * own, 1 / rules.excess_limit, rules.excess_limit)
    return np.asarray(weekly * ahead * excess * past.severity)


def _usual(level: Level, shares: Array, seen: Array, now: datetime, window: timedelta) -> Array:
    """Expected cases of the window by unit, scaled by the whole place's own total, drawn towards the usual."""
    usual = level.mean * share_between(shares, now - window, now)
    return np.asarray(usual * (POOLED_PRIOR + seen.sum()) / (POOLED_PRIOR + usual.sum()))


def unusual(
    past: History, recent: pd.DataFrame, now: datetime, rules: RiskRules, alarmed: frozenset[int] = frozenset()
) -> pd.DataFrame:
    """Observed against expected of the 24 and of the 6 hours before ``now``, one row per unit: area_id, observed,
    expected, observed_grave, expected_grave (24 hours), observed_6_hours, expected_6_hours, p_unusual, is_alarm.

    Unweighted counts, grave and slight apart, since a case's colour must not count as several cases. The day shows what
    simmers, the six hours what breaks out. What makes the whole place busy (a storm, a holiday) raises no unit above
    the others: expectations are scaled by the window's own total, drawn towards the usual. p_unusual is four times the
    smallest mid-p (Bonferroni over classes and windows).

    An alarm survives Benjamini-Hochberg at the configured rate over the units and the four windows of six hours that a
    day has, since units are looked at all day long. One raised before (``alarmed``) stays until it would not survive at
    ``keep_until``.
    """
    p, observed, expected = [], [], []
    for window, grave, slight in (
        (DAY, recent["red"] + recent["orange"], recent["yellow"] + recent["blue"]),
        (SHORT, recent["grave_6_hours"], recent["slight_6_hours"]),
    ):
        for level, shares, counts in (
            (past.grave, past.grave_shares, grave),
            (past.slight, past.all_shares, slight),
        ):
            seen = counts.to_numpy(dtype=float)
            usual = _usual(level, shares, seen, now, window)
            observed.append(seen)
            expected.append(usual)
            p.append(mid_p(seen, np.maximum(usual, 1e-6), level))
    combined = np.minimum(1.0, len(p) * np.minimum.reduce(p))
    is_enough = observed[0] + observed[1] >= rules.least_cases
    was_alarmed = np.isin(past.area_ids, list(alarmed))
    is_alarm = is_enough & (
        discoveries(combined, rules.false_discovery, LOOKS)
        | (was_alarmed & discoveries(combined, rules.keep_until, LOOKS))
    )
    return pd.DataFrame(
        {
            "area_id": past.area_ids,
            "observed": (observed[0] + observed[1]).astype(np.int64),
            "expected": expected[0] + expected[1],
            "observed_grave": observed[0].astype(np.int64),
            "expected_grave": expected[0],
            "observed_6_hours": (observed[2] + observed[3]).astype(np.int64),
            "expected_6_hours": expected[2] + expected[3],
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
