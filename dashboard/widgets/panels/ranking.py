"""Owns how the ranking is put: tiers within a kind, intervals instead of positions, the two ends in one line each."""

from typing import Any

import pandas as pd

from dashboard.frames import rows
from dashboard.snapshot import Snapshot
from dashboard.text import Text
from dashboard.widgets.panels.verdict import units

_ARROWS = {1: "↑", -1: "↓"}


def ranking(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Groups by kind of unit, best tier first; ``ends`` for screens with little room."""
    frame = snapshot.ranking
    return {
        "groups": [_group(str(kind), members, words) for kind, members in frame.groupby("kind", sort=False)],
        "title": words("Ranking"),
        "ends": _ends(frame, words),
        "nothing": words("Too few cases per unit to rank {unit}", unit=units(snapshot, words, 2)),
        "footnotes": [
            words("dot: rank, bar: 90 % interval, best on the left"),
            words("↑↓: moved beyond chance since the period before"),
        ],
    }


def kind_name(kind: str, words: Text) -> str:
    """The name of a kind of unit on the screen; an unknown one as it stands in the store."""
    names = {
        "social": words("Social grids"),
        "enterprise": words("Enterprise grids"),
        "mobile": words("Mobile grids"),
        "community": words("Communities"),
    }
    return names.get(kind, kind)


def tier_name(tier: int, words: Text) -> str:
    """Ahead, alike, behind."""
    return {1: words("Ahead"), 2: words("No clear difference"), 3: words("Behind")}[tier]


def _group(kind: str, frame: pd.DataFrame, words: Text) -> dict[str, Any]:
    size = int(frame["ranked_of"].max())
    tiers = [
        {
            "tier": tier,
            "title": tier_name(tier, words),
            "count": words.number(int((frame["tier"] == tier).sum())),
            "rows": [_row(row, words) for row in rows(frame[frame["tier"] == tier])],
        }
        for tier in (1, 2, 3)
        if (frame["tier"] == tier).any()
    ]
    return {
        "kind": kind,
        "title": f"{kind_name(kind, words)} {words.number(size)}",
        "note": f"1–{size}",
        "size": size,
        "tiers": tiers,
    }


def _row(row: Any, words: Text) -> dict[str, Any]:
    return {
        "id": f"rank{row.area_id}",
        "name": words.label(row),
        "move": _ARROWS.get(int(row.movement), ""),
        "rank": float(row.rank),
        "low": int(row.rank_low),
        "high": int(row.rank_high),
    }


def _ends(frame: pd.DataFrame, words: Text) -> list[dict[str, Any]]:
    lines = []
    for tier in (1, 3):
        members = frame[frame["tier"] == tier].sort_values("score", ascending=tier == 3)
        if len(members):
            names = [words.label(row) for row in rows(members)]
            label = words("Ranking: ahead") if tier == 1 else words("Ranking: behind")
            lines.append({"label": label, "names": names[:12]})
    return lines
