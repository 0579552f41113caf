"""Who owes answers 谁欠答复: what waits at each department and level, how each answered, against the period before."""

from dataclasses import dataclass, replace
from typing import Final

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

_COUNTS: Final = ("pending", "overdue", "supervised", "n", "good", "lapsed")


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


def owing(connection: Connection, filter: Filter) -> Owing:
    """What is owed at as_of and how answers came in the filter's period, or the last 28 local days."""
    first, last = filter.period(escalations.ANSWER_DAYS)
    now = replace(filter, period_from=first, period_to=last)
    before = period_before(now)
    frame, frame_before = (escalations.owed(connection, asked) for asked in (now, before))
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
    """One row per key of either period."""
    sums = now.groupby("key", sort=True)[list(_COUNTS)].sum()
    moments = now.groupby("key", sort=True)[["oldest_raised_at", "next_deadline_at"]].min()
    then = before.groupby("key", sort=True)[["n", "good"]].sum()
    keys = sums.index.union(then.index, sort=True)
    both = pd.concat([now, before])
    said = both.groupby("key")[["department_zh", "department_en", "duty_phone"]].first().reindex(keys)
    frame = sums.reindex(keys, fill_value=0).join(moments)
    frame["n_before"], frame["good_before"] = (then[name].reindex(keys, fill_value=0) for name in ("n", "good"))
    frame = frame.astype(dict.fromkeys((*_COUNTS, "n_before", "good_before"), "int64"))
    frame[["name_zh", "name_en", "duty_phone"]] = said
    good, n, good_before, n_before = (
        frame[name].to_numpy(dtype=float) for name in ("good", "n", "good_before", "n_before")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        frame["rate"], frame["rate_before"] = good / n, good_before / n_before
    frame["rate_low"], frame["rate_high"] = escalations.interval(good, n)
    frame["difference"], frame["low"], frame["high"] = newcombe(good, n, good_before, n_before)
    frame["is_provisional"] = bool(now["is_provisional"].any())
    frame = frame.reset_index(names="key")
    order = ["pending", "overdue", "oldest_raised_at", "n", "key"]
    frame = frame.sort_values(order, ascending=[False, False, True, False, True], ignore_index=True)
    return frame[list(COLUMNS)]


def _held(connection: Connection, now: Filter, before: Filter) -> bool:
    """Whether the area asked about held from the earlier period's first day to this one's last."""
    if now.area_id is None:
        return True
    last = min(now.period(1)[1], now.today)
    return now.area_id in place.standing(connection, now, before.period(1)[0], last)
