"""`python -m tests.evaluate [STUDY ...]`: measure methods on demo cities whose truth is known; tables, docs, data.

Every study prints its page, writes it to docs/evaluation/, and keeps its numbers in queries/evaluation.json, where the
product shows them from. Exits with 1 where an aim is not reached.
"""

import argparse
import importlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

#: Each is a module of this package with ``study(*, today, kept)``, which returns a ``queries.evaluation.Evaluation``.
STUDIES: Final = ("ranking", "risk", "honesty")


def main() -> int:
    """Run the studies asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate", description=__doc__)
    parser.add_argument("studies", nargs="*", metavar="STUDY", help=f"of {', '.join(STUDIES)}; all without one")
    parser.add_argument("--kept", type=Path, help="a folder that keeps what was collected of each city between runs")
    given = parser.parse_args()
    unknown = [study for study in given.studies if study not in STUDIES]
    if unknown:
        parser.error(f"no study {unknown[0]!r}; there are {', '.join(STUDIES)}")
    today = datetime.now(UTC).date()
    results = [
        importlib.import_module(f"tests.evaluate.{study}").study(today=today, kept=given.kept)
        for study in given.studies or STUDIES
    ]
    return 0 if all(aim.is_reached for result in results for aim in result.reached) else 1


if __name__ == "__main__":
    raise SystemExit(main())
