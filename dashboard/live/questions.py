"""What pages ask of the store by themselves, each answer kept by the moment it is asked as of (see ``ask``)."""

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

import pandas as pd

from dashboard import live
from dashboard.live.past import picture as past_picture
from dashboard.snapshot import Snapshot
from queries import answering, asking, cases, catalogue, escalations, labels, one_case, owing
from queries import evaluation as studies
from queries import findings as honest
from queries import records as kept
from queries.answering import Answer
from queries.answering import Row as AnswerRow
from queries.asking import Asked, AskingError, Words
from queries.cases import LISTED_DAYS, PAGE_ROWS, Only
from queries.catalogue import Figure
from queries.escalations import NO_DEPARTMENT, Cut, Sort
from queries.evaluation import Evaluation, Reached
from queries.figure import By
from queries.filters import Filter
from queries.findings import Findings
from queries.one_case import Told
from queries.owing import Owing
from queries.privacy import SHOWN_SINGLY
from queries.vocabulary import Event, Kind, Level

__all__ = [
    "LISTED_DAYS",
    "NO_DEPARTMENT",
    "PAGE_ROWS",
    "SHOWN_SINGLY",
    "Answer",
    "AnswerRow",
    "Asked",
    "AskingError",
    "By",
    "Cut",
    "Evaluation",
    "Event",
    "Figure",
    "Filter",
    "Findings",
    "Kind",
    "Only",
    "Owing",
    "Reached",
    "Records",
    "Sort",
    "Told",
    "Words",
    "case",
    "cases_behind",
    "departments",
    "evaluation",
    "figure",
    "figures",
    "findings_of_the_day",
    "groupings",
    "hand_ups",
    "kind_labels",
    "level_labels",
    "owed",
    "picture",
    "read",
    "records",
]


def read(words: Words, *, version: int, now: datetime) -> Asked:
    """What a page's address asks. ``version`` of the store: without as_of an answer moves with every record."""
    return live.answers().get(("read", words, version), lambda connection: asking.read(connection, words, now=now))


def kind_labels(day: date) -> pd.DataFrame:
    """Kinds with their names in both languages (labels.WORDS), read once a day."""
    known = live.answers().get(("words", day), labels.words)
    return known[known["topic"] == "kind"]


def picture(filter: Filter, version: int) -> Snapshot:
    """The picture as of a past moment, as then known."""
    return live.past_answers().get(
        (filter.subdistrict_id, filter.as_of), lambda connection: past_picture(connection, filter, version)
    )


def level_labels(day: date) -> pd.DataFrame:
    """Levels a case may be handed to, with their names in both languages (labels.WORDS), read once a day."""
    known = live.answers().get(("words", day), labels.words)
    return known[(known["topic"] == "level") & known["code"].isin(list(Level))]


def departments(subdistrict_id: int, day: date) -> pd.DataFrame:
    """Departments with their names (labels.DEPARTMENTS), read once a day."""
    return live.answers().get(
        ("departments", subdistrict_id, day), lambda connection: labels.departments(connection, subdistrict_id)
    )


def owed(filter: Filter) -> Owing:
    """Who owes answers, and how they came."""
    return live.answers().get(("owed", filter), lambda connection: owing.owing(connection, filter))


def hand_ups(
    filter: Filter, cut: Cut, department: str | None, level: str | None, sort: Sort, page: int, rows: int = PAGE_ROWS
) -> pd.DataFrame:
    """A page of the work list of escalations (escalations.LISTED)."""
    return live.answers().get(
        ("hand-ups", filter, cut, department, level, sort, page, rows),
        lambda connection: escalations.listed(
            connection, filter, cut, department=department, level=level, sort=sort, rows=rows, page=page
        ),
    )


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


class Records(NamedTuple):
    """How the records come: queries.records.LATE and FILES, and when all was last verified."""

    late: pd.DataFrame
    files: pd.DataFrame
    verified: kept.Verified | None


def records(filter: Filter) -> Records:
    """How the records came, as of the last full five minutes before the filter's moment."""
    moment = filter.as_of.replace(minute=filter.as_of.minute // 5 * 5, second=0, microsecond=0)
    asked = replace(filter, as_of=moment)
    return live.answers().get(
        ("records", asked),
        lambda connection: Records(
            kept.late(connection, asked), kept.files(connection, asked), kept.verified(connection, asked)
        ),
    )


def findings_of_the_day(filter: Filter, unit_level: str) -> Findings | None:
    """What is to be looked at in the 28 days before the filter's local day, as of its beginning; None while that is
    being worked out, which takes seconds.
    """
    asked = replace(filter, as_of=filter.midnight(filter.today))
    return live.answers().soon(
        ("findings", asked, unit_level), lambda connection: honest.to_be_looked_at(connection, asked, unit_level)
    )


def evaluation(study: str) -> Evaluation | None:
    """What a study of the product's own forecasts found; None where none was kept. The store is not asked."""
    return studies.evaluations().get(study)


def figures() -> dict[str, Figure]:
    """The catalogue by id, in its order; the store is not asked."""
    return catalogue.figures()


def groupings(figure: Figure) -> tuple[By, ...]:
    """What a figure can be grouped by; empty where its rows are given or it cannot be asked alone."""
    return answering.groupings(figure) if answering.is_asked_alone(figure) else ()


def figure(figure: Figure, asked: Asked, by: By | None, unit_level: str | None, language: str) -> Answer:
    """Any figure of the catalogue in one form. Raises AskingError where it cannot be asked so."""
    wanted = replace(asked, by=by, unit_level=unit_level)
    return live.answers().get(
        ("figure", figure.id, wanted, language),
        lambda connection: answering.answer(connection, figure, wanted, language),
    )
