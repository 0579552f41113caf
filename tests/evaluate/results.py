"""Keeps a study's results: as data that a page can show, as JSON of the run, and as a page of docs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from queries.evaluation import DEMO_DATA, FILE, Evaluation, Reached, parse

ROOT: Final = Path(__file__).parents[2]


def made(
    study: str,
    today: date,
    seeds: Sequence[int],
    command: str,
    reached: Sequence[Reached],
    tables: dict[str, list[dict[str, Any]]],
) -> Evaluation:
    """A study's results on demo data."""
    return Evaluation(study, today, DEMO_DATA, tuple(seeds), command, tuple(reached), tables)


def keep(result: Evaluation, page: str, root: Path = ROOT) -> None:
    """Write queries/evaluation.json (other studies' results stay), evaluation-results/ and docs/evaluation/."""
    held = {name: value for name, value in asdict(result).items() if name != "study"}
    held["made_on"] = result.made_on.isoformat()
    shown = root / "queries" / FILE
    others = json.loads(shown.read_text(encoding="utf-8")) if shown.is_file() else {}
    text = json.dumps({**others, result.study: held}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    parse(text)
    for path, content in (
        (shown, text),
        (root / "evaluation-results" / f"{result.study}.json", json.dumps(held, ensure_ascii=False, indent=1) + "\n"),
        (root / "docs" / "evaluation" / f"{result.study}.md", page),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [" | ".join(header), " | ".join("---" for _ in header), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def number(value: float, digits: int = 2) -> str:
    """A number as text; "—" where it is not finite."""
    return f"{value:.{digits}f}" if abs(value) != float("inf") and value == value else "—"


def percent(held: dict[str, float]) -> str:
    """A share with its interval."""
    return f"{held['value']:.1%} ({held['low']:.1%}–{held['high']:.1%})"


def aims_table(reached: Sequence[Reached]) -> str:
    """What was wanted and what was got."""
    rows = [
        (
            each.aim,
            f"{'≥' if each.at_least else '≤'} {each.wanted:.3g} {each.unit}",
            f"{each.got:.3g} {each.unit}",
            "yes" if each.is_reached else "**no**",
        )
        for each in reached
    ]
    return table(("aim", "wanted", "got", "reached"), rows)
