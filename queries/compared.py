"""A figure beside an earlier period or its target, in one form: the rows behind ``python -m queries show --against``.

``show comparison`` is the same of every figure that can be compared, one row each. Definitions: catalogue,
``comparison``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries import (
    comparison,
    deadlines,
    escalations,
    hazards,
    levels,
    petitions,
    place,
    reopenings,
    same_day,
    satisfaction,
    stages,
    volume,
)
from queries.answering import Call, NotedFilter, groupings_of, plain_value, rows_of
from queries.asking import Asked, AskingError, first_record, listed, spoken
from queries.calendar import LastYear
from queries.catalogue import Figure, figures
from queries.comparison import LASTING, Against
from queries.figure import By, NotRecordedError
from queries.filters import Filter
from queries.runner import parameter_names

#: Figures of the shape of a rate or a count, by id, and the function that gives them so.
COMPARED: Final[Mapping[str, comparison.Figure]] = {
    "same_day_resolution": same_day.resolution,
    "on_time": deadlines.on_time,
    "first_visit_resolution": petitions.first_visit_resolution,
    "capital_trips": petitions.capital_trips,
    "on_the_spot": hazards.on_the_spot,
    "base_resolution": levels.base_resolution,
    "reopened": reopenings.reopened,
    "satisfaction": satisfaction.satisfied,
    "escalation_answer": escalations.answered,
    "dispatch_share": stages.dispatch_share,
    "volume": volume.reported,
    "increment_period": volume.reported,
}
#: Those of them that are counts; the others are rates.
COUNTS: Final = frozenset({"volume", "increment_period"})
#: The figure that is all of them side by side, but for the one that is volume under another name.
ALL: Final = "comparison"
_TWICE: Final = "increment_period"

TARGET: Final = "target"
#: What a figure can be held against.
WORDS: Final = (*(against.value for against in Against), TARGET)


@dataclass(frozen=True)
class Side:
    """A figure of one period. A count has the numerator alone."""

    numerator: int
    denominator: int | None
    rate: float | None
    provisional: bool | None  # None: it has no case


@dataclass(frozen=True)
class ComparedRow:
    """One key. ``low`` and ``high`` bound ``ratio`` where there is one (two counts), else ``difference``."""

    figure: str
    key: str | None  # None: the total
    label: str
    code: str | None  # of an area
    now: Side
    before: Side | None = None  # None: against a target, or there is no such period (a redrawn grid)
    target: float | None = None
    difference: float | None = None
    ratio: float | None = None  # now ÷ before; None where nothing was before
    low: float | None = None
    high: float | None = None  # None with a ratio: without end


@dataclass(frozen=True)
class Compared:
    """The answer. ``not_recorded``: figures that no source records, each with the sentence that says so."""

    figure: Figure
    asked: Asked
    language: str
    against: str
    by: By
    unit_level: str  # of the areas, where ``by`` says area
    before: Filter | None  # None: against a target
    calendar: LastYear | None  # how the calendar found last year's period
    rows: tuple[ComparedRow, ...]
    not_recorded: Mapping[str, str]


def words_of(figure: Figure) -> tuple[str, ...]:
    """What the figure can be held against: some of WORDS."""
    if figure.id not in COMPARED and figure.id != ALL:
        return ()
    return tuple(word for word in WORDS if word != TARGET or figure.id in (*comparison.with_target(), ALL))


def against(connection: Connection, figure: Figure, asked: Asked, language: str, word: str) -> Compared:
    """The figure's period against what ``word`` (one of WORDS) says. ``language`` of labels: "zh" or "en".

    Raises AskingError where it cannot be asked so.
    """
    if word not in WORDS:
        raise AskingError("unknown_comparison", given=word, known=listed(WORDS))
    by = asked.by or (By.AREA if asked.unit_level is not None else By.TOTAL)
    if figure.id == ALL:
        chosen = tuple(id for id in COMPARED if id != _TWICE and (word != TARGET or id in comparison.with_target()))
        possible = frozenset({By.TOTAL})
    elif figure.id in COMPARED:
        chosen = (figure.id,)
        held = frozenset(groupings_of(COMPARED[figure.id]))
        possible = held if word == TARGET else held & LASTING
    else:
        raise AskingError("figure_not_compared", figure=figure.id, known=listed(COMPARED, len(COMPARED)))
    if by not in possible:
        known = listed(each for each in By if each in possible)
        raise AskingError("comparison_without_grouping", figure=figure.id, by=by, known=known)
    _check_words(figure, asked, word)
    filter = NotedFilter(**{each.name: getattr(asked.filter, each.name) for each in fields(Filter)})
    level = asked.unit_level or place.subdistrict(connection, filter).unit_level
    before, aligned = (None, None) if word == TARGET else _before(connection, asked.filter, Against(word))
    rows: list[ComparedRow] = []
    not_recorded: dict[str, str] = {}
    for id in chosen:
        call = Call(connection, figures()[id], asked, filter, by, level, language)
        try:
            found = _rows(call, _asked_of(call, word))
        except NotRecordedError as error:
            not_recorded[id] = error.said(language)
            continue
        if figure.id == ALL:
            name = call.figure.name_zh if language == "zh" else call.figure.name_en
            found = [replace(row, key=id, label=name) for row in found]
        rows += found
    return Compared(figure, asked, language, word, by, level, before, aligned, tuple(rows), not_recorded)


def _check_words(figure: Figure, asked: Asked, word: str) -> None:
    first = asked.filter.period_from
    if first is None:
        raise AskingError("comparison_without_period")
    if asked.filter.kinds is not None and (
        figure.id == ALL or "kinds" not in parameter_names(*figure.question.split("/"))
    ):
        raise AskingError("figure_without_kinds", figure=figure.id)
    if word == TARGET and figure.id != ALL:
        try:
            comparison.target(figure.id, first)
        except LookupError:
            known = listed(comparison.with_target())
            raise AskingError("no_target", figure=figure.id, first=first, known=known) from None


def _before(connection: Connection, filter: Filter, against: Against) -> tuple[Filter, LastYear | None]:
    """The filter of the earlier period. Raises AskingError where it begins before anything was recorded."""
    before, aligned = comparison.earlier(connection, filter, against)
    first = first_record(connection, filter.subdistrict_id)
    if first is not None and not comparison.was_recorded(before, first):
        raise AskingError("nothing_before", begin=before.period_from, first=spoken(first, filter.zone))
    return before, aligned


def _asked_of(call: Call, word: str) -> pd.DataFrame:
    function, by = COMPARED[call.figure.id], call.by or By.TOTAL
    level = call.unit_level if by is By.AREA else None
    if word == TARGET:
        return comparison.against_target(function, call.figure.id, call.connection, call.filter, by, unit_level=level)
    return comparison.compare(function, call.connection, call.filter, Against(word), by, unit_level=level).frame


def _rows(call: Call, frame: pd.DataFrame) -> list[ComparedRow]:
    """The frame's rows (comparison.RATE_COLUMNS, COUNT_COLUMNS or TARGET_COLUMNS), each under its label."""
    made = []
    for named, record in zip(rows_of(call, frame[["key"]]), frame.to_dict("records"), strict=True):
        values = {str(name): plain_value(value) for name, value in record.items()}
        values.setdefault("is_provisional_now", values["is_provisional"])
        difference = values["difference"]
        made.append(
            ComparedRow(
                figure=call.figure.id,
                key=named.key,
                label=named.label,
                code=named.extras.get("code"),
                now=_side(values, "", "_now"),
                before=_side(values, "_before", "_before") if values.get("has_before") else None,
                target=values.get("target"),
                difference=int(difference) if difference is not None and "good" not in values else difference,
                ratio=values.get("ratio"),
                low=values["low"],
                high=values["high"],
            )
        )
    return made


def _side(values: Mapping[str, Any], suffix: str, of_side: str) -> Side:
    n, provisional = values[f"n{suffix}"], values[f"is_provisional{of_side}"]
    if "good" in values:
        return Side(values[f"good{suffix}"], n, values[f"rate{suffix}"], provisional)
    return Side(n, None, None, provisional)
