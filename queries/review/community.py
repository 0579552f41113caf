"""The community condition index in the meeting: how calm each one is, what its score is made of, by which rules."""

from typing import Any, Final

import pandas as pd

from queries import condition
from queries.privacy import SMALLEST_CELL
from queries.review.asked import Asking
from queries.review.document import Holds, Section, records, table_of

CONDITION: Final = {
    "area": Holds.KEY,
    "name": Holds.NAME,
    "score": Holds.POINTS,
    "low": Holds.POINTS,
    "high": Holds.POINTS,
    "state": Holds.TEXT,
    "is_clear": Holds.FLAG,
    "n": Holds.COUNT,
    "per_thousand": Holds.NUMBER,
    "change": Holds.POINTS,
    "change_low": Holds.POINTS,
    "change_high": Holds.POINTS,
}
PARTS: Final = {
    "area": Holds.KEY,
    "indicator": Holds.KEY,
    "counted": Holds.COUNT,
    "n": Holds.NUMBER,
    "value": Holds.RATIO,
    "weight": Holds.RATIO,
    "points": Holds.POINTS,
    "earned": Holds.POINTS,
}
RULES: Final = {"indicator": Holds.KEY, "weight": Holds.RATIO, "zero": Holds.RATIO, "full": Holds.RATIO}


def community_condition(ask: Asking) -> Section:
    """The index of each community with its parts. Petitions of one or two are not told."""
    found = condition.index(ask.connection, ask.filter, ask.unit_level)
    rows = []
    for row in records(found.table):
        name = {"zh": str(row["name_zh"]), "en": str(row["name_en"])}
        rows.append([(row | {"area": str(row["area_id"]), "name": name}).get(each) for each in CONDITION])
    parts = [
        [(row | {"area": str(row["area_id"]), "counted": _told(row)}).get(each) for each in PARTS]
        for row in records(found.parts)
    ]
    rules = [
        [vars(each).get("id" if name == "indicator" else name) for name in RULES] for each in found.rules.indicators
    ]
    about = [
        ("level", found.level),
        ("rules", str(found.rules.valid_from)),
        ("steady", f"{found.rules.steady:g}"),
        ("watch", f"{found.rules.watch:g}"),
    ]
    return Section(
        "condition",
        (
            table_of("condition", CONDITION, rows),
            table_of("condition_parts", PARTS, parts),
            table_of("condition_about", {"fact": Holds.KEY, "value": Holds.TEXT}, about),
            table_of("condition_rules", RULES, rules),
        ),
    )


def _told(row: dict[str, Any]) -> int | None:
    counted = None if pd.isna(row["counted"]) else int(row["counted"])
    if counted is not None and row["indicator"] == "petitions" and 0 < counted < SMALLEST_CELL:
        return None
    return counted
