"""The six first-times and the ranking of communities, made by hand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from dashboard.frames import rows
from dashboard.snapshot import Share, Stages

NOT_REACHED = float("nan")
CLOCKS = ["clock", "n", "reached", "median_minutes", "p90_minutes", "followed_minutes", "is_provisional"]
_NOW = (
    ("discovered_reported", 3133, 3133, 5.0, 13.8, 85.1, False),
    ("reported_dispatched", 1183, 1166, 24.9, 65.3, 196.4, True),
    ("dispatched_resolved", 1166, 1038, 153.0, 8520.5, 19_499.9, True),
    ("resolved_fed_back", 5214, 2621, 167.7, NOT_REACHED, 19_865.2, True),
    ("fed_back_evaluated", 998, 551, 707.8, NOT_REACHED, 19_468.2, True),
    ("reported_resolved", 5363, 5218, 10.8, 203.9, 19_532.3, True),
)


def clocks(told: tuple[tuple[object, ...], ...] = _NOW, factor: float = 1.0) -> pd.DataFrame:
    """One row per clock; ``factor`` makes all of them longer or shorter."""
    frame = pd.DataFrame(told, columns=CLOCKS)
    return frame.assign(median_minutes=frame["median_minutes"] * factor, p90_minutes=frame["p90_minutes"] * factor)


def stages(communities: pd.DataFrame, today: date) -> Stages:
    """An afternoon's clocks: evaluation is slowest, and half of the feedback is still waited for."""
    chance = np.random.default_rng(8)
    parts = []
    for index, community in enumerate(rows(communities)):
        part = clocks(factor=float(chance.uniform(0.6, 1.6))).drop(columns="is_provisional")
        if index == 3:
            part.loc[part["clock"] == "fed_back_evaluated", "median_minutes"] = NOT_REACHED
        parts.append(part.assign(area_id=community.area_id, name_zh=community.name_zh, name_en=community.name_en))
    return Stages(
        period=(today - timedelta(days=13), today),
        clocks=clocks(),
        before=clocks(factor=1.08),
        communities=pd.concat(parts, ignore_index=True),
        urgent=Share(57, 57),
        urgent_before=Share(68, 68),
        urgent_limit=timedelta(minutes=30),
        ordinary=Share(11_104, 11_087),
        ordinary_before=Share(11_150, 11_150),
        ordinary_limit=timedelta(hours=2),
    )


def only(*recorded: str, today: date) -> Stages:
    """The clocks of sources that record some stages only, without communities and without dispatch."""
    frame = clocks()
    chosen = frame[frame["clock"].isin(recorded)]
    names = ["area_id", "name_zh", "name_en", *CLOCKS[:-1]]
    limits = (timedelta(minutes=30), timedelta(hours=2))
    period = (today - timedelta(days=13), today)
    nothing = pd.DataFrame(columns=names)
    return Stages(period, chosen, frame.iloc[:0], nothing, None, None, limits[0], None, None, limits[1])


def ranking(communities: pd.DataFrame) -> pd.DataFrame:
    """Communities in the order given; the first stands out."""
    size = len(communities)
    made = [
        {
            "area_id": row.area_id, "name_zh": row.name_zh, "name_en": row.name_en, "kind": "community",
            "rank": at + 1, "rank_low": max(1, at - 1), "rank_high": 2 if at == 0 else min(size, at + 4),
            "ranked_of": size, "tier": 1 if at == 0 else 2, "movement": (0, 1, 0, -1)[at % 4], "score": 90.0 - at,
            "n": 400 + 10 * at,
        }
        for at, row in enumerate(rows(communities))
    ]  # fmt: skip
    return pd.DataFrame(made)
