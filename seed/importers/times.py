"""Text into moments: written forms, a time zone with its gaps and repeated hours, and signs of a mislabelled zone."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

#: Forms that need no naming in a mapping: what true dates of a workbook become, and their likes.
ISO_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


@dataclass(frozen=True)
class Moments:
    """A column of moments."""

    at: pd.Series  # datetime64[us, UTC]; NaT where the cell is empty or cannot be read
    is_unreadable: pd.Series  # bool: a cell that holds text which is no time
    skipped: int  # in the hour that the clocks skip in spring: read as the first moment after it
    repeated: int  # in the hour that comes twice in autumn: read as the first of the two


def read_moments(cells: pd.Series, formats: tuple[str, ...], zone: ZoneInfo) -> Moments:
    """Moments of a text column (NaN: empty), the forms of the mapping first, then ISO."""
    codes, values = pd.factorize(cells)  # -1 where empty
    texts = pd.Series(values, dtype="object")
    naive = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for form in dict.fromkeys((*formats, *ISO_FORMATS)):
        missing = naive.isna()
        if not missing.any():
            break
        naive[missing] = pd.to_datetime(texts[missing], format=form, errors="coerce").astype("datetime64[us]")
    first = naive.dt.tz_localize(zone, ambiguous=np.ones(len(naive), dtype=bool), nonexistent="shift_forward")
    utc = first.dt.tz_convert("UTC")
    is_repeated = naive.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward").isna() & naive.notna()
    is_skipped = naive.notna() & (first.dt.tz_localize(None) != naive)
    known = codes >= 0
    at = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us, UTC]")
    at[known] = utc.to_numpy()[codes[known]]
    times_used = np.bincount(codes[known], minlength=len(texts))
    return Moments(
        at=at,
        is_unreadable=cells.notna() & at.isna(),
        skipped=int(times_used[is_skipped.to_numpy()].sum()),
        repeated=int(times_used[is_repeated.to_numpy()].sum()),
    )


def at_utc_midnight(moments: pd.Series) -> int:
    """How many moments fall on 00:00:00 UTC to the second: many of them are days that somebody took for UTC."""
    known = moments.dropna()
    return int((known == known.dt.floor("D")).sum())
