"""`python -m tests.evaluate <study>`: measure methods on demo cities whose truth is known; tables, docs and JSON."""

import argparse
import importlib
from datetime import UTC, datetime
from typing import Final

#: Study → module with ``study(today, weeks, seeds)``; each prints its tables and keeps its results.
STUDIES: Final = {"risk": "tests.evaluate.risk"}


def main() -> int:
    """Run the studies asked for; 1 where an aim is not reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate", description=__doc__)
    parser.add_argument("studies", nargs="*", metavar="study", help=f"of {', '.join(STUDIES)}; all without one")
    chosen = parser.parse_args().studies or list(STUDIES)
    unknown = [study for study in chosen if study not in STUDIES]
    if unknown:
        parser.error(f"no study {unknown[0]!r}; there are {', '.join(STUDIES)}")
    today = datetime.now(UTC).date()
    results = [importlib.import_module(STUDIES[study]).study(today=today) for study in chosen]
    return 0 if all(aim.is_reached for result in results for aim in result.reached) else 1


"""`python -m tests.evaluate honesty`: run a study, print its table, write it into docs/evaluation/."""

from typing import Final

#: A study is a module with ``study(...)``, and ``run(arguments)`` for the command line.
STUDIES: Final = {"honesty": "tests.evaluate.honesty"}


def main() -> int:
    """Run the study named first; what follows is its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate", description=__doc__)
    parser.add_argument("study", choices=sorted(STUDIES))
    chosen, rest = parser.parse_known_args()
    return int(importlib.import_module(STUDIES[chosen.study]).run(rest))


if __name__ == "__main__":
    raise SystemExit(main())
"""`python -m tests.evaluate <study>`: what the figures are worth, measured on demo cities whose truth is known.

Each study is a module of its own with a function ``study``; its options are the function's arguments.
"""

from collections.abc import Callable
from typing import Final

import typer

from tests.evaluate import ranking

#: The studies by name.
STUDIES: Final[dict[str, Callable[..., None]]] = {
    "ranking": ranking.study,
}

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
for name, study in STUDIES.items():
    app.command(name)(study)


@app.callback()
def main() -> None:
    """Run a study: prints its table, writes docs/evaluation/<study>.md and evaluation-results/<study>.json."""


app()
