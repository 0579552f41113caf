"""Owns how the ranking is put: tiers within a kind, intervals instead of positions, the two ends in one line each."""

from typing import Any

import pandas as pd

from dashboard.frames import rows
from dashboard.snapshot import Snapshot
from dashboard.text import Text
from dashboard.widgets.panels.names import apart
from dashboard.widgets.panels.verdict import units

_ARROWS = {1: "↑", -1: "↓"}


def ranking(snapshot: Snapshot, words: Text) -> dict[str, Any]:
    """Groups by kind of unit, best tier first; ``ends`` for screens with little room."""
    frame = snapshot.ranking
    return {
        "groups": [_group(kind, members, words) for kind, members in _by_kind(frame).items()],
        "communities": [
            _group(kind, members, words) for kind, members in _by_kind(snapshot.ranking_communities).items()
        ],
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


def _by_kind(frame: pd.DataFrame) -> dict[str, list[Any]]:
    kinds: dict[str, list[Any]] = {}
    for row in rows(frame):
        kinds.setdefault(str(row.kind), []).append(row)
    return kinds


def _group(kind: str, members: list[Any], words: Text) -> dict[str, Any]:
    size = int(max(row.ranked_of for row in members))
    names = [words.label(row) for row in members]
    named = list(zip(members, apart(names) if kind == "community" else names, strict=True))
    by_tier = {tier: [_row(row, name) for row, name in named if row.tier == tier] for tier in (1, 2, 3)}
    tiers = [
        {"tier": tier, "title": tier_name(tier, words), "count": words.number(len(listed)), "rows": listed}
        for tier, listed in by_tier.items()
        if listed
    ]
    return {
        "kind": kind,
        "title": f"{kind_name(kind, words)} {words.number(size)}",
        "note": f"1–{size}",
        "size": size,
        "tiers": tiers,
    }


def _row(row: Any, name: str) -> dict[str, Any]:
    return {
        "id": f"rank{row.area_id}",
        "name": name,
        "move": _ARROWS.get(int(row.movement), ""),
        "rank": float(row.rank),
        "low": int(row.rank_low),
        "high": int(row.rank_high),
    }


def _ends(frame: pd.DataFrame, words: Text) -> list[dict[str, Any]]:
    lines = []
    for tier in (1, 3):
        members = [row for row in rows(frame) if row.tier == tier]
        if members:
            best_first = sorted(members, key=lambda row: row.score, reverse=tier == 1)
            names = [words.label(row) for row in best_first]
            label = words("Ranking: ahead") if tier == 1 else words("Ranking: behind")
            lines.append({"label": label, "names": names[:12]})
    return lines
