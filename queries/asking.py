"""From words to a question: the one place that reads what a person typed, on a command line or in an address.

Whatever cannot be asked raises ``AskingError``: an id of queries.refusals.SENTENCES and the values that its sentence
names, by which a screen can say it in its own way.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection

from queries import labels, place, store
from queries.catalogue import Figure, figures
from queries.figure import By
from queries.filters import Filter
from queries.refusals import sentence
from queries.runner import ask_one
from queries.vocabulary import Kind

Found = TypeVar("Found")

#: A moment before or after could not be told apart in every time zone.
_FIRST_YEAR, _LAST_YEAR = 2, 9998
#: Years a period may lie in, and the days it may have: beyond them a digit was mistyped.
_YEARS: Final = range(1990, 2101)
_MOST_DAYS: Final = 3660
#: Characters of a word that a sentence repeats.
_LONGEST_WORD: Final = 60
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.]\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?")


class AskingError(ValueError):
    """What was asked for cannot be. ``id``: a key of SENTENCES; ``values``: what its sentence names, a word that was
    given no longer than a sentence bears. As text the English sentence.
    """

    def __init__(self, id: str, **values: object) -> None:
        given = values.get("given")
        if isinstance(given, str) and len(given) > _LONGEST_WORD:
            values["given"] = given[: _LONGEST_WORD - 1] + "…"
        super().__init__(sentence(id, values))
        self.id = id
        self.values = values

    def said(self, language: str) -> str:
        """The sentence. ``language``: "zh" or "en"."""
        return sentence(self.id, self.values, language)


@dataclass(frozen=True)
class Words:
    """What a person typed; None or nothing: not said."""

    subdistrict: str | None = None  # code
    area: str | None = None  # code, alias or name
    kinds: Sequence[str] = ()
    first: str | None = None  # days, local
    last: str | None = None
    by: str | None = None
    level: str | None = None
    as_of: str | None = None  # local to the store's time zone unless it names its own


@dataclass(frozen=True)
class Asked:
    """A question understood. ``by`` None: not said; ``unit_level`` None: not said, unless ``by`` is AREA."""

    filter: Filter
    by: By | None
    unit_level: str | None
    area_code: str  # of the filter's area, or of the subdistrict
    area_zh: str
    area_en: str

    @property
    def grouping(self) -> By:
        """What the answer is grouped by; TOTAL where nothing was said."""
        return self.by or By.TOTAL


def read(connection: Connection, words: Words, *, now: datetime, subdistrict_id: int | None = None) -> Asked:
    """The question the words ask. ``now``: the clock, aware; without as_of the newest record's moment is taken.

    So an answer does not change until something new is recorded, and its as_of repeats it later. ``subdistrict_id``:
    the one a screen shows, where the words name none. Raises AskingError.
    """
    owner = _owner(connection, words.subdistrict, subdistrict_id)
    as_of = _as_of(connection, owner, words.as_of, now)
    filter = Filter(owner.subdistrict_id, as_of, owner.time_zone)
    areas = labels.areas(connection, owner.subdistrict_id)
    area = areas[areas["area_id"] == owner.subdistrict_id].iloc[0]
    chosen = None if words.area is None else _area(areas, words.area, owner.code, filter.today)
    if chosen is not None:
        area = chosen
    first, last = period(words.first, words.last, filter.today)
    if chosen is not None:
        filter = replace(filter, area_id=int(chosen["area_id"]))
        if words.level is not None:
            areas = areas[areas["area_id"].isin(place.inside(connection, filter)["area_id"])]
    by, unit_level = _grouping(connection, filter, words, areas, str(area["code"]))
    return Asked(
        filter=replace(filter, kinds=kinds(words.kinds), period_from=first, period_to=last),
        by=by,
        unit_level=unit_level,
        area_code=str(area["code"]),
        area_zh=str(area["name_zh"]),
        area_en=str(area["name_en"]),
    )


def first_record(connection: Connection, subdistrict_id: int) -> datetime | None:
    """When the subdistrict's first record was made, aware UTC; None where it has none."""
    found = ask_one(connection, "asking", "first_record", {"subdistrict_id": subdistrict_id})["recorded_at"]
    return None if found is None else found.astimezone(UTC)


