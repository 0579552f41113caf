"""Honest numbers on cities whose cheats are known: how many are found, how many honest grids are named.

Each city is the demo's with its own four cheats, and more put into its rows (cheats.py). The questions are asked of
consecutive windows of 2, 4 and 13 weeks that end with the city's history. Thresholds were chosen on TUNED_ON alone.
"""

import json
import pickle
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from queries import findings, source_findings
from queries.evaluation import Evaluation, Reached
from queries.filters import Filter
from queries.statistics.configuration import FindingRule, FindingRules, finding_rules
from queries.statistics.findings import SENT_AGAIN, decide, decide_sources
from seed import door, reference, store
from seed.demo import generate
from tests.evaluate.cheats import Cheat, inject, native, plan
from tests.evaluate.results import aims_table, keep, made
from tests.support.databases import Database, Databases, throwaway_server

COMMAND: Final = "python -m tests.evaluate honesty"
TODAY: Final = date(2026, 11, 23)
DAYS: Final = 196
WEEKS: Final = (2, 4, 13)
#: Windows of each length, newest first: about a quarter of a year of each.
WINDOWS: Final = {2: 6, 4: 3, 13: 1}
TUNED_ON: Final = (101, 102)
REPORTED_ON: Final = (201, 202)
ZONE: Final = "Asia/Shanghai"


@dataclass(frozen=True)
class Window:
    """What the questions answered of one window of one city."""

    seed: int
    weeks: int
    first: date
    last: date
    now: dict[str, pd.DataFrame]  # by finding
    silent: pd.DataFrame
    repeating: pd.DataFrame


@dataclass(frozen=True)
class Study:
    """One city: its windows, its cheats, and its grids by area_id."""

    windows: list[Window]
    cheats: list[Cheat]
    codes: dict[int, str]


def _days(weeks: int, number: int) -> tuple[date, date]:
    last = TODAY - timedelta(days=1 + 7 * weeks * number)
    return last - timedelta(days=7 * weeks - 1), last


def city_answers(databases: Databases, seed: int) -> Study:
    """Make a city, put the cheats in, load it, ask everything."""
    city = generate("matian", seed, TODAY, days=DAYS)
    cheats = plan(city, seed, {weeks: _days(weeks, 0)[0] for weeks in WEEKS})
    rows = inject(pd.concat(list(city.batches()), ignore_index=True), cheats, seed)
    with databases.copy() as database:
        subdistrict_id = _load(database, city.reference, rows)
        with database.owner.connect() as connection:
            asked = Filter(subdistrict_id, datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC), ZONE)
            codes = connection.exec_driver_sql("select area_id, code from app.areas").all()
            windows = [
                _ask(connection, asked, seed, weeks, number) for weeks in WEEKS for number in range(WINDOWS[weeks])
            ]
    return Study(windows, [*cheats, *native(city)], {row.area_id: row.code for row in codes})


def _load(database: Database, places: reference.Reference, rows: pd.DataFrame) -> int:
    with database.owner.begin() as connection:
        subdistrict_id = next(iter(reference.load(connection, places).values()))
    month = rows["recorded_at"].dt.tz_convert(ZONE).dt.strftime("%Y%m")
    with store.indexes_put_off(database.owner_url), closing(door.connect(database.writer_url)) as writer:
        for _, part in rows.groupby(month, sort=True):
            result = door.send(writer, subdistrict_id, str(part["source"].iloc[0]), part, "history")
            assert (result.rows_refused, result.rows_parked) == (0, 0), result
    store.tidy(database.owner_url)
    return subdistrict_id


def _ask(connection: Connection, asked: Filter, seed: int, weeks: int, number: int) -> Window:
    first, last = _days(weeks, number)
    period = Filter(asked.subdistrict_id, asked.as_of, ZONE, period_from=first, period_to=last)
    now = {rule.id: findings.evidence(connection, period, "grid", rule) for rule in finding_rules().findings.values()}
    return Window(
        seed, weeks, first, last, now,
        source_findings.silent_sources(connection, period), source_findings.repeating_sources(connection, period),
    )  # fmt: skip


def _decided(evidence: pd.DataFrame, rule: FindingRule, rules: FindingRules, codes: dict[int, str]) -> pd.DataFrame:
    found = decide(evidence, rule, rules)
    return found.assign(where=found["area_id"].map(codes))


