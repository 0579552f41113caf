"""Ways to flatter the figures that the demo city itself does not know, put into its rows before they reach the door.

Pure: rows in, rows out, the same for the same seed. The store sees nothing but the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from seed.demo import DemoCity

ZONE: Final = "Asia/Shanghai"
CYCLE_ANCHOR: Final = date(2023, 1, 2)
CYCLE_DAYS: Final = 14
#: Share of its chances that a grid takes.
HABIT: Final = 0.6
#: What the demo's own cheats should be found as.
NATIVE: Final = {
    "midnight": ("closed_before_midnight", "midnight"),
    "minute": ("closed_within_a_minute", "minute"),
    "cutoff": ("reopened_after_cutoff", "same_day"),
    "extension": ("extended_before_cutoff", "deadline"),
}


@dataclass(frozen=True)
class Cheat:
    """One grid (or source) that does one thing from a day on; ``finding``, ``cutoff``: what it should be found as."""

    finding: str
    cutoff: str
    where: str
    since: date


class _Rows:
    """A city's rows, its cases as they are known at the end, and what is to be dropped and added."""

    def __init__(self, rows: pd.DataFrame, seed: int) -> None:
        self.rows = rows.assign(case=rows["source"] + "/" + rows["external_id"])
        self.chance = np.random.default_rng([seed, 0xC4EA7])
        opened = self.rows[self.rows["event"] == "reported"].set_index("case")
        self.cases = opened.rename(columns={"occurred_at": "reported_at", "recorded_at": "opened_recorded_at"})
        for event in ("resolved", "withdrawn"):
            told = self.rows[self.rows["event"] == event]
            self.cases[f"{event}_at"] = told.groupby("case")["occurred_at"].min()
        local = self.cases["reported_at"].dt.tz_convert(ZONE)
        self.cases["day"] = local.dt.date
        self.cases["day_end"] = (local.dt.normalize() + pd.Timedelta(days=1)).dt.tz_convert("UTC")
        self.dropped = np.zeros(len(self.rows), dtype=bool)
        self.added: list[pd.DataFrame] = []

    def of(self, cheat: Cheat) -> pd.DataFrame:
        """Appeals of the cheat's grid from its first day on."""
        cases = self.cases
        return cases[(cases["area_code"] == cheat.where) & (cases["kind"] == "appeal") & (cases["day"] >= cheat.since)]

    def some(self, cases: pd.DataFrame, share: float = HABIT) -> pd.DataFrame:
        return cases[self.chance.random(len(cases)) < share]

    def seconds(self, cases: pd.DataFrame, low: float, high: float) -> pd.TimedeltaIndex:
        return pd.to_timedelta(self.chance.uniform(low, high, len(cases)).round(), unit="s")

    def tell(self, cases: pd.DataFrame, at: pd.Series, event: str, **values: object) -> None:
        """One more row for each case."""
        table = pd.DataFrame({"source": cases["source"], "external_id": cases["external_id"], "event": event})
        table["occurred_at"] = at
        promptly = at + pd.Timedelta(seconds=5)
        table["recorded_at"] = promptly.where(promptly > cases["opened_recorded_at"], cases["opened_recorded_at"])
        self.added.append(table.assign(**values).reset_index(drop=True))  # type: ignore[arg-type]  # any column

    def end(self, cases: pd.DataFrame, at: pd.Series) -> None:
        """Nothing happens to these cases from that moment on."""
        limit = self.rows["case"].map(at)
        self.dropped |= (self.rows["occurred_at"] >= limit).to_numpy(dtype=bool)

    def forget(self, cases: pd.Index) -> None:
        """These cases were never reported."""
        self.dropped |= self.rows["case"].isin(cases).to_numpy(dtype=bool)
        self.cases = self.cases.drop(cases)

    def result(self) -> pd.DataFrame:
        kept = self.rows[~self.dropped].drop(columns="case")
        added = pd.concat(self.added, ignore_index=True).reindex(columns=kept.columns)
        for name in ("escalation_no", "satisfaction"):
            added[name] = added[name].astype("Int16")
        whole = pd.concat([kept, added.astype({"lon": float, "lat": float})], ignore_index=True)
        return whole.sort_values("recorded_at", kind="stable", ignore_index=True)


def _late(rows: _Rows, cheat: Cheat) -> tuple[pd.DataFrame, pd.Series]:
    """Appeals that will not be closed on their day, and a moment of its last two hours for each."""
    cases = rows.of(cheat)
    waits = ~(cases["resolved_at"] < cases["day_end"]) & ~(cases["withdrawn_at"] < cases["day_end"])
    cases = rows.some(cases[waits])
    at = cases["day_end"] - rows.seconds(cases, 120, 6600)
    fits = at > cases["reported_at"] + pd.Timedelta(minutes=20)
    return cases[fits], at[fits]


