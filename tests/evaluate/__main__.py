"""`python -m tests.evaluate honesty`: run a study, print its table, write it into docs/evaluation/."""

import argparse
import importlib
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
