"""The review 例会: a meeting's figures as one document, made once, frozen, and told apart from what is known later."""

from queries.review.document import Before, Column, Holds, Review, Section, Table
from queries.review.make import make
from queries.review.period import Period, PeriodError, read_period
from queries.review.restatement import Change, changes

__all__ = [
    "Before",
    "Change",
    "Column",
    "Holds",
    "Period",
    "PeriodError",
    "Review",
    "Section",
    "Table",
    "changes",
    "make",
    "read_period",
]
