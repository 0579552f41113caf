"""No question about a part reads a big table from end to end: what it costs grows with its answer, not with history.

On a store with enough rows that the planner has a choice: the demo city's last months, loaded once for this file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, text

from queries.figure import NotRecordedError
from queries.filters import Filter
from seed.demo_load import load_demo
from tests.queries.test_every_question import ASKED
from tests.support.databases import Database, Databases
from tests.support.plans import nodes, plan_of, sent_by

NOW: Final = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
DAYS: Final = 210

#: Questions that are about the whole by what they say, and why that is no harm. Each entry is tried: one that is no
#: longer needed fails.
ABOUT_THE_WHOLE: Final[dict[str, str]] = {}

_BIG: Final = ("cases", "area_day")
#: Big tables of which a transaction has read rows in the order in which they lie.
_READ_THROUGH: Final = text(
    "select relname, seq_tup_read from pg_stat_xact_user_tables"
    " where schemaname = 'app' and seq_tup_read > 0"
    " and (relname = any(:tables) or relname like 'case\\_log\\_%')"
)


@dataclass(frozen=True)
class Store:
    """The loaded store and what to ask about in it."""

    database: Database
    today: Filter  # one grid, the present
    in_the_past: Filter  # the same grid, a month ago
    rows: dict[str, int]  # of each big table


@pytest.fixture(scope="module")
def loaded(databases: Databases) -> Iterator[Store]:
    with databases.copy() as database:
        load_demo(database.owner_url, database.writer_url, "matian", now=NOW, days=DAYS, scale=0.22)
        with database.owner.connect() as connection:
            subdistrict_id, as_of = connection.execute(
                text("select subdistrict_id, last_recorded_at from app.subdistricts")
            ).one()
            grid_id = connection.scalar(text("select min(area_id) from app.areas where level = 'grid'"))
            rows = {
                table: int(connection.scalar(text(f"select count(*) from app.{table}")) or 0)
                for table in (*_BIG, "case_log")
            }
        today = Filter(subdistrict_id, as_of, "Asia/Shanghai", area_id=grid_id)
        today = replace(today, period_from=today.today, period_to=today.today)
        before = today.today - timedelta(days=30)
        past = replace(today, as_of=as_of - timedelta(days=30), period_from=before, period_to=before)
        yield Store(database, today, past, rows)


def _scanned(node: dict[str, Any], rows: dict[str, int]) -> str | None:
    """What is wrong with a node of a plan, in words; None where nothing is."""
    table = str(node.get("Relation Name", ""))
    big = "case_log" if table.startswith("case_log_") else table
    if big not in rows:
        return None
    read = node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
    if node["Node Type"] == "Seq Scan" and node["Actual Loops"]:
        # one that ends at its first row as well: in a city, other subdistricts' rows may come first
        return f"reads {table} from end to end"
    if read > rows[big] / 2:
        return f"reads {read:,.0f} of {rows[big]:,} rows of {big} by {node['Node Type']}"
    return None


def _found(connection: Connection, question: str, asked: Filter, rows: dict[str, int]) -> list[str]:
    ask, _ = ASKED[question]
    connection.rollback()
    try:
        sent = sent_by(connection, lambda it: ask(it, asked))
    except NotRecordedError:
        return []
    # within a function too, which no plan shows
    read = connection.execute(_READ_THROUGH, {"tables": list(rows)})
    found = [f"reads {row.seq_tup_read:,} rows of {row.relname} from end to end" for row in read]
    for each in sent:
        plan = plan_of(connection, each)
        found += [wrong for node in nodes(plan) if (wrong := _scanned(node, rows)) is not None]
    return found


@pytest.mark.timeout(120)
@pytest.mark.parametrize("moment", ["today", "in_the_past"])
def test_no_question_reads_a_big_table_from_end_to_end(loaded: Store, moment: str) -> None:
    assert loaded.rows["cases"] > 8_000
    asked: Filter = getattr(loaded, moment)
    long = {}
    with loaded.database.reader.connect() as connection:
        for question in sorted(ASKED):
            if found := _found(connection, question, asked, loaded.rows):
                long[question] = found
    assert {question: found for question, found in long.items() if question not in ABOUT_THE_WHOLE} == {}


@pytest.mark.timeout(120)
def test_the_exceptions_are_needed(loaded: Store) -> None:
    with loaded.database.reader.connect() as connection:
        for question in ABOUT_THE_WHOLE:
            moments = (loaded.today, loaded.in_the_past)
            assert any(_found(connection, question, asked, loaded.rows) for asked in moments), question


@pytest.mark.timeout(120)
def test_a_long_scan_is_seen(loaded: Store) -> None:
    """The test can fail: a question without an index is found out."""
    with loaded.database.reader.connect() as connection:
        sent = sent_by(connection, lambda it: it.execute(text("select count(*) from app.cases where summary = 'x'")))
        wrong = [_scanned(node, loaded.rows) for node in nodes(plan_of(connection, sent[0]))]
        read = [row.relname for row in connection.execute(_READ_THROUGH, {"tables": list(loaded.rows)})]
    assert read == ["cases"]
    assert "reads cases from end to end" in wrong