def _closed_before_midnight(rows: _Rows, cheat: Cheat) -> None:
    """What will not be done today is closed in the day's last ten minutes."""
    cases, _ = _late(rows, cheat)
    at = cases["day_end"] - rows.seconds(cases, 5, 590)
    fits = at > cases["reported_at"] + pd.Timedelta(minutes=30)
    rows.end(cases[fits], at[fits])
    rows.tell(cases[fits], at[fits], "resolved")


def _withdrawn(rows: _Rows, cheat: Cheat) -> None:
    cases, at = _late(rows, cheat)
    rows.end(cases, at)
    rows.tell(cases, at, "withdrawn")


def _withdrawn_at_cycle_end(rows: _Rows, cheat: Cheat) -> None:
    cases = rows.of(cheat)
    number = [(day - CYCLE_ANCHOR).days // CYCLE_DAYS + 1 for day in cases["day"]]
    ends = pd.to_datetime([CYCLE_ANCHOR + timedelta(days=CYCLE_DAYS * each) for each in number])
    end = pd.Series(ends.tz_localize(ZONE).tz_convert("UTC"), index=cases.index)
    at = end - rows.seconds(cases, 3 * 3600, 14 * 3600)
    is_open = (cases["reported_at"] + pd.Timedelta(hours=1) < at) & ~(cases["resolved_at"] <= at)
    chosen = rows.some(cases[is_open & ~(cases["withdrawn_at"] <= at)])
    chosen = chosen[at[chosen.index] < rows.rows["recorded_at"].max()]
    rows.end(chosen, at[chosen.index])
    rows.tell(chosen, at[chosen.index], "withdrawn")


def _reassigned(rows: _Rows, cheat: Cheat) -> None:
    cases, at = _late(rows, cheat)
    others = rows.cases["area_code"].unique()
    rows.tell(cases, at, "reassigned", area_code=rows.chance.choice(others[others != cheat.where], len(cases)))


def _corrected(rows: _Rows, cases: pd.DataFrame, at: pd.Series, field: str, value: object) -> None:
    told = {"ref_event": "reported", "ref_occurred_at": cases["reported_at"], "field": field, "value": value}
    rows.tell(cases, at, "corrected", **told)


def _downgraded(rows: _Rows, cheat: Cheat) -> None:
    cases, at = _late(rows, cheat)
    grave = cases["risk"] != "blue"
    lower = cases.loc[grave, "risk"].map({"red": "yellow", "orange": "blue", "yellow": "blue"})
    _corrected(rows, cases[grave], at[grave], "risk", lower)


def _retyped(rows: _Rows, cheat: Cheat) -> None:
    cases, at = _late(rows, cheat)
    types = np.asarray(rows.cases.loc[rows.cases["kind"] == "appeal", "type_code"].unique(), dtype=object)
    chosen = rows.chance.integers(0, len(types), len(cases))
    chosen += types[chosen] == cases["type_code"].to_numpy(dtype=object)
    _corrected(rows, cases, at, "type_code", types[chosen % len(types)])


def _again(rows: _Rows, cheat: Cheat) -> None:
    """What was not solved is closed on its day and comes in anew."""
    cases = rows.of(cheat)
    cases = rows.some(cases[cases["resolved_at"] < cases["day_end"]], 0.15)
    at = cases["resolved_at"] + rows.seconds(cases, 600, 36_000)
    fits = at < rows.rows["recorded_at"].max() - pd.Timedelta(days=3)
    cases, at = cases[fits], at[fits]
    _copied(rows, cases, at, "A")


def _copied(rows: _Rows, cases: pd.DataFrame, at: pd.Series, mark: str) -> None:
    """The same cases once more under other numbers, resolved two days later."""
    anew = cases.assign(external_id=cases["external_id"] + mark, opened_recorded_at=at)
    names = ("area_code", "kind", "type_code", "risk", "channel", "lon", "lat", "summary", "party", "party_phone")
    rows.tell(anew, at, "reported", **{name: cases[name] for name in names})
    rows.tell(anew, at + pd.Timedelta(days=2), "resolved")


def _fewer(rows: _Rows, cheat: Cheat) -> None:
    cases = rows.cases
    of_grid = (cases["area_code"] == cheat.where) & (cases["channel"] == "patrol") & (cases["day"] >= cheat.since)
    rows.forget(rows.some(cases[of_grid]).index)


def _silent(rows: _Rows, cheat: Cheat) -> None:
    cases = rows.cases
    until = cheat.since + timedelta(days=2)
    of_source = (cases["source"] == cheat.where) & (cases["day"] >= cheat.since) & (cases["day"] < until)
    rows.forget(cases.index[of_source])


def _repeats(rows: _Rows, cheat: Cheat) -> None:
    cases = rows.cases
    until = cheat.since + timedelta(days=2)
    cases = cases[(cases["source"] == cheat.where) & (cases["day"] >= cheat.since) & (cases["day"] < until)]
    for number in (1, 2):
        _copied(rows, cases, cases["reported_at"] + pd.Timedelta(minutes=10 * number), f"R{number}")


def _honest_changes(rows: _Rows, share: float = 0.015) -> None:
    """Everywhere some appeals are put into another drawer or found less grave, at any time before they are closed."""
    cases = rows.cases[(rows.cases["kind"] == "appeal") & rows.cases["resolved_at"].notna()]
    types = np.asarray(cases["type_code"].unique(), dtype=object)
    for field in ("type_code", "risk"):
        some = rows.some(cases, share)
        if field == "risk":
            some = some[some["risk"] != "blue"]
        at = some["reported_at"] + (some["resolved_at"] - some["reported_at"]) * rows.chance.random(len(some))
        at = at.dt.floor("s")
        lower = some["risk"].map({"red": "orange", "orange": "yellow", "yellow": "blue"})
        _corrected(rows, some, at, field, rows.chance.choice(types, len(some)) if field == "type_code" else lower)


_ACTS: Final[dict[tuple[str, str], Callable[[_Rows, Cheat], None]]] = {
    ("closed_before_midnight", "midnight"): _closed_before_midnight,
    ("withdrawn_before_cutoff", "midnight"): _withdrawn,
    ("withdrawn_before_cutoff", "cycle"): _withdrawn_at_cycle_end,
    ("reassigned_before_cutoff", "midnight"): _reassigned,
    ("downgraded_before_cutoff", "midnight"): _downgraded,
    ("retyped_before_cutoff", "midnight"): _retyped,
    ("opened_again", "again"): _again,
    ("fewer_reports", "reports"): _fewer,
    ("source_silent", "source"): _silent,
    ("source_repeats", "source"): _repeats,
}
#: Grids for each way, in every city.
GRIDS_EACH: Final = 2


def plan(city: DemoCity, seed: int, last_windows: dict[int, date]) -> list[Cheat]:
    """Who does what: two grids for each lasting habit; one that stops reporting from the first day of each of the last
    windows (by weeks) on; a source that falls silent and one that repeats itself, two days in the shortest of them.
    """
    chance = np.random.default_rng([seed, 0x914])
    grids = city.truth.grids
    kind = city.reference.areas.set_index("code")["kind"].reindex(grids["area_code"]).to_numpy()
    honest = grids.loc[(grids["cheat"] == "none").to_numpy() & (kind != "mobile"), "area_code"].to_numpy(dtype=object)
    free = iter(chance.permutation(honest).tolist())
    beginning = date(2000, 1, 1)
    lasting = [way for way in _ACTS if way[1] not in ("reports", "source")]
    found = [Cheat(*way, str(next(free)), beginning) for way in lasting for _ in range(GRIDS_EACH)]
    found += [Cheat("fewer_reports", "reports", str(next(free)), first) for first in last_windows.values()]
    newest = max(last_windows.values())
    found.append(Cheat("source_silent", "source", "qr_code", newest + timedelta(days=4)))
    found.append(Cheat("source_repeats", "source", "sensor", newest + timedelta(days=8)))
    return found


def native(city: DemoCity) -> list[Cheat]:
    """The demo's own cheats, who are at it all the time."""
    gaming = city.truth.grids[city.truth.grids["cheat"] != "none"]
    return [
        Cheat(*NATIVE[way], str(code), date(2000, 1, 1))
        for code, way in zip(gaming["area_code"], gaming["cheat"], strict=True)
    ]


def inject(rows: pd.DataFrame, cheats: list[Cheat], seed: int) -> pd.DataFrame:
    """The city's rows (all of them, in order of recorded_at) as these cheats would have left them."""
    told = _Rows(rows, seed)
    # first what was never reported: nobody can do anything else with it
    for cheat in sorted(cheats, key=lambda each: each.finding not in ("fewer_reports", "source_silent")):
        _ACTS[(cheat.finding, cheat.cutoff)](told, cheat)
    _honest_changes(told)
    return told.result()
