"""The study of the two risk indices: `python -m tests.evaluate risk`.

Forecasts and alarms come from the functions the live wall uses. What was tuned was tuned on other cities (seeds 1 to 3,
the rivals' thresholds 1 and 2) than those reported on.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from queries.evaluation import Evaluation, Reached
from queries.statistics.configuration import risk_rules
from queries.statistics.risk import History, history
from tests.evaluate import load, risk_page
from tests.evaluate.alarms import (
    SIZES,
    Alarm,
    Incident,
    alarms_above,
    c2,
    delays,
    false_alarms,
    inject,
    our_alarms,
    own_incidents,
    raw,
)
from tests.evaluate.counts import Array, Counts, counts_of
from tests.evaluate.intervals import ratio
from tests.evaluate.results import keep, made

FIRST_DAY: Final = date(2025, 5, 12)  # so that typhoons and the long holidays of October are among the days
WEEKS: Final = 13
TUNED_ON: Final = (1, 2)
REPORTED_ON: Final = (11, 12, 13, 14)
#: False alarms a week that rivals are given; ours are what its rate of false discoveries makes them.
BUDGET: Final = 1.0
COMMAND: Final = "python -m tests.evaluate risk"
#: Rivals: a statistic at every hour; an alarm is where it rises above a threshold found on the tuning cities.
RIVALS: Final[dict[str, Callable[[Counts], Array]]] = {
    "EARS C2, 24 h": lambda counts: c2(counts, 24),
    "EARS C2, 6 h": lambda counts: c2(counts, 6),
    "raw count, 24 h": lambda counts: raw(counts, 24),
    "raw count, 6 h": lambda counts: raw(counts, 6),
}
THRESHOLDS: Final = np.arange(99.5, 2.0, -0.5)


def fitted(counts: Counts) -> Callable[[int], History]:
    """The history as of a day (position), from the days before it alone."""
    rules = risk_rules()
    days = rules.history_days

    @lru_cache(maxsize=2)
    def past(day: int) -> History:
        return history(counts.area_ids, counts.daily(day, days), counts.profile(day, days), counts.day(day), rules)

    return past


def study(
    *,
    today: date,
    weeks: int = WEEKS,
    tuned_on: Sequence[int] = TUNED_ON,
    reported_on: Sequence[int] = REPORTED_ON,
    is_kept: bool = True,
    kept: Path | None = None,
) -> Evaluation:
    """Run the study and print it; ``today`` labels the results. Kept in queries/, docs/ and evaluation-results/.

    ``kept``: not needed, cities are drawn anew in seconds.
    """
    first = risk_rules().history_days
    days = range(first, first + 7 * weeks)
    thresholds = _thresholds([counts_of(seed, FIRST_DAY, days[-1] + 2) for seed in tuned_on], days)
    forecasts, watched = [], []
    for seed in reported_on:
        counts = counts_of(seed, FIRST_DAY, days[-1] + 2)
        forecasts.append(load.forecast(counts, fitted(counts), days, risk_rules()))
        watched.append(_watched(counts, days, seed, thresholds))
        print(f"city {seed} done", flush=True)
    capture, calibration = load.capture_table(forecasts), load.calibration_table(forecasts)
    alarms = [_summary(method, [each[method] for each in watched], days) for method in watched[0]]
    tables = {
        "capture": capture,
        "calibration": calibration["deciles"],
        "calibration_overall": [calibration["overall"]],
        "alarms": alarms,
        "thresholds": [{"method": method, "threshold": value} for method, value in thresholds.items()],
    }
    result = made("risk", today, reported_on, COMMAND, _reached(capture, alarms), tables)
    page = risk_page.page(result, weeks=weeks, tuned_on=tuned_on)
    print(page)
    if is_kept:
        keep(result, page)
    return result


def _thresholds(cities: Sequence[Counts], days: range) -> dict[str, float]:
    """For each rival the lowest threshold at which it keeps to the budget on these cities."""
    weeks = len(cities) * len(days) / 7
    found = {}
    for name, statistic in RIVALS.items():
        made = [(statistic(counts), own_incidents(counts)) for counts in cities]
        for threshold in THRESHOLDS:  # from the highest down: low ones raise thousands of alarms
            count = sum(len(false_alarms(alarms_above(each, threshold, days), known)) for each, known in made)
            if count / weeks > BUDGET:
                break
            found[name] = float(threshold)
    return found


def _watched(counts: Counts, days: range, seed: int, thresholds: dict[str, float]) -> dict[str, dict[str, Any]]:
    """By method: alarms on the city as it is, for false ones; and on the same with incidents put in, for delays."""
    own = own_incidents(counts)
    more, put_in = inject(counts, days[0], seed)
    put_in = [incident for incident in put_in if incident.start < (days[-1] - 1) * 24]
    in_days = [each for each in own if days[0] * 24 <= each.start < (days[-1] - 1) * 24]
    found = {
        "unusual": _found(
            our_alarms(counts, fitted(counts), days, risk_rules()),
            our_alarms(more, fitted(more), days, risk_rules()),
            own,
            in_days,
            put_in,
            days,
        )
    }
    for name, statistic in RIVALS.items():
        as_it_is, with_more = (alarms_above(statistic(each), thresholds[name], days) for each in (counts, more))
        found[name] = _found(as_it_is, with_more, own, in_days, put_in, days)
    return found


def _found(
    as_it_is: list[Alarm],
    with_more: list[Alarm],
    own: list[Incident],
    in_days: list[Incident],
    put_in: list[Incident],
    days: range,
) -> dict[str, Any]:
    false = np.zeros(len(days))
    for alarm in false_alarms(as_it_is, own):
        false[(alarm.hour - 1) // 24 - days[0]] += 1
    return {
        "false": false,
        "alarms": len(as_it_is),
        "own": [(each.size, wait) for each, wait in zip(in_days, delays(as_it_is, in_days), strict=True)],
        "put_in": [(each.size, wait) for each, wait in zip(put_in, delays(with_more, put_in), strict=True)],
    }


def _summary(method: str, cities: list[dict[str, Any]], days: range) -> dict[str, Any]:
    """One row of the table of alarms: false ones a week, and share found and median delay (hours) by size."""
    false = np.array([city["false"] for city in cities])
    row: dict[str, Any] = {
        "method": method,
        "false_a_week": ratio(false, np.full(false.shape, 1 / 7)),
        "alarms": int(sum(city["alarms"] for city in cities)),
        "false": int(false.sum()),
        "put_in": [_delays([w for city in cities for s, w in city["put_in"] if s == size], size) for size in SIZES],
        "put_in_all": _delays([w for city in cities for _, w in city["put_in"]]),
        "own_small": _delays([w for city in cities for s, w in city["own"] if s <= 10]),
        "own_large": _delays([w for city in cities for s, w in city["own"] if s > 10]),
    }
    return row


def _delays(waited: list[float], size: int | None = None) -> dict[str, Any]:
    """n, share found within a day, and the median delay in hours, those not found counted as later than all."""
    held = np.array(waited, dtype=float)
    if not len(held):
        return {"size": size, "n": 0, "found": None, "median_delay": None}
    middle = float(np.median(held))
    return {
        "size": size,
        "n": len(held),
        "found": float(np.isfinite(held).mean()),
        "median_delay": middle if np.isfinite(middle) else None,
    }


def _reached(capture: list[dict[str, Any]], alarms: list[dict[str, Any]]) -> list[Reached]:
    by_method = {row["method"]: row for row in capture}
    ours = by_method["expected_load"]
    aims = []
    for share in ("10%", "20%"):
        for rival in ("yesterday", "mean_28_days"):
            gain = ours[f"capture_{share}"]["value"] / by_method[rival][f"capture_{share}"]["value"]
            aims.append(Reached(f"expected_load, capture in the top {share} against {rival}", 1.0, gain, "×", True))
        of_ceiling = ours[f"of_ceiling_{share}"]["value"]
        aims.append(Reached(f"expected_load, top {share}, of the ceiling's capture", 0.95, of_ceiling, "", True))
    false = next(row for row in alarms if row["method"] == "unusual")["false_a_week"]["value"]
    aims.append(Reached("unusual, false alarms over all grids", BUDGET, false, "a week", False))
    return aims
