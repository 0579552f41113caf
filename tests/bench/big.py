"""Builds a big store of the bench once: ``python -m tests.bench.big --profile chengdu --cases 5000000``.

It is kept in bench-stores/ and used again. A build that was cut short is not gone on with: ``--anew`` begins again.
"""

import argparse
import json
import sys

from seed.store import StoreError
from tests.bench.stores import build, city_of


def main() -> int:
    """Build; 1 with a sentence where that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.big", description=__doc__)
    parser.add_argument("--profile", default="chengdu", help="matian, guangming, xinhui, jinshan or chengdu")
    parser.add_argument("--cases", type=int, help="so many cases; without it two years of the whole place")
    parser.add_argument("--anew", action="store_true", help="throw away what is there")
    chosen = parser.parse_args()
    try:
        city = city_of(chosen.profile if chosen.cases is None else f"{chosen.profile}-{chosen.cases}")
        found = build(city, lambda line: print(line, flush=True), anew=chosen.anew)
    except (StoreError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
