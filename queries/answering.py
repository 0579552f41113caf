"""Asks any figure of the catalogue and brings its answer to one form: rows of a key, a numerator and a denominator.

A figure is found by its ``question``: ``subject/name`` is the function ``queries.<subject>.<name>``, and the arguments
it takes say what it can be asked: ``by`` a grouping, ``unit_level`` a level of areas. Figures whose function gives
something other than rows by ``key`` are brought to the form in queries/adapted.py.
"""

import importlib
import inspect
import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries import figure as figure_module
from queries import labels, place, sources
from queries.asking import Asked, AskingError
from queries.catalogue import Figure
from queries.figure import By, NotRecordedError
from queries.filters import Filter
from queries.runner import parameter_names

#: What a frame's good cases are called, in the order looked for.
GOOD: Final = ("good", "resolved", "on_time", "same_day_resolved")
#: What the cases are called that a rate is of, or that a count counts.
COUNTED: Final = ("n", "reported", "same_day_n", "times")
#: Figures whose numerator and denominator have names of their own.
NAMED: Final[Mapping[str, tuple[str, str]]] = {
    "course": ("same_day_resolved", "same_day_n"),
    "load_per_member": ("n", "member_days"),
    "default_locations": ("cases", "area_cases"),
    "assessment_marks": ("marks", "full_marks"),
    "source_repeats": ("observed", "n"),
}
#: Of these the quotient is no share: the figure tells it by a name of its own.
QUOTIENTS: Final = frozenset({"load_per_member"})
#: Counts whose definition's denominator is the period before: a comparison asks for it.
COMPARED_ALONE: Final = frozenset({"increment_period"})
#: Columns that name a row where there is no ``key``, and what their labels are looked up by (None: the row has them).
KEYS: Final[Mapping[str, By | None]] = {
    "area_id": By.AREA,
    "day": By.DAY,
    "kind": By.KIND,
    "department_id": None,
    "source": None,
}


@dataclass(frozen=True)
class Row:
    """One row of an answer. A rate has numerator and denominator; a count or another value has the numerator alone."""

    key: str | None  # None: the total
    label: str
    numerator: float | None = None
    denominator: float | None = None
    rate: float | None = None
    provisional: bool | None = None  # None: the figure does not say
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """A figure's answer. ``not_recorded``: the sentence that says so, and then there are no rows."""

    figure: Figure
    asked: Asked
    language: str
    by: By | None  # None: the figure's rows are given
    unit_level: str | None  # of the areas that are its rows; None: they are not areas
    period: tuple[date, date] | None  # None: the figure is about the moment of as_of
    rows: tuple[Row, ...]
    not_recorded: str | None = None


@dataclass(frozen=True)
class NotedFilter(Filter):
    """A filter that notes the periods it is asked for, since each figure has its own where none is chosen."""

    noted: list[tuple[date, date]] = field(default_factory=list, compare=False)

    def period(self, days: int) -> tuple[date, date]:
        """As Filter.period; what it gave is kept in ``noted``."""
        found = super().period(days)
        self.noted.append(found)
        return found


Adapter = Callable[["Call"], list[Row]]


@dataclass(frozen=True)
class Call:
    """What an adapter is given: where to ask, what was asked, and whom the rows are labelled for."""

    connection: Connection
    figure: Figure
    asked: Asked
    filter: NotedFilter
    by: By | None  # None: the figure's rows are given
    unit_level: str  # the one asked for, else the level the subdistrict's map is drawn by
    language: str

    @property
    def area_name(self) -> str:
        """What the area asked about is called."""
        return self.asked.area_zh if self.language == "zh" else self.asked.area_en


#: Figures whose rows are made by another function than their question's, which alone says too little.
FUNCTIONS: Final[Mapping[str, str]] = {
    "variable_precision": "lists/precision",
    "increment_risen": "increments/compared",
    "backlog_growing": "backlog/grown",
    "escalation_answer": "escalations/answered",
}
_SUPPLIED: Final = frozenset({"connection", "filter", "by", "unit_level", "recording"})


def function_of(figure: Figure) -> Callable[..., Any]:
    """The function that gives the figure's rows: its question's, but for FUNCTIONS."""
    subject, name = FUNCTIONS.get(figure.id, figure.question).split("/")
    found: Callable[..., Any] = getattr(importlib.import_module(f"queries.{subject}"), name)
    return found


