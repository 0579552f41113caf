"""How the tables are printed that follow up, tell conditions and new cases, and look ahead."""

from collections.abc import Callable
from typing import Final

from dashboard.review import cells
from dashboard.review.printing import Column, Row, bracketed, number, plain_column, span
from dashboard.text import NO_RATE, Text


def _interval(value: str, low: str, high: str, words: Text) -> Callable[[Row], str]:
    """A value with the bounds that stand in other columns."""

    def said(row: Row) -> str:
        if number(row, low) is None or number(row, high) is None:
            return row[value].text
        return bracketed(row[value].text, span(row[low].text, row[high].text, words))

    return said


def _condition(words: Text) -> list[Column]:
    return [
        plain_column(words("Community"), "name", is_number=False),
        Column(words("Score"), _interval("score", "low", "high", words)),
        plain_column(words("Condition"), "state", is_number=False),
        plain_column(words("Clear"), "is_clear", is_number=False),
        Column(words("Change"), _interval("change", "change_low", "change_high", words)),
        plain_column(words("Number of cases"), "n"),
        plain_column(words("Cases per thousand residents"), "per_thousand"),
    ]


def _risen(first: str, head: str, words: Text) -> list[Column]:
    def more(row: Row) -> str:
        ratio, low, high = (number(row, name) for name in ("ratio", "low", "high"))
        if ratio is None:
            return NO_RATE
        if low is None or high is None:
            return cells.per_cent_more(ratio, words)
        interval = span(cells.per_cent_more(low, words), cells.per_cent_more(high, words), words)
        return bracketed(cells.per_cent_more(ratio, words), interval)

    return [
        plain_column(head, first, is_number=False),
        plain_column(words("Number of cases"), "n"),
        Column(words("Period before"), lambda row: row["n_before"].text or NO_RATE),
        Column(words("Change"), more),
        plain_column(words("Chance of as much"), "p"),
    ]


def _types(words: Text) -> list[Column]:
    risen = plain_column(words("Clearly risen"), "is_risen", is_number=False)
    return [*_risen("name", words("Matter"), words), risen]


def _communities(words: Text) -> list[Column]:
    risen = plain_column(words("Clearly risen"), "is_risen", is_number=False)
    return [*_risen("name", words("Community"), words), risen]


def _watch(words: Text) -> list[Column]:
    def between(row: Row) -> str:
        low, high = number(row, "low"), number(row, "high")
        if low is None or high is None:
            return ""
        if row["value"].text.endswith("%"):  # of a share
            return span(words.percent(low), words.percent(high), words)
        return span(row["low"].text, row["high"].text, words)

    return [
        plain_column(words("Why"), "rule", is_number=False),
        plain_column(words("Which"), "name", is_number=False),
        plain_column(words("It is now"), "value"),
        plain_column(words("It was"), "was"),
        Column(words("90 % interval"), between),
        plain_column(words("Owner"), "owner", is_number=False),
        plain_column(words("Due by"), "due", is_number=False),
    ]


FORMS: Final[dict[str, Callable[[Text], list[Column]]]] = {
    "condition": _condition,
    "increment_types": _types,
    "increment_communities": _communities,
    "watch": _watch,
}
