"""What a measurement is, how it is summed up, and how all of them are shown and kept."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parents[2] / "bench-results"


@dataclass(frozen=True)
class Measure:
    """One line of the table. `budget` is in the same unit; None where there is none."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_most: bool = True  # False: the value should be at least the budget
    note: str = ""

    @property
    def is_kept(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        if self.budget is None:
            return None
        return self.value <= self.budget if self.at_most else self.value >= self.budget


def quantiles(what: str, values: Sequence[float], unit: str, *, p50: float | None, p95: float | None) -> list[Measure]:
    """Median and 95th percentile of the values against their budgets."""
    note = f"n = {len(values)}, largest {max(values):.3g}"
    return [
        Measure(f"{what}, p50", median(values), unit, p50, note=note),
        Measure(f"{what}, p95", float(np.quantile(values, 0.95)), unit, p95),
    ]


def show(measures: Sequence[Measure]) -> None:
    """Print the table."""
    table = Table("what", "value", "unit", "budget", "kept", "note", title="Measured")
    for each in measures:
        kept = {None: "", True: "yes", False: "NO"}[each.is_kept]
        sign = "≤" if each.at_most else "≥"
        budget = "" if each.budget is None else f"{sign} {each.budget:g}"
        table.add_row(each.what, f"{each.value:.4g}", each.unit, budget, kept, each.note)
    Console(width=160).print(table)


def keep(measures: Sequence[Measure]) -> Path:
    """Write the measurements with the machine they were made on; returns the file."""
    RESULTS.mkdir(exist_ok=True)
    made_at = datetime.now(UTC)
    file = RESULTS / f"{made_at:%Y%m%dT%H%M%SZ}.json"
    body = {
        "made_at": made_at.isoformat(),
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "cores": psutil.cpu_count(),
            "load": list(psutil.getloadavg()),
        },
        "measures": [{**asdict(each), "is_kept": each.is_kept} for each in measures],
    }
    file.write_text(json.dumps(body, ensure_ascii=False, indent=2), encoding="utf-8")
    return file
