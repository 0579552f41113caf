"""The meeting's first page: each figure beside the period before, the same period last year and its target; and why the
same-day rate moved.
"""

from typing import Any, Final

import pandas as pd

from queries import comparison, why
from queries.compared import COMPARED
from queries.comparison import Against
from queries.figure import By, NotRecordedError
from queries.filters import Filter
from queries.review.asked import Asking
from queries.review.document import Holds, Section, Table, records, table_of
from queries.review.names import both
from queries.vocabulary import Kind
from queries.why import RATES

#: Figures of the headline, in the meeting's order.
SHOWN: Final = (
    *("same_day_resolution", "on_time", "base_resolution", "first_visit_resolution", "on_the_spot", "reopened"),
    *("dispatch_share", "escalation_answer", "satisfaction"),
)
#: Whose change is told by its parts.
TOLD: Final = ("same_day_resolution", "on_time")
#: Parts of a change that are told, most first; the others together are what is left.
PARTS: Final = 8

_SIDE: Final = {"n": Holds.COUNT, "good": Holds.COUNT, "rate": Holds.SHARE}
_BESIDE: Final = {"change": Holds.CHANGE, "low": Holds.CHANGE, "high": Holds.CHANGE}
RATE_COLUMNS: Final = {
    "figure": Holds.KEY,
    **_SIDE,
    "is_provisional": Holds.FLAG,
    "is_recorded": Holds.FLAG,
    **{f"{name}_before": holds for name, holds in (_SIDE | _BESIDE).items()},
    **{f"{name}_last_year": holds for name, holds in (_SIDE | _BESIDE).items()},
    "target": Holds.SHARE,
    "low_to_target": Holds.CHANGE,
    "high_to_target": Holds.CHANGE,
}
COUNT_COLUMNS: Final = {
    "kind": Holds.KEY,
    "name": Holds.NAME,
    "n": Holds.COUNT,
    "is_provisional": Holds.FLAG,
    **{
        f"{name}_{side}": holds
        for side in ("before", "last_year")
        for name, holds in {"n": Holds.COUNT, "ratio": Holds.RATIO, "low": Holds.RATIO, "high": Holds.RATIO}.items()
    },
}
PART_COLUMNS: Final = {
    "by": Holds.KEY,
    "part": Holds.KEY,
    "name": Holds.NAME,
    **_SIDE,
    **{f"{name}_before": holds for name, holds in _SIDE.items()},
    "mix": Holds.CHANGE,
    "own": Holds.CHANGE,
    "change": Holds.CHANGE,
    "is_clear": Holds.FLAG,
}
#: What a comparison is called in the columns.
_AGAINST: Final = {"before": Against.PERIOD_BEFORE, "last_year": Against.LAST_YEAR}


def headline(ask: Asking) -> Section:
    """Rates, and counts by kind."""
    return Section("headline", (_rates(ask), _counts(ask)))


def own_figures(ask: Asking) -> Section:
    """The same tables without what stands beside the period's own figures: what a later look at it has to ask again."""
    rates: list[list[Any]] = []
    for figure in SHOWN:
        try:
            frame = COMPARED[figure](ask.connection, ask.filter)
        except NotRecordedError:
            rates.append([figure, None, None, None])
            continue
        n, good = (0, 0) if frame.empty else (int(frame["n"].iloc[0]), int(frame["good"].iloc[0]))
        rates.append([figure, n, good, good / n if n else None])
    frames = [COMPARED["volume"](ask.connection, ask.filter, by) for by in (By.TOTAL, By.KIND)]
    counted = {"" if pd.isna(row["key"]) else str(row["key"]): row["n"] for frame in frames for row in records(frame)}
    counts = [(key, counted.get(key, 0)) for key in dict.fromkeys(["", *counted])]
    return Section(
        "headline",
        (
            table_of("rates", {name: RATE_COLUMNS[name] for name in ("figure", *_SIDE)}, rates),
            table_of("counts", {name: COUNT_COLUMNS[name] for name in ("kind", "n")}, counts),
        ),
    )


def why_it_moved(ask: Asking) -> Section:
    """One table of parts for each figure of TOLD."""
    return Section("why", tuple(_parts(ask, figure) for figure in TOLD))


def _rates(ask: Asking) -> Table:
    return table_of("rates", RATE_COLUMNS, [_rate(ask, figure) for figure in SHOWN])


