"""Control the increment 控增量: new cases by matter and by community against the period before."""

from typing import Any, Final

import pandas as pd

from queries import comparison, increments, ranking
from queries.figure import By
from queries.ranking import period_before
from queries.review.asked import Asking
from queries.review.document import Holds, Table, records, table_of
from queries.review.names import both

INCREMENT: Final = {
    "key": Holds.KEY,
    "name": Holds.NAME,
    "n": Holds.COUNT,
    "n_before": Holds.COUNT,
    "ratio": Holds.RATIO,
    "low": Holds.RATIO,
    "high": Holds.RATIO,
    "p": Holds.RATIO,
    "is_risen": Holds.FLAG,
    "is_provisional": Holds.FLAG,
}
COMMUNITY: Final = "community"
_BESIDE: Final = ("n_before", "ratio", "low", "high", "p")


def by_type(ask: Asking) -> Table:
    """Matters with enough cases in both periods together to be asked about; what has clearly risen first."""
    frame = risen(ask, By.TYPE)
    return _table("increment_types", frame[frame["p"].notna()] if is_compared(ask) else frame, ask, By.TYPE)


def by_community(ask: Asking) -> Table:
    """All communities with a case; none where the subdistrict has none."""
    return _table("increment_communities", risen(ask, By.AREA), ask, By.AREA)


def risen(ask: Asking, by: By) -> pd.DataFrame:
    """increments.COLUMNS by matter or by community."""

    def answer() -> pd.DataFrame:
        level = COMMUNITY if by is By.AREA else None
        if level is not None and level not in set(ranking.levels(ask.connection, ask.filter)["level"]):
            return pd.DataFrame(columns=list(increments.COLUMNS))
        return increments.compared(ask.connection, ask.filter, by, level)

    return ask.once(f"increment by {by.value}", answer)


def is_compared(ask: Asking) -> bool:
    """Whether all days of the period before lie in what is recorded: else everything has risen."""
    return comparison.was_recorded(period_before(ask.filter), ask.first_record)


def _table(id: str, frame: pd.DataFrame, ask: Asking, by: By) -> Table:
    names = ask.names.areas if by is By.AREA else ask.names.types
    is_known = is_compared(ask)
    rows = []
    for row in records(frame):
        held: dict[str, Any] = row | {"name": dict(names.get(str(row["key"]), both(str(row["key"]))))}
        if not is_known or not row["has_before"]:
            held |= dict.fromkeys(_BESIDE) | {"is_risen": False}
        rows.append([held.get(name) for name in INCREMENT])
    return table_of(id, INCREMENT, rows)
