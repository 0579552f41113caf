"""Open cases that are not where their own life would have them: answered and closed at a slow, memoryless pace.

Another writer has touched them, or their words are not the demo city's. Each hour of the working day is a toss of the
case's own coin, so that nothing needs to be remembered between steps or starts.
"""

from typing import Final

import numpy as np
import pandas as pd

from seed.demo.chance import Draws
from seed.demo.days import DAY, OFFSET

HOUR: Final = 3600
#: Chance per working hour: half of them move within a day.
PACE: Final = 0.055


class Strays:
    """``cases``: rows of LiveCity's open_cases."""

    def __init__(self, seed: int, cases: pd.DataFrame) -> None:
        self._cases = cases.reset_index(drop=True)
        words = [self._cases[name].to_numpy(dtype=object) for name in ("source", "external_id")]
        self._draws = Draws(seed, words[0], words[1])
        self._is_pending = self._cases["escalation_pending"].fillna(False).to_numpy(dtype=bool)
        self._is_open = np.ones(len(self._cases), dtype=bool)

    def advance(self, since: int, until: int) -> pd.DataFrame:
        """Rows with since < occurred_at ≤ until (seconds UTC): answers first, then the case itself."""
        rows: list[dict[str, object]] = []
        if not self._is_open.any():
            return pd.DataFrame(rows)
        for hour in range(since // HOUR, until // HOUR + 1):
            if not 8 <= (hour * HOUR + OFFSET) % DAY // HOUR < 20:
                continue
            when = hour * HOUR + (self._draws.uniform(f"stray at {hour}") * HOUR).astype(np.int64)
            moves = self._is_open & (when > since) & (when <= until) & self._draws.happens(f"stray {hour}", PACE)
            rows += [self._move(int(position), int(when[position])) for position in np.flatnonzero(moves)]
        table = pd.DataFrame(rows)
        return table.astype({"escalation_no": "Int16"}) if rows else table

    def _move(self, position: int, when: int) -> dict[str, object]:
        case = self._cases.loc[position]
        row: dict[str, object] = {
            "source": case["source"],
            "external_id": case["external_id"],
            "escalation_no": pd.NA,
            "occurred_at": pd.Timestamp(when, unit="s", tz="UTC").as_unit("us"),
        }
        if "subdistrict_code" in self._cases:
            row["subdistrict_code"] = case["subdistrict_code"]
        if self._is_pending[position]:
            self._is_pending[position] = False
            return {**row, "event": "answered", "escalation_no": case["escalation_no"]}
        self._is_open[position] = False
        return {**row, "event": "resolved"}
