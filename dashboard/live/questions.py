"""What pages ask of the store by themselves, each answer kept by the moment it is asked as of (see ``ask``)."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection

from dashboard import live
from dashboard.live.narrowed import narrowed, quarter, units_beside
from dashboard.live.past import picture as past_picture
from dashboard.snapshot import Snapshot
from queries import answering, asking, cases, catalogue, comparison, escalations, labels, one_case, owing, why
from queries import deliveries as delivered
from queries import evaluation as studies
from queries import findings as honest
from queries import records as kept
from queries.answering import Answer
from queries.answering import Row as AnswerRow
from queries.asking import Asked, AskingError, Words
from queries.cases import LISTED_DAYS, PAGE_ROWS, STANDING, Narrowed, Only, listed_days
from queries.catalogue import Figure
from queries.compared import COMPARED
from queries.comparison import Against
from queries.escalations import NO_DEPARTMENT, Cut, Sort
from queries.evaluation import Evaluation, Reached
from queries.figure import By, NotRecordedError
from queries.filters import Filter
from queries.findings import Findings
from queries.one_case import Told
from queries.owing import Owing
from queries.privacy import SHOWN_SINGLY, SMALLEST_CELL
from queries.statistics.configuration import finding_rules
from queries.statistics.differences import wilson
from queries.vocabulary import Event, Kind, Level, Risk
from queries.why import Change, Side, Why, against_of, with_period
from queries.why import groupings as change_groupings

__all__ = [
    "LISTED_DAYS",
    "NO_DEPARTMENT",
    "PAGE_ROWS",
    "SHOWN_SINGLY",
    "SMALLEST_CELL",
    "STANDING",
    "Against",
    "Answer",
    "AnswerRow",
    "Asked",
    "AskingError",
    "By",
    "Change",
    "Cut",
    "Evaluation",
    "Event",
    "Figure",
    "Filter",
    "Findings",
    "Kind",
    "Narrowed",
    "NotRecordedError",
    "Only",
    "Owing",
    "Reached",
    "Records",
    "Risk",
    "Side",
    "Sort",
    "Told",
    "Why",
    "Words",
    "against_of",
    "begin_standing",
    "case",
    "cases_behind",
    "change",
    "change_groupings",
    "course",
    "departments",
    "evaluation",
    "figure",
    "figures",
    "findings_of",
    "findings_of_the_day",
    "groupings",
    "hand_ups",
    "key_labels",
    "kind_labels",
    "level_labels",
    "listed_days",
    "narrowed",
    "owed",
    "picture",
    "read",
    "records",
    "standing",
    "target",
    "types",
    "wilson",
    "with_period",
]


def read(words: Words, snapshot: Snapshot, *, now: datetime) -> Asked:
    """What the address of a page beside this picture asks, of its subdistrict; without as_of, as of the newest record
    that the picture has seen. Raises AskingError.
    """
    shown = snapshot.place.subdistrict_id
    known = live.answers().get(  # names and days hold for longer than one record
        ("read", words, shown, quarter(snapshot.as_of)),
        lambda connection: asking.read(connection, words, now=now, subdistrict_id=shown),
    )
    return known if words.as_of is not None else replace(known, filter=replace(known.filter, as_of=snapshot.as_of))


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
    sides = owing.sides(filter)
    cells = [(("owed cells", side), partial(escalations.owed, filter=side)) for side in sides]
    live.answers().begin(*cells[1])
    now, before = (live.answers().get(*each) for each in cells)
    return live.answers().get(("owed", filter), lambda connection: owing.owing(connection, filter, (now, before)))


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


def cases_behind(
    filter: Filter, only: Only, page: int, rows: int = PAGE_ROWS, *, narrowed: Narrowed = cases.WHOLE
) -> pd.DataFrame:
    """A page of the cases behind a figure (cases.LISTED)."""
    return live.answers().get(
        ("cases", filter, only, narrowed, page, rows),
        lambda connection: cases.listed(connection, filter, only, narrowed, rows=rows, page=page),
    )


def case(filter: Filter, number: int) -> Told | None:
    """One case as known at as_of; None where there is none to be shown."""
    return live.answers().get(
        ("case", filter.subdistrict_id, filter.as_of, number),
        lambda connection: one_case.told(connection, filter, number),
    )


class Records(NamedTuple):
    """How the records come: queries.records.LATE, FILES and NOTICED, when all was last verified, and how reviews went
    out: queries.deliveries.NEWEST.
    """

    late: pd.DataFrame
    files: pd.DataFrame
    noticed: pd.DataFrame
    verified: kept.Verified | None
    deliveries: pd.DataFrame


def records(filter: Filter) -> Records:
    """How the records came, as of the last full five minutes before the filter's moment; where nothing has come in for
    longer, as of the last record itself.
    """
    moment = filter.as_of
    if live.utc_now() - moment < timedelta(minutes=5):
        moment = moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
    asked = replace(filter, as_of=moment)
    return live.answers().get(
        ("records", asked),
        lambda connection: Records(
            kept.late(connection, asked),
            kept.files(connection, asked),
            kept.noticed(connection, asked),
            kept.verified(connection, asked),
            delivered.newest(connection, asked),
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
    return live.answers().get(*_figure(figure, asked, by, unit_level, language))


def figure_soon(figure: Figure, asked: Asked, by: By | None, unit_level: str | None, language: str) -> Answer | None:
    """The same; None while it takes longer than a viewer is to wait: it comes later."""
    return live.answers().soon(*_figure(figure, asked, by, unit_level, language))


def _figure(
    figure: Figure, asked: Asked, by: By | None, unit_level: str | None, language: str
) -> tuple[Hashable, Callable[[Connection], Answer]]:
    wanted = replace(asked, by=by, unit_level=unit_level)
    key = ("figure", figure.id, wanted, language)
    return key, lambda connection: answering.answer(connection, figure, wanted, language)


def change(figure: str, filter: Filter, against: Against | timedelta, by: By, unit_level: str | None) -> Why:
    """A rate beside an earlier period, and the change told by parts that add up to it. Raises NotRecordedError, and
    AskingError where nothing was recorded then.
    """
    if by is By.AREA and unit_level is not None:  # units do not add up to the whole, which is asked meanwhile
        live.answers().begin(*units_beside(figure, filter, against, unit_level))
        whole = live.answers().get(
            ("change", figure, filter, against), lambda connection: why.changed(connection, figure, filter, against)
        )
        units = live.answers().get(*units_beside(figure, filter, against, unit_level))
        return Why(whole, by, unit_level, why.told(whole, units))
    return live.answers().get(
        ("change", figure, filter, against, by, unit_level),
        lambda connection: why.why(connection, figure, filter, by, against, unit_level=unit_level),
    )


def course(figure: str, filter: Filter, by: By) -> pd.DataFrame:
    """A rate (figure.RATE) by day or week. Raises NotRecordedError."""
    return live.answers().get(*_course(figure, filter, by))


def _course(figure: str, filter: Filter, by: By) -> tuple[Hashable, Callable[[Connection], pd.DataFrame]]:
    return ("course", figure, filter, by), lambda connection: COMPARED[figure](connection, filter, by)


def begin_standing(figure: str, filter: Filter) -> None:
    """Ask what `standing` will want, beside what is asked meanwhile."""
    live.answers().begin(*_course(figure, filter, By.TOTAL))


def standing(figure: str, filter: Filter) -> Side:
    """A rate of its whole period. Raises NotRecordedError."""
    frame = course(figure, filter, By.TOTAL)
    if frame.empty:
        return Side(0, 0, is_provisional=True)
    return Side(int(frame["n"].sum()), int(frame["good"].sum()), bool(frame["is_provisional"].any()))


def target(figure: str, day: date) -> float | None:
    """What the figure should reach in a period that begins on the day; None where nothing says."""
    return comparison.target(figure, day) if figure in comparison.with_target() else None


def key_labels(filter: Filter, by: By, language: str) -> dict[str, tuple[str, str]]:
    """By key of an answer grouped so: its label, and its code in addresses. Read once a day."""

    def read(connection: Connection) -> dict[str, tuple[str, str]]:
        names = labels.of_keys(connection, filter, by, language)
        codes = labels.area_codes(connection, filter) if by is By.AREA else {}
        if by is By.TYPE:
            codes = {str(row.type_id): str(row.code) for row in labels.case_types(connection).itertuples()}
        return {key: (name, codes.get(key, key)) for key, name in names.items()}

    return live.answers().get(("keys", filter.subdistrict_id, filter.today, by, language), read)


def types(day: date) -> pd.DataFrame:
    """Matters and lines of duty (labels.CASE_TYPES), read once a day."""
    return live.answers().get(("types", day), labels.case_types)


def findings_of(figure: str) -> list[str]:
    """The findings that ask about a figure, by their id in the catalogue; the store is not asked."""
    return [rule for rule, held in finding_rules().findings.items() if figure in held.figures.values()]
