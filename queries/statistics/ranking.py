"""The ranking 考评: scores of units with what is not known about them, and only differences that hold.

Scores are drawn many times from each unit's posterior; scores, intervals of ranks, tiers and movement are read off the
draws, so that they agree with one another. Units stand in the order of their scores, so that what a score is made of
also says why a rank is what it is. Kinds (social, enterprise …) are ranked apart.
"""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.statistics.configuration import AssessmentRules, Indicator
from queries.statistics.contributions import MARKS, PART_COLUMNS, contributions, points_of
from queries.statistics.levels import Refusal, cases_of, refusal
from queries.statistics.movement import (
    MOVE_COLUMNS,
    MOVE_PART_COLUMNS,
    Scores,
    moved,
    moved_parts,
    ranks_of,
    tiers,
)
from queries.statistics.rates import adjust, as_effective, drawn, of_kind, standardise

Array = npt.NDArray[np.float64]

INTERVAL: Final = (0.05, 0.95)
#: change: of the grid's own figures against its kind's mean since the period before, in points of 100, with a 90 %
#: interval; NaN without a period before. movement: 1 or -1 where that is beyond chance.
COLUMNS: Final = (
    *("area_id", "kind", "rank", "rank_low", "rank_high", "ranked_of", "tier", "movement", "change", "change_low"),
    *("change_high", "score", "n", "has_marks"),
)


def _marks_of(area_ids: npt.NDArray[np.int64], marks: pd.DataFrame) -> Array | None:
    """The subdistrict's marks in per cent; None unless every unit has some, since half a kind is no yardstick."""
    share = (marks["marks"] / marks["full_marks"]).set_axis(marks["area_id"])
    found = share.reindex(area_ids).to_numpy(dtype=float)
    return None if len(found) == 0 or np.isnan(found).any() else 100 * found


def _draws(
    rows: pd.DataFrame, indicator: Indicator, chance: np.random.Generator, draws: int
) -> tuple[Array, pd.DataFrame]:
    """An indicator's points (draws × units) and what they come from. ``rows``: one per unit, NaN without a case."""
    n, good = rows["n"].fillna(0.0).to_numpy(dtype=float), rows["good"].fillna(0.0).to_numpy(dtype=float)
    pooled = float(np.clip(good.sum() / n.sum(), 0.002, 0.998))
    expected = of_kind(rows["expected"].fillna(pooled).to_numpy(dtype=float), n, good)
    effective = rows["effective"].fillna(0.0).to_numpy(dtype=float)
    rates, mean = drawn(as_effective(good, n, effective, expected), effective, expected, draws, chance)
    points = points_of(adjust(rates, expected, pooled), indicator)
    part = pd.DataFrame(
        {
            "indicator": indicator.id,
            "weight": indicator.weight,
            "n": n.astype(np.int64),
            "effective": effective,
            "good": good.astype(np.int64),
            "expected": expected,
            "rate": adjust(mean, expected, pooled),
            "target": indicator.target,
            "points": points.mean(axis=0),
            "target_points": float(points_of(np.array(indicator.target), indicator)),
        }
    )
    return points, part


def _marks_part(held: Array, weight: float) -> pd.DataFrame:
    """The subdistrict's half as a part; its target is the full marks."""
    values = {
        "indicator": MARKS,
        "weight": weight,
        "n": 0,
        "effective": 0.0,
        "good": 0,
        "expected": np.nan,
        "rate": np.nan,
    }
    return pd.DataFrame({**values, "target": np.nan, "points": held, "target_points": 100.0})


def score(
    area_ids: npt.NDArray[np.int64],
    kind: str,
    standardised: dict[str, pd.DataFrame],
    marks: pd.DataFrame,
    rules: AssessmentRules,
    chance: np.random.Generator,
) -> Scores:
    """Draws the scores of one kind's units. ``standardised``: per indicator n, good, expected, effective by area_id
    (`rates.standardise`).

    An indicator without a case of this kind takes no part; a unit without a case of an indicator is expected to be as
    its kind is. Without marks the grid's figures are the whole score.
    """
    total = np.zeros((rules.draws, len(area_ids)))
    weights = 0.0
    parts: list[pd.DataFrame] = []
    for indicator in rules.indicators:
        rows = standardised[indicator.id].reindex(area_ids)
        if not rows["n"].sum() > 0:
            continue
        points, part = _draws(rows, indicator, chance, rules.draws)
        total += indicator.weight * points
        weights += indicator.weight
        parts.append(part)
    held = _marks_of(area_ids, marks)
    own_share = 1.0 if held is None else 1 - rules.marks_share
    if weights:
        total /= weights
        parts = [part.assign(weight=part["weight"] * (own_share / weights)) for part in parts]
    whole = total
    if held is not None:
        whole = own_share * total + rules.marks_share * held
        parts.append(_marks_part(held, rules.marks_share))
    return Scores(area_ids, whole, total, _named(parts, area_ids, kind), held is not None)


