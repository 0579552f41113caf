"""How often the ranking finds the truly worst grids, and how often it names a good one: ours against raw rates.

The demo city draws every grid's skill and shows it to nobody; the store holds only what follows from it. Each city is
loaded through the door, periods of three lengths are ranked from the answers of the questions, and the lists compared.
"""

import json
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from queries import ranking
from queries.evaluation import Evaluation, Reached
from queries.statistics.configuration import AssessmentRules, assessment_rules
from queries.statistics.contributions import points_of
from queries.statistics.ranking import rank
from tests.evaluate import cities, results
from tests.evaluate.ranking_page import document

#: Weeks of a period, and how many periods of that length, one before the other.
PERIODS: Final = {2: 6, 4: 4, 13: 2}
#: Two quarters, the one before them, and the month that cases are followed for.
DAYS: Final = 3 * 91 + 37
COMMAND: Final = "python -m tests.evaluate ranking"
#: The method was chosen on the cities of seeds 101 to 140.
REPORTED_ON: Final = tuple(range(1, 101))
KINDS: Final = ("social", "enterprise")
TIER_BEHIND: Final = 3
RAW_RATE, RAW_SCORE, OURS = "raw same-day rate", "raw score", "ours"
METHODS: Final = (RAW_RATE, RAW_SCORE, OURS)
COUNTS: Final = ("worst", "named", "found", "shamed", "flattering", "covered", "units")
WORST_TEN, WORST_TENTH, BEHIND = "worst ten", "worst tenth", "tier “behind”"
LISTS: Final = (WORST_TEN, WORST_TENTH, BEHIND)
NOT_COUNTED: Final = {"covered": 0, "units": 0}
#: Who is named in ``City.units`` as flattering in no way.
HONEST: Final = "none"


@dataclass(frozen=True)
class Period:
    """The answers of the questions about one period and the one before it."""

    weeks: int
    back: int
    outcomes: pd.DataFrame
    before: pd.DataFrame


@dataclass(frozen=True)
class City:
    """What is known of one city: ``units`` with area_id, code, kind, and in truth skill and cheat."""

    seed: int
    units: pd.DataFrame
    periods: tuple[Period, ...]


def collect(loaded: cities.LoadedCity, seed: int) -> City:
    """Asks everything the study needs."""
    connection = loaded.connection
    units = ranking.units(connection, loaded.period(2, 0), "grid")
    periods = []
    for weeks, count in PERIODS.items():
        for back in range(count):
            asked = loaded.period(weeks, back)
            now = ranking.outcomes(connection, asked, "grid")
            periods.append(Period(weeks, back, now, ranking.outcomes(connection, ranking.period_before(asked), "grid")))
    return City(seed, _with_truth(connection, units, loaded.truth), tuple(periods))


