"""Cases as their days are packed: thousands in a few values, taken apart here into columns (app.packed_days_at)."""

import calendar
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import binary, packed
from queries.binary import Field
from queries.figure import By
from queries.filters import Filter
from queries.packed import Lookup

#: How each column holds a case; ``spells`` is told by ``spell_counts``, ``summaries`` have their ends in them.
_DTYPES: Final[dict[str, np.dtype[Any]]] = {
    "reported": np.dtype(">i8"),
    "areas": np.dtype(">i4"),
    "types": np.dtype(">i4"),
    "traits": np.dtype(">u2"),
    "spell_counts": np.dtype(">i2"),
    "firsts": np.dtype([(name, ">i8") for name in ("due", "resolved")]),
    "ends": np.dtype([(name, ">i8") for name in ("due", "closed")]),
    "places": np.dtype([("lon", ">f8"), ("lat", ">f8")]),
    "parties": np.dtype(">i8"),
    "likeness": np.dtype(">i8"),
    "case_ids": np.dtype(">i8"),
}
_TRAITS: Final = ("kind", "risk", "channel", "state", "source", "hour and signs")
_WIDTHS: Final = {name: kind.itemsize for name, kind in _DTYPES.items()} | {
    "stages": 4 * len(packed.Stages._fields),
    "traits": 2 * len(_TRAITS),
}
_SIGN_BITS: Final = 11
_SPELL_BYTES: Final = 4 * len(packed.Spells._fields)
_SUMMARY_ENDS: Final = b"\xff"
#: What stands where a case has no summary.
NO_SUMMARY: Final = b"\xfe"
_WORD_GROUPINGS: Final = {By.KIND: "kind", By.CHANNEL: "channel", By.RISK: "risk"}
_DAY_GROUPINGS: Final = frozenset({By.DAY, By.WEEK, By.MONTH})
#: What stands for no moment in ``firsts`` and ``ends``: earlier than all others.
NO_MOMENT: Final = np.iinfo(np.int64).min

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Sign(IntEnum):
    """What went well or not with a case, one bit each."""

    SAME_DAY_COUNTED = 1
    SAME_DAY_KEPT = 2
    SAME_DAY_RESOLVED = 4
    ON_THE_SPOT = 8
    ON_TIME = 16
    LEFT_BEFORE_DUE = 32  # withdrawn or handed over before its first deadline
    NOT_REOPENED = 64  # resolved, and not reopened from its first resolution to the 30th day after
    REOPENED = 128  # ever
    AT_BASE = 256  # resolved at the grid or in the community, or open there
    WITHIN_A_MINUTE = 512  # first resolved within a minute of being taken on
    REOPENED_SINCE = 1024  # since its first resolution


