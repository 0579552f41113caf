"""The other parts of the meeting: ranking, the three lists, escalations, the six first-times, field work, findings."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from queries import assessment, backlog, escalations, findings, lists, objections, stages, workload
from queries.assessment import Assessment, Marks
from queries.figure import By, NotRecordedError
from queries.privacy import SHOWN_SINGLY
from queries.review import increment
from queries.review.asked import Asking
from queries.review.document import Holds, Section, Table, records, table_of
from queries.review.names import both

RANKING: Final = {
    "area": Holds.KEY,
    "name": Holds.NAME,
    "kind": Holds.TEXT,
    "rank": Holds.RANK,
    "rank_low": Holds.RANK,
    "rank_high": Holds.RANK,
    "ranked_of": Holds.COUNT,
    "tier": Holds.RANK,
    "movement": Holds.RANK,
    "score": Holds.POINTS,
    "change": Holds.POINTS,
    "change_low": Holds.POINTS,
    "change_high": Holds.POINTS,
    "n": Holds.COUNT,
    "has_marks": Holds.FLAG,
}
#: What each indicator brings to a unit's score; rate and expected are of the usual mix of cases.
RANKING_PARTS: Final = {
    "area": Holds.KEY,
    "indicator": Holds.KEY,
    "n": Holds.COUNT,
    "good": Holds.COUNT,
    "expected": Holds.SHARE,
    "rate": Holds.SHARE,
    "weight": Holds.SHARE,
    "points": Holds.POINTS,
    "median_points": Holds.POINTS,
    "earned": Holds.POINTS,
    "against_median": Holds.POINTS,
}
OBJECTIONS: Final = {
    "area": Holds.KEY,
    "name": Holds.NAME,
    "n": Holds.COUNT,
    "open": Holds.COUNT,
    "upheld": Holds.COUNT,
    "rejected": Holds.COUNT,
    "moved": Holds.COUNT,
}
RULES: Final = {
    "indicator": Holds.KEY,
    "weight": Holds.SHARE,
    "zero": Holds.SHARE,
    "full": Holds.SHARE,
    "target": Holds.SHARE,
}
STOCK: Final = {
    "key": Holds.KEY,
    "name": Holds.NAME,
    "open_before": Holds.COUNT,
    "opened": Holds.COUNT,
    "closed": Holds.COUNT,
    "open": Holds.COUNT,
    "median_age_before": Holds.NUMBER,
    "median_age": Holds.NUMBER,
}
VARIABLE: Final = {
    "case": Holds.KEY,
    "kind": Holds.NAME,
    "risk": Holds.TEXT,
    "area": Holds.NAME,
    "department": Holds.NAME,
    "reported_at": Holds.MOMENT,
    "due_at": Holds.MOMENT,
    **{f"is_{part}": Holds.FLAG for part in lists.PARTS},
}
VARIABLE_COUNTS: Final = {"part": Holds.KEY, "n": Holds.COUNT}
ANSWERS: Final = {
    "department": Holds.KEY,
    "name": Holds.NAME,
    "n": Holds.COUNT,
    "good": Holds.COUNT,
    "lapsed": Holds.COUNT,
    "rate": Holds.SHARE,
    "low": Holds.SHARE,
    "high": Holds.SHARE,
    "waiting": Holds.COUNT,
    "overdue": Holds.COUNT,
}
CLOCKS: Final = {
    "clock": Holds.KEY,
    "n": Holds.COUNT,
    "reached": Holds.COUNT,
    "median_minutes": Holds.MINUTES,
    "p90_minutes": Holds.MINUTES,
    "followed_minutes": Holds.MINUTES,
    "is_provisional": Holds.FLAG,
}
WORK: Final = {"activity": Holds.KEY, "name": Holds.NAME, "times": Holds.COUNT, "people": Holds.COUNT}
LOAD: Final = {
    "area": Holds.KEY,
    "name": Holds.NAME,
    "n": Holds.COUNT,
    "member_days": Holds.COUNT,
    "load": Holds.NUMBER,
}
FINDINGS: Final = {
    "finding": Holds.KEY,
    "of": Holds.KEY,
    "cutoff": Holds.KEY,
    "name": Holds.NAME,
    "figure": Holds.TEXT,
    "n": Holds.COUNT,
    "observed": Holds.COUNT,
    "expected": Holds.NUMBER,
    "p": Holds.RATIO,
    "value": Holds.NUMBER,
    "value_without": Holds.NUMBER,
}


def ranking(ask: Asking) -> Section:
    """The ranking of the period, without marks of another one; which level was worth ranking; by which rules; and the
    objections to it, counted.
    """
    made = assessed(ask)
    rows = [
        _row(RANKING, row | {"area": str(row["area_id"]), "name": _pair(row, "name")})
        for row in records(made.table.sort_values(["kind", "rank"], kind="stable"))
    ]
    about = {"fact": Holds.KEY, "value": Holds.TEXT}
    facts = [
        ("level", made.choice.level or ""),
        ("marks", made.marks.value),
        ("without_marks", str(len(made.without_marks) if made.marks is Marks.PARTIAL else 0)),
        ("rules", str(made.rules.valid_from)),
        ("marks_share", f"{made.rules.marks_share:g}"),
        ("least_median_cases", str(made.rules.least_median_cases)),
    ]
    tables = (
        table_of("ranking", RANKING, rows),
        table_of("ranking_about", about, facts),
        table_of("ranking_parts", RANKING_PARTS, _ranking_parts(made)),
        table_of("rules", RULES, [_row(RULES, vars(each) | {"indicator": each.id}) for each in made.rules.indicators]),
        table_of("objections", OBJECTIONS, _objections(ask)),
    )
    return Section("ranking", tables)


def _ranking_parts(made: Assessment) -> list[list[Any]]:
    return [_row(RANKING_PARTS, row | {"area": str(row["area_id"])}) for row in records(made.parts)]


def _objections(ask: Asking) -> list[list[Any]]:
    """Objections to figures of the period's days, by unit: how many, what became of them, cases moved. No words."""
    found = objections.counted(objections.listed(ask.connection, ask.filter))
    return [_row(OBJECTIONS, row | {"area": str(row["area_id"]), "name": _pair(row, "area")}) for row in records(found)]


