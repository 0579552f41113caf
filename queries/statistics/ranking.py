"""The ranking 考评: scores of units with what is not known about them, and only differences that hold.

Scores are drawn many times from each unit's posterior; ranks, intervals, tiers and movement are read off the draws, so
that they agree with one another. Kinds (social, enterprise …) are ranked apart.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.statistics.configuration import AssessmentRules, Indicator
from queries.statistics.rates import adjust, posterior, standardise

Array = npt.NDArray[np.float64]

SURE: Final = 0.9
FIFTH: Final = 5
INTERVAL: Final = (0.05, 0.95)
COLUMNS: Final = (
    *("area_id", "kind", "rank", "rank_low", "rank_high", "ranked_of", "tier", "movement", "score", "n", "has_marks"),
)
PART_COLUMNS: Final = ("area_id", "indicator", "n", "good", "expected", "rate", "points", "lost")


@dataclass(frozen=True)
class Scores:
    """Scores of the units of one kind in one period."""

    area_ids: npt.NDArray[np.int64]
    draws: Array  # draws × units, 0-100: the whole score
    own: Array  # draws × units, 0-100: the grid's figures alone, without the subdistrict's marks
    n: npt.NDArray[np.int64]  # cases of the period that count in some indicator
    parts: pd.DataFrame  # PART_COLUMNS, one row per unit and indicator
    has_marks: bool


def _points(rate: Array, indicator: Indicator) -> Array:
    return np.asarray(100 * np.clip((rate - indicator.zero) / (indicator.full - indicator.zero), 0.0, 1.0))


def _marks_of(area_ids: npt.NDArray[np.int64], marks: pd.DataFrame) -> Array | None:
    """The subdistrict's marks in per cent; None unless every unit has some, since half a kind is no yardstick."""
    share = (marks["marks"] / marks["full_marks"]).set_axis(marks["area_id"])
    found = share.reindex(area_ids).to_numpy(dtype=float)
    return None if len(found) == 0 or np.isnan(found).any() else 100 * found


def score(
    area_ids: npt.NDArray[np.int64],
    standardised: dict[str, pd.DataFrame],
    marks: pd.DataFrame,
    rules: AssessmentRules,
    chance: np.random.Generator,
) -> Scores:
    """Draws the scores of one kind's units. ``standardised``: per indicator n, good, expected by
    area_id (`rates.standardise`).

    An indicator without a case of this kind takes no part; a unit without a case of an indicator is expected to be as
    its kind is. Without marks the grid's figures are the whole score.
    """
    total = np.zeros((rules.draws, len(area_ids)))
    weights = 0.0
    cases = np.zeros(len(area_ids), dtype=np.int64)
    parts: list[pd.DataFrame] = []
    for indicator in rules.indicators:
        rows = standardised[indicator.id].reindex(area_ids)
        n, good = rows["n"].fillna(0.0).to_numpy(dtype=float), rows["good"].fillna(0.0).to_numpy(dtype=float)
        if n.sum() == 0:
            continue
        pooled = float(np.clip(good.sum() / n.sum(), 0.002, 0.998))
        expected = rows["expected"].fillna(pooled).to_numpy(dtype=float)
        a, b = posterior(good, n, expected)
        points = _points(adjust(chance.beta(a, b, size=(rules.draws, len(area_ids))), expected, pooled), indicator)
        total += indicator.weight * points
        weights += indicator.weight
        if indicator.id in ("same_day", "on_the_spot"):
            cases += n.astype(np.int64)
        mean = points.mean(axis=0)
        parts.append(
            pd.DataFrame(
                {
                    "area_id": area_ids,
                    "indicator": indicator.id,
                    "n": n.astype(np.int64),
                    "good": good.astype(np.int64),
                    "expected": expected,
                    "rate": adjust(a / (a + b), expected, pooled),
                    "points": mean,
                    "lost": indicator.weight * (100 - mean),
                }
            )
        )
    held = _marks_of(area_ids, marks)
    if weights:
        total /= weights
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(PART_COLUMNS))
    own_share = 1.0 if held is None else 1 - rules.marks_share
    if weights:
        frame["lost"] *= own_share / weights
    whole = total if held is None else own_share * total + rules.marks_share * held
    return Scores(area_ids, whole, total, cases, frame, held is not None)


