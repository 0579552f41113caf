"""Time and memory against size: ``python -m tests.bench.sizes --history 10000 100000 1000000 --city 10000 5000000``.

Two ways to grow. History: one subdistrict with more and more days behind it, today being as it is. City: two years of
more and more subdistricts. Questions about today should grow with today's cases, not with history; those about a whole
city with its subdistricts. Stores are built once (see tests.bench.stores); time is warm and the median, memory is the
8 kB pages a question touches.
"""

import argparse
import json
import sys
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from seed.store import StoreError
from tests.bench.asking import ground, ways
from tests.bench.measure import RESULTS
from tests.bench.questions import milliseconds
from tests.bench.stores import build, city_of, opened
from tests.evaluate.results import ROOT
from tests.evaluate.results import table as in_markdown
from tests.support.plans import plan_of, read_by, sent_by

PAGE: Final = ROOT / "docs" / "evaluation" / "sizes.md"

#: What is asked about today, of one subdistrict and of the whole city; a question that is not there is left out.
TODAY: Final = (
    *("same_day/today", "cases/latest", "cases/heat", "escalations/pending", "lists/increment", "lists/stock"),
    *("lists/variable", "like_days/at_this_clock", "days/course", "same_day/resolution"),
    *("city/same_day", "city/on_time", "city/volume", "city/backlog", "city/escalations_pending"),
)


def measured(name: str, *, times: int) -> dict[str, Any]:
    """A store's size and, for each question, median milliseconds and pages."""
    city = city_of(name)
    found = build(city, lambda line: print(line, flush=True))
    with opened(city) as server:
        engine = create_engine(server.url("reader"), poolclass=NullPool)
        with engine.connect() as connection:
            place = ground(connection)
            todays = connection.scalar(
                text(
                    "select count(*) from app.cases"
                    " where subdistrict_id = :subdistrict_id and reported_at >= :day_start"
                ),
                place.filter.parameters(),
            )
            asked: dict[str, tuple[float, int]] = {}
            for way in ways(place):
                plain = way.moment == "now" and not way.by and way.source == "roll-up" and way.scope != "grid"
                if plain and way.question in TODAY:
                    pages = sum(read_by(plan_of(connection, each)).pages for each in sent_by(connection, way.ask))
                    took = [milliseconds(way, connection) or 0.0 for _ in range(times)]
                    asked[way.question] = (median(took), pages)
    return {**found, "cases_today": todays, "asked": asked}


#: Lines of a table: what they say, and the name in ``measured``.
_LINES: Final = (
    *(("log rows", "log_rows"), ("subdistricts", "subdistricts"), ("areas", "areas"), ("days", "days")),
    *(("cases today, largest subdistrict", "cases_today"), ("roll-up rows", "area_days")),
    *(("MB on disk", "megabytes"), ("seconds to build", "seconds"), ("rows a second", "rows_per_second")),
    ("loader's peak MB", "peak_megabytes_of_the_loader"),
)


def lines(results: list[dict[str, Any]]) -> list[list[str]]:
    """One line for each fact and each question that any store answered, one cell for each size."""
    made = []
    for what, name in _LINES:
        held = [each.get(name) for each in results]
        made.append([what, *("" if value is None else f"{value:,.0f}" for value in held)])
    for question in TODAY:
        cells = [each["asked"].get(question) for each in results]
        if any(cells):
            made.append([question, *("" if cell is None else f"{cell[0]:.1f} ms, {cell[1]:,} pages" for cell in cells)])
    return made


def show(title: str, results: list[dict[str, Any]]) -> None:
    """One column for each size."""
    table = Table("", *(f"{each['cases']:,} cases" for each in results), title=title)
    for cells in lines(results):
        table.add_row(*cells)
    Console(width=190).print(table)


def page(kept: dict[str, list[dict[str, Any]]]) -> str:
    """The same in Markdown."""
    parts = [
        (
            "# Time and memory against size\n\nMade by `python -m tests.bench.sizes --keep`, on two cores."
            " Milliseconds: warm, the median, as of now. Pages: of 8 kB, touched by one asking. A question of today"
            " must not grow with the history behind it; one of a whole city grows with its subdistricts."
        )
    ]
    for title, results in kept.items():
        header = ["", *(f"{each['cases']:,} cases" for each in results)]
        parts.append(f"## {title}\n\n{in_markdown(header, lines(results))}")
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Measure and print; 1 with a sentence where a store cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sizes", description=__doc__)
    parser.add_argument("--history", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], metavar="CASES")
    parser.add_argument("--city", type=int, nargs="*", default=[10_000, 100_000, 1_000_000, 5_000_000], metavar="CASES")
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help=f"write {PAGE.relative_to(ROOT)} anew")
    chosen = parser.parse_args()
    kept: dict[str, list[dict[str, Any]]] = {}
    try:
        for title, profile, sizes in (
            ("One subdistrict, more and more history", "matian", chosen.history),
            ("Two years of more and more subdistricts", "chengdu", chosen.city),
        ):
            if sizes:
                kept[title] = [measured(f"{profile}-{size}", times=chosen.times) for size in sizes]
                show(title, kept[title])
    except (StoreError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "sizes.json"
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    print(f"kept in {file}")
    if chosen.keep:
        PAGE.write_text(page(kept), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
