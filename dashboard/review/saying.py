"""How a number of the review is put into a sentence: what moved is only said where its interval bears it out."""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.review.cells import points as signed_points
from dashboard.review.cells import signed
from dashboard.text import Text

Row = Mapping[str, Any]


def sentence(parts: Iterable[str], words: Text) -> str:
    """The parts that are not empty as one sentence."""
    comma, stop = ("，", "。") if words.language == "zh" else (", ", ".")
    said = comma.join(part for part in parts if part)
    return f"{said}{stop}" if said else ""


def listed(names: Iterable[str], words: Text, most: int = 5) -> str:
    """The names in a row; of many the first, and that there are more."""
    held = list(names)
    shown = ("、" if words.language == "zh" else ", ").join(held[:most])
    more = len(held) - most
    return shown if more <= 0 else words("{names} and {n} more", names=shown, n=words.number(more))


def name_of(row: Row, words: Text, column: str = "name") -> str:
    """What a row of the document is called."""
    held = row.get(column) or {}
    return str(held.get(words.language) or next(iter(held.values()), ""))


def points(change: float, words: Text) -> str:
    """A change of a share in points, without its sign."""
    return words.number(abs(100 * change), 1)


def share(row: Row, words: Text, stem: str = "") -> str:
    """A rate with what it is of: 81.2 % (2,010 of 2,475)."""
    return words(
        "{rate} ({good} of {n})",
        rate=words.percent(row[f"rate{stem}"]),
        good=words.number(row[f"good{stem}"]),
        n=words.number(row[f"n{stem}"]),
    )


def is_clear(low: float | None, high: float | None, nought: float = 0.0) -> int:
    """1 where the interval lies above ``nought``, −1 where below, 0 where it holds it or is not known."""
    if low is None or high is None:
        return 0
    return (low > nought) - (high < nought)


def moved(row: Row, side: str, words: Text) -> str:
    """How a rate stands to the period before, or to the same period last year; nothing where that one is not known."""
    change, low, high = (row.get(f"{name}_{side}") for name in ("change", "low", "high"))
    if change is None or low is None or high is None:
        return ""
    held = {"low": signed_points(low, words), "high": signed_points(high, words), "points": points(change, words)}
    told = {
        ("before", 1): words("up {points} points on the period before ({low} to {high})", **held),
        ("before", -1): words("down {points} points on the period before ({low} to {high})", **held),
        ("before", 0): words("no clear change on the period before ({low} to {high} points)", **held),
        ("last_year", 1): words("up {points} points on the same period last year ({low} to {high})", **held),
        ("last_year", -1): words("down {points} points on the same period last year ({low} to {high})", **held),
        ("last_year", 0): words("no clear change on the same period last year ({low} to {high} points)", **held),
    }
    return told[side, is_clear(low, high)]


def counted(row: Row, side: str, words: Text) -> str:
    """How a count stands to the period before, or to the same period last year."""
    ratio, low, high = (row.get(f"{name}_{side}") for name in ("ratio", "low", "high"))
    if ratio is None or low is None or high is None:
        return ""

    def percent(value: float) -> str:
        return signed_percent(value - 1, words)

    held = {"low": percent(low), "high": percent(high), "share": words.percent(abs(ratio - 1), 0)}
    told = {
        ("before", 1): words("{share} more than in the period before ({low} to {high})", **held),
        ("before", -1): words("{share} fewer than in the period before ({low} to {high})", **held),
        ("before", 0): words("no clear change on the period before ({low} to {high})", **held),
        ("last_year", 1): words("{share} more than in the same period last year ({low} to {high})", **held),
        ("last_year", -1): words("{share} fewer than in the same period last year ({low} to {high})", **held),
        ("last_year", 0): words("no clear change on the same period last year ({low} to {high})", **held),
    }
    return told[side, is_clear(low, high, 1.0)]


def signed_percent(value: float, words: Text) -> str:
    """A share with its sign, in whole per cent."""
    return f"{signed(100 * value, words, 0)}%"
