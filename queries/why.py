"""Why a rate moved 变动分解: its change from an earlier period, told by areas, types, channels, hours, kinds or risk.

Works for every rate of ``compared.COMPARED``. Definition: catalogue, ``why``.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries import comparison, petitions, reopenings
from queries.answering import groupings_of
from queries.asking import AskingError, day, first_record, listed
from queries.compared import COMPARED, COUNTS
from queries.comparison import LASTING, Against
from queries.figure import DEFAULT_DAYS, By, followed
from queries.filters import Filter
from queries.statistics.decomposition import Counts, effects, in_whole
from queries.statistics.differences import newcombe

#: The figures whose change can be told by parts: those of COMPARED that are rates.
RATES: Final = tuple(id for id in COMPARED if id not in COUNTS)

#: One row per part. n, good, rate and the same before; mix, own, change: what it brought to the change of the whole by
#: coming more or less often, by its own rate, and both (shares, 0.01 is a point). mix_shown, own_shown: the same in
#: tenths of a point, rounded so that all rows add up to the whole's. low, high: 90 % interval of the part's own change
#: of rate; is_clear: it leaves out 0. key is missing for what lies in no unit, or in one that was redrawn in between.
PARTS: Final = (
    *("key", "n", "good", "rate", "n_before", "good_before", "rate_before", "mix", "own", "change", "mix_shown"),
    *("own_shown", "low", "high", "is_clear", "is_provisional"),
)
TENTH: Final = Fraction(1, 1000)

#: Days a rate follows its cases, where it says nothing of those still followed.
_FOLLOWED: Final = {
    "reopened": (DEFAULT_DAYS, reopenings.FOLLOW_UP_DAYS),
    "first_visit_resolution": (petitions.FIRST_VISIT_DAYS, petitions.FOLLOW_UP_DAYS),
}


@dataclass(frozen=True)
class Side:
    """The whole in one period."""

    n: int
    good: int
    is_provisional: bool

    @property
    def rate(self) -> float | None:
        """Good ÷ n; None without a case."""
        return self.good / self.n if self.n else None


@dataclass(frozen=True)
class Change:
    """The whole beside itself. ``low`` and ``high``: 90 % interval of the change; None where there is none to tell."""

    figure: str
    filter: Filter
    before_filter: Filter
    now: Side
    before: Side | None  # None: the area was drawn or redrawn in between, or nothing had been recorded yet
    change: float | None
    low: float | None
    high: float | None
    records_begin: date | None  # local; within the earlier period's days where that is not whole

    @property
    def is_whole(self) -> bool:
        """Whether records reach back over all of the earlier period."""
        return self.records_begin is None or self.records_begin <= self.before_filter.period(1)[0]

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Why:
    """The change and its parts (PARTS), what brought most first; without effects where there is no change to tell."""

    change: Change
    by: By
    unit_level: str | None
    parts: pd.DataFrame


def with_period(figure: str, filter: Filter, days: int = DEFAULT_DAYS) -> Filter:
    """The filter with the days a figure is asked about where none are chosen: the last ones, today included, or the
    newest whose follow-up has ended where the figure says nothing before.
    """
    if filter.period_from is not None:
        return filter
    own_days, follow_up = _FOLLOWED.get(figure, (days, None))
    if follow_up is not None:
        return followed(filter, own_days, follow_up)
    first, last = filter.period(days)
    return replace(filter, period_from=first, period_to=last)


def against_of(given: str | None, filter: Filter) -> Against | timedelta:
    """What a person compares with: a word of Against, or the first day of the earlier period. Without a word a day is
    compared with the same weekday before it, and longer periods with the equal period before. Raises AskingError.
    """
    first, last = filter.period(1)
    if given is None:
        return Against.WEEK_BEFORE if first == last else Against.PERIOD_BEFORE
    if given in set(Against):
        against: Against | timedelta = Against(given)
    else:
        try:
            against = first - day(given)
        except AskingError:
            raise AskingError("unknown_earlier", given=given, known=listed(Against)) from None
    back = timedelta(weeks=1) if against is Against.WEEK_BEFORE else against
    if isinstance(back, timedelta) and back <= last - first:
        raise AskingError("earlier_overlaps", given=first - back, first=first, last=last)
    return against


def earlier(connection: Connection, filter: Filter, against: Against | timedelta) -> Filter:
    """The period compared with: as ``comparison.earlier`` has it, or so many whole days before. Raises ValueError."""
    if isinstance(against, timedelta):
        return comparison.moved_back(filter, against)
    return comparison.earlier(connection, filter, against)[0]


def changed(connection: Connection, figure: str, filter: Filter, against: Against | timedelta) -> Change:
    """A rate (of RATES) beside an earlier period. Raises ValueError without a period or where both would overlap, and
    NotRecordedError as the figure does.
    """
    return _changed(connection, figure, COMPARED[figure], filter, against)


def why(
    connection: Connection,
    figure: str,
    filter: Filter,
    by: By,
    against: Against | timedelta = Against.PERIOD_BEFORE,
    *,
    unit_level: str | None = None,
) -> Why:
    """The change of a rate (of RATES) told by parts that add up to it. Raises as ``changed`` does, and ValueError where
    the figure does not know the grouping or it does not last.
    """
    asked: comparison.Figure = COMPARED[figure]
    if by is not By.AREA:  # units leave out what lies in none of them
        asked = _OfParts(asked, by)
    whole = _changed(connection, figure, asked, filter, against)
    frame = comparison.beside(asked, connection, whole.filter, whole.before_filter, by, unit_level=unit_level)
    return Why(whole, by, unit_level, told(whole, frame))


class _OfParts:
    """A figure asked by its parts alone, once a period: the whole is their sum."""

    def __init__(self, figure: comparison.Figure, by: By) -> None:
        self._figure, self._by = figure, by
        self._known: dict[Filter, pd.DataFrame] = {}

    def __call__(
        self, connection: Connection, filter: Filter, by: By = By.TOTAL, *, unit_level: str | None = None
    ) -> pd.DataFrame:
        """The parts, or their sum. ``unit_level``: none, as no part is an area."""
        if filter not in self._known:
            self._known[filter] = self._figure(connection, filter, self._by)
        parts = self._known[filter]
        if by is self._by or parts.empty:
            return parts
        sums = {name: [int(parts[name].sum())] for name in ("n", "good")}
        return pd.DataFrame({"key": [None], **sums, "is_provisional": [bool(parts["is_provisional"].any())]})


def _changed(
    connection: Connection, id: str, figure: comparison.Figure, filter: Filter, against: Against | timedelta
) -> Change:
    before = earlier(connection, filter, against)
    first = first_record(connection, filter.subdistrict_id)
    begin = None if first is None else first.astimezone(filter.zone).date()
    frame = comparison.beside(figure, connection, filter, before)
    if frame.empty:
        nothing = Side(0, 0, is_provisional=True)
        return Change(id, filter, before, nothing, nothing, None, None, None, begin)
    row = frame.iloc[0]
    is_known = bool(row["has_before"]) and not (first is not None and before.as_of < first)

    def side(suffix: str, of_side: str) -> Side:
        provisional = row[f"is_provisional{of_side}"]
        return Side(int(row[f"n{suffix}"]), int(row[f"good{suffix}"]), bool(pd.isna(provisional) or provisional))

    if not is_known:
        return Change(id, filter, before, side("", "_now"), None, None, None, None, begin)
    change, low, high = (None if pd.isna(row[name]) else float(row[name]) for name in ("difference", "low", "high"))
    return Change(id, filter, before, side("", "_now"), side("_before", "_before"), change, low, high, begin)


def groupings(figure: str) -> tuple[By, ...]:
    """What a rate's change can be told by."""
    return tuple(by for by in groupings_of(COMPARED[figure]) if by in LASTING and by is not By.TOTAL)


