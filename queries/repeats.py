"""Repeated matters 重复事项: the third or more of one matter at one place within 30 days."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days, packed_places
from queries.figure import DEFAULT_DAYS
from queries.filters import Filter
from queries.privacy import shown_singly
from queries.runner import Shape, Type, framed, shape
from queries.vocabulary import State

REPEATED_DAYS: Final = 30
REPEATED_TIMES: Final = 3
_DAYS: Final = REPEATED_DAYS * 24 * 3_600_000_000  # microseconds
_NEAR: Final = 50  # metres
_PORTION: Final = 500_000  # pairs looked at at once, or a few more
_COLUMNS: Final = ("reported", "areas", "types", "traits", "places", "parties")

REPEATED: Final[Shape] = shape(
    area_id=Type.INTEGER,
    type_id=Type.INTEGER,
    n=(Type.INTEGER, "cases"),
    open=(Type.INTEGER, "cases"),
)


def repeated(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per area and matter with a repeated case (REPEATED) reported in the filter's period, or the last 28 local
    days; most first. Definition: catalogue, ``repeated``.

    Only kinds that may be shown singly, whatever the filter asks for: an area's few cases of a matter are near to one.
    What they repeat may be of any kind, as in the list of what may turn worse.
    """
    first, last = filter.period(DEFAULT_DAYS)
    start = filter.midnight(first)
    asked = {
        **filter.parameters(),
        "period_end": filter.midnight(last + timedelta(days=1)),
        "earlier_start": start - timedelta(days=REPEATED_DAYS + 1),
    }
    ground, cases, _ = packed_days.read(connection, "repeats", "repeated", _COLUMNS, asked)
    _, areas, _, untimed, labels, _ = ground
    within = None if filter.area_id is None else packed.Lookup(areas)
    chosen, _ = cases.chosen(None, within, cases.has("state", (State.OPEN, State.RESOLVED)))
    area, reported = cases.number("areas")[chosen].astype(np.int64), cases.number("reported")[chosen]
    matter = cases.number("types")[chosen].astype(np.int64)
    lon, lat = cases.number("places", "lon")[chosen], cases.number("places", "lat")[chosen]
    is_none = packed_places.LabelPoints(labels).are_at(area, lon, lat)  # a default, no location
    told = _Told(
        packed_days.together(area, matter),
        reported,
        np.where(is_none, np.nan, lon),
        np.where(is_none, np.nan, lat),
        cases.number("parties")[chosen],
    )
    is_repeated = _earlier(told, packed.microseconds(start)) >= REPEATED_TIMES - 1
    is_repeated &= cases.has("kind", shown_singly(filter.kinds))[chosen]

    is_open = cases.has("state", [State.OPEN])[chosen]
    is_open &= ~cases.has("source", packed_days.words_in(untimed))[chosen]
    pair, place, n = np.unique((area[is_repeated] << 32) + matter[is_repeated], return_inverse=True, return_counts=True)
    still_open = np.bincount(place, is_open[is_repeated], len(pair)).astype(np.int64)
    order = np.lexsort((pair, -still_open, -n))
    return framed([pair[order] >> 32, pair[order] & 0xFFFFFFFF, n[order], still_open[order]], REPEATED)


class _Told(NamedTuple):
    """Cases, each column with one place per case."""

    matter: npt.NDArray[np.intp]  # the same of the same matter in the same area
    reported: npt.NDArray[np.int64]  # microseconds
    lon: npt.NDArray[np.float64]  # not a number: no location
    lat: npt.NDArray[np.float64]
    party: npt.NDArray[np.int64]  # 0: not known


def _earlier(told: _Told, start: int) -> npt.NDArray[np.int64]:
    """Of each case reported since ``start`` how many others of its matter there were in the 30 days before it, or at
    its very moment, that lie within 50 m of it or come from the same party; of the others 0.
    """
    order = packed_days.in_order_of_report(told.matter, told.reported)
    cases = _Told(told.matter[order], told.reported[order], told.lon[order], told.lat[order], told.party[order])
    places = packed_places.Places(cases.lon, cases.lat)
    counts = np.zeros(len(order), dtype=np.int64)
    for one, other in _pairs(cases, start):
        is_like = (cases.party[one] != 0) & (cases.party[one] == cases.party[other])
        is_like |= places.are_near(one, other, _NEAR)
        at_once = is_like & (cases.reported[one] == cases.reported[other])  # then each is before the other
        counts += np.bincount(np.concatenate((one[is_like], other[at_once])), minlength=len(order))
    answer = np.empty_like(counts)
    answer[order] = counts
    return answer


def _pairs(cases: _Told, start: int) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """The places of each case reported since ``start`` with each of its matter in the 30 days before it, in portions.

    Cases in the order of their matters, those of one in the order of their reports.
    """
    # one number whose differences tell both: those of one matter lie within 30 days, those of two never
    begun = cases.reported.min(initial=start)
    key = cases.matter * (cases.reported.max(initial=start) - begun + _DAYS + 1) + cases.reported - begun
    later = np.flatnonzero(cases.reported >= start)
    ones: list[npt.NDArray[np.intp]] = []
    others: list[npt.NDArray[np.intp]] = []
    for back in range(1, len(key) + 1):
        # each with the one so many places before it; the further back the fewer are near in time
        later = later[later >= back]
        later = later[key[later] - key[later - back] <= _DAYS]
        ones.append(later)
        others.append(later - back)
        if not len(later) or sum(map(len, ones)) > _PORTION:
            yield np.concatenate(ones), np.concatenate(others)
            ones.clear()
            others.clear()
        if not len(later):
            break
