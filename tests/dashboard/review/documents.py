"""The fixed document of tests/golden/review: a week of thirty units with invented cases and the longest of names; what
its numbers look like, by a formatter of the tests' own.
"""

import json
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from dashboard.review.shown import about, shown
from dashboard.review.table import About, ShownSection
from dashboard.text import Text
from queries.review.document import Column, Holds, Review, Table

GOLDEN: Final = Path(__file__).resolve().parents[2] / "golden" / "review"
#: A section that everybody has something to say of, and the longest that could be said.
SAID: Final = {
    "headline": (
        "Same-day resolution was 80.9%, 3.1 points more than the week before and still below the target of 85%",
        "当日化解率80.9%，较前期上升3.1个百分点，仍低于85%的目标",
    )
}


@cache
def document() -> Review:
    """The document."""
    return Review.read((GOLDEN / "document.json").read_text("utf-8"))


def drawn(words: Text, review: Review | None = None) -> tuple[About, list[ShownSection]]:
    """What is handed to those that make files."""
    return about(review or document(), words), shown(review or document(), words)


def broken(change: Any) -> Review:
    """The document with its JSON changed."""
    held = json.loads(document().text())
    change(held)
    return Review.read(json.dumps(held))


def numbers(table: Table) -> list[list[str]]:
    """For each row of a table of the document what must be read of its numbers where it is printed."""
    return [
        [
            number(table.id, column, float(value))
            for column, value in zip(table.columns, row, strict=True)
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        for row in table.rows
    ]


def number(table: str, column: Column, value: float) -> str:
    """What a number looks like; empty where a word or an arrow stands for it."""
    holds, id = column.holds, column.id
    if id in ("tier", "movement"):
        return {1: "↑", -1: "↓"}.get(int(value), "") if id == "movement" else ""
    if id == "p":
        return "<0.0001" if value < 0.0001 else rounded(value, 4)
    if id in ("value", "value_without"):
        return f"{rounded(100 * value, 1)}%" if value <= 1 else rounded(value, 0)
    if id == "expected":
        return rounded(value, 1)
    if holds is Holds.SHARE:
        return f"{rounded(100 * value, 1)}%"
    if holds is Holds.CHANGE:
        return signed(100 * value, 2 if table.startswith("why_") else 1)
    if holds is Holds.RATIO:
        return f"{signed(100 * (value - 1), 1)}%"
    if holds is Holds.MINUTES:
        return span(value)
    if holds is Holds.POINTS:
        return rounded(value, 1) if id == "score" else signed(value, 1)
    if holds is Holds.NUMBER:
        return rounded(value, 0 if value.is_integer() else 2 if abs(value) < 10 else 1)
    return rounded(value, 0)


def span(minutes: float) -> str:
    """Minutes in the unit that is read best, without the unit."""
    if round(minutes) < 100:
        return rounded(minutes, 0)
    size = minutes / 60 if minutes < 2880 else minutes / 1440
    return rounded(size, 1 if round(size, 1) < 10 else 0)


def rounded(value: float, digits: int) -> str:
    """A number with its thousands apart."""
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):,}"


def signed(value: float, digits: int) -> str:
    """The same with its sign; nought has none."""
    said = rounded(abs(value), digits)
    return said if not said.strip("0.,") else f"{'−' if value < 0 else '+'}{said}"


def bare(text: str) -> str:
    """A text without blanks and line ends."""
    return "".join(text.split())