def judge(study: Study, rules: FindingRules) -> pd.DataFrame:
    """One row per window, finding and cut-off: weeks, cheats, habit (of them, those who did it often enough for a
    finding), found, asked (honest units), false, false_other (of them, on grids that game something else).
    """
    gaming = {cheat.where for cheat in study.cheats}
    rows = []
    for window in study.windows:
        decided = [
            _decided(window.now[rule.id], rule, rules, study.codes)
            for rule in rules.findings.values()
        ]  # fmt: skip
        sources = decide_sources(window.silent, window.repeating, rules)
        sources = sources.assign(cutoff="source", where=sources["source"])
        columns = ["finding", "cutoff", "where", "is_called"]
        table = pd.concat([frame[columns] for frame in [*decided, sources]], ignore_index=True)
        expected = [(rule.id, cutoff) for rule in rules.findings.values() for cutoff in rule.figures]
        expected += [("source_silent", "source"), ("source_repeats", "source"), (SENT_AGAIN, "source")]
        for finding, cutoff in expected:
            held = table[(table["finding"] == finding) & (table["cutoff"] == cutoff)]
            called = set(held.loc[held["is_called"], "where"])
            true, unclear = _truth(study.cheats, window, finding, cutoff)
            wrong = called - true - unclear
            rows.append(
                {
                    "seed": window.seed,
                    "weeks": window.weeks,
                    "finding": finding,
                    "cutoff": cutoff,
                    "cheats": len(true),
                    "habit": len(true & _often(window, study.codes, rules, finding, cutoff)),
                    "found": len(called & true),
                    "asked": len(set(held["where"]) - true - unclear),
                    "false": len(wrong),
                    "false_other": len(wrong & gaming),
                }
            )
    return pd.DataFrame(rows)


def _often(window: Window, codes: dict[int, str], rules: FindingRules, finding: str, cutoff: str) -> set[str]:
    """Units that did it so often that a finding may be made of it at all; of sources and fewer reports: all."""
    if finding not in rules.findings or finding == "fewer_reports":
        return {*codes.values(), *window.repeating["source"], *window.silent["source"]}
    held = window.now[finding]
    often = held[(held["cutoff"] == cutoff) & (held["observed"] >= rules.findings[finding].least_observed)]
    return set(often["area_id"].map(codes))


def _truth(cheats: list[Cheat], window: Window, finding: str, cutoff: str) -> tuple[set[str], set[str]]:
    """Who is to be found in this window, and who is neither to be found nor honest in it."""
    same = [cheat for cheat in cheats if (cheat.finding, cheat.cutoff) == (finding, cutoff)]
    true: set[str] = set()
    unclear: set[str] = set()
    for cheat in same:
        if cheat.since > window.last:
            continue
        # a grid that stopped reporting is to be found where the window begins as it stops, and its past is whole
        is_clear = cheat.cutoff != "reports" or cheat.since == window.first
        (true if is_clear else unclear).add(cheat.where)
    return true, unclear


def study(*, today: date, seeds: Sequence[int] = REPORTED_ON, kept: Path | None = None) -> Evaluation:
    """What is found and who is named wrongly. ``kept``: a folder that keeps the answers of each city."""
    table = summed(seeds, cache=kept)
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records"))
    result = made("honesty", today, seeds, COMMAND, _reached(table), {"findings": rows})
    page = markdown(table, seeds) + "\n" + aims_table(result.reached) + "\n"
    print(page)
    keep(result, page)
    return result


def _reached(table: pd.DataFrame) -> list[Reached]:
    """Of all that is called, the share called wrongly."""
    called = float(table["found"].sum() + table["false"].sum())
    share = 100 * float(table["false"].sum()) / called if called else 0.0
    return [Reached("false alarms among all that is called", 10.0, share, "%", at_least=False)]


