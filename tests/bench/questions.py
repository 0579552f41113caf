"""Every question on big stores: cold and warm, narrow and wide, now and in the past, with and without roll-ups.

A shared machine has slow minutes, in which everything takes half as long again; what is slow is slow in all of them.
Ways that took longer than they are allowed are asked again after all others, in some rounds with a pause between, and
the quickest round counts; how many were over at first is told beside.
Cold: the first time after the server was started, on a connection of its own; the system's own cache may be warm.
"""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from queries.figure import NotRecordedError
from queries.process import settle
from seed.store import StoreError
from tests.bench.asking import Way, ground, ways
from tests.bench.measure import RESULTS, Measure
from tests.bench.stores import City, build, city_of, known, opened
from tests.support.plans import plan_of, read_by, sent_by, shown_plan

STORES: Final = ("matian", "xinhui", "chengdu-5000000")
#: Milliseconds by profile: one subdistrict or less, the same over a year, the whole city, the review of the past.
_BUDGETS: Final = {"matian": (10.0, 100.0, None, 300.0), "chengdu": (50.0, 100.0, 300.0, 2000.0)}
#: Asked at each change by the picture all viewers share, and what the design allows each.
_PICTURE: Final = (
    *("store/vitals", "same_day/today", "lists/increment", "lists/stock", "lists/variable", "escalations/pending"),
    *("risk/recent", "cases/latest", "cases/heat", "sources/heartbeats"),
)
_PICTURE_BUDGET: Final = {"matian": 10.0, "chengdu": 50.0}
#: How often what took too long is asked again, and the seconds between: longer than most slow spells.
_ROUNDS: Final = 6
_PAUSE: Final = 15.0
#: Questions of a review meeting, as far as they are there.
_REVIEW: Final = (
    *("same_day/resolution", "deadlines/on_time", "lists/increment", "lists/stock", "ranking/outcomes"),
    *("ranking/marks", "escalations/answers", "days/course"),
)


@dataclass(frozen=True)
class Timed:
    """A way of asking with what it took, in milliseconds; ``first``: where it was asked again, what it took before;
    ``refused``: the sentence it was refused with.
    """

    way: Way
    cold: float | None
    warm: tuple[float, ...]
    statements: int
    rows_read: int
    pages: int
    rows: int
    refused: str = ""
    first: tuple[float, ...] = ()

    @property
    def first_p95(self) -> float:
        """When it was first asked."""
        return float(np.quantile(self.first or self.warm, 0.95))

    @property
    def p50(self) -> float:
        """Of the warm ones."""
        return median(self.warm)

    @property
    def p95(self) -> float:
        """Of the warm ones."""
        return float(np.quantile(self.warm, 0.95))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        named = {name: getattr(self.way, name) for name in ("question", "scope", "moment", "by", "period", "source")}
        if self.refused:
            return named | {"refused": self.refused}
        numbers = {name: getattr(self, name) for name in ("cold", "p50", "p95", "statements", "rows_read", "pages")}
        return named | numbers | {"first_p95": self.first_p95, "max": max(self.warm), "rows": self.rows}


