"""What pages ask of the store by themselves, each answer kept by the moment it is asked as of (see ``ask``)."""

from datetime import date, datetime

import pandas as pd

from dashboard import live
from queries import asking, cases, labels, one_case
from queries.asking import Asked, AskingError, Words
from queries.cases import LISTED_DAYS, PAGE_ROWS, Only
from queries.filters import Filter
from queries.one_case import Told
from queries.privacy import SHOWN_SINGLY
from queries.vocabulary import Event, Kind

__all__ = [
    "LISTED_DAYS",
    "PAGE_ROWS",
    "SHOWN_SINGLY",
    "Asked",
    "AskingError",
    "Event",
    "Filter",
    "Kind",
    "Only",
    "Told",
    "Words",
    "case",
    "cases_behind",
    "kind_labels",
    "read",
]


def read(words: Words, *, version: int, now: datetime) -> Asked:
    """What a page's address asks. ``version`` of the store: without as_of an answer moves with every record."""
    return live.answers().get(("read", words, version), lambda connection: asking.read(connection, words, now=now))


def kind_labels(day: date) -> pd.DataFrame:
    """Kinds with their names in both languages (labels.WORDS), read once a day."""
    known = live.answers().get(("words", day), labels.words)
    return known[known["topic"] == "kind"]


def cases_behind(filter: Filter, only: Only, page: int, rows: int = PAGE_ROWS) -> pd.DataFrame:
    """A page of the cases behind a figure (cases.LISTED)."""
    return live.answers().get(
        ("cases", filter, only, page, rows),
        lambda connection: cases.listed(connection, filter, only, rows=rows, page=page),
    )


def case(filter: Filter, number: int) -> Told | None:
    """One case as known at as_of; None where there is none to be shown."""
    return live.answers().get(
        ("case", filter.subdistrict_id, filter.as_of, number),
        lambda connection: one_case.told(connection, filter, number),
    )
