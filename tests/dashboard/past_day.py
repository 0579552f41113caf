"""The last day of the invented town: levels that come and go, cases with two busy times, neighbours around it."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from shapely import Polygon
from shapely.geometry import mapping

from dashboard.snapshot import Replay, Step

LEVELS = ("red", "orange", "yellow", "blue")
_SHARES = (0.03, 0.17, 0.3, 0.5)


def replay(grids: pd.DataFrame, now: datetime, *, count: int = 330, known: int = 48, calm: float = 0.75) -> Replay:
    """A day that ends as the grids stand; ``known``: how many of its 48 steps the server has worked out."""
    random = np.random.default_rng(11)
    newest = now - timedelta(minutes=now.minute % 30, seconds=now.second, microseconds=now.microsecond)
    moments = tuple(newest - timedelta(minutes=30 * (47 - number)) for number in range(48))
    levels = dict(zip(grids["area_id"].tolist(), grids["level"].tolist(), strict=True))
    steps: list[Step] = []
    for moment in reversed(moments):
        flagged = tuple((area, level) for area, level in levels.items() if level != "normal")
        steps.append(Step(moment, flagged))
        for area in random.choice(grids["area_id"].to_numpy(), 4, replace=False).tolist():
            levels[area] = "normal" if random.random() < calm else str(random.choice(LEVELS, p=_SHARES))
    hours = np.concatenate([random.normal(4, 2.0, count // 2), random.normal(18, 3.0, count - count // 2)]) % 24
    chosen = grids.iloc[random.integers(0, len(grids), count)]
    has_place = random.random(count) < 0.85
    spread = random.normal(0, 0.0011, (count, 2))
    cases = pd.DataFrame(
        {
            "reported_at": [now - timedelta(hours=float(hour)) for hour in hours],
            "risk": random.choice(LEVELS, count, p=_SHARES),
            "area_id": chosen["area_id"].to_numpy(),
            "lon": np.where(has_place, chosen["lon"].to_numpy(dtype=float) + spread[:, 0], np.nan),
            "lat": np.where(has_place, chosen["lat"].to_numpy(dtype=float) + spread[:, 1], np.nan),
        }
    )
    cases = cases.sort_values("reported_at", kind="stable", ignore_index=True)
    return Replay(moments, tuple(reversed(steps[:known])), cases)


def neighbours(own: Any, west: float, south: float, width: float, height: float) -> pd.DataFrame:
    """Four areas around a place of those bounds and that outline, which touch it and each other."""
    x, y = west + width / 2, south + height / 2
    far, high = 2.6 * width, 1.6 * height
    corners = {
        ("公明街道", "Gongming"): ((x, y), (x - far, y - 0.4 * high), (x - far, y + high), (x - 0.2 * far, y + high)),
        ("新湖街道", "Xinhu"): ((x, y), (x - 0.2 * far, y + high), (x + far, y + high), (x + far, y + 0.5 * high)),
        ("凤凰街道", "Fenghuang"): ((x, y), (x + far, y + 0.5 * high), (x + far, y - high), (x + 0.4 * far, y - high)),
        ("玉塘街道", "Yutang"): ((x, y), (x + 0.4 * far, y - high), (x - far, y - high), (x - far, y - 0.4 * high)),
    }
    rows: list[dict[str, Any]] = [
        {"area_id": 900 + number, "name_zh": zh, "name_en": en, "boundary": mapping(Polygon(ring).difference(own))}
        for number, ((zh, en), ring) in enumerate(corners.items())
    ]
    return pd.DataFrame(rows)


def counted(grids: pd.DataFrame) -> pd.DataFrame:
    """Police reports and petitions of some grids, small cells hidden as the store's answers have them."""
    random = np.random.default_rng(4)
    rows = [
        {"area_id": int(area), "kind": kind, "n": int(random.poisson(mean))}
        for kind, mean in (("police_report", 3.0), ("petition", 1.0))
        for area in grids["area_id"]
    ]
    frame = pd.DataFrame(rows)
    frame = frame[frame["n"] > 0].reset_index(drop=True)
    return frame.assign(n=frame["n"].astype("Int64").mask((frame["n"] < 3).to_numpy()))