class Cases:
    """The cases of some days, each column an array with one place per case, in the order of days and reports."""

    def __init__(self, rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> None:
        """``rows``: of each day its date, its words and these columns; several may be of one."""
        kept = sorted((row for row in rows if any(held is not None for held in row[2:])), key=lambda row: row[0])
        self._rows, self._columns = kept, {name: place for place, name in enumerate(columns, start=2)}
        of_row = [row[0] for row in kept]
        self.days: Final[list[date]] = list(dict.fromkeys(of_row))
        place = {day: number for number, day in enumerate(self.days)}
        told = next((name for name in columns if name in _WIDTHS and self._is_told(name)), None)
        sizes = [] if told is None else [len(row[self._columns[told]]) // _WIDTHS[told] for row in kept]
        self._sizes = np.array(sizes, dtype=np.intp)
        #: Of each case the place of its day.
        self.row: Final = np.repeat(np.array([place[day] for day in of_row], dtype=np.intp), self._sizes)
        self.words: Final[list[str]] = []
        self._places = self._united_words([row[1] for row in kept])

    def __len__(self) -> int:
        return len(self.row)

    def _is_told(self, name: str) -> bool:
        return all(row[self._columns[name]] is not None for row in self._rows)

    def _united_words(self, told: Sequence[str]) -> npt.NDArray[np.int64] | None:
        """All words, and for each row and place in its words the place in all; None where all rows have the same."""
        lists = {text: ["", *text.split("\n")] for text in dict.fromkeys(told)}
        self.words.extend(dict.fromkeys(word for each in lists.values() for word in each))
        if len(lists) < 2:
            return None
        number = {word: place for place, word in enumerate(self.words)}
        table = np.zeros((len(told), max(map(len, lists.values()))), dtype=np.int64)
        for row, text in enumerate(told):
            table[row, : len(lists[text])] = [number[word] for word in lists[text]]
        return table

    def _column(self, name: str) -> npt.NDArray[Any]:
        place = self._columns[name]
        return np.asarray(np.frombuffer(b"".join(row[place] for row in self._rows), dtype=_DTYPES[name]))

    @cached_property
    def _traits(self) -> npt.NDArray[Any]:
        """One row per trait, as packed."""
        return self._column("traits").reshape(-1, len(_TRAITS)).T

    def _trait(self, trait: str) -> Numbers:
        return np.asarray(self._traits[_TRAITS.index(trait)], dtype=np.int64)

    def word(self, trait: str) -> npt.NDArray[np.int64]:
        """Of each case the place of its kind, risk, channel, state or source in ``words``."""
        places = self._trait(trait)
        if self._places is None:
            return places
        return self._places[np.repeat(np.arange(len(self._sizes)), self._sizes), places]

    def has(self, trait: str, words: Collection[str]) -> Mask:
        """Which cases have one of these words there."""
        return np.array([word in words for word in self.words], dtype=bool)[self.word(trait)]

    def place_of(self, word: str) -> int:
        """The place of a word in ``words``; -1 where no case can have it."""
        return self.words.index(word) if word in self.words else -1

    def letters(self, trait: str) -> npt.NDArray[np.int64]:
        """Of each case the first letter of its word (packed.letter)."""
        return np.array([packed.letter(word) if word else 0 for word in self.words], dtype=np.int64)[self.word(trait)]

    @property
    def hour(self) -> npt.NDArray[np.int64]:
        """The local hour of report."""
        return self._trait("hour and signs") >> _SIGN_BITS

    def shows(self, sign: Sign) -> Mask:
        """Which cases show the sign."""
        return self.signs & int(sign) > 0

    @cached_property
    def signs(self) -> npt.NDArray[np.int64]:
        """The signs that each case shows, as bits."""
        return self._trait("hour and signs") & ((1 << _SIGN_BITS) - 1)

    def number(self, name: str, part: str | None = None) -> npt.NDArray[Any]:
        """A column of numbers: moments in microseconds since 2000 (UTC), ids, degrees."""
        held = self._column(name)
        held = held if part is None else held[part]
        return held.astype(held.dtype.newbyteorder("="))

    @cached_property
    def stages(self) -> packed.Stages:
        """The moments of the cases' stages, in whole seconds."""
        return packed.stages([row[self._columns["stages"]] for row in self._rows])

    def summaries(self) -> npt.NDArray[np.object_]:
        """Of each case its masked summary as UTF-8, or NO_SUMMARY."""
        return _summaries([row[self._columns["summaries"]] for row in self._rows])

    def spells(self, is_chosen: Mask) -> tuple[packed.Spells, npt.NDArray[np.intp]]:
        """When the chosen cases were open, and of each spell the place of its case."""
        cases, (of_often, often) = self.stages, self.spells_told()
        once = np.flatnonzero(is_chosen & self.is_open_once)
        of_once = (cases.reported[once], cases.reported[once], np.maximum(cases.resolved[once], cases.left[once]))
        kept = is_chosen[often]
        together = (np.concatenate((one, other[kept])) for one, other in zip(of_once, of_often, strict=True))
        return packed.Spells(*together), np.concatenate((once, often[kept]))

    @property
    def is_open_once(self) -> Mask:
        """Which cases were open from their report to the end that stands; of the others ``spells_told`` says when."""
        return np.asarray(self.number("spell_counts") == 0)

    def spells_told(self) -> tuple[packed.Spells, npt.NDArray[np.intp]]:
        """When the cases that were open more than once were so, and of each spell the place of its case."""
        often = np.repeat(np.arange(len(self)), self.number("spell_counts").astype(np.intp))
        return packed.spells([row[self._columns["spells"]] or b"" for row in self._rows]), often

    def chosen(
        self, kinds: Collection[str] | None, areas: Lookup | None, among: Mask | None = None
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64] | None]:
        """The places of the cases of these kinds (None: all) in these areas (None: all), and the unit of each."""
        is_chosen = np.ones(len(self), dtype=bool) if among is None else among
        if kinds is not None:
            is_chosen = is_chosen & self.has("kind", kinds)
        if areas is None:
            return np.flatnonzero(is_chosen), None
        is_within, units = areas.of(self.number("areas"))
        return np.flatnonzero(is_chosen & is_within), units[is_chosen[is_within]]

    def keys(
        self,
        by: By,
        chosen: npt.NDArray[np.intp],
        units: npt.NDArray[np.int64] | None,
        counted_on: tuple[Sequence[date], npt.NDArray[np.intp]] | None = None,
    ) -> tuple[list[str | None], npt.NDArray[np.intp]]:
        """The keys that the chosen cases are grouped by, in their order, and of each chosen case the place of its own.

        ``units``: of each chosen case its unit, for By.AREA. ``counted_on``: the days they count for, and of each the
        place of its own; without, the day of its report. Keys as app.part_key gives them.
        """
        if by is By.TOTAL:
            return [None] if len(chosen) else [], np.zeros(len(chosen), dtype=np.intp)
        if by in _DAY_GROUPINGS:
            days, of_day = counted_on or (self.days, self.row[chosen])
            told = np.array([_day_key(by, day) for day in days], dtype=object)
            number, distinct = pd.factorize(told)
            place, present = pd.factorize(number[of_day])
            texts = [str(distinct[each]) for each in present]
        elif by in _WORD_GROUPINGS:
            place, present = pd.factorize(self.word(_WORD_GROUPINGS[by])[chosen])
            texts = [self.words[each] for each in present]
        elif by is By.HOUR:
            place, present = pd.factorize(self.hour[chosen])
            texts = [f"{each:02d}" for each in present]
        else:
            place, present = pd.factorize(self.number("types")[chosen] if units is None or by is By.TYPE else units)
            texts = [str(each) for each in present]
        in_order = np.argsort(np.array(texts, dtype=object)) if texts else np.empty(0, dtype=np.intp)
        rank = np.empty(len(texts), dtype=np.intp)
        rank[in_order] = np.arange(len(texts))
        return [texts[each] for each in in_order], rank[place]


def _day_key(by: By, day: date) -> str:
    if by is By.WEEK:
        return (day - timedelta(days=day.weekday())).isoformat()
    return (day if by is By.DAY else day.replace(day=1)).isoformat()


def read(
    connection: Connection, subject: str, question: str, columns: Sequence[str], parameters: dict[str, Any]
) -> tuple[tuple[Any, ...], Cases, Cases]:
    """A question whose rows are a day, its words, when its cases were recorded, and these columns, cases packed.

    Returned are the columns of the one row without words, the cases of the days, and those of a row without a day.
    """
    ground, of_days, before = _told(connection, subject, question, columns, parameters)
    return ground, Cases(of_days, columns), Cases(before, columns)


def read_together(
    connection: Connection, subject: str, question: str, columns: Sequence[str], parameters: dict[str, Any]
) -> tuple[tuple[Any, ...], Cases]:
    """As ``read``, all cases together: first those of a row without a day, theirs is ``date.min``."""
    ground, of_days, before = _told(connection, subject, question, columns, parameters)
    return ground, Cases(before + of_days, columns)


def _told(
    connection: Connection, subject: str, question: str, columns: Sequence[str], parameters: dict[str, Any]
) -> tuple[tuple[Any, ...], list[Any], list[Any]]:
    fields = (Field.DAY, Field.TEXT, Field.PACKED, *(Field.PACKED for _ in columns))
    known_at = packed.microseconds(parameters["as_of"])
    rows = binary.execute(connection, subject, question, fields, parameters)
    ground = next(held for _, words, _, *held in rows if words is None)
    told: tuple[list[Any], list[Any]] = [], []
    for day, words, recorded, *held in rows:
        if words is not None:
            told[day is None].append((day or date.min, words, *_known(columns, recorded, held, known_at)))
    return tuple(ground), told[0], told[1]


def _known(columns: Sequence[str], recorded: bytes | None, held: Sequence[Any], known_at: int) -> Sequence[Any]:
    """A day's columns without the cases that were recorded later."""
    if recorded is None:
        return held
    is_known = np.frombuffer(recorded, dtype=">i8") <= known_at
    column = dict(zip(columns, held, strict=True))
    answer = [None if each is None else _taken(each, _WIDTHS.get(name, 0), is_known) for name, each in column.items()]
    if column.get("spells") is not None:
        counts = np.frombuffer(column["spell_counts"], dtype=">i2")
        answer[columns.index("spells")] = _taken(column["spells"], _SPELL_BYTES, np.repeat(is_known, counts))
    if column.get("summaries") is not None:
        known = _summaries([column["summaries"]])[is_known]
        answer[columns.index("summaries")] = b"".join(each + _SUMMARY_ENDS for each in known)
    return answer


def _summaries(held: Iterable[bytes]) -> npt.NDArray[np.object_]:
    return np.array(b"".join(held).split(_SUMMARY_ENDS)[:-1], dtype=object)


def _taken(held: bytes, width: int, chosen: Mask) -> bytes:
    return held if not width else np.frombuffer(held, dtype=f"V{width}")[chosen].tobytes()


def in_order(numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The places of the numbers (none below 0), least first, those of like numbers as they come."""
    fits = not len(numbers) or numbers.max() <= np.iinfo(np.uint16).max
    return np.argsort(numbers.astype(np.uint16) if fits else numbers, kind="stable")  # two bytes are sorted in no time


def together(one: Numbers, other: Numbers) -> npt.NDArray[np.intp]:
    """One number for each pair of two, small where the numbers of each side lie close together."""
    ones, others = packed.Numbered(one), packed.Numbered(other)
    return ones.places(one) * others.size + others.places(other)


def in_order_of_report(group: npt.NDArray[np.intp], reported: Numbers) -> npt.NDArray[np.intp]:
    """The places of cases by their group, those of one by their moments of report. Most come in the order of these."""
    return np.lexsort((reported, group)) if np.any(np.diff(reported) < 0) else in_order(group)


def reads_areas(filter: Filter, by: By, unit_level: str | None) -> bool:
    """Whether a question has to know where its cases belong: without, those of the whole subdistrict are asked for."""
    return by is By.AREA or filter.area_id is not None or unit_level is not None


def words_in(held: bytes) -> list[str]:
    """Words that come one a line."""
    return str(held, "utf-8").split("\n")


def days_from(filter: Filter, moments: Numbers, first: date, last: date) -> Numbers:
    """Of each moment (microseconds since 2000) its local day, counted from the first; -1 where it is none of these."""
    days = (last - first).days + 1
    midnights = [packed.microseconds(filter.midnight(first + timedelta(days=step))) for step in range(days + 1)]
    day = np.searchsorted(midnights, moments, side="right") - 1
    return np.where(day < days, day, -1)


def running(
    keys: Sequence[str | None], by: By, filter: Filter, period_to: date, complete: bytes, follow_up_days: int = 0
) -> Mask:
    """Of each key whether its last day within the period has not ended by as_of, or not been handed in by all sources
    (``complete``: the moment up to which they have, packed), so many days of follow-up included. Figures are
    provisional until then.
    """
    known_until = min(packed.microseconds(filter.as_of), moment_in(complete))
    return ends(keys, by, filter, period_to, follow_up_days) > known_until


def moment_in(held: bytes) -> int:
    """A moment that comes alone, in microseconds since 2000."""
    return int.from_bytes(held, "big", signed=True)


def ends(keys: Sequence[str | None], by: By, filter: Filter, period_to: date, days_more: int = 0) -> Numbers:
    """Of each key when its last day within the period ends, and so many days more; in microseconds since 2000."""
    held = [_key_end(by, key, period_to) + timedelta(days=days_more) for key in keys]
    return np.array([packed.microseconds(filter.midnight(day)) for day in held], dtype=np.int64)


def _key_end(by: By, key: str | None, period_to: date) -> date:
    """The first day after the key's last one within the period."""
    last = period_to + timedelta(days=1)
    if key is None or by not in _DAY_GROUPINGS:
        return last
    first = date.fromisoformat(key)
    length = {By.DAY: 1, By.WEEK: 7}.get(by) or calendar.monthrange(first.year, first.month)[1]
    return min(first + timedelta(days=length), last)
