"""Which coordinates of a file are places, and where: cut, missing, default and far-off ones are left out and counted,
the others put right by the datum the mapping names.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from queries.datum import Datum, from_wgs84, to_wgs84
from seed.importers.findings import Notes
from seed.importers.mapping import CoordinatesPart


def read_points(frame: pd.DataFrame, rules: CoordinatesPart, notes: Notes) -> tuple[pd.Series, pd.Series]:
    """Longitude and latitude (WGS84 degrees, float64), both NaN where the cells give no place.

    The rules are about the cells as they stand, so they speak of the file's own datum.
    """
    lon = pd.to_numeric(frame[rules.lon], errors="coerce").astype("float64")
    lat = pd.to_numeric(frame[rules.lat], errors="coerce").astype("float64")
    west, south, east, north = rules.box
    is_missing = lon.isna() | lat.isna()
    is_zero = (lon == 0) & (lat == 0)
    is_cut = ~is_missing & ~is_zero & ((lon == lon.round()) | (lat == lat.round()))
    if rules.whole_degrees == "keep":
        is_cut[:] = False
    is_outside = ~is_missing & ~is_zero & ~is_cut & ~(lon.between(west, east) & lat.between(south, north))
    is_default = pd.Series(False, index=frame.index)
    for default_lon, default_lat in rules.default_points:
        is_default |= ~is_missing & ~is_zero & (lon == default_lon) & (lat == default_lat)
    is_default &= ~is_cut & ~is_outside
    notes.add("coordinates_missing", int(is_missing.sum()))
    notes.add("coordinates_zero", int(is_zero.sum()))
    notes.add("coordinates_cut", int(is_cut.sum()))
    notes.add("coordinates_outside", int(is_outside.sum()))
    notes.add("coordinates_default", int(is_default.sum()))
    is_none = is_missing | is_zero | is_cut | is_outside | is_default
    put_right = to_wgs84(lon.mask(is_none), lat.mask(is_none), rules.datum)
    return pd.Series(put_right[0], index=frame.index), pd.Series(put_right[1], index=frame.index)


#: Points and outlines from which on a reading is judged, and by how much another one must be better.
FEWEST: Final = 30
CLEARLY: Final = 0.1


def shares(points: pd.DataFrame, outlines: Mapping[str, BaseGeometry], read_as: Datum) -> dict[Datum, float]:
    """For each datum the share of points that fall into the area they name, were they given in it.

    ``points``: code, lon, lat (WGS84, as put right from ``read_as``); those of areas without an outline say nothing.
    Empty where there are too few.
    """
    told = points[points["code"].isin(list(outlines))]
    if len(told) < FEWEST:
        return {}
    own = [outlines[code] for code in told["code"]]
    given = from_wgs84(told["lon"], told["lat"], read_as)
    return {datum: float(shapely.contains_xy(own, *to_wgs84(*given, datum)).mean()) for datum in Datum}


def better_datum(found: Mapping[Datum, float], read_as: Datum) -> Datum | None:
    """The datum in which clearly more points fall into their areas; None where the one named is as good."""
    if not found:
        return None
    best = max(found, key=lambda datum: found[datum])
    return best if found[best] > found[read_as] + CLEARLY else None