def assessed(ask: Asking) -> Assessment:
    """The assessment of the period, without marks of another one."""
    return ask.once(
        "assessment",
        lambda: assessment.assess(ask.connection, ask.filter, ask.unit_level, with_earlier_marks=False),
    )


def three_lists(ask: Asking) -> Section:
    """New cases against the period before; the stock burned down or not, by kind; what is likely to turn worse, with
    the owner of each case.

    Cases stand by their numbers: words of a case can be erased from the store, and a frozen document cannot be changed.
    """
    frame = lists.variable(ask.connection, ask.filter)
    counts = lists.variable_counts(frame)
    shown = frame[frame["kind"].isin([kind.value for kind in SHOWN_SINGLY])]
    cases = [
        _row(
            VARIABLE,
            row
            | {"case": str(row["case_id"]), "kind": dict(ask.names.word("kind", row["kind"]))}
            | {"area": _pair(row, "area"), "department": _pair(row, "department")},
        )
        for row in records(shown)
    ]
    parts = [["total", counts.total], *([part, getattr(counts, part)] for part in lists.PARTS)]
    return Section(
        "lists",
        (
            increment.by_type(ask),
            increment.by_community(ask),
            _stock(ask),
            table_of("variable_counts", VARIABLE_COUNTS, parts),
            table_of("variable", VARIABLE, cases),
        ),
    )


def stock_alone(ask: Asking) -> Section:
    """Of the three lists what is about the period and not about the moment."""
    return Section("lists", (_stock(ask),))


