"""Asks: finds the text of a question, binds its parameters, casts the answer to its declared shape.

One question is one file ``sql/<subject>/<question>.sql``; nothing is ever put into its text but bound parameters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.engine import Row


class Type(StrEnum):
    """What a column holds. A column that may be empty says so, since numpy's integers know no gap."""

    INTEGER = "integer"
    INTEGER_OR_NONE = "integer_or_none"  # Int64 with pd.NA
    NUMBER = "number"  # float64, NaN where nothing is known
    FLAG = "flag"
    TEXT = "text"  # NaN where nothing is known
    MOMENT = "moment"  # aware UTC, NaT where nothing is known
    DAY = "day"  # datetime.date in an object column
    JSON = "json"  # dicts and lists in an object column


DTYPES: Final[dict[Type, Any]] = {
    Type.INTEGER: "int64",
    Type.INTEGER_OR_NONE: "Int64",
    Type.NUMBER: "float64",
    Type.FLAG: "bool",
    Type.TEXT: pd.StringDtype(na_value=np.nan),
    Type.MOMENT: "datetime64[us, UTC]",
    Type.DAY: "object",
    Type.JSON: "object",
}


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NOT_A_TIME: Final = np.iinfo(np.int64).min  # what numpy holds for NaT


@dataclass(frozen=True)
class Column:
    """One column of an answer."""

    name: str
    type: Type
    unit: str = ""  # cases, minutes, degrees, share … ; empty where the name says it


@dataclass(frozen=True)
class Shape:
    """The columns an answer has, in order, whatever the store holds."""

    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def shape(**columns: Type | tuple[Type, str]) -> Shape:
    """A shape from ``name=Type.X`` or ``name=(Type.X, "unit")``."""
    return Shape(
        tuple(
            Column(name, *((declared, "") if isinstance(declared, Type) else declared))
            for name, declared in columns.items()
        )
    )


@cache
def statement(subject: str, question: str) -> TextClause:
    """The text of a question, read once."""
    file = resources.files("queries").joinpath("sql", subject, f"{question}.sql")
    return text(file.read_text(encoding="utf-8"))


@cache
def parameter_names(subject: str, question: str) -> frozenset[str]:
    """The names of the parameters a question takes."""
    return frozenset(statement(subject, question).compile().params)


def moments_of(values: Sequence[datetime | None] | pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Aware moments as UTC. Counted here: pandas takes six times as long to look at each, and a picture has many."""
    if isinstance(values, pd.DatetimeIndex):
        return values
    counted = [_NOT_A_TIME if value is None else (value - _EPOCH) // _MICROSECOND for value in values]
    return pd.DatetimeIndex(np.array(counted, dtype="int64").view("datetime64[us]"), tz="UTC")


def _cast(values: Sequence[Any], column: Column) -> Any:
    """One column's values in the dtype it declares, an empty column too."""
    if column.type in (Type.DAY, Type.JSON):
        held = np.empty(len(values), dtype=object)
        held[:] = values
        return held
    if column.type is Type.MOMENT:
        return moments_of(values)
    if column.type in (Type.INTEGER, Type.NUMBER, Type.FLAG):
        return np.array(values, dtype=DTYPES[column.type])
    return pd.array(values, dtype=DTYPES[column.type])


def frame_of(rows: Sequence[Sequence[Any]], declared: Shape) -> pd.DataFrame:
    """Rows as a frame of the declared shape."""
    return framed(list(zip(*rows, strict=True)) if rows else [()] * len(declared.columns), declared)


def framed(columns: Sequence[Any], declared: Shape) -> pd.DataFrame:
    """Columns as a frame of the declared shape. The one place where answers are cast."""
    cast = {column.name: _cast(values, column) for column, values in zip(declared.columns, columns, strict=True)}
    return pd.DataFrame(cast, copy=False)  # each was made just now


def execute(connection: Connection, subject: str, question: str, parameters: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """The rows of a question. Parameters the statement does not name are left out; a missing one raises KeyError."""
    wanted = {name: parameters[name] for name in parameter_names(subject, question)}
    return connection.execute(statement(subject, question), wanted).all()


def ask(
    connection: Connection, subject: str, question: str, declared: Shape, parameters: Mapping[str, Any]
) -> pd.DataFrame:
    """The answer to a question in its declared shape. Raises ValueError where the statement gives other columns."""
    wanted = {name: parameters[name] for name in parameter_names(subject, question)}
    result = connection.execute(statement(subject, question), wanted)
    if tuple(result.keys()) != declared.names:
        raise ValueError(f"{subject}/{question}.sql gives {tuple(result.keys())}, declared are {declared.names}.")
    return frame_of(result.all(), declared)


def ask_one(connection: Connection, subject: str, question: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The one row of a question that always has exactly one, by column name."""
    wanted = {name: parameters[name] for name in parameter_names(subject, question)}
    return dict(connection.execute(statement(subject, question), wanted).mappings().one())