def figure(id: str) -> Figure:
    """The definition of a figure. Raises AskingError where the catalogue has none of that id."""
    known = figures()
    if id not in known:
        raise AskingError("unknown_figure", given=id, suggestion=_suggestion(id, {name: name for name in known}))
    return known[id]


def kinds(given: Sequence[str]) -> tuple[Kind, ...] | None:
    """Kinds by their codes; None where none is given. Raises AskingError."""
    wished = [word.strip() for word in given if word.strip()]
    for word in wished:
        if word not in set(Kind):
            raise AskingError("unknown_kind", given=word, known=listed(Kind))
    return tuple(Kind(word) for word in wished) or None


def day(given: str) -> date:
    """A day written as 2026-03-14. Raises AskingError."""
    text = given.strip()
    # fromisoformat alone would take 20260314 and weeks as well
    found = _or_none(date.fromisoformat, text) if _DAY.fullmatch(text) else None
    if found is None:
        raise AskingError("malformed_date", given=given)
    if found.year not in _YEARS:
        raise AskingError("unlikely_year", given=given, first=_YEARS.start, last=_YEARS.stop - 1)
    return found


def period(first: str | None, last: str | None, today: date) -> tuple[date | None, date | None]:
    """First and last day; a period without a last day runs to ``today``, the local day of as_of. Raises AskingError."""
    begin, end = (None if given is None else day(given) for given in (first, last))
    if begin is None:
        if end is not None:
            raise AskingError("half_period", last=end)
        return None, None
    if end is not None and end < begin:
        raise AskingError("period_reversed", first=begin, last=end)
    if begin > today:
        raise AskingError("period_in_future", first=begin, today=today)
    last_day = end or today
    if (last_day - begin).days >= _MOST_DAYS:
        raise AskingError("period_too_long", first=begin, last=last_day)
    return begin, last_day


def moment(given: str, time_zone: str) -> datetime:
    """A moment, aware; without a zone of its own it is local to ``time_zone``. Raises AskingError.

    A day alone is refused: it would leave open whether its beginning or its end is meant.
    """
    # an address may have turned the plus of an offset into a blank
    text = re.sub(r"(:\S+) (\d{2}:?\d{2})$", r"\1+\2", given.strip())
    found = _or_none(datetime.fromisoformat, text) if _MOMENT.fullmatch(text) else None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise AskingError("malformed_moment", given=given)
    return found.replace(tzinfo=ZoneInfo(time_zone)) if found.tzinfo is None else found.astimezone(UTC)


def past_moment(given: str, time_zone: str, *, now: datetime) -> datetime:
    """A moment that is not after ``now``. Raises AskingError."""
    found = moment(given, time_zone)
    if found > now:
        zone = ZoneInfo(time_zone)
        raise AskingError("as_of_in_future", as_of=spoken(found, zone), now=spoken(now.replace(microsecond=0), zone))
    return found


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """A moment with its local offset, to the microsecond where it has any: 2026-03-14T18:00:00+08:00."""
    return at.astimezone(zone).isoformat()


def _as_of(connection: Connection, owner: store.Owner, given: str | None, now: datetime) -> datetime:
    vitals = store.vitals(connection, owner.subdistrict_id)
    newest = None if vitals is None else vitals.recorded_at
    if newest is None:
        raise AskingError("no_records", subdistrict=owner.code)
    if given is None:
        return newest
    # the newest record may lie a little ahead of this machine's clock, and its as_of can be repeated all the same
    found = past_moment(given, owner.time_zone, now=max(now, newest))
    first = first_record(connection, owner.subdistrict_id)
    if first is not None and found < first:
        zone = ZoneInfo(owner.time_zone)
        raise AskingError("as_of_before_first_record", as_of=spoken(found, zone), first=spoken(first, zone))
    return found