def _stock(ask: Asking) -> Table:
    rows = []
    for by in (By.TOTAL, By.KIND):
        for row in records(backlog.movement(ask.connection, ask.filter, by)):
            key = "" if pd.isna(row["key"]) else str(row["key"])
            name = ask.names.word("kind", key) if key else {"zh": "全部事项", "en": "All cases"}
            rows.append(_row(STOCK, row | {"key": key, "name": dict(name)}))
    return table_of("stock", STOCK, rows)


def departments(ask: Asking) -> Section:
    """How each department answered in the period, and what it owes at as_of."""
    waits = escalations.waiting(ask.connection, ask.filter, By.DEPARTMENT)
    answers = escalations.answered(ask.connection, ask.filter, By.DEPARTMENT)
    keys = list(dict.fromkeys([*answers["key"].dropna(), *waits["key"].dropna()]))
    now, owed = answers.set_index("key"), waits.set_index("key")
    low, high = escalations.interval(answers["good"].to_numpy(float), answers["n"].to_numpy(float))
    spans = dict(zip(answers["key"], zip(low, high, strict=True), strict=True))
    rows = []
    for key in keys:
        held: dict[str, Any] = {"department": key, "name": dict(ask.names.departments.get(key, both(key)))}
        held |= {"n": 0, "good": 0, "lapsed": 0, "waiting": 0, "overdue": 0}
        if key in now.index:
            row = now.loc[key]
            held |= {name: row[name] for name in ("n", "good", "lapsed")}
            held |= {"rate": row["good"] / row["n"] if row["n"] else None}
            held |= dict(zip(("low", "high"), spans[key], strict=True))
        if key in owed.index:
            held |= {"waiting": owed.loc[key, "n"], "overdue": owed.loc[key, "overdue"]}
        rows.append(_row(ANSWERS, held))
    return Section("departments", (table_of("departments", ANSWERS, rows),))


def first_times(ask: Asking) -> Section:
    """The clocks between the six stages."""
    frame = stages.clocks(ask.connection, ask.filter)
    return Section("stages", (table_of("clocks", CLOCKS, [_row(CLOCKS, row) for row in records(frame)]),))


def work(ask: Asking) -> Section:
    """Field work by activity, and cases a member and day of each unit with staff recorded."""
    done = [
        _row(WORK, row | {"name": _pair(row, "activity")})
        for row in records(workload.field_work(ask.connection, ask.filter))
    ]
    load = workload.per_member(ask.connection, ask.filter, By.AREA, unit_level=ask.unit_level)
    loads = [
        _row(
            LOAD,
            row | {"area": row["key"], "name": dict(ask.names.areas[row["key"]]), "load": row["per_member_day"]},
        )
        for row in records(load)
    ]
    return Section("work", (table_of("field_work", WORK, done), table_of("load", LOAD, loads)))


def honest_numbers(ask: Asking) -> Section:
    """What is to be looked at before anybody relies on a figure."""
    found = findings.to_be_looked_at(ask.connection, ask.filter, ask.unit_level)
    rows = [
        _row(FINDINGS, row | {"of": str(row["area_id"]), "name": dict(ask.names.areas[str(row["area_id"])])})
        for row in records(found.units)
    ]
    rows += [
        _row(FINDINGS, row | {"of": row["source"], "cutoff": "source", "name": _pair(row, "name")})
        for row in records(found.sources)
    ]
    return Section("findings", (table_of("findings", FINDINGS, rows),))


def recorded(make: Any, ask: Asking, id: str) -> Section:
    """A section, or one that says it is not recorded."""
    try:
        section: Section = make(ask)
    except NotRecordedError:
        return Section(id, (Table(id, (), (), not_recorded=True),))
    return section


def _row(columns: Mapping[str, Holds], held: Mapping[str, Any]) -> list[Any]:
    return [held.get(name) for name in columns]


def _pair(row: Mapping[str, Any], stem: str) -> dict[str, str] | None:
    zh, en = row[f"{stem}_zh"], row[f"{stem}_en"]
    if pd.isna(zh) and pd.isna(en):
        return None
    return {"zh": str(en if pd.isna(zh) else zh), "en": str(zh if pd.isna(en) else en)}