def _named(parts: list[pd.DataFrame], area_ids: npt.NDArray[np.int64], kind: str) -> pd.DataFrame:
    """The parts of all indicators with their units, one unit after the other."""
    if not parts:
        return pd.DataFrame(columns=list(PART_COLUMNS))
    frame = pd.concat([part.assign(area_id=area_ids, kind=kind) for part in parts], ignore_index=True)
    return contributions(frame)


def _change(now: Scores, before: Scores | None, known: npt.NDArray[np.bool_]) -> Array:
    """Draws × units of the change since the period before; NaN for units it did not know.

    Measured on the grid's own figures against its kind's mean. The subdistrict's marks take no part: a period whose
    marks are still missing would move everyone.
    """
    changed = np.full(now.own.shape, np.nan)
    if before is None or not known.any():
        return changed
    relative = now.own - now.own[:, known].mean(axis=1, keepdims=True)
    earlier = before.own - before.own[:, known].mean(axis=1, keepdims=True)
    changed[:, known] = (relative - earlier)[:, known]
    return changed


def place(now: Scores, n: npt.NDArray[np.int64], changed: Array, kind: str) -> pd.DataFrame:
    """Ranks of one kind (COLUMNS), best first: by mean score over the draws; tiers by P(top or bottom fifth) ≥ 0.9."""
    count = len(now.area_ids)
    ranks = ranks_of(now.draws)
    low, high = np.quantile(ranks, INTERVAL, axis=0, method="closest_observation")
    change_low, change_high = np.quantile(changed, INTERVAL, axis=0)
    mean = now.draws.mean(axis=0)
    rank_of = np.argsort(np.lexsort((now.area_ids, -mean))) + 1
    frame = pd.DataFrame(
        {
            "area_id": now.area_ids,
            "kind": kind,
            "rank": rank_of,
            # where units are all alike, one of them stands first by its mean, beyond what its draws reach
            "rank_low": np.minimum(low.astype(np.int64), rank_of),
            "rank_high": np.maximum(high.astype(np.int64), rank_of),
            "ranked_of": count,
            "tier": tiers(ranks),
            "movement": (change_low > 0).astype(np.int64) - (change_high < 0).astype(np.int64),
            "change": changed.mean(axis=0),
            "change_low": change_low,
            "change_high": change_high,
            "score": mean,
            "n": n,
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
    parts: pd.DataFrame  # contributions.PART_COLUMNS: "lost 3.1 points on on_time"
    refused: tuple[Refusal, ...]  # kinds that are not ranked, and why
    moves: pd.DataFrame  # movement.MOVE_COLUMNS, one row per unit with a period before
    moves_parts: pd.DataFrame  # movement.MOVE_PART_COLUMNS


def rank(
    units: pd.DataFrame,
    outcomes: pd.DataFrame,
    marks: pd.DataFrame,
    rules: AssessmentRules,
    *,
    outcomes_before: pd.DataFrame | None = None,
    level: str = "",
) -> Ranking:
    """Ranks units of each kind. ``units``: area_id, kind, and has_before where some have no period before (a redrawn
    grid). ``outcomes``: queries.ranking.OUTCOMES of one period, as ``outcomes_before`` of the equal period before it.
    ``marks``: queries.ranking.MARKS. ``level`` names the units in refusals.

    A kind that cannot be ranked is refused (`levels.refusal`); where all are, the caller asks again one level higher.
    The same arguments give the same ranking: draws are seeded by the rules.
    """
    now, *before = _standardised(outcomes, outcomes_before, rules)
    counted = cases_of(units.sort_values("area_id"), outcomes)  # draws do not hang on the order of rows
    tables, parts, refused = [], [], []
    moves, moves_parts = [], []
    for kind, members in counted.groupby("kind", sort=False):
        salt = zlib.crc32(str(kind).encode())
        area_ids, n = members["area_id"].to_numpy(dtype=np.int64), members["n"].to_numpy(dtype=np.int64)
        found = refusal(level, str(kind), n, rules)
        if found is not None:
            refused.append(found)
            continue
        scored = score(area_ids, str(kind), now, marks, rules, np.random.default_rng([rules.seed, salt, 0]))
        earlier, known = None, np.zeros(len(area_ids), dtype=np.bool_)
        if before and outcomes_before is not None:
            chance = np.random.default_rng([rules.seed, salt, 1])
            earlier = score(area_ids, str(kind), before[0], marks.iloc[:0], rules, chance)
            known = cases_of(members, outcomes_before)["n"].to_numpy(dtype=np.int64) > 0
            if "has_before" in members:
                known &= members["has_before"].to_numpy(dtype=np.bool_)
        changed = _change(scored, earlier, known)
        tables.append(place(scored, n, changed, str(kind)))
        parts.append(scored.parts)
        if earlier is not None and known.any():
            moves.append(moved(scored, earlier, known, changed, str(kind)))
            moves_parts.append(moved_parts(scored.parts, earlier.parts, area_ids[known]))
    return Ranking(
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS)),
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(PART_COLUMNS)),
        tuple(refused),
        pd.concat(moves, ignore_index=True) if moves else pd.DataFrame(columns=list(MOVE_COLUMNS)),
        pd.concat(moves_parts, ignore_index=True) if moves_parts else pd.DataFrame(columns=list(MOVE_PART_COLUMNS)),
    )
