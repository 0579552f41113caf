"""Owns what the situation page says: the week against the week before, who brought the change, what cannot wait.

Pure functions from a picture to figures and sentences; they know neither Streamlit nor the store.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import pandas as pd

from dashboard.memo import once_per_snapshot
from dashboard.snapshot import Narrowing, Snapshot
from dashboard.text import Text, text

#: |z| from which a change of a rate counts as one (two-sided, 10 %).
CLEAR: Final = 1.645
#: Share of a change that one or two units must bring to be named for it.
NAMED_SHARE: Final = 0.25


@dataclass(frozen=True)
class Week:
    """Same-day resolution of appeals in the last seven whole days against the seven before, at equal follow-up."""

    n: int
    rate: float | None
    n_before: int
    rate_before: float | None

    @property
    def change(self) -> float | None:
        """Difference of the rates, 0-1; None where one of them has no cases."""
        if self.rate is None or self.rate_before is None:
            return None
        return self.rate - self.rate_before

    @property
    def is_clear(self) -> bool:
        """Whether the change is beyond chance: two proportions, pooled normal approximation."""
        if self.change is None or self.rate is None or self.rate_before is None:
            return False
        pooled = (self.rate * self.n + self.rate_before * self.n_before) / (self.n + self.n_before)
        spread = sqrt(pooled * (1 - pooled) * (1 / self.n + 1 / self.n_before))
        return spread > 0 and abs(self.change) / spread >= CLEAR


def week(units: pd.DataFrame) -> Week:
    """The week of these units together."""
    if units.empty:
        return Week(0, None, 0, None)
    n, resolved, n_before, resolved_before = (
        int(units[name].sum()) for name in ("n", "resolved", "n_before", "resolved_before")
    )
    return Week(n, resolved / n if n else None, n_before, resolved_before / n_before if n_before else None)


def contributions(units: pd.DataFrame) -> pd.DataFrame:
    """What each unit brought to the change of the whole, in percentage points; they add up to it exactly.

    A unit's part is its share of the cases now times how far its rate lies above the whole's former rate, less the
    same of the period before. So a unit counts for getting better or worse, and for bringing more or fewer cases of a
    unit that is better or worse than the whole was.

    Returns the units that had cases with columns rate, rate_before and points, largest fall first; no points (NaN)
    where a period has no cases.
    """
    whole = week(units)
    frame = units[(units["n"] > 0) | (units["n_before"] > 0)] if not units.empty else units
    frame = frame.assign(
        rate=frame["resolved"] / frame["n"].where(frame["n"] > 0) if not frame.empty else None,
        rate_before=frame["resolved_before"] / frame["n_before"].where(frame["n_before"] > 0)
        if not frame.empty
        else None,
    )
    if whole.rate is None or whole.rate_before is None:
        return frame.assign(points=float("nan"))
    now = (frame["resolved"] - whole.rate_before * frame["n"]) / whole.n
    before = (frame["resolved_before"] - whole.rate_before * frame["n_before"]) / whole.n_before
    return frame.assign(points=100 * (now - before)).sort_values("points", kind="stable")


@once_per_snapshot(16)
def contributors(snapshot: Snapshot, *, is_whole: bool = False) -> pd.DataFrame:
    """`contributions` of the picture's units to what it is narrowed to, or to the whole, with their labels."""
    if snapshot.units.empty:
        return pd.DataFrame()
    shown = snapshot.grids if is_whole else inside(snapshot)
    return contributions(snapshot.units.merge(shown[["area_id", "code", "name_zh", "name_en"]], on="area_id"))


def compared(snapshot: Snapshot) -> pd.DataFrame:
    """The units to be told apart: those inside the chosen area, and all where that is one of them itself."""
    is_whole = len(inside(snapshot)) < 2
    return contributors(of_all(snapshot) if is_whole else snapshot, is_whole=is_whole)


def of_all(snapshot: Snapshot) -> Snapshot:
    """The picture whose map and units a narrowed one shows: itself where it is none, or has units of its own."""
    narrowing = snapshot.narrowing
    if narrowing is None or narrowing.whole is None or narrowing.whole.units is not snapshot.units:
        return snapshot
    return narrowing.whole


def inside(snapshot: Snapshot) -> pd.DataFrame:
    """The map's units that lie in the area the picture is narrowed to; all of the whole subdistrict."""
    if snapshot.narrowing is None or snapshot.narrowing.inside is None:
        return snapshot.grids
    return snapshot.grids[snapshot.grids["area_id"].isin(snapshot.narrowing.inside)]


