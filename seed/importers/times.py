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
    naive = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for form in dict.fromkeys((*formats, *ISO_FORMATS)):
        missing = naive.isna()
        if not missing.any():
            break
        naive[missing] = pd.to_datetime(texts[missing], format=form, errors="coerce").astype("datetime64[us]")
    first = naive.dt.tz_localize(zone, ambiguous=np.ones(len(naive), dtype=bool), nonexistent="shift_forward")
    utc = first.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    carried = _with_offset(texts[naive.isna()])
    utc[carried.index] = carried
    is_repeated = naive.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").isna() & naive.notna()
    is_skipped = naive.notna() & (first.dt.tz_localize(None) != naive)
    known = codes >= 0
    at = pd.Series(utc.array.take(codes, allow_fill=True, fill_value=pd.NaT), index=cells.index)
    times_used = np.bincount(codes[known], minlength=len(texts))
    return Moments(
        at=at,
        is_unreadable=cells.notna() & at.isna(),
        skipped=int(times_used[is_skipped.to_numpy()].sum()),
        repeated=int(times_used[is_repeated.to_numpy()].sum()),
    )


def _with_offset(texts: pd.Series) -> pd.Series:
    """Moments of those texts that are ISO 8601 with an offset."""
    carries = texts[texts.str.contains(_WITH_OFFSET).astype(bool)] if len(texts) else texts
    return pd.to_datetime(carries, format="ISO8601", errors="coerce", utc=True).astype("datetime64[us, UTC]")


def at_utc_midnight(moments: pd.Series) -> int:
    """How many moments fall on 00:00:00 UTC to the second: many of them are days that somebody took for UTC."""
    known = moments.dropna()
    return int((known == known.dt.floor("D")).sum())
