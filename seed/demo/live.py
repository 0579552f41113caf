"""The city goes on: what happens between two moments, as rows of the inbox.

Nothing is scheduled. Every case's life follows from the seed and its number (see life.py), every day's new cases from
the seed and the day (see history.py); so a feed that stops and starts again, or takes one long step instead of many
short ones, hands out the same rows. Only what other writers have done to a case makes a difference: a case that is no
longer where its life would have it (a stray) is answered and closed at its own slow pace.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from seed.demo.arrivals import CHANNELS, SOURCES, Cases
from seed.demo.chance import Flags, Integers
from seed.demo.city import City
from seed.demo.days import DAY, OFFSET, local_day
from seed.demo.history import day_cases, draws_of
from seed.demo.life import plan
from seed.demo.matters import KINDS, RISKS, matters
from seed.demo.rows import EVENTS, Events, events_of, frame
from seed.demo.stages import NEVER, Life
from seed.demo.strays import Strays
from seed.demo.structure import Profile

COLUMNS: Final = (
    *("source", "external_id", "kind", "type_code", "risk", "channel", "area_code", "state", "reported_at"),
    *("escalation_no", "escalation_pending"),
)
#: Cases resolved so long ago may still be fed back, evaluated or reopened: give them to LiveCity with the open ones.
FOLLOW_UP_DAYS: Final = 12
_DISCOVERED: Final = EVENTS.index("discovered")
_SPAN: Final = 50  # days a city's calendar is made for


@dataclass(frozen=True)
class _Group:
    """Cases with their events in the order they are handed out; ``when``: the moment each is."""

    life: Life
    events: Events
    when: Integers

    def only(self, which: Flags) -> "_Group":
        """The same with these events alone."""
        return _Group(self.life, self.events.take(which), self.when[which])


def _seconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("moments of the live feed must be aware datetimes")
    return int(np.floor(moment.timestamp()))


def _positions(values: pd.Series, words: tuple[str, ...] | np.ndarray) -> Integers:
    """Positions in words, -1 where unknown."""
    return np.asarray(pd.Index(words, dtype=object).get_indexer(pd.Index(values, dtype=object)), dtype=np.int64)


class LiveCity:
    """A demo city from the state of its store on.

    ``open_cases``: one row per case that is open or was resolved in the last FOLLOW_UP_DAYS days, with the columns
    COLUMNS (others are ignored): state (open, resolved), reported_at (aware), escalation_no (pending or last, may be
    missing), escalation_pending (bool). It must be the state at the ``since`` of the first step.
    ``profile``, ``seed``, ``scale`` and ``redraw_2025`` must be those the history was generated with.
    """

    def __init__(
        self,
        profile: Profile | str,
        seed: int,
        open_cases: pd.DataFrame,
        started_at: datetime | None = None,
        *,
        scale: float = 1.0,
        redraw_2025: bool = False,
    ) -> None:
        missing = [column for column in COLUMNS if column not in open_cases.columns]
        if missing:
            raise ValueError(f"open_cases lacks the columns {', '.join(missing)}")
        self._what = (profile, seed, scale, redraw_2025)
        self._open_cases = open_cases
        self._groups: list[_Group] = []
        self._strays: Strays | None = None
        self._start = -1
        self._next_day = 0
        if started_at is not None:
            self._begin(_seconds(started_at))

    def advance(self, since: datetime, until: datetime) -> pd.DataFrame:
        """The rows with since < occurred_at ≤ until, in order of time; columns of the inbox without recorded_at.

        A case's discovered row comes with its reported row, so it may lie before ``since``. Steps follow each other:
        a step that starts before the first one's start is refused. Fractions of a second are left to the next step.
        """
        start, end = _seconds(since), _seconds(until)
        if self._start < 0:
            self._begin(start)
        if start < self._start or end < start:
            raise ValueError("steps of the live feed go forward from its start")
        self._meet(end)
        city = self._known_city(end)
        parts = []
        for group in self._groups:
            first, last = np.searchsorted(group.when, [start, end], side="right")
            if last > first:
                parts.append(frame(group.life, city.places, group.events.take(np.arange(first, last)), None))
        self._groups = [group for group in self._groups if len(group.when) and group.when[-1] > start]
        if self._strays is not None:
            strays = self._strays.advance(start, end)
            if len(strays):
                parts.append(strays)
        if not parts:
            return _empty(city)
        rows = pd.concat(parts, ignore_index=True)
        order = np.lexsort((rows["event"].map(EVENTS.index), rows["occurred_at"]))
        return rows.iloc[order].reset_index(drop=True)

    def _known_city(self, moment: int) -> City:
        return _city(*self._what, int(local_day(np.array([moment]))[0]) // _SPAN)

    def _begin(self, start: int) -> None:
        self._start = start
        self._next_day = int(local_day(np.array([start]))[0])
        city = self._known_city(start)
        cases, rows = _known(self._open_cases, city)
        life, group = _lived(cases, city)
        as_planned = _is_as_planned(life, rows, start)
        self._groups.append(group.only(as_planned[group.events.case] & (group.when > start)))
        unknown = self._open_cases.index.difference(rows.index)
        strays = pd.concat([rows[~as_planned], self._open_cases.loc[unknown]])
        self._strays = Strays(city.seed, strays[strays["state"] == "open"])

    def _meet(self, until: int) -> None:
        """Meets the new cases of every day up to the moment."""
        while self._next_day * DAY - OFFSET <= until:
            group = _new_cases(*self._what, self._next_day)
            reported = group.life.cases.reported[group.events.case]
            self._groups.append(group if (reported > self._start).all() else group.only(reported > self._start))
            self._next_day += 1


@lru_cache(maxsize=4)
def _city(profile: Profile | str, seed: int, scale: float, redraw_2025: bool, span: int) -> City:
    """The city with a calendar from well before a span of days to well past it."""
    return City(profile, seed, span * _SPAN - 800, (span + 1) * _SPAN + 400, scale, redraw_2025)


@lru_cache(maxsize=8)
def _new_cases(profile: Profile | str, seed: int, scale: float, redraw_2025: bool, day: int) -> _Group:
    """All cases reported on one local day, with their whole lives."""
    city = _city(profile, seed, scale, redraw_2025, day // _SPAN)
    cases = day_cases(city.profile, seed, scale, city.places, city.people, city.days, day)
    return _lived(cases, city)[1]


def _lived(cases: Cases, city: City) -> tuple[Life, _Group]:
    draws = draws_of(city.seed, cases)
    life = plan(cases, city.places, city.people, city.days, draws)
    events = events_of(life, draws, -int(NEVER), int(NEVER) - 1)
    when = np.where(events.event == _DISCOVERED, cases.reported[events.case], events.at)
    order = np.argsort(when, kind="stable")
    return life, _Group(life, events.take(order), when[order])


def _known(open_cases: pd.DataFrame, city: City) -> tuple[Cases, pd.DataFrame]:
    """The cases whose words are the demo city's own, and their rows."""
    words: dict[str, tuple[str, ...] | np.ndarray] = {
        "source": SOURCES,
        "kind": KINDS,
        "type_code": matters().code,
        "risk": RISKS,
        "channel": CHANNELS,
        "area_code": city.places.code,
    }
    positions = {name: _positions(open_cases[name], word) for name, word in words.items()}
    known = np.all([position >= 0 for position in positions.values()], axis=0)
    rows = open_cases[known]
    found = {name: position[known] for name, position in positions.items()}
    reported = pd.DatetimeIndex(pd.to_datetime(rows["reported_at"], utc=True)).round("s").as_unit("s").asi8
    blank: dict[str, Any] = {item.name: np.zeros(len(rows), dtype=np.int64) for item in fields(Cases)}
    blank |= {"kind": found["kind"], "type": found["type_code"], "risk": found["risk"], "channel": found["channel"]}
    blank |= {"source": found["source"], "unit": found["area_code"], "reported": np.asarray(reported)}
    blank["party"] = np.full(len(rows), -1)
    blank["external_id"] = rows["external_id"].to_numpy(dtype=object)
    return Cases(**blank), rows