def told(whole: Change, frame: pd.DataFrame) -> pd.DataFrame:
    """The parts (PARTS) of the whole. ``frame``: comparison.RATE_COLUMNS by one grouping; what it leaves of the whole,
    and parts that cannot be compared, are one part together, without a key.
    """
    counts = ["n", "good", "n_before", "good_before"]
    frame = frame.assign(**{name: frame[name].fillna(0).astype("int64") for name in counts})
    is_compared = frame["has_before"].astype(bool) | (whole.before is None)
    kept = frame[is_compared & ((frame["n"] > 0) | (frame["n_before"] > 0))]
    parts = kept[["key", *counts, "is_provisional"]]
    before = whole.before or Side(0, 0, is_provisional=True)
    rest = np.array([whole.now.n, whole.now.good, before.n, before.good]) - parts[counts].to_numpy().sum(axis=0)
    if rest.any():
        left = pd.DataFrame([[None, *rest, whole.now.is_provisional or before.is_provisional]], columns=parts.columns)
        parts = pd.concat([parts.astype({"key": "object"}), left.astype({"key": "object"})], ignore_index=True)
    parts = parts.astype({"is_provisional": "bool"}).reset_index(drop=True)
    numbers = {name: parts[name].to_numpy(dtype=float) for name in counts}
    n, n_before = (np.where(numbers[name] > 0, numbers[name], np.nan) for name in ("n", "n_before"))
    difference, low, high = newcombe(numbers["good"], numbers["n"], numbers["good_before"], numbers["n_before"])
    parts = parts.assign(rate=numbers["good"] / n, rate_before=numbers["good_before"] / n_before, low=low, high=high)
    parts["is_clear"] = ~np.isnan(difference) & ((low > 0) | (high < 0))
    parts = parts.assign(**_effects(whole, parts))
    worth = pd.DataFrame(
        {
            "shown": (parts["mix_shown"] + parts["own_shown"]).abs().round(1),
            "exact": parts["change"].abs(),
            "n": parts["n"],
        }
    )
    order = worth.fillna(0.0).sort_values(list(worth.columns), ascending=False, kind="stable").index
    return parts.loc[order, list(PARTS)].reset_index(drop=True)


def _effects(whole: Change, parts: pd.DataFrame) -> dict[str, Any]:
    if whole.change is None:
        nothing = np.full(len(parts), np.nan)
        return dict.fromkeys(("mix", "own", "change", "mix_shown", "own_shown"), nothing)
    rows = parts[["n", "good", "n_before", "good_before"]].to_numpy()
    found = effects([Counts(*(int(value) for value in row)) for row in rows])
    shown = in_whole([value for effect in found for value in (effect.mix, effect.rate)], TENTH)
    return {
        "mix": [float(effect.mix) for effect in found],
        "own": [float(effect.rate) for effect in found],
        "change": [float(effect.total) for effect in found],
        "mix_shown": np.array(shown[0::2], dtype=float) / 10,
        "own_shown": np.array(shown[1::2], dtype=float) / 10,
    }