def summed(
    seeds: Iterable[int] = REPORTED_ON, *, cache: Path | None = None, rules: FindingRules | None = None
) -> pd.DataFrame:
    """One row per finding, cut-off and weeks: cheats, habit, found, asked, false, false_other, summed over the cities.

    ``cache``: a folder of its own where the answers are kept between runs, so that thresholds can be tried.
    """
    held = rules or finding_rules()
    judged = []
    missing = []
    for seed in seeds:
        kept = None if cache is None else cache / f"honesty-{seed}.pickle"
        if kept is not None and kept.exists():
            judged.append(judge(pickle.loads(kept.read_bytes()), held))
        else:
            missing.append((seed, kept))
    if missing:
        with throwaway_server() as server:
            databases = Databases(server)
            template = databases.make_template()
            store.migrate(template.owner_url)
            template.close()
            for seed, kept in missing:
                answers = city_answers(databases, seed)
                if kept is not None:
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    kept.write_bytes(pickle.dumps(answers))
                judged.append(judge(answers, held))
    whole = pd.concat(judged, ignore_index=True).drop(columns="seed")
    return whole.groupby(["finding", "cutoff", "weeks"], sort=False, as_index=False).sum()


def markdown(table: pd.DataFrame, seeds: Iterable[int]) -> str:
    """The table as a page of docs: found of habit of cheats, and false alarms of units asked about, by weeks."""
    head = " | ".join(f"{weeks} weeks: found / often enough / cheats | false / asked" for weeks in WEEKS)
    lines = [f"| finding | cut-off | {head} |", "|---|---|" + "---|" * 2 * len(WEEKS)]
    for (finding, cutoff), rows in table.groupby(["finding", "cutoff"], sort=False):
        cells = [str(finding), str(cutoff)]
        for weeks in WEEKS:
            row = rows[rows["weeks"] == weeks].iloc[0]
            cells.append(f"{row['found']} / {row['habit']} / {row['cheats']}" if row["cheats"] else "—")
            cells.append(f"{row['false']} / {row['asked']}")
        lines.append("| " + " | ".join(cells) + " |")
    parts = table.assign(called=table["found"] + table["false"])
    high = parts[parts["false"] > 0.1 * parts["called"]]
    above = [f"{row.finding} over {row.weeks} weeks ({row.false} of {row.called})" for row in high.itertuples()]
    names = ", ".join(str(seed) for seed in seeds)
    tuned = " and ".join(str(seed) for seed in TUNED_ON)
    false, called = int(parts["false"].sum()), int(parts["called"].sum())
    return PAGE.format(
        table="\n".join(lines),
        seeds=names,
        tuned=tuned,
        days=DAYS,
        today=TODAY,
        false=false,
        called=called,
        share=false / max(called, 1),
        above=", ".join(above) or "none",
    )


PAGE: Final = """# Honest numbers: what is found, and who is named wrongly

**Scores from demo data.** The cheats are ours, so these figures say how the method works, not how often anyone cheats.

Made by `python -m tests.evaluate honesty`: cities of the profile `matian` ({days} days before {today}, seeds {seeds};
thresholds were chosen on seeds {tuned}). Each has the demo's own four gaming grids (closing before midnight,
within a minute, reopening after the follow-up, extending before the deadline) and more put into its rows before the
door (tests/evaluate/cheats.py): two grids for each further habit, who take six chances in ten; one grid that drops six
in ten of its own reports from the first day of each newest window on; a source silent for two days; a source that says
all twice more for two days. Besides, 1.5 % of all appeals are honestly retyped, and as many downgraded, at any moment
before they are closed. The questions are asked of six windows of two weeks, three of four and one of thirteen.

Found / often enough / cheats: windows in which the cheat was called; in which it had done it at least as often as a
finding needs (three times: a grid has about one appeal a day, so that two weeks seldom hold as many); all of them.
False / asked: honest units called; honest units that had enough cases to be asked about. The aim is a tenth of what is
called, or less, in each finding. All together: {false} false of {called} called ({share:.0%}). Above the aim: {above}.

{table}

Seed 201 was seen once while the method was still being changed (the variation between peers was made to count for more,
after the simulation below and on the seeds of tuning); seed 202 was not.

Where honest units differ a great deal among themselves (a simulation: 80 units with 12 cases each and no cheat, shares
drawn from a beta distribution), a group of peers has a false call more often than in 10 % of all periods: 12 % at
Beta(2, 38), 10 % at Beta(10, 190), 45 % at Beta(0.5, 20), measured once over 60 groups each. A finding stays a
question to ask. tests/queries/statistics/test_findings.py repeats the second.

Not measured: changes before a deadline other than extensions, downgrades and changes of type before the end of a cycle
(the demo has no such grid; the tests hand in such histories at the door), and batches sent again.
"""
