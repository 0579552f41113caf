"""What the risk of a unit is made of: the last day, the days before, and the rhythm of the week."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.filters import Filter
from queries.packed import Lookup
from queries.packed_days import NO_MOMENT, Cases
from queries.runner import Shape, Type, ask, framed, moments_of, shape
from queries.statistics.configuration import risk_rules
from queries.vocabulary import Risk, State

RECENT_HOURS: Final = 72
_HOUR: Final = 3_600_000_000  # microseconds
_SECOND: Final = 1_000_000  # microseconds
_EVER: Final = np.iinfo(np.int64).max
#: States of cases that were not taken back or handed over.
_COUNTED: Final = (State.OPEN, State.RESOLVED)

#: Places in an array.
Positions = npt.NDArray[np.intp]
#: Cases' worth of trust that a matter is as grave as all are.
TRUST: Final = 10

RECENT: Final[Shape] = shape(
    area_id=Type.INTEGER,
    red=(Type.INTEGER, "cases of 24 h"),
    orange=(Type.INTEGER, "cases of 24 h"),
    yellow=(Type.INTEGER, "cases of 24 h"),
    blue=(Type.INTEGER, "cases of 24 h"),
    grave_6_hours=(Type.INTEGER, "red and orange cases of 6 h"),
    slight_6_hours=(Type.INTEGER, "yellow and blue cases of 6 h"),
    grave_72_hours=(Type.INTEGER, "red and orange cases of 72 h"),
    overdue=(Type.INTEGER, "open cases"),
    overdue_red=(Type.INTEGER, "open cases"),
    overdue_orange=(Type.INTEGER, "open cases"),
    escalated=(Type.INTEGER, "escalations without an answer"),
    risk_points=(Type.INTEGER, "open points"),
    risk_points_red=(Type.INTEGER, "open points"),
    risk_points_orange=(Type.INTEGER, "open points"),
)

#: RECENT of several moments.
COURSE: Final[Shape] = Shape(shape(moment=Type.MOMENT).columns + RECENT.columns)

DAILY: Final[Shape] = shape(
    area_id=Type.INTEGER,
    day=Type.DAY,
    red=(Type.INTEGER, "cases"),
    orange=(Type.INTEGER, "cases"),
    yellow=(Type.INTEGER, "cases"),
    blue=(Type.INTEGER, "cases"),
    grave_due=(Type.NUMBER, "red and orange cases due by the day's matters"),
)

PROFILE: Final[Shape] = shape(
    weekday=(Type.INTEGER, "Monday 1 … Sunday 7"),
    hour=(Type.INTEGER, "local hour"),
    reported=(Type.INTEGER, "cases"),
    grave=(Type.INTEGER, "red and orange cases"),
)


def recent(connection: Connection, filter: Filter, unit_level: str) -> pd.DataFrame:
    """One row per unit (RECENT), those without cases included."""
    parameters = {
        **filter.parameters(),
        "unit_level": unit_level,
        "recent_from": filter.as_of.astimezone(UTC) - timedelta(hours=RECENT_HOURS),
    }
    return ask(connection, "risk", "recent", RECENT, parameters)


def course(connection: Connection, filter: Filter, unit_level: str, moments: Sequence[datetime]) -> pd.DataFrame:
    """One row per moment and unit (COURSE), those without cases included: RECENT of each moment (aware, rising, none
    after as_of) as known at as_of, where ``recent`` asks what was known then.
    """
    since = moments[0].astimezone(filter.zone) - timedelta(hours=RECENT_HOURS)
    asked = {
        **filter.parameters(),
        "unit_level": unit_level,
        "first_moment": moments[0],
        "last_moment": moments[-1],
        # days are read whole: what is seen at no moment counts for nothing
        "recent_from": filter.midnight(since.date()),
        "recent_to": moments[-1].astimezone(UTC) + timedelta(microseconds=1),
    }
    columns = ("reported", "areas", "traits", "ends", "spells", "spell_counts")
    (_, below, handed_up, points, untimed, *_), *held = packed_days.read(connection, "risk", "course", columns, asked)
    units, first = Lookup(below), packed.microseconds(moments[0])
    told = {
        "reported": _Record.joined([_reported(cases, filter) for cases in held]),
        "due": _Record.joined([_overdue(cases, filter, first, packed_days.words_in(untimed)) for cases in held]),
        "handed_up": _Record.unpacked(handed_up, ">i8"),
        "points": _Record.unpacked(points, ">i4"),
    }
    days = [moment.astimezone(filter.zone).date() for moment in moments]
    return _seen(moments, days, units.values, {name: record.below(units) for name, record in told.items()})


def _reported(cases: Cases, filter: Filter) -> "_Record":
    """The cases that were not taken back, from their report on."""
    chosen, _ = cases.chosen(filter.kinds, None, cases.has("state", _COUNTED))
    begun = cases.number("reported")[chosen]
    return _Record(cases.number("areas")[chosen], cases.letters("risk")[chosen], begun, begun)


def _overdue(cases: Cases, filter: Filter, first_moment: int, untimed: Sequence[str]) -> "_Record":
    """The cases with a deadline while they were open past it, from the microsecond after it on; those of sources that
    give no closing times are none. Moments at which cases were opened and closed count in whole seconds.
    """
    due, closed = cases.number("ends", "due"), cases.number("ends", "closed")
    last = np.where(closed == NO_MOMENT, _EVER, closed)
    # few are closed late
    is_late = (due != NO_MOMENT) & (last > np.maximum(due, first_moment)) & ~cases.has("source", untimed)
    chosen, _ = cases.chosen(filter.kinds, None, is_late)
    is_chosen = np.zeros(len(cases), dtype=bool)
    is_chosen[chosen] = True

    once = np.flatnonzero(is_chosen & cases.is_open_once)
    spells, often = cases.spells_told()
    kept = is_chosen[often]
    case = np.concatenate((once, often[kept]))
    begun = np.concatenate((cases.number("reported")[once], spells.begun[kept] * np.int64(_SECOND)))
    begun = np.maximum(begun, due[case] + 1)
    until = np.where(spells.ended == packed.NONE, _EVER, spells.ended * np.int64(_SECOND))
    ended = np.concatenate((last[once], until[kept]))
    was_late = np.flatnonzero(ended > begun)
    case = case[was_late]
    return _Record(cases.number("areas")[case], cases.letters("risk")[case], begun[was_late], ended[was_late])


def _seen(
    moments: Sequence[datetime], days: Sequence[date], units: npt.NDArray[np.int64], told: Mapping[str, "_Record"]
) -> pd.DataFrame:
    """The answer of ``course``, from the things that are counted, each with the place of its unit for an area.

    ``days``: the local one of each moment.
    """
    at = np.array([packed.microseconds(moment) for moment in moments])
    at_day = np.array([(day - packed.BEGINNING.date()).days for day in days])

    def counts(record: _Record, first: Positions, end: Positions) -> npt.NDArray[np.intp]:
        """By look and unit, how many there are, where each is seen from look ``first`` on and up to ``end``."""
        size = (len(at) + 1) * len(units)
        came, went = (
            np.bincount(look * len(units) + record.area, minlength=size).reshape(len(at) + 1, -1)
            for look in (first, np.maximum(first, end))
        )
        return np.cumsum(came - went, axis=0)[: len(at)]

    def within(record: _Record, hours: int) -> npt.NDArray[np.intp]:
        moment = record.begun
        return counts(record, np.searchsorted(at, moment), np.searchsorted(at, moment + hours * _HOUR))

    def standing(record: _Record, at: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        return counts(record, np.searchsorted(at, record.begun), np.searchsorted(at, record.ended))

    reported, due, points = told["reported"], told["due"], told["points"]
    grave, slight = reported.of(Risk.RED, Risk.ORANGE), reported.of(Risk.YELLOW, Risk.BLUE)
    columns = (
        *(within(reported.of(colour), 24) for colour in (Risk.RED, Risk.ORANGE, Risk.YELLOW, Risk.BLUE)),
        *(within(grave, 6), within(slight, 6), within(grave, RECENT_HOURS)),
        *(standing(each, at) for each in (due, due.of(Risk.RED), due.of(Risk.ORANGE))),
        standing(told["handed_up"], at),
        *(standing(each, at_day) for each in (points, points.of(Risk.RED), points.of(Risk.ORANGE))),
    )
    keys = moments_of(moments).repeat(len(units)), np.tile(units, len(at))
    return framed([*keys, *(column.ravel() for column in columns)], COURSE)


class _Record(NamedTuple):
    """Things of an area and a colour, there from one moment to another: microseconds, or days, since 2000."""

    area: npt.NDArray[np.int64]
    letter: npt.NDArray[np.int64]
    begun: npt.NDArray[np.int64]
    ended: npt.NDArray[np.int64]

    @classmethod
    def unpacked(cls, held: bytes | None, moment: str) -> "_Record":
        """As told packed, one after the other; ``moment``: the type of both moments."""
        kind = np.dtype([("area", ">i4"), ("letter", ">i4"), ("begun", moment), ("ended", moment)])
        rows = np.frombuffer(held or b"", dtype=kind)
        return cls(*(rows[name].astype(np.int64) for name in cls._fields))

    @classmethod
    def joined(cls, records: Sequence["_Record"]) -> "_Record":
        """All things of all records."""
        return cls(*(np.concatenate(column) for column in zip(*records, strict=True)))

    def below(self, units: Lookup) -> "_Record":
        """The things below a unit, with the place of that unit for their area."""
        is_below, unit = units.places(self.area)
        return _Record(unit, *(column[is_below] for column in self[1:]))

    def of(self, *colours: Risk) -> "_Record":
        """Those of the colours."""
        chosen = np.logical_or.reduce([self.letter == packed.letter(colour.value) for colour in colours])
        return _Record(*(column[chosen] for column in self))


def _history(filter: Filter, until: date | None = None, more_days: int = 0) -> dict[str, Any]:
    end = filter.today if until is None else until
    first = end - timedelta(days=risk_rules().history_days + more_days)
    return {
        **filter.parameters(),
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(end),
    }


def daily(
    connection: Connection, filter: Filter, unit_level: str, until: date | None = None, more_days: int = 0
) -> pd.DataFrame:
    """One row per unit and whole local day with a case (DAILY), over the days of risk.toml before today, or before
    ``until``, and so many more before them.

    Changes by the day but for late records: an answer may be kept for an hour.
    """
    asked = {**_history(filter, until, more_days), "unit_level": unit_level}
    (below, *_), cases, _ = packed_days.read(connection, "risk", "daily", ("areas", "types", "traits"), asked)
    chosen, _ = cases.chosen(filter.kinds, None, cases.has("state", _COUNTED))
    return _counted(Lookup(below), cases, chosen)


def _counted(units: Lookup, cases: Cases, chosen: Positions) -> pd.DataFrame:
    """The answer of ``daily``, from the cases that count.

    ``grave_due``: each case counts as the share of its matter's cases of the period that were red or orange, which is
    drawn towards that of all matters, worth ``TRUST`` cases.
    """
    colour = cases.word("risk")[chosen]
    is_of = [colour == cases.place_of(each) for each in (Risk.RED, Risk.ORANGE, Risk.YELLOW, Risk.BLUE)]
    is_grave = is_of[0] | is_of[1]

    number, _ = pd.factorize(cases.number("types")[chosen])
    times, grave = np.bincount(number), np.bincount(number, is_grave)
    share = (grave + TRUST * is_grave.sum() / max(1, len(chosen))) / (times + TRUST)

    is_below, unit = units.places(cases.number("areas")[chosen])
    cell = unit * len(cases.days) + cases.row[chosen][is_below]
    size = len(units.values) * len(cases.days)
    present = np.flatnonzero(np.bincount(cell, minlength=size))
    unit_of_cell, day_of_cell = np.divmod(present, max(1, len(cases.days)))
    colours = (np.bincount(cell, each[is_below], size)[present] for each in is_of)
    due = np.bincount(cell, share[number[is_below]], size)[present]
    days = np.array(cases.days, dtype=object)
    return framed([units.values[unit_of_cell], days[day_of_cell], *colours, due], DAILY)


def profile(connection: Connection, filter: Filter, until: date | None = None) -> pd.DataFrame:
    """One row per weekday and local hour with a case (PROFILE), over the days of risk.toml before today, or before
    ``until``; may be kept like ``daily``.
    """
    _, cases, _ = packed_days.read(connection, "risk", "profile", ("traits",), _history(filter, until))
    chosen, _ = cases.chosen(filter.kinds, None, cases.has("state", _COUNTED))
    weekday = np.array([day.isoweekday() for day in cases.days], dtype=np.int64)
    part = weekday[cases.row[chosen]] * 24 + cases.hour[chosen]
    is_grave = cases.has("risk", (Risk.RED, Risk.ORANGE))[chosen]
    reported = np.bincount(part)
    present = np.flatnonzero(reported)
    grave = np.bincount(part[is_grave], minlength=len(reported))
    return framed([present // 24, present % 24, reported[present], grave[present]], PROFILE)