def headline(snapshot: Snapshot, words: Text, brought: pd.DataFrame) -> str:
    """The week in one sentence: where the rate stands, whether it moved, and who moved it; of a narrowed picture its
    days, of its kinds.
    """
    if not snapshot.same_day.is_recorded:
        return words("Closing times are not recorded here: what is open and what was resolved is unknown")
    if snapshot.narrowing is not None:
        return _narrowed(snapshot, snapshot.narrowing, words, brought)
    state = week(brought)
    if state.rate is None:
        return words("No appeals in the last seven days")
    rate = words.percent(state.rate)
    if state.change is None or state.rate_before is None:
        return words("{rate} of appeals were resolved the same day in the last seven days", rate=rate)
    if not state.is_clear:
        return words(
            "{rate} of appeals were resolved the same day, no clear change from {before} the week before",
            rate=rate,
            before=words.percent(state.rate_before),
        )
    points = words.number(abs(state.change) * 100, 1)
    if state.change < 0:
        opening = words(
            "{rate} of appeals were resolved the same day, {points} points below the week before",
            rate=rate,
            points=points,
        )
    else:
        opening = words(
            "{rate} of appeals were resolved the same day, {points} points above the week before",
            rate=rate,
            points=points,
        )
    return opening + _named(brought, state.change, words)


def _narrowed(snapshot: Snapshot, narrowing: Narrowing, words: Text, brought: pd.DataFrame) -> str:
    """The same of an area, of kinds, of days."""
    where = words("{place}: ", place=words.label(narrowing)) if narrowing.area_id is not None else ""
    if narrowing.days is None:
        state, days = week(brought), words("in the last seven days")
        n, rate, rate_before, is_clear = state.n, state.rate, state.rate_before, state.is_clear
        before = words("the week before")
    else:
        n, rate = snapshot.same_day.n, snapshot.same_day.rate
        days, earlier = words.days(*narrowing.days), narrowing.earlier
        rate_before, is_clear = (None, False) if earlier is None else (earlier.rate, earlier.is_clear)
        before = "" if earlier is None else words.days(*earlier.days)
    if rate is None:
        return where + words("no case to be resolved the same day, {days}", days=days)
    if rate_before is None:
        said = words(
            "{rate} of {n} resolved the same day, {days}", rate=words.percent(rate), n=words.number(n), days=days
        )
        return where + said
    said = where + words("{rate} of {n} resolved the same day", rate=words.percent(rate), n=words.number(n))
    if not is_clear:
        then = words.percent(rate_before)
        return said + words(", no clear change from {rate} ({before})", rate=then, before=before)
    change = rate - rate_before
    points = words.number(abs(change) * 100, 1)
    if change < 0:
        said += words(", {points} points below {before}", points=points, before=before)
    else:
        said += words(", {points} points above {before}", points=points, before=before)
    return said + (_named(brought, change, words) if len(brought) > 1 else "")


def _named(brought: pd.DataFrame, change: float, words: Text) -> str:
    """Who brought the change, when one or two units brought a good part of it."""
    ordered = brought if change < 0 else brought.iloc[::-1]
    top = ordered.head(2)
    part = abs(float(top["points"].sum())) / 100
    if len(top) < 2 or part < NAMED_SHARE * abs(change):
        return words(", spread over many units")
    first, second = (words.label(row) for row in top.itertuples())
    return words(
        ", {points} of them from {first} and {second}", points=words.number(part * 100, 1), first=first, second=second
    )


def urgent(snapshot: Snapshot, words: Text) -> str:
    """What cannot wait: overdue escalations and red units; or that there is none."""
    overdue, reds = overdue_escalations(snapshot), int((inside(snapshot)["level"] == "red").sum())
    parts = []
    if not snapshot.is_live:
        day = words.long_day(snapshot.moment, snapshot.place.time_zone)
        parts.append(words("Historical records, as they stood on {day}", day=day))
    if overdue:
        parts.append(
            words.many("{n} escalation unanswered past its time", "{n} escalations unanswered past their time", overdue)
        )
    if reds:
        parts.append(words.many("{n} unit is red", "{n} units are red", reds))
    if not parts:
        return words("No escalation past its time, no unit red")
    return words(" · ").join(parts)


def overdue_escalations(snapshot: Snapshot) -> int:
    """Pending escalations whose answer is past its time at the moment of the picture."""
    return int((snapshot.escalations["deadline_at"] < snapshot.moment).sum()) if len(snapshot.escalations) else 0


def knows_escalations(snapshot: Snapshot) -> bool:
    """Whether hand-ups are recorded here: always where the store is fed; in records that ended, where there is one."""
    if snapshot.is_live or len(snapshot.escalations):
        return True
    return "escalated" in snapshot.days.columns and bool(snapshot.days["escalated"].fillna(0).sum() > 0)


def chosen_unit(snapshot: Snapshot, code: str | None) -> pd.Series | None:
    """The unit of that code, else the worst coloured one of the chosen area, else None."""
    grids = snapshot.grids
    if code:
        found = grids[grids["code"] == code]
        if not found.empty:
            return found.iloc[0]
    grids = inside(snapshot)
    coloured = grids[grids["level"] != "normal"]
    if coloured.empty:
        return None
    order = {level: position for position, level in enumerate(("red", "orange", "yellow", "blue"))}
    worst = coloured.assign(_order=coloured["level"].map(order)).sort_values(
        ["_order", "score"], ascending=[True, False], kind="stable"
    )
    return worst.iloc[0]


def words_of(language: str) -> Text:
    """The words of the page's language."""
    return text(language)
