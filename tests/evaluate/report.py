"""How a study is shown and kept: a table on the terminal, a page in docs/evaluation, JSON beside it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "evaluation-results"
PAGES = ROOT / "docs" / "evaluation"


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print the table."""
    table = Table(*head, title=title)
    for row in rows:
        table.add_row(*row)
    Console(width=160).print(table)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table as Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(name: str, page: str) -> Path:
    """Write docs/evaluation/<name>.md; returns the file."""
    PAGES.mkdir(parents=True, exist_ok=True)
    file = PAGES / f"{name}.md"
    file.write_text(page, encoding="utf-8")
    return file


def keep(name: str, rows: Sequence[dict[Any, Any]], command: str) -> Path:
    """Write the results with the command and the time; returns the file."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    body = {"made_at": datetime.now(UTC).isoformat(), "command": command, "data": "demo cities", "results": rows}
    file.write_text(json.dumps(body, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
    return file