def measures(names: Sequence[str], *, times: int, say: Callable[[str], None] = print) -> list[Measure]:
    """Build what is small and missing, ask everything, print a table for each store, keep all of it."""
    result: list[Measure] = []
    for name in names:
        city = city_of(name)
        try:
            if city.profile != "chengdu":
                build(city, say)
            timed, held = _asked(city, times=times, say=say)
        except StoreError as error:
            say(f"left out: {error}")
            continue
        _show(name, held, timed)
        RESULTS.mkdir(exist_ok=True)
        body = {"store": held, "questions": [each.as_dict() for each in timed]}
        file = RESULTS / f"questions-{name}.json"
        file.write_text(json.dumps(body, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
        result += _judged(city, timed)
    return result


def _asked(city: City, *, times: int, say: Callable[[str], None]) -> tuple[list[Timed], dict[str, Any]]:
    plans = RESULTS / "plans" / city.name
    shutil.rmtree(plans, ignore_errors=True)
    plans.mkdir(parents=True)
    with opened(city) as server:
        held = known(city, server)
        with _engine(server.url("reader")).connect() as connection:
            place = ground(connection)
    cold: dict[str, float] = {}
    with opened(city) as server:  # started anew: its buffers are empty
        engine = _engine(server.url("reader"))
        for way in ways(place):
            if way.moment == "now" and not way.by and way.source == "roll-up" and way.scope != "grid":
                with engine.connect() as connection:
                    cold[way.name] = milliseconds(way, connection) or 0.0
        timed: list[Timed] = []
        settle()  # as the app does at its start
        with engine.connect() as connection:
            for way in ways(place):
                timed.append(_timed(way, connection, cold.get(way.name), plans, times=times))
                if len(timed) % 200 == 0:
                    say(f"{city.name}: asked in {len(timed)} ways, last {way.name}")
            timed = _asked_again(city, timed, connection, times=times)
    return timed, held


def _asked_again(city: City, timed: Sequence[Timed], connection: Connection, *, times: int) -> list[Timed]:
    """All of them; those that took longer than they are allowed as they were in the quickest of some more rounds."""
    allowed = [(group.belongs, group.budget) for group in _groups(city.profile)]

    def is_over(each: Timed) -> bool:
        judged = each.way.moment == "now" and each.way.source == "roll-up" and not each.refused
        return judged and any(limit and belongs(each.way) and each.p95 > limit for belongs, limit in allowed)

    answer = list(timed)
    for _ in range(_ROUNDS):
        over = [place for place, each in enumerate(answer) if is_over(each)]
        for place in over:
            each = replace(answer[place], first=answer[place].first or answer[place].warm)
            again = replace(each, warm=_warm(each.way, connection, times=times))
            answer[place] = min(each, again, key=lambda told: told.p95)
        if over:
            time.sleep(_PAUSE)
    return answer


def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def milliseconds(way: Way, connection: Connection) -> float | None:
    """How long one asking takes, the answer's frame included; None where it is refused."""
    began = time.perf_counter()
    try:
        way.ask(connection)
    except (ValueError, NotRecordedError, DBAPIError):
        connection.rollback()
        return None
    return (time.perf_counter() - began) * 1000


def _timed(way: Way, connection: Connection, cold: float | None, plans: Path, *, times: int) -> Timed:
    """One way, asked so many times; a slow one less often."""
    try:
        noted = sent_by(connection, way.ask)
        reads = [read_by(plan_of(connection, each)) for each in noted]
    except (ValueError, NotRecordedError, DBAPIError) as error:
        connection.rollback()
        return Timed(way, None, (), 0, 0, 0, 0, refused=str(error).strip().splitlines()[0])
    if (
        way.scope != "grid"
        and way.source == "roll-up"
        and way.moment in ("now", "30 days ago")
        and (not way.by or way.period == "a year")
    ):
        with (plans / f"{way.question.replace('/', '.')}.txt").open("a", encoding="utf-8") as file:
            for number, each in enumerate(noted, start=1):
                file.write(f"== {way.name}, statement {number}\n{shown_plan(connection, each)}\n\n")
    warm = _warm(way, connection, times=times)
    rows_read, pages = sum(each.rows for each in reads), sum(each.pages for each in reads)
    return Timed(way, cold, warm, len(noted), rows_read, pages, reads[-1].answer if reads else 0)


def _warm(way: Way, connection: Connection, *, times: int) -> tuple[float, ...]:
    warm: list[float] = []
    while len(warm) < times and (sum(warm) < 1000 or len(warm) < min(times, 3)):
        passed = milliseconds(way, connection)
        assert passed is not None, f"{way.name} was answered, and then no more"
        warm.append(passed)
    connection.rollback()
    return tuple(warm)


@dataclass(frozen=True)
class _Group:
    """Ways that share a budget."""

    what: str
    belongs: Callable[[Way], bool]
    budget: float | None


def _groups(profile: str) -> tuple[_Group, ...]:
    of_part, of_year, of_city, _ = _BUDGETS.get(profile, (None,) * 4)

    def of_period(period: str) -> Callable[[Way], bool]:
        return lambda way: way.scope != "city" and way.period == period

    return (
        _Group("the picture, each question", lambda way: way.question in _PICTURE, _PICTURE_BUDGET.get(profile)),
        _Group("one subdistrict", of_period("default"), of_part),
        _Group("one subdistrict, a year", of_period("a year"), of_year),
        _Group("the whole city", lambda way: way.scope == "city", of_city),
    )


def _judged(city: City, timed: list[Timed]) -> list[Measure]:
    """For each budget the slowest question under it, and how many exceed it."""
    result: list[Measure] = []
    answered = [each for each in timed if not each.refused and each.way.source == "roll-up"]
    for group in _groups(city.profile):
        for moment in dict.fromkeys(each.way.moment for each in answered):
            chosen = [each for each in answered if group.belongs(each.way) and each.way.moment == moment]
            if not chosen or (group.what == "the whole city" and city.profile != "chengdu"):
                continue
            slowest = max(chosen, key=lambda each: each.p95)
            # of the past the review as a whole has a budget, below
            budget = group.budget if moment == "now" else None
            note = f"slowest of {len(chosen)}: {slowest.way.question} {slowest.way.by}".strip()
            if budget is not None:
                note += f"; {_over(chosen, budget)} over the budget"
            result.append(Measure(f"{city.name}: {group.what}, {moment}, p95", slowest.p95, "ms", budget, note=note))
    for moment in ("30 days ago", "180 days ago"):
        review = [
            each.p95
            for each in answered
            if each.way.question in _REVIEW
            and (each.way.scope, each.way.moment, each.way.by) == ("subdistrict", moment, "")
        ]
        budget = _BUDGETS[city.profile][3] if city.profile in _BUDGETS else None
        note = f"{len(review)} questions one after the other"
        result.append(Measure(f"{city.name}: the review, {moment}, sum of p95", sum(review), "ms", budget, note=note))
    gains = sorted(_gains(timed))
    if gains:
        middle, *_ = gains[len(gains) // 2 :]
        note = f"{len(gains)} ways of asking now; {gains[0]:.2g} to {gains[-1]:.3g} times"
        result.append(Measure(f"{city.name}: from the cases ÷ from the roll-up, median", middle, "times", note=note))
    return result


def _over(chosen: Sequence[Timed], limit: float) -> str:
    """How many took longer than that; and before, where some were asked again."""
    over = sum(each.p95 > limit for each in chosen)
    at_first = sum(each.first_p95 > limit for each in chosen)
    return f"{over}" if over == at_first else f"{over} (when first asked {at_first})"


def _gains(timed: list[Timed]) -> list[float]:
    """How many times longer the same answer takes without roll-ups."""
    way_of = {
        (each.way.question, each.way.scope, each.way.by, each.way.period, each.way.source): each.p50
        for each in timed
        if each.way.moment == "now" and not each.refused
    }
    return [
        direct / way_of[(question, scope, by, period, "roll-up")]
        for (question, scope, by, period, source), direct in way_of.items()
        if source == "cases" and (question, scope, by, period, "roll-up") in way_of
    ]


def _show(name: str, held: dict[str, Any], timed: list[Timed]) -> None:
    """One line for each question and scope: now, in the past, and from the cases."""
    title = f"{name}: {held['cases']:,} cases, {held['areas']:,} areas, {held['megabytes']:,} MB; milliseconds, warm"
    table = Table(title=title)
    columns = ("question", "cold", "p50", "p95", "max", "30 d ago p95", "180 d ago p95", "statements", "rows read")
    for column in (*columns, "pages", "slowest grouping", "from the cases p50", "ratio"):
        table.add_column(column, justify="left" if column in ("question", "slowest grouping") else "right")
    answered = [each for each in timed if not each.refused]
    for question, scope in dict.fromkeys((each.way.question, each.way.scope) for each in timed):
        of_it = [each for each in answered if (each.way.question, each.way.scope) == (question, scope)]
        plain = {each.way.moment: each for each in of_it if not each.way.by and each.way.source == "roll-up"}
        if "now" not in plain:
            table.add_row(f"{question} · {scope}", "refused")
            continue
        now = plain["now"]
        grouped = [each for each in of_it if each.way.by and each.way.source == "roll-up"]
        slowest = max(grouped, key=lambda each: each.p95, default=None)
        shown = (
            ""
            if slowest is None
            else (f"{slowest.p95:.1f} {slowest.way.by}, {slowest.way.period}, {slowest.way.moment}")
        )
        same = {
            each.way.source: each.p50
            for each in of_it
            if each.way.moment == "now" and each.way.by in ("", "total") and each.way.period == "default"
        }
        direct = same.get("cases")
        past = [f"{plain[each].p95:.1f}" if each in plain else "" for each in ("30 days ago", "180 days ago")]
        table.add_row(
            f"{question} · {scope}",
            "" if now.cold is None else f"{now.cold:.1f}",
            *(f"{value:.1f}" for value in (now.p50, now.p95, max(now.warm))),
            *past,
            *(f"{value:,}" for value in (now.statements, now.rows_read, now.pages)),
            shown,
            "" if direct is None else f"{direct:.1f}",
            "" if direct is None else f"{direct / same['roll-up']:.1f}",
        )
    Console(width=200).print(table)
