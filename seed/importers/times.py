"""Text into moments: written forms, a time zone with its gaps and repeated hours, and signs of a mislabelled zone."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

#: Forms that need no naming in a mapping: what true dates of a workbook become, and their likes.
ISO_FORMATS = (
    *("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"),
    *("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f"),
)
#: A time of day with what follows it in ISO 8601 when the zone is given: Z, +08:00 or +0800.
_OFFSET = r"\s?(?:Z|[+-]\d\d:?\d\d)$"
_WITH_OFFSET = r":\d\d(?:[.,]\d+)?" + _OFFSET

_MOMENT = "datetime64[us]"
#: Beyond these no zone can be reckoned with, and none is of any matter: 9999-12-31 stands for "never".
_FIRST, _LAST = np.datetime64("0002-01-01"), np.datetime64("9999-12-30")
#: The same for local days; what is beyond is no case's.
_DAYS = pd.Timestamp("1900-01-01", tz="UTC"), pd.Timestamp("2200-01-01", tz="UTC")


@dataclass(frozen=True)
class Moments:
    """A column of moments."""

    at: pd.Series  # datetime64[us, UTC]; NaT where the cell is empty or cannot be read
    is_unreadable: pd.Series  # bool: a cell that holds text which is no time
    skipped: int  # in the hour that the clocks skip in spring: read as the first moment after it
    repeated: int  # in the hour that comes twice in autumn: read as the first of the two


def read_moments(cells: pd.Series, formats: tuple[str, ...], zone: ZoneInfo, *, ignore_offset: bool = False) -> Moments:
    """Moments of a text column (NaN: empty), the forms of the mapping first, then ISO.

    A time that carries its own offset is that moment, unless ``ignore_offset`` says that its offset is wrong.
    """
    codes, values = pd.factorize(cells)  # -1 where empty
    texts = pd.Series(values, dtype="object")
    if ignore_offset and len(texts):
        texts = texts.mask(texts.str.contains(_WITH_OFFSET), texts.str.replace(_OFFSET, "", regex=True))
    naive = np.full(len(texts), np.datetime64("NaT"), dtype=_MOMENT)
    for form in dict.fromkeys((*formats, *ISO_FORMATS)):
        missing = np.isnat(naive)
        if not missing.any():
            break
        naive[missing] = pd.to_datetime(texts[missing], format=form, errors="coerce").to_numpy().astype(_MOMENT)
    is_edge = (naive < _FIRST) | (naive >= _LAST)
    local = pd.DatetimeIndex(np.where(is_edge, np.datetime64("NaT"), naive))
    first = local.tz_localize(zone, ambiguous=np.ones(len(naive), dtype=bool), nonexistent="shift_forward")
    utc = first.tz_convert("UTC").tz_localize(None).to_numpy().astype(_MOMENT)
    utc[is_edge] = naive[is_edge]
    carried = _with_offset(texts[np.isnat(naive)])
    utc[carried.index] = carried.dt.tz_localize(None).to_numpy().astype(_MOMENT)
    is_known = ~np.isnat(naive) & ~is_edge
    is_repeated = is_known & np.asarray(
        local.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").isna(), dtype=bool
    )
    is_skipped = is_known & np.asarray(first.tz_localize(None) != local, dtype=bool)
    # one more, for the empty cells: -1 is the last
    at = pd.DatetimeIndex(np.append(utc, np.datetime64("NaT"))[codes]).tz_localize("UTC")
    times_used = np.bincount(codes[codes >= 0], minlength=len(texts))
    moments = pd.Series(at, index=cells.index)
    return Moments(
        at=moments,
        is_unreadable=cells.notna() & moments.isna(),
        skipped=int(times_used[is_skipped].sum()),
        repeated=int(times_used[is_repeated].sum()),
    )


def local_days(moments: pd.Series, zone: ZoneInfo) -> pd.Series:
    """The local day of each moment, as a timestamp without zone; of years of no case the first or last there are."""
    first, last = _DAYS
    known = moments.mask(moments < first, first).mask(moments > last, last)
    days: pd.Series = known.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return days


def _with_offset(texts: pd.Series) -> pd.Series:
    """Moments of those texts that are ISO 8601 with an offset."""
    carries = texts[texts.str.contains(_WITH_OFFSET).astype(bool)] if len(texts) else texts
    return pd.to_datetime(carries, format="ISO8601", errors="coerce", utc=True).astype("datetime64[us, UTC]")


def at_utc_midnight(moments: pd.Series) -> int:
    """How many moments fall on 00:00:00 UTC to the second: many of them are days that somebody took for UTC."""
    known = moments.dropna()
    return int((known == known.dt.floor("D")).sum())