def _is_as_planned(life: Life, rows: pd.DataFrame, moment: int) -> Flags:
    """Which cases are at this moment where their life would have them."""
    state = np.full(len(rows), "open", dtype=object)
    for name, after in (
        ("resolved 1", "resolved"),
        ("reopened", "open"),
        ("resolved 2", "resolved"),
        ("withdrawn", "withdrawn"),
    ):
        state[life.at[name] <= moment] = after
    pending = np.zeros(len(rows), dtype=np.int64)
    for number in (1, 2):
        raised = life.at[f"escalated {number}"] <= moment
        pending[raised] = number
        pending[raised & (life.at[f"answered {number}"] <= moment)] = 0
    is_pending = rows["escalation_pending"].fillna(False).astype(bool).to_numpy()
    given = np.where(is_pending, rows["escalation_no"].fillna(0).to_numpy(dtype=np.int64), 0)
    is_open = state == "open"
    return np.asarray((state == rows["state"].to_numpy(dtype=object)) & (~is_open | (pending == given)))


def _empty(city: City) -> pd.DataFrame:
    """A frame without rows, of the same columns and types."""
    nobody = Cases(
        **{
            item.name: np.empty(
                0, dtype=object if item.name == "external_id" else float if item.name in ("lon", "lat") else np.int64
            )
            for item in fields(Cases)
        }
    )
    nothing = Events(**{item.name: np.empty(0, dtype=np.int64) for item in fields(Events)})
    return frame(Life(nobody), city.places, nothing, None)
