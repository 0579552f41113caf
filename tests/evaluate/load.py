"""``expected_load`` on held-out days: what its highest grids capture of the next 24 hours, and is its level right?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from queries.statistics.configuration import RiskRules
from queries.statistics.risk import History, expected_load
from tests.evaluate.counts import COLOURS, HOURS, Array, Counts, begun_ahead, truth_of
from tests.evaluate.intervals import ratio

#: Local hours at which forecasts are made: the morning's and the evening's handover.
CLOCKS: Final = (8, 20)
MEAN_DAYS: Final = 28
METHODS: Final = ("expected_load", "yesterday", "mean_28_days", "truth", "foresight")
SHARES: Final = (0.1, 0.2)


@dataclass(frozen=True)
class Forecasts:
    """Of one city: by method, severity-weighted load forecast (days × clocks × units); what came, and what was to be
    expected of the city's own truth (in the same shape).
    """

    made: dict[str, Array]
    came: Array
    expected: Array


def forecast(counts: Counts, past: Callable[[int], History], days: Sequence[int], rules: RiskRules) -> Forecasts:
    """Forecasts on these days (positions), each from what was known then alone. ``past``: the history fitted on a day.

    ``yesterday`` is the load of the 24 hours before, ``mean_28_days`` the mean of the 28 whole days before. ``truth``
    is the ceiling: the load expected by the intensities the city is drawn from and the incidents begun by then;
    ``foresight`` knows of incidents to come as well, which nobody can.
    """
    weights = np.array([rules.severity[colour] if colour in ("red", "orange") else 0.0 for colour in COLOURS])
    shape = (len(days), len(CLOCKS), len(counts.area_ids))
    made = {method: np.zeros(shape) for method in METHODS}
    came = np.zeros(shape)
    zero = np.zeros((1, shape[2], 4))
    expected, usual = (
        np.concatenate([zero, truth_of(counts, with_incidents=incidents).cumsum(axis=0)]) for incidents in (True, False)
    )
    for row, day in enumerate(days):
        fitted = past(day)
        for column, clock in enumerate(CLOCKS):
            hour = day * HOURS + clock
            came[row, column] = (counts.running[hour + HOURS] - counts.running[hour]) @ weights
            known = usual[hour + HOURS] - usual[hour] + begun_ahead(counts, hour)
            made["truth"][row, column] = known @ weights
            made["foresight"][row, column] = (expected[hour + HOURS] - expected[hour]) @ weights
            made["yesterday"][row, column] = counts.last(hour, HOURS) @ weights
            made["mean_28_days"][row, column] = (counts.by_day[day - MEAN_DAYS : day] @ weights).mean(axis=0)
            made["expected_load"][row, column] = expected_load(fitted, counts.recent(hour), counts.moment(hour), rules)
    return Forecasts(made, came, made["foresight"])


def captured(made: Array, load: Array, share: float) -> Array:
    """Load of the highest-ranked share of units by the forecast, by day (all clocks together)."""
    count = round(share * made.shape[2])
    # equal forecasts (yesterday's many zeros) are ranked by chance, not by the units' numbers
    tied = made + 1e-9 * np.random.default_rng(1).random(made.shape)
    highest = np.argsort(-tied, axis=2)[:, :, :count]
    return np.asarray(np.take_along_axis(load, highest, axis=2).sum(axis=(1, 2)))


def capture_table(cities: Sequence[Forecasts]) -> list[dict[str, Any]]:
    """One row per method: for 10 % and 20 % of the units, the share of the load that came in them; and by the truth's
    expectation, which chance of the days does not blur, as a share of the truth's own.
    """
    came = np.array([city.came.sum(axis=(1, 2)) for city in cities])
    rows = []
    for method in METHODS:
        row: dict[str, Any] = {"method": method}
        for share in SHARES:
            seen = np.array([captured(city.made[method], city.came, share) for city in cities])
            due = np.array([captured(city.made[method], city.expected, share) for city in cities])
            most = np.array([captured(city.made["truth"], city.expected, share) for city in cities])
            row[f"capture_{share:.0%}"] = ratio(seen, came)
            row[f"of_ceiling_{share:.0%}"] = ratio(due, most)
        rows.append(row)
    return rows


def calibration_table(cities: Sequence[Forecasts], method: str = "expected_load") -> dict[str, Any]:
    """Came ÷ forecast, overall and by tenth of the forecasts (lowest first), and both means a day and unit."""
    made = np.concatenate([city.made[method].ravel() for city in cities])
    came = np.concatenate([city.came.ravel() for city in cities])
    parts = np.array_split(np.argsort(made, kind="stable"), 10)
    return {
        "overall": ratio(
            np.array([city.came.sum(axis=(1, 2)) for city in cities]),
            np.array([city.made[method].sum(axis=(1, 2)) for city in cities]),
        ),
        "deciles": [
            {
                "forecast": float(made[part].mean()),
                "came": float(came[part].mean()),
                "ratio": float(came[part].sum() / max(made[part].sum(), 1e-12)),
            }
            for part in parts
        ],
    }
