"""What all figures have in common: what they are grouped by, and the shape of a rate with its denominator.

A rate's frame has one row per key with a case in its denominator; a key that is missing has no cases, and its rate is
"—". What no source records raises ``NotRecordedError`` instead of counting as zero.
"""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd

from queries.filters import Filter
from queries.refusals import sentence
from queries.runner import Shape, Type, shape
from queries.vocabulary import Kind


class By(StrEnum):
    """What an answer is grouped by. ``key`` in the answer: a day (ISO; of a week or month the first one), an area_id, a
    kind, a type_id, a channel, a risk level, a local hour ("00" … "23"), a department_id; nothing for ``total``.
    """

    TOTAL = "total"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    AREA = "area"
    KIND = "kind"
    TYPE = "type"
    CHANNEL = "channel"
    RISK = "risk"
    HOUR = "hour"
    DEPARTMENT = "department"


#: What every figure can be grouped by; hour and department only where a figure says so.
COMMON: Final = frozenset(By) - {By.HOUR, By.DEPARTMENT}
#: What rates of cases can be grouped by: the hour is the one a case was reported in.
CASE_GROUPINGS: Final = COMMON | {By.HOUR}


class NotRecordedError(LookupError):
    """No source of the subdistrict records what the figure needs. ``id``: a key of queries.refusals.SENTENCES, which
    says what. As text the English sentence.
    """

    def __init__(self, id: str) -> None:
        super().__init__(sentence(id, {}))
        self.id = id

    def said(self, language: str) -> str:
        """The sentence. ``language``: "zh" or "en"."""
        return sentence(self.id, {}, language)


RATE: Final[Shape] = shape(
    key=Type.TEXT,
    n=(Type.INTEGER, "cases"),
    good=(Type.INTEGER, "cases"),
    is_provisional=Type.FLAG,
)

#: A count with nothing to divide by: one row per key; a key that is missing counts zero.
COUNT: Final[Shape] = shape(key=Type.TEXT, n=(Type.INTEGER, "cases"), is_provisional=Type.FLAG)

DEFAULT_DAYS: Final = 28


def rate_with(**columns: Type | tuple[Type, str]) -> Shape:
    """The shape of a rate with more columns beside it. Where they say something of a key whose denominator is empty,
    its row is there with n = 0.
    """
    return Shape(RATE.columns + shape(**columns).columns)


def followed(filter: Filter, days: int, follow_up_days: int) -> Filter:
    """The filter with the newest ``days`` local days whose follow-up has ended, where it names no period."""
    if filter.period_from is not None:
        return filter
    last = filter.today - timedelta(days=follow_up_days + 1)
    return replace(filter, period_from=last - timedelta(days=days - 1), period_to=last)


def grouped(
    filter: Filter,
    by: By,
    *,
    kinds: tuple[Kind, ...] | None = None,
    unit_level: str | None = None,
    groupings: frozenset[By] = COMMON,
) -> dict[str, Any]:
    """What a figure of a moment is asked with: the filter's parameters and by, unit_level, kinds (the filter's, else
    the figure's own ``kinds``, None: all).

    ``unit_level``: the level of the areas to group by, only with ``By.AREA``. ``groupings``: what the figure can be
    grouped by. Raises ValueError where a level and the grouping do not go together, or the figure does not know the
    grouping.
    """
    if by not in groupings:
        raise ValueError(f"This figure cannot be grouped by {by.value}.")
    if (by is By.AREA) != (unit_level is not None):
        raise ValueError("Grouping by area needs the level of the areas, and no other grouping takes one.")
    chosen = filter.kinds or kinds
    return {
        **filter.parameters(),
        "by": by.value,
        "unit_level": unit_level,
        "kinds": None if chosen is None else [kind.value for kind in chosen],
    }


def parameters(
    filter: Filter,
    by: By,
    *,
    kinds: tuple[Kind, ...] | None = None,
    unit_level: str | None = None,
    use_rollup: bool = True,
    days: int = DEFAULT_DAYS,
    groupings: frozenset[By] = COMMON,
) -> dict[str, Any]:
    """What a figure of a period is asked with: as ``grouped``, and use_rollup, period_from and period_to (days, both
    inside), period_start and period_end (moments; the end outside).

    Without a period: the last ``days`` local days, today included. ``use_rollup`` False has the answer counted from the
    cases, to check or to time it. Raises ValueError as ``grouped`` does.
    """
    first, last = filter.period(days)
    return {
        **grouped(filter, by, kinds=kinds, unit_level=unit_level, groupings=groupings),
        "use_rollup": use_rollup,
        "period_from": first,
        "period_to": last,
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
    }


def rates(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with ``rate`` = good ÷ n (NaN where n is 0)."""
    n = frame["n"].to_numpy(dtype=float)
    return frame.assign(
        rate=np.divide(frame["good"].to_numpy(dtype=float), n, out=np.full(len(n), np.nan), where=n > 0)
    )