def _movement(now: Scores, before: Scores | None) -> npt.NDArray[np.int64]:
    """1 better, -1 worse than the period before beyond chance, otherwise 0.

    Measured on the grid's own figures against its kind's mean. The subdistrict's marks take no part: a period whose
    marks are still missing would move everyone. A unit the period before did not know (a redrawn grid) has not moved.
    """
    moved = np.zeros(len(now.area_ids), dtype=np.int64)
    if before is None or len(before.area_ids) == 0:
        return moved
    places = {area_id: place for place, area_id in enumerate(before.area_ids)}
    relative = now.own - now.own.mean(axis=1, keepdims=True)
    earlier = before.own - before.own.mean(axis=1, keepdims=True)
    for column, area_id in enumerate(now.area_ids):
        place = places.get(area_id)
        if place is not None and before.n[place] > 0:
            better = float((relative[:, column] > earlier[:, place]).mean())
            moved[column] = int(better >= INTERVAL[1]) - int(better <= INTERVAL[0])
    return moved


def place(now: Scores, before: Scores | None, kind: str) -> pd.DataFrame:
    """Ranks of one kind (COLUMNS), best first: by mean rank over the draws; tiers by P(top or bottom fifth) ≥ 0.9."""
    count = len(now.area_ids)
    ranks = np.argsort(np.argsort(-now.draws, axis=1, kind="stable"), axis=1, kind="stable") + 1
    fifth = -(-count // FIFTH)
    is_top = (ranks <= fifth).mean(axis=0) >= SURE
    is_bottom = (ranks > count - fifth).mean(axis=0) >= SURE
    low, high = np.quantile(ranks, INTERVAL, axis=0, method="closest_observation")
    rank_of = np.argsort(np.lexsort((now.area_ids, ranks.mean(axis=0)))) + 1
    frame = pd.DataFrame(
        {
            "area_id": now.area_ids,
            "kind": kind,
            "rank": rank_of,
            # where units are all alike, one of them stands first by its mean, beyond what its draws reach
            "rank_low": np.minimum(low.astype(np.int64), rank_of),
            "rank_high": np.maximum(high.astype(np.int64), rank_of),
            "ranked_of": count,
            "tier": np.where(is_top & ~is_bottom, 1, np.where(is_bottom & ~is_top, 3, 2)),
            "movement": _movement(now, before),
            "score": now.draws.mean(axis=0),
            "n": now.n,
            "has_marks": now.has_marks,
        }
    )
    return frame.sort_values("rank", ignore_index=True)


def _standardised(
    outcomes: pd.DataFrame, before: pd.DataFrame | None, rules: AssessmentRules
) -> list[dict[str, pd.DataFrame]]:
    """Per period (now, before), per indicator: units with the rate expected of them, by one model of both periods."""
    periods = [outcomes] if before is None else [outcomes, before]
    pooled = pd.concat([frame.assign(period=number) for number, frame in enumerate(periods)], ignore_index=True)
    found: list[dict[str, pd.DataFrame]] = [{} for _ in periods]
    indicator_of = pooled["indicator"].to_numpy(dtype=object)
    for indicator in rules.indicators:
        units = standardise(pooled[indicator_of == indicator.id])
        for number, held in enumerate(found):
            held[indicator.id] = units[units["period"] == number].set_index("area_id")
    return found


@dataclass(frozen=True)
class Ranking:
    """The ranking of a period and what each unit's score is made of."""

    table: pd.DataFrame  # COLUMNS; kinds one after the other, best first within each; empty where units are too small
    parts: pd.DataFrame  # PART_COLUMNS: "lost 3.1 points on on_time"


def rank(
    units: pd.DataFrame,
    outcomes: pd.DataFrame,
    marks: pd.DataFrame,
    rules: AssessmentRules,
    *,
    outcomes_before: pd.DataFrame | None = None,
) -> Ranking:
    """Ranks units of each kind. ``units``: area_id, kind. ``outcomes``: queries.ranking.OUTCOMES of one period, as
    ``outcomes_before`` of the equal period before it. ``marks``: queries.ranking.MARKS.

    A kind is ranked only where its median unit has at least ``least_median_cases`` cases, and at least five units; the
    caller then asks again one level higher. The same arguments give the same ranking: draws are seeded by the rules.
    """
    now, *before = _standardised(outcomes, outcomes_before, rules)
    tables, parts = [], []
    for position, (kind, members) in enumerate(units.groupby("kind", sort=False)):
        area_ids = members["area_id"].to_numpy(dtype=np.int64)
        if kind in rules.unranked_kinds or len(area_ids) < FIFTH:
            continue
        scored = score(area_ids, now, marks, rules, np.random.default_rng([rules.seed, position, 0]))
        if np.median(scored.n) < rules.least_median_cases:
            continue
        earlier = None
        if before:
            earlier = score(
                area_ids, before[0], marks.iloc[:0], rules, np.random.default_rng([rules.seed, position, 1])
            )
        tables.append(place(scored, earlier, str(kind)))
        parts.append(scored.parts)
    return Ranking(
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS)),
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(PART_COLUMNS)),
    )
