"""Who owes answers 谁欠答复: what waits at each department and level, how each answered, against the period before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import escalations, labels, place
from queries.comparison import target
from queries.filters import Filter
from queries.ranking import period_before
from queries.statistics.differences import newcombe

#: What ``Owing`` frames hold. ``key``: a department's code ("" where none was named) or a level; missing for all.
COLUMNS: Final = (
    *("key", "name_zh", "name_en", "duty_phone", "pending", "overdue", "supervised", "oldest_raised_at"),
    *("next_deadline_at", "n", "good", "lapsed", "rate", "rate_low", "rate_high", "n_before", "good_before"),
    *("rate_before", "difference", "low", "high", "is_provisional"),
)

#: What is summed, by its name in the answer: of the period, and of the one before.
_COUNTS_NOW: Final = {name: name for name in ("pending", "overdue", "supervised", "n", "good", "lapsed")}
_COUNTS_BEFORE: Final = {"n_before": "n", "good_before": "good"}
_SAID: Final = {"name_zh": "department_zh", "name_en": "department_en", "duty_phone": "duty_phone"}
_MOMENTS: Final = ("oldest_raised_at", "next_deadline_at")
_NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys((*_COUNTS_NOW, *_COUNTS_BEFORE), 0),
    **dict.fromkeys((*_SAID, *_MOMENTS)),
}


@dataclass(frozen=True)
class Owing:
    """Frames of COLUMNS, who owes most first: most waiting, then most of them late, then the longest waiting.

    Rates are good ÷ n (NaN where n is 0) with the 90 % interval that ``escalations.answers`` gives; ``difference``,
    ``low``, ``high``: rate less rate_before with its 90 % interval, NaN where either has no case or the area asked
    about did not hold in both periods.
    """

    total: pd.DataFrame  # one row
    departments: pd.DataFrame
    levels: pd.DataFrame
    cells: pd.DataFrame  # escalations.OWED, of which the others are sums
    target: float | None  # of the rate
    before: Filter  # the period compared with, as it was known the same time after its end


def sides(filter: Filter) -> tuple[Filter, Filter]:
    """The filter's period, or the last 28 local days, and the equal period before."""
    first, last = filter.period(escalations.ANSWER_DAYS)
    now = replace(filter, period_from=first, period_to=last)
    return now, period_before(now)


def owing(connection: Connection, filter: Filter, known: tuple[pd.DataFrame, pd.DataFrame] | None = None) -> Owing:
    """What is owed at as_of and how answers came in the filter's period, or the last 28 local days.

    ``known``: escalations.owed of both ``sides``, where they have been asked already.
    """
    now, before = sides(filter)
    frame, frame_before = known or tuple(escalations.owed(connection, asked) for asked in (now, before))
    if not _held(connection, now, before):
        frame_before = frame_before.iloc[:0]
    frames = frame.assign(key=_department(frame)), frame_before.assign(key=_department(frame_before))
    words = labels.words(connection)
    level_names = words[words["topic"] == "level"].set_index("code")[["name_zh", "name_en"]]
    by_level = tuple(each.assign(key=each["level"].astype(object)) for each in frames)
    levels = _summed(*by_level)
    names = levels[["key"]].join(level_names, on="key")
    return Owing(
        total=_summed(*(each.assign(key="") for each in frames)).assign(
            key=None, name_zh=None, name_en=None, duty_phone=None
        ),
        departments=_summed(*frames),
        levels=levels.assign(name_zh=names["name_zh"], name_en=names["name_en"], duty_phone=None),
        cells=frame,
        target=_target(now),
        before=before,
    )


def _target(filter: Filter) -> float | None:
    try:
        return target("escalation_answer", filter.period(1)[0])
    except LookupError:
        return None


def _department(frame: pd.DataFrame) -> "pd.Series[str]":
    return frame["department"].astype(object).where(frame["department"].notna(), escalations.NO_DEPARTMENT)


def _summed(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row per key of either period. Row by row: there are few, and a frame's sums take longer than their asking."""
    told: dict[str, dict[str, Any]] = {}
    for frame, counted in ((now, _COUNTS_NOW), (before, _COUNTS_BEFORE)):
        for row in frame.to_dict("records"):
            held = told.setdefault(row["key"], {"key": row["key"], **_NOTHING})
            for name, source in counted.items():
                held[name] += row[source]
            for name, source in _SAID.items():
                held[name] = row[source] if held[name] is None and isinstance(row[source], str) else held[name]
            for name in _MOMENTS if frame is now else ():
                known = [moment for moment in (held[name], row[name]) if not pd.isna(moment)]
                held[name] = min(known) if known else None
    ordered = sorted(told.values(), key=_owing_most_first)
    columns = {name: [held[name] for held in ordered] for name in ("key", *_NOTHING)}
    good, n, good_before, n_before = (
        np.array(columns[name], dtype=float) for name in ("good", "n", "good_before", "n_before")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = {"rate": good / n, "rate_before": good_before / n_before}
    rates["rate_low"], rates["rate_high"] = escalations.interval(good, n)
    rates["difference"], rates["low"], rates["high"] = newcombe(good, n, good_before, n_before)
    data: dict[str, Any] = {name: pd.Series(columns[name], dtype="object") for name in ("key", *_SAID)}
    data |= {name: np.array(columns[name], dtype="int64") for name in (*_COUNTS_NOW, *_COUNTS_BEFORE)}
    data |= {name: pd.Series(columns[name], dtype="datetime64[us, UTC]") for name in _MOMENTS}
    is_provisional = bool(now["is_provisional"].any())
    return pd.DataFrame({name: (data | rates | {"is_provisional": is_provisional})[name] for name in COLUMNS})


def _owing_most_first(held: Mapping[str, Any]) -> tuple[Any, ...]:
    oldest = held["oldest_raised_at"]
    return (-held["pending"], -held["overdue"], oldest is None, oldest or 0, -held["n"], held["key"])


def _held(connection: Connection, now: Filter, before: Filter) -> bool:
    """Whether the area asked about held from the earlier period's first day to this one's last."""
    if now.area_id is None:
        return True
    last = min(now.period(1)[1], now.today)
    return now.area_id in place.standing(connection, now, before.period(1)[0], last)
