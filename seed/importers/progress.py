"""How far an import has come: told by the steps, drawn by whoever wants to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Stage = Literal["reading", "handing in", "comparing", "taking in"]


@dataclass(frozen=True)
class Step:
    """``rows`` of the file are through a stage; ``of``: how many there are, where that is known."""

    stage: Stage
    rows: int
    of: int | None


Tell = Callable[[Step], None]


def silent(_: Step) -> None:
    """Tells nobody."""


@contextmanager
def drawn(console: Console) -> Iterator[Tell]:
    """Draw each stage as a bar with rate, time passed and time remaining."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as bar:

        def tell(step: Step) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bar.add_task(step.stage, total=step.of, rows=0, rate=0.0)
            task = bar.tasks[list(tasks).index(step.stage)]
            rate = step.rows / task.elapsed if task.elapsed else 0.0
            bar.update(tasks[step.stage], completed=step.rows, total=step.of, rows=step.rows, rate=rate)

        yield tell
