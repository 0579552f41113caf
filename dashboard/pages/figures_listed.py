"""Owns what the rows show of figures that are neither a count nor a rate: a list, times from stage to stage."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from dashboard.live.questions import AnswerRow
from dashboard.pages.figures_words import column_word
from dashboard.pages.laptop.frame import spoken
from dashboard.pages.laptop.state import Question
from dashboard.review.cells import minutes
from dashboard.text import NO_RATE, Text


class Column(NamedTuple):
    """``head``: what the column is called; ``cell``: what a row has in it."""

    head: Callable[[Text], str]
    cell: Callable[[AnswerRow, Question, Text], str]


def _further(name: str) -> Column:
    """A further column of the answer."""

    def cell(row: AnswerRow, question: Question, words: Text) -> str:
        value = row.extras.get(name)
        if isinstance(value, datetime):
            return spoken(value, question.asked.filter, words)
        return NO_RATE if value is None else str(value)

    return Column(lambda words: column_word(name, words), cell)


def _time(name: str, head: Callable[[Text], str]) -> Column:
    """A time in its largest unit; more than the longest time followed where so many were not through by then."""
    return Column(head, lambda row, _, words: minutes(row.extras.get(name), row.extras, words))


#: By figure: its columns, in place of numerator, denominator and rate.
LISTED: Final[Mapping[str, tuple[Column, ...]]] = {
    "escalations_pending": (_further("area"), _further("department"), _further("deadline_at")),
    "stage_clocks": (
        Column(lambda words: words("Cases"), lambda row, _, words: words.number(row.denominator or 0)),
        _time("median_minutes", lambda words: words("Median time")),
        _time("p90_minutes", lambda words: words("90th percentile")),
    ),
}
