"""The page of docs that the study of the risk indices writes."""

from collections.abc import Sequence
from typing import Any

from queries.evaluation import Evaluation
from tests.evaluate.results import aims_table, number, percent, table

NAMES = {
    "expected_load": "expected_load",
    "yesterday": "yesterday's load",
    "mean_28_days": "mean of 28 days",
    "truth": "the demo's truth (ceiling)",
    "foresight": "the same, knowing incidents to come",
}


def _capture(rows: list[dict[str, Any]]) -> str:
    header = ("forecast", "top 10 %: captured", "of the ceiling", "top 20 %: captured", "of the ceiling")
    columns = ("capture_10%", "of_ceiling_10%", "capture_20%", "of_ceiling_20%")
    return table(header, [(NAMES[row["method"]], *(percent(row[column]) for column in columns)) for row in rows])


def _calibration(result: Evaluation) -> str:
    rows = [
        (str(tenth), number(row["forecast"]), number(row["came"]), number(row["ratio"]))
        for tenth, row in enumerate(result.tables["calibration"], start=1)
    ]
    return table(("tenth of the forecasts", "forecast a unit", "came a unit", "came ÷ forecast"), rows)


def _cell(held: dict[str, Any]) -> str:
    if not held["n"]:
        return "—"
    delay = "> 24 h" if held["median_delay"] is None else f"{held['median_delay']:.0f} h"
    return f"{held['found']:.0%}, {delay}"


def _alarms(result: Evaluation) -> tuple[str, str]:
    rows = result.tables["alarms"]
    sizes = [each["size"] for each in rows[0]["put_in"]]
    false = table(
        ("method", "threshold", "false alarms a week", "false of all alarms"),
        [
            (
                row["method"],
                next(
                    (
                        number(each["threshold"], 1)
                        for each in result.tables["thresholds"]
                        if each["method"] == row["method"]
                    ),
                    "10 % false discoveries",
                ),
                "{value:.2f} ({low:.2f}–{high:.2f})".format(**row["false_a_week"]),
                f"{row['false']} of {row['alarms']}",
            )
            for row in rows
        ],
    )
    found = table(
        ("method", *(f"{size} cases" for size in sizes), "all put in", "the city's own, 5–10", "the city's own, 36–56"),
        [
            (
                row["method"],
                *(_cell(each) for each in row["put_in"]),
                *(_cell(row[name]) for name in ("put_in_all", "own_small", "own_large")),
            )
            for row in rows
        ],
    )
    return false, found


def page(result: Evaluation, *, weeks: int, tuned_on: Sequence[int]) -> str:
    """The page as Markdown."""
    overall = result.tables["calibration_overall"][0]
    false, found = _alarms(result)
    n = result.tables["alarms"][0]["put_in_all"]["n"]
    return f"""# Risk of a grid: how well the two indices do

**Scores from demo data**, whose truth is known, not from a real place. Made on {result.made_on} by `{result.command}`;
the same numbers stand in `queries/evaluation.json`. Written by the command: change `tests/evaluate/risk_page.py`.

{aims_table(result.reached)}

## How made

- Demo city `matian`, 86 units (65 social, 15 enterprise, 6 mobile grids), {weeks} weeks of each of the seeds
  {", ".join(str(seed) for seed in result.seeds)}, from 4 August 2025 on: typhoons and the holidays of October are among
  them. Settings were chosen on the seeds 1, 2, 3, the rivals' thresholds on
  {", ".join(str(seed) for seed in tuned_on)}.
- Each forecast and alarm uses only what was reported before it, by the functions the live wall uses. Cases are taken as
  reported; withdrawals and late records are left out. A test asks a real store the same questions and gets the same.
- Intervals (90 %) are by a bootstrap over blocks of seven days.

## expected_load

Severity-weighted red and orange cases of the next 24 hours, forecast at 8 and 20 o'clock for every unit. Captured: the
share of that load that then came in the units ranked highest, with the chance of those days in it. The ceiling ranks by
the intensities the city is drawn from and by the incidents begun by then: the best that can be known at that moment. Of
the ceiling: the load to be expected in the units ranked highest ÷ that in the ceiling's; free of the days' chance. The
last line knows in advance of incidents that nobody can foresee; it shows how much of the load they are.

{_capture(result.tables["capture"])}

Calibration overall: came ÷ forecast = {overall["value"]:.3f} ({overall["low"]:.3f}–{overall["high"]:.3f}).

{_calibration(result)}

## unusual

Looked at every hour. An alarm is false where it is about no incident of the city: not in a unit it reaches, or not
between its start and a day after its end. False alarms are counted on the city as it is; delays on the same city with
two incidents a week put in ({n} in all): the share found within 24 hours of the start, and the median delay. The
rivals' thresholds are the lowest at which they raise at most one false alarm a week on the tuning seeds. EARS C2 by the
same hours of seven days, two days apart, with at least three cases. False discoveries are controlled at 10 % for each
hour's look at all units; of the alarms raised over weeks of looks the share in the last column was false.

{false}

{found}
"""
