"""What visitors may see: police reports and petitions as counts by grid only, cells under three hidden."""

from typing import Final

import numpy as np
import pandas as pd

from queries.vocabulary import Kind

#: Kinds whose single cases may stand on a screen that visitors see.
SHOWN_SINGLY: Final[tuple[Kind, ...]] = (Kind.APPEAL, Kind.HAZARD, Kind.WARNING)

SMALLEST_CELL: Final = 3


def shown_singly(kinds: tuple[Kind, ...] | None) -> tuple[Kind, ...]:
    """Of the kinds that are asked for (None: all) those whose single cases may be shown."""
    return SHOWN_SINGLY if kinds is None else tuple(kind for kind in kinds if kind in SHOWN_SINGLY)


def hide_small_cells(counts: pd.Series, kinds: pd.Series) -> pd.Series:
    """Counts as Int64; those of police reports and petitions from 1 to 2 become missing ("under 3").

    ``counts`` and ``kinds`` share their index. A zero stays: it tells of nobody.
    """
    is_hidden = ~kinds.isin([kind.value for kind in SHOWN_SINGLY]) & counts.between(1, SMALLEST_CELL - 1)
    return counts.astype("Int64").mask(np.asarray(is_hidden, dtype=bool))
