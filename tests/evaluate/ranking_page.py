"""The page of docs that the study of the ranking writes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from queries.evaluation import Evaluation
from tests.evaluate.results import aims_table, table

LISTS_HEAD: Final = (
    "weeks",
    "list",
    "by",
    "worst found",
    "90 %",
    "good among named",
    "90 %",
    "of them flatter",
    "true rank held",
)
GAINS_HEAD: Final = ("weeks", "list", "ours against", "points of the worst found", "points of good among named")


def _share(value: float | None) -> str:
    return "—" if value is None else f"{100 * value:.1f} %"


def lists_rows(lists: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    """What each list found and whom it named."""
    return [
        (
            f"{row['weeks']}",
            row["list"],
            row["method"],
            f"{_share(row['found_share'])} ({row['found']}/{row['worst']})",
            f"{100 * row['found_low']:.0f}–{100 * row['found_high']:.0f}",
            f"{_share(row['shamed_share'])} ({row['shamed']}/{row['named']})",
            f"{100 * row['shamed_low']:.1f}–{100 * row['shamed_high']:.1f}" if row["named"] else "—",
            f"{row['flattering']}",
            _share(row["covered_share"]),
        )
        for row in lists
    ]


def gains_rows(gains: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Ours against each raw list, with the 90 % interval of the paired difference."""
    return [
        (
            f"{row['weeks']}",
            row["list"],
            row["against"],
            *(
                f"{100 * row[name]:+.1f} ({100 * row[f'{name}_low']:+.1f} to {100 * row[f'{name}_high']:+.1f})"
                for name in ("found", "shamed")
            ),
        )
        for row in gains
    ]


def document(result: Evaluation) -> str:
    """The page docs/evaluation/ranking.md."""
    text = (Path(__file__).parent / "ranking.md").read_text(encoding="utf-8")
    return text.format(
        lists=table(LISTS_HEAD, lists_rows(result.tables["lists"])),
        gains=table(GAINS_HEAD, gains_rows(result.tables["gains"])),
        cities=len(result.seeds),
        command=result.command,
        aims=aims_table(result.reached),
    )