def is_asked_alone(figure: Figure) -> bool:
    """Whether it can be asked for an area and a period; what needs more (another figure to compare) cannot."""
    from queries.adapted import ADAPTERS  # needs the rows' form of this module

    taken = inspect.signature(function_of(figure)).parameters.values()
    needed = {parameter.name for parameter in taken if parameter.default is inspect.Parameter.empty}
    return needed <= _SUPPLIED or figure.id in ADAPTERS


def groupings(figure: Figure) -> tuple[By, ...]:
    """What the figure can be grouped by; empty where its rows are given."""
    return groupings_of(function_of(figure))


def groupings_of(function: Callable[..., Any]) -> tuple[By, ...]:
    """What a figure's function can group by; empty where it takes no ``by``.

    That is the module's constant of a name that ends in GROUPINGS, which the function or a function it calls names;
    without one, what all figures know.
    """
    if "by" not in inspect.signature(function).parameters:
        return ()
    code = inspect.unwrap(function).__code__
    called = [function.__globals__.get(name) for name in code.co_names]
    own = [each for each in called if inspect.isfunction(each) and each.__module__ == function.__module__]
    names = [name for each in (code, *(each.__code__ for each in own)) for name in each.co_names]
    named = next((name for name in names if name.endswith("GROUPINGS")), None)
    usual: Container[By] = getattr(figure_module, "COMMON", frozenset(By))
    known: Container[By] = usual if named is None else function.__globals__[named]
    return tuple(by for by in By if by in known)


def takes_level(figure: Figure) -> bool:
    """Whether the figure can be asked by a level of areas."""
    return "unit_level" in inspect.signature(function_of(figure)).parameters


def answer(connection: Connection, figure: Figure, asked: Asked, language: str) -> Answer:
    """The figure's answer. ``language`` of its labels: "zh" or "en". Raises AskingError where it cannot be asked so."""
    from queries.adapted import ADAPTERS  # needs the rows' form of this module

    _check(figure, asked)
    filter = NotedFilter(**{each.name: getattr(asked.filter, each.name) for each in fields(Filter)})
    by = asked.by or (By.AREA if asked.unit_level is not None else By.TOTAL) if groupings(figure) else None
    level = asked.unit_level or place.subdistrict(connection, filter).unit_level
    call = Call(connection, figure, asked, filter, by, level, language)
    adapter = None if by is not None else ADAPTERS.get(figure.id)
    rows: list[Row] = []
    not_recorded = None
    try:
        rows = adapter(call) if adapter is not None else plain(call)
    except NotRecordedError as error:
        not_recorded = error.said(language)
    if asked.filter.period_from is not None and not filter.noted and not_recorded is None:
        raise AskingError("figure_without_period", figure=figure.id)
    return Answer(
        figure=figure,
        asked=asked,
        language=language,
        by=by,
        unit_level=level if by is By.AREA or (by is None and takes_level(figure)) else None,
        period=filter.noted[0] if filter.noted else None,
        rows=tuple(rows),
        not_recorded=not_recorded,
    )


def _check(figure: Figure, asked: Asked) -> None:
    if not is_asked_alone(figure):
        raise AskingError("figure_not_alone", figure=figure.id)
    by, possible = asked.by, groupings(figure)
    if by is not None and by is not By.TOTAL and by not in possible and not (by is By.AREA and takes_level(figure)):
        if possible:
            raise AskingError("figure_without_grouping", figure=figure.id, by=by, known=", ".join(possible))
        raise AskingError("figure_of_own_rows", figure=figure.id, by=by)
    if asked.unit_level is not None and not takes_level(figure):
        raise AskingError("figure_without_level", figure=figure.id)
    if asked.filter.kinds is not None and "kinds" not in parameter_names(*figure.question.split("/")):
        raise AskingError("figure_without_kinds", figure=figure.id)


def plain(call: Call) -> list[Row]:
    """The rows of a figure whose function gives a frame or one row, asked with what its signature takes."""
    function = function_of(call.figure)
    taken = inspect.signature(function).parameters
    arguments: dict[str, Any] = {}
    if call.by is not None:
        arguments["by"] = call.by
    if "unit_level" in taken:
        arguments["unit_level"] = None if "by" in taken and call.by is not By.AREA else call.unit_level
    if "recording" in taken:
        arguments["recording"] = sources.recording(call.connection, call.filter)
    found = function(call.connection, call.filter, **arguments)
    if isinstance(found, pd.DataFrame):
        is_narrowed = "area_id" in parameter_names(*call.figure.question.split("/"))
        return rows_of(call, found if is_narrowed or "area_id" not in found.columns else within(call, found))
    return [total(call, {name: getattr(found, name) for name in found._fields})]