def _with_truth(connection: Connection, units: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    codes = pd.read_sql(text("select area_id, code as area_code from app.areas"), connection)
    known = units.merge(codes, on="area_id").merge(truth[["area_code", "skill", "cheat"]], on="area_code")
    return known[["area_id", "area_code", "kind", "skill", "cheat"]]


def raw_rate(outcomes: pd.DataFrame, indicator: str) -> pd.Series:
    """Good ÷ n of each unit."""
    sums = outcomes[outcomes["indicator"] == indicator].groupby("area_id")[["n", "good"]].sum()
    return sums["good"] / sums["n"]


def raw_score(outcomes: pd.DataFrame, rules: AssessmentRules) -> pd.Series:
    """The score by the same indicators and weights from rates as they stand; a unit without a case of an indicator is
    scored by the others.
    """
    rates = pd.DataFrame({indicator.id: raw_rate(outcomes, indicator.id) for indicator in rules.indicators})
    points = rates.copy()
    for indicator in rules.indicators:
        points[indicator.id] = points_of(rates[indicator.id].to_numpy(dtype=float), indicator)
    weights = pd.Series({indicator.id: indicator.weight for indicator in rules.indicators})
    return (points * weights).sum(axis=1) / (points.notna() * weights).sum(axis=1)


def lengths(units: pd.DataFrame, which: str) -> dict[str, int]:
    """How many units of each kind are sought: ten in proportion to the kinds, or a tenth of each, rounded up."""
    size = {kind: int((units["kind"] == kind).sum()) for kind in KINDS}
    if which != WORST_TENTH:
        social = round(10 * size["social"] / sum(size.values()))
        return {"social": social, "enterprise": 10 - social}
    return {kind: -(-count // 10) for kind, count in size.items()}


def judge(city: City) -> pd.DataFrame:
    """One row per period, kind, list and method (COUNTS).

    worst: how many are sought. found: of these, on the list. shamed: on the list although better than the kind's
    median; flattering: of these, who flatter. For our own ranking, once with WORST_TEN, also covered: of so many
    units, true ranks held by the 90 % interval.
    """
    rules = assessment_rules(cities.TODAY)
    no_marks = pd.DataFrame({"area_id": [], "marks": [], "full_marks": []})
    members = city.units[["area_id", "kind"]]
    rows: list[dict[str, object]] = []
    for period in city.periods:
        made = rank(members, period.outcomes, no_marks, rules, outcomes_before=period.before)
        scores = {
            RAW_RATE: raw_rate(period.outcomes, "same_day"),
            RAW_SCORE: raw_score(period.outcomes, rules),
            OURS: -made.table.set_index("area_id")["rank"].astype(float),
        }
        for kind in KINDS:
            members_of = city.units[city.units["kind"] == kind].set_index("area_id").sort_index()
            skill, flatters = members_of["skill"], members_of["cheat"] != HONEST
            own = made.table.set_index("area_id").loc[skill.index]
            base = {"seed": city.seed, "weeks": period.weeks, "back": period.back, "kind": kind}
            for which in LISTS:
                wanted = lengths(city.units, which)[kind]
                length = int((own["tier"] == TIER_BEHIND).sum()) if which == BEHIND else wanted
                worst = set(skill.nsmallest(wanted).index)
                for method, score in scores.items():
                    # a unit without a single case cannot be named by its rate
                    order = score.reindex(skill.index).sort_values(kind="stable", na_position="last").index
                    if which == BEHIND and method == OURS:
                        order = own.index[own["tier"] == TIER_BEHIND]
                    named = set(order[:length])
                    shamed = skill.index.isin(named) & (skill > skill.median())
                    counts = {"worst": wanted, "named": length, "found": len(worst & named), "shamed": shamed.sum()}
                    covered = _covered(own, skill) if (which, method) == (WORST_TEN, OURS) else NOT_COUNTED
                    counts |= {"flattering": (shamed & flatters).sum(), **covered}
                    rows.append({**base, "list": which, "method": method, **counts})
    return pd.DataFrame(rows)


def _covered(own: pd.DataFrame, skill: pd.Series) -> dict[str, int]:
    true_rank = skill.rank(ascending=False)
    return {
        "covered": int(((own["rank_low"] <= true_rank) & (true_rank <= own["rank_high"])).sum()),
        "units": len(own),
    }


def _shares(judged: pd.DataFrame) -> pd.DataFrame:
    sums = judged.groupby(["weeks", "list", "method"], sort=False)[list(COUNTS)].sum()
    return sums.assign(
        found_share=sums["found"] / sums["worst"],
        shamed_share=sums["shamed"] / sums["named"].where(sums["named"] > 0),
        covered_share=sums["covered"] / sums["units"].where(sums["units"] > 0),
    )


def _samples(judged: pd.DataFrame, chance: np.random.Generator, times: int) -> dict[str, pd.DataFrame]:
    """Shares found and shamed (rows: weeks, list, method) of so many draws of cities.

    Whole cities are drawn, since the periods of one city share its truth.
    """
    counts = ["worst", "named", "found", "shamed"]
    per_city = judged.groupby(["weeks", "list", "method", "seed"], sort=False)[counts].sum().unstack("seed")
    seeds = per_city["worst"].columns
    drawn = chance.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), size=times)
    found, worst, shamed, named = (
        per_city[name].to_numpy(dtype=float) @ drawn.T for name in ("found", "worst", "shamed", "named")
    )
    shares = {"found": found / worst, "shamed": np.divide(shamed, named, out=np.zeros(named.shape), where=named > 0)}
    return {name: pd.DataFrame(values, index=per_city.index) for name, values in shares.items()}


def summarise(judged: pd.DataFrame, chance: np.random.Generator, times: int = 2000) -> pd.DataFrame:
    """Per weeks, list and method: shares with 90 % bootstrap intervals."""
    samples = _samples(judged, chance, times)
    result = _shares(judged).reindex(samples["found"].index)
    for name, values in samples.items():
        result[f"{name}_low"], result[f"{name}_high"] = values.quantile(0.05, axis=1), values.quantile(0.95, axis=1)
    return result


def compare(judged: pd.DataFrame, chance: np.random.Generator, times: int = 2000) -> pd.DataFrame:
    """Per weeks, list and raw method (``against``): how much more ours finds and shames, as shares, with 90 % bootstrap
    intervals of the paired differences.
    """
    samples, shares = _samples(judged, chance, times), _shares(judged).fillna(0.0)
    frames = []
    for raw in (RAW_RATE, RAW_SCORE):
        differences = _ours_less(shares[["found_share", "shamed_share"]], raw)
        frame = differences.rename(columns={"found_share": "found", "shamed_share": "shamed"}).assign(against=raw)
        for name, values in samples.items():
            drawn = _ours_less(values, raw)
            frame[f"{name}_low"], frame[f"{name}_high"] = drawn.quantile(0.05, axis=1), drawn.quantile(0.95, axis=1)
        frames.append(frame)
    return pd.concat(frames).reset_index().sort_values("weeks", kind="stable", ignore_index=True)


def _ours_less(held: pd.DataFrame, raw: str) -> pd.DataFrame:
    of_method = {str(name): rows.droplevel("method") for name, rows in held.groupby(level="method", sort=False)}
    return of_method[OURS] - of_method[raw]


def study(*, today: date, seeds: Sequence[int] = REPORTED_ON, kept: Path | None = None) -> Evaluation:
    """The ranking against raw rates: the true worst found, good grids named; over 2, 4 and 13 weeks.

    ``kept``: a folder that keeps what was collected of each city.
    """
    judged = pd.concat((judge(city) for city in _collected(seeds, kept)), ignore_index=True)
    found, gains = summarise(judged, np.random.default_rng(1)), compare(judged, np.random.default_rng(1))
    tables = {"lists": records(found.reset_index()), "gains": records(gains)}
    result = results.made("ranking", today, seeds, COMMAND, _reached(found), tables)
    page = document(result)
    print(page)
    results.keep(result, page)
    return result


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's rows as JSON holds them."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records"))
    return rows


def _reached(found: pd.DataFrame) -> list[Reached]:
    """Ours against the better of both raw lists at the same length, over the worst tenth of each kind."""
    aims = []
    for weeks in PERIODS:
        held = found.loc[[(weeks, WORST_TENTH, method) for method in METHODS]].droplevel([0, 1])
        raw, ours = held.drop(index=OURS), held.loc[[OURS]]
        for aim, column, best, at_least in (
            ("true worst tenth found", "found_share", raw["found_share"].max(), True),
            ("good grids among the named", "shamed_share", raw["shamed_share"].min(), False),
        ):
            name = f"{aim}, {weeks} weeks, against the better raw list"
            aims.append(Reached(name, 100 * float(best), 100 * float(ours[column].iloc[0]), "%", at_least))
    return aims


def _collected(seeds: Iterable[int], kept: Path | None) -> Iterator[City]:
    """One city after the other: all of them at once would fill the memory."""
    with cities.stores() as databases:
        for seed in seeds:
            file = kept / f"ranking-{seed}.pkl" if kept else None
            if file is not None and file.exists():
                yield pickle.loads(file.read_bytes())
                continue
            with cities.loaded(databases, seed, DAYS) as loaded:
                city = collect(loaded, seed)
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(pickle.dumps(city))
            print(f"city {seed} collected", flush=True)
            yield city