def _owner(connection: Connection, code: str | None, shown: int | None) -> store.Owner:
    owners = store.subdistricts(connection)
    if not owners:
        raise AskingError("empty_store")
    known = listed(owner.code for owner in owners)
    if code is None:
        for owner in owners:
            if owner.subdistrict_id == shown:
                return owner
        if len(owners) > 1:
            raise AskingError("subdistrict_needed", known=known)
        return owners[0]
    for owner in owners:
        if owner.code == code:
            return owner
    raise AskingError("unknown_subdistrict", given=code, known=known)


def _area(areas: pd.DataFrame, given: str, subdistrict: str, today: date) -> pd.Series:
    """The area of that code, else alias, else name; of several with one code the one of ``today``, else the newest."""
    wished = given.strip().casefold()
    by_name = areas[["name_zh", "name_en"]].apply(lambda column: column.str.casefold() == wished).any(axis=1)
    by_alias = areas["aliases"].map(lambda aliases: wished in [alias.casefold() for alias in aliases])
    for is_meant in (areas["code"].str.casefold() == wished, by_alias, by_name):
        found = areas[is_meant]
        is_valid = [
            begin <= today and (pd.isna(end) or end > today)
            for begin, end in zip(found["valid_from"], found["valid_to"], strict=True)
        ]
        current = found[is_valid]
        if not current.empty:
            found = current
        elif found["code"].nunique() == 1:
            found = found.sort_values("valid_from").iloc[[-1]]
        if len(found) > 1:
            raise AskingError("ambiguous_area", given=given, known=listed(found["code"]))
        if len(found) == 1:
            return found.iloc[0]
    shown = dict(zip(areas["code"], areas["code"] + " (" + areas["name_zh"] + ")", strict=True))
    names = {name: shown[code] for code, row in zip(areas["code"], areas["aliases"], strict=True) for name in row}
    for column in ("name_en", "name_zh", "code"):
        names |= dict(zip(areas[column], areas["code"].map(shown), strict=True))
    raise AskingError("unknown_area", given=given, subdistrict=subdistrict, suggestion=_suggestion(given, names))


def _grouping(
    connection: Connection, filter: Filter, words: Words, areas: pd.DataFrame, area: str
) -> tuple[By | None, str | None]:
    """``areas``: where a level is wished, those in the area asked about, whose code is ``area``."""
    by: By | None = None
    if words.by is not None:
        if words.by not in set(By):
            raise AskingError("unknown_grouping", given=words.by, known=listed(By))
        by = By(words.by)
    if words.level is not None:
        levels = list(dict.fromkeys(areas["level"]))
        if words.level not in levels:
            raise AskingError("unknown_level", given=words.level, area=area, known=listed(levels))
        if by not in (None, By.AREA):
            raise AskingError("level_without_area", by=by)
        return by, words.level
    if by is By.AREA:
        return by, place.subdistrict(connection, filter).unit_level
    return by, None


def _suggestion(given: str, known: Mapping[str, str]) -> str:
    """What the nearest of the known words stand for; empty where none is near."""
    by_folded = {word.casefold(): shown for word, shown in known.items()}
    near = get_close_matches(given.strip().casefold(), by_folded, n=4, cutoff=0.5)
    return listed(dict.fromkeys(by_folded[word] for word in near))


def _or_none(read: Callable[[str], Found], text: str) -> Found | None:
    try:
        return read(text)
    except ValueError:
        return None


def listed(words: Iterable[object], most: int = 12) -> str:
    """Words as a sentence names them; how many more there are, past ``most``."""
    every = [str(word) for word in words]
    return ", ".join(every[:most]) + (f", … (+{len(every) - most})" if len(every) > most else "")
