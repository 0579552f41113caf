"""What the risk of a unit is made of: the last day, the days before, and the rhythm of the week."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed
from queries.filters import Filter
from queries.runner import Shape, Type, ask, execute, framed, shape
from queries.statistics.configuration import risk_rules
from queries.vocabulary import Risk

RECENT_HOURS: Final = 72
_HOUR: Final = 3_600_000_000  # microseconds

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
    parameters = {
        **filter.parameters(),
        "unit_level": unit_level,
        "moments": list(moments),
        "first_moment": moments[0],
        "last_moment": moments[-1],
        "recent_from": moments[0].astimezone(UTC) - timedelta(hours=RECENT_HOURS),
        "recent_to": moments[-1].astimezone(UTC) + timedelta(microseconds=1),
    }
    held = {row.part: row.packed for row in execute(connection, "risk", "course", parameters)}
    days = [moment.astimezone(filter.zone).date() for moment in moments]
    return _seen(moments, days, held)


def _seen(moments: Sequence[datetime], days: Sequence[date], held: Mapping[str, bytes | None]) -> pd.DataFrame:
    """The answer of ``course``, from the packed parts of its question; ``days``: the local one of each moment."""
    below = _Below(held["below"])
    at = np.array([(moment - packed.BEGINNING) // timedelta(microseconds=1) for moment in moments])
    at_day = np.array([(day - packed.BEGINNING.date()).days for day in days])

    def counts(record: _Record, first: Positions, end: Positions) -> npt.NDArray[np.intp]:
        """By look and unit, how many there are, where each is seen from look ``first`` on and up to ``end``."""
        return below.counts(record.area, first, np.maximum(first, end), len(at))

    def within(record: _Record, hours: int) -> npt.NDArray[np.intp]:
        moment = record["moment"]
        return counts(record, np.searchsorted(at, moment), np.searchsorted(at, moment + hours * _HOUR))

    reported = _Record(held["reported"], moment=">i8")
    grave, slight = reported.of(Risk.RED, Risk.ORANGE), reported.of(Risk.YELLOW, Risk.BLUE)
    due = _Record(held["due"], begun=">i8", ended=">i8")
    handed_up = _Record(held["handed_up"], begun=">i8", ended=">i8")
    points = _Record(held["points"], begun=">i4", ended=">i4")

    def overdue(record: _Record) -> npt.NDArray[np.intp]:
        begun, ended = record["begun"], record["ended"]
        return counts(record, np.searchsorted(at, begun, side="right"), np.searchsorted(at, ended))

    def standing(record: _Record, at: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        return counts(record, np.searchsorted(at, record["begun"]), np.searchsorted(at, record["ended"]))

    columns = (
        *(within(reported.of(colour), 24) for colour in (Risk.RED, Risk.ORANGE, Risk.YELLOW, Risk.BLUE)),
        *(within(grave, 6), within(slight, 6), within(grave, RECENT_HOURS)),
        *(overdue(due), overdue(due.of(Risk.RED)), overdue(due.of(Risk.ORANGE))),
        standing(handed_up, at),
        *(standing(each, at_day) for each in (points, points.of(Risk.RED), points.of(Risk.ORANGE))),
    )
    looks, units = len(at), len(below.units)
    moment = [each for each in moments for _ in range(units)]
    return framed([moment, np.tile(below.units, looks), *(column.ravel() for column in columns)], COURSE)


class _Below:
    """The areas below each unit, as told packed: ``units`` in order."""

    def __init__(self, held: bytes | None) -> None:
        self._unit_of = packed.Lookup(held)
        self.units = self._unit_of.values

    def unit_of(self, area: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.bool_], Positions]:
        """Which of the areas are below a unit, and the place of that unit of those that are."""
        is_below, unit = self._unit_of.of(area)
        return is_below, np.searchsorted(self.units, unit)

    def counts(self, area: npt.NDArray[np.int64], first: Positions, end: Positions, looks: int) -> npt.NDArray[np.intp]:
        """By look and unit, how many things there are; each is there at the looks from ``first`` to before ``end``."""
        is_below, unit = self.unit_of(area)
        size = (looks + 1) * len(self.units)
        came, went = (
            np.bincount(look[is_below] * len(self.units) + unit, minlength=size).reshape(looks + 1, -1)
            for look in (first, end)
        )
        return np.cumsum(came - went, axis=0)[:looks]


class _Record:
    """Things of an area and a colour, as told packed, with the columns that are named."""

    def __init__(self, held: bytes | None, **columns: str) -> None:
        self._rows = np.frombuffer(held or b"", dtype=[("area", ">i4"), ("letter", ">i4"), *columns.items()])

    def of(self, *colours: Risk) -> "_Record":
        """Those of the colours."""
        chosen = _Record(None)
        chosen._rows = self._rows[np.isin(self._rows["letter"], [packed.letter(colour.value) for colour in colours])]
        return chosen

    @property
    def area(self) -> npt.NDArray[np.int64]:
        """The area of each."""
        return self["area"]

    def __getitem__(self, column: str) -> npt.NDArray[np.int64]:
        return self._rows[column].astype(np.int64)


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
    below, *days = execute(connection, "risk", "daily", asked)
    return _counted(below.packed, [row.day for row in days], [row.packed for row in days])


def _counted(below: bytes | None, days: Sequence[date], held: Sequence[bytes]) -> pd.DataFrame:
    """The answer of ``daily``, from the areas below each unit and the cases of each day.

    ``grave_due``: each case counts as the share of its matter's cases of the period that were red or orange, which is
    drawn towards that of all matters, worth ``TRUST`` cases.
    """
    area, code = np.frombuffer(b"".join(held), dtype=">i4").reshape(-1, 2).T.astype(np.int64)
    day = np.repeat(np.arange(len(days)), [len(each) // 8 for each in held])
    matter, letter = np.divmod(code, 128)
    is_of = [letter == packed.letter(colour.value) for colour in (Risk.RED, Risk.ORANGE, Risk.YELLOW, Risk.BLUE)]
    is_grave = is_of[0] | is_of[1]

    number, _ = pd.factorize(matter)
    cases, grave = np.bincount(number), np.bincount(number, is_grave)
    share = (grave + TRUST * is_grave.sum() / max(1, len(matter))) / (cases + TRUST)

    units = _Below(below)
    is_below, unit = units.unit_of(area)
    cell = unit * len(days) + day[is_below]
    size = len(units.units) * len(days)
    present = np.flatnonzero(np.bincount(cell, minlength=size))
    unit_of_cell, day_of_cell = np.divmod(present, max(1, len(days)))
    colours = (np.bincount(cell, each[is_below], size)[present] for each in is_of)
    due = np.bincount(cell, share[number[is_below]], size)[present]
    return framed([units.units[unit_of_cell], np.array(days, dtype=object)[day_of_cell], *colours, due], DAILY)


def profile(connection: Connection, filter: Filter, until: date | None = None) -> pd.DataFrame:
    """One row per weekday and local hour with a case (PROFILE), over the days of risk.toml before today, or before
    ``until``; may be kept like ``daily``.
    """
    return ask(connection, "risk", "profile", PROFILE, _history(filter, until))
