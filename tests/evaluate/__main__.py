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