def _rate(ask: Asking, figure: str) -> list[Any]:
    held: dict[str, Any] = {"figure": figure, "is_recorded": True}
    try:
        for side, against in _AGAINST.items():
            held |= _compared(ask, figure, side, against)
        if figure in comparison.with_target():
            held |= _to_target(ask, figure)
    except NotRecordedError:
        held = {"figure": figure, "is_recorded": False}
    return [held.get(name) for name in RATE_COLUMNS]


def _compared(ask: Asking, figure: str, side: str, against: Against) -> dict[str, Any]:
    before = _before(ask, against)
    frame = comparison.beside(ask.figure(figure), ask.connection, ask.filter, before)
    if frame.empty:
        return {"n": 0, "good": 0, "is_provisional": True}
    row = frame.iloc[0]
    held = {"n": row["n"], "good": row["good"], "rate": row["rate"], "is_provisional": _flag(row["is_provisional_now"])}
    if comparison.was_recorded(before, ask.first_record) and row["has_before"]:
        names = {"n": "n_before", "good": "good_before", "rate": "rate_before", "change": "difference"}
        held |= {f"{name}_{side}": row[column] for name, column in names.items()}
        held |= {f"{name}_{side}": row[name] for name in ("low", "high")}
    return held


def _to_target(ask: Asking, figure: str) -> dict[str, Any]:
    frame = comparison.against_target(ask.figure(figure), figure, ask.connection, ask.filter)
    if frame.empty:
        return {"target": comparison.target(figure, ask.filter.period(1)[0])}
    row = frame.iloc[0]
    return {"target": row["target"], "low_to_target": row["low"], "high_to_target": row["high"]}


def _counts(ask: Asking) -> Table:
    rows: dict[str | None, dict[str, Any]] = {}
    for side, against in _AGAINST.items():
        for by in (By.TOTAL, By.KIND):
            before = _before(ask, against)
            frame = comparison.beside(ask.figure("volume"), ask.connection, ask.filter, before, by)
            is_known = comparison.was_recorded(before, ask.first_record)
            for row in records(frame):
                key = None if pd.isna(row["key"]) else str(row["key"])
                held = rows.setdefault(key, {"n": row["n"], "is_provisional": _flag(row["is_provisional_now"])})
                if is_known and row["has_before"]:
                    held |= {f"n_{side}": row["n_before"], f"ratio_{side}": row["ratio"]}
                    held |= {f"{name}_{side}": row[name] for name in ("low", "high")}
    ordered = [None, *(kind.value for kind in Kind if kind.value in rows)]
    table = []
    for key in ordered:
        held = rows.get(key, {"n": 0, "is_provisional": True})
        name = {"zh": "全部事项", "en": "All cases"} if key is None else ask.names.word("kind", key)
        held |= {"kind": key or "", "name": dict(name)}
        table.append([held.get(column) for column in COUNT_COLUMNS])
    return table_of("counts", COUNT_COLUMNS, table)


def _parts(ask: Asking, figure: str) -> Table:
    assert figure in RATES
    rows: list[list[Any]] = []
    try:
        for by, level in ((By.AREA, ask.unit_level), (By.TYPE, None)):
            told = why.why(ask.connection, figure, ask.filter, by, unit_level=level)
            is_known = told.change.change is not None
            for part in records(told.parts.head(PARTS)) if is_known else ():
                key = "" if pd.isna(part["key"]) else str(part["key"])
                names = ask.names.areas if by is By.AREA else ask.names.types
                rest = {"zh": "其余", "en": "the rest"}
                held = part | {"by": by.value, "part": key, "name": dict(names.get(key, both(key)) if key else rest)}
                rows.append([held.get(name) for name in PART_COLUMNS])
    except NotRecordedError:
        return Table(f"why_{figure}", table_of("", PART_COLUMNS, ()).columns, (), not_recorded=True)
    return table_of(f"why_{figure}", PART_COLUMNS, rows)


def _before(ask: Asking, against: Against) -> Filter:
    """The earlier period's filter, found once for all figures."""
    return ask.once(against.value, lambda: comparison.earlier(ask.connection, ask.filter, against)[0])


def _flag(value: Any) -> bool:
    """A side without a case is provisional."""
    return bool(pd.isna(value) or value)
