"""Which coordinates of a file are places: cut, missing, default and far-off ones are left out and counted."""

import pandas as pd

from seed.importers.findings import Notes
from seed.importers.mapping import CoordinatesPart


def read_points(frame: pd.DataFrame, rules: CoordinatesPart, notes: Notes) -> tuple[pd.Series, pd.Series]:
    """Longitude and latitude (WGS84 degrees, float64), both NaN where the cells give no place."""
    lon = pd.to_numeric(frame[rules.lon], errors="coerce").astype("float64")
    lat = pd.to_numeric(frame[rules.lat], errors="coerce").astype("float64")
    west, south, east, north = rules.box
    is_missing = lon.isna() | lat.isna()
    is_cut = ~is_missing & ((lon == lon.round()) | (lat == lat.round()))
    if rules.whole_degrees == "keep":
        is_cut[:] = False
    is_outside = ~is_missing & ~is_cut & ~(lon.between(west, east) & lat.between(south, north))
    is_default = pd.Series(False, index=frame.index)
    for default_lon, default_lat in rules.default_points:
        is_default |= ~is_missing & (lon == default_lon) & (lat == default_lat)
    is_default &= ~is_cut & ~is_outside
    notes.add("coordinates_missing", int(is_missing.sum()))
    notes.add("coordinates_cut", int(is_cut.sum()))
    notes.add("coordinates_outside", int(is_outside.sum()))
    notes.add("coordinates_default", int(is_default.sum()))
    is_none = is_missing | is_cut | is_outside | is_default
    return lon.mask(is_none), lat.mask(is_none)
