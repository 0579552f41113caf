"""Which units and sources stand out so far that their cases are to be looked at.

What is expected of a unit is the share its peers have (the other units of its kind, itself left out), with as much
variation between units as the peers themselves show (beta-binomial), and the doubt of a small group of peers on top.
Where it has too few peers, its own past stands for them. The p-value is the exact mid-p of the count observed
(Lancaster 1961). Benjamini and Hochberg 1995 over the units that have enough cases to be asked about. What survives
must also matter: a large ratio, a large share, and a rate that changes without the cases.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from queries.statistics.configuration import FindingRule, FindingRules
from queries.statistics.rates import PRECISIONS
from queries.statistics.risk import discoveries

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

UNIT_COLUMNS: Final = (
    *("finding", "area_id", "kind", "cutoff", "figure", "n", "observed", "expected", "n_before", "observed_before"),
    *("p", "is_called", "value", "value_without", "case_ids"),
)
SOURCE_COLUMNS: Final = (
    *("finding", "source", "name_zh", "name_en", "figure", "n", "observed", "expected", "since", "until"),
    *("is_running", "p", "is_called", "value", "value_without", "case_ids"),
)
SILENT, REPEATS, SENT_AGAIN = "source_silent", "source_repeats", "source_sent_again"
#: Of the share of a group: half a case more, half a case less (Jeffreys).
HALF: Final = 0.5
#: Of its own reports, that fewer can be told at all.
LEAST_EXPECTED: Final = 10.0
#: Gain of log-likelihood from which units are taken to differ: one in six groups of equals are, in favour of its units.
BEYOND_CHANCE: Final = 0.5


def mid_p(n: Array, observed: Array, share: Array, trust: Array, *, fewer: bool = False) -> Array:
    """P(more) + ½ P(as many), or with ``fewer`` P(fewer) + ½ P(as many), under a beta-binomial of mean ``share`` and
    precision ``trust`` (how many cases' worth of certainty there is about the share).
    """
    law = scipy.stats.betabinom(n.astype(np.int64), share * trust, (1 - share) * trust)
    k = observed.astype(np.int64)
    tail = law.cdf(k - 1) if fewer else law.sf(k)
    return np.asarray(np.clip(tail + 0.5 * law.pmf(k), 0.0, 1.0))


def _precision(n: Array, observed: Array, pooled: float) -> float:
    """How many cases' worth of trust the units' common share deserves; infinite unless they differ beyond chance.

    A few events say nothing about how much units vary, and the likeliest precision of none is the lowest: the binomial
    stands unless the likelihood gains by BEYOND_CHANCE.
    """
    a, b = PRECISIONS[:, None] * pooled, PRECISIONS[:, None] * (1 - pooled)
    likelihood = (scipy.special.betaln(a + observed, b + n - observed) - scipy.special.betaln(a, b)).sum(axis=1)
    plain = (scipy.special.xlogy(observed, pooled) + scipy.special.xlog1py(n - observed, -pooled)).sum()
    best = int(np.argmax(likelihood))
    return float(PRECISIONS[best]) if likelihood[best] - plain > BEYOND_CHANCE else float("inf")


def compare(
    n: Array, observed: Array, rules: FindingRules, usual: float | None = None, *, fewer: bool = False
) -> tuple[Array, Array]:
    """Expected share of each of a group's units by the others, and the mid-p of what was observed.

    ``usual``: the share one would expect without knowing the others, worth a few cases of theirs.
    """
    share = HALF if usual is None else usual
    weight = 2 * HALF if usual is None else rules.usual_weight
    others = n.sum() - n + weight
    expected = (observed.sum() - observed + weight * share) / others
    plain = mid_p(n, observed, expected, others, fewer=fewer)
    common = (plain >= rules.outlier) & (n > 0)
    trust = np.inf
    if common.sum() >= rules.least_peers:
        pooled = float((observed[common].sum() + weight * share) / (n[common].sum() + weight))
        trust = _precision(n[common], observed[common], pooled)
    return expected, mid_p(n, observed, expected, 1 / (1 / trust + 1 / others), fewer=fewer)


def _grouped(evidence: pd.DataFrame, rules: FindingRules, usual: float | None, *, fewer: bool) -> tuple[Array, Array]:
    """Expected share and mid-p of every row by its peers; NaN where there are too few of any kind."""
    share, p = np.full(len(evidence), np.nan), np.full(len(evidence), np.nan)
    n, observed = (evidence[name].to_numpy(dtype=float) for name in ("n", "observed"))
    cutoff, kind = (evidence[name].to_numpy(dtype=object) for name in ("cutoff", "kind"))
    for each in pd.unique(cutoff):
        everyone = np.flatnonzero(cutoff == each)
        for name in pd.unique(kind[everyone]):
            own = everyone[kind[everyone] == name]
            group = own if len(own) >= rules.least_peers else everyone
            if len(group) >= rules.least_peers:
                of_group = compare(n[group], observed[group], rules, usual, fewer=fewer)
                is_own = np.isin(group, own)
                share[own], p[own] = of_group[0][is_own], of_group[1][is_own]
    return share, p


def _past(evidence: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """n_before and observed_before of each row; 0 where the unit had nothing then."""
    if before is None:
        return evidence.assign(n_before=0, observed_before=0)
    earlier = before[["area_id", "cutoff", "n", "observed"]].rename(
        columns={"n": "n_before", "observed": "observed_before"}
    )
    joined = evidence.merge(earlier, on=["area_id", "cutoff"], how="left")
    counts = ["n_before", "observed_before"]
    joined[counts] = joined[counts].fillna(0).astype("int64")
    return joined


def _no_cases(rows: pd.DataFrame) -> pd.Series:
    """An empty list of cases for each row."""
    return pd.Series([[] for _ in rows.index], index=rows.index, dtype=object)


def _rate(good: pd.Series, n: pd.Series) -> Array:
    total = n.to_numpy(dtype=float)
    return np.asarray(
        np.divide(good.to_numpy(dtype=float), total, out=np.full(len(total), np.nan), where=total > 0), dtype=float
    )


def decide(
    evidence: pd.DataFrame, rule: FindingRule, rules: FindingRules, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per row of the evidence that had enough cases to be asked about (UNIT_COLUMNS), most surprising first.

    ``evidence``, ``before``: queries.findings.EVIDENCE of the period and of the equal period before; of fewer_reports
    REPORTS, whose n holds its past already. value and value_without: the flattered rate as it stands, and with every
    suspect case counted in and none as good; of fewer_reports the cases reported, and those expected. p is NaN and
    nothing is called where a unit has neither peers nor a past.
    """
    fewer = "figure_n" not in evidence.columns
    rows = _past(evidence.reset_index(drop=True), before)
    share, p = _grouped(rows, rules, rule.usual, fewer=fewer)
    n, observed = (rows[name].to_numpy(dtype=float) for name in ("n", "observed"))
    n_before, observed_before = (rows[name].to_numpy(dtype=float) for name in ("n_before", "observed_before"))
    alone = np.isnan(p) & (n_before > 0)
    if alone.any():
        trust = n_before[alone] + 2 * HALF
        share[alone] = (observed_before[alone] + HALF) / trust
        p[alone] = mid_p(n[alone], observed[alone], share[alone], trust)
    expected = n * share
    if fewer:
        # what its own past would have become, had it changed as its peers did
        expected = (n - observed) * share / (1 - share)
        value, without = observed, expected
        matters = (observed <= rule.ratio * expected) & (expected >= LEAST_EXPECTED)
    else:
        value, without = (
            _rate(rows["figure_good"], rows["figure_n"]),
            _rate(rows["good_without"], rows["n_without"]),
        )
        matters = (observed >= rule.ratio * expected) & (observed - expected >= rule.excess * n)
        matters &= ~(value - without < rule.gain)  # a rate that no longer has a case is gone altogether
    found = rows.assign(
        finding=rule.id,
        figure=[rule.figures[cutoff] for cutoff in rows["cutoff"]],
        expected=expected,
        p=p,
        value=value,
        value_without=without,
        matters=matters & (observed >= rule.least_observed),
    )
    if "case_ids" not in found.columns:
        found["case_ids"] = _no_cases(found)
    # by n alone, which says nothing of the outcome: the rate of false discoveries is kept
    found = found[(n >= rule.least_n) & ~np.isnan(p)]
    called = discoveries(found["p"].to_numpy(dtype=float), rules.false_discovery)
    found = found.assign(is_called=called & found["matters"].to_numpy(dtype=bool))
    return found[list(UNIT_COLUMNS)].sort_values(["p", "area_id"], ignore_index=True)


def decide_sources(silent: pd.DataFrame, repeating: pd.DataFrame, rules: FindingRules) -> pd.DataFrame:
    """One row per source and finding (SOURCE_COLUMNS). ``silent``: queries.findings.SILENT; ``repeating``: REPEATING.

    Silent: the chance of no case in a stretch where so many were expected, under the variation of the source's own days
    (negative binomial), times the number of stretches the period had (Bonferroni). Repeating: the share of repetitions
    under that of the source's own past. value: cases told; value_without: with the missing ones, without the repeated.
    """
    held = rules.sources
    parts = [_silent(silent)]
    parts[0]["matters"] = parts[0]["expected"].to_numpy(dtype=float) >= held.least_expected
    for finding, prefix in ((REPEATS, ""), (SENT_AGAIN, "batches_")):
        part = _repeating(repeating, finding, prefix)
        n, observed, expected = (part[name].to_numpy(dtype=float) for name in ("n", "observed", "expected"))
        is_large = (observed >= held.ratio * expected) & (observed - expected >= held.excess * n)
        part["matters"] = is_large & (observed >= held.least_observed)
        parts.append(part)
    decided = [
        part.assign(
            is_called=discoveries(part["p"].to_numpy(dtype=float), rules.false_discovery)
            & part["matters"].to_numpy(dtype=bool)
        )
        for part in parts
    ]
    return pd.concat([part[list(SOURCE_COLUMNS)] for part in decided], ignore_index=True)


def _silent(silent: pd.DataFrame) -> pd.DataFrame:
    mean, variance, expected, reported = (
        silent[name].to_numpy(dtype=float) for name in ("daily_mean", "daily_variance", "expected", "reported")
    )
    spread = np.maximum(variance - mean, 1e-9) / np.maximum(mean, 1e-9) ** 2
    nothing = np.exp(-np.log1p(spread * expected) / spread)
    return silent.assign(
        finding=SILENT,
        figure="increment",
        n=silent["reported"],
        observed=0,
        p=np.clip(nothing * (reported + 1), 0.0, 1.0),
        value=reported,
        value_without=reported + expected,
        case_ids=_no_cases(silent),
    )


def _repeating(repeating: pd.DataFrame, finding: str, prefix: str) -> pd.DataFrame:
    names = ("batches", "batches_observed", "batches_before", "batches_observed_before") if prefix else (
        "n", "observed", "n_before", "observed_before"
    )  # fmt: skip
    n, observed, n_before, observed_before = (repeating[name].to_numpy(dtype=float) for name in names)
    trust = n_before + 2 * HALF
    share = (observed_before + HALF) / trust
    never = pd.Series(pd.NaT, index=repeating.index).dt.tz_localize("UTC")
    return repeating.assign(
        finding=finding,
        figure="increment",
        n=n.astype(np.int64),
        observed=observed.astype(np.int64),
        expected=n * share,
        since=never,
        until=never,
        is_running=False,
        p=mid_p(n, observed, share, trust),
        value=n,
        value_without=n - observed,
        case_ids=_no_cases(repeating) if prefix else repeating["case_ids"],
    )
