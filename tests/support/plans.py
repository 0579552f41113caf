"""What a question sends to the database, what that reads, and how it is planned."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event


@dataclass(frozen=True)
class Sent:
    """One statement with its parameters, as the driver got them."""

    statement: str
    parameters: Any


@dataclass(frozen=True)
class Read:
    """Rows that scans looked at (those they threw away included; inside functions unseen), pages of 8 kB touched
    (inside functions too), and rows given back.
    """

    rows: int
    pages: int
    answer: int


def sent_by(connection: Connection, ask: Callable[[Connection], Any]) -> list[Sent]:
    """Ask, and note what is sent."""
    noted: list[Sent] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: bool) -> None:
        noted.append(Sent(statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        ask(connection)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return noted


def plan_of(connection: Connection, sent: Sent, *, analyze: bool = True) -> dict[str, Any]:
    """The plan of a statement, as EXPLAIN gives it in JSON."""
    wanted = "explain (analyze, buffers, format json) " if analyze else "explain (format json) "
    plan: list[dict[str, Any]] = connection.exec_driver_sql(wanted + sent.statement, sent.parameters).scalar_one()
    return dict(plan[0]["Plan"])


def shown_plan(connection: Connection, sent: Sent) -> str:
    """The same for a person."""
    return "\n".join(
        str(line)
        for line in connection.exec_driver_sql(
            "explain (analyze, buffers, summary) " + sent.statement, sent.parameters
        ).scalars()
    )


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's nodes, the top one first."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def read_by(plan: dict[str, Any]) -> Read:
    """What an analyzed plan read."""
    rows = 0.0
    for node in nodes(plan):
        if "Scan" in node["Node Type"] and "Relation Name" in node:
            thrown = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
            rows += (node["Actual Rows"] + thrown) * node["Actual Loops"]
    pages = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    return Read(round(rows), int(pages), round(plan["Actual Rows"] * plan["Actual Loops"]))