def within(call: Call, frame: pd.DataFrame, level: str | None = None) -> pd.DataFrame:
    """The rows of units that lie in the area asked about; of ``level``, where that is another than the call's."""
    if call.filter.area_id is None:
        return frame
    units = place.units(call.connection, call.filter, level or call.unit_level)
    return frame[frame["area_id"].isin(units["area_id"])]


def total(call: Call, values: Mapping[str, Any]) -> Row:
    """The one row of the whole area, of values by name."""
    return row(call.figure, None, call.area_name, values)


def rows_of(call: Call, frame: pd.DataFrame) -> list[Row]:
    """A frame's rows. The call's grouping says what ``key`` holds; without that column another one names the rows."""
    column = "key" if "key" in frame.columns else next((name for name in KEYS if name in frame.columns), None)
    by = call.by if column == "key" else KEYS.get(column or "")
    names = {} if by is None else labels.of_keys(call.connection, call.filter, by, call.language)
    codes = labels.area_codes(call.connection, call.filter) if by is By.AREA else {}
    is_of_matters = "type_id" in frame.columns and by is not By.TYPE
    matters = labels.of_keys(call.connection, call.filter, By.TYPE, call.language) if is_of_matters else {}
    made: list[Row] = []
    for record in frame.to_dict("records"):
        values = in_language({str(name): plain_value(value) for name, value in record.items()}, call.language)
        key = None if column is None else values.pop(column, None)
        if key is None:
            made.append(total(call, values))
            continue
        stem = "" if column is None else column.removesuffix("_id")
        label = values.pop("label", None) or names.get(str(key)) or values.pop(stem, None)
        label = label or values.pop("name", None) or str(key)
        if str(key) in codes:
            values["code"] = codes[str(key)]
        if str(values.get("type_id")) in matters:
            values["matter"] = matters[str(values["type_id"])]
        made.append(row(call.figure, str(key), str(label), values))
    return made


def row(figure: Figure, key: str | None, label: str, values: Mapping[str, Any]) -> Row:
    """A row out of values by name: those the form knows by their names, the others as extras.

    A figure whose definition has no denominator is a count, or another single value: the numerator.
    """
    rest = dict(values)
    numerator = denominator = rate = None
    if figure.denominator_en.startswith("None") or figure.id in COMPARED_ALONE:
        numerator = _first(rest, ("value", *COUNTED))
    else:
        good, counted = NAMED.get(figure.id, (None, None))
        denominator = _first(rest, COUNTED if counted is None else (counted,))
        numerator = _first(rest, GOOD if good is None else (good,))
        rate = rest.pop("rate", rest.pop("share", None))
        if rate is None and numerator is not None and denominator:
            rate = numerator / denominator
        if figure.id in QUOTIENTS:
            rate = None
    return Row(key, label, numerator, denominator, rate, rest.pop("is_provisional", None), rest)


def in_language(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values with each pair of ``x_zh`` and ``x_en`` as one ``x``: the other language's where one is missing."""
    other = "en" if language == "zh" else "zh"
    made: dict[str, Any] = {}
    for name, value in values.items():
        stem, _, suffix = name.rpartition("_")
        if suffix in ("zh", "en") and stem and f"{stem}_{language}" in values:
            made[stem] = values[f"{stem}_{language}"] or values.get(f"{stem}_{other}")
        else:
            made[name] = value
    return made


def plain_value(value: Any) -> Any:
    """A frame's value as Python's own: None where nothing is known, whole numbers as int, moments aware."""
    if isinstance(value, list | dict | tuple):
        return value
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    held = value.item() if hasattr(value, "item") else value
    return None if isinstance(held, float) and not math.isfinite(held) else held


def _first(values: dict[str, Any], names: Sequence[str]) -> Any:
    """Takes the first of these names out of the values; None where none is there."""
    name = next((name for name in names if name in values), None)
    return None if name is None else values.pop(name)
