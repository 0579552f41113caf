"""Default locations: points on which cases pile up because a system puts them there, where they did not happen."""

from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from queries import packed, packed_days
from queries.filters import Filter
from queries.packed import Lookup
from queries.packed_places import LabelPoints
from queries.privacy import shown_singly
from queries.runner import Shape, Type, framed, shape
from queries.vocabulary import State

PILE_DAYS: Final = 28
#: From so many cases on an area's label point is one; of another point more is asked.
_LABELLED_CASES: Final = 3
_CASES: Final = 5
_MATTERS: Final = 3
_AREAS: Final = 3
_SHARE: Final = 20  # a twentieth
_COLUMNS: Final = ("reported", "areas", "types", "traits", "places")

PILES: Final[Shape] = shape(
    lon=(Type.NUMBER, "degrees, WGS84"),
    lat=(Type.NUMBER, "degrees, WGS84"),
    area_id=(Type.INTEGER, "the area most of them belong to"),
    areas=(Type.INTEGER, "areas with a case there"),
    cases=(Type.INTEGER, "cases"),
    matters=(Type.INTEGER, "different matters among them"),
    area_cases=(Type.INTEGER, "located cases of those areas"),
    share=(Type.NUMBER, "cases ÷ area_cases"),
    since=Type.MOMENT,
    is_label_point=Type.FLAG,
)


def piles(connection: Connection, filter: Filter) -> pd.DataFrame:
    """One row per default location (PILES), most cases first, of the filter's period or the last 28 local days.

    Such is an area's own label point with at least three cases, and any other point with at least five cases of at
    least three matters that either make up a twentieth of its areas' located cases or come from at least three areas,
    in which no single real place lies. The map of heat leaves out such points.

    A finding for whoever keeps the reporting system: these cases' true places are unknown. ``since``: the first of the
    period. Kinds whose single cases may not be shown are left out.
    """
    first, last = filter.period(PILE_DAYS)
    asked = {
        **filter.parameters(),
        "period_start": filter.midnight(first),
        "period_end": filter.midnight(last + timedelta(days=1)),
    }
    (_, within, _, _, labels), cases, _ = packed_days.read(connection, "piles", "piles", _COLUMNS, asked)
    lon, lat = cases.number("places", "lon"), cases.number("places", "lat")
    counts = ~np.isnan(lon) & ~np.isnan(lat) & cases.has("state", (State.OPEN, State.RESOLVED))
    located, _ = cases.chosen(shown_singly(filter.kinds), None, counts)
    area = cases.number("areas").astype(np.int64)
    areas = packed.Numbered(area[located])
    of_area = areas.places(area[located])
    point = _points(lon[located], lat[located])
    is_piled = np.bincount(point)[point] >= _LABELLED_CASES if len(point) else np.zeros(0, dtype=bool)
    piled, point, of_piled = located[is_piled], _renumbered(point[is_piled]), of_area[is_piled]
    size = int(point.max()) + 1 if len(point) else 0

    # each area at each point, by the point and then by how many cases it has there
    here, n = np.unique(point * areas.size + of_piled, return_counts=True)
    at, there = np.divmod(here, areas.size)
    most = np.lexsort((there, -n, at))
    of_areas = np.bincount(at, minlength=size)
    number, matter = np.bincount(point, minlength=size), cases.number("types")[piled]
    matters = packed.Numbered(matter)
    different = np.unique(point * matters.size + matters.places(matter)) // matters.size
    different = np.bincount(different, minlength=size)
    area_cases = np.bincount(at, np.bincount(of_area)[there] if len(there) else None, minlength=size).astype(np.int64)
    is_label = LabelPoints(labels).are_at(area[piled], lon[piled], lat[piled])
    is_labelled = np.bincount(point[is_label], minlength=size) > 0
    first_there = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first_there, point, cases.number("reported")[piled])
    is_pile = is_labelled | (
        (number >= _CASES) & (different >= _MATTERS) & ((number * _SHARE >= area_cases) | (of_areas >= _AREAS))
    )
    area_id = areas.first + there[most[np.searchsorted(at[most], np.arange(size))]]
    if filter.area_id is not None:
        is_pile &= np.isin(area_id, Lookup(within).numbers)
    place = np.zeros(size, dtype=np.intp)
    place[point] = piled
    found = np.flatnonzero(is_pile)
    found = found[np.lexsort((lat[place[found]], lon[place[found]], -number[found]))]
    return framed(
        [
            *(lon[place[found]], lat[place[found]], area_id[found], of_areas[found], number[found], different[found]),
            *(area_cases[found], number[found] / area_cases[found]),
            [packed.moment(int(each)) for each in first_there[found]],
            is_labelled[found],
        ],
        PILES,
    )


def _points(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Of each place a number that those of the same point share."""
    east, north = pd.factorize(lon)[0], pd.factorize(lat)[0]
    return _renumbered(east * (1 + len(north)) + north)


def _renumbered(numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The same numbers, without gaps."""
    return pd.factorize(numbers)[0]
